"""One duty in full: what it rests on, what happened to it, what proves it, what is wrong with it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime

from jingtu.errors import NotFoundError
from jingtu.platform.duties import closing, declarations, lists, permissions, queries, steps
from jingtu.platform.duties.declarations import DutyRule
from jingtu.platform.duties.models import Duty, DutyStep
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.indicators.declarations import Rule
from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.people import policies
from jingtu.platform.people.models import User
from jingtu.platform.registers import declarations as registers
from jingtu.platform.registers import versions
from jingtu.platform.registers.addresses import address_of
from jingtu.platform.registers.entry_records import believed_records
from jingtu.platform.registers.entry_records.declarations import kind_of
from jingtu.platform.registers.models import Transition


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of a duty's history; ``at`` and ``who`` are missing for what a day brought by itself."""

    label: str
    on: date
    who: str
    note: str = ""
    at: datetime | None = None
    files: list[Attachment] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Source:
    """The entry that a duty hangs on: its register, name, and page where the person may open it."""

    register: str
    name: str
    address: str


def readable(user: User, uid: uuid.UUID) -> Duty:
    """The duty with this uid.

    Raises
    ------
    NotFoundError
        No such duty, or none that the person may know of.
    """
    found = Duty.objects.select_related("entry", "holder", "closed_by").filter(uid=uid).first()
    if found is not None:
        reach = policies.reach(user, permissions.READ)
        if reach.allows(found.region_path, [found.holder_id]):
            return found
    raise NotFoundError("没有找到这项待办，或不在您的权限范围内。", uid=str(uid))


def basis_of(duty: Duty, on: date) -> Rule | None:
    """The rule and clause that a duty rests on, as in force on a day."""
    rule = declarations.get(duty.rule)
    return rule.basis_on(on) if rule else None


def source_of(duty: Duty, on: date, user: User) -> Source:
    """The entry or task behind a duty."""
    entry = duty.entry
    try:
        register = registers.get(entry.register)
    except LookupError:
        return Source("", str(entry), "")
    version = versions.version_on(entry, max(on, duty.raised_on))
    address = address_of(entry.register, entry.uid) if policies.may(user, register.read_permission) else ""
    return Source(register.label, version.name if version else str(entry), address)


@dataclass(frozen=True, slots=True)
class MetBy:
    """What closed a duty: a record or a move of its entry, and when that was done."""

    label: str
    on: date | None
    files: list[Attachment]


def met_by(duty: Duty, on: date) -> MetBy | None:
    """The record or move that met a duty by a day; ``None`` where people or days did."""
    if duty.through_uid is None or duty.met_on is None or duty.met_on > on:
        return None
    if duty.through.startswith(closing.RECORD):
        kind = kind_of(duty.through.removeprefix(closing.RECORD))
        record = believed_records(kind.id).filter(uid=duty.through_uid).first()
        files = list(record.evidence.select_related("file", "withdrawn_by")) if record else []
        return MetBy(f"登记“{kind.label}”", duty.met_on, files)
    move = Transition.objects.filter(uid=duty.through_uid).first()
    if move is None:
        return None
    label = registers.get(duty.entry.register).lifecycle.move(move.transition).label
    return MetBy(f"办理“{label}”", move.on, list(move.evidence.select_related("file", "withdrawn_by")))


def proofs(duty: Duty, on: date) -> list[Attachment]:
    """Files that closed the duty: its own, or those of the record or move that met it."""
    found = list(Attachment.objects.filter(subject_uid=duty.uid).select_related("file", "withdrawn_by"))
    by = met_by(duty, on)
    return found + (by.files if by else [])


def happenings(duty: Duty, on: date) -> list[Happening]:
    """What happened to a duty by a day, the latest first."""
    rows = list(
        LedgerRow.objects.filter(subject_uid=duty.uid, action__in=_ACTIONS, on__lte=on).order_by("id")
    )
    actors = {row.actor_uid for row in rows if row.actor_uid}
    names = dict(User.objects.filter(uid__in=actors).values_list("uid", "display_name"))
    found = [
        Happening(
            _label(row), row.on, names.get(row.actor_uid, "系统") if row.actor_uid else "系统",
            str(row.facts.get("note", "")), row.at,
        )
        for row in rows
    ]  # fmt: skip
    found += [_stepped(step) for step in steps.taken_by(duty, on)]
    found += _ended(duty, on, rows)
    # On one day the duty comes first, then what days brought, then what people did.
    found.sort(key=lambda item: (item.on, item.at is not None, item.at.timestamp() if item.at else 0))
    return [*found[::-1], Happening("产生待办", duty.raised_on, "系统")]


_ACTIONS = ("duties.close", "duties.check", "duties.waive", "duties.reinstate")


def _stepped(step: DutyStep) -> Happening:
    order = list(Duty.Step)
    up = order.index(Duty.Step(step.step)) > order.index(Duty.Step(step.before))
    note = "　".join(part for part in (step.number, step.note) if part)
    if step.actor is None:
        return Happening(step.get_step_display(), step.on, "系统", note)
    label = steps.VERBS[Duty.Step(step.step)] if up else f"退回到“{step.get_step_display()}”"
    return Happening(label, step.on, step.actor.display_name, note, step.at, list(step.evidence.all()))


def _ended(duty: Duty, on: date, rows: list[LedgerRow]) -> list[Happening]:
    """The end that no person reported: by a record, by a move, by a change of state."""
    if duty.closed_on is None or duty.closed_on > on:
        return []
    last = rows[-1] if rows else None
    if last is not None and (_closes(last) or last.action == "duties.waive"):
        return []
    who = duty.closed_by.display_name if duty.closed_by else "系统"
    return [Happening(duty.get_state_display(), duty.closed_on, who, duty.closing_note)]


def _closes(row: LedgerRow) -> bool:
    if row.action == "duties.check":
        return bool(row.facts.get("accepted"))
    return row.action == "duties.close" and not row.facts.get("waits")


def _label(row: LedgerRow) -> str:
    if row.action == "duties.check":
        return "核查通过，办结" if row.facts.get("accepted") else "核查退回"
    if row.action in {"duties.waive", "duties.reinstate"}:
        return "免除" if row.action == "duties.waive" else "恢复"
    return "提交办理，等待核查" if row.facts.get("waits") else "办结"


def warnings(duty: Duty, on: date, files: list[Attachment], history: list[Happening]) -> list[str]:
    """What somebody should know before relying on a duty."""
    found = []
    state = queries.state_on(duty, on)
    if duty.raised_on > on:
        found.append(f"{duty.raised_on.isoformat()} 起才产生，当日还没有这项待办")
    late = lists.late_days(duty, on)
    if late and state in {*Duty.NOT_OVER, Duty.State.CLOSED}:
        found.append(f"逾期 {late} 天办结" if state == Duty.State.CLOSED else f"已逾期 {late} 天")
    elif state == Duty.State.OPEN and duty.warn_on is not None and duty.warn_on <= on:
        found.append(f"已进入提醒期（{duty.warn_on.isoformat()} 起）")
    if state == Duty.State.OPEN and history and history[0].label == "核查退回":
        found.append(f"核查退回：{history[0].note}")
    if duty.holder_id is None:
        found.append("责任单位待明确，请在任务或条目上补充单位")
    if (
        state in {Duty.State.SUBMITTED, Duty.State.CLOSED}
        and files
        and all(item.withdrawn_at for item in files)
    ):
        found.append("所附佐证材料已全部作废，请核实办理情况")
    return found


def steps_above(duty: Duty) -> list[tuple[str, str]]:
    """Steps of the ladder that a duty can still be taken to, as value and verb."""
    order = list(Duty.Step)
    return [(step.value, steps.VERBS[step]) for step in order[order.index(Duty.Step(duty.step)) + 1 :]]


def steps_below(duty: Duty) -> list[tuple[str, str]]:
    """Steps that a duty can be taken back to, as value and name."""
    order = list(Duty.Step)
    return [(step.value, step.label) for step in order[: order.index(Duty.Step(duty.step))][::-1]]


def closable(rule: DutyRule | None) -> bool:
    """Whether people close a duty of this rule by hand, and not by moving its entry."""
    return rule is None or not rule.ends_with_state
