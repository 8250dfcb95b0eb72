"""The word lists that the structure rules stand on, read once from ``data/``."""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Iterable
from importlib import resources

# A government core may stand with any of these beside its own bodies: offices are renamed often.
_USUAL_BODIES = ("局", "委", "委员会", "厅", "办", "办公室", "分局", "中心")


def _rows(name: str) -> list[dict[str, str]]:
    file = resources.files(__package__) / "data" / name
    return list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))


@functools.cache
def departments() -> dict[str, str]:
    """Names of departments without level prefix, each with its kind.

    Examples
    --------
    >>> departments()["民政局"], departments()["统战部"]
    ('government', 'party')
    """
    names: dict[str, str] = {}
    for row in _rows("departments.csv"):
        core, kind, bodies = row["core"], row["kind"], row["bodies"]
        if not bodies:
            names.setdefault(core, kind)
            continue
        forms = bodies.split("|")
        if kind == "government" and len(core) > 1:
            forms = [*forms, *_USUAL_BODIES]
        for body in forms:
            names.setdefault(core + body, kind)
    return names


@functools.cache
def department_cores() -> frozenset[str]:
    """Cores of government departments (生态环境), to recognise a name that lost its body word."""
    return frozenset(
        row["core"]
        for row in _rows("departments.csv")
        if row["bodies"] and row["kind"] == "government" and len(row["core"]) > 1
    )


@functools.cache
def body_words(kind: str) -> tuple[str, ...]:
    """Words of ``body_words.csv`` of one kind, longest first."""
    words = (row["word"] for row in _rows("body_words.csv") if row["kind"] == kind)
    return tuple(sorted(words, key=len, reverse=True))


@functools.cache
def role_words(use: str) -> dict[str, str]:
    """Words of ``role_words.csv`` of one use with the role of each, longest first."""
    words = {row["word"]: row["role"] for row in _rows("role_words.csv") if row["use"] == use}
    return dict(sorted(words.items(), key=lambda item: len(item[0]), reverse=True))


def any_of(words: Iterable[str]) -> str:
    """A regular expression alternative of ``words``, longest first.

    Examples
    --------
    >>> any_of(["局", "分局"])
    '(?:分局|局)'
    """
    ordered = sorted(words, key=len, reverse=True)
    return "(?:" + "|".join(map(re.escape, ordered)) + ")"
