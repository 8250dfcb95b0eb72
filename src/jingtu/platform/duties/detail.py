"""One duty in full: what it rests on, what happened to it, what proves it, what is wrong with it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from jingtu.errors import NotFoundError
from jingtu.platform.duties import declarations, lists, permissions, queries
from jingtu.platform.duties.declarations import DutyRule
from jingtu.platform.duties.models import Duty, Tick
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.indicators.declarations import Rule
from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.people import policies
from jingtu.platform.people.models import User
from jingtu.platform.registers import declarations as registers
from jingtu.platform.registers import versions
from jingtu.platform.registers.addresses import address_of
from jingtu.platform.registers.models import Transition

# What one does to take a duty to a step.
STEP_VERBS = {
    Duty.Step.REMINDED: "提醒",
    Duty.Step.SUPERVISED: "督办",
    Duty.Step.INTERVIEWED: "约谈",
    Duty.Step.ACCOUNTABILITY: "问责",
}


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of a duty's history; ``at`` and ``who`` are missing for what a day brought by itself."""

    label: str
    on: date
    who: str
    note: str = ""
    at: datetime | None = None


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


def proofs(duty: Duty, on: date) -> list[Attachment]:
    """Files that closed the duty: its own, or those of the move that met it."""
    found = list(Attachment.objects.filter(subject_uid=duty.uid).select_related("file", "withdrawn_by"))
    move = _move(duty, on)
    if move is not None:
        found += move.evidence.select_related("file", "withdrawn_by")
    return found


def _move(duty: Duty, on: date) -> Transition | None:
    rule = declarations.get(duty.rule)
    if rule is None or not rule.ends_with_state or duty.closed_on is None or duty.closed_on > on:
        return None
    moves = Transition.objects.filter(
        entry=duty.entry_id, on__lte=duty.closed_on, from_state__in=rule.while_states
    )
    return moves.order_by("at", "id").last()


def happenings(duty: Duty, on: date) -> list[Happening]:
    """What happened to a duty by a day, the latest first."""
    rows = list(
        LedgerRow.objects.filter(subject_uid=duty.uid, action__startswith="duties.", on__lte=on).order_by(
            "id"
        )
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
    found += _by_days(duty, on, rows)
    # On one day the duty comes first, then what days brought, then what people did.
    found.sort(key=lambda item: (item.on, item.at is not None, item.at.timestamp() if item.at else 0))
    return [*found[::-1], Happening("产生待办", duty.raised_on, "系统")]


def _by_days(duty: Duty, on: date, rows: list[LedgerRow]) -> list[Happening]:
    urged = [row.facts for row in rows if row.action == "duties.escalate"]
    by_hand = {facts.get("step") for facts in urged}
    reached = {duty.step, *(facts.get("before") for facts in urged)}
    found = []
    for rung in declarations.ladder():
        if rung.days_after_due is None or duty.due is None or rung.step not in reached - by_hand:
            continue
        day = max(duty.due + timedelta(days=rung.days_after_due), duty.raised_on)
        ticked = Tick.objects.filter(on__gte=day, on__lte=on).order_by("on").first()
        if ticked is not None:
            found.append(Happening(rung.step.label, ticked.on, "系统", "逾期后自动标记"))
    closed = duty.closed_on is not None and duty.closed_on <= on
    if closed and not any(_closes(row) for row in rows):
        assert duty.closed_on is not None
        who = duty.closed_by.display_name if duty.closed_by else "系统"
        found.append(Happening(duty.get_state_display(), duty.closed_on, who, duty.closing_note))
    return found


def _closes(row: LedgerRow) -> bool:
    if row.action == "duties.check":
        return bool(row.facts.get("accepted"))
    return row.action == "duties.close" and not row.facts.get("waits")


def _label(row: LedgerRow) -> str:
    if row.action == "duties.check":
        return "核查通过，办结" if row.facts.get("accepted") else "核查退回"
    if row.action == "duties.escalate":
        step = row.facts.get("step")
        return STEP_VERBS.get(Duty.Step(step), "督办") if step in Duty.Step.values else "督办"
    return "提交办理，等待核查" if row.facts.get("waits") else "办结"


def warnings(duty: Duty, on: date, files: list[Attachment], history: list[Happening]) -> list[str]:
    """What somebody should know before relying on a duty."""
    found = []
    state = queries.state_on(duty, on)
    if duty.raised_on > on:
        found.append(f"{duty.raised_on.isoformat()} 起才产生，当日还没有这项待办")
    if late := lists.late_days(duty, on):
        ended = state in {Duty.State.CLOSED, Duty.State.CANCELLED}
        found.append(f"逾期 {late} 天办结" if ended else f"已逾期 {late} 天")
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
    steps = list(Duty.Step)
    return [(step.value, STEP_VERBS[step]) for step in steps[steps.index(Duty.Step(duty.step)) + 1 :]]


def closable(rule: DutyRule | None) -> bool:
    """Whether people close a duty of this rule by hand, and not by moving its entry."""
    return rule is None or not rule.ends_with_state
