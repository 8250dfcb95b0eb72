"""Writing what hangs on a task: its version, units, deadlines, figures and deliverables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from jingtu.platform.clock import OPEN_TIME, recorded_now
from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.organisations.resolving import UnitResolver, ensure, open_class
from jingtu.platform.people.models import User
from jingtu.platform.registers import versions
from jingtu.platform.registers.models import Entry, Transition, Version
from jingtu.programme.plans.lifecycle import DELIVERABLES
from jingtu.programme.plans.models import Plan, TaskDeadline, TaskQuantity, TaskUnit

_ROLES = (
    ("lead_units", TaskUnit.Role.LEAD),
    ("support_units", TaskUnit.Role.SUPPORT),
    ("responsible_units", TaskUnit.Role.RESPONSIBLE),
    ("inherited_units", TaskUnit.Role.INHERITED),
)


class PartsWriter:
    """Writes tasks of one plan from contents in the contract's shape, resolving each unit name once."""

    def __init__(self, plan: Plan, actor: User | None, start: date, row: LedgerRow) -> None:
        self.plan, self.actor, self.start, self.row = plan, actor, start, row
        self.now = recorded_now()
        self.resolver = UnitResolver(plan.region, start)
        self.source = (plan.title or plan.file_name or "计划文件")[:200]
        self.unresolved: list[str] = []
        self._classes: dict[str, list[Organisation]] = {}

    def write_task(self, entry: Entry, content: Mapping[str, Any], position: int) -> Version:
        """A task that was not there before."""
        units = self._units(entry, content)
        TaskDeadline.objects.bulk_create(self._deadlines(entry, content))
        TaskQuantity.objects.bulk_create(self._quantities(entry, content))
        version = versions.write(
            entry,
            header={
                "name": content["title"][:200],
                "region": self.plan.region,
                "holder": _holder(units),
                "state": "not_started",
            },
            facts=self._facts(content, position),
            effective_from=self.start,
            ledger_row=self.row,
        )
        self._deliverables(entry, content, _holder(units), known=[])
        return version

    def amend_task(self, entry: Entry, content: Mapping[str, Any], position: int) -> None:
        """A task that goes on: new words from the start on, the same entry, state and progress."""
        units = self._replace_units(entry, content)
        self._replace(
            TaskDeadline, entry, self._deadlines(entry, content), ("text", "due", "recurrence", "kind")
        )
        self._replace(TaskQuantity, entry, self._quantities(entry, content), ("text",))
        versions.amend(
            entry,
            header={"name": content["title"][:200], "holder": _holder(units)},
            facts=self._facts(content, position),
            effective_from=self.start,
            ledger_row=self.row,
        )
        known = Version.objects.filter(
            versions.at(self.start), register=DELIVERABLES, deliverablefacts__task=entry
        ).select_related("entry")
        self._deliverables(entry, content, _holder(units), known=list(known))

    def _facts(self, content: Mapping[str, Any], position: int) -> dict[str, Any]:
        return {
            "plan": self.plan,
            "position": position,
            "number": (content.get("number") or "")[:20],
            "section": (content.get("section") or "")[:200],
            "text": content.get("text") or "",
            "unit_text": content.get("unit_text") or "",
            "units_open_ended": bool(content.get("units_open_ended")),
            "spans": content.get("spans") or [],
            "registers": content.get("registers") or [],
            "due": last_due(content),
        }

    # Units

    def _units(self, entry: Entry, content: Mapping[str, Any]) -> list[TaskUnit]:
        """Write all units of a task; a class unit opens into members that point to it."""
        written = []
        for name, role in _ROLES:
            for position, unit in enumerate(content.get(name) or []):
                written += self._unit(entry, role, position, unit)
        return written

    def _unit(self, entry: Entry, role: str, position: int, unit: Mapping[str, Any]) -> list[TaskUnit]:
        members: list[Organisation] = []
        organisation = None
        if unit["kind"] == "class":
            members = self._members(unit["expanded"])
            if not members:
                self._note(unit["expanded"])
        else:
            organisation = self._organisation(unit["expanded"], unit["kind"])
        whole = TaskUnit.objects.create(
            **self._unit_columns(entry, role, position, unit), organisation=organisation
        )
        parts = [
            TaskUnit(
                **self._unit_columns(entry, role, position, {**unit, "kind": "government"}),
                organisation=member,
                class_unit=whole,
            )
            for member in members
        ]
        for part in parts:
            assert part.organisation is not None
            part.expanded = part.organisation.name
        TaskUnit.objects.bulk_create(parts)
        return [whole, *parts]

    def _unit_columns(
        self, entry: Entry, role: str, position: int, unit: Mapping[str, Any]
    ) -> dict[str, Any]:
        return {
            "entry": entry, "role": role, "position": position, "raw": unit["raw"][:120],
            "expanded": unit["expanded"][:120], "scope": (unit.get("scope") or "")[:120], "kind": unit["kind"],
            "effective_from": self.start, "recorded_from": self.now,
        }  # fmt: skip

    def _organisation(self, name: str, kind: str) -> Organisation | None:
        found = self.resolver.resolve(name, kind)
        if found.organisation is None and found.proposal is None:
            self._note(name)
            return None
        return ensure(found, self.start, actor=self.actor, source=self.source, resolver=self.resolver)

    def _members(self, text: str) -> list[Organisation]:
        if text not in self._classes:
            self._classes[text] = open_class(
                text,
                self.plan.region,
                self.start,
                actor=self.actor,
                source=self.source,
                resolver=self.resolver,
            )
        return self._classes[text]

    def _note(self, name: str) -> None:
        if name not in self.unresolved:
            self.unresolved.append(name)

    def _replace_units(self, entry: Entry, content: Mapping[str, Any]) -> list[TaskUnit]:
        """Close units that are gone, add new ones, leave the others with their members as they are."""
        live = list(
            TaskUnit.objects.filter(versions.at(self.start), entry=entry, class_unit=None).select_related(
                "organisation"
            )
        )
        by_key = {(unit.role, unit.expanded, unit.scope): unit for unit in live}
        kept: list[TaskUnit] = []
        written: list[TaskUnit] = []
        for name, role in _ROLES:
            for position, unit in enumerate(content.get(name) or []):
                old = by_key.get((role, unit["expanded"][:120], (unit.get("scope") or "")[:120]))
                if old is not None and old not in kept:
                    kept.append(old)
                    written.append(old)
                else:
                    written += self._unit(entry, role, position, unit)
        for unit in live:
            if unit not in kept:
                self._close_units([unit, *unit.members.filter(recorded_to=OPEN_TIME)])
        return written

    def _close_units(self, units: Sequence[TaskUnit]) -> None:
        """Believe that units ended at the start; members follow the new row of their class."""
        whole: TaskUnit | None = None
        for unit in units:
            TaskUnit.objects.filter(pk=unit.pk).update(recorded_to=self.now)
            if unit.effective_from < self.start:
                before = TaskUnit.objects.get(pk=unit.pk)
                before.pk, before._state.adding = None, True
                before.effective_to, before.recorded_from, before.recorded_to = (
                    self.start,
                    self.now,
                    OPEN_TIME,
                )
                before.class_unit = whole if unit.class_unit_id else None
                before.save(force_insert=True)
                if unit.class_unit_id is None:
                    whole = before

    def _replace(self, model: type[Any], entry: Entry, rows: Sequence[Any], names: Sequence[str]) -> None:
        """Rows of deadlines or figures: what is the same stays, what is gone is closed, what is new is added."""

        def key(row: Any) -> tuple[Any, ...]:
            return tuple(getattr(row, name) for name in names)

        live = {key(row): row for row in model.objects.filter(versions.at(self.start), entry=entry)}
        wanted = {key(row): row for row in rows}
        for gone in live.keys() - wanted.keys():
            row = live[gone]
            if getattr(row, "target_id", None):
                continue  # a promoted figure is the base of a live target
            model.objects.filter(pk=row.pk).update(recorded_to=self.now)
            if row.effective_from < self.start:
                row.pk, row._state.adding = None, True
                if hasattr(row, "uid"):
                    row.uid = model._meta.get_field("uid").get_default()
                row.effective_to, row.recorded_from, row.recorded_to = self.start, self.now, OPEN_TIME
                row.save(force_insert=True)
        model.objects.bulk_create([row for name, row in wanted.items() if name not in live])

    # Times, figures, documents

    def _deadlines(self, entry: Entry, content: Mapping[str, Any]) -> list[TaskDeadline]:
        return [
            TaskDeadline(
                entry=entry, text=item["text"][:200], due=_day(item.get("due")),
                recurrence=(item.get("recurrence") or "")[:120], kind=item["kind"],
                spans=item.get("spans") or [], effective_from=self.start, recorded_from=self.now,
            )
            for item in content.get("deadlines") or []
        ]  # fmt: skip

    def _quantities(self, entry: Entry, content: Mapping[str, Any]) -> list[TaskQuantity]:
        return [
            TaskQuantity(
                entry=entry, text=item["text"][:300], content=item, effective_from=self.start,
                recorded_from=self.now,
            )
            for item in content.get("quantities") or []
        ]  # fmt: skip

    def _deliverables(
        self, task: Entry, content: Mapping[str, Any], holder: Organisation | None, known: list[Version]
    ) -> None:
        names = {version.name for version in known}
        wanted = content.get("deliverables") or []
        for item in wanted:
            if item["name"][:200] in names:
                continue
            entry = Entry.objects.create(register=DELIVERABLES, is_example=self.plan.is_example)
            versions.write(
                entry,
                header={
                    "name": item["name"][:200],
                    "region": self.plan.region,
                    "holder": holder,
                    "state": "not_started",
                },
                facts={
                    "plan": self.plan, "task": task, "kind": item["kind"], "due": due_of(item, content),
                    "issue_number": "", "issued_on": None, "spans": item.get("spans") or [],
                },
                effective_from=self.start,
                ledger_row=self.row,
            )  # fmt: skip
            Transition.objects.create(
                entry=entry, transition="create", from_state="", to_state="not_started", on=self.start,
                at=self.row.at, actor=self.actor, ledger_row=self.row,
            )  # fmt: skip
        listed = {item["name"][:200] for item in wanted}
        for version in known:
            state = {} if version.name in listed or version.state == "issued" else {"state": "dropped"}
            versions.amend(
                version.entry, header=state, facts={"plan": self.plan}, effective_from=self.start,
                ledger_row=self.row,
            )  # fmt: skip


def last_due(content: Mapping[str, Any]) -> date | None:
    """The last fixed deadline of a task: the day by which it is to be finished.

    Examples
    --------
    >>> last_due({"deadlines": [{"due": "2024-06-30", "kind": "deadline"},
    ...                         {"due": "2024-03-31", "kind": "baseline"}]})
    datetime.date(2024, 6, 30)
    >>> last_due({"deadlines": []}) is None
    True
    """
    days = [
        date.fromisoformat(item["due"])
        for item in content.get("deadlines") or []
        if item.get("due") and item["kind"] == "deadline"
    ]
    return max(days, default=None)


def due_of(deliverable: Mapping[str, Any], content: Mapping[str, Any]) -> date | None:
    """When a document is due: the deadline that stands before it in the text, else the task's first.

    Examples
    --------
    >>> task = {"deadlines": [{"due": "2024-03-31", "kind": "deadline", "spans": [[0, 4]]},
    ...                       {"due": "2024-09-30", "kind": "deadline", "spans": [[20, 24]]}]}
    >>> due_of({"name": "名录", "spans": [[6, 8]]}, task), due_of({"name": "报告", "spans": [[26, 28]]}, task)
    (datetime.date(2024, 3, 31), datetime.date(2024, 9, 30))
    """
    dated = [
        (item["spans"][0][0] if item.get("spans") else 0, item["due"])
        for item in content.get("deadlines") or []
        if item.get("due") and item["kind"] == "deadline"
    ]
    if not dated:
        return None
    place = deliverable["spans"][0][0] if deliverable.get("spans") else 0
    before = [due for start, due in sorted(dated) if start <= place]
    return date.fromisoformat(before[-1] if before else min(dated)[1])


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _holder(units: Sequence[TaskUnit]) -> Organisation | None:
    """The first lead, else the first unit with an organisation of its own."""
    own = [unit for unit in units if unit.organisation is not None and unit.class_unit_id is None]
    leads = [unit for unit in own if unit.role == TaskUnit.Role.LEAD]
    chosen = (leads or own)[:1]
    return chosen[0].organisation if chosen else None
