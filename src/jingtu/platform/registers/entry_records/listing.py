"""Records as a list across entries: which rows, in which order, in which columns."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import format_html

from jingtu.platform.pages.tables import Column
from jingtu.platform.people.policies import Reach
from jingtu.platform.people.roles import Role
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import filtering, listing, versions
from jingtu.platform.registers.declarations import Field
from jingtu.platform.registers.entry_records.declarations import DAY, RecordKind, register_of
from jingtu.platform.registers.entry_records.queries import believed_records
from jingtu.platform.registers.filtering import FieldFilter
from jingtu.platform.registers.models import Version

LATEST = f"-{DAY}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a query string asks for; what it does not know it leaves out."""

    entry: str = ""
    words: str = ""
    place: str = ""
    sort: str = LATEST
    filters: list[FieldFilter] = field(default_factory=list)


def visible(kind: RecordKind, roles: Iterable[Role] | None) -> list[Field]:
    """The fields of a kind that somebody with these roles may read; ``None``: all."""
    if roles is None:
        return list(kind.fields)
    held = set(roles)
    return [item for item in kind.fields if item.visible_to is None or item.visible_to & held]


def wanted_of(kind: RecordKind, fields: Sequence[Field], parameters: QueryDict) -> Wanted:
    """The filter and the order of a query string."""
    sort = parameters.get("sort", "")
    known = {DAY} | {item.id for item in fields if item.kind in listing.SORTABLE}
    return Wanted(
        entry=_uid(parameters.get("entry", "")),
        words=parameters.get("q", "").strip()[:60],
        place=_uid(parameters.get("place", "")),
        sort=sort if sort.removeprefix("-") in known else LATEST,
        filters=filtering.wanted([kind.day, *fields], parameters),
    )


def readable_entries(
    kind: RecordKind, region: Region | None, on: date, known_at: datetime | None, reach: Reach
) -> QuerySet[Version]:
    """Entries of a day whose records may be read."""
    rows = Version.objects.filter(versions.at(on, known_at), register=kind.register)
    places = Region.objects.all() if region is None else Region.objects.filter(path__startswith=region.path)
    return rows.filter(listing.within(reach, places))


def records(
    kind: RecordKind, entries: QuerySet[Version], on: date, known_at: datetime | None, wanted: Wanted
) -> QuerySet[Any]:
    """Records up to a day of the entries that are readable and fit the filter."""
    if wanted.words:
        word = wanted.words
        entries = entries.filter(
            Q(name__icontains=word) | Q(entry__code__icontains=word) | Q(holder__name__icontains=word)
        )
    if wanted.place:
        path = Region.objects.filter(uid=wanted.place).values_list("path", flat=True).first()
        below = Region.objects.filter(path__startswith=path) if path else Region.objects.none()
        entries = entries.filter(region__in=below.values("pk"))
    if wanted.entry:
        entries = entries.filter(entry__uid=wanted.entry)
    rows = believed_records(kind.id, known_at).filter(on__lte=on, entry__in=entries.values("entry_id"))
    related = [item.id for item in kind.fields if item.kind == "facility"]
    return rows.filter(filtering.narrow(wanted.filters, "")).select_related("entry", "entered_by", *related)


def ordered(kind: RecordKind, rows: QuerySet[Any], sort: str) -> tuple[QuerySet[Any], list[str]]:
    """Rows with their order for keyset paging; what is not known comes first."""
    name, sign = sort.removeprefix("-"), "-" if sort.startswith("-") else ""
    if name == DAY:
        return rows, [f"{sign}{DAY}", f"{sign}id"]
    return listing.with_sort_key(rows, kind.field(name), name), [f"{sign}sort_key", f"{sign}id"]


def with_versions(
    kind: RecordKind, rows: Sequence[Any], on: date, known_at: datetime | None
) -> Sequence[Any]:
    """The same rows, each with the version of its entry on the day as ``version``."""
    found = versions.versions(kind.register, on, known_at).filter(entry__in={row.entry_id for row in rows})
    by_entry = {item.entry_id: item for item in found.prefetch_related("region__names")}
    for row in rows:
        row.version = by_entry[row.entry_id]
    return rows


def columns(kind: RecordKind, fields: Sequence[Field]) -> list[Column]:
    """Entry, code, day, then the fields that the user may read; rows come from ``with_versions``."""
    register = register_of(kind)
    found = [
        Column(DAY, kind.on_label, lambda row: _day(kind, row), lambda row: row.on, DAY, "main short"),
        Column(
            "name", register.name_label,
            lambda row: format_html(
                '<a href="{}">{}</a>', reverse("entry", args=[register.id, row.entry.uid]), row.version.name
            ),
            lambda row: row.version.name, css="wide",
        ),
        Column("code", register.code_label, lambda row: row.entry.code, css="short", shown=False),
        Column("place", "行政区", lambda row: row.version.region.name, css="short", shown=False),
    ]  # fmt: skip
    return found + [listing.field_column(item, item.id) for item in fields]


def title(kind: RecordKind, record: Any) -> str:
    """One line that tells a record apart."""
    if kind.summary is not None:
        return kind.summary(record)
    return f"{record.on.isoformat()} {kind.label}"


def address(kind: RecordKind, record: Any) -> str:
    """The page of a record."""
    return reverse("record", args=[kind.register, record.entry.uid, kind.id, record.uid])


def _day(kind: RecordKind, row: Any) -> Any:
    return format_html('<a data-row href="{}">{}</a>', address(kind, row), row.on.isoformat())


def _uid(text: str) -> str:
    try:
        return str(uuid.UUID(text)) if text else ""
    except ValueError:
        return ""
