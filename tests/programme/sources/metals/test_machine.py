"""Whatever is posted and taken back in whatever order, on whatever day, the ledger keeps its word."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from tests.platform.registers.conftest import place

from jingtu.errors import JingtuError
from jingtu.platform.clock import recorded_now
from jingtu.platform.registers.actions import CreateEntry
from jingtu.programme.sources.metals.quotas.actions import Particulars
from jingtu.programme.sources.metals.quotas.kinds import (
    AllotPermit,
    OpenQuota,
    TransferBetween,
    TransferIn,
    TransferOut,
    VerifyReduction,
)
from jingtu.programme.sources.metals.quotas.models import Posting, QuotaAccount, ReductionSource
from jingtu.programme.sources.metals.quotas.projects import Reverse, UseSources
from jingtu.programme.sources.metals.quotas.rules import EnterReplacementRule

START = date(2024, 1, 1)
PAPER = Particulars(project="项目", document="文件", counterpart="别处")
DAYS = st.integers(0, 40).map(lambda number: START + timedelta(days=number))
MASSES = st.integers(1, 60)
PLANTS = st.integers(0, 2)


class Ledger(RuleBasedStateMachine):
    """Three plants, one metal, small quantities, so that they collide."""

    posted: Bundle[Any] = Bundle("posted")

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.region = place("青禾县", "county", "990122")
        EnterReplacementRule(
            None, START, self.region, metal="", ratio=Decimal("1.2"), source="某方案", valid_from=START
        ).execute()
        header = {"region": self.region}
        self.plants = [
            CreateEntry(None, START, "heavy_metal_enterprises", header | {"name": name}, {}).execute()
            for name in "甲乙丙"
        ]
        self.moments: list[datetime] = []

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    def attempt(self, action: Any) -> Any:
        """A refusal leaves everything as it was; what was done is there to be taken back."""
        before = Posting.objects.count()
        try:
            done = action().execute()
        except JingtuError:
            assert Posting.objects.count() == before
            return multiple()
        self.moments.append(recorded_now())
        return done

    def sources(self) -> list[ReductionSource]:
        return list(ReductionSource.objects.select_related("account__entry").order_by("pk"))

    @rule(
        target=posted,
        plant=PLANTS,
        mass=MASSES,
        day=DAYS,
        kind=st.sampled_from([OpenQuota, AllotPermit, TransferIn]),
    )
    def simple(self, plant: int, mass: int, day: date, kind: Any) -> Any:
        return self.attempt(lambda: kind(None, day, self.plants[plant], "pb", mass, PAPER))

    @rule(target=posted, plant=PLANTS, mass=MASSES, day=DAYS)
    def reduce(self, plant: int, mass: int, day: date) -> Any:
        return self.attempt(
            lambda: VerifyReduction(None, day, self.plants[plant], "pb", mass, PAPER, way="process")
        )

    @rule(
        target=posted,
        plant=PLANTS,
        mass=MASSES,
        day=DAYS,
        parts=st.lists(st.tuples(st.integers(0, 5), MASSES), max_size=3),
    )
    def use(self, plant: int, mass: int, day: date, parts: list[tuple[int, int]]) -> Any:
        found = self.sources()
        chosen = [(found[number], part) for number, part in parts if number < len(found)]
        return self.attempt(
            lambda: UseSources(None, day, self.plants[plant], "pb", mass, PAPER, parts=chosen)
        )

    @rule(target=posted, number=st.integers(0, 5), mass=MASSES, day=DAYS, to=st.none() | PLANTS)
    def give(self, number: int, mass: int, day: date, to: int | None) -> Any:
        found = self.sources()
        if number >= len(found):
            return multiple()
        source = found[number]
        entry = source.account.entry
        if to is None:
            return self.attempt(lambda: TransferOut(None, day, entry, "pb", mass, PAPER, source=source))
        return self.attempt(
            lambda: TransferBetween(None, day, entry, "pb", mass, PAPER, source=source, to=self.plants[to])
        )

    @rule(target=posted, done=posted)
    def take_back(self, done: Any) -> Any:
        return self.attempt(lambda: Reverse(None, done, "有误"))

    @invariant()
    def all_accounts_together_are_nothing(self) -> None:
        rows = Posting.objects
        assert (rows.aggregate(all=Sum("grams"))["all"] or 0) == 0
        for moment in self.moments[-3:]:
            known = rows.filter(recorded_at__lte=moment).values("on").annotate(all=Sum("grams"))
            assert not known.exclude(all=0).exists()

    @invariant()
    def nothing_of_a_plant_is_below_zero_on_any_day(self) -> None:
        for account in QuotaAccount.objects.filter(entry__isnull=False):
            assert_never_below(account.postings.order_by("on").values_list("on").annotate(Sum("grams")))

    @invariant()
    def no_source_gives_more_than_it_had(self) -> None:
        for source in self.sources():
            assert_never_below(source.postings.order_by("on").values_list("on").annotate(Sum("grams")))


def assert_never_below(days: Any) -> None:
    running = 0
    for _, grams in days:
        running += grams
        assert running >= 0


@pytest.mark.django_db
def test_the_ledger_keeps_its_word() -> None:
    run_state_machine_as_test(
        Ledger, settings=settings(max_examples=12, stateful_step_count=20, deadline=None)
    )
