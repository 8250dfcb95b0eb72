"""docs/standards.md lists what the package holds, and its counts of cases are those that are collected."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

from jingtu.errors import NotConfiguredError
from jingtu.knowledge.standards import index_scales
from jingtu.knowledge.standards.added_format import LIMITS, RATES
from jingtu.knowledge.standards.backgrounds import STATISTICS, background_sets
from jingtu.knowledge.standards.editions import edition_on, editions
from jingtu.knowledge.standards.rates import own_rules

_ROOT = Path(__file__).resolve().parents[2]
_TESTS = _ROOT / "tests" / "knowledge" / "standards"
_GOLDEN = list(
    csv.DictReader((_TESTS / "data" / "golden_cases.csv").read_text(encoding="utf-8").splitlines())
)
# Names of the golden file for indices of the package.
_INDICES = {
    "single_factor_Pi": "single_factor",
    "nemerow_PN": "nemerow",
    "potential_ecological_risk_Er": "ecological_risk",
    "potential_ecological_risk_RI": "risk_index",
    "pli": "pollution_load",
}
_NONE = "—"


def _table(section: str, number: int = 0) -> list[list[str]]:
    """Rows of one table of a section, its head and rule apart."""
    text = (_ROOT / "docs" / "standards.md").read_text(encoding="utf-8")
    body = re.split(r"^## ", text.split(f"## {section}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]
    blocks = re.findall(r"(?:^\|.*\n)+", body, re.MULTILINE)
    lines = [line.strip("|") for line in blocks[number].splitlines()[2:]]
    return [[cell.strip().strip("`") for cell in line.split(" | ")] for line in lines]


def _cases() -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for case in _GOLDEN:
        if case["standard"] == "index":
            found["index", _INDICES.get(case["analyte"], case["analyte"])] += 1
            continue
        try:
            edition = edition_on(case["standard"], date.fromisoformat(case["on_date"])).number
        except NotConfiguredError:
            edition = ""
        found[case["standard"], edition] += 1
    return found


def test_every_edition_is_listed_with_its_days_and_its_cases():
    cases = _cases()
    assert _table("Editions") == [
        [
            item.standard,
            item.number,
            item.title,
            item.clause,
            item.valid_from.isoformat(),
            item.valid_to.isoformat() if item.valid_to else _NONE,
            item.confidence,
            str(cases[item.standard, item.number]),
        ]
        for item in editions()
    ]
    assert sum(count for (_, edition), count in cases.items() if not edition) == 4


def test_every_golden_case_is_collected_as_a_test_of_its_own():
    found = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "--collect-only",
            "-q",
            "-p",
            "no:django",
            "--noconftest",
            str(_TESTS),
        ],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    collected = Counter(re.findall(r"::test_golden\w*\[(\d{3})-", found.stdout))
    assert collected == Counter(case["case"] for case in _GOLDEN)


def test_every_background_set_is_listed():
    listed = [tuple(row) for row in _table("Background values")]
    expected = []
    for key, values in background_sets().items():
        usable = sum(row.status == "usable" for row in values)
        status = "usable" if usable else values[0].status
        where = f"{values[0].region}，{values[0].dataset}"
        expected.append((key, where, STATISTICS[values[0].statistic] or _NONE, str(usable), status))
    assert listed == expected


def test_every_index_is_listed_with_its_scales_and_cases():
    cases = _cases()
    listed = {row[0]: (row[3], row[4]) for row in _table("Indices")}
    for index, (scales, count) in listed.items():
        named = re.findall(r"[a-z][a-z0-9_.]+", scales)
        assert tuple(named) == index_scales.scales(index), index
        assert int(count) == cases["index", index], index
    assert {key for standard, key in cases if standard == "index"} == set(listed)


def test_every_rate_is_listed_with_its_days():
    listed = [(row[0], row[1], row[3], row[4], row[5]) for row in _table("Rates")]
    assert listed == [
        (rule.key, rule.name, rule.valid_from.isoformat(), str(rule.valid_to or _NONE), rule.confidence)
        for rule in own_rules()
    ]


def test_the_format_of_added_tables_is_listed():
    for number, headings in enumerate((LIMITS, RATES)):
        assert _table("A standard of your own", number) == [
            [item.name, "yes" if item.required else "no", item.help or _NONE] for item in headings
        ]
