"""Units as they are printed, and exact conversion."""

from __future__ import annotations

from fractions import Fraction

import pytest

from jingtu.knowledge.standards.units import UnitError, convert, factor, unit_of

SPELLINGS = {
    "mg/kg": [
        "mg/kg",
        "MG/KG",
        "ｍｇ／ｋｇ",
        "㎎/㎏",
        "mg·kg⁻¹",
        "mg kg-1",
        "mg.kg^-1",
        "（mg/kg）",
        "ppm",
        "μg/g",
        "毫克/千克",
    ],
    "μg/kg": ["μg/kg", "µg/kg", "ug/kg", "μg·kg-1", "ng/g", "微克/千克"],
    "ng/kg": ["ng/kg", "ng TEQ/kg", "pg/g"],
    "%": ["%", "％"],
    "mg/L": ["mg/L", "mg/l", "mg·L⁻¹", "毫克/升"],
    "μg/L": ["μg/L", "ug/L", "µg/l"],
    "Bq/L": ["Bq/L", "贝可/升"],
    "MPN/100mL": ["MPN/100mL", "CFU/100mL", "MPN/100mL 或 CFU/100mL"],
    "CFU/mL": ["CFU/mL", "cfu/ml"],
    "NTU": ["NTU"],
    "铂钴色度单位": ["铂钴色度单位", "度"],
}


@pytest.mark.parametrize(
    ("unit", "word"), [(unit, word) for unit, words in SPELLINGS.items() for word in words]
)
def test_spellings(unit: str, word: str) -> None:
    assert unit_of(word) == unit


@pytest.mark.parametrize("word", ["", None, "斤", "mg", "kg/mg", "mg/m2"])
def test_what_is_no_unit(word: str | None) -> None:
    assert unit_of(word) is None


@pytest.mark.parametrize(
    ("unit", "to", "by"),
    [
        ("μg/kg", "mg/kg", Fraction(1, 1000)),
        ("ng/kg", "mg/kg", Fraction(1, 1_000_000)),
        ("%", "mg/kg", 10_000),
        ("g/kg", "mg/kg", 1000),
        ("mg/L", "μg/L", 1000),
        ("MPN/L", "MPN/100mL", Fraction(1, 10)),
        ("mg/L", "mg/kg", None),
        ("Bq/L", "mg/L", None),
        ("mmol/L", "mg/L", None),
    ],
)
def test_factors(unit: str, to: str, by: Fraction | int | None) -> None:
    assert factor(unit, to) == by


def test_a_factor_of_a_substance() -> None:
    assert factor("mmol/L", "mg/L", "total_hardness") == Fraction("100.0869")


def test_conversion_is_rounded_once() -> None:
    assert convert([350.0, 0.7], "μg/kg", "mg/kg").tolist() == [0.35, 0.0007]


@pytest.mark.parametrize("unit", ["", None, "斤", "mg/L"])
def test_there_is_no_default(unit: str | None) -> None:
    with pytest.raises(UnitError):
        convert([1.0], unit, "mg/kg")
    with pytest.raises(UnitError):
        convert([1.0, 2.0], ["mg/kg", unit], "mg/kg")
