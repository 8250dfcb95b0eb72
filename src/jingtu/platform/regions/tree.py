"""Looking places up, and adding one: the questions that other apps ask of the tree."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import date

from django.db import transaction
from django.db.models import F, Q, QuerySet

from jingtu.platform.clock import OPEN_DATE
from jingtu.platform.regions.models import FIRST_DAY, Region, RegionName

RANK: dict[str, int] = {
    Region.Level.PROVINCE: 0,
    Region.Level.CITY: 1,
    Region.Level.COUNTY: 2,
    Region.Level.ZONE: 3,
    Region.Level.TOWN: 4,
    Region.Level.VILLAGE: 5,
}


def valid_on(on: date | None, prefix: str = "") -> Q:
    """Predicate for places (or names) that exist on a day; ``None``: at any time."""
    if on is None:
        return Q()
    return Q(**{f"{prefix}valid_from__lte": on, f"{prefix}valid_to__gt": on})


def create_region(
    name: str,
    level: str,
    parent: Region | None = None,
    *,
    code: str = "",
    source: str,
    valid_from: date = FIRST_DAY,
    is_example: bool = False,
) -> Region:
    """Add one place under another; its path follows from its key.

    Raises
    ------
    ValueError
        The level does not belong below the parent's.
    """
    if parent is not None and not fits_below(level, parent.level):
        raise ValueError(f"{level} does not lie below {parent.level}")
    with transaction.atomic():
        region = Region.objects.create(
            level=level,
            parent=parent,
            path=uuid.uuid4().hex,
            valid_from=valid_from,
            is_example=is_example,
        )
        region.path = f"{parent.path if parent else '/'}{region.pk}/"
        region.save(update_fields=["path"])
        RegionName.objects.create(region=region, name=name, code=code, valid_from=valid_from, source=source)
    return region


def fits_below(level: str, parent_level: str) -> bool:
    """Whether a place of ``level`` may lie directly below one of ``parent_level``.

    A zone lies below a city or a county and may hold towns and villages, never counties.

    Examples
    --------
    >>> fits_below("town", "city"), fits_below("county", "zone"), fits_below("town", "zone")
    (True, False, True)
    """
    return RANK[parent_level] < RANK[level]


def rename_region(region: Region, name: str, *, code: str | None = None, on: date, source: str) -> RegionName:
    """Give a place a new name, and perhaps a new code, from a day on; the old ones stay findable."""
    with transaction.atomic():
        current = region.names.order_by("-valid_to", "-valid_from").first()
        if current is not None:
            if current.valid_from >= on:
                raise ValueError("a name ends after it begins")
            current.valid_to = on
            current.save()
        kept = current.code if current else ""
        return RegionName.objects.create(
            region=region, name=name, code=kept if code is None else code, valid_from=on, source=source
        )


def find_by_code(code: str, on: date | None = None) -> Region | None:
    """The place that has, or had, this division code.

    Parameters
    ----------
    code : str
        6, 9 or 12 digits; trailing zeros of the 12-digit form are understood.
    on : date, optional
        Prefer the place that held the code on that day.
    """
    wanted = code_forms(code)
    if not wanted:
        return None
    names = list(RegionName.objects.filter(code__in=wanted).select_related("region"))
    if not names:
        return None
    best = max(
        names, key=lambda item: (on is not None and item.valid_from <= on < item.valid_to, item.valid_to)
    )
    return best.region


def code_forms(code: str) -> list[str]:
    """Forms in which tables write one division code.

    Examples
    --------
    >>> code_forms("130102000000"), code_forms("13"), code_forms("abc")
    (['130102000000', '130102'], ['130000'], [])
    """
    text = code.strip()
    if not text.isascii() or not text.isdigit():
        return []
    if len(text) in {2, 4}:
        return [text.ljust(6, "0")]
    forms = [text]
    if len(text) == 12 and text.endswith("000"):
        short = text[:9]
        forms.append(short[:6] if short.endswith("000") else short)
    return forms


def find_by_name(
    name: str,
    within: Region | None = None,
    on: date | None = None,
    levels: Iterable[str] | None = None,
) -> list[Region]:
    """Places that ``name`` can mean, the best first: official names, then old ones, then short ones.

    Parameters
    ----------
    name : str
        Official, former or short name, or several from above to below without a gap (省市县).
    within : Region, optional
        Only this place and what lies below it.
    on : date, optional
        The day of the document: a name that held on it comes before one that did not.
    levels : iterable of str, optional
        Only places of these levels.

    Returns
    -------
    list of Region
        Empty where nobody knows the name; more than one where the name alone does not tell.
    """
    text = "".join(name.split())
    if not text:
        return []
    found = _named(text, within, on, levels)
    if found:
        return found
    # 某省某市某县: split after the longest known first name, and look for the rest below it.
    for cut in range(len(text) - 2, 1, -1):
        for above in _named(text[:cut], within, on, None, official=True):
            below = find_by_name(text[cut:], above, on, levels)
            below = [region for region in below if region.pk != above.pk]
            if below:
                return below
    return []


def _named(
    text: str,
    within: Region | None,
    on: date | None,
    levels: Iterable[str] | None,
    *,
    official: bool = False,
) -> list[Region]:
    match = Q(name=text) if official else Q(name=text) | Q(short=text)
    names = RegionName.objects.filter(match).select_related("region")
    if within is not None:
        names = names.filter(region__path__startswith=within.path)
    if levels is not None:
        names = names.filter(region__level__in=list(levels))
    ranked: dict[int, tuple[tuple[int, int, int], Region]] = {}
    for item in names:
        holds = item.valid_from <= on < item.valid_to if on is not None else item.valid_to == OPEN_DATE
        rank = (0 if item.name == text else 1, 0 if holds else 1, RANK[item.region.level])
        known = ranked.get(item.region.pk)
        if known is None or rank < known[0]:
            ranked[item.region.pk] = (rank, item.region)
    ordered = sorted(ranked.values(), key=lambda pair: (*pair[0], pair[1].adcode or "~", pair[1].pk))
    if any(rank[0] == 0 for rank, _ in ordered):
        ordered = [pair for pair in ordered if pair[0][0] == 0]
    return [region for _, region in ordered]


def ancestors(region: Region) -> list[Region]:
    """The places above, the highest first."""
    found = Region.objects.in_bulk(region.ancestor_keys())
    return [found[key] for key in region.ancestor_keys()]


def children(region: Region, on: date | None = None, levels: Sequence[str] | None = None) -> QuerySet[Region]:
    """Places directly below, those with a code first and in its order."""
    found = Region.objects.filter(valid_on(on), parent=region)
    if levels is not None:
        found = found.filter(level__in=list(levels))
    return found.order_by(F("adcode").asc(nulls_last=True), "name")


def descendants(
    region: Region, on: date | None = None, levels: Sequence[str] | None = None
) -> QuerySet[Region]:
    """Places anywhere below, those with a code first and in its order."""
    found = Region.objects.filter(valid_on(on), path__startswith=region.path).exclude(pk=region.pk)
    if levels is not None:
        found = found.filter(level__in=list(levels))
    return found.order_by(F("adcode").asc(nulls_last=True), "name")
