"""The reader against hand annotations of real plans, which stay outside the repository."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.knowledge.plantext import scoring

from jingtu.knowledge.plantext import normalise, plan_text, read_plan
from jingtu.knowledge.plantext.sources import read_source

_HERE = Path(__file__).parent
_SHARED = Path(__file__).parents[4] / "shared" / "plans"
_GOLD = sorted((_SHARED / "gold").glob("plan_*.json"))

pytestmark = pytest.mark.skipif(not _GOLD, reason="the annotated plans lie outside the repository")


@pytest.fixture(scope="module")
def readings():
    found = {}
    for path in _GOLD:
        gold = json.loads(path.read_text(encoding="utf-8"))
        source = _SHARED / gold["source_file"]
        found[path.stem] = (gold, read_plan(source), plan_text(source), source)
    return found


@pytest.fixture(scope="module")
def scores(readings):
    return {
        name: scoring.score_plan(plan, gold, source.read_text(encoding="utf-8"))
        for name, (gold, plan, _, source) in readings.items()
    }


def test_every_floor_holds_on_every_plan(scores, capsys):
    with capsys.disabled():
        print("\n" + scoring.table(scores))
    below = [
        (plan, what, round(score.f1, 3), score.missed[:5], score.surplus[:5])
        for plan, found in scores.items()
        for what, score in found.items()
        if score.f1 < scoring.FLOORS[what]
    ]
    assert not below


@pytest.mark.parametrize("name", [path.stem for path in _GOLD])
def test_the_head_of_each_plan(readings, name):
    gold, plan, _, _ = readings[name]
    assert scoring.squeeze(plan.title) == scoring.squeeze(gold["title"])
    assert plan.region.name == gold["region"]["name"]
    assert plan.year == gold["year"]
    assert plan.issue_number == gold["issuing_number"]
    assert (plan.issued_on.isoformat() if plan.issued_on else None) == gold["issuing_date"]
    assert plan.issuer == gold["issuer"]


@pytest.mark.parametrize("name", [path.stem for path in _GOLD])
def test_scopes_and_open_lists(readings, name):
    gold, plan, _, _ = readings[name]
    for task, item in scoring.task_pairs(plan, gold):
        assert task.units_open_ended == item.get("units_open_ended", False), item["title"]
    scopes = [unit.scope for task in plan.tasks for unit in task.lead_units if unit.scope]
    assert len(scopes) == (2 if "=农用地" in json.dumps(gold, ensure_ascii=False) else 0)


@pytest.mark.parametrize("name", [path.stem for path in _GOLD])
def test_spans_quote_what_was_read(readings, name):
    """Every span lies in the normalised text, and a unit's span holds the unit's name."""
    _, plan, text, _ = readings[name]

    def quoted(spans):
        assert all(0 <= start < end <= len(text) for start, end in spans)
        return "".join(text[start:end] for start, end in spans)

    for task in plan.tasks:
        assert scoring.squeeze(task.text)[:20] in scoring.squeeze(quoted(task.spans))
        for unit in (*task.lead_units, *task.support_units, *task.responsible_units):
            assert scoring.squeeze(quoted(unit.spans)) == unit.raw
        for thing in (*task.quantities, *task.deadlines):
            assert scoring.squeeze(thing.text)[:2] in scoring.squeeze(quoted(thing.spans))
    for target in plan.targets:
        assert quoted(target.spans)
    for row in plan.report_form:
        assert scoring.squeeze(row.item) in scoring.squeeze(quoted(row.spans))


@pytest.mark.parametrize("name", [path.stem for path in _GOLD])
def test_reading_is_deterministic(readings, name):
    _, plan, text, source = readings[name]
    assert read_plan(source).to_json() == plan.to_json()
    assert normalise(read_source(source)).text == text
