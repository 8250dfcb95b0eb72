"""The words in names of places: what closes them, and their short forms."""

from __future__ import annotations

import csv
import functools
import io
from importlib import resources


def _column(file_name: str, column: str) -> list[str]:
    file = resources.files(__package__) / "data" / file_name
    return [row[column] for row in csv.DictReader(io.StringIO(file.read_text(encoding="utf-8")))]


@functools.cache
def level_words() -> tuple[str, ...]:
    """Words that close the name of a place (自治县, 镇), longest first."""
    return tuple(sorted(set(_column("level_words.csv", "word")), key=len, reverse=True))


@functools.cache
def ethnic_groups() -> tuple[str, ...]:
    """Names of ethnic groups as they stand in names of autonomous places, longest first."""
    return tuple(sorted(set(_column("ethnic_groups.csv", "name")), key=len, reverse=True))


@functools.cache
def placeholder_names() -> frozenset[str]:
    """Rows of the statistical code table that are no places (市辖区)."""
    return frozenset(_column("placeholder_names.csv", "name"))


def short_name(name: str) -> str:
    """The name without its level word and without nationalities; empty where nothing usable remains.

    Parameters
    ----------
    name : str
        Official name of a place.

    Returns
    -------
    str
        Two characters at least, or the empty string.

    Examples
    --------
    >>> short_name("长安区"), short_name("恩施土家族苗族自治州"), short_name("赵县")
    ('长安', '恩施', '')
    >>> short_name("内蒙古自治区"), short_name("白云街道办事处")
    ('内蒙古', '白云')
    """
    word = next((word for word in level_words() if name.endswith(word) and len(name) > len(word)), "")
    rest = name[: len(name) - len(word)]
    if word:
        shortened = True
        while shortened:
            shortened = False
            for group in ethnic_groups():
                if rest.endswith(group) and len(rest) - len(group) >= 2:
                    rest, shortened = rest[: -len(group)], True
                    break
    return rest if len(rest) >= 2 and rest != name else ""
