"""The quota ledger worked by hand: what each step does to the accounts, and what it refuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db.models import Sum
from tests.programme.sources.metals.conftest import PAPER, START, Plant

from jingtu.errors import ConflictError, InputError, NotConfiguredError, PermissionDeniedError
from jingtu.platform.people.models import User
from jingtu.platform.people.roles import Role
from jingtu.platform.regions.models import Region
from jingtu.platform.registers.models import Entry
from jingtu.programme.sources.metals.quotas.balances import account_balances, source_balances
from jingtu.programme.sources.metals.quotas.kinds import (
    AllotPermit,
    OpenQuota,
    TransferBetween,
    TransferIn,
    TransferOut,
    VerifyReduction,
)
from jingtu.programme.sources.metals.quotas.models import (
    Posting,
    QuotaAccount,
    QuotaTransaction,
    ReductionSource,
)
from jingtu.programme.sources.metals.quotas.projects import Reverse, UseSources
from jingtu.programme.sources.metals.quotas.rules import EnterReplacementRule, WithdrawReplacementRule

MAY, JUNE, JULY = date(2024, 5, 6), date(2024, 6, 3), date(2024, 7, 1)


def heads(entry: Entry, on: date | None = None, metal: str = "pb") -> dict[str, int]:
    """Balances of a plant by head."""
    rows = dict(QuotaAccount.objects.filter(entry=entry, metal=metal).values_list("pk", "head"))
    return {rows[key]: grams for key, grams in account_balances(rows, on).items()}


def reduce(entry: Entry, grams: int, on: date = MAY, way: str = "process") -> ReductionSource:
    done = VerifyReduction(None, on, entry, "pb", grams, PAPER, way=way).execute()
    return ReductionSource.objects.get(transaction=done)


@pytest.fixture
def smelter(plant: Plant) -> Entry:
    """A plant with 100 kg of lead, 60 of them on its permit."""
    entry = plant()
    OpenQuota(None, START, entry, "pb", 100_000, PAPER).execute()
    AllotPermit(None, START, entry, "pb", 60_000, PAPER).execute()
    return entry


def test_a_reduction_is_taken_from_the_free_quota_first_then_from_the_permit(smelter: Entry) -> None:
    assert heads(smelter) == {"holding": 40_000, "permitted": 60_000}
    reduce(smelter, 55_000)
    assert heads(smelter) == {"holding": 0, "permitted": 45_000, "source": 55_000}
    assert heads(smelter, START) == {"holding": 40_000, "permitted": 60_000}


def test_a_closed_plant_gives_up_its_quantity_once(smelter: Entry) -> None:
    reduce(smelter, 100_000, way="closure")
    with pytest.raises(ConflictError, match=r"只有 0 千克.*已核减的不能重复计算"):
        reduce(smelter, 1, way="closure")


def test_a_project_takes_up_what_is_replaced(smelter: Entry, plant: Plant, equal: None) -> None:
    source, other = reduce(smelter, 55_000), reduce(smelter, 10_000)
    project = plant("乙电池厂", industry="battery", project_kind="new")
    parts = [(source, 55_000), (other, 5_001)]
    done = UseSources(None, JUNE, project, "pb", 60_000, PAPER, parts=parts).execute()
    assert heads(project) == {"holding": 60_000}
    assert source_balances([source.pk, other.pk]) == {source.pk: 0, other.pk: 4_999}
    retired = QuotaAccount.objects.get(entry=None, head="retired")
    assert account_balances([retired.pk]) == {retired.pk: 1}
    assert (done.required_ratio, done.ratio_basis) == (Decimal(1), "白石市重金属污染防控方案")
    assert sum(Posting.objects.filter(transaction=done).values_list("grams", flat=True)) == 0


def test_a_source_is_not_spent_twice(smelter: Entry, plant: Plant, equal: None) -> None:
    source = reduce(smelter, 55_000)
    project = plant("乙电池厂")
    UseSources(None, JUNE, project, "pb", 50_000, PAPER, parts=[(source, 50_000)]).execute()
    with pytest.raises(ConflictError, match=r"只有 5 千克，本次需要 5\.001 千克"):
        UseSources(None, JULY, project, "pb", 5_001, PAPER, parts=[(source, 5_001)]).execute()
    with pytest.raises(ConflictError, match="只有 5 千克"):
        TransferOut(None, JULY, smelter, "pb", 6_000, PAPER, source=source).execute()
    # Nor before it was verified, nor between two days that would then fall short.
    with pytest.raises(ConflictError, match="2024-05-01只有 0 千克"):
        UseSources(None, date(2024, 5, 1), project, "pb", 1, PAPER, parts=[(source, 1)]).execute()
    with pytest.raises(ConflictError, match="2024-06-03只有 5 千克"):
        TransferOut(None, date(2024, 5, 20), smelter, "pb", 6_000, PAPER, source=source).execute()
    assert QuotaTransaction.objects.filter(kind="use").count() == 1


def test_the_ratio_in_force_decides(smelter: Entry, plant: Plant, city: Region, county: Region) -> None:
    source = reduce(smelter, 55_000)
    project = plant("乙电池厂")
    use = {"metal": "pb", "grams": 10_000, "particulars": PAPER}
    with pytest.raises(NotConfiguredError, match="替代比例未配置"):
        UseSources(None, JUNE, project, **use, parts=[(source, 10_000)]).execute()

    def rule(region: Region, ratio: str, since: date, metal: str = "") -> None:
        EnterReplacementRule(
            None, JUNE, region, metal=metal, ratio=Decimal(ratio), source="某方案", valid_from=since
        ).execute()

    rule(city, "1", START)
    rule(county, "1.2", JUNE)
    rule(county, "1.5", JUNE, "cd")
    with pytest.raises(
        ConflictError, match=r"按 1\.2:1 替代 10 千克，至少需要 12 千克，本次只有 11\.999 千克"
    ):
        UseSources(None, JUNE, project, **use, parts=[(source, 11_999)]).execute()
    UseSources(None, JUNE, project, **use, parts=[(source, 12_000)]).execute()
    # A day earlier the rule of the city was the nearest.
    UseSources(None, date(2024, 6, 2), project, **use, parts=[(source, 10_000)]).execute()


def test_a_ratio_below_one_or_without_a_text_is_refused(city: Region) -> None:
    with pytest.raises(InputError) as caught:
        EnterReplacementRule(
            None, JUNE, city, metal="zn", ratio=Decimal("0.9"), source=" ", valid_from=JUNE, valid_to=JUNE
        ).execute()
    assert [item.column for item in caught.value.errors] == ["金属", "比例", "依据", "失效日期"]


def test_a_ratio_withdrawn_stays_known(city: Region) -> None:
    from jingtu.platform.clock import recorded_now
    from jingtu.programme.sources.metals.quotas.ratios import required

    rule = EnterReplacementRule(
        None, JUNE, city, metal="", ratio=Decimal("1.2"), source="某方案", valid_from=START
    ).execute()
    before = recorded_now()
    WithdrawReplacementRule(None, JULY, rule, "依据已废止").execute()
    assert required(city.path, "pb", JUNE) is None
    known = required(city.path, "pb", JUNE, before)
    assert known is not None
    assert known.ratio == Decimal("1.2")


def test_what_leaves_and_what_comes_says_where(smelter: Entry, plant: Plant) -> None:
    source, other = reduce(smelter, 55_000), plant("乙电池厂")
    out = TransferOut(None, JUNE, smelter, "pb", 5_000, PAPER, source=source).execute()
    assert out.counterpart == "邻市某县"
    TransferBetween(None, JUNE, smelter, "pb", 20_000, PAPER, source=source, to=other).execute()
    TransferIn(None, JUNE, other, "pb", 3_000, PAPER).execute()
    assert heads(smelter)["source"] == 30_000
    assert heads(other) == {"source": 23_000}
    part = ReductionSource.objects.get(origin=source)
    assert source_balances([part.pk]) == {part.pk: 20_000}
    with pytest.raises(InputError) as caught:
        TransferOut(None, JUNE, smelter, "cd", 1, replace(PAPER, counterpart=""), source=source).execute()
    assert [item.column for item in caught.value.errors] == ["去向或来处", "减排来源"]


def test_a_mistake_is_taken_back_by_its_opposite_on_its_own_day(
    smelter: Entry, plant: Plant, equal: None
) -> None:
    source = reduce(smelter, 55_000)
    project = plant("乙电池厂")
    use = UseSources(None, JUNE, project, "pb", 50_000, PAPER, parts=[(source, 55_000)]).execute()
    with pytest.raises(ConflictError, match="只有 0 千克，本次需要 55 千克"):
        Reverse(None, source.transaction, "重复登记").execute()
    before = use.recorded_at
    Reverse(None, use, "项目未获批准").execute()
    assert heads(project) == {"holding": 0}
    assert source_balances([source.pk]) == {source.pk: 55_000}
    assert source_balances([source.pk], known_at=before) == {source.pk: 0}
    Reverse(None, source.transaction, "重复登记").execute()
    assert heads(smelter) == {"holding": 40_000, "permitted": 60_000, "source": 0}
    with pytest.raises(ConflictError, match="已经冲正"):
        Reverse(None, use, "再来一次").execute()
    with pytest.raises(ConflictError, match="不能再冲正"):
        Reverse(None, use.reversal, "取消冲正").execute()
    assert Posting.objects.aggregate(all=Sum("grams")) == {"all": 0}


def test_a_new_plant_has_no_opening_quota(plant: Plant) -> None:
    with pytest.raises(ConflictError, match="新建项目没有期初指标"):
        OpenQuota(None, MAY, plant(project_kind="new"), "pb", 1, PAPER).execute()


def test_every_fault_of_a_form_is_told_at_once(plant: Plant) -> None:
    entry = plant()
    with pytest.raises(InputError) as caught:
        VerifyReduction(
            None, MAY, entry, "zn", 0, replace(PAPER, project="", document="", year=24), way="luck"
        ).execute()
    columns = [item.column for item in caught.value.errors]
    assert columns == ["金属", "数量", "指标年度", "项目名称", "依据文件", "减排方式"]
    assert not QuotaTransaction.objects.exists()


def test_who_may_post(smelter: Entry, plant: Plant, person, neighbour: Region, equal: None) -> None:  # type: ignore[no-untyped-def]
    source = reduce(smelter, 55_000)
    stranger: User = person(region=neighbour)
    with pytest.raises(PermissionDeniedError):
        TransferOut(stranger, JUNE, smelter, "pb", 1, PAPER, source=source).execute()
    with pytest.raises(PermissionDeniedError):
        OpenQuota(person(Role.HEAD), JUNE, smelter, "pb", 1, PAPER).execute()
    # A source of another county is not spent by one's own officer: it is given away there first.
    project = plant("邻县电池厂", region=neighbour)
    with pytest.raises(PermissionDeniedError):
        UseSources(stranger, JUNE, project, "pb", 1, PAPER, parts=[(source, 1)]).execute()
