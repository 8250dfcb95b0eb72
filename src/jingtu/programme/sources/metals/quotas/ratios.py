"""The replacement ratio that a place asks for on a day: entered by the rule that says it, never assumed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from jingtu.platform.pages.formats import figure
from jingtu.platform.registers.versions import believed
from jingtu.programme.sources.metals.quotas.models import ReplacementRule


@dataclass(frozen=True, slots=True)
class Required:
    """A ratio in force with the text it stands in."""

    ratio: Decimal
    basis: str


def required(path: str, metal: str, on: date, known_at: datetime | None = None) -> Required | None:
    """The ratio in force at a place for a metal; ``None`` where none is entered (未配置).

    Parameters
    ----------
    path : str
        Path of the project's region; the rule of the nearest place above holds, one that names the metal
        before one for all metals.
    metal : str
        A metal of ``metals.METALS``.
    """
    return nearest(in_force(on, known_at), path, metal)


def in_force(on: date, known_at: datetime | None = None) -> list[tuple[str, ReplacementRule]]:
    """All rules of a day with the paths of their places: read once for many projects."""
    found = ReplacementRule.objects.filter(believed(known_at), valid_from__lte=on, valid_to__gt=on)
    rows = found.select_related("region").order_by("recorded_from", "id")
    return [(rule.region.path, rule) for rule in rows]


def nearest(rules: Iterable[tuple[str, ReplacementRule]], path: str, metal: str) -> Required | None:
    """The rule of the nearest place above a path, one that names the metal first, the later entered last."""
    best: tuple[tuple[int, bool], ReplacementRule] | None = None
    for place, rule in rules:
        if not path.startswith(place) or rule.metal not in {"", metal}:
            continue
        rank = (len(place), bool(rule.metal))
        if best is None or rank >= best[0]:
            best = (rank, rule)
    if best is None:
        return None
    rule = best[1]
    return Required(rule.ratio, "".join(part for part in (rule.source, rule.clause) if part))


def enough(reduced: int, new: int, ratio: Decimal) -> bool:
    """Whether a reduction replaces a new quantity at a ratio; exact, nothing is rounded before it.

    Examples
    --------
    >>> enough(1200, 1000, Decimal("1.2")), enough(1199, 1000, Decimal("1.2"))
    (True, False)
    """
    return Fraction(reduced) >= Fraction(ratio) * new


def least_grams(new: int, ratio: Decimal) -> int:
    """The fewest whole grams that replace a new quantity at a ratio.

    Examples
    --------
    >>> least_grams(1001, Decimal("1.2")), least_grams(1000, Decimal(1))
    (1202, 1000)
    """
    wanted = Fraction(ratio) * new
    return -(-wanted.numerator // wanted.denominator)


def ratio_text(ratio: Decimal) -> str:
    """``1.2:1``.

    Examples
    --------
    >>> ratio_text(Decimal("1.200")), ratio_text(Decimal("1.000"))
    ('1.2:1', '1:1')
    """
    return f"{figure(ratio)}:1"
