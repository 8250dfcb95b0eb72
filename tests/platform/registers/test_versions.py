"""Versions against a model that keeps every statement ever made and replays it."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from jingtu.errors import ConflictError
from jingtu.platform.clock import OPEN_DATE, OPEN_TIME
from jingtu.platform.ledger import records
from jingtu.platform.registers import values, versions
from jingtu.platform.registers.declarations import get
from jingtu.platform.registers.models import Entry, Version

FIRST = date(2024, 1, 1)
DAYS = [FIRST + timedelta(days=number) for number in range(9)]
days = st.sampled_from(DAYS)
# Proper intervals, bounded and open ones in equal parts.
bounded = st.tuples(days, days).filter(lambda pair: pair[0] < pair[1])
intervals = st.one_of(bounded, days.map(lambda day: (day, OPEN_DATE)))
words = st.sampled_from(["甲", "乙", "丙"])
states = st.sampled_from(["found", "listed", "controlled"])


class Bitemporal(RuleBasedStateMachine):
    region: Any = None  # set by the test: a state machine takes no fixtures

    @initialize(interval=intervals)
    def enter(self, interval: tuple[date, date]) -> None:
        self.entry = Entry.objects.create(register="priority_parcels")
        self.statements: list[tuple[Any, date, date, bool, dict[str, str]]] = []
        self.seen: dict[int, tuple[Any, ...]] = {}
        self.count = 0
        self.write(interval, "甲", "found")

    def _fresh(self) -> str:
        """A word never said before, so that no change is hidden by saying the same again."""
        self.count += 1
        return f"行业{self.count}"

    def _say(self, start: date, end: date, full: bool, content: dict[str, str]) -> None:
        header = {key: content[key] for key in ("name", "state") if key in content}
        facts = {"industry": content["industry"]} if "industry" in content else {}
        with transaction.atomic():
            row = records.append("test", on=start, subject_type="test")
            if full:
                stored = [
                    versions.write(
                        self.entry, header={"region": self.region, "holder": None, **header},
                        facts=values.blank_facts(get("priority_parcels")) | facts,
                        effective_from=start, effective_to=end, ledger_row=row,
                    )
                ]  # fmt: skip
            else:
                stored = versions.amend(
                    self.entry,
                    header=header,
                    facts=facts,
                    effective_from=start,
                    effective_to=end,
                    ledger_row=row,
                )
        if stored:
            self.statements.append((stored[-1].recorded_from, start, end, full, content))

    @rule(interval=intervals, name=words, state=states)
    def write(self, interval: tuple[date, date], name: str, state: str) -> None:
        self._say(*interval, True, {"name": name, "state": state, "industry": self._fresh()})

    @rule(interval=intervals)
    def correct_a_fact(self, interval: tuple[date, date]) -> None:
        self._say(*interval, False, {"industry": self._fresh()})

    @rule(start=days, state=states)
    def move(self, start: date, state: str) -> None:
        self._say(start, OPEN_DATE, False, {"state": state})

    def _expected(self, on: date, known_at: Any) -> dict[str, str] | None:
        content: dict[str, str] | None = None
        for at, start, end, full, said in self.statements:
            if at > known_at or not start <= on < end:
                continue
            if full:
                content = dict(said)
            elif content is not None:
                content |= said
        return content

    def _answer(self, on: date, known_at: Any) -> dict[str, str] | None:
        found = versions.version_on(self.entry, on, known_at)
        if found is None:
            return None
        return {"name": found.name, "state": found.state, "industry": versions.facts_of(found).industry}

    @invariant()
    def answers_of_now_agree(self) -> None:
        for on in DAYS if self.statements else ():
            assert self._answer(on, None) == self._expected(on, self.statements[-1][0])

    def teardown(self) -> None:
        for on in DAYS:
            for said in getattr(self, "statements", ()):
                assert self._answer(on, said[0]) == self._expected(on, said[0])

    @invariant()
    def nothing_is_overwritten(self) -> None:
        rows = Version.objects.filter(entry=self.entry).select_related("priorityparcelfacts")
        now = {
            row.pk: (
                row.name, row.state, row.effective_from, row.effective_to, row.recorded_from,
                row.ledger_row_id, row.priorityparcelfacts.industry, row.recorded_to,
            )
            for row in rows
        }  # fmt: skip
        for key, before in self.seen.items():
            assert now[key][:-1] == before[:-1]
            assert before[-1] == OPEN_TIME or now[key][-1] == before[-1]
        self.seen = now

    @invariant()
    def believed_versions_do_not_overlap(self) -> None:
        believed = list(
            Version.objects.filter(entry=self.entry, recorded_to=OPEN_TIME).order_by("effective_from")
        )
        for one, next_one in itertools.pairwise(believed):
            assert one.effective_to <= next_one.effective_from


@pytest.mark.django_db
def test_versions_agree_with_a_replay_of_all_statements(county: Any) -> None:
    machine = type("Here", (Bitemporal,), {"region": county})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=30, stateful_step_count=8, deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )  # fmt: skip


@pytest.mark.django_db
def test_an_empty_interval_is_refused(county: Any) -> None:
    entry = Entry.objects.create(register="priority_parcels")
    with transaction.atomic():
        row = records.append("test", on=FIRST, subject_type="test")
        with pytest.raises(ConflictError, match="生效日期"):
            versions.write(
                entry, header={"name": "甲", "region": county, "holder": None, "state": "found"},
                facts={}, effective_from=FIRST, effective_to=FIRST, ledger_row=row,
            )  # fmt: skip
    assert not Version.objects.filter(entry=entry).exists()
