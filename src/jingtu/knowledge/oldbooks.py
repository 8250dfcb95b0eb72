"""Workbooks of the old binary kind (.xls): measured before anything lays them out in memory.

Only what bounds the memory is read: the streams of the compound file (MS-CFB) and, in the stream of
the workbook, the places of the cells (MS-XLS, records of a table).
"""

from __future__ import annotations

import struct
from collections.abc import Callable

from jingtu.knowledge.sheetscan import SheetLimits

_FREE = 0xFFFFFFFA  # this and above: no sector
_MOST_STREAM = 64 * 1024 * 1024
_BEGIN, _END, _ENCRYPTED = 0x0809, 0x000A, 0x002F
# Records whose first two fields are row and column of a cell; two kinds hold cells up to a last column.
_ONE_CELL = frozenset(
    {0x0006, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E, 0x00D6, 0x00FD, 0x0001, 0x0003, 0x0004}
)
_MANY_CELLS = frozenset({0x00BD, 0x00BE})


def guard(content: bytes, limits: SheetLimits, too_large: Callable[[], Exception]) -> None:
    """Refuse a workbook whose tables would not fit, before it is opened.

    Parameters
    ----------
    content : bytes
        The file.
    limits : SheetLimits
        How large its tables may be.
    too_large : callable
        Makes the error that is raised beyond the limits.

    Raises
    ------
    ValueError
        It is damaged, encrypted or no workbook.
    """
    try:
        stream = _workbook(content)
    except (struct.error, IndexError) as error:
        raise ValueError("damaged") from error
    cells = rows = columns = position = 0
    while position + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, position)
        body = position + 4
        if kind == _ENCRYPTED:
            raise ValueError("encrypted")
        if kind in (_BEGIN, _END):
            cells += rows * columns
            rows = columns = 0
        elif kind in _ONE_CELL and size >= 4:
            row, column = struct.unpack_from("<HH", stream, body)
            rows, columns = max(rows, row + 1), max(columns, column + 1)
        elif kind in _MANY_CELLS and size >= 6 and body + size <= len(stream):
            row, column = struct.unpack_from("<HH", stream, body)
            (last,) = struct.unpack_from("<H", stream, body + size - 2)
            rows, columns = max(rows, row + 1), max(columns, column + 1, last + 1)
        if rows > limits.rows + 100 or columns > limits.columns or cells + rows * columns > limits.cells:
            raise too_large()
        position = body + size


def _workbook(content: bytes) -> bytes:
    """The stream of the workbook inside the compound file."""
    shift, small_shift = struct.unpack_from("<HH", content, 30)
    if shift not in (9, 12) or small_shift != 6:
        raise ValueError("sectors")
    size = 1 << shift
    directory_at, cutoff, small_at = (struct.unpack_from("<I", content, at)[0] for at in (48, 56, 60))
    more_at, more = struct.unpack_from("<II", content, 68)

    def sector(number: int) -> bytes:
        start = (number + 1) << shift
        found = content[start : start + size]
        if not found:
            raise ValueError("sector")
        return found

    index = [number for number in struct.unpack_from("<109I", content, 76) if number < _FREE]
    for _ in range(min(more, len(content) // size)):
        numbers = struct.unpack(f"<{size // 4}I", sector(more_at).ljust(size, b"\xff"))
        index += [number for number in numbers[:-1] if number < _FREE]
        more_at = numbers[-1]
        if more_at >= _FREE:
            break
    table: list[int] = []
    for number in index[: len(content) // size + 1]:
        table += struct.unpack(f"<{size // 4}I", sector(number).ljust(size, b"\xff"))

    def chain(start: int, links: list[int], most: int) -> list[int]:
        found: list[int] = []
        while start < _FREE:
            if start >= len(links) or len(found) > most:
                raise ValueError("chain")
            found.append(start)
            start = links[start]
        return found

    most = len(content) // size + 1
    directory = b"".join(sector(number) for number in chain(directory_at, table, most))
    root: bytes | None = None
    for at in range(0, len(directory) - 127, 128):
        entry = directory[at : at + 128]
        kind = entry[66]
        (named,) = struct.unpack_from("<H", entry, 64)
        title = entry[: max(min(named, 64) - 2, 0)].decode("utf-16-le", "replace")
        start, length = struct.unpack_from("<II", entry, 116)
        if kind == 5:
            root = b"".join(sector(number) for number in chain(start, table, most)) if start < _FREE else b""
        if kind == 2 and title.lower() in ("workbook", "book"):
            if length > _MOST_STREAM:
                raise ValueError("length")
            if length >= cutoff:
                return b"".join(sector(number) for number in chain(start, table, most))[:length]
            small: list[int] = []
            for number in chain(small_at, table, most):
                small += struct.unpack(f"<{size // 4}I", sector(number).ljust(size, b"\xff"))
            parts = chain(start, small, len(content) // 64 + 1)
            return b"".join((root or b"")[number << 6 : (number + 1) << 6] for number in parts)[:length]
    raise ValueError("no workbook")
