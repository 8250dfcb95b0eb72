"""Tables of a plan: the head, the roles of the columns, and rows with their spans filled in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from jingtu.knowledge.plantext.model import Span
from jingtu.knowledge.plantext.normalise import NormalText, TextCell, TextTable
from jingtu.knowledge.plantext.structure.headers import UNIT_ROLES, column_role, year_column
from jingtu.knowledge.plantext.structure.lines import NUMERALS

_SECTION = re.compile(
    rf"(?:[{NUMERALS}]{{1,3}}[、．]|[（(][{NUMERALS}]{{1,3}}[）)]|第[{NUMERALS}\d]+[章节篇部])"
)
_NOTE = re.compile(r"(?:备\s*)?注\s*[：:]|说明\s*[：:]|填表说明")
_NUMBER = re.compile(r"\d{1,3}(?:[.．-]\d{1,2})*")
_HEADER_ROWS = 4


@dataclass(slots=True)
class Place:
    """What stands at one row and column: the cell, and whether it began in a row above."""

    cell: TextCell | None
    spanned: bool = False


@dataclass(slots=True)
class ReadTable:
    """A table with its columns understood.

    ``kind`` is ``task``, ``form``, ``target`` or ``other``; ``rows`` hold the rows below the head,
    ``head_end`` is where the head ends in the text.
    """

    kind: str
    roles: list[str | None]
    titles: list[str]
    rows: list[list[Place]] = field(default_factory=list)
    start: int = 0
    end: int = 0
    flattened: bool = False

    def columns(self, *roles: str) -> list[int]:
        """The columns with these roles, from left to right."""
        return [index for index, role in enumerate(self.roles) if role in roles]


def read_tables(normal: NormalText) -> list[ReadTable]:
    """All tables, those that go on without a head under another one joined to it."""
    found: list[ReadTable] = []
    for table in normal.tables():
        filled = _fill(table)
        head = _head(normal, filled)
        if head is None:
            last = found[-1] if found else None
            width = max((len(row) for row in filled), default=0)
            if last is not None and last.kind != "other" and width == len(last.roles):
                last.rows += filled
                last.end = table.end
            else:
                found.append(ReadTable("other", [None] * width, [""] * width, filled, table.start, table.end))
            continue
        titles, roles, body = head
        if found and titles == found[-1].titles:
            found[-1].rows += filled[body:]
            found[-1].end = table.end
            continue
        kind = _kind(titles, roles, _words_above(normal, table))
        found.append(
            ReadTable(kind, roles, titles, filled[body:], table.start, table.end, flattened=table.flattened)
        )
    for table_read in found:
        table_read.rows = [row for row in table_read.rows if not _is_head(normal, row, table_read.titles)]
    return found


def _words_above(normal: NormalText, table: TextTable) -> list[str]:
    """The two paragraphs before the table: its title and the line of who fills it in."""
    return [normal.text[max(0, table.start - 120) : table.start]]


def _fill(table: TextTable) -> list[list[Place]]:
    width = max((len(row) for row in table.rows), default=0)
    filled: list[list[Place]] = []
    pending: dict[int, tuple[TextCell, int]] = {}
    for row in table.rows:
        places: list[Place] = []
        column = 0
        while column < width:
            cell = row[column] if column < len(row) else None
            if cell is not None:
                places.append(Place(cell))
                for right in range(column, min(column + max(cell.col_span, 1), width)):
                    pending.pop(right, None)
                    if cell.row_span > 1:
                        pending[right] = (cell, cell.row_span - 1)
                    if right > column:
                        places.append(Place(cell, spanned=True))
                column += max(cell.col_span, 1)
                continue
            if column in pending:
                above, left = pending[column]
                places.append(Place(above, spanned=True))
                if left > 1:
                    pending[column] = (above, left - 1)
                else:
                    pending.pop(column)
            else:
                places.append(Place(None))
            column += 1
        filled.append(places[:width])
    return filled


def _text(normal: NormalText, place: Place) -> str:
    return normal.of(place.cell) if place.cell is not None else ""


def _head(normal: NormalText, rows: list[list[Place]]) -> tuple[list[str], list[str | None], int] | None:
    """The column titles of the first row that names columns, joined with a second row of the head."""
    for index, row in enumerate(rows[:_HEADER_ROWS]):
        titles = [_text(normal, place).replace(" ", "") for place in row]
        roles = [column_role(title) for title in titles]
        if "indicator" in roles and "value" not in roles:
            years = [column for column, title in enumerate(titles) if year_column(title)]
            if years:
                roles[years[-1]] = "value"
        known = sum(role is not None for role in roles)
        distinct = len({title for title in titles if title})
        if distinct < 3 or known < 2 or known * 2 < len([title for title in titles if title]):
            continue
        body = index + 1
        if body < len(rows):
            below = [_text(normal, place).replace(" ", "") for place in rows[body]]
            sub = [column_role(title) for title in below]
            spanned = [place.cell is not None and place.cell.col_span > 1 for place in row]
            if any(spanned) and (sum(role is not None for role in sub) >= 2 or _by_year(roles, row, below)):
                titles = [new or old for old, new in zip(titles, below, strict=True)]
                roles = [new or old for old, new in zip(roles, sub, strict=True)]
                body += 1
        return titles, _one_lead(titles, roles), body
    return None


def _by_year(roles: list[str | None], row: list[Place], below: list[str]) -> bool:
    """Whether what is to be done is told year by year: 2029年, 2030年 under one head."""
    years = [
        year_column(title)
        for role, place, title in zip(roles, row, below, strict=True)
        if role in {"text", "title"} and place.cell is not None and place.cell.col_span > 1
    ]
    return len(years) > 1 and all(years)


def _one_lead(titles: list[str], roles: list[str | None]) -> list[str | None]:
    """Beside a column of leading units, 主责单位 is the one of those who answer for it."""
    if roles.count("lead") < 2:
        return roles
    return [
        "responsible" if role == "lead" and title.startswith("主责") else role
        for title, role in zip(titles, roles, strict=True)
    ]


def _is_head(normal: NormalText, row: list[Place], titles: list[str]) -> bool:
    return any(titles) and [_text(normal, place).replace(" ", "") for place in row] == titles


def _kind(titles: list[str], roles: list[str | None], above: list[str]) -> str:
    have = {role for role in roles if role}
    units = bool(have & UNIT_ROLES)
    if "progress" in have or ("item" in have and units) or any("填报单位" in words for words in above):
        return "form" if have & {"item", "title", "text", "group"} else "other"
    if "value" in have and ("indicator" in have or not units):
        return "target"
    if units and have & {"title", "text", "item", "group"}:
        return "task"
    if {"title", "text"} <= have and "number" in have and any("任务" in title for title in titles):
        return "task"
    return "other"


def section_words(normal: NormalText, row: list[Place]) -> str | None:
    """The words of a section row: one cell over the whole width, or alone in its row."""
    cells = {id(place.cell): place.cell for place in row if place.cell is not None and not _empty(place.cell)}
    if len(cells) != 1:
        return None
    cell = next(iter(cells.values()))
    words = normal.of(cell)
    own = [place for place in row if place.cell is cell]
    if own[0].spanned and cell.row_span > 1:
        return None
    if _NOTE.match(words) or len(words) > 80 or _NUMBER.fullmatch(words):
        return None
    if _SECTION.match(words) or cell.col_span > 1 or row[0].cell is cell:
        return words
    return None


def is_note_row(normal: NormalText, row: list[Place]) -> bool:
    """Whether the row is a note under the table."""
    first = next((place.cell for place in row if place.cell is not None and not _empty(place.cell)), None)
    return first is not None and _NOTE.match(normal.of(first)) is not None


def _empty(cell: TextCell) -> bool:
    return cell.start == cell.end


def cell_span(place: Place) -> Span | None:
    """The span of a place's cell, ``None`` where nothing is printed."""
    if place.cell is None or _empty(place.cell):
        return None
    return place.cell.start, place.cell.end
