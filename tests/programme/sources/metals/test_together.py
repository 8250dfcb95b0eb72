"""Many at once: whoever comes second to a source is told, on either database, and nothing is spent twice."""

from __future__ import annotations

from datetime import date

import pytest
from django.db.models import Sum
from tests.platform.registers.test_together import together
from tests.programme.sources.metals.conftest import PAPER, START, Plant

from jingtu.errors import ConflictError
from jingtu.programme.sources.metals.quotas.balances import source_balances
from jingtu.programme.sources.metals.quotas.kinds import OpenQuota, TransferOut, VerifyReduction
from jingtu.programme.sources.metals.quotas.models import Posting, QuotaTransaction, ReductionSource
from jingtu.programme.sources.metals.quotas.projects import Reverse, UseSources

MAY, JUNE = date(2024, 5, 6), date(2024, 6, 3)
pytestmark = pytest.mark.django_db(transaction=True)


def test_a_source_that_many_reach_for_at_once_is_spent_once(plant: Plant, equal: None) -> None:
    smelter, projects = plant(), [plant(f"项目{number}") for number in range(5)]
    OpenQuota(None, START, smelter, "pb", 10_000, PAPER).execute()
    done = VerifyReduction(None, MAY, smelter, "pb", 10_000, PAPER, way="closure").execute()
    source = ReductionSource.objects.get(transaction=done)
    answers = together(
        *(
            UseSources(None, JUNE, entry, "pb", 3_000, PAPER, parts=[(source, 3_000)]).execute
            for entry in projects
        ),
        TransferOut(None, JUNE, smelter, "pb", 3_000, PAPER, source=source).execute,
    )
    refused = [answer for answer in answers if isinstance(answer, ConflictError)]
    assert len(answers) - len(refused) == 3
    assert all("只有 1 千克" in error.message for error in refused)
    assert source_balances([source.pk]) == {source.pk: 1_000}
    assert Posting.objects.aggregate(all=Sum("grams")) == {"all": 0}


def test_a_plant_gives_up_its_quantity_once_however_many_ask(plant: Plant) -> None:
    smelter = plant()
    OpenQuota(None, START, smelter, "pb", 10_000, PAPER).execute()
    answers = together(
        *(VerifyReduction(None, MAY, smelter, "pb", 10_000, PAPER, way="closure").execute for _ in range(4))
    )
    assert sum(isinstance(answer, QuotaTransaction) for answer in answers) == 1
    assert ReductionSource.objects.count() == 1


def test_two_projects_that_reach_across_each_other_do_not_wait_forever(plant: Plant, equal: None) -> None:
    """Each spends the other's source: locks are taken in one order, whoever asks."""
    first, second = plant(), plant("乙冶炼厂")
    sources = []
    for entry in (first, second):
        OpenQuota(None, START, entry, "pb", 10_000, PAPER).execute()
        done = VerifyReduction(None, MAY, entry, "pb", 10_000, PAPER, way="process").execute()
        sources.append(ReductionSource.objects.get(transaction=done))
    answers = together(
        *(
            UseSources(None, JUNE, entry, "pb", 1_000, PAPER, parts=[(source, 1_000)]).execute
            for entry, source in ((first, sources[1]), (second, sources[0])) * 3
        )
    )
    assert not [answer for answer in answers if isinstance(answer, ConflictError)]
    assert set(source_balances([item.pk for item in sources]).values()) == {7_000}


def test_a_source_is_not_spent_while_it_is_taken_back(plant: Plant, equal: None) -> None:
    smelter, project = plant(), plant("项目")
    OpenQuota(None, START, smelter, "pb", 10_000, PAPER).execute()
    done = VerifyReduction(None, MAY, smelter, "pb", 10_000, PAPER, way="process").execute()
    source = ReductionSource.objects.get(transaction=done)
    answers = together(
        UseSources(None, JUNE, project, "pb", 1, PAPER, parts=[(source, 1)]).execute,
        Reverse(None, done, "重复登记").execute,
        Reverse(None, done, "重复登记").execute,
    )
    assert sum(isinstance(answer, ConflictError) for answer in answers) == 2
    assert source_balances([source.pk])[source.pk] in {0, 9_999}
