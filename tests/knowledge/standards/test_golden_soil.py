"""Cases that were worked by hand from the standards, GB 15618 and GB 36600."""

from __future__ import annotations

import csv
import re
from datetime import date
from pathlib import Path

import pytest

from jingtu.errors import NotConfiguredError
from jingtu.knowledge.standards.screening import screen

CASES = [
    case
    for case in csv.DictReader(
        (Path(__file__).parent / "data" / "golden_cases.csv").read_text(encoding="utf-8").splitlines()
    )
    if case["standard"] in {"gb15618", "gb36600"}
]
SUM = re.compile(r"sum", re.IGNORECASE)
FLAGS = {
    "rotation": "rotation_stricter",
    "reference_only": "reference_only",
    "land_class_unclear": "land_class_unclear",
    "wet_basis": "wet_basis",
    "unit": "unit_converted",
    "sum": "sum_computed",
    "nondetect": "nondetect",
}
REASONS = {"no_ph": "no_ph", "bad_ph": "bad_ph", "no_land_use": "no_land_use"}


def members(text: str) -> list[tuple[str, str]]:
    """``α-六六六 0.03; β,γ,δ ND(检出限0.0005)`` as names and values."""
    found = []
    for part in text.split("; "):
        names, value = part.rsplit(" ", 1)
        each = names.split(",") if re.fullmatch(r"[α-δ](,[α-δ])+", names) else [names]
        found += [(name if len(name) > 1 else f"{name}-六六六", value) for name in each]
    return found


def columns(case: dict[str, str]) -> dict[str, list[str | None]]:
    summed = SUM.search(case["value_printed"]) is not None
    rows = members(case["analyte"]) if summed else [(case["analyte"], case["value_printed"])]
    background = re.search(r"background (?:given as )?(\d+)", case["flags"] + case["why"])
    named = case["land_class"] if case["land_class"] not in {"", "1", "2"} else case["land_use_printed"]
    return {
        name: [value or None] * len(rows)
        for name, value in {
            "sample": "S1",
            "unit": case["unit_printed"],
            "ph": case["ph_printed"],
            "land_use": named,
            "background": background[1] if background else "",
            "background_source": "本地背景调查报告" if background else "",
        }.items()
    } | {"analyte": [name for name, _ in rows], "value": [value for _, value in rows]}


@pytest.mark.parametrize("case", CASES, ids=[f"{case['case']}-{case['analyte']}" for case in CASES])
def test_golden(case: dict[str, str]) -> None:
    land_class = int(case["land_class"]) if case["land_class"] in {"1", "2"} else None
    on = date.fromisoformat(case["on_date"])
    if case["verdict"] == "not_covered" and on < date(2018, 8, 1):
        with pytest.raises(NotConfiguredError):
            screen(columns(case), case["standard"], on, land_class=land_class)
        return
    found = screen(columns(case), case["standard"], on, land_class=land_class)
    row = len(found) - 1
    assert found.verdict[row] == case["verdict"]
    assert found.analyte_id[row] in {case["substance_id"], None}
    if case["verdict"] != "not_covered":
        assert found.analyte_id[row] == case["substance_id"]
    given = set(case["flags"].split(";"))
    if case["substance_id"] == "copper":
        given -= {"rotation"}  # copper has one value for paddy and dry land: nothing to choose
    if case["unit_printed"] in {"ppm", "mg/kg"}:
        given -= {"unit"}  # the same number in another word
    expected = {FLAGS[flag] for flag in given & FLAGS.keys()}
    if found.reason[row] == "no_detection_limit":
        expected -= {"nondetect"}  # there is nothing to compare
    assert expected <= set(found.flags(row))
    for flag, code in REASONS.items():
        if flag in given:
            assert found.reason[row] == code
    if case["verdict"] in {"between", "above_intervention", "above_screening", "below_screening"}:
        expected_limits = [part.strip() for part in case["limit"].split("/")]
        assert [limit["printed"] for limit in found.limits_of(row)] == [
            value for value in expected_limits if value != "none"
        ]


def test_the_background_rule_keeps_the_verdict_and_flags_it() -> None:
    base = {"sample": ["S"] * 4, "analyte": ["砷"] * 4, "value": ["58"] * 4, "unit": ["mg/kg"] * 4}
    found = screen(
        {**base, "background": ["60", "60", "57", None], "background_source": ["调查", None, "调查", None]},
        "gb36600",
        date(2026, 11, 22),
        land_class=1,
    )
    assert found.verdict.to_list() == ["between"] * 4
    assert [found.flags(row) for row in range(4)] == [
        ("within_background",),
        ("background_unsourced",),
        ("above_background",),
        ("background_may_apply",),
    ]


def test_the_mark_of_the_background_rule_stands_on_five_values() -> None:
    marked = {
        (limit.analyte_id, limit.value)
        for limit in screen(
            {"sample": ["S"], "analyte": ["砷"], "value": ["1"], "unit": ["mg/kg"]},
            "gb36600",
            date(2026, 1, 1),
        ).limits
        if limit.footnote.startswith("①")
    }
    assert marked == {
        ("arsenic", "20"),
        ("arsenic", "60"),
        ("cobalt", "20"),
        ("cobalt", "70"),
        ("vanadium", "165"),
    }
