"""A laboratory's file handed back with its bad cells marked, to be corrected and sent again."""

from __future__ import annotations

import io
from collections.abc import Sequence

from jingtu.knowledge import marking
from jingtu.knowledge.labsheets.model import Finding
from jingtu.knowledge.labsheets.reading import LIMITS, read_book


def mark(original: bytes, findings: Sequence[Finding], name: str = "检测结果.xlsx") -> bytes:
    """A copy of a file as .xlsx: bad cells coloured and commented, all findings in a sheet of their own.

    Parameters
    ----------
    original : bytes
        The file as it was uploaded: .xlsx, .xls or text.
    findings : sequence of Finding
        What was found in it.
    name : str
        Its name, for messages.

    Returns
    -------
    bytes
        The workbook. The marks and the sheet 问题清单 are passed over when it is read again.

    Raises
    ------
    InputError
        The file is no table that can be read.
    """
    book = read_book(io.BytesIO(original), name)
    return marking.mark(original, findings, name, book.sheets, LIMITS, "检测结果")
