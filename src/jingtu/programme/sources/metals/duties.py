"""What is owed for enterprises that handle heavy metals. No text found sets a day; none of these is ever late."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime

from jingtu.platform import events
from jingtu.platform.duties.actions import CloseDuty
from jingtu.platform.duties.declarations import Closing, DutyRule, declare
from jingtu.platform.duties.models import Duty
from jingtu.platform.duties.schedules import OwedOnSchedule, WithinMonths, Yearly, looked_up
from jingtu.platform.registers import versions
from jingtu.platform.registers.actions import CHANGED
from jingtu.platform.registers.entry_records import believed_records
from jingtu.platform.registers.models import Version
from jingtu.programme.sources.metals.lifecycle import (
    CONFIRMATIONS,
    ON_THE_LIST,
    PERMIT_CHECKS,
    REGISTER_ID,
    missing_items,
)
from jingtu.programme.sources.metals.models import PermitCheck, QuotaTransaction
from jingtu.programme.sources.metals.quotas.actions import POSTED
from jingtu.programme.sources.metals.rules import rules_of, value_on

MEETS_NOTHING = "-"


def latest_checks(
    on: date, entries: Collection[int] | None = None, known_at: datetime | None = None
) -> dict[int, PermitCheck]:
    """The last check of each permit by a day, as known at a moment."""
    found = believed_records(PERMIT_CHECKS.id, known_at).filter(on__lte=on)
    if entries is not None:
        found = found.filter(entry__in=entries)
    return {check.entry_id: check for check in found.order_by("on", "id")}


def _unwritten(on: date, entries: Collection[int] | None) -> Mapping[int, Mapping[str, date]]:
    """Since which check something is missing on a permit; what is complete by the last check owes nothing."""
    found = believed_records(PERMIT_CHECKS.id).filter(on__lte=on)
    if entries is not None:
        found = found.filter(entry__in=entries)
    since: dict[int, date] = {}
    for check in found.order_by("on", "id"):
        if missing_items(check):
            since.setdefault(check.entry_id, check.on)
        else:
            since.pop(check.entry_id, None)
    return _nothing(on, entries) | {key: {day.isoformat(): day} for key, day in since.items()}


def _completes(check: PermitCheck) -> str:
    """The period of the duty that a check meets: since when something was missing that no longer is."""
    if missing_items(check):
        return MEETS_NOTHING
    since = None
    earlier = believed_records(PERMIT_CHECKS.id).filter(entry=check.entry_id, on__lt=check.on)
    for row in earlier.order_by("on", "id"):
        since = (since or row.on) if missing_items(row) else None
    return since.isoformat() if since else MEETS_NOTHING


def _nothing(on: date, entries: Collection[int] | None) -> dict[int, Mapping[str, date]]:
    """Every plant that is asked for, with no day to count from: it owes nothing."""
    return {key: {} for key in _of_state({}, on, entries)}


def _of_state(state: dict[str, str], on: date, entries: Collection[int] | None) -> dict[int, date]:
    found = Version.objects.filter(versions.at(on), register=REGISTER_ID, **state)
    if entries is not None:
        found = found.filter(entry__in=entries)
    return dict(found.values_list("entry_id", "effective_from"))


def _unverified(on: date, entries: Collection[int] | None) -> Mapping[int, Mapping[str, date]]:
    """Closed plants whose quantities nobody has verified yet."""
    closed = _of_state({"state": "closed"}, on, entries)
    done = QuotaTransaction.objects.filter(
        kind=QuotaTransaction.Kind.REDUCTION, on__lte=on, reversal__isnull=True, entry__in=closed
    )
    verified = set(done.values_list("entry_id", flat=True))
    owing = {key: {"once": day} for key, day in closed.items() if key not in verified}
    return _nothing(on, entries) | owing


def _unsupplemented(on: date, entries: Collection[int] | None) -> Mapping[int, Mapping[str, date]]:
    missing = _of_state({"heavymetalenterprisefacts__supplement": "required"}, on, entries)
    # What has just been done is met by whoever hears of it, not cancelled as if it had never been owed.
    done = _of_state({"heavymetalenterprisefacts__supplement": "done"}, on, entries)
    waiting = Duty.objects.filter(rule="metals.supplement", state=Duty.State.OPEN, entry__in=done)
    missing |= {key: done[key] for key in waiting.values_list("entry_id", flat=True)}
    return _nothing(on, entries) | {key: {"once": day} for key, day in missing.items()}


LIST_UPDATE = declare(
    DutyRule(
        id="metals.list_update",
        label="更新确认全口径清单信息",
        register=REGISTER_ID,
        owed=OwedOnSchedule(
            REGISTER_ID, ON_THE_LIST, "更新确认{period}全口径清单信息",
            Yearly(rule=looked_up(value_on, "heavy_metal_list_update", "date")),
        ),
        basis=rules_of("heavy_metal_list_update"),
        closes_on=(Closing(CONFIRMATIONS.id, lambda record: str(record.year)),),
        while_in_force=True,
    )
)  # fmt: skip

PERMIT = declare(
    DutyRule(
        id="metals.permit",
        label="补正排污许可证载明事项",
        register=REGISTER_ID,
        owed=OwedOnSchedule(
            REGISTER_ID, ON_THE_LIST, "在排污许可证中补充载明减排措施、减排量和出让情况",
            WithinMonths(looked_up(value_on, "heavy_metal_permit", "days"), of=_unwritten),
        ),
        basis=rules_of("heavy_metal_permit"),
        closes_on=(Closing(PERMIT_CHECKS.id, _completes),),
    )
)  # fmt: skip

VERIFY = declare(
    DutyRule(
        id="metals.verify",
        label="核实关闭企业腾出的重金属排放量",
        register=REGISTER_ID,
        owed=OwedOnSchedule(
            REGISTER_ID, ("closed",), "核实关闭企业腾出的重金属排放量并登记总量指标台账",
            WithinMonths(looked_up(value_on, "heavy_metal_reduction_verify", "days"), of=_unverified),
        ),
        basis=rules_of("heavy_metal_reduction_verify"),
    )
)  # fmt: skip

SUPPLEMENT = declare(
    DutyRule(
        id="metals.supplement",
        label="补录企业信息",
        register=REGISTER_ID,
        owed=OwedOnSchedule(
            REGISTER_ID, ON_THE_LIST, "补录企业信息",
            WithinMonths(looked_up(value_on, "heavy_metal_supplement", "days"), of=_unsupplemented),
        ),
        basis=rules_of("heavy_metal_supplement"),
    )
)  # fmt: skip


def _verified(event: events.Event) -> None:
    """What a closed plant gave up stands in the ledger: nothing is left to verify."""
    if event.facts["kind"] == QuotaTransaction.Kind.REDUCTION:
        _close(VERIFY, event, "已登记核实减排")


def _supplemented(event: events.Event) -> None:
    if event.facts["register"] != REGISTER_ID:
        return
    facts = versions.facts_of(event.facts["version"])
    if getattr(facts, "supplement", "") == "done":
        _close(SUPPLEMENT, event, "已完成信息补录")


def _close(rule: DutyRule, event: events.Event, note: str) -> None:
    duties = Duty.objects.filter(rule=rule.id, entry=event.facts["entry"], state=Duty.State.OPEN)
    for duty in duties.filter(raised_on__lte=event.on):
        CloseDuty(None, event.on, duty, note).execute()


def listen() -> None:
    """Duties close with what was posted, and with data that are complete."""
    events.listen(POSTED, _verified)
    events.listen(CHANGED, _supplemented)
