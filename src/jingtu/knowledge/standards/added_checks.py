"""What has to hold between the rows of one added standard, so that every result has one verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Final

from jingtu.knowledge.standards.added_cells import Line
from jingtu.knowledge.standards.added_names import cas_is_right
from jingtu.knowledge.standards.data_rows import folded
from jingtu.knowledge.standards.units import factor

Rows = Sequence[tuple[Line, Mapping[str, str]]]

_CLASSES: Final = tuple(f"class_{name}" for name in ("I", "II", "III", "IV", "V"))
_LADDERS: Final = (("screening", "intervention"), _CLASSES)


def check_limits(rows: Rows) -> None:
    """Note every contradiction between the rows of one edition at the cell where it shows."""
    _one_kind(rows)
    _names(rows)
    by_analyte: dict[str, list[tuple[Line, Mapping[str, str]]]] = {}
    for line, row in rows:
        by_analyte.setdefault(row["id"], []).append((line, row))
    for group in by_analyte.values():
        _units(group)
        _repeated(group)
        _ladders(group)
        _conditions(group)
        _whole_ladder(group)


def _family(kind: str) -> str:
    return "class" if kind.startswith("class_") else "soil" if kind in {"screening", "intervention"} else kind


def _one_kind(rows: Rows) -> None:
    stated = [(line, row["kind"]) for line, row in rows if row["kind"]]
    for line, kind in stated[1:]:
        if _family(kind) != _family(stated[0][1]):
            line.wrong(
                "kind", f"与第{stated[0][0].row}行不能混用：筛选值和管制值、限量、Ⅰ类至Ⅴ类只能取其中一种。"
            )


def _names(rows: Rows) -> None:
    owner: dict[str, tuple[str, int]] = {}
    for line, row in rows:
        if row["cas"] and not cas_is_right(row["cas"]):
            line.wrong("cas", "CAS编号的校验位不符，请核对。")
        for word in (row["name_cn"], *row["aliases"].split("|")):
            if not word:
                continue
            known, place = owner.setdefault(folded(word), (row["id"], line.row))
            if known != row["id"]:
                key = "name_cn" if word == row["name_cn"] else "aliases"
                line.wrong(key, f"“{word}”在第{place}行已用于另一项目。")


def _units(group: Rows) -> None:
    first, unit = group[0][0], group[0][1]["unit"]
    for line, row in group[1:]:
        if row["unit"] and unit and factor(row["unit"], unit, row["id"]) is None:
            line.wrong("unit", f"与第{first.row}行同一项目的单位不是同一种量。")


def _span(row: Mapping[str, str]) -> tuple[Fraction, Fraction]:
    return Fraction(row["ph_gt"] or -1), Fraction(row["ph_le"] or 15)


def _same_place(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Whether a result could fall under both rows, and neither says more of it than the other."""
    (low, high), (least, most) = _span(one), _span(other)
    if not (low < most and least < high):
        return False
    return all(
        bool(set(one[key].split("|")) & set(other[key].split("|")))
        for key in ("land_use", "land_class", "crop")
    )


def _repeated(group: Rows) -> None:
    for (line, row), (other, second) in combinations(group, 2):
        if row["kind"] == second["kind"] and _same_place(row, second):
            other.wrong("value", f"与第{line.row}行的条件重叠，同一结果会有两个限值。")


def _ladders(group: Rows) -> None:
    for (line, row), (other, second) in combinations(group, 2):
        for steps in _LADDERS:
            if row["kind"] not in steps or second["kind"] not in steps or row["kind"] == second["kind"]:
                continue
            if not (_same_place(row, second) and row["upper"] and second["upper"]):
                continue
            by = factor(second["unit"], row["unit"], row["id"])
            if by is None:
                continue
            below = steps.index(row["kind"]) < steps.index(second["kind"])
            values = Fraction(row["upper"]), Fraction(second["upper"]) * by
            if (values[0] > values[1]) if below else (values[1] > values[0]):
                other.wrong("value", f"与第{line.row}行比较，高低次序颠倒，请核对。")


def _conditions(group: Rows) -> None:
    """A row without a condition beside rows with one would hold for what the others forgot; it has to say so."""
    for key, heading in (("ph_le", "pH"), ("land_class", "用地类别")):
        keys = ("ph_gt", "ph_le") if key == "ph_le" else (key,)
        stated = [any(row[name] for name in keys) for _, row in group]
        if any(stated) and not all(stated):
            line = group[stated.index(False)][0]
            line.wrong(key, f"同一项目有的行分{heading}、有的行不分，请写全。")


def _whole_ladder(group: Rows) -> None:
    """A class, or the space between two values, can be told only where the steps below are known."""
    kinds = {row["kind"] for _, row in group}
    line, row = group[0]
    if "intervention" in kinds and "screening" not in kinds:
        line.wrong("kind", f"“{row['name_cn']}”有管制值而没有筛选值，请补上。")
    if any(kind in _CLASSES for kind in kinds) and not set(_CLASSES[:-1]) <= kinds:
        line.wrong("kind", f"“{row['name_cn']}”须写全Ⅰ类至Ⅳ类的限值。")
