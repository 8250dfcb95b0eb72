"""Keyset paging: a page costs the same at row 50 and at row 50,000, and no row is skipped or shown twice."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row")
Thing = TypeVar("Thing", bound=Model)

PAGE_SIZE = 50
EXACT_UP_TO = 100_000


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows of one page; ``next`` and ``previous`` are cursors, empty at the ends."""

    rows: list[Row]
    next: str
    previous: str


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows a list has: exact up to 100,000, above that at least so many."""

    value: int
    exact: bool = True

    def __str__(self) -> str:
        return f"{self.value:,}" if self.exact else f"约 {self.value:,} 以上"


def count(rows: QuerySet[Any]) -> Count:
    """Count the rows of a list without walking through millions."""
    found = rows.order_by()[: EXACT_UP_TO + 1].count()
    return Count(EXACT_UP_TO, exact=False) if found > EXACT_UP_TO else Count(found)


def page(rows: QuerySet[Thing], order: Sequence[str], cursor: str = "", size: int = PAGE_SIZE) -> Page[Thing]:
    """One page of ``rows`` in ``order``.

    Parameters
    ----------
    rows : QuerySet
        What the list shows, filtered; columns named in ``order`` may be annotations but never NULL.
    order : sequence of str
        Columns, ``-`` for descending; the last one must be unique (``id``).
    cursor : str
        From ``Page.next`` or ``Page.previous``; an unreadable one gives the first page.
    """
    names = [name.lstrip("-") for name in order]
    rows, backwards, begun = _from(rows, order, cursor)
    return _cut(list(rows[: size + 1]), size, backwards, begun, lambda row: _values(row, names))


def keys(
    rows: QuerySet[Any], order: Sequence[str], cursor: str = "", size: int = PAGE_SIZE
) -> Page[tuple[Any, ...]]:
    """One page as :func:`page` gives it, but of each row only the columns of ``order``: the key is the last one."""
    rows, backwards, begun = _from(rows, order, cursor)
    found = rows.values_list(*(name.lstrip("-") for name in order))
    return _cut(list(found[: size + 1]), size, backwards, begun, list)


def _from(rows: QuerySet[Thing], order: Sequence[str], cursor: str) -> tuple[QuerySet[Thing], bool, bool]:
    """Rows from where a cursor stands, in the direction it looks; whether that is backwards, and from one at all."""
    backwards, values = decode(cursor, len(order))
    columns = [(name.lstrip("-"), name.startswith("-")) for name in order]
    if values:
        rows = rows.filter(_after(columns, values, backwards))
    rows = rows.order_by(*(_direction(name, descending ^ backwards) for name, descending in columns))
    return rows, backwards, bool(values)


def _cut(
    found: list[Row], size: int, backwards: bool, begun: bool, values: Callable[[Row], list[Any]]
) -> Page[Row]:
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    if not found:
        return Page([], "", "")
    has_next = more if not backwards else True
    has_previous = more if backwards else begun
    return Page(
        found,
        _encode("n", values(found[-1])) if has_next else "",
        _encode("p", values(found[0])) if has_previous else "",
    )


def _direction(name: str, descending: bool) -> str:
    return f"-{name}" if descending else name


def _after(columns: list[tuple[str, bool]], values: list[Any], backwards: bool) -> Q:
    found = Q()
    for index, (name, descending) in enumerate(columns):
        side = "lt" if descending ^ backwards else "gt"
        step = Q(**{f"{name}__{side}": values[index]})
        for position in range(index):
            step &= Q(**{columns[position][0]: values[position]})
        found |= step
    # Follows from the rest; by this alone a database knows where in an index to begin.
    name, descending = columns[0]
    return Q(**{f"{name}__{'lte' if descending ^ backwards else 'gte'}": values[0]}) & found


def _values(row: Model, names: Sequence[str]) -> list[Any]:
    found = []
    for name in names:
        value: Any = row
        for part in name.split("__"):
            value = getattr(value, part)
        found.append(value)
    return found


def _encode(side: str, values: list[Any]) -> str:
    packed = []
    for value in values:
        if isinstance(value, datetime):
            packed.append({"t": value.isoformat()})
        elif isinstance(value, date):
            packed.append({"d": value.isoformat()})
        elif isinstance(value, Decimal):
            packed.append({"n": str(value)})
        else:
            packed.append(value)
    text = json.dumps([side, *packed], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(cursor: str, width: int) -> tuple[bool, list[Any]]:
    """Whether a cursor leads backwards, and the values it stands at; none where it cannot be read."""
    if not cursor:
        return False, []
    try:
        side, *packed = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        values = [_unpack(item) for item in packed]
    except (ValueError, TypeError, KeyError, ArithmeticError):
        return False, []
    if side not in {"n", "p"} or len(values) != width:
        return False, []
    return side == "p", values


def _unpack(item: Any) -> Any:
    if isinstance(item, dict):
        if "t" in item:
            return datetime.fromisoformat(item["t"])
        if "d" in item:
            return date.fromisoformat(item["d"])
        return Decimal(item["n"])
    if isinstance(item, list) or item is None:
        raise ValueError(item)
    return item
