"""A laboratory's file as a book of sheets, and the short way from a file to its results."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import IO

from jingtu.errors import CellError, InputError
from jingtu.knowledge import sheets
from jingtu.knowledge.containers import is_container
from jingtu.knowledge.labsheets.model import Book, Finding
from jingtu.knowledge.labsheets.tables import LabTable
from jingtu.knowledge.marking import is_list_of_findings
from jingtu.knowledge.sheetscan import SheetLimits

ROWS = 200_000
LIMITS = SheetLimits(
    rows=ROWS, columns=600, cells=8_000_000, total_bytes=512 * 1024 * 1024, formulas=True, old=True
)


def read_book(stream: IO[bytes], name: str, rows: int = ROWS) -> Book:
    r"""All sheets of a laboratory's file, none of them judged.

    Formulas give the value that was last computed. The list of findings that `mark` added is left out.

    Parameters
    ----------
    stream : binary file
        The upload, at its start.
    name : str
        Its name, for messages.
    rows : int
        Most rows of a sheet.

    Raises
    ------
    InputError
        The file is no table that can be read.

    Examples
    --------
    >>> book = read_book(BytesIO("样品编号,镉(mg/kg)\nS1,0.3\n".encode()), "结果.csv")
    >>> book.kind, book.sheets[0].rows[1]
    ('csv', ['S1', '0.3'])
    """
    limits = LIMITS if rows == ROWS else replace(LIMITS, rows=rows, cells=max(LIMITS.cells, rows * 40))
    start = stream.read(4)
    stream.seek(0)
    kind = "xlsx" if is_container(start) else "xls" if start == sheets.OLD else "csv"
    loaded = [sheet for sheet in sheets.load(stream, name, limits) if not is_list_of_findings(sheet)]
    if not any(cell not in (None, "") for sheet in loaded for row in sheet.rows for cell in row):
        message = "文件里没有任何内容，请核对是否选错了文件。"
        raise InputError(f"文件“{name}”不能导入：{message}", [CellError(message, file=name)])
    return Book(name, kind, loaded)


def read_results(
    path: str | Path, standard: str | None = None, rows: int = ROWS
) -> tuple[LabTable, list[Finding]]:
    """The results of a file by the mapping proposed for it, and everything found wrong in it.

    Parameters
    ----------
    path : path
        The file.
    standard : str, optional
        Where a standard of soil or crops is named, pH is a property of its sample and no result.
    rows : int
        Most rows of a sheet.

    Raises
    ------
    InputError
        The file cannot be read, or no table of results is in it.
    """
    from jingtu.knowledge.labsheets.checking import check
    from jingtu.knowledge.labsheets.extracting import extract
    from jingtu.knowledge.labsheets.heads import is_ph
    from jingtu.knowledge.labsheets.proposing import propose

    path = Path(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        message = "文件不存在或无法打开，请核对路径。"
        raise InputError(
            f"文件“{path.name}”不能读取：{message}", [CellError(message, file=path.name)]
        ) from error
    book = read_book(BytesIO(content), path.name, rows)
    table = extract(book, propose(book))
    findings = check(table)
    if standard in {"gb15618", "gb36600", "gb2762"}:
        table = table.take([place for place, name in enumerate(table["analyte"]) if not is_ph(name)])
    return table, findings
