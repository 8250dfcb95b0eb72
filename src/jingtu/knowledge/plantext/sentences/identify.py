"""Words of a plan to identifiers of indicators and registers, by the synonym tables in ``data``.

A row's pattern is a regular expression over the words without quotation marks; the first row that
matches wins, so particular rows stand above general ones.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

_QUOTES = re.compile(r"[“”‘’\"「」\s]+")
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Synonym:
    """One row of a synonym table."""

    identifier: str
    name: str
    pattern: re.Pattern[str]
    unit: str | None
    source: str


@lru_cache(maxsize=2)
def synonyms(table: str) -> tuple[Synonym, ...]:
    """Rows of ``indicators`` or ``registers`` in their order of precedence."""
    path = resources.files("jingtu.knowledge.plantext").joinpath("data", f"{table}.csv")
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(
        Synonym(
            row["identifier"],
            row["name"],
            re.compile(row["pattern"]),
            row.get("unit") or None,
            row["source"],
        )
        for row in csv.DictReader(lines)
    )


def identify_indicator(words: str) -> str | None:
    """Identifier of the indicator that the words name.

    Parameters
    ----------
    words : str
        A phrase such as the subject of a target; only its last 200 characters are looked at.

    Returns
    -------
    str or None
        ``None`` where no synonym matches.

    Examples
    --------
    >>> identify_indicator("全县农用地安全利用率")
    'contaminated_farmland_safe_use_rate'
    >>> identify_indicator("森林覆盖率") is None
    True
    """
    return _identify("indicators", words)


def identify_register(words: str) -> str | None:
    """Identifier of the register (清单, 名录, 台账) that the words name.

    Examples
    --------
    >>> identify_register("优先监管地块清单")
    'priority_parcels'
    >>> identify_register("权力清单") is None
    True
    """
    return _identify("registers", words)


def _identify(table: str, words: str) -> str | None:
    return _first(table, _QUOTES.sub("", words)[-_LONGEST:])


@lru_cache(maxsize=4096)
def _first(table: str, words: str) -> str | None:
    for row in synonyms(table):
        if row.pattern.search(words):
            return row.identifier
    return None
