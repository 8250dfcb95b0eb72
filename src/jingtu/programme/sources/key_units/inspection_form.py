"""The 100-point inspection of a key unit: its first version, and what the registers propose for it."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from importlib import resources

from dateutil.relativedelta import relativedelta

from jingtu.platform.registers import versions
from jingtu.platform.registers.entry_records import believed_records
from jingtu.platform.registers.models import Entry
from jingtu.platform.scorecards.declarations import ItemSpec, Proposal, ScorecardKind, declare
from jingtu.programme.sources.key_units.models import KeyUnitFacts
from jingtu.programme.sources.key_units.permissions import CHECK, READ, TEMPLATE
from jingtu.programme.sources.key_units.rules import value_on
from jingtu.programme.sources.key_units.units import KEY_UNITS

FORM = "key_unit_inspection"
ALL, NOTHING = Decimal(1), Decimal(0)


def _items() -> tuple[ItemSpec, ...]:
    file = resources.files(__package__) / "data" / "inspection_form.csv"
    rows = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    return tuple(
        ItemSpec(
            row["key"],
            row["group"],
            row["text"],
            Decimal(row["points"]) if row["points"] else None,
            row["basis"],
        )
        for row in rows
    )


def _last(kind: str, entry: Entry, on: date) -> date | None:
    rows = believed_records(kind).filter(entry=entry, on__lte=on).order_by("-on")
    return rows.values_list("on", flat=True).first()


def _of_year(kind: str, entry: Entry, on: date, year: int) -> date | None:
    rows = believed_records(kind).filter(entry=entry, on__lte=on, year=year).order_by("-on")
    return rows.values_list("on", flat=True).first()


def toxic_report(entry: Entry, on: date) -> Proposal:
    """The report of the year before was handed in."""
    day = _of_year("toxic_reports", entry, on, on.year - 1)
    if day:
        return Proposal(ALL, f"{day.isoformat()} 已报送 {on.year - 1} 年度有毒有害物质排放报告")
    return Proposal(NOTHING, f"未登记 {on.year - 1} 年度有毒有害物质排放报告")


def hazard_inspection(entry: Entry, on: date) -> Proposal | None:
    """The last inspection is not older than the interval; a unit listed less than a year ago may still wait."""
    text = value_on("key_unit_hazard_inspection", "overdue_months", on)
    if text is None:
        return None
    day = _last("hazard_inspections", entry, on)
    if day and day > on - relativedelta(months=int(text)):
        return Proposal(ALL, f"{day.isoformat()} 完成隐患排查，在 {text} 个月的周期内")
    if day:
        return Proposal(NOTHING, f"最近一次隐患排查在 {day.isoformat()}，已超过 {text} 个月")
    if _listed_lately(entry, on):
        return Proposal(None, "列入名录未满一年，首次隐患排查尚未到期")
    return Proposal(NOTHING, "未登记隐患排查")


def _listed_lately(entry: Entry, on: date) -> bool:
    version = versions.version_on(entry, on)
    facts = versions.facts_of(version) if version else None
    months = value_on("key_unit_hazard_inspection", "first_months", on)
    if not isinstance(facts, KeyUnitFacts) or facts.listed_on is None or months is None:
        return False
    return facts.listed_on > on - relativedelta(months=int(months))


def self_monitoring(entry: Entry, on: date) -> Proposal:
    """The monitoring of the year before, or already of this one, was reported."""
    for year in (on.year, on.year - 1):
        day = _of_year("self_monitorings", entry, on, year)
        if day:
            return Proposal(ALL, f"{day.isoformat()} 已报送 {year} 年度自行监测数据")
    return Proposal(NOTHING, f"未登记 {on.year - 1}、{on.year} 年度自行监测数据")


def demolition(entry: Entry, on: date) -> Proposal:
    """Every demolition that has begun had its plan filed before."""
    works = believed_records("demolitions").filter(entry=entry, starts_on__lte=on)
    filed = dict(believed_records("demolition_filings").filter(entry=entry).values_list("name", "on"))
    begun = [(row.name, row.starts_on) for row in works]
    if not begun:
        return Proposal(None, "没有登记已开工的拆除活动")
    late = [name for name, starts in begun if name not in filed or filed[name] > starts]
    if late:
        return Proposal(NOTHING, f"开工前未备案：{'、'.join(late)}")
    return Proposal(ALL, f"{len(begun)} 项拆除活动均在开工前备案")


def tanks(entry: Entry, on: date) -> Proposal:
    """Information on tanks, or that there are none, was handed in."""
    day = _last("tank_reports", entry, on)
    return (
        Proposal(ALL, f"{day.isoformat()} 已报送地下储罐信息")
        if day
        else Proposal(NOTHING, "未登记地下储罐信息")
    )


def no_inspection(entry: Entry, on: date) -> Proposal | None:
    """No report at all; one that is too old costs points and is no veto."""
    day = _last("hazard_inspections", entry, on)
    if day:
        return Proposal(None, f"{day.isoformat()} 有隐患排查报告", hit=False)
    return None if _listed_lately(entry, on) else Proposal(None, "未登记隐患排查报告", hit=True)


def veto(found: Callable[[Entry, date], Proposal | None]) -> Callable[[Entry, date], Proposal | None]:
    """The veto that goes with an item: hit where nothing at all is proposed for it."""

    def propose(entry: Entry, on: date) -> Proposal | None:
        said = found(entry, on)
        if said is None or said.share is None:
            return None
        return Proposal(None, said.source, hit=said.share == NOTHING)

    return propose


INSPECTION = declare(
    ScorecardKind(
        id=FORM,
        label="重点监管单位百分制检查表",
        register=KEY_UNITS,
        items=_items(),
        read_permission=READ,
        fill_permission=CHECK,
        edit_permission=TEMPLATE,
        proposals={
            "toxic_report": toxic_report,
            "no_toxic_report": veto(toxic_report),
            "hazard_inspection": hazard_inspection,
            "no_inspection_report": no_inspection,
            "self_monitoring": self_monitoring,
            "data_not_reported": veto(self_monitoring),
            "demolition": demolition,
            "no_demolition_plan": veto(demolition),
            "tanks": tanks,
        },
        basis="各类别分值和否决项参照地方检查实践，类别内的分项由使用单位修订；没有全国统一的评分标准。",
    )
)
