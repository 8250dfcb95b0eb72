"""A register as a list: which rows, in which order, how many, and what they sum to."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, DateField, DecimalField, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from jingtu.platform.organisations.models import Organisation
from jingtu.platform.pages import formats, html, keyset
from jingtu.platform.pages.tables import Column
from jingtu.platform.people.policies import Reach
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import filtering, values, versions, waiting, walking
from jingtu.platform.registers.declarations import Field, Register
from jingtu.platform.registers.filtering import FieldFilter
from jingtu.platform.registers.models import Entry, Version

FIRST = "entry"
YEAR = "listed_year"
NEAR = 1_500  # entries that a page of narrowed rows is looked for in before all are
_FIGURES = frozenset({"decimal", "area", "integer", "money", "mass", "year", "coordinate"})
SORTABLE = frozenset({"text", "date", "choice", "uscc"}) | _FIGURES
_SHOWN_IN = {"area": "亩", "money": "元", "mass": "千克"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a query string asks for; what it does not know it leaves out."""

    state: str = ""
    words: str = ""
    place: str = ""
    sort: str = FIRST
    holder: str = ""
    year: int | None = None  # on the list of that year
    filters: list[FieldFilter] = field(default_factory=list)

    @property
    def walk(self) -> str:
        """Along which index the list is read: where nothing narrows it, the first rows of an order come soon."""
        if self.state or self.words or self.place or self.holder or self.year is not None or self.filters:
            return ""
        sort = self.sort.removeprefix("-")
        return {FIRST: walking.BY_ENTRY, "name": walking.BY_NAME}.get(sort, "")

    @property
    def fingerprint(self) -> str:
        """Key for what is remembered of the filtered rows, but for the state."""
        return repr((self.words, self.place, self.holder, self.year, filtering.fingerprint(self.filters)))


def wanted_of(register: Register, fields: Sequence[Field], parameters: QueryDict) -> Wanted:
    """The filter and the order of a query string; ``fields`` are those that the user may read."""
    states = {state.id for state in register.lifecycle.states}
    state, place, sort = (parameters.get(name, "") for name in ("state", "place", "sort"))
    try:
        place = str(uuid.UUID(place)) if place else ""
    except ValueError:
        place = ""
    known = {FIRST, "code", "name", "state"} | {item.id for item in fields if item.kind in SORTABLE}
    known |= {waiting.LIMIT} if waiting.sortable(register) else set()
    year = parameters.get(YEAR, "").strip()
    dated = register.membership is not None and len(year) == 4 and year.isascii() and year.isdecimal()
    return Wanted(
        state=state if state in states else "",
        words=parameters.get("q", "").strip()[:60],
        place=place,
        sort=sort if sort.removeprefix("-") in known else FIRST,
        holder=parameters.get("holder", "").strip()[:120],
        year=int(year) if dated and int(year) else None,
        filters=filtering.wanted(fields, parameters),
    )


def readable(
    register: Register, region: Region, on: date, known_at: datetime | None, reach: Reach, walk: str = ""
) -> QuerySet[Version]:
    """Versions of a register in a region and below, within reach, with everything a list shows."""
    places = Region.objects.filter(path__startswith=region.path)
    return versions.versions(register.id, on, known_at, walk).filter(within(reach, places))


def within(reach: Reach, places: QuerySet[Region]) -> Q:
    """The predicate on versions of some places within reach.

    Places are asked for by themselves: a join of versions with regions lets a database begin with the regions,
    and read every version there ever was in them.
    """
    if reach.everywhere:
        return walking.in_places(places)
    found = walking.in_places(places.filter(reach.q("path")))
    if reach.organisations:
        found |= walking.in_places(places) & Q(holder__in=reach.organisations)
    return found


def page(
    register: Register,
    question: Callable[[str], QuerySet[Version]],
    wanted: Wanted,
    cursor: str,
    size: int = keyset.PAGE_SIZE,
    *,
    unseen: Collection[str] = (),
) -> keyset.Page[Version]:
    """One page of a list, read along an index where the index has it soon.

    Parameters
    ----------
    question : callable
        The narrowed rows, given along which index they are to be read (:mod:`walking`; ``""``: as the database thinks).
    unseen : collection of str
        What hangs on a version and is not shown, for example ``holder``: it is not read with the rows.
    """
    if not wanted.walk and wanted.sort == FIRST:
        near = _near(register, question(walking.BY_ENTRY), cursor)
        if near is not None:
            found = _page(*ordered(register, near, wanted.sort), cursor, size, unseen)
            if found.next and len(found.rows) == size:
                return found
    rows, order = ordered(register, question(wanted.walk), wanted.sort)
    return _page(rows, order, cursor, size, unseen)


def _near(register: Register, rows: QuerySet[Version], cursor: str) -> QuerySet[Version] | None:
    """Rows of the next few thousand entries: what many entries meet fills a page from these."""
    backwards, values = keyset.decode(cursor, 2)
    begin = values[0] if values else 0
    if backwards or not isinstance(begin, int):
        return None
    later = Entry.objects.filter(register=register.id, pk__gt=begin).order_by("pk")
    bound = later.values_list("pk", flat=True)[NEAR : NEAR + 1].first()
    return rows.filter(entry_id__lt=bound) if bound else None


def _page(
    rows: QuerySet[Version], order: Sequence[str], cursor: str, size: int, unseen: Collection[str]
) -> keyset.Page[Version]:
    """First which rows, then what is shown of them."""
    found = keyset.keys(rows.select_related(None).prefetch_related(None), order, cursor, size)
    keys = [row[-1] for row in found.rows]
    full = {row.pk: row for row in _shown(rows, keys, unseen)}
    places = Region.objects.in_bulk({row.region_id for row in full.values()})
    for row in full.values():
        row.region = places[row.region_id]
    return keyset.Page([full[key] for key in keys], found.next, found.previous)


def _shown(rows: QuerySet[Version], keys: list[int], unseen: Collection[str]) -> QuerySet[Version]:
    """What is shown of the rows but for their places, which are few and read once each."""
    shown = Version.objects.filter(pk__in=keys)
    related = rows.query.select_related
    if not isinstance(related, dict):
        return shown
    return shown.select_related(*(name for name in _paths(related) if name not in {"region", *unseen}))


def _paths(related: dict[str, Any], prefix: str = "") -> list[str]:
    found = []
    for name, below in related.items():
        found += [f"{prefix}{name}", *_paths(below, f"{prefix}{name}__")]
    return found


def narrowed(
    register: Register,
    rows: QuerySet[Version],
    wanted: Wanted,
    on: date,
    known_at: datetime | None,
    *,
    by_state: bool = True,
) -> QuerySet[Version]:
    """Rows that fit the filter, on a day as known then or now."""
    if wanted.state and by_state:
        rows = rows.filter(state=wanted.state)
    if wanted.words:
        word = wanted.words
        rows = rows.filter(
            Q(name__icontains=word) | Q(entry__code__icontains=word) | Q(holder__name__icontains=word)
        )
    if wanted.place:
        found = Region.objects.filter(uid=wanted.place).values_list("path", flat=True).first()
        below = Region.objects.filter(path__startswith=found) if found else Region.objects.none()
        rows = rows.filter(walking.in_chosen_places(below))
    if wanted.holder:
        rows = rows.filter(holder__name__icontains=wanted.holder)
    if wanted.year is not None:
        rows = rows.filter(entry__in=listed_in(register, wanted.year, on, known_at).values("entry"))
    if wanted.filters:
        facts = versions.facts_name(register.facts)
        rows = rows.filter(filtering.narrow(wanted.filters, f"{facts}__"))
    return rows


def listed_in(register: Register, year: int, on: date, known_at: datetime | None) -> QuerySet[Version]:
    """Versions by which entries stood on the list of a year, as far as it had come to pass on a day.

    The year is the one that the list itself says (``Membership.year_field``); of a register without such a
    column it is every calendar year in which the entry stood on it.
    """
    membership = register.membership
    assert membership is not None
    rows = Version.objects.filter(
        versions.believed(known_at), register=register.id, state__in=membership.states, effective_from__lte=on
    )
    if membership.year_field:
        return rows.filter(**{f"{versions.facts_name(register.facts)}__{membership.year_field}": year})
    return rows.filter(effective_from__lte=date(year, 12, 31), effective_to__gt=date(year, 1, 1))


def words_of(register: Register, region: Region | None, wanted: Wanted) -> str:
    """The filter in words, for the notes of a workbook."""
    parts = [region.name if region is not None else "权限范围内全部行政区"]
    if wanted.state:
        parts.append(f"状态：{register.lifecycle.state(wanted.state).label}")
    if wanted.place:
        place = Region.objects.filter(uid=wanted.place).first()
        parts.append(f"行政区：{place.name}" if place else "行政区：无")
    if wanted.words:
        parts.append(f"查找：{wanted.words}")
    if wanted.holder:
        parts.append(f"{register.holder_label}含“{wanted.holder}”")
    if wanted.year is not None:
        parts.append(f"名录年度：{wanted.year}")
    parts += [item.words for item in wanted.filters if not item.error]
    return "；".join(parts)


def ordered(
    register: Register, rows: QuerySet[Version], sort: str
) -> tuple[QuerySet[Version], Sequence[str]]:
    """Rows with their order for keyset paging; empty dates and figures come first."""
    name, sign = sort.removeprefix("-"), "-" if sort.startswith("-") else ""
    plain = {FIRST: "entry_id", "code": "entry__code", "name": "name", "state": "state"}
    if name in plain:
        return rows, [f"{sign}{plain[name]}", f"{sign}id"]
    if name == waiting.LIMIT:
        return rows.annotate(sort_key=waiting.last_day(register)), [f"{sign}sort_key", f"{sign}id"]
    column = f"{versions.facts_name(register.facts)}__{name}"
    return with_sort_key(rows, register.field(name), column), [f"{sign}sort_key", f"{sign}id"]


def with_sort_key(rows: QuerySet[Any], field: Field, column: str) -> QuerySet[Any]:
    """Rows with ``sort_key``, which is never NULL: what is not known comes before all that is."""
    key: Any = F(column)
    if field.kind == "date":
        key = Coalesce(key, Value(date(1, 1, 1)), output_field=DateField())
    elif field.kind in _FIGURES:
        lowest = Value(Decimal(-(10**14)))
        key = Coalesce(key, lowest, output_field=DecimalField(max_digits=20, decimal_places=4))
    found: QuerySet[Any] = rows.annotate(sort_key=key)
    return found


def counts_by_state(rows: QuerySet[Version]) -> dict[str, int]:
    """How many rows stand in each state."""
    found = rows.prefetch_related(None).select_related(None).order_by().values_list("state")
    return dict(found.annotate(count=Count("pk")))


def pick_column() -> Column:
    """Boxes to tick, for a step of several entries."""
    return Column(
        "pick",
        "选择",
        lambda row: format_html(
            '<label class="check"><input type="checkbox" name="entry" value="{}"><span class="visually-hidden">选择{}</span></label>',
            row.entry.uid,
            row.name,
        ),
        css="pick no-print",
    )


def columns(register: Register, fields: Sequence[Field], on: date) -> list[Column]:
    """The columns of the list: identity, place, state, then the fields that the user may read."""
    address_of = addresses(register)
    found = [
        Column(
            "name",
            register.name_label,
            lambda row: _link(address_of(row.entry.uid), row.name),
            lambda row: row.name,
            "name",
            "main wide",
        ),
        Column("code", register.code_label, lambda row: row.entry.code, sort="code", css="short"),
        Column("place", "行政区", lambda row: row.region.name, css="short"),
        Column("state", "状态", lambda row: _state(register, row), sort="state", css="state-cell"),
        Column("holder", register.holder_label, lambda row: _holder(row.holder), shown=False),
    ]
    limit = waiting.column(register, on)
    found += [limit] if limit is not None else []
    return found + [field_column(item, item.id, versions.facts_of) for item in fields]


def cell(field: Field, value: Any) -> Any:
    """A value as a page shows it; areas in 亩 with hectares and square metres one click away."""
    if value is None or value == "":
        return ""
    if field.kind == "area":
        return format_html(
            '<span title="{} 平方米">{} 亩</span>', formats.figure(value), formats.area_mu(value)
        )
    if field.kind in {"decimal", "integer", "money"}:
        return formats.figure(Decimal(value))
    if field.kind == "mass":
        return formats.figure(Decimal(value) / 1000)
    if field.kind == "facility":
        return str(value)
    return values.show(field, value)


def fact(field: Field, value: Any) -> Any:
    """A value on the page of its thing, with its unit."""
    shown = cell(field, value)
    unit = {"money": "元", "mass": "千克"}.get(field.kind, "" if field.kind == "area" else field.unit)
    return f"{shown} {unit}" if unit and shown != "" else shown


def field_column(field: Field, sort: str, of: Callable[[Any], Any] = lambda row: row) -> Column:
    """The column of a field; ``of`` leads from a row to what has the field."""
    numeric = field.kind in _FIGURES - {"year", "coordinate"}
    unit = _SHOWN_IN.get(field.kind, field.unit)
    return Column(
        field.id,
        f"{field.label}（{unit}）" if unit and field.kind != "area" else field.label,
        lambda row: cell(field, getattr(of(row), field.id)),
        sort=sort if field.kind in SORTABLE else "",
        css="num" if numeric else ("short" if field.kind == "date" else ""),
        shown=field.in_list,
    )


def total_words(field: Field, value: Any) -> str:
    """A sum with its unit."""
    if field.kind == "area":
        return f"{formats.area_mu(value)} 亩（{formats.area_hectares(value)} 公顷）"
    if field.kind == "mass":
        return f"{formats.figure(Decimal(value) / 1000)} 千克"
    return f"{formats.figure(Decimal(value))} {'元' if field.kind == 'money' else field.unit}".strip()


def addresses(register: Register) -> Callable[[uuid.UUID], str]:
    """Where the entries of a register have their pages; the table of addresses is asked once for all of them."""
    nobody = uuid.UUID(int=0)
    before, after = reverse("entry", args=[register.id, nobody]).split(str(nobody))
    return lambda uid: f"{before}{uid}{after}"


def _link(address: str, name: str) -> SafeString:
    return format_html('<a data-row href="{}">{}</a>', address, name)


def _state(register: Register, row: Version) -> Any:
    state = register.lifecycle.state(row.state)
    return html.badge(state.label, state.tone)


def _holder(holder: Organisation | None) -> str:
    return holder.name if holder else ""
