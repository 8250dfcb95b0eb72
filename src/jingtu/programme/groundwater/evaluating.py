"""The class of single values of groundwater by GB/T 14848, in the edition of the sampling day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from jingtu.errors import NotConfiguredError
from jingtu.knowledge.standards.editions import Edition
from jingtu.knowledge.standards.groundwater import CLASSES
from jingtu.knowledge.standards.reasons import words_of
from jingtu.knowledge.standards.screening import screen
from jingtu.platform.registers import versions
from jingtu.platform.registers.models import Entry, Version
from jingtu.platform.rulebooks.queries import added_editions

STANDARD: Final = "gbt14848"
LABELS: Final = dict(zip(CLASSES, ("Ⅰ类", "Ⅱ类", "Ⅲ类", "Ⅳ类", "Ⅴ类"), strict=True))
_THIRD: Final = CLASSES.index("III")
# What is wrong with a value is said at once; what the standard leaves open is kept with its reason.
_REFUSED: Final = frozenset(
    {
        "empty", "text", "range", "negative", "bad_ph", "not_ordinal", "no_detection_limit", "missing_unit",
        "unknown_unit", "unit_mismatch", "unit_conflict",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ItemClass:
    """What the standard says of one value.

    ``quality`` is a class (``"IV"``) or empty; ``reason`` is the code of why there is none.
    """

    item_id: str = ""
    quality: str = ""
    limit_value: Decimal | None = None
    limit_unit: str = ""
    limit_clause: str = ""
    edition: str = ""
    reason: str = ""

    @property
    def why(self) -> str:
        """Why there is no class, in words."""
        return words_of("reason", self.reason) if self.reason else ""


def judge(values: Mapping[str, Any], region_path: str = "") -> ItemClass:
    """The class of one value.

    Parameters
    ----------
    values : mapping
        ``item``, ``value`` (text as printed), ``unit``, ``detection_limit`` in that unit, and ``on``, the day
        of sampling, which decides the edition.
    region_path : str
        Where the point lies: tables entered for the place count.

    Returns
    -------
    ItemClass
        With the limit of class III, against which results of groundwater are told.

    Examples
    --------
    >>> found = judge({"item": "氨氮", "value": "1.2", "unit": "mg/L", "on": date(2024, 6, 3)})
    >>> found.quality, found.limit_value, found.limit_unit
    ('IV', Decimal('0.5'), 'mg/L')
    >>> judge({"item": "氨氮", "value": "1.2", "unit": "", "on": date(2024, 6, 3)}).reason
    'missing_unit'
    """
    limit = values.get("detection_limit")
    day: date = values["on"]
    return _judged(
        str(values["item"]), str(values["value"]), values.get("unit") or None,
        None if limit in {None, ""} else float(limit), day,
        added_editions(region_path, day) if region_path else (),
    )  # fmt: skip


@lru_cache(maxsize=512)
def _judged(
    item: str, value: str, unit: str | None, limit: float | None, day: date, added: tuple[Edition, ...]
) -> ItemClass:
    """Asked twice of each value: whether it can be entered, and what it is."""
    columns: dict[str, list[Any]] = {"analyte": [item], "value": [value], "unit": [unit]}
    if limit is not None:
        columns["detection_limit"] = [limit]
    try:
        found = screen(columns, STANDARD, day, added=added)
    except NotConfiguredError:
        return ItemClass(reason="no_edition")
    verdict, reason = found.verdict[0], found.reason[0] or ""
    code = int(found.analyte_code[0])
    place = int(found.limit_places[0][_THIRD])
    compared = found.limits[place] if place >= 0 else None
    return ItemClass(
        item_id=found.analyte_ids[code] if code >= 0 else "",
        quality=verdict if verdict in CLASSES else "",
        limit_value=None if compared is None or compared.number is None else Decimal(str(compared.number)),
        limit_unit=compared.unit if compared else "",
        limit_clause=compared.clause if compared else "",
        edition=found.edition.number,
        reason="" if verdict in CLASSES else reason,
    )


def unusable(entry: Entry, values: Mapping[str, Any]) -> str:
    """Why a value cannot be entered as it is, in words; empty where it can."""
    found = judge(values, region_path(entry, values["on"]))
    return found.why if found.reason in _REFUSED else ""


def columns(entry: Entry, values: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a result that nobody types in."""
    found = judge(values, region_path(entry, values["on"]))
    return {
        "item_id": found.item_id[:60],
        "quality": found.quality,
        "limit_value": found.limit_value,
        "limit_unit": found.limit_unit[:30],
        "limit_clause": found.limit_clause[:120],
        "edition": found.edition[:40],
        "why": found.why[:200],
    }


def region_path(entry: Entry, on: date) -> str:
    """Path of the place where an entry lay on a day, or else lies now."""
    known = Version.objects.filter(versions.believed(), entry=entry).order_by("effective_from")
    paths = known.values_list("region__path", "effective_from", "effective_to")
    there = [path for path, first, last in paths if first <= on < last]
    return (there or [path for path, _, _ in paths] or [""])[-1]
