"""Short ways to laboratory files for tests."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from jingtu.knowledge.labsheets import Finding, LabTable, check, extract, propose, read_book

EXAMPLES = Path(__file__).parents[3] / "examples" / "lab"


def workbook(
    *tables: Sequence[Sequence[Any]], merges: Sequence[str] = (), **named: Sequence[Sequence[Any]]
) -> bytes:
    """A workbook of these tables; areas are merged in the first one."""
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for title, rows in {**{f"表{place}": rows for place, rows in enumerate(tables, 1)}, **named}.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    for area in merges:
        book.worksheets[0].merge_cells(area)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def text(*lines: str) -> bytes:
    """A text table of these lines."""
    return "\n".join(lines).encode()


def read(content: bytes, name: str = "检测结果.xlsx") -> LabTable:
    """The results of a file by the mapping that is proposed for it."""
    book = read_book(io.BytesIO(content), name)
    return extract(book, propose(book))


def example(name: str) -> LabTable:
    """The results of one of the example files."""
    return read((EXAMPLES / name).read_bytes(), name)


def lines(table: LabTable, *names: str) -> list[tuple[Any, ...]]:
    """Some columns of a table, a tuple a result."""
    return list(zip(*(table[name] for name in names), strict=True))


def found(content: bytes, **more: Any) -> list[Finding]:
    """What is found in a file, but for what every short file lacks."""
    findings = check(read(content), **more)
    return [item for item in findings if item.code not in {"required_point", "required_sampled_on"}]


def named(findings: Sequence[Finding]) -> list[tuple[str, int | None, str | None]]:
    """Code, row and column of findings."""
    return [(item.code, item.row, item.column) for item in findings]
