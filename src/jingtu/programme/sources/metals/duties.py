"""What is owed for enterprises that handle heavy metals. No text found sets a day; none of these is ever late."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime

from jingtu.platform.duties.declarations import Closing, DutyRule, declare
from jingtu.platform.duties.schedules import OwedOnSchedule, WithinMonths, Yearly, looked_up
from jingtu.platform.registers import versions
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
from jingtu.programme.sources.metals.rules import rules_of, value_on


def latest_checks(
    on: date, entries: Collection[int] | None = None, known_at: datetime | None = None
) -> dict[int, PermitCheck]:
    """The last check of each permit by a day, as known at a moment."""
    found = believed_records(PERMIT_CHECKS.id, known_at).filter(on__lte=on)
    if entries is not None:
        found = found.filter(entry__in=entries)
    return {check.entry_id: check for check in found.order_by("on", "id")}


def _unwritten(on: date, entries: Collection[int] | None) -> Mapping[int, Mapping[str, date]]:
    return {
        key: {check.on.isoformat(): check.on}
        for key, check in latest_checks(on, entries).items()
        if missing_items(check)
    }


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
    return {key: {"once": day} for key, day in closed.items() if key not in verified}


def _unsupplemented(on: date, entries: Collection[int] | None) -> Mapping[int, Mapping[str, date]]:
    missing = _of_state({"heavymetalenterprisefacts__supplement": "required"}, on, entries)
    return {key: {"once": day} for key, day in missing.items()}


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
        closes_on=(PERMIT_CHECKS.id,),
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
