"""What key units owe, and what the bureau owes for their lists. Every number is looked up in the app's table."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta

from jingtu.platform.duties.bases import last_record
from jingtu.platform.duties.declarations import Closing, DutyRule, OwedByState, declare
from jingtu.platform.duties.limits import declare_limits
from jingtu.platform.duties.schedules import (
    AnySchedule,
    AtOnce,
    BeforeEvent,
    EveryYears,
    OwedOnSchedule,
    Times,
    WithinMonths,
    Yearly,
    looked_up,
)
from jingtu.platform.registers import versions
from jingtu.platform.registers.entry_records import believed_records
from jingtu.platform.registers.models import Entry, Version
from jingtu.platform.rules import ask_by_place
from jingtu.programme.sources.key_units import lists, monitoring
from jingtu.programme.sources.key_units.models import KeyUnitListFacts
from jingtu.programme.sources.key_units.rectification import LEDGER, UNSETTLED, due_of
from jingtu.programme.sources.key_units.rules import rules_of, value_on
from jingtu.programme.sources.key_units.units import KEY_REGULATED_UNITS, KEY_UNITS, ON_THE_LIST


def _number(subject: str, parameter: str) -> Callable[[date], str | None]:
    return looked_up(value_on, f"key_unit_{subject}", parameter)


def by_name(
    kind: str, key: Callable[[Any], str], day: str = "on"
) -> Callable[[date, Collection[int] | None], Mapping[int, Mapping[str, date]]]:
    """A day of the records of a kind, each under its name; entries without any owe nothing."""

    def days(on: date, entries: Collection[int] | None) -> dict[int, dict[str, date]]:  # noqa: ARG001 - shape
        rows, found = believed_records(kind), Entry.objects.filter(register=KEY_UNITS)
        if entries is not None:
            rows, found = rows.filter(entry__in=entries), found.filter(pk__in=entries)
        named: dict[int, dict[str, date]] = {entry: {} for entry in found.values_list("pk", flat=True)}
        for row in rows:
            if getattr(row, day) is not None:
                named[row.entry_id][key(row)] = getattr(row, day)
        return named

    return days


def _rule(
    name: str, label: str, schedule: AnySchedule, closes: tuple[str | Closing, ...] = (), *,
    register: str = KEY_UNITS, states: tuple[str, ...] = ON_THE_LIST, what: str = "",
    evidence: bool = True, checked: bool = False,
) -> DutyRule:  # fmt: skip
    return declare(
        DutyRule(
            id=f"key_units.{name}",
            label=label,
            register=register,
            owed=OwedOnSchedule(register, states, what or label, schedule),
            basis=rules_of(f"key_unit_{name}"),
            while_states=states,
            evidence_required=evidence,
            checked=checked,
            closes_on=closes,
            while_in_force=True,
        )
    )


def _year(record: Any) -> str | None:
    return str(record.year) if record.year else None


def _name(record: Any) -> str:
    return str(record.name)


def _finding(found_on: date | None) -> str | None:
    return f"异常 {found_on.isoformat()}" if found_on else None


# The unit: inspections.
HAZARD_INSPECTION = _rule(
    "hazard_inspection", "开展土壤污染隐患排查",
    EveryYears(
        of=last_record("hazard_inspections"),
        warn_months=_number("hazard_inspection", "warn_months"),
        overdue_months=_number("hazard_inspection", "overdue_months"),
        first=WithinMonths(_number("hazard_inspection", "first_months"), of="listed_on"),
    ),
    ("hazard_inspections",), checked=True,
)  # fmt: skip
SUPPLEMENTARY = _rule(
    "supplementary_inspection", "新改扩建项目补充隐患排查",
    WithinMonths(_number("supplementary_inspection", "months"), of=by_name("projects", _name)),
    (Closing("supplementary_inspections", lambda record: record.project or None),),
)  # fmt: skip
ABNORMAL = _rule(
    "abnormal_inspection", "监测数据异常，立即排查",
    AtOnce(of=by_name("abnormal_findings", lambda record: _finding(record.on) or "")),
    (Closing("abnormal_inspections", lambda record: _finding(record.found_on)),),
)  # fmt: skip

# The unit: reports.
SELF_MONITORING = _rule(
    "self_monitoring", "开展自行监测并报送数据",
    Yearly(rule=_number("self_monitoring", "month_day")), (Closing("self_monitorings", _year),),
    what="开展{period}自行监测并报送数据", checked=True,
)  # fmt: skip
TOXIC_REPORT = _rule(
    "toxic_report", "报告有毒有害物质排放情况",
    Yearly(rule=_number("toxic_report", "month_day")), (Closing("toxic_reports", _year),),
    what="报告{period}有毒有害物质排放情况",
)  # fmt: skip
TANKS = _rule(
    "tank_report", "报送地下储罐信息",
    WithinMonths(_number("tank_report", "months"), of="listed_on"), ("tank_reports",), evidence=False,
)  # fmt: skip
DEMOLITION = _rule(
    "demolition_filing", "拆除活动污染防治方案备案",
    BeforeEvent(
        by_name("demolitions", _name, "starts_on"), working_days=_number("demolition_filing", "working_days")
    ),
    (Closing("demolition_filings", _name),),
)  # fmt: skip
LAND_SURVEY = _rule(
    "land_survey", "用途变更、收回、转让前开展土壤污染状况调查",
    BeforeEvent(by_name("land_changes", _name, "planned_on"), days=_number("land_survey", "days")),
    (Closing("land_surveys", _name),),
)  # fmt: skip
PERMIT = _rule(
    "permit", "在排污许可证中载明土壤污染防治义务",
    WithinMonths(_number("permit", "months"), of="listed_on"), ("permit_entries",), evidence=False,
)  # fmt: skip


# The unit: sampling by the class of its monitoring units.
def _sampling(
    name: str, label: str, kind: str, states: tuple[str, ...], schedule: AnySchedule, basis: str
) -> None:
    declare(
        DutyRule(
            id=f"key_units.{name}",
            label=label,
            register=monitoring.MONITORING_UNITS,
            owed=OwedOnSchedule(monitoring.MONITORING_UNITS, states, label, schedule),
            basis=rules_of(f"key_unit_{basis}"),
            while_states=states,
            evidence_required=True,
            closes_on=(kind,),
            while_in_force=True,
        )
    )


_sampling(
    "surface_soil", "表层土壤监测", "surface_soil_samplings", monitoring.IN_USE,
    Times(_number("surface_soil", "times")), "surface_soil",
)  # fmt: skip
for _state in monitoring.IN_USE:
    _sampling(
        f"groundwater_{_state}", "地下水监测", "groundwater_samplings", (_state,),
        Times(_number("groundwater", f"times_{_state}")), "groundwater",
    )  # fmt: skip
_sampling(
    "deep_soil", "深层土壤监测", "deep_soil_samplings", monitoring.FIRST_CLASS,
    EveryYears(
        of=last_record("deep_soil_samplings"),
        warn_months=_number("deep_soil", "warn_months"),
        overdue_months=_number("deep_soil", "overdue_months"),
    ),
    "deep_soil",
)  # fmt: skip

# The unit: hazards found are put right by the day entered for each.
RECTIFICATION = declare(
    DutyRule(
        id="key_units.rectification",
        label="整改土壤污染隐患",
        register=LEDGER,
        owed=OwedByState(LEDGER, UNSETTLED, "整改土壤污染隐患并经核查合格", due_of),
        basis=rules_of("key_unit_rectification"),
        while_states=UNSETTLED,
    )
)


# The bureau: the list of the year, its return of each quarter, the surroundings of the listed.
ask_by_place("key_unit_list", "month_day")


def _list_due(version: Version) -> date | None:
    """The last day of the year's list, as the rule of that year says."""
    facts = versions.facts_of(version)
    assert isinstance(facts, KeyUnitListFacts)
    if not facts.year:
        return None
    text = value_on("key_unit_list", "month_day", date(facts.year, 1, 1), version.region.path)
    if text is None:
        return None
    month, day = (int(part) for part in text.split("-"))
    return date(facts.year, month, day)


LIST = declare(
    DutyRule(
        id="key_units.list",
        label="核实并公布年度名录",
        register=lists.LISTS,
        owed=OwedByState(lists.LISTS, lists.OPEN, "核实并公布年度名录", _list_due),
        basis=rules_of("key_unit_list"),
        while_states=lists.OPEN,
    )
)


def quarters_of_list(on: date, entries: Collection[int] | None) -> dict[int, dict[str, date]]:
    """The ends of the four quarters of the year that a list of units is for; other lists owe no return."""
    found = versions.versions(lists.LISTS, on)
    if entries is not None:
        found = found.filter(entry__in=entries)
    ends: dict[int, dict[str, date]] = {}
    for version in found:
        facts = versions.facts_of(version)
        assert isinstance(facts, KeyUnitListFacts)
        year = facts.year if facts.kind == lists.SOIL else None
        ends[version.entry_id] = {
            f"{year}-{quarter}": date(year, 3 * quarter, 1) + relativedelta(day=31)
            for quarter in (1, 2, 3, 4)
            if year
        }
    return ends


QUARTER_RETURN = _rule(
    "quarter_return", "每季度末报送名录动态更新情况", BeforeEvent(quarters_of_list, days=_number("quarter_return", "days")),
    (
        Closing(
            "quarter_returns",
            lambda record: f"{record.year}-{record.quarter}" if record.year and record.quarter else None,
        ),
    ),
    register=lists.LISTS, states=lists.REPORTED, what="报送{period}名录动态更新情况", evidence=False,
)  # fmt: skip
SURROUNDINGS = _rule(
    "surroundings", "监测名录内单位周边土壤和地下水",
    WithinMonths(_number("surroundings", "months"), of="published_on"),
    register=lists.LISTS, states=("published",), checked=True,
)  # fmt: skip

# What a second look has found is put right by the day that was set then.
RECHECKS = declare_limits(KEY_REGULATED_UNITS)
