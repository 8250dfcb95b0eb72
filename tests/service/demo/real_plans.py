"""The published plans beside some checkouts, taken over by the sample county: what a bureau does on its first day."""

from __future__ import annotations

import io
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region
from jingtu.platform.registers.actions import CreateEntry
from jingtu.platform.registers.entry_records import AddRecord
from jingtu.platform.registers.models import Version
from jingtu.platform.rulebooks.actions import AddTable
from jingtu.programme.plans import actions
from jingtu.programme.plans.models import Plan, Target, TaskQuantity
from jingtu.programme.sources.metals.quotas.actions import Particulars
from jingtu.programme.sources.metals.quotas.kinds import OpenQuota, VerifyReduction

PLANS = Path(__file__).resolve().parents[4] / "shared" / "plans"
FILES = sorted(PLANS.glob("*.txt"))
_PAPER = Particulars(project="历史减排工程", document="核查意见", counterpart="")


_STRICT = {
    "indicator": "严格管控类耕地风险管控措施落实比例", "indicator_id": "strict_farmland_control_ratio",
    "kind": "number", "comparator": ">=", "value": 100, "unit": "%",
}  # fmt: skip
_EQUAL = {
    "indicator": "重金属污染物等量置换", "indicator_id": "equivalent_replacement_ratio",
    "kind": "number", "comparator": ">=", "value": 1, "unit": "比",
}  # fmt: skip
# What plans ask for in words alone (全部, 等量), and the targets that an officer makes of it.
_IMPLIED: dict[str, tuple[dict[str, Any], ...]] = {"000": (_STRICT,), "001": (_STRICT, _EQUAL)}


def gold(file: Path) -> dict[str, Any]:
    """What a person read in the plan."""
    found: dict[str, Any] = json.loads(
        (PLANS / "gold" / f"plan_{file.name[:3]}.json").read_text(encoding="utf-8")
    )
    return found


def take_over(file: Path, region: Region, year: int, actor: User, day: date) -> Plan:
    """Load a plan for a place and a year, confirm all of it, and promote every figure that a register computes.

    What a sentence asks for without a figure is added by hand as a target, as the form of the review has it.
    """
    loaded = actions.LoadPlan(
        actor, day, file_name=file.name, content=file.read_bytes(), region=region, year=year
    ).execute()
    for content in _IMPLIED.get(file.name[:3], ()):
        actions.AddItem(actor, day, loaded.plan, "target", content).execute()
    actions.ConfirmPlan(actor, day, loaded.plan, confirm_pending=True).execute()
    for quantity in TaskQuantity.objects.filter(entry__versions__taskfacts__plan=loaded.plan).distinct():
        if quantity.content.get("indicator_id") and quantity.target is None:
            actions.PromoteQuantity(actor, day, quantity).execute()
    return loaded.plan


def enter_named(target: Target, actor: User) -> None:
    """A point or project that only the plan knows is put on its list, with what was sampled or done there."""
    name, year = target.parameters["scope"], target.plan.year
    start, seen = date(year, 1, 2), date(year, 9, 18)
    known = Version.objects.filter(name=name, region__path__startswith=target.region.path)
    if known.exists():
        return
    header = {"name": name, "region": target.region}
    if target.indicator_id == "groundwater_point_quality":
        point = CreateEntry(actor, start, "groundwater_points", header, {"kind": "national"}).execute()
        values = {"season": "wet", "item": "氨氮", "value": "1.2", "unit": "mg/L"}
        AddRecord(actor, seen, point, "groundwater_point_results", values).execute()
    else:
        project = CreateEntry(actor, start, "reserve_projects", header, {}, state="started").execute()
        values = {"item": "土壤调理", "planned": "1000", "done": "850", "unit": "亩"}
        AddRecord(actor, seen, project, "project_work", values).execute()


def enter_years_before(region: Region, year: int, actor: User) -> None:
    """The lists of a place as they stood in a year before the sample: cropland, a parcel, a plant with its base."""
    start, seen = date(year, 1, 3), date(year, 9, 10)
    for place, (area, state, degree) in enumerate(
        (("600亩", "protected", "slight"), ("400亩", "safe_use", "light_medium"))
    ):
        plot = CreateEntry(
            actor, start, "farmland_plots", {"name": f"历史地块{place}", "region": region},
            {"area_m2": area, "degree": degree, "land_type": "paddy"}, state=state,
        ).execute()  # fmt: skip
        values = {"year": year, "season": "year", "measure": "organic_manure"}
        AddRecord(actor, seen, plot, "farmland_measures", values).execute()
    parcel = {
        "area_m2": Decimal(9000), "new_use": "residential", "use_classes": "2020", "survey_result": "over",
        "removed_on": date(year, 5, 6), "supplied_on": date(year, 8, 1), "changed_on": date(year, 2, 1),
    }  # fmt: skip
    CreateEntry(
        actor,
        start,
        "construction_parcels",
        {"name": "历史地块甲", "region": region},
        parcel,
        state="supplied",
    ).execute()
    facts = {"industry": "smelting", "base_year": 2013, "base_pb": "100千克"}
    plant = CreateEntry(
        actor, date(2013, 12, 31), "heavy_metal_enterprises", {"name": "历史冶炼厂", "region": region}, facts
    ).execute()
    OpenQuota(actor, date(2014, 1, 2), plant, "pb", 100_000, _PAPER).execute()
    VerifyReduction(actor, date(2018, 6, 4), plant, "pb", 12_000, _PAPER, way="process").execute()


def enter_rates(region: Region, year: int, actor: User) -> None:
    """The rates of a year for which no formula comes with the program, as a bureau enters them from its papers."""
    heading = "指标代号,指标名称,角色,符号,含义,单位,施行日期,废止日期,条款,来源"
    span = f"{year}-01-01,{year + 1}-01-01,测试条款,测试办法"
    lines = [
        f"contaminated_farmland_safe_use_rate,受污染耕地安全利用率,{role},{symbol},面积,亩,{span}"
        for role, symbol in (("分子", "B"), ("分子", "C"), ("分子", "D"), ("分母", "E"))
    ]
    lines += [
        f"polluted_parcel_safe_use_rate,污染地块安全利用率,{role},{symbol},面积,平方米,{span}"
        for role, symbol in (("分子", "safe"), ("分母", "all"))
    ]
    stream = io.BytesIO("\n".join([heading, *lines]).encode())
    AddTable(actor, date(2024, 12, 30), region, stream, "核算办法.csv").execute()
