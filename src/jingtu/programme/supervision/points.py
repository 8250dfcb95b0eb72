"""The points of a self-assessment: the table it begins with, and what is proposed from targets and registers."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from importlib import resources

from jingtu.platform.duties.models import Duty
from jingtu.platform.indicators import declarations as indicators
from jingtu.platform.indicators.goals import Goal, goals_of
from jingtu.platform.registers import versions
from jingtu.platform.registers.models import Entry, Version
from jingtu.platform.scorecards.declarations import Grade, ItemSpec, Proposal, Propose, ScorecardKind, declare
from jingtu.programme.supervision.lifecycle import REGISTER_ID
from jingtu.programme.supervision.models import SelfAssessmentFacts
from jingtu.programme.supervision.permissions import EDIT, READ, TEMPLATE

KIND = "self_assessment"
ALL = Decimal(1)


def _rows(name: str) -> Iterator[dict[str, str]]:
    file = resources.files(__package__) / "data" / f"{name}.csv"
    return iter(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))


def day_of(version: Version, on: date) -> date:
    """The day for which a year is judged: its last, or today while it runs."""
    facts = versions.facts_of(version)
    assert isinstance(facts, SelfAssessmentFacts)
    return on if facts.year is None else min(date(facts.year, 12, 31), on)


def by_indicator(indicator_id: str) -> Propose:
    """Proposal for an item that follows an indicator: all points where its target is met, else the share reached.

    Without a target in the year's plan a share speaks for itself; no text gives the points of a part, so what is
    proposed says how it was reckoned, and the person decides.
    """

    def propose(entry: Entry, on: date) -> Proposal | None:
        version = versions.version_on(entry, on)
        if version is None:
            return None
        day = day_of(version, on)
        held = goals_of(version.region, day, indicator_id)
        if held:
            return _of_goals(held)
        known = indicators.get(indicator_id)
        reading = known.compute(version.region, day) if known is not None else None
        if reading is None or reading.value is None or reading.unit != "%":
            return None
        share = min(reading.value, Decimal(100)) / 100
        return Proposal(
            share, f"{reading.name} {reading.value.normalize():f}%，年度计划没有这项目标，按比例建议"
        )

    return propose


def _of_goals(held: Sequence[Goal]) -> Proposal:
    words = "；".join(goal.words for goal in held)
    if all(goal.met is True for goal in held):
        return Proposal(ALL, f"{words}，已达到"[:300])
    known = [goal.share for goal in held if goal.met is not True]
    if any(goal.met is None for goal in held) or any(share is None for share in known):
        lost = [goal for goal in held if goal.met is False]
        return Proposal(Decimal(0) if lost else None, f"{words}，{'未达到' if lost else '尚不能判定'}"[:300])
    share = min(Decimal(str(share)) for share in known)
    return Proposal(round(share, 4), f"{words}，未达到，按完成比例建议"[:300])


def monthly_reports(entry: Entry, on: date) -> Proposal | None:
    """How many of the reports and tasks due in the year were closed in time."""
    version = versions.version_on(entry, on)
    if version is None:
        return None
    day = day_of(version, on)
    due = Duty.objects.filter(
        rule__startswith="plans.", region_path__startswith=version.region.path,
        due__gte=date(day.year, 1, 1), due__lte=day,
    ).exclude(state=Duty.State.CANCELLED)  # fmt: skip
    rows = list(due.values_list("due", "closed_on"))
    if not rows:
        return None
    kept = sum(last is not None and closed is not None and closed <= last for last, closed in rows)
    return Proposal(
        round(Decimal(kept) / len(rows), 4), f"{day.year}年到期的填报和任务{len(rows)}项，按期办结{kept}项"
    )


ITEMS = tuple(
    ItemSpec(
        row["key"], row["group"], row["text"], Decimal(row["points"]) if row["points"] else None, row["basis"]
    )
    for row in _rows("points")
)
SELF_ASSESSMENT = declare(
    ScorecardKind(
        id=KIND,
        label="年度自评分值表",
        register=REGISTER_ID,
        items=ITEMS,
        read_permission=READ,
        fill_permission=EDIT,
        edit_permission=TEMPLATE,
        grades=tuple(Grade(Decimal(row["least"]), row["label"]) for row in _rows("grades")),
        proposals={
            item.key: monthly_reports if item.key == "monthly_reports" else by_indicator(item.key)
            for item in ITEMS
            if item.points is not None
        },
        basis="等次用环土壤〔2018〕41号的四等（该办法考核至2020年）；分值为样表，由本级按当年考核办法修改",
    )
)
