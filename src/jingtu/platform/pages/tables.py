"""A list as a page shows it: columns, sort, filters, paging; and the same rows as a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from jingtu.platform.pages.keyset import Count

_CELL = '<td class="{}" data-label="{}">'
SKIPPED = frozenset({"after", "on", "known_at", "region", "year"})


@dataclass(frozen=True, slots=True)
class Column:
    """A column: ``cell`` gives what the page shows (may be safe HTML), ``plain`` what is exported."""

    id: str
    label: str
    cell: Callable[[Any], Any]
    plain: Callable[[Any], Any] | None = None
    sort: str = ""  # key of the sort that the heading switches on
    css: str = ""  # "num" right-aligned figures, "wide", "main" (title of the card on a phone)
    shown: bool = True

    def export(self, row: Any) -> Any:
        return self.plain(row) if self.plain else self.cell(row)


@dataclass(frozen=True, slots=True)
class Chip:
    """One choice of a filter, with the query that switches it on or off."""

    label: str
    query: str
    active: bool
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter: a row of chips under one label."""

    label: str
    chips: Sequence[Chip]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading as the page prints it; ``aria`` is the value of ``aria-sort``."""

    id: str
    label: str
    css: str
    query: str = ""
    aria: str = ""


@dataclass(slots=True)
class Table:
    """What ``components/table.html`` needs."""

    headings: list[Heading]
    rows: list[list[tuple[str, str, Any]]]  # cells of (css, label, value)
    total: Count
    next_query: str = ""
    previous_query: str = ""
    all_columns: list[tuple[str, str, bool]] = field(default_factory=list)
    empty: str = "没有符合条件的内容"
    empty_hint: str = ""
    caption: str = ""

    @property
    def body(self) -> SafeString:
        """The rows as HTML: a template that asks again for every cell takes ten times as long."""
        lines: dict[tuple[tuple[str, str], ...], str] = {}  # rows of the same columns are written alike
        rows = []
        for cells in self.rows:
            columns = tuple((css, label) for css, label, _ in cells)
            line = lines.get(columns)
            if line is None:
                line = lines[columns] = _line(columns)
            rows.append((format_html(line, *("" if value is None else value for _, _, value in cells)),))
        return format_html_join("\n", "{}", rows)


def _line(columns: Iterable[tuple[str, str]]) -> str:
    """A row of a list, to be formatted with its values."""
    begins = (format_html(_CELL, css, label).replace("{", "{{").replace("}", "}}") for css, label in columns)
    return f"<tr>{''.join(begin + '{}</td>' for begin in begins)}</tr>"


def query(parameters: QueryDict, **changes: Any) -> str:
    """The query string with some parameters changed; ``None`` takes one away. Paging starts anew.

    Examples
    --------
    >>> query(QueryDict("state=done&after=abc"), state=None, unit=3)
    '?unit=3'
    """
    found = parameters.copy()
    for name in SKIPPED:
        if name not in changes:
            found.pop(name, None)
    for name, value in changes.items():
        if value is None:
            found.pop(name, None)
        else:
            found[name] = str(value)
    text = found.urlencode()
    return f"?{text}" if text else "?"


def build(  # the parts of a list come from one view; splitting them would only rename them
    columns: Sequence[Column],
    rows: Iterable[Any],
    parameters: QueryDict,
    *,
    total: Count,
    next_cursor: str = "",
    previous_cursor: str = "",
    caption: str = "",
    empty: str = "没有符合条件的内容",
    empty_hint: str = "",
) -> Table:
    """Put rows into the chosen columns."""
    chosen = choose(columns, parameters)
    sort = parameters.get("sort", "")
    headings = []
    for column in chosen:
        if not column.sort:
            headings.append(Heading(column.id, column.label, column.css))
            continue
        descending = sort == column.sort
        aria = {column.sort: "ascending", f"-{column.sort}": "descending"}.get(sort, "none")
        turned = query(parameters, sort=f"-{column.sort}" if descending else column.sort)
        headings.append(Heading(column.id, column.label, column.css, turned, aria))
    body = [[(column.css, column.label, column.cell(row)) for column in chosen] for row in rows]
    return Table(
        headings=headings,
        rows=body,
        total=total,
        next_query=query(parameters, after=next_cursor) if next_cursor else "",
        previous_query=query(parameters, after=previous_cursor) if previous_cursor else "",
        all_columns=[(column.id, column.label, column in chosen) for column in columns],
        caption=caption,
        empty=empty,
        empty_hint=empty_hint,
    )


def choose(columns: Sequence[Column], parameters: QueryDict) -> list[Column]:
    """The columns a person picked (``?columns=a,b``), or those shown by default."""
    wanted = [name for name in parameters.get("columns", "").split(",") if name]
    found = [column for column in columns if column.id in wanted]
    return found or [column for column in columns if column.shown]


def chips(
    label: str,
    name: str,
    choices: Iterable[tuple[str, str]],
    parameters: QueryDict,
    counts: Mapping[str, int] | None = None,
) -> Filter:
    """A row of chips for one parameter; the active one switches itself off."""
    current = parameters.get(name, "")
    found = []
    for value, text in choices:
        active = value == current
        number = counts.get(value, 0) if counts is not None else None
        found.append(Chip(text, query(parameters, **{name: None if active else value}), active, number))
    return Filter(label, found)
