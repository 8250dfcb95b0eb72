"""Unfinished tasks of last year go on under this year's plan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from jingtu.errors import CellError, ConflictError, InputError
from jingtu.platform import events
from jingtu.platform.people.models import User
from jingtu.platform.registers import versions
from jingtu.platform.registers.models import Entry, Transition, Version
from jingtu.platform.registers.moves import MOVED
from jingtu.programme.plans.actions.base import PlanAction
from jingtu.programme.plans.actions.parts import PartsWriter
from jingtu.programme.plans.lifecycle import OPEN_STATES, TASKS
from jingtu.programme.plans.models import DraftItem, Plan


def unfinished(plan: Plan, on: date) -> list[Version]:
    """Tasks of the year before ``plan`` in the same region that are not finished on a day, in order."""
    found = versions.versions(TASKS, on).filter(
        state__in=OPEN_STATES, taskfacts__plan__region=plan.region, taskfacts__plan__year=plan.year - 1
    )
    return list(found.order_by("taskfacts__position", "pk"))


class CarryOver(PlanAction[list[Entry]]):
    """Carry unfinished tasks into a plan in force.

    Each becomes a task of this year with the same words and units; deadlines of last year do not come
    along. The old one ends as 结转下年, with its progress and evidence, and the new one names it.

    Parameters
    ----------
    entries : sequence of Entry
        Chosen from ``unfinished``.
    """

    name = "plans.carry_over"
    label = "结转上年任务"
    permission = "plans.load"

    def __init__(self, actor: User | None, on: date, plan: Plan, entries: Sequence[Entry]) -> None:
        super().__init__(actor, on, plan)
        self.entries = list(entries)

    def check_state(self) -> None:
        if self.plan.state != Plan.State.CONFIRMED:
            raise ConflictError("请先确认本年计划生效，再结转上年任务。", state=self.plan.state)
        if not self.entries:
            raise InputError("请选择要结转的任务。", [CellError("至少选择一项", column="任务")])
        list(Entry.objects.select_for_update().filter(pk__in=[entry.pk for entry in self.entries]))
        self.start = max(self.on, self.plan.effective_from or self.on)
        open_now = {version.entry_id: version for version in unfinished(self.plan, self.start)}
        wrong = [entry for entry in self.entries if entry.pk not in open_now]
        if wrong:
            raise ConflictError(
                "所选任务中有的已经办结、取消或结转，请刷新页面后重新选择。",
                entries=[str(entry.uid) for entry in wrong],
            )
        self.versions = [open_now[entry.pk] for entry in self.entries]

    def perform(self) -> list[Entry]:
        row = self.record(
            plan=str(self.plan.uid), entries=[str(entry.uid) for entry in self.entries], start=self.start
        )
        writer = PartsWriter(self.plan, self.actor, self.start, row)
        last = (
            versions.versions(TASKS, self.start)
            .filter(taskfacts__plan=self.plan)
            .order_by("-taskfacts__position")
            .first()
        )
        position = last.taskfacts.position if last else 0
        made = []
        for version in self.versions:
            position += 1
            content = carried_content(version, self.start)
            entry = Entry.objects.create(register=TASKS, is_example=self.plan.is_example)
            writer.write_task(entry, content, position)
            Transition.objects.create(
                entry=entry, transition="create", from_state="", to_state="not_started", on=self.start,
                at=row.at, actor=self.actor, reason=f"由{self.plan.year - 1}年结转", ledger_row=row,
            )  # fmt: skip
            DraftItem.objects.create(
                plan=self.plan, kind=DraftItem.Kind.TASK, position=10_000_000 + position, content=content,
                state=DraftItem.State.CONFIRMED, matches_uid=entry.uid,
            )  # fmt: skip
            versions.amend(
                version.entry, header={"state": "carried"}, effective_from=self.start, ledger_row=row,
                reason=f"结转到{self.plan.year}年",
            )  # fmt: skip
            Transition.objects.create(
                entry=version.entry, transition="carry", from_state=version.state, to_state="carried",
                on=self.start, at=row.at, actor=self.actor, reason=f"结转到{self.plan.year}年", ledger_row=row,
            )  # fmt: skip
            made.append(entry)
        return made

    def events(self) -> Iterable[events.Event]:
        return [
            events.Event(
                MOVED,
                self.start,
                {"register": TASKS, "entry": entry.pk, "move": "carry", "state": "carried"},
            )
            for entry in self.entries
        ]


def carried_content(version: Version, on: date) -> dict[str, Any]:
    """The words and units of a live task in the contract's shape, for the plan of the next year."""
    facts = version.taskfacts
    units: dict[str, list[dict[str, Any]]] = {}
    live = version.entry.units.filter(versions.at(on), class_unit=None).order_by("role", "position", "pk")
    for unit in live:
        units.setdefault(f"{unit.role}_units", []).append(
            {
                "raw": unit.raw,
                "expanded": unit.expanded,
                "scope": unit.scope or None,
                "kind": unit.kind,
                "spans": [],
            }
        )
    names = ("lead_units", "support_units", "responsible_units", "inherited_units")
    return {
        "number": None,
        "section": f"{facts.plan.year}年结转任务",
        "title": version.name,
        "text": facts.text,
        **{name: units.get(name, []) for name in names},
        "units_open_ended": facts.units_open_ended,
        "unit_text": facts.unit_text,
        "quantities": [
            quantity.content for quantity in version.entry.quantities.filter(versions.at(on)).order_by("pk")
        ],
        "deadlines": [],
        "deliverables": [],
        "registers": facts.registers,
        "spans": [],
        "confidence": 1.0,
        "carried_from": str(version.entry.uid),
    }
