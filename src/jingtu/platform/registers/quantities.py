"""Quantities as people write them: areas, sums of money, masses and coordinates with their units."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

# Legal units of area in square metres: 1 hectare is 15 mu.
_MU = Decimal(10000) / Decimal(15)
SQUARE_METRES: dict[str, Decimal] = {
    "平方米": Decimal(1), "㎡": Decimal(1), "m²": Decimal(1), "m2": Decimal(1),
    "万平方米": Decimal(10000), "万m2": Decimal(10000), "万㎡": Decimal(10000),
    "亩": _MU, "万亩": Decimal(100_000_000) / Decimal(15),
    "公顷": Decimal(10000), "ha": Decimal(10000), "hm2": Decimal(10000), "hm²": Decimal(10000),
    "平方公里": Decimal(1_000_000), "平方千米": Decimal(1_000_000),
    "km2": Decimal(1_000_000), "km²": Decimal(1_000_000),
}  # fmt: skip
YUAN: dict[str, Decimal] = {
    "元": Decimal(1), "千元": Decimal(1000), "万元": Decimal(10_000), "万": Decimal(10_000),
    "百万元": Decimal(1_000_000), "亿元": Decimal(100_000_000), "亿": Decimal(100_000_000),
}  # fmt: skip
GRAMS: dict[str, Decimal] = {
    "g": Decimal(1), "克": Decimal(1), "kg": Decimal(1000), "千克": Decimal(1000), "公斤": Decimal(1000),
    "t": Decimal(1_000_000), "吨": Decimal(1_000_000),
}  # fmt: skip
UNITS: Mapping[str, Mapping[str, Decimal]] = {"area": SQUARE_METRES, "money": YUAN, "mass": GRAMS}
# What a person is offered where a table does not say.
OFFERED: Mapping[str, tuple[str, ...]] = {
    "area": ("亩", "公顷", "平方米", "万亩", "平方公里"),
    "money": ("万元", "元", "亿元"),
    "mass": ("千克", "克", "吨"),
}
NAMES = {"area": "面积", "money": "金额", "mass": "重量"}
EXAMPLES = {"area": "12.5亩", "money": "30万元", "mass": "12.5千克"}
WANTED = {"area": "平方米、亩或公顷", "money": "元、万元或亿元", "mass": "克、千克或吨"}
# Where the country lies: what is outside is a slip, or a projected coordinate.
LONGITUDES, LATITUDES = (Decimal(73), Decimal(136)), (Decimal(3), Decimal(54))
_MEASURE = re.compile(r"^[¥￥]?\s*([-+]?[\d,]*\.?\d+)\s*(\D.*)?$")
_DEGREES = re.compile(
    r"^(?P<before>东经|北纬|西经|南纬|经度|纬度|[EWNS])?[:：]?\s*(?P<degrees>-?\d{1,3}(?:\.\d+)?)\s*[°度º]?"
    r"(?:\s*(?P<minutes>\d{1,2}(?:\.\d+)?)\s*['′’分])?"
    r"(?:\s*(?P<seconds>\d{1,2}(?:\.\d+)?)\s*(?:[\"″”秒]|''|′′|’’))?\s*(?P<after>[EWNS])?$",
    re.IGNORECASE,
)


def plain(raw: Any) -> str:
    """Text in one width, without space around it."""
    return unicodedata.normalize("NFKC", str(raw)).strip()


def unit_of(kind: str, words: str) -> str:
    """The unit of a kind of quantity that some words name; ``""`` where they name none.

    Examples
    --------
    >>> unit_of("area", "单位:亩"), unit_of("money", "万元"), unit_of("area", "平方英里")
    ('亩', '万元', '')
    """
    text = re.sub(r"^(?:计量)?单位(?:为)?[:：]?", "", plain(words).replace(" ", "")).lower()
    for known in (text, re.sub(r"/(?:年|a)$", "", text)):  # a mass of a year is that mass
        if known in UNITS.get(kind, {}):
            return known
    return ""


_SAME_UNITS = {
    "m": "米", "km": "千米", "公里": "千米", "cm": "厘米", "眼": "口", "户": "家", "kg": "千克", "公斤": "千克", "t": "吨",
    "次": "次/年", "次每年": "次/年", "次/a": "次/年",
}  # fmt: skip


def same_unit(one: str, other: str) -> bool:
    """Whether two words are the same unit, as one office writes it and as the next does.

    Examples
    --------
    >>> same_unit("m", "米"), same_unit("次", "次/年"), same_unit("千米", "米")
    (True, True, False)
    """
    left, right = (plain(word).lower().replace(" ", "") for word in (one, other))
    return _SAME_UNITS.get(left, left) == _SAME_UNITS.get(right, right)


def number(raw: Any) -> Decimal:
    """A number without the noise of its binary form; raises ``ValueError``."""
    if isinstance(raw, Decimal):
        found = raw
    elif isinstance(raw, int) and not isinstance(raw, bool):
        found = Decimal(raw)
    elif isinstance(raw, float):
        # A workbook keeps fifteen significant digits; the rest is noise of the binary form.
        found = Decimal(format(raw, ".15g"))
    else:
        try:
            found = Decimal(plain(raw).replace(",", ""))
        except InvalidOperation:
            raise ValueError("应为数字") from None
    if not found.is_finite():
        raise ValueError("应为数字")
    return found


def measured(kind: str, raw: Any, unit: str = "") -> tuple[Decimal, Decimal, str]:
    """A quantity with its unit: the number, how many base units one unit has, and the unit, ``""`` for none.

    Examples
    --------
    >>> measured("area", "1.5公顷")
    (Decimal('1.5'), Decimal('10000'), '公顷')
    >>> measured("mass", "2", "kg")
    (Decimal('2'), Decimal('1000'), 'kg')
    """
    if isinstance(raw, str):
        match = _MEASURE.match(plain(raw))
        if match is None:
            raise ValueError(f"应为{NAMES[kind]}，例如 12.5 或 {EXAMPLES[kind]}")
        raw, unit = match[1], (match[2] or "").strip() or unit
    known = UNITS[kind]
    named = plain(unit).lower() if unit else ""
    factor = known.get(named) if named else Decimal(1)
    if factor is None:
        raise ValueError(f"不认识{NAMES[kind]}单位“{unit}”，请用{WANTED[kind]}")
    found = number(raw)
    if found < 0:
        raise ValueError(f"{NAMES[kind]}不能为负数")
    return found, factor, named


def names_unit(raw: Any) -> bool:
    """Whether a cell says itself in which unit it is."""
    if not isinstance(raw, str):
        return False
    match = _MEASURE.match(plain(raw))
    return match is not None and bool((match[2] or "").strip())


def degrees(raw: Any, axis: str = "") -> Decimal:
    """Decimal degrees of a coordinate within the country.

    Parameters
    ----------
    raw : object
        Decimal degrees, or degrees, minutes and seconds.
    axis : {"", "longitude", "latitude"}
        Which one it should be, where that is known.

    Examples
    --------
    >>> degrees("109°30′36″E"), degrees("24度15分", "latitude")
    (Decimal('109.51'), Decimal('24.25'))
    """
    if isinstance(raw, str):
        match = _DEGREES.match(plain(raw))
        if match is None:
            raise ValueError("应为经纬度，例如 109.5123 或 109°30′44″")
        said = (match["before"] or match["after"] or "").upper()
        found = Decimal(match["degrees"])
        minutes, seconds = Decimal(match["minutes"] or 0), Decimal(match["seconds"] or 0)
        if minutes >= 60 or seconds >= 60:
            raise ValueError("分和秒应小于 60")
        if (match["minutes"] or match["seconds"]) and "." in match["degrees"]:
            raise ValueError("写了分、秒的，度应为整数")
        found += minutes / 60 + seconds / 3600
        east, north = said in {"E", "东经", "经度"}, said in {"N", "北纬", "纬度"}
        if said in {"W", "S", "西经", "南纬"}:
            raise ValueError("应在东经、北纬范围内")
        if (axis == "longitude" and north) or (axis == "latitude" and east):
            raise ValueError("经度和纬度填反了")
    else:
        found = number(raw)
    low, high = {"longitude": LONGITUDES, "latitude": LATITUDES}.get(axis, (LATITUDES[0], LONGITUDES[1]))
    if not low <= found <= high:
        label = {"longitude": "经度", "latitude": "纬度"}.get(axis, "经纬度")
        raise ValueError(f"{label}应在 {low} 至 {high} 度之间；如为平面坐标，请换算成经纬度")
    return found


def axis_of(*words: str) -> str:
    """Whether some words speak of longitude or of latitude; ``""`` for neither."""
    text = "".join(words).lower()
    if "经" in text or "lon" in text or "lng" in text:
        return "longitude"
    return "latitude" if "纬" in text or "lat" in text else ""
