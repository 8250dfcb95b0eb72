"""The words by which laboratories head their columns, read into fields, analytes and units."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib import resources

from jingtu.knowledge.standards.data_rows import folded
from jingtu.knowledge.standards.data_rows import rows as standard_rows
from jingtu.knowledge.standards.units import unit_of

_MARKS = "/*#▲△☆★※^†‡①②③④⑤⑥⑦⑧⑨⑩ \t\r\n:：、，,;；。.＿_|"
_IN_BRACKETS = re.compile(r"^(?P<name>.*?)[(（\[【〔](?P<inner>[^()（）\[\]【】]*)[)）\]】〕]\s*$", re.DOTALL)
_LABEL = re.compile(r"^(?:计量)?单位\s*[:：]?\s*")
_SEPARATORS = re.compile(r"[\s,，;；:：_|/、]+")
_LENGTHS = {"m": 1.0, "米": 1.0, "cm": 0.01, "厘米": 0.01, "mm": 0.001, "毫米": 0.001, "dm": 0.1}
_LONGEST_HEADING = 60
_NO_UNITS = frozenset({"", "/", "-", "--", "—", "无", "–"})
_TABLES = ("gb15618.csv", "gb36600.csv", "gbt14848.csv", "gb2762.csv", "sums.csv", "not_judged.csv")


def table(name: str) -> Iterator[dict[str, str]]:
    """Rows of a CSV file of this package."""
    file = resources.files("jingtu.knowledge.labsheets") / "data" / name
    yield from csv.DictReader(file.read_text(encoding="utf-8").splitlines())


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """A heading without blanks, widths, marks of footnotes and case.

    Examples
    --------
    >>> fold("＊采样 深度（Ｍ）"), fold("检出限：")
    ('采样深度(m)', '检出限')
    """
    return "".join(unicodedata.normalize("NFKC", text).split()).strip(_MARKS).lower()


@cache
def _fields() -> dict[str, str]:
    return {fold(word): row["field"] for row in table("fields.csv") for word in row["words"].split("|")}


@cache
def _rank() -> dict[str, int]:
    return {
        fold(word): place for row in table("fields.csv") for place, word in enumerate(row["words"].split("|"))
    }


@cache
def _facts() -> dict[str, str]:
    return {fold(word): row["fact"] for row in table("facts.csv") for word in row["words"].split("|")}


@cache
def _words(kind: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in table("words.csv"):
        if row["kind"] == kind:
            found |= {fold(word): row["value"] for word in row["words"].split("|")}
    return found


def word_of(kind: str, text: str) -> str | None:
    """What a word of a cell means: ``medium``, ``qc_kind``, ``row`` or ``note``; ``None``: nothing known."""
    return _words(kind).get(fold(text))


def rank_of(text: str) -> int:
    """How usual a heading is for its field: 0 is the first of its words."""
    return _rank().get(fold(text), 99)


@cache
def _names() -> tuple[dict[str, str], dict[str, str]]:
    """Analytes by folded name, and by name in lower case where that is one analyte only."""
    exact: dict[str, str] = {}
    for row in table("analytes.csv"):
        for word in row["words"].split("|"):
            exact.setdefault(folded(word), row["analyte"])
    for name in _TABLES:
        for row in standard_rows(name):
            for word in (row["name_cn"], *row["aliases"].split("|"), *(row.get("cas") or "").split("|")):
                if word.strip():
                    exact.setdefault(folded(word), row["name_cn"])
    lower: dict[str, str] = {}
    doubled = set()
    for word, name in exact.items():
        key = word.lower()
        if lower.setdefault(key, name) != name:
            doubled.add(key)
    return exact, {key: name for key, name in lower.items() if key not in doubled}


@lru_cache(maxsize=65536)
def analyte_of(text: str) -> str | None:
    """The usual name of an analyte that a printed word means in any standard, or ``None``.

    Examples
    --------
    >>> analyte_of("镉（Cd）"), analyte_of("*pb"), analyte_of("采样日期")
    ('镉', '铅', None)
    """
    exact, lower = _names()
    name = folded(text).strip(_MARKS)
    found = exact.get(name) or lower.get(name.lower())
    if found is None and (match := _IN_BRACKETS.match(name)) and match["name"]:
        found = exact.get(match["name"]) or exact.get(match["inner"])
    return found


@lru_cache(maxsize=16384)
def split_unit(text: str) -> tuple[str, str]:
    r"""A heading's name and the unit it ends with; ``""`` where it names none.

    Examples
    --------
    >>> split_unit("镉(mg/kg)"), split_unit("镉\nmg/kg"), split_unit("镉，mg/kg"), split_unit("六价铬mg/kg")
    (('镉', 'mg/kg'), ('镉', 'mg/kg'), ('镉', 'mg/kg'), ('六价铬', 'mg/kg'))
    >>> split_unit("检测结果（单位：mg/kg）")
    ('检测结果', 'mg/kg')
    >>> split_unit("色度"), split_unit("总硬度（以CaCO3计，mg/L）")
    (('色度', ''), ('总硬度（以CaCO3计）', 'mg/L'))
    """
    text = text.strip()
    match = _IN_BRACKETS.match(text)
    if match and match["name"].strip(_MARKS):
        inner = _LABEL.sub("", match["inner"].strip())
        if is_unit(inner):
            return match["name"].strip(_MARKS), inner
        *rest, last = re.split(r"[,，;；\s]+", inner)
        if rest and is_unit(last):
            return f"{match['name'].strip()}（{'，'.join(rest)}）", last
    for found in _SEPARATORS.finditer(text):
        name, unit = text[: found.start()].strip(_MARKS), text[found.end() :].strip()
        if name and is_unit(unit) and unit.strip(_MARKS):
            return name, unit.strip("()（）")
    for place in range(1, len(text)):
        unit = text[place:]
        if ("/" in unit[1:] or unit == "%") and is_unit(unit) and unit[0] not in "(（ ":
            return text[:place].strip(_MARKS), unit
    return text, ""


def is_unit(text: str) -> bool:
    """Whether a text is a unit of concentration or of length and nothing else.

    Examples
    --------
    >>> is_unit("mg/kg"), is_unit("cm"), is_unit("/"), is_unit("镉")
    (True, True, False, False)
    """
    text = text.strip()
    if text in _NO_UNITS or text.lower() == "ph":
        return False
    return fold(text) in _LENGTHS or fold(text) in _other_units() or unit_of(text) is not None


@cache
def _other_units() -> frozenset[str]:
    """Units of what no standard limits: temperature, conductivity, exchange capacity."""
    return frozenset(fold(row["unit"]) for row in table("units.csv"))


def metres(unit: str) -> float | None:
    """Metres in a unit of length; ``None`` where it is none."""
    return _LENGTHS.get(fold(unit))


@lru_cache(maxsize=16384)
def field_of(text: str) -> tuple[str, str] | None:
    """The field that a heading names and the unit in it, or ``None``.

    Examples
    --------
    >>> field_of("采样深度（cm）"), field_of("检测结果(mg/kg)"), field_of("天气")
    (('depth', 'cm'), ('value', 'mg/kg'), None)
    """
    found = _fields().get(fold(text))
    if found:
        return found, ""
    name, unit = split_unit(text)
    found = _fields().get(fold(name))
    if found:
        return found, unit
    if match := _IN_BRACKETS.match(text.strip()):
        found = _fields().get(fold(match["name"]))
        if found:
            return found, ""
    # Two languages in two lines, or two directions in one corner (检测项目\\样品编号).
    parts = [part for part in re.split(r"[\n\\]", text) if part.strip()]
    if len(parts) < 2 or len(text) > _LONGEST_HEADING:
        return None
    known = [item for part in parts if (item := field_of(part)) is not None]
    best = next((item for item in known if item[0] == "sample"), known[0] if known else None)
    return None if best is None else (best[0], best[1] or unit)


def fact_of(text: str) -> str | None:
    """What a label above a table says of the whole file, or ``None``."""
    return _facts().get(fold(text))


def note_of(text: str) -> str | None:
    """Whether a text is a signature or a remark below a table: ``signature``, ``remark`` or ``None``.

    Examples
    --------
    >>> note_of("编制：　　　审核："), note_of("注：ND 表示未检出"), note_of("S1-0.5")
    ('signature', 'remark', None)
    """
    start = re.split(r"[:：\s]", text.strip(), maxsplit=1)[0]
    notes = _words("note")
    found = notes.get(fold(start)) or notes.get(fold(text))
    if found is None and re.match(r"^\s*(注|备注|说明)\s*\d*[.、:：]", text):
        found = "remark"
    return found


def all_names() -> list[str]:
    """All names of analytes that are known, the usual ones first."""
    exact, _ = _names()
    usual = dict.fromkeys(exact.values())
    return [*usual, *(word for word in exact if word not in usual)]
