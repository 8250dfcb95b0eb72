"""Workbooks of the old binary kind, written by hand: just enough of MS-CFB and of MS-XLS for tests."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

_END, _FREE, _TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_SECTOR = 512


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _name(text: str) -> bytes:
    return struct.pack("<BB", len(text), 1) + text.encode("utf-16-le")


def _cell(row: int, column: int, value: Any) -> bytes:
    place = struct.pack("<HHH", row, column, 0)
    if isinstance(value, str):
        return _record(0x0204, place + struct.pack("<HB", len(value), 1) + value.encode("utf-16-le"))
    return _record(0x0203, place + struct.pack("<d", value))


def records(rows: Sequence[Sequence[Any]], extra: bytes = b"", title: str = "检测结果") -> bytes:
    """The stream of a workbook of one sheet."""
    sheet = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    for row, line in enumerate(rows):
        for column, value in enumerate(line):
            if value is not None:
                sheet += _cell(row, column, value)
    sheet += extra + _record(0x000A, b"")
    start = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0)) + _record(
        0x0042, struct.pack("<H", 1200)
    )
    bound = struct.pack("<IBB", 0, 0, 0) + _name(title)
    offset = len(start) + 4 + len(bound) + 4
    bound = struct.pack("<IBB", offset, 0, 0) + _name(title)
    return start + _record(0x0085, bound) + _record(0x000A, b"") + sheet


def old_book(rows: Sequence[Sequence[Any]], extra: bytes = b"") -> bytes:
    """An .xls of one sheet; ``extra`` are records put behind its cells."""
    stream = records(rows, extra)
    stream += b"\0" * max(4096 - len(stream), -len(stream) % _SECTOR)
    count = -(-len(stream) // _SECTOR)
    assert count < 100
    table = [_TABLE, _END, *range(3, count + 2), _END]
    table += [_FREE] * (128 - len(table))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    header += struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, _END, 0, _END, 0)
    header += struct.pack("<109I", 0, *[_FREE] * 108)
    directory = _entry("Root Entry", 5, 1, _END, 0) + _entry("Workbook", 2, _FREE, 2, len(stream))
    directory += b"\0" * (_SECTOR - len(directory))
    return header + struct.pack("<128I", *table) + directory + stream.ljust(count * _SECTOR, b"\0")


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    encoded = name.encode("utf-16-le") + b"\0\0"
    head = encoded.ljust(64, b"\0") + struct.pack("<HBB", len(encoded), kind, 1)
    return head + struct.pack("<III", _FREE, _FREE, child) + b"\0" * 36 + struct.pack("<IQ", start, size)
