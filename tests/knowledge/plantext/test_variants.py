"""The floors hold on other forms of the annotated plans: other places, names, notations, file types."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from tests.knowledge.plantext import scoring, variants

from jingtu.knowledge.plantext import read_plan

_HERE = Path(__file__).parent
_SHARED = Path(__file__).parents[4] / "shared" / "plans"
_GOLD = sorted((_SHARED / "gold").glob("plan_*.json"))
_NAMES = [path.stem for path in _GOLD]

pytestmark = pytest.mark.skipif(not _GOLD, reason="the annotated plans lie outside the repository")

Change, TextForm, WordForm = variants.Change, variants.TextForm, variants.WordForm

WHOLE = TextForm(None, "rows")
FORMS = {
    "a row a line": WHOLE,
    "a cell a line": TextForm(None, "cells"),
    "as out of a PDF": TextForm(30, "flat", blank_lines=True, page_numbers=True, letter_spaces=True),
    "long lines": TextForm(40, "flat", page_numbers=True),
    "short lines": TextForm(28, "flat", letter_spaces=True),
    "indented lines": TextForm(32, "flat", indents=True),
    "indented paragraphs": TextForm(None, "rows", indents=True),
}


@pytest.fixture(scope="module")
def documents():
    found = {}
    for path in _GOLD:
        gold = json.loads(path.read_text(encoding="utf-8"))
        found[path.stem] = variants.from_annotation(_SHARED / gold["source_file"], gold)
    return found


def below_the_floors(document, path: Path) -> list[tuple]:
    """What the reader missed of a variant: scores under their floors, and wrong words of the head."""
    plan = read_plan(path)
    gold = document.gold
    scores = scoring.score_plan(plan, gold, document.text)
    below = [
        (what, round(score.f1, 3), score.missed[:3], score.surplus[:3])
        for what, score in scores.items()
        if score.f1 < scoring.FLOORS[what]
    ]
    head = {
        "title": (scoring.squeeze(plan.title), scoring.squeeze(gold["title"])),
        "region": (plan.region.name if plan.region else None, gold["region"]["name"]),
        "year": (plan.year, gold["year"]),
        "issue_number": (plan.issue_number, gold["issuing_number"]),
        "issuer": (plan.issuer, gold["issuer"]),
    }
    return below + [(what, *pair) for what, pair in head.items() if pair[0] != pair[1]]


def below_as_text(document, form, folder: Path) -> list[tuple]:
    path = folder / "plan.txt"
    path.write_text(variants.to_text(document, form), encoding="utf-8")
    return below_the_floors(document, path)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("name", _NAMES)
def test_text_files(documents, tmp_path, name, form):
    assert not below_as_text(documents[name], form, tmp_path)


WORD_FORMS = {
    "typed": WordForm(),
    "lists": WordForm(automatic=True, sideways=True, size=14),
    "lines ended by hand": WordForm(breaks=True),
    "merged unit cells": WordForm(merged=True),
    "sections as a column": WordForm(sections=True, remarks=True),
    "all kinds of tables": WordForm(sections=True, remarks=True, merged=True, sideways=True, size=14),
}


@pytest.mark.parametrize("form", WORD_FORMS.values(), ids=WORD_FORMS)
@pytest.mark.parametrize("name", _NAMES)
def test_word_files(documents, tmp_path, name, form):
    path = variants.to_docx(documents[name], tmp_path / "plan.docx", form)
    assert not below_the_floors(documents[name], path)


def converted(documents, folder: Path, labels: tuple[str, ...], convert) -> dict:
    """What is below the floors in Word files of several forms after another program had them."""
    made = {
        (name, label): variants.to_docx(documents[name], folder / f"{name} {label}.docx", WORD_FORMS[label])
        for name in _NAMES
        for label in labels
    }
    found = convert(list(made.values()), folder / "converted")
    if found is None:
        pytest.skip("LibreOffice is not installed, so nothing can be printed or saved again")
    return {
        key: below
        for key, path in zip(made, found, strict=True)
        if (below := below_the_floors(documents[key[0]], path))
    }


def test_printed_files(documents, tmp_path):
    """Word files as LibreOffice prints them, upright and with annexes sideways."""
    assert not converted(documents, tmp_path, ("typed", "lists"), variants.to_pdf)


@pytest.mark.long
def test_printed_files_of_every_kind(documents, tmp_path):
    labels = ("lines ended by hand", "sections as a column", "all kinds of tables")
    assert not converted(documents, tmp_path, labels, variants.to_pdf)


@pytest.mark.long
def test_files_that_another_program_saved(documents, tmp_path):
    assert not converted(documents, tmp_path, tuple(WORD_FORMS), variants.resaved)


@pytest.mark.parametrize("name", _NAMES)
def test_other_places(documents, tmp_path, name):
    document = documents[name]
    for place in variants.places_like(document.gold, 5, seed=11):
        assert not below_as_text(variants.change_document(document, Change(place)), WHOLE, tmp_path), place


@pytest.mark.parametrize("ending", ["县", "区", "市", "旗"])
@pytest.mark.parametrize("name", _NAMES)
def test_places_of_another_level(documents, tmp_path, name, ending):
    """The same plan as that of a county, a district, a county-level city, a banner."""
    for place in variants.places_like(documents[name].gold, 2, seed=5, ending=ending):
        changed = variants.change_document(documents[name], Change(place, level=ending))
        assert not below_as_text(changed, WHOLE, tmp_path), place


OTHER_WORDS = {
    **{f"offices {n}": Change(offices=n) for n in range(1, len(variants.OFFICES))},
    **{f"numbers {style}": Change(numbering=style) for style in variants.NUMBERINGS[1:]},
    **{f"notes {style}": Change(notation=style) for style in variants.NOTATIONS[1:]},
    **{f"columns {n}": Change(head=n) for n in range(1, len(variants.HEADS))},
}


@pytest.mark.parametrize("change", OTHER_WORDS.values(), ids=OTHER_WORDS)
@pytest.mark.parametrize("name", _NAMES)
def test_other_words(documents, tmp_path, name, change):
    assert not below_as_text(variants.change_document(documents[name], change), WHOLE, tmp_path)


def chance(document, dice: random.Random):
    """Everything changed at once."""
    change = Change(
        variants.places_like(document.gold, 1, seed=dice.randrange(10**6))[0],
        offices=dice.randrange(len(variants.OFFICES)),
        numbering=dice.choice(variants.NUMBERINGS),
        notation=dice.choice(variants.NOTATIONS),
        head=dice.randrange(len(variants.HEADS)),
    )
    width = dice.choice([None, *range(20, 46)])
    form = TextForm(
        width,
        "flat" if width else dice.choice(["rows", "cells"]),
        blank_lines=dice.random() < 0.5,
        page_numbers=dice.random() < 0.5,
        letter_spaces=dice.random() < 0.5,
        indents=dice.random() < 0.5,
    )
    return variants.change_document(document, change), change, form


@pytest.mark.long
@pytest.mark.parametrize("seed", range(25))
@pytest.mark.parametrize("name", _NAMES)
def test_everything_changed_at_once_as_text(documents, tmp_path, name, seed):
    document, change, form = chance(documents[name], random.Random(f"{name}-{seed}"))
    assert not below_as_text(document, form, tmp_path), (change, form)


@pytest.mark.long
@pytest.mark.parametrize("name", _NAMES)
def test_everything_changed_at_once_in_word_and_print(documents, tmp_path, name):
    dice = random.Random(name)
    made = {}
    for number in range(10):
        document, change, _ = chance(documents[name], dice)
        form = WordForm(
            automatic=dice.random() < 0.5,
            sideways=dice.random() < 0.5,
            size=dice.choice([12, 14, 15, 16]),
            remarks=dice.random() < 0.3,
            sections=dice.random() < 0.3,
        )
        path = variants.to_docx(document, tmp_path / f"{number}.docx", form)
        assert not below_the_floors(document, path), (change, form)
        made[path] = (document, change, form)
    printed = variants.to_pdf(list(made), tmp_path)
    if printed is None:
        pytest.skip("LibreOffice is not installed, so nothing can be printed")
    for path, (document, change, form) in zip(printed, made.values(), strict=True):
        assert not below_the_floors(document, path), (change, form)
