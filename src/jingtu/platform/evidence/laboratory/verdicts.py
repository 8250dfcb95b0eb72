"""How a verdict looks: colour, icon and word together, and a shape of its own in plots and maps."""

from __future__ import annotations

import csv
import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files

from django.utils.html import format_html
from django.utils.safestring import SafeString

from jingtu.knowledge.standards.reasons import RANKS, VERDICT, VERDICTS, words_of
from jingtu.platform.pages import html


@dataclass(frozen=True, slots=True)
class Look:
    """How one verdict is shown.

    ``exceeds`` is true where a limit that asks for action is passed; ``limit`` says which, for counting.
    """

    verdict: str
    words: str
    tone: str
    icon: str
    shape: str
    exceeds: bool
    limit: str
    rank: int

    @property
    def css(self) -> str:
        return f"verdict-{self.tone}"

    @property
    def badge(self) -> SafeString:
        """Colour, icon and word."""
        return format_html(
            '<span class="state state-{}">{}{}</span>', self.tone, html.icon(self.icon), self.words
        )


@functools.cache
def looks() -> dict[str, Look]:
    """All verdicts, the worst last; what was not judged stands first."""
    table = files(__package__) / "data" / "verdicts.csv"
    rows = {row["verdict"]: row for row in csv.DictReader(table.read_text(encoding="utf-8").splitlines())}
    found = [
        Look(
            code,
            words_of("verdict", code),
            rows[code]["tone"],
            rows[code]["icon"],
            rows[code]["shape"],
            bool(rows[code]["exceeds"]),
            rows[code]["limit"],
            RANKS[VERDICT[code]],
        )
        for code in VERDICTS
    ]
    return {look.verdict: look for look in sorted(found, key=lambda look: look.rank)}


UNJUDGED = Look("", "不评价", "off", "circle-minus", "diamond", False, "", -2)


def look_of(verdict: str) -> Look:
    """How a verdict is shown; a result that is not judged (a control sample) has a look of its own."""
    return looks().get(verdict, UNJUDGED)


def exceeding() -> tuple[str, ...]:
    """Codes of the verdicts that exceed."""
    return tuple(code for code, look in looks().items() if look.exceeds)


def worst(verdicts: Iterable[str]) -> Look:
    """The worst of some verdicts."""
    return max((look_of(code) for code in verdicts), key=lambda look: look.rank, default=UNJUDGED)


def headline(samples: Mapping[str, int]) -> str:
    """The verdict of a survey in one line, from the number of samples of each verdict.

    Examples
    --------
    >>> headline({"below_screening": 8, "between": 2, "above_intervention": 1, "not_evaluable": 1})
    '12 个样品中 3 个超过筛选值，其中 1 个超过管制值；1 个无法判定'
    >>> headline({"below_screening": 5})
    '5 个样品均未超过筛选值'
    >>> headline({"III": 2, "IV": 1, "V": 1})
    '4 个样品中 1 个为Ⅳ类，1 个为Ⅴ类'
    >>> headline({})
    '还没有可以评价的样品'
    """
    total = sum(samples.values())
    if not total:
        return "还没有可以评价的样品"
    counted = {code: samples[code] for code in looks() if samples.get(code)}
    bad = [(look_of(code), count) for code, count in counted.items() if look_of(code).exceeds]
    open_ends = "，".join(
        f"{counted[code]} 个{look_of(code).words}"
        for code in ("not_evaluable", "not_covered")
        if code in counted
    )
    if not bad:
        good = [(code, count) for code, count in counted.items() if look_of(code).rank > 0]
        words = _all_good(good, total) if good else ""
        if words and open_ends:
            return f"{words}；{open_ends}"
        return words or f"{total} 个样品中 {open_ends}"
    return "；".join(part for part in (f"{total} 个样品中 {_bad(bad)}", open_ends) if part)


def _bad(bad: list[tuple[Look, int]]) -> str:
    steps: dict[str, int] = {}
    for look, count in bad:
        steps[look.limit] = steps.get(look.limit, 0) + count
    names = list(steps)
    if names[-1] == look_of("above_intervention").limit and len(names) > 1:
        # Who exceeds the intervention value exceeds the screening value as well.
        return f"{sum(steps.values())} 个{names[0]}，其中 {steps[names[-1]]} 个{names[-1]}"
    return "，".join(f"{count} 个{name}" for name, count in steps.items())


def _all_good(good: list[tuple[str, int]], total: int) -> str:
    if len(good) == 1:
        code, count = good[0]
        words = look_of(code).words
        return (
            f"{total} 个样品均{_is(code, words)}"
            if count == total
            else f"{total} 个样品中 {count} 个{_is(code, words)}"
        )
    return f"{total} 个样品中 " + "，".join(
        f"{count} 个{_is(code, look_of(code).words)}" for code, count in good
    )


def _is(code: str, words: str) -> str:
    return f"为{words}" if code in {"I", "II", "III"} else words
