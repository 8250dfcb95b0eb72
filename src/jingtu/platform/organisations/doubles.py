"""Which two entries of the list may be one body: the same name in another form, or an alias of the other's."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from django.db.models import QuerySet

from jingtu.platform.clock import OPEN_DATE
from jingtu.platform.organisations.models import DistinctOrganisations, Organisation
from jingtu.platform.organisations.names import table, take_apart
from jingtu.platform.regions.models import RegionName

MOST = 200
# Bodies of a place: the place in front of their name is who they are.
_OF_A_PLACE = frozenset(
    {
        Organisation.Kind.GOVERNMENT.value,
        Organisation.Kind.ZONE.value,
        Organisation.Kind.DEPARTMENT.value,
        Organisation.Kind.ECOLOGY.value,
    }
)
_SIGNS = re.compile(r"[\s·•\-—_、，,.。（）()\[\]【】“”\"']+")

SAME_NAME = "名称相同"
SAME_FORM = "名称写法不同，实为同名"
SAME_FUNCTION = "同一地方的同一部门"
SAME_ALIAS = "别名相同"
# What says most comes first.
_ORDER = (SAME_NAME, SAME_ALIAS, SAME_FORM, SAME_FUNCTION)


@dataclass(frozen=True, slots=True)
class Double:
    """Two entries that may be one body; ``why`` says what they have in common."""

    first: Organisation
    second: Organisation
    why: tuple[str, ...]

    @property
    def codes_differ(self) -> bool:
        return bool(self.first.uscc and self.second.uscc and self.first.uscc != self.second.uscc)


@functools.cache
def _forms() -> tuple[tuple[str, str], ...]:
    rows = [(row["written"], row["compared"]) for row in table("name_forms.csv")]
    return tuple(sorted(rows, key=lambda row: len(row[0]), reverse=True))


def compared(name: str, places: Sequence[str] = ()) -> str:
    """A name without what two people write differently: signs, the place in front, the form of a company.

    Parameters
    ----------
    name : str
        As entered.
    places : sequence of str
        Names of the place and of those above it, official and short.

    Examples
    --------
    >>> compared("某县 永兴（化工）有限责任公司", ["某县"]) == compared("永兴化工有限公司")
    True
    >>> compared("永兴化工厂") == compared("永兴化工有限公司")
    False
    """
    text = _SIGNS.sub("", unicodedata.normalize("NFKC", name))
    found = True
    while found:
        found = False
        for place in sorted(places, key=len, reverse=True):
            if text.startswith(place) and len(text) - len(place) >= 4:
                text, found = text[len(place) :], True
                break
    for written, form in _forms():
        if text.endswith(written):
            return text.removesuffix(written) + form
    return text


def proposals(rows: QuerySet[Organisation], most: int = MOST) -> list[Double]:
    """Likely doubles among some organisations, those that say most first.

    Two bodies of one name are proposed only where one place holds the other: every county has its
    水利局. Pairs that somebody found to be two bodies are left out.
    """
    found = list(rows.filter(merged_into__isnull=True).order_by("pk"))
    names = _names_of(found)
    shared: dict[tuple[str, str], list[Organisation]] = defaultdict(list)
    for item in found:
        for key in _keys(item, names[item.region_id]):
            shared[key].append(item)
    pairs: dict[tuple[int, int], set[str]] = defaultdict(set)
    by_key = {item.pk: item for item in found}
    for (kind, words), group in shared.items():
        for first, second in combinations(group, 2):
            if not _near(first, second) or first.pk == second.pk:
                continue
            pairs[first.pk, second.pk].add(_reason(kind, words, first, second))
    apart = set(DistinctOrganisations.objects.filter(first__in=by_key).values_list("first", "second"))
    doubles = [
        Double(by_key[one], by_key[other], _told(why))
        for (one, other), why in pairs.items()
        if (one, other) not in apart
    ]
    doubles.sort(key=lambda item: (_ORDER.index(item.why[0]), item.first.name, item.first.pk))
    return doubles[:most]


def _keys(item: Organisation, places: Sequence[str]) -> set[tuple[str, str]]:
    called = {item.name}
    called |= {
        alias.name for alias in item.aliases.all() if alias.valid_to == OPEN_DATE or alias.kind == "former"
    }
    keys = {("name", "".join(name.split())) for name in called}
    front = () if item.kind in _OF_A_PLACE else places
    keys |= {("form", compared(name, front)) for name in called}
    if item.kind in {Organisation.Kind.DEPARTMENT, Organisation.Kind.ECOLOGY}:
        rest = next(
            (item.name.removeprefix(place) for place in places if item.name.startswith(place)), item.name
        )
        function = take_apart(rest).function
        if function:
            keys.add(("function", f"{item.region_id}:{function}"))
    return keys


def _reason(kind: str, words: str, first: Organisation, second: Organisation) -> str:
    if kind == "function":
        return SAME_FUNCTION
    if kind == "form":
        return SAME_FORM
    return SAME_NAME if words == first.name == second.name else SAME_ALIAS


def _told(why: set[str]) -> tuple[str, ...]:
    """What a pair has in common, the strongest first; the same name is no other form of it."""
    told = why - {SAME_FORM} if why & {SAME_NAME, SAME_ALIAS} else why
    return tuple(word for word in _ORDER if word in told)


def _near(first: Organisation, second: Organisation) -> bool:
    one, other = first.region.path, second.region.path
    return one.startswith(other) or other.startswith(one)


def _names_of(rows: Iterable[Organisation]) -> dict[int, list[str]]:
    """Names of every organisation's place and of those above it, by the key of the place."""
    regions = {row.region_id: row.region for row in rows}
    keys = {key for region in regions.values() for key in [*region.ancestor_keys(), region.pk]}
    names: dict[int, list[str]] = defaultdict(list)
    for key, name, short in RegionName.objects.filter(region__in=keys).values_list("region", "name", "short"):
        names[key] += [word for word in (name, short) if len(word) >= 2]
    return {
        pk: [word for key in [*region.ancestor_keys(), pk] for word in names[key]]
        for pk, region in regions.items()
    }


def alike(rows: QuerySet[Organisation], name: str) -> list[Organisation]:
    """Organisations of which the name, or an alias, is ``name`` in another form, whatever their place."""
    found = list(rows.order_by("name", "pk"))
    names = _names_of(found)
    every = sorted({word for words in names.values() for word in words})
    wanted = {"".join(name.split()), compared(name, every)}
    return [
        item
        for item in found
        if wanted & {words for kind, words in _keys(item, names[item.region_id]) if kind != "function"}
    ]
