"""What is owed for tailings ponds and sites of old waste. Every number is looked up in the app's table."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, timedelta
from typing import Any

from jingtu.platform.duties.declarations import Closing, DutyRule, OwedByState, declare
from jingtu.platform.duties.schedules import (
    AnySchedule,
    BeforeEvent,
    BeforeFloodSeason,
    OwedOnSchedule,
    Times,
    looked_up,
)
from jingtu.platform.registers.entry_records import believed_records
from jingtu.platform.registers.models import Entry, Version
from jingtu.platform.rules import ask_by_place
from jingtu.programme.sources.waste import ponds, sites
from jingtu.programme.sources.waste.rules import rules_of, value_on

OTHER_KIND = ""  # of no period: such a record meets nothing


ask_by_place("pond_flood_season", "month_day")


def season_begins(path: str, year: int) -> date | None:
    """The first day of the flood season of a year, as a place has entered it for itself and what lies below.

    Parameters
    ----------
    path : str
        Path of the region of the pond.
    year : int
        The year of the season.

    Returns
    -------
    date or None
        ``None`` where none is entered (期限未配置): no text gives a day for the whole country.

    Examples
    --------
    >>> season_begins("", 2024) is None
    True
    """
    text = value_on("pond_flood_season", "month_day", date(year, 1, 1), path)
    if text is None:
        return None
    month, day = (int(part) for part in text.split("-"))
    return date(year, month, day)


def last_days(on: date, entries: Collection[int] | None) -> dict[int, dict[str, date]]:  # noqa: ARG001 - shape
    """The last day on which each hazard of a pond is to be put right, by its name."""
    rows, found = believed_records("pond_hazards"), Entry.objects.filter(register=ponds.PONDS)
    if entries is not None:
        rows, found = rows.filter(entry__in=entries), found.filter(pk__in=entries)
    named: dict[int, dict[str, date]] = {entry: {} for entry in found.values_list("pk", flat=True)}
    for entry, name, due in rows.values_list("entry", "name", "due"):
        named[entry][name] = due
    return named


def _year_of_flood(record: Any) -> str:
    return str(record.on.year) if record.kind == ponds.FLOOD else OTHER_KIND


def _pond_rule(
    name: str, label: str, states: tuple[str, ...], schedule: AnySchedule, closes: tuple[str | Closing, ...],
    *, basis: str = "", what: str = "", checked: bool = False,
) -> DutyRule:  # fmt: skip
    return declare(
        DutyRule(
            id=f"waste.pond_{name}",
            label=label,
            register=ponds.PONDS,
            owed=OwedOnSchedule(ponds.PONDS, states, what or label, schedule),
            basis=rules_of(basis or f"pond_{name}"),
            while_states=states,
            evidence_required=True,
            checked=checked,
            closes_on=closes,
            while_in_force=True,
        )
    )


FLOOD_INSPECTION = _pond_rule(
    "flood_inspection", "汛期前全面排查污染隐患", ponds.SUPERVISED, BeforeFloodSeason(season_begins),
    (Closing("pond_inspections", _year_of_flood),), what="{period}全面排查污染隐患",
)  # fmt: skip
RECTIFICATION = _pond_rule(
    "rectification", "整改尾矿库污染隐患", ponds.ON_THE_LIST,
    BeforeEvent(last_days, days=looked_up(value_on, "pond_rectification", "days_before")),
    (Closing("pond_rectifications", lambda record: record.name),), checked=True,
)  # fmt: skip
for _state in ("level_1", "level_2"):
    _pond_rule(
        f"check_{_state}", f"检查{ponds.GRADES[_state]}环境监管尾矿库", (_state,),
        Times(looked_up(value_on, "pond_check", f"times_{_state}"), spread=False), ("pond_checks",),
        basis="pond_check", what=f"检查{ponds.GRADES[_state]}环境监管尾矿库（{{period}}）",
    )  # fmt: skip
CHECK_BEFORE_FLOOD = _pond_rule(
    "check_before_flood", "汛期前检查一级环境监管尾矿库", ("level_1",), BeforeFloodSeason(season_begins),
    (Closing("pond_checks", _year_of_flood),), what="{period}检查一级环境监管尾矿库",
)  # fmt: skip


def _after(subject: str) -> Callable[[Version], date | None]:
    ask_by_place(subject, "days")

    def due(version: Version) -> date | None:
        days = value_on(subject, "days", version.effective_from, version.region.path)
        return version.effective_from + timedelta(days=int(days)) if days else None

    return due


def _by_state(
    name: str, register: str, states: tuple[str, ...], what: str, due: Callable[[Version], date | None]
) -> DutyRule:
    return declare(
        DutyRule(
            id=f"waste.{name}",
            label=what,
            register=register,
            owed=OwedByState(register, states, what, due),
            basis=rules_of(name),
            while_states=states,
        )
    )


GRADING = _by_state(
    "pond_grading", ponds.PONDS, ("proposed",), "报请确定环境监管等级", _after("pond_grading")
)
SURVEY = _by_state("site_survey", sites.SITES, ("clue",), "完成现场排查", _after("site_survey"))
PLAN = _by_state("site_plan", sites.SITES, ("listed",), "制定整治方案", _after("site_plan"))
SITE_RECTIFICATION = _by_state("site_rectification", sites.SITES, ("rectifying",), "完成整治", sites.due_of)
CHECK = _by_state("site_check", sites.SITES, ("claimed",), "核查整治完成情况", _after("site_check"))
STRIKE_OFF = _by_state("site_strike_off", sites.SITES, ("checked",), "办理销号", _after("site_strike_off"))
