"""A target's reading as a sentence of a form."""

from __future__ import annotations

from datetime import date, datetime

from jingtu.programme.plans import targets
from jingtu.programme.plans.judging import JUDGED_BY_PERSON
from jingtu.programme.plans.models import Target


def reading_sentence(target: Target, on: date, known_at: datetime | None) -> str | None:
    """The reading with its goal and day; ``None`` where nobody has a reading, so nothing is claimed."""
    found = targets.read(target, on, known_at)
    if found.reading.value is None and not found.reading.text:
        return None
    day = found.reading.on
    if target.kind in JUDGED_BY_PERSON:
        says = found.shown
    else:
        says = f"{'：' if found.reading.value is None else '为'}{found.shown}"
    goal = f"目标{found.goal}，" if found.goal else ""
    manual = "，人工填报" if found.reading.manual else ""
    sentence = f"{target.indicator}{says}（{goal}截至{day.year}年{day.month}月{day.day}日{manual}）"
    # On a screen the sign stands apart, in an official text it does not.
    return sentence.replace(" %", "%")
