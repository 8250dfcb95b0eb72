"""Tables in plain text that still have their marks: a tab before or between cells, or upright bars."""

from __future__ import annotations

from jingtu.knowledge.plantext.structure.cells import join_cell
from jingtu.knowledge.plantext.structure.grid import Grid, GridCell
from jingtu.knowledge.plantext.structure.headers import column_role
from jingtu.knowledge.plantext.structure.lines import clean, is_page_number

_MIN_COLUMNS = 3


def find_tab_table(lines: list[str], start: int) -> tuple[Grid, int] | None:
    r"""The table whose first line is ``lines[start]``.

    Parameters
    ----------
    lines : list of str
        Lines as printed, with their tabs.
    start : int
        Index of a line that holds a tab or begins with a bar.

    Returns
    -------
    (Grid, int) or None
        The table and the index of the first line after it.

    Examples
    --------
    >>> grid, end = find_tab_table(["\t序号", "\t任务", "\t责任单位", "", "\t1", "\t调查", "\t县民政局"], 0)
    >>> [[cell.text for cell in row] for row in grid.rows], end
    ([['序号', '任务', '责任单位'], ['1', '调查', '县民政局']], 7)
    """
    line = lines[start]
    if line.lstrip().startswith("|"):
        return _bars(lines, start)
    if line.startswith("\t") and line.strip("\t ").count("\t") == 0:
        return _cell_per_line(lines, start)
    return _row_per_line(lines, start)


def _bars(lines: list[str], start: int) -> tuple[Grid, int] | None:
    rows: list[list[str]] = []
    index = start
    while index < len(lines):
        line = lines[index].strip()
        if is_page_number(line):
            index += 1
            continue
        if line.startswith("|") and line.count("|") > _MIN_COLUMNS - 1:
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if not all(set(cell) <= set("-: ") for cell in cells):
                rows.append(cells)
        elif line:
            break
        index += 1
    return _grid(rows, index) if len(rows) > 1 else None


def _row_per_line(lines: list[str], start: int) -> tuple[Grid, int] | None:
    rows: list[list[str]] = []
    index = start
    while index < len(lines):
        line = lines[index].strip("\n")
        if is_page_number(line):
            index += 1
            continue
        if line.count("\t") >= _MIN_COLUMNS - 1 or (rows and "\t" in line.strip()):
            rows.append(line.split("\t"))
        elif line.strip() and (not rows or index == start):
            return None
        elif line.strip():
            if len(rows[-1]) < len(rows[0]) and len(rows[-1]) > 1:
                rows[-1][-1] += "\n" + line
            elif _row_follows(lines, index + 1) and len(line) <= 60:
                rows.append([line.strip()])
            else:
                break
        index += 1
    if len(rows) < 2 or max(map(len, rows)) < _MIN_COLUMNS:
        return None
    return _grid(rows, index)


def _row_follows(lines: list[str], start: int) -> bool:
    """Whether the next line that holds anything is a row: then the line before heads a section."""
    near = (line for line in lines[start : start + 16] if line.strip() and not is_page_number(line.strip()))
    following = next(near, "")
    return following.count("\t") >= _MIN_COLUMNS - 1


def _cell_per_line(lines: list[str], start: int) -> tuple[Grid, int] | None:
    columns = _header_width(lines, start)
    if columns is None:
        return None
    rows: list[list[str]] = [[]]
    blank = False
    index = start
    while index < len(lines):
        line = lines[index]
        if is_page_number(line):
            index += 1
            continue
        if line.startswith("\t"):
            if len(rows[-1]) >= columns or (blank and rows[-1] and _row_is_whole(rows[-1])):
                rows.append([])
            rows[-1].append(line.strip())
            blank = False
        elif not line.strip():
            blank = True
        else:
            if not rows[-1] or (blank and len(rows[-1]) >= columns):
                break
            rows[-1][-1] += "\n" + line.strip()
            blank = False
        index += 1
    return _grid([row for row in rows if row], index)


def _header_width(lines: list[str], start: int) -> int | None:
    """Number of columns: cells until a blank line that is followed by another cell."""
    count = 0
    known = 0
    words = ""
    for index in range(start, min(start + 60, len(lines))):
        line = lines[index]
        if line.startswith("\t"):
            known += column_role(words) is not None
            words = line.strip()
            count += 1
        elif not line.strip():
            following = next((item for item in lines[index + 1 : index + 6] if item.strip(" ")), "")
            if count and following.startswith("\t"):
                break
        else:
            words += line.strip()
    known += column_role(words) is not None
    return count if count >= _MIN_COLUMNS and known * 2 >= count else None


def _row_is_whole(row: list[str]) -> bool:
    """A row of one cell that is no number is a section row or a note."""
    return len(row) == 1 and bool(row[0]) and not row[0].rstrip(".．、").isdecimal()


def _grid(rows: list[list[str]], end: int) -> tuple[Grid, int]:
    width = max(map(len, rows))
    made: list[list[GridCell | None]] = []
    for row in rows:
        cells: list[GridCell | None] = [
            GridCell(join_cell([clean(line) for line in cell.split("\n")])) for cell in row
        ]
        if len(row) == 1 and width > 1:
            cells = [GridCell(join_cell([clean(line) for line in row[0].split("\n")]), col_span=width)]
            cells += [None] * (width - 1)
        else:
            cells += [GridCell("") for _ in range(width - len(cells))]
        made.append(cells)
    return Grid(made), end
