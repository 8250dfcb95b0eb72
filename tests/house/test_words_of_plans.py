"""No word of the annotated plans stands in code: the reader knows the genre, not four documents.

What may not stand in a code file: titles and places of the plans, names of their sections, tasks and
form rows, and units that belong to one place. Names that every county has
(a level and a listed department, 各…人民政府) are the language of the whole country and are allowed.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from jingtu.knowledge.places import find_places, parents_of
from jingtu.knowledge.plantext.structure.names import read_name

_ROOT = Path(__file__).parents[2]
_GOLD = sorted((_ROOT.parent / "shared" / "plans" / "gold").glob("plan_*.json"))
_CODE = ("src", "bench", "scripts", "tests")
_SUFFIXES = {".py", ".html", ".js", ".ts", ".css", ".toml", ".cfg", ".sh"}
# Shorter phrases are idiom that any plan may use.
_LONG_ENOUGH = 10

pytestmark = pytest.mark.skipif(not _GOLD, reason="the annotated plans lie outside the repository")


def _squeeze(text: str) -> str:
    return re.sub(r"\s", "", text)


def _bare(heading: str) -> str:
    return re.sub(r"^[（(]?[一二三四五六七八九十\d]+[）)]?[、．.]?|。$", "", _squeeze(heading))


def _words_of_plans() -> dict[str, str]:
    words: dict[str, str] = {}
    for path in _GOLD:
        gold = json.loads(path.read_text(encoding="utf-8"))
        region = gold["region"]["name"]
        place = find_places(region)[0]
        for name in (place, *parents_of(place)):
            if name.level != "province":
                words[name.name] = words[name.short] = f"a place of {path.stem}"
        if gold["title"]:
            words[_squeeze(gold["title"])] = f"the title of {path.stem}"
        rows = gold.get("annex_table", {}).get("rows", [])
        for text in (
            *(_bare(task["section"]) for task in gold["tasks"]),
            *(_bare(task["title"]) for task in gold["tasks"]),
            *(task["first40"] for task in gold["tasks"]),
            *(_squeeze(row["item"]) for row in rows),
        ):
            if len(text) >= _LONG_ENOUGH:
                words[text] = f"a heading or task of {path.stem}"
        for task in gold["tasks"]:
            for role in ("lead_units", "support_units", "responsible_units"):
                for unit in task[role]:
                    name = read_name(_squeeze(unit["raw"]))
                    general = name.kind == "class" or name.inherits or name.carries
                    if not general and name.prefix is None:
                        words[_squeeze(unit["raw"])] = f"a unit of {path.stem}"
    return {word: what for word, what in words.items() if len(word) > 1}


def test_the_list_of_words_is_not_empty():
    words = _words_of_plans()
    kinds = {what.rsplit(" of ", 1)[0] for what in words.values()}
    assert kinds == {"a place", "the title", "a heading or task", "a unit"}


def test_no_word_of_the_plans_stands_in_code():
    words = _words_of_plans()
    pattern = re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))))
    found = []
    for folder in _CODE:
        for path in sorted((_ROOT / folder).rglob("*")):
            if path.suffix not in _SUFFIXES or "node_modules" in path.parts or "vendor" in path.parts:
                continue
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
                found += [
                    f"{path.relative_to(_ROOT)}:{number}: {match[0]} ({words[match[0]]})"
                    for match in pattern.finditer(line)
                ]
    assert not found, "\n".join(found[:40])
