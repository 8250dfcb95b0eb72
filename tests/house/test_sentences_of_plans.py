"""Jingtu reads plans by rules, not by heart: no sentence of the real plans stands anywhere in it.

Names and headings are looked for in ``test_words_of_plans.py``; here every run of characters that is long
enough to be a sentence, in code, tables, examples, tests and documents.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHINGLE = 24
# The heading of a task table, the same in every plan of the genre.
HEADING = "序号主要任务任务内容牵头单位配合单位责任单位"


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
