"""Score a plan reading against a hand annotation.

Everything is compared as a multiset of plain tuples; nothing is matched loosely except where the
annotation itself is looser than the reading, and then the rule stands here:

* a unit is right when task, role, raw words and expanded name are all equal;
* a target is right when indicator words (white space and a printed base aside), scope, comparator,
  value and unit are equal;
* a quantity or a date is right when it belongs to the same task, when one of the two quoted texts
  holds the other, and when the figures (for a date: the resolved day and the kind) are equal.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from jingtu.knowledge.plantext.model import Plan, Task, Unit


@dataclass(frozen=True)
class Score:
    hits: int
    predicted: int
    expected: int
    missed: tuple[Any, ...] = ()
    surplus: tuple[Any, ...] = ()

    @property
    def precision(self) -> float:
        return self.hits / self.predicted if self.predicted else float(self.expected == 0)

    @property
    def recall(self) -> float:
        return self.hits / self.expected if self.expected else float(self.predicted == 0)

    @property
    def f1(self) -> float:
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def squeeze(text: str | None) -> str:
    return "".join((text or "").split())


def compare(predicted: Iterable[Any], expected: Iterable[Any]) -> Score:
    left, right = Counter(predicted), Counter(expected)
    return Score(
        (left & right).total(),
        left.total(),
        right.total(),
        tuple((right - left).elements()),
        tuple((left - right).elements()),
    )


def match(predicted: list[Any], expected: list[Any], same: Callable[[Any, Any], bool]) -> Score:
    """One to one, each expected thing takes the first free predicted one that is the same."""
    free = list(predicted)
    missed = []
    for item in expected:
        found = next((index for index, other in enumerate(free) if same(other, item)), None)
        if found is None:
            missed.append(item)
        else:
            free.pop(found)
    return Score(len(expected) - len(missed), len(predicted), len(expected), tuple(missed), tuple(free))


# --- tasks -----------------------------------------------------------------------------------------


def task_pairs(plan: Plan, gold: dict[str, Any]) -> list[tuple[Task | None, dict[str, Any] | None]]:
    """Pair tasks by the first forty characters of their text."""
    by_start: dict[str, list[Task]] = {}
    for task in plan.tasks:
        by_start.setdefault(squeeze(task.text)[:40], []).append(task)
    pairs: list[tuple[Task | None, dict[str, Any] | None]] = []
    for item in gold["tasks"]:
        found = by_start.get(item["first40"][:40], [])
        pairs.append((found.pop(0) if found else None, item))
    pairs += [(task, None) for left in by_start.values() for task in left]
    return pairs


def score_tasks(plan: Plan, gold: dict[str, Any], source: str) -> Score:
    """Number, section, first forty characters, and the title where the annotation quotes it."""
    printed = squeeze(source)

    def key_of_gold(item: dict[str, Any]) -> tuple[Any, ...]:
        title = squeeze(item["title"])
        quoted = title in printed
        return item["number"], squeeze(item["section"]), item["first40"][:40], title if quoted else None

    wanted = [key_of_gold(item) for item in gold["tasks"]]
    paraphrased = {key[2] for key in wanted if key[3] is None}
    got = []
    for task in plan.tasks:
        start = squeeze(task.text)[:40]
        title = None if start in paraphrased else squeeze(task.title)
        got.append((task.number, squeeze(task.section), start, title))
    return compare(got, wanted)


def score_units(plan: Plan, gold: dict[str, Any], role: str) -> Score:
    got, wanted = [], []
    for index, (task, item) in enumerate(task_pairs(plan, gold)):
        units: list[Unit] = getattr(task, role) if task is not None else []
        got += [(index, unit.raw, unit.expanded) for unit in units]
        wanted += [(index, squeeze(u["raw"]), squeeze(u["expanded"])) for u in (item[role] if item else [])]
    return compare(got, wanted)


# --- targets, quantities, dates, forms -------------------------------------------------------------


def _indicator(words: str) -> str:
    # The annotation keeps 比2013年…下降 in the name and again as direction and baseline.
    return re.sub(r"比\d{4}年.*?下降$", "", squeeze(words))


def score_targets(plan: Plan, gold: dict[str, Any]) -> Score:
    got = [
        (
            _indicator(
                target.indicator + (f"：{target.scope}" if target.kind == "class" and target.scope else "")
            ),
            target.comparator,
            target.value,
            target.unit,
            target.due.isoformat() if target.due else None,
            target.cumulative,
        )
        for target in plan.targets
    ]
    wanted = [
        (
            _indicator(item["indicator"]),
            item["comparator"],
            item["value"],
            item["unit"],
            item["deadline"]["iso"],
            item.get("cumulative", False),
        )
        for item in gold["targets"]
    ]
    return compare(got, wanted)


def _figures(text: str) -> list[str]:
    # A year is the date's, not the quantity's: 到2024年底 may or may not be quoted with it.
    return re.findall(r"\d+(?:\.\d+)?(?![\d.]*年)", text)


def _holds(left: str, right: str) -> bool:
    return left in right or right in left


def score_quantities(plan: Plan, gold: dict[str, Any]) -> Score:
    got, wanted = [], []
    for index, (task, item) in enumerate(task_pairs(plan, gold)):
        # One phrase with two figures (80%和52%) is one entry of the annotation.
        texts = dict.fromkeys(squeeze(quantity.text) for quantity in task.quantities) if task else {}
        got += [(index, text) for text in texts]
        wanted += [(index, squeeze(quantity["text"])) for quantity in (item["quantities"] if item else [])]
    return match(
        got,
        wanted,
        lambda a, b: a[0] == b[0] and _holds(a[1], b[1]) and _figures(a[1]) == _figures(b[1]),
    )


def score_dates(plan: Plan, gold: dict[str, Any]) -> Score:
    got, wanted = [], []
    for index, (task, item) in enumerate(task_pairs(plan, gold)):
        for deadline in task.deadlines if task else []:
            # The annotation gives a recurring date and a start no day.
            due = deadline.due.isoformat() if deadline.due else None
            got.append((index, squeeze(deadline.text), due, deadline.kind))
        wanted += [
            (index, squeeze(deadline["text"]), deadline["iso"], deadline["kind"])
            for deadline in (item["deadlines"] if item else [])
        ]
    return match(got, wanted, lambda a, b: (a[0], a[2:]) == (b[0], b[2:]) and _holds(a[1], b[1]))


def score_form(plan: Plan, gold: dict[str, Any]) -> Score:
    got = [
        (row.group, row.number, squeeze(row.item), tuple((u.raw, u.expanded) for u in row.responsible_units))
        for row in plan.report_form
    ]
    wanted = [
        (
            squeeze(row["group"]),
            row["number"],
            squeeze(row["item"]),
            tuple((squeeze(u["raw"]), squeeze(u["expanded"])) for u in row["responsible_units"]),
        )
        for row in gold.get("annex_table", {}).get("rows", [])
    ]
    return compare(got, wanted)


FLOORS = {
    "tasks": 1.00,
    "lead_units": 0.99,
    "support_units": 0.98,
    "responsible_units": 0.98,
    "targets": 0.98,
    "quantities": 0.90,
    "dates": 0.90,
    "form_rows": 1.00,
}


def score_plan(plan: Plan, gold: dict[str, Any], source: str) -> dict[str, Score]:
    return {
        "tasks": score_tasks(plan, gold, source),
        "lead_units": score_units(plan, gold, "lead_units"),
        "support_units": score_units(plan, gold, "support_units"),
        "responsible_units": score_units(plan, gold, "responsible_units"),
        "targets": score_targets(plan, gold),
        "quantities": score_quantities(plan, gold),
        "dates": score_dates(plan, gold),
        "form_rows": score_form(plan, gold),
    }


def table(scores: dict[str, dict[str, Score]]) -> str:
    lines = [f"{'plan':<10}{'what':<20}{'precision':>10}{'recall':>9}{'F1':>8}{'floor':>8}{'gold':>7}"]
    for plan, found in scores.items():
        for what, score in found.items():
            lines.append(
                f"{plan:<10}{what:<20}{score.precision:>10.3f}{score.recall:>9.3f}{score.f1:>8.3f}"
                f"{FLOORS[what]:>8.2f}{score.expected:>7}"
            )
    return "\n".join(lines)
