"""Random months of a small list: moves, revocations, corrections, days nobody watched, ticks killed half-way.

What must be open at the end follows from the register alone, worked out here by other means than the program's.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.platform.registers.test_actions import proof

from jingtu.errors import ConflictError, InputError
from jingtu.platform.duties import declarations, reconciling
from jingtu.platform.duties.actions import CloseDuty
from jingtu.platform.duties.declarations import DutyRule
from jingtu.platform.duties.models import Duty, Tick
from jingtu.platform.duties.schedules import OwedOnSchedule, QuarterEnd, WithinMonths
from jingtu.platform.duties.ticking import tick
from jingtu.platform.people.models import User
from jingtu.platform.registers import versions
from jingtu.platform.registers.actions import ChangeFacts, CreateEntry
from jingtu.platform.registers.models import Entry
from jingtu.platform.registers.moves import MoveEntry, RevokeMove

pytestmark = pytest.mark.django_db
REGISTER, STATE = "priority_parcels", "monitoring"
START = date(2024, 1, 15)


class Killed(BaseException):
    """The machine was switched off."""


@pytest.fixture
def rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(declarations, "_rules", {})
    monkeypatch.setattr(reconciling, "_BATCH", 1)
    quarter = OwedOnSchedule(REGISTER, (STATE,), "报送{period}情况", QuarterEnd())
    declarations.declare(DutyRule("tests.quarter", "季报", REGISTER, quarter))
    everywhere = ("listed", STATE, "within_standard")
    once = OwedOnSchedule(REGISTER, everywhere, "一年内排查", WithinMonths(12, of="listed_on"))
    declarations.declare(DutyRule("tests.once", "排查", REGISTER, once))


class World:
    """Three parcels and a clock that only goes forward."""

    def __init__(self, officer: User, county: Any) -> None:
        self.officer, self.today = officer, START
        tick(START)
        self.entries = [
            CreateEntry(
                officer, START, REGISTER, {"name": f"地块{number}", "region": county},
                {"listed_on": "2023-11-01"}, code=f"P-{number}", state="listed",
            ).execute()
            for number in range(3)
        ]  # fmt: skip
        self.closed: set[int] = set()

    def act(self, what: str, which: int, days: int) -> None:
        entry = self.entries[which]
        try:
            with transaction.atomic():
                getattr(self, what)(entry, days)
        except (ConflictError, InputError):
            pass  # the state does not allow it, or nothing changed: as little happened as on a page

    def move(self, entry: Entry, days: int) -> None:
        """The next move round: in, out, in again."""
        version = versions.version_on(entry, self.today)
        assert version is not None
        move, facts = {
            "listed": ("start_monitoring", {}),
            STATE: ("find_within", {"monitored_on": "2024-01-10"}),
            "within_standard": ("monitor_again", {}),
        }[version.state]
        evidence = [proof(entry)] if move == "find_within" else []
        MoveEntry(
            self.officer, self.today, entry, move, facts=facts, reason="例行", evidence=evidence
        ).execute()

    def revoke(self, entry: Entry, days: int) -> None:
        RevokeMove(self.officer, self.today, entry, reason="误点").execute()

    def correct(self, entry: Entry, days: int) -> None:
        """The day of listing was another, and a note splits what is believed in two."""
        past = max(START, self.today - timedelta(days=days))
        listed = (date(2023, 11, 1) + timedelta(days=days)).isoformat()
        ChangeFacts(self.officer, past, entry, facts={"listed_on": listed, "note": f"{days}"}).execute()

    def close(self, entry: Entry, days: int) -> None:
        duty = Duty.objects.filter(entry=entry, state="open", rule="tests.quarter").order_by("due").first()
        if duty is not None:
            CloseDuty(self.officer, self.today, duty, "已报").execute()
            self.closed.add(duty.pk)

    def wait(self, entry: Entry, days: int) -> None:
        self.today += timedelta(days=days)

    def tick(self, entry: Entry, days: int) -> None:
        tick(self.today)

    def killed_tick(self, entry: Entry, days: int) -> None:
        """After some duties were written the machine goes off; what was committed stays."""
        whole, left = reconciling._raise, [days % 3]

        def until(*args: Any) -> Any:
            if not left[0]:
                raise Killed
            left[0] -= 1
            return whole(*args)

        reconciling._raise = until
        try:
            tick(self.today)
        except Killed:
            pass
        finally:
            reconciling._raise = whole

    def judge(self) -> None:
        tick(self.today)
        tick(self.today)
        rows = list(Duty.objects.all())
        twice = [
            key for key, count in Counter((d.rule, d.entry_id, d.period) for d in rows).items() if count > 1
        ]
        assert twice == []
        assert {d.pk for d in rows if d.state == "closed"} == self.closed
        done = {(d.entry_id, d.period) for d in rows if d.pk in self.closed}
        open_now = {
            (d.entry_id, d.period): d.due for d in rows if d.state == "open" and d.rule == "tests.quarter"
        }
        expected = {
            (entry.pk, period): due
            for entry in self.entries
            for period, due in self.quarters(entry)
            if (entry.pk, period) not in done
        }
        assert open_now == expected
        for entry in self.entries:
            version = versions.version_on(entry, self.today)
            assert version is not None
            listed = versions.facts_of(version).listed_on  # type: ignore[attr-defined]
            once = [d.due for d in rows if d.entry_id == entry.pk and d.rule == "tests.once"]
            assert once == [date(listed.year + 1, listed.month, listed.day)]

    def quarters(self, entry: Entry) -> list[tuple[str, date]]:
        """Quarters of the present stay in the state, by walking back day by day."""
        day, found = self.today, {}
        while day >= START:
            version = versions.version_on(entry, day)
            if version is None or version.state != STATE:
                break
            number = (day.month + 2) // 3
            last = date(day.year + number // 4, number * 3 % 12 + 1, 1) - timedelta(days=1)
            found[f"{day.year}-{number}"] = last
            day = max(version.effective_from, date(day.year, number * 3 - 2, 1)) - timedelta(days=1)
        return list(found.items())


STEP = st.tuples(
    st.sampled_from(["move", "move", "move", "revoke", "correct", "close", "wait", "wait", "tick", "killed_tick"]),
    st.integers(0, 2),
    st.integers(1, 70),
)  # fmt: skip


@given(st.lists(STEP, max_size=18))
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_no_duty_is_lost_or_doubled(rules: None, officer: User, county: Any, steps: list[Any]) -> None:
    with transaction.atomic():
        world = World(officer, county)
        for what, which, days in steps:
            world.act(what, which, days)
        world.judge()
        assert Tick.objects.filter(on=world.today).exists()
        transaction.set_rollback(True)
