"""Tables that lost their marks: every cell printed line after line, as text taken from a PDF.

What is left to stand on: the words of the header row, the running numbers, the width of the lines
(a column is narrow where the text is wide) and the shape of unit names. An empty cell leaves no
trace at all.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from jingtu.knowledge.plantext.structure.cells import join_cell
from jingtu.knowledge.plantext.structure.clauses import read_clause
from jingtu.knowledge.plantext.structure.grid import Grid, GridCell
from jingtu.knowledge.plantext.structure.headers import (
    UNIT_ROLES,
    column_role,
    header_starts,
    split_header,
)
from jingtu.knowledge.plantext.structure.lines import NUMERALS, clean, ends_sentence, is_page_number, width
from jingtu.knowledge.plantext.structure.names import is_known_unit, is_whole_unit, squeeze
from jingtu.knowledge.plantext.structure.unit_columns import assign_columns, cut_cells

_SECTION = re.compile(rf"[{NUMERALS}]{{1,3}}、\S")
_BARE = re.compile(r"(\d{1,3})[．.、]?")
_ITEM = re.compile(r"(\d{1,3})\s*[．.、]\s*(?=\D)")
_END = re.compile(
    r"(?:附\s*件|附\s*表)\s*[\d一二三四五六]?|(?:备\s*)?注\s*[：:]|抄\s*送|公开方式|…{1,2}$|\.{6}"
)
_DATE = re.compile(r"(?:20\d\d年|\d{1,2}月|全年|长期|持续|年底|季度|上半年|下半年|每[年月季])")
_CONTAINS_DATE = re.compile(r"(?:\d|全年|长期|持续|年底|季度|半年|每)")
_MAX_HEADER_LINES = 24


@dataclass(slots=True)
class _Row:
    number: str
    lines: list[str] = field(default_factory=list)
    section: str | None = None
    group: str = ""


def find_flat_table(lines: list[str], start: int) -> tuple[Grid, int] | None:
    """The flattened table whose header begins at ``lines[start]``.

    Parameters
    ----------
    lines : list of str
        Lines as printed (tabs already gone).
    start : int
        Index of a line that may begin a header row.

    Returns
    -------
    (Grid, int) or None
        The table put together again and the index of the first line after it; ``None`` where no
        header of at least three known columns, one of them of units, stands there with rows below.
    """
    header = _header_at(lines, start)
    if header is None:
        return None
    columns, end = header
    roles = [column_role(column) for column in columns]
    if len(columns) < 3 or not UNIT_ROLES & set(roles):
        return None
    squeezed = "".join(map(squeeze, columns))
    if "number" in roles:
        rows, end = _numbered_rows(lines, end, squeezed)
        cells = _task_cells(rows, roles)
    else:
        rows, end = _item_rows(lines, end, squeezed)
        cells = _item_cells(rows, roles)
    if sum(row.section is None for row in rows) < 2:
        return None
    head: list[GridCell | None] = [GridCell(squeeze(column)) for column in columns]
    return Grid([head, *cells], flattened=True), end


def _header_at(lines: list[str], start: int) -> tuple[list[str], int] | None:
    first = squeeze(lines[start])
    if not first or len(first) > 60 or not first.startswith(header_starts()):
        return None
    text = ""
    best: tuple[list[str], int] | None = None
    for index in range(start, min(start + _MAX_HEADER_LINES, len(lines))):
        word = squeeze(lines[index])
        if not word or is_page_number(word):
            continue
        text += word
        if len(text) > 90:
            break
        columns = split_header(text)
        if columns is not None and (best is None or len(columns) >= len(best[0])):
            best = columns, index + 1
    return best


def _repeated_header(lines: list[str], index: int, squeezed: str) -> int | None:
    """The index behind a header row that is printed again on a new page."""
    if not squeezed.startswith(squeeze(lines[index])) or not squeeze(lines[index]):
        return None
    text = ""
    for end in range(index, min(index + _MAX_HEADER_LINES, len(lines))):
        if is_page_number(lines[end].strip()):
            continue
        text += squeeze(lines[end])
        if text == squeezed:
            return end + 1
        if not squeezed.startswith(text):
            return None
    return None


def _skip_furniture(lines: list[str], index: int, squeezed: str) -> int:
    """The index of the next line that is no blank, no page number and no repeated header."""
    while index < len(lines):
        line = clean(lines[index])
        behind = index + 1 if not line or is_page_number(line) else _repeated_header(lines, index, squeezed)
        if behind is None:
            break
        index = behind
    return index


def _numbered_rows(lines: list[str], start: int, squeezed: str) -> tuple[list[_Row], int]:
    rows: list[_Row] = []
    current: _Row | None = None
    expected = 1
    restart = True
    index = start
    while (index := _skip_furniture(lines, index, squeezed)) < len(lines):
        line = clean(lines[index])
        if _END.match(line) and (current is None or _looks_whole(current)):
            break
        if _SECTION.match(line) and len(line) <= 60 and (current is None or _looks_whole(current)):
            rows.append(_Row("", section=line))
            current, restart = None, True
            index += 1
            continue
        number, rest = _number_of(lines[index], line, expected, current, restart=restart)
        if number is not None:
            current = _Row(str(number), [rest] if rest else [])
            rows.append(current)
            expected, restart = number + 1, False
        elif current is not None:
            if len(current.lines) > 400:
                break
            current.lines.append(line)
        elif rows and rows[-1].section is not None and not rows[-1].lines:
            rows[-1].section += line
        else:
            break
        index += 1
    return rows, index


def _number_of(
    printed: str, line: str, expected: int, current: _Row | None, *, restart: bool
) -> tuple[int | None, str]:
    match = _BARE.fullmatch(line)
    if match:
        number = int(match[1])
        whole = current is None or _looks_whole(current)
        if number == expected or (restart and number == 1):
            return number, ""
        if whole and expected - 1 <= number <= expected + 4 and number:
            return number, ""
        return None, ""
    glued = re.match(r"\s*(\d{1,3})\s+(?=[\u4e00-\u9fff])", printed)
    if glued and int(glued[1]) in ({expected, 1} if restart else {expected}):
        return int(glued[1]), clean(printed[glued.end() :])
    return None, ""


def _looks_whole(row: _Row) -> bool:
    """Whether the row's last lines can be the end of a unit cell."""
    if not row.lines:
        return False
    tail = "".join(squeeze(line) for line in row.lines[-6:])
    for mark in "、，,；;。）":
        tail = tail.rsplit(mark, 1)[-1] if not tail.endswith(mark) else tail
    return any(is_known_unit(tail[cut:]) for cut in range(max(0, len(tail) - 24), len(tail) - 1)) or bool(
        _DATE.search(tail[-8:]) or tail.endswith(("牵头", "负责", "参与", "配合", "落实"))
    )


def _task_cells(rows: list[_Row], roles: list[str | None]) -> list[list[GridCell | None]]:
    columns = len(roles)
    task_columns = [i for i, role in enumerate(roles) if role in {"group", "title", "text", "item"}]
    unit_columns = [i for i, role in enumerate(roles) if role in UNIT_ROLES]
    due_columns = [i for i, role in enumerate(roles) if role == "due"]
    number_column = roles.index("number")
    numbered = [row for row in rows if row.section is None]
    narrow = _title_width(numbered) if len(task_columns) > 1 else 0.0
    widths = sorted(width(line) for row in numbered for line in row.lines)
    wide = widths[int(len(widths) * 0.98)] if widths else 0.0
    parsed: list[tuple[list[str], str, list[str], str] | None] = []
    for row in rows:
        if row.section is not None:
            parsed.append(None)
            continue
        parsed.append(_split_row(row.lines, narrow, wide, has_due=bool(due_columns)))
    segments = assign_columns([item[2] if item else None for item in parsed], len(unit_columns))
    made: list[list[GridCell | None]] = []
    for row, item, units in zip(rows, parsed, segments, strict=True):
        if item is None:
            made.append([GridCell(row.section or "", col_span=columns), *([None] * (columns - 1))])
            continue
        cells: list[GridCell | None] = [GridCell("") for _ in range(columns)]
        cells[number_column] = GridCell(row.number)
        if len(task_columns) > 1:
            cells[task_columns[-2]] = GridCell(squeeze("".join(item[0])))
        cells[task_columns[-1]] = GridCell(item[1])
        for column, text in zip(unit_columns, units, strict=True):
            cells[column] = GridCell(text)
        if due_columns:
            cells[due_columns[0]] = GridCell(item[3])
        made.append(cells)
    return made


def _title_width(rows: list[_Row]) -> float:
    """Width of the title column: the commonest width of first lines, of the narrow ones the widest."""
    firsts = Counter(len(squeeze(row.lines[0])) for row in rows if row.lines)
    if not firsts:
        return 0.0
    common = firsts.most_common(1)[0][0]
    return float(max(size for size in firsts if size <= 2 * common + 1))


def _split_row(
    lines: list[str], narrow: float, wide: float, *, has_due: bool
) -> tuple[list[str], str, list[str], str]:
    """Title lines, text, lines of the unit cells, deadline."""
    title_end = 0
    if narrow and wide <= 1.6 * narrow:
        # Columns of one width: the title ends with its first line that is not full.
        title_end = next((i + 1 for i, line in enumerate(lines) if len(squeeze(line)) < narrow), 1)
        marked = next((i for i, line in enumerate(lines) if any(m in line for m in "，。；“《")), len(lines))
        title_end = max(1, min(title_end, marked, len(lines)))
    elif narrow:
        while title_end < len(lines) and len(squeeze(lines[title_end])) <= narrow:
            title_end += 1
        if title_end == len(lines) or title_end == 0:
            title_end = min(1, len(lines))
        if any(mark in "".join(lines[1:title_end]) for mark in "。；"):
            title_end = next(i for i in range(1, title_end) if any(m in lines[i] for m in "。；"))
    rest = lines[title_end:]
    inner = _inner_units(rest)
    if inner is not None:
        return (
            lines[:title_end],
            join_cell(rest[: inner[0]] + rest[inner[1] :]),
            rest[inner[0] : inner[1]],
            "",
        )
    last_wide = max((i for i, line in enumerate(rest) if width(line) >= 0.6 * wide), default=-1)
    unit_start = _unit_start(rest, last_wide)
    units = rest[unit_start:]
    due = ""
    if has_due:
        cut = len(units)
        while (
            cut > 0
            and not any(is_known_unit(squeeze(units[i])) for i in (cut - 1,))
            and (
                _CONTAINS_DATE.search(units[cut - 1])
                or squeeze(units[cut - 1]) in {"底前", "月底前", "前", "底", "年底前"}
            )
        ):
            cut -= 1
        due = "".join(squeeze(line) for line in units[cut:])
        units = units[:cut]
    return lines[:title_end], join_cell(rest[:unit_start]), units, due


def _inner_units(rest: list[str]) -> tuple[int, int] | None:
    """Unit cells with text behind them: the row was broken by a page, its text goes on below."""
    if not rest or not ends_sentence(rest[-1]):
        return None
    for start in range(1, len(rest) - 2):
        if not _begins_unit(rest, start):
            continue
        for end in range(min(start + 24, len(rest) - 1), start + 1, -1):
            if not is_whole_unit(
                re.split(r"[、，,；;]", squeeze("".join(rest[start:end])))[-1][-24:]
            ) and not any(
                is_known_unit(squeeze("".join(rest[first:end]))) for first in range(max(start, end - 4), end)
            ):
                continue
            cells = cut_cells(rest[start:end])
            names = [m.raw for cell in cells for m in read_clause(cell, "responsible").mentions()]
            unread = any(read_clause(cell, "responsible").unread for cell in cells)
            if len(cells) > 1 and not unread and all(map(is_whole_unit, names)):
                return start, end
    return None


def _unit_start(rest: list[str], last_wide: int) -> int:
    """The line with which the unit cells begin: behind the text's last line."""
    for index in range(len(rest) - 1, last_wide - 1, -1):
        if index >= 0 and ends_sentence(rest[index]):
            return index + 1
    after = last_wide + 1
    if after < len(rest) and not _begins_unit(rest, after) and _begins_unit(rest, after + 1):
        return after + 1
    return after


def _begins_unit(rest: list[str], index: int) -> bool:
    text = "".join(squeeze(line) for line in rest[index : index + 8])
    head = re.split(r"[、，；]", text, maxsplit=1)[0]
    return any(is_whole_unit(head[:size]) for size in range(3, min(len(head), 24) + 1))


def _item_rows(lines: list[str], start: int, squeezed: str) -> tuple[list[_Row], int]:
    """Rows that begin with ``N．`` inside the cell; lines before a first ``1．`` name the group."""
    rows: list[_Row] = []
    before: list[str] = []
    current: _Row | None = None
    expected = 1
    index = start
    while (index := _skip_furniture(lines, index, squeezed)) < len(lines):
        line = clean(lines[index])
        if _END.match(line):
            break
        match = _ITEM.match(line)
        number = int(match[1]) if match else 0
        if match and (number in {expected, 1} or expected < number <= expected + 3):
            group = ""
            if number == 1 and current is not None:
                group = _take_group(current)
            elif number == 1:
                group = join_cell(before)
            current = _Row(str(number), [line], group=group)
            rows.append(current)
            expected = number + 1
        elif current is None:
            before.append(line)
            if len(before) > 6:
                break
        else:
            current.lines.append(line)
            if len(current.lines) > 60:
                break
        index += 1
    return rows, index


def _take_group(row: _Row) -> str:
    """Take the lines behind the units of the last row: they name the next group."""
    end = _unit_end(row.lines)
    if end is None:
        return ""
    group = join_cell(row.lines[end:])
    del row.lines[end:]
    return group


def _unit_end(lines: list[str]) -> int | None:
    for end in range(len(lines), 1, -1):
        if _unit_lines(lines[:end]) is not None:
            return end
    return None


def _unit_lines(lines: list[str]) -> int | None:
    """Where the last lines that name units, and nothing else, begin."""
    best: int | None = None
    for start in range(len(lines) - 1, max(0, len(lines) - 8), -1):
        words = [word for word in re.split(r"[、，,；;]", squeeze("".join(lines[start:]))) if word]
        if words and all(is_known_unit(word) for word in words):
            best = start
    return best


def _item_cells(rows: list[_Row], roles: list[str | None]) -> list[list[GridCell | None]]:
    columns = len(roles)
    unit_column = next(i for i, role in enumerate(roles) if role in UNIT_ROLES)
    task_columns = [i for i, role in enumerate(roles) if i < unit_column]
    made: list[list[GridCell | None]] = []
    for row in rows:
        cells: list[GridCell | None] = [GridCell("") for _ in range(columns)]
        end = _unit_end(row.lines) or len(row.lines)
        start = _unit_lines(row.lines[:end])
        start = end if start is None else start
        if task_columns:
            cells[task_columns[-1]] = GridCell(join_cell(row.lines[:start]))
            if len(task_columns) > 1:
                cells[task_columns[0]] = GridCell(row.group)
        cells[unit_column] = GridCell(join_cell(row.lines[start:end]))
        if end < len(row.lines) and unit_column + 1 < columns:
            cells[unit_column + 1] = GridCell(join_cell(row.lines[end:]))
        made.append(cells)
    return made
