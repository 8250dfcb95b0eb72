"""What stands in a sheet of a workbook, measured before anything lays it out in memory."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import unescape

import numpy as np
from defusedxml.ElementTree import ParseError, iterparse
from numpy.typing import NDArray
from openpyxl.utils import column_index_from_string, get_column_letter

from jingtu.errors import CellError

_MIB = 1024 * 1024
_MOST_FORMULAS_NAMED = 20
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
# A sheet as all common programs write it: every cell says first where it stands. Then a search over
# the bytes measures it; whatever is written otherwise is walked through tag by tag.
_CHUNK, _LONGEST_START = 4 * 1024 * 1024, 32
_UNUSUAL = (b"<!--", b"<![CDATA[", b":c ", b":c>", b":c/", b":row", b":f>", b":f ", b":v>", b":sheetData")
_FORMULA_STARTS = (b"<f>", b"<f ", b"<f/", b"<f\t", b"<f\n", b"<f\r")
_FORMULA = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>]*>\s*<f(?:\s[^>]*)?(?:/>|>([^<]*)</f>)')
_ERROR = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>]* t="e"[^>]*>.{0,9000}?<v>([^<]{0,40})</v>', re.DOTALL)
_NUMBER = rb'<c r="([A-Z]{1,3})(\d{1,7})" s="(%s)"(?: t="n")?\s*>\s*(?:<f[^<]*(?:</f>)?)?<v>([^<]{1,40})</v>'
_FIXED_FORMAT = re.compile(r'(?:"[^"]*")?(?:#,##)?0\.(0{1,10})(?:_[^;]|\\ )?(?:;.*)?')
_ROW_OR_COLUMN = re.compile(rb"<(?:\w+:)?(row|col)\s([^>]*\bhidden=[\"'](?:1|true)[\"'][^>]*)>")
_ATTRIBUTE = re.compile(rb"\b(r|min|max)=[\"'](\d{1,7})[\"']")
_BUILT_IN_FORMATS = {2: 2, 4: 2, 39: 2, 40: 2}


@dataclass(frozen=True, slots=True)
class SheetLimits:
    """How large a table may be, and what may stand in it.

    Parameters
    ----------
    rows, columns : int
        Most rows and columns of one sheet.
    cells : int
        Most cells of all sheets, empty ones between filled ones included: they are laid out in memory.
    total_bytes : int
        All parts of a workbook inflated.
    formulas : bool
        Take the value that was last computed for a formula, and name its cell; otherwise a formula
        is refused.
    old : bool
        Read .xls too.
    """

    rows: int = 50_000
    columns: int = 300
    cells: int = 15_000_000
    total_bytes: int = 200 * _MIB
    formulas: bool = False
    old: bool = False


@dataclass(slots=True)
class Seen:
    """What a scan found. Cells are counted from 0 as (row, column); ``refused`` names formulas."""

    rows: int = 0
    columns: int = 0
    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    printed: dict[tuple[int, int], str] = field(default_factory=dict)
    refused: list[CellError] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)


def scan(
    content: bytes,
    name: str,
    title: str | None,
    limits: SheetLimits,
    decimals: Mapping[int, int],
    too_large: Callable[[], Exception],
) -> Seen:
    """Measure a sheet's XML and gather what its laying out would lose.

    Parameters
    ----------
    content : bytes
        The part as it stands in the workbook.
    decimals : mapping
        Styles that show a fixed number of decimals, to that number.
    too_large : callable
        Makes the error that is raised beyond the limits.
    """
    seen = Seen()
    has_formula = any(start in content for start in _FORMULA_STARTS)
    if not _measured(content, seen) or (not limits.formulas and has_formula):
        seen = _walked(content, name, title, limits, too_large)
    if seen.rows > limits.rows + 100 or seen.columns > limits.columns:
        raise too_large()
    if b"hidden=" in content:
        _hide(content, seen)
    if not limits.formulas:
        seen.formulas, seen.errors = {}, {}
        return seen
    if not seen.formulas and has_formula:
        seen.formulas = {place: "=" + text[:200] for place, text in _cells(_FORMULA, content)}
    if not seen.errors and b't="e"' in content:
        seen.errors = dict(_cells(_ERROR, content))
    if decimals:
        styles = b"|".join(str(style).encode() for style in decimals)
        for match in re.finditer(_NUMBER % styles, content):
            _print(seen, match, decimals[int(match[3])])
    return seen


def _hide(content: bytes, seen: Seen) -> None:
    """Take down which rows and columns nobody sees."""
    for match in _ROW_OR_COLUMN.finditer(content):
        said = {key: int(number) for key, number in _ATTRIBUTE.findall(match[2])}
        if match[1] == b"row" and b"r" in said:
            seen.hidden_rows.add(said[b"r"] - 1)
        elif match[1] == b"col" and b"min" in said:
            last = min(said.get(b"max", said[b"min"]), seen.columns)
            seen.hidden_columns.update(range(said[b"min"] - 1, last))


def _print(seen: Seen, match: re.Match[bytes], places: int) -> None:
    try:
        number = float(match[4])
    except ValueError:
        return
    printed = f"{number:.{places}f}"
    # A format that hides digits is not the number: only zeros at the end are put back.
    if abs(number) < 1e15 and float(printed) == float(f"{number:.15g}"):
        seen.printed[_place(match)] = printed


def _place(match: re.Match[bytes]) -> tuple[int, int]:
    return int(match[2]) - 1, column_index_from_string(match[1].decode()) - 1


def _cells(pattern: re.Pattern[bytes], content: bytes) -> Iterator[tuple[tuple[int, int], str]]:
    for match in pattern.finditer(content):
        yield _place(match), unescape((match[3] or b"").decode("utf-8", "replace"))


def _measured(content: bytes, seen: Seen) -> bool:
    """Fill in the size by a search over the bytes; ``False`` where the sheet is written unusually."""
    if b"<sheetData" not in content or any(mark in content for mark in _UNUSUAL):
        return False
    everything = np.frombuffer(content, dtype=np.uint8)
    for start in range(0, len(content), _CHUNK):
        size = _measured_chunk(everything[start : start + _CHUNK + _LONGEST_START], _CHUNK)
        if size is None:
            return False
        seen.rows, seen.columns = max(seen.rows, size[0]), max(seen.columns, size[1])
    return True


def _measured_chunk(found: NDArray[np.uint8], most: int) -> tuple[int, int] | None:
    """Last row and column of the cells that begin in a chunk; ``None`` where one has no place."""
    data = np.concatenate([found, np.zeros(_LONGEST_START, dtype=np.uint8)])
    starts = np.flatnonzero((data[:-1] == ord("<")) & (data[1:] == ord("c")))
    starts = starts[starts < most]
    after = data[starts + 2]
    starts = starts[np.isin(after, np.frombuffer(b" \t\r\n/>", dtype=np.uint8))]
    if not starts.size:
        return 0, 0
    for offset, sign in enumerate(b' r="', start=2):
        if (data[starts + offset] != sign).any():
            return None
    at = starts + 6
    columns, at = _digits(data, at, 3, ord("A") - 1, 26, ord("A"), ord("Z"))
    rows, at = _digits(data, at, 7, ord("0"), 10, ord("0"), ord("9"))
    if (data[at] != ord('"')).any() or not columns.all() or not rows.all():
        return None
    return int(rows.max()), int(columns.max())


def _digits(
    data: NDArray[np.uint8], at: NDArray[np.int64], most: int, zero: int, base: int, low: int, high: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Numbers that begin at places, and the places behind them."""
    value = np.zeros(len(at), dtype=np.int64)
    for _ in range(most):
        sign = data[at].astype(np.int64)
        inside = (sign >= low) & (sign <= high)
        value = np.where(inside, value * base + sign - zero, value)
        at = at + inside
    return value, at


def _walked(
    content: bytes, name: str, title: str | None, limits: SheetLimits, too_large: Callable[[], Exception]
) -> Seen:
    """The same tag by tag."""
    seen = Seen()
    row = column = 0
    kind = ""
    for event, item in iterparse(io.BytesIO(content), events=("start", "end")):
        tag = item.tag.rpartition("}")[2]
        if event == "start" and tag == "row":
            row, column = int(item.get("r") or row + 1), 0
        elif event == "start" and tag == "c":
            match = _REFERENCE.fullmatch(item.get("r") or "")
            column = column_index_from_string(match[1]) if match else column + 1
            row = int(match[2]) if match else row
            kind = item.get("t") or ""
            seen.rows, seen.columns = max(seen.rows, row), max(seen.columns, column)
            if row > limits.rows + 100 or column > limits.columns:
                raise too_large()
        elif event == "end" and tag == "f":
            seen.formulas[max(row, 1) - 1, max(column, 1) - 1] = f"={item.text or ''}"[:200]
            if not limits.formulas and len(seen.refused) < _MOST_FORMULAS_NAMED:
                seen.refused.append(
                    CellError(
                        "单元格含公式，请粘贴为数值", name, title, row, get_column_letter(max(column, 1)),
                        f"={item.text or ''}"[:80],
                    )
                )  # fmt: skip
        elif event == "end" and tag == "v" and kind == "e":
            seen.errors[max(row, 1) - 1, max(column, 1) - 1] = (item.text or "")[:40]
        elif event == "end" and tag == "row":
            item.clear()
    return seen


def fixed_decimals(styles: bytes) -> dict[int, int]:
    """Cell styles that show numbers with a fixed number of decimals, to that number.

    Examples
    --------
    >>> fixed_decimals(b'<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="2"/></cellXfs></styleSheet>')
    {1: 2}
    """
    own: dict[int, int] = {}
    found: dict[int, int] = {}
    inside = False
    position = 0
    try:
        for event, item in iterparse(io.BytesIO(styles), events=("start", "end")):
            tag = item.tag.rpartition("}")[2]
            if tag == "cellXfs":
                inside = event == "start"
            elif event == "start" and tag == "numFmt":
                match = _FIXED_FORMAT.fullmatch(item.get("formatCode") or "")
                if match:
                    own[int(item.get("numFmtId") or -1)] = len(match[1])
            elif event == "start" and tag == "xf" and inside:
                number = int(item.get("numFmtId") or 0)
                places = own.get(number, _BUILT_IN_FORMATS.get(number))
                if places is not None:
                    found[position] = places
                position += 1
    except (ParseError, ValueError):
        return {}
    return found
