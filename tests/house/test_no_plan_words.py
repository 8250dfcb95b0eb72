"""Jingtu reads plans by rules, not by heart: nothing of the four real plans stands in its code.

What a plan of any place would say (names of departments, of laws, of lists) may stand in tables of data,
names of places in the table of places; units with a place in their name, titles and sentences nowhere.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "jingtu"
# The table of places names every place of the region, these too.
PLACES = {SOURCE / "knowledge" / "places" / "data", SOURCE / "platform" / "regions" / "data"}
SHINGLE = 24
# The heading of a task table, the same in every plan of the genre.
HEADING = "序号主要任务任务内容牵头单位配合单位责任单位"


def gold(shared: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_text()) for path in sorted((shared / "plans" / "gold").glob("plan_*.json"))]


def files(*suffixes: str) -> list[tuple[str, str]]:
    """Name and text of the package's files, the tables of places apart."""
    return [
        (str(path.relative_to(ROOT)), path.read_text(encoding="utf-8"))
        for path in sorted(SOURCE.rglob("*"))
        if path.suffix in suffixes and not PLACES & set(path.parents) and "vendor" not in path.parts
    ]


def hits(words: set[str], texts: list[tuple[str, str]]) -> list[str]:
    return [f"{name}: {word}" for name, text in texts for word in sorted(words) if word in text]


def units(task: dict[str, Any]) -> set[str]:
    return {
        unit[form]
        for role in ("lead_units", "support_units", "responsible_units")
        for unit in task.get(role, [])
        for form in ("raw", "expanded")
    }


def test_no_place_of_the_plans_in_code(shared: Path) -> None:
    stems = set()
    for plan in gold(shared):
        for name in (plan["region"]["name"], *re.split(r"自治区", plan["region"]["parent"])[1:]):
            if name:
                stems.add(re.sub(r"(?:苗族)?自治县$|[市县区]$", "", name))
    assert len(stems) >= 4
    assert hits(stems, files(".py", ".html", ".js", ".csv", ".json")) == []


def test_no_unit_of_the_plans_in_code(shared: Path) -> None:
    """Short names (市财政局) are those of every city, and 各… names a class; the long ones are one county's own."""
    every = {name for plan in gold(shared) for task in plan["tasks"] for name in units(task)}
    names = {name for name in every if len(name) > 6 and not name.startswith("各")}
    assert len(names) > 12
    assert hits(names, files(".py", ".html", ".js")) == []


def test_no_title_of_the_plans_anywhere(shared: Path) -> None:
    titles = set()
    for plan in gold(shared):
        titles |= {plan.get("title"), plan.get("issuing_number")}
        titles |= {task["title"] for task in plan["tasks"]}
    long_enough = {title for title in titles if title and len(title) >= 10}
    assert len(long_enough) > 30
    assert hits(long_enough, files(".py", ".html", ".js", ".csv", ".json", ".txt")) == []


def sentences(text: str) -> list[str]:
    """Sentences between figures, without titles of laws (which every plan quotes), white space and punctuation."""
    parts = re.split(r"[。；;：:\d]", re.sub(r"《[^》]*》|“[^”]*”", "", text))
    letters = [re.sub(r"[\W\d_]+", "", part) for part in parts]
    return [piece for sentence in letters for piece in sentence.split(HEADING)]


def shingles(text: str) -> set[str]:
    """Every run of characters that is long enough to be a sentence of its own."""
    return {
        sentence[start : start + SHINGLE]
        for sentence in sentences(text)
        for start in range(len(sentence) - SHINGLE + 1)
    }


@pytest.mark.parametrize("folder", ["src", "examples", "tests", "docs"])
def test_no_sentence_of_the_plans_anywhere(shared: Path, folder: str) -> None:
    known: set[str] = set()
    for path in sorted((shared / "plans").glob("*.txt")):
        known |= shingles(path.read_text(encoding="utf-8"))
    assert len(known) > 5_000
    found = {}
    for path in sorted((ROOT / folder).rglob("*")):
        if path.suffix in {".py", ".csv", ".json", ".html", ".txt", ".md"} and "vendor" not in path.parts:
            common = shingles(path.read_text(encoding="utf-8", errors="replace")) & known
            if common:
                found[str(path.relative_to(ROOT))] = sorted(common)
    assert found == {}
