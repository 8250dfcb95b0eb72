"""A draft becomes the plan in force: entries, units, deadlines, figures, deliverables, targets, forms."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from jingtu.errors import CellError, ConflictError, InputError
from jingtu.platform import events
from jingtu.platform.clock import OPEN_DATE, OPEN_TIME, recorded_now
from jingtu.platform.people.models import User
from jingtu.platform.registers import versions
from jingtu.platform.registers.models import Entry, Transition
from jingtu.platform.registers.moves import MOVED
from jingtu.programme.plans.actions.base import PlanAction, require_draft
from jingtu.programme.plans.actions.parts import PartsWriter
from jingtu.programme.plans.forms.building import build_form
from jingtu.programme.plans.lifecycle import OPEN_STATES, TASKS
from jingtu.programme.plans.models import DraftItem, Plan, Target
from jingtu.programme.plans.targets import parameters_of

CONFIRMED = "plans.confirmed"


@dataclass(slots=True)
class Confirmed:
    """What confirming did, by number."""

    plan: Plan
    targets: int = 0
    tasks: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    unresolved_units: list[str] = field(default_factory=list)


class ConfirmPlan(PlanAction[Confirmed]):
    """Make a draft live.

    Parameters
    ----------
    confirm_pending : bool
        Take items nobody has decided as they were read; otherwise they are refused by name.
    effective_from : date, optional
        The day from which the plan holds. A first plan holds from 1 January of its year, so that the year
        can be walked from its beginning; an amendment from the day it was issued, else from ``on``.

    Notes
    -----
    All or nothing, in one transaction, with one ledger row that carries the hash of all contents. An
    amendment keeps entries, states, progress and evidence of the tasks it matches.
    """

    name = "plans.confirm"
    label = "确认计划生效"
    permission = "plans.confirm"

    def __init__(
        self,
        actor: User | None,
        on: date,
        plan: Plan,
        *,
        confirm_pending: bool = False,
        effective_from: date | None = None,
    ) -> None:
        super().__init__(actor, on, plan)
        self.confirm_pending = confirm_pending
        self.chosen_start = effective_from
        self.dropped: list[int] = []

    def check_state(self) -> None:
        require_draft(self.plan)
        live = (
            Plan.objects.select_for_update()
            .filter(region=self.plan.region, year=self.plan.year, state=Plan.State.CONFIRMED)
            .first()
        )
        if (live.pk if live else None) != self.plan.amends_id:
            raise ConflictError(
                f"{self.plan.region.name}{self.plan.year}年的计划在您校对期间已由其他人确认生效，"
                "请重新导入这份文件，与现行计划对照后再确认。",
                live=str(live.uid) if live else None,
            )
        self.items = [
            item
            for item in self.plan.items.order_by("position", "pk")
            if item.state in {DraftItem.State.PENDING, DraftItem.State.CONFIRMED}
        ]
        pending = [item for item in self.items if item.state == DraftItem.State.PENDING]
        if pending and not self.confirm_pending:
            raise ConflictError(
                f"还有 {len(pending)} 条没有核对，请逐条确认，或选择全部确认。", pending=len(pending)
            )
        if not any(item.kind != DraftItem.Kind.FORM_ROW for item in self.items):
            raise InputError("没有可以生效的目标和任务。", [CellError("请至少确认一条", column="任务")])
        self.start = self._start()

    def _start(self) -> date:
        first_day = date(self.plan.year, 1, 1)
        if self.chosen_start is not None:
            return self.chosen_start
        if self.plan.amends is None:
            return first_day
        issued = self.plan.issued_on
        earliest = self.plan.amends.effective_from or first_day
        return max(issued, earliest) if issued else max(self.on, earliest)

    def perform(self) -> Confirmed:
        plan, amended = self.plan, self.plan.amends
        row = self.record(
            plan=str(plan.uid),
            file=plan.file.sha256 if plan.file else None,
            amends=str(amended.uid) if amended else None,
            effective_from=self.start,
            items=len(self.items),
            manifest=manifest(item.content for item in self.items),
        )
        for item in self.items:
            item.state = DraftItem.State.CONFIRMED
        if amended is not None:
            amended.state = Plan.State.SUPERSEDED
            amended.save(update_fields=["state"])
        plan.state, plan.effective_from = Plan.State.CONFIRMED, self.start
        plan.confirmed_by, plan.confirmed_at = self.actor, row.at
        plan.save(update_fields=["state", "effective_from", "confirmed_by", "confirmed_at"])
        result = Confirmed(plan)
        self.writer = PartsWriter(plan, self.actor, self.start, row)
        self._tasks(result)
        self._targets(result)
        DraftItem.objects.bulk_update(self.items, ["state", "matches_uid"])
        rows = [item.content for item in self.items if item.kind == DraftItem.Kind.FORM_ROW]
        if rows:
            build_form(plan, rows)
        result.unresolved_units = self.writer.unresolved
        return result

    # Tasks

    def _tasks(self, result: Confirmed) -> None:
        items = [item for item in self.items if item.kind == DraftItem.Kind.TASK]
        live = {
            entry.uid: entry
            for entry in Entry.objects.select_for_update().filter(
                register=TASKS, uid__in=[item.matches_uid for item in items if item.matches_uid]
            )
        }
        for position, item in enumerate(items, start=1):
            entry = live.get(item.matches_uid) if item.matches_uid else None
            if item.change == DraftItem.Change.REMOVED:
                result.removed += entry is not None and self._drop(entry)
                continue
            result.tasks += 1
            if entry is None:
                entry = self._create(item, position)
                result.added += 1
            else:
                self.writer.amend_task(entry, item.content, position)
                result.changed += item.change == DraftItem.Change.CHANGED
                result.unchanged += item.change == DraftItem.Change.SAME
            item.matches_uid = entry.uid
        self._keep_the_rest(items)

    def _create(self, item: DraftItem, position: int) -> Entry:
        assert self.ledger_row is not None
        entry = Entry.objects.create(register=TASKS, is_example=self.plan.is_example)
        self.writer.write_task(entry, item.content, position)
        Transition.objects.create(
            entry=entry, transition="create", from_state="", to_state="not_started", on=self.start,
            at=self.ledger_row.at, actor=self.actor, ledger_row=self.ledger_row,
        )  # fmt: skip
        return entry

    def _drop(self, entry: Entry) -> bool:
        """A task that the amended plan no longer has, unless it is finished already."""
        assert self.ledger_row is not None
        before = versions.version_on(entry, self.start)
        if before is None or before.state not in OPEN_STATES:
            return False
        self.dropped.append(entry.pk)
        reason = f"“{self.plan.title or '调整后的计划'}”不再列入"[:300]
        versions.amend(
            entry, header={"state": "dropped"}, effective_from=self.start, ledger_row=self.ledger_row,
            reason=reason,
        )  # fmt: skip
        Transition.objects.create(
            entry=entry, transition="drop", from_state=before.state, to_state="dropped", on=self.start,
            at=self.ledger_row.at, actor=self.actor, reason=reason, ledger_row=self.ledger_row,
        )  # fmt: skip
        return True

    def _keep_the_rest(self, items: list[DraftItem]) -> None:
        """Live tasks that nothing in the draft speaks of (carried over, or a rejected removal) go on."""
        if self.plan.amends is None:
            return
        assert self.ledger_row is not None
        known = {item.matches_uid for item in items}
        kept = [
            item
            for item in self.plan.amends.items.filter(kind=DraftItem.Kind.TASK, state=DraftItem.State.CONFIRMED)
            if item.matches_uid and item.matches_uid not in known
            and item.change != DraftItem.Change.REMOVED
        ]  # fmt: skip
        for entry in Entry.objects.filter(register=TASKS, uid__in=[item.matches_uid for item in kept]):
            versions.amend(
                entry, facts={"plan": self.plan}, effective_from=self.start, ledger_row=self.ledger_row
            )
        for item in kept:
            item.pk, item.uid, item.plan = None, uuid4(), self.plan
            item._state.adding = True
            item.change, item.differences = DraftItem.Change.SAME, []
            item.save(force_insert=True)

    # Targets

    def _targets(self, result: Confirmed) -> None:
        items = [item for item in self.items if item.kind == DraftItem.Kind.TARGET]
        now = recorded_now()
        live = {
            target.series: target
            for target in Target.objects.filter(
                series__in=[item.matches_uid for item in items if item.matches_uid],
                recorded_to=OPEN_TIME,
                effective_to=OPEN_DATE,
                parent=None,
            )
        }
        given = {
            (share.indicator_id, share.scope): share.series
            for share in Target.objects.filter(
                region=self.plan.region,
                plan__year=self.plan.year,
                parent__isnull=False,
                recorded_to=OPEN_TIME,
            ).exclude(indicator_id="")
        }
        for position, item in enumerate(items, start=1):
            old = live.get(item.matches_uid) if item.matches_uid else None
            if old is not None:
                close_target(old, self.start, now)
            if item.change == DraftItem.Change.REMOVED:
                result.removed += old is not None
                continue
            target = Target(
                plan=self.plan, region=self.plan.region, position=position, effective_from=self.start,
                recorded_from=now, **target_columns(item.content),
            )  # fmt: skip
            if old is not None:
                target.series, target.task, target.split_rule = old.series, old.task, old.split_rule
                target.due = target.due or old.due
            else:
                # What the level above gave as a share is read once, whoever set the figure.
                target.series = given.get((target.indicator_id, target.scope), target.series)
            target.due = target.due or date(self.plan.year, 12, 31)
            target.save(force_insert=True)
            if old is not None:
                Target.objects.filter(parent=old, recorded_to=OPEN_TIME).update(parent=target)
            item.matches_uid = target.series
            result.targets += 1

    def events(self) -> Iterable[events.Event]:
        facts = {"plan": self.plan.pk, "region": self.plan.region_id, "year": self.plan.year}
        moved = [
            events.Event(
                MOVED, self.start, {"register": TASKS, "entry": key, "move": "drop", "state": "dropped"}
            )
            for key in self.dropped
        ]
        return [*moved, events.Event(CONFIRMED, self.on, facts)]


def target_columns(content: dict[str, Any]) -> dict[str, Any]:
    """Columns of a target from its content in the contract's shape."""
    value = content.get("value")
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return {
        "indicator_id": content.get("indicator_id") or "",
        "indicator": content["indicator"][:200],
        "scope": (content.get("scope") or "")[:200],
        "comparator": content["comparator"],
        "value": Decimal(str(value)) if number else None,
        "value_text": "" if number or value is None else str(value)[:120],
        "unit": (content.get("unit") or "")[:30],
        "kind": content["kind"],
        "cumulative": bool(content.get("cumulative")),
        "base": (content.get("base") or "")[:200],
        "due": date.fromisoformat(content["due"]) if content.get("due") else None,
        "definition": content.get("definition") or "",
        "text": content.get("text") or "",
        "spans": content.get("spans") or [],
        "parameters": parameters_of(
            content.get("base") or "",
            content.get("definition") or "",
            content.get("scope") or "",
            content["indicator"],
            content.get("text") or "",
            content["kind"],
        ),
    }


def close_target(target: Target, on: date, now: Any) -> None:
    """Believe from now on that a target held only until ``on``; what was believed before stays on record."""
    Target.objects.filter(pk=target.pk).update(recorded_to=now)
    if target.effective_from < on:
        before = Target.objects.get(pk=target.pk)
        before.pk, before.uid, before._state.adding = None, uuid4(), True
        before.effective_to, before.recorded_from, before.recorded_to = on, now, OPEN_TIME
        before.save(force_insert=True)


def manifest(contents: Iterable[Any]) -> str:
    """SHA-256 over contents as sorted JSON, in order: what exactly was confirmed."""
    state = hashlib.sha256()
    for content in contents:
        state.update(json.dumps(content, sort_keys=True, ensure_ascii=False, default=str).encode() + b"\n")
    return state.hexdigest()
