"""Values that somebody might type into a field, drawn from a seed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from random import Random
from typing import Any

from jingtu.platform.registers.declarations import Field

CROPS = ("稻谷", "玉米", "稻谷", "白菜")
# Words that carry meaning: what is judged, added up by, or looked for by name.
_HINTS: dict[str, tuple[Any, ...]] = {
    "item": ("氨氮", "锰", "砷", "防渗墙"),
    "value": ("0.02", "0.3", "0.08", "1.2", "2.4", "<0.01", "0.004"),
    "crop": CROPS,
    "cadmium": ("0.05", "0.14", "0.26", "<0.01", "0.08", "0.11"),
    "mercury": (None,),
    "arsenic": (None,),
    "arsenic_inorganic": (None,),
    "chromium": (None,),
    "lead": ("<0.05", "0.08", "0.31", None),
    "document": ("示例财〔2023〕8号", "示例财〔2024〕3号"),
    "percent": (10, 40, 80, 100),
    "score": ("92.5", "81", "64"),
    "base_year": (2020,),
    "list_year": (2023, 2024, 2024, 2024),
    "year": (2023, 2024, 2024, 2024),
    "use_classes": ("2020", "2023"),
    "new_use": ("residential", "public", "residential", "other"),
    "degree": ("slight", "light_medium", "light_medium", "heavy", "clean"),
    "metals": ("镉", "铅、镉", "砷"),
    "industries": ("电镀",),
    "patrols_a_year": (2, 4),
    "background_items": ("", "", "锰"),
    "quarter": (1, 2, 3, 4),
    "lock": ("ok",),
    "pipe": ("ok", "ok", "broken"),
    "platform": ("ok",),
    "sign": ("ok",),
    "finding": ("sound", "sound", "sound", "damaged"),
    "measures": ("yes", "yes", "na", "no"),
    "reductions": ("yes", "yes", "na", "no"),
    "transfers": ("yes", "na"),
    "level": ("central", "central", "central", "county"),
    "target_class": ("III", "IV", "V"),
    "base_class": ("III", "IV", "V", "V"),
    "survey_code": ("",),
}
_UNITS = {"groundwater_point_results": ("mg/L",), "project_work": ("米", "口")}
_ITEMS = {
    "groundwater_point_results": ("氨氮", "锰", "砷"),
    "project_work": ("防渗墙", "监测井"),
}
# Hardly ever left empty, else nothing could be counted.
_USUAL = frozenset(
    {"unit", "area_m2", "industry", "base_year", "base_pb", "changed_on", "new_use", "list_year", "listed_on"}
)
_LATER = frozenset({"punished_on", "corrected_on"})  # than what was found
_NEVER = frozenset({"uscc", "facility", "phone"})


def values(
    rng: Random, fields: Iterable[Field], day: date, number: int, asked: Iterable[str] = (), kind: str = ""
) -> dict[str, Any]:
    """Values of the fields that somebody filled in: those asked for always, of the others more than half."""
    wanted, found = set(asked), {}
    for item in fields:
        draw = Random(f"{rng.random()}")  # one draw a field: a new field changes no other
        if not (item.required or item.id in wanted or item.id in _USUAL or draw.random() < 0.6):
            continue
        value = _value(draw, item, day, number, kind)
        if value is not None:
            found[item.id] = value
    return found


def _value(rng: Random, item: Field, day: date, number: int, kind: str) -> Any:
    if item.kind in _NEVER:
        return None
    if item.id == "unit" and kind in _UNITS:
        return rng.choice(_UNITS[kind])
    if item.id == "item" and kind in _ITEMS:
        return rng.choice(_ITEMS[kind])
    if item.id in _HINTS and (item.kind != "text" or item.id != "measures"):
        return rng.choice(_HINTS[item.id])
    if item.kind == "choice":
        return rng.choice(item.choices)[0]
    if item.kind == "date" and item.id in _LATER:
        return day + timedelta(days=rng.randint(0, 9))
    if item.kind == "date":
        ahead = item.id in {"due", "control_due", "cut_due", "survey_due", "recheck_due", "repair_due"}
        ahead = ahead or item.id.startswith(("planned", "starts"))
        return (
            day + timedelta(days=rng.randint(10, 150)) if ahead else day - timedelta(days=rng.randint(0, 25))
        )
    return _plain(rng, item, number)


def _plain(rng: Random, item: Field, number: int) -> Any:
    match item.kind:
        case "boolean":
            return rng.random() < 0.7
        case "integer":
            return rng.randint(1, 9)
        case "year":
            return rng.choice((2023, 2024))
        case "decimal":
            return f"{rng.randint(1, 900) / 10}"
        case "area":
            return f"{rng.randint(9, 900) * 100}"
        case "money":
            return f"{rng.randint(2, 60) * 10000}"
        case "mass":
            return f"{rng.randint(1, 4000)}g"
        case "coordinate":
            degrees = 110 if item.id == "longitude" else 23
            return f"{degrees + rng.random():.6f}"
    return f"{item.label}{number}"
