"""The draw itself: a function of seed and population alone, the same on every machine and in every year.

No generator of a language's library takes part, so that no new version of one changes an old result. Every
candidate gets the number ``SHA-256(purpose, seed, uid)``; the smallest numbers are drawn. Whoever has the seed
and the list can do it again with any program that knows SHA-256.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

ALGORITHM = "sha256-smallest"
VERSION = 1
OBJECT, INSPECTOR = "object", "inspector"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of the population; ``stratum`` is the group it is drawn in, ``""`` where there is only one."""

    uid: str
    stratum: str = ""


def number_of(seed: str, purpose: str, *uids: str) -> int:
    """The number that decides about a candidate.

    Parameters
    ----------
    seed : str
        As recorded.
    purpose : str
        ``object`` or ``inspector``: one seed gives independent numbers for both.
    uids : str
        Who it is about.

    Examples
    --------
    >>> hex(number_of("1", "object", "a"))[:10]
    '0x104200c1'
    """
    text = "\n".join((ALGORITHM, str(VERSION), purpose, seed, *uids))
    return int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")


def population_hash(population: Iterable[Candidate]) -> str:
    """SHA-256 of the population in order of its uids: what is published before the seed is known."""
    lines = sorted(f"{item.uid}\t{item.stratum}" for item in population)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def sizes(
    population: Sequence[Candidate],
    *,
    share: Fraction | None = None,
    number: int | None = None,
    at_least_one: bool = False,
) -> dict[str, int]:
    """How many are drawn of each stratum.

    A share is rounded up in every stratum. A number is divided in proportion, what is left over going to the
    largest remainders, in order of the strata's names where they are equal.

    Examples
    --------
    >>> people = [Candidate(str(i), "甲" if i < 7 else "乙") for i in range(10)]
    >>> sizes(people, share=Fraction(1, 5)) == {"甲": 2, "乙": 1}
    True
    >>> sizes(people, number=4) == {"甲": 3, "乙": 1}
    True
    """
    counts: dict[str, int] = {}
    for item in population:
        counts[item.stratum] = counts.get(item.stratum, 0) + 1
    if share is not None:
        found = {name: -int(-(count * share) // 1) for name, count in counts.items()}
    else:
        found = _divided(counts, min(number or 0, len(population)))
    floor = 1 if at_least_one else 0
    return {name: min(max(found[name], floor), count) for name, count in counts.items()}


def _divided(counts: Mapping[str, int], number: int) -> dict[str, int]:
    total = sum(counts.values())
    if not total:
        return {}
    exact = {name: Fraction(count * number, total) for name, count in counts.items()}
    found = {name: int(value) for name, value in exact.items()}
    left = number - sum(found.values())
    order = sorted(counts, key=lambda name: (found[name] - exact[name], name))
    for name in order[:left]:
        found[name] += 1
    return found


def draw(seed: str, population: Iterable[Candidate], wanted: Mapping[str, int]) -> list[Candidate]:
    """The candidates drawn, in order of their numbers within each stratum, the strata by name.

    Examples
    --------
    >>> people = [Candidate(name) for name in "abcdef"]
    >>> [item.uid for item in draw("1", people, {"": 2})] == [
    ...     item.uid for item in draw("1", people[::-1], {"": 2})]
    True
    """
    strata: dict[str, list[Candidate]] = {}
    for item in population:
        strata.setdefault(item.stratum, []).append(item)
    drawn: list[Candidate] = []
    for name in sorted(strata):
        ordered = sorted(strata[name], key=lambda item: (number_of(seed, OBJECT, item.uid), item.uid))
        drawn += ordered[: wanted.get(name, 0)]
    return drawn


def assign(
    seed: str,
    drawn: Sequence[Candidate],
    pool: Iterable[str],
    barred: Mapping[str, Iterable[str]],
    each: int,
) -> dict[str, tuple[str, ...]]:
    """Inspectors for every object drawn: those with the least to do, by their numbers among equals.

    Parameters
    ----------
    pool : iterable of str
        Uids of those who may inspect.
    barred : mapping
        Uid of an object -> uids of those who may not inspect it (its own unit's people).
    each : int
        How many look at one object.

    Returns
    -------
    dict
        Uid of an object -> uids of its inspectors; fewer than ``each`` where no more may.
    """
    everybody = sorted(set(pool))
    load = dict.fromkeys(everybody, 0)
    found: dict[str, tuple[str, ...]] = {}
    for item in drawn:
        closed = set(barred.get(item.uid, ()))
        allowed = [person for person in everybody if person not in closed]
        allowed.sort(key=lambda person: (load[person], number_of(seed, INSPECTOR, item.uid, person), person))
        pair = tuple(allowed[:each])
        for person in pair:
            load[person] += 1
        found[item.uid] = pair
    return found
