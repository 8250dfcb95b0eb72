"""Results out of a book by its mapping: one table, whatever shape the sheets have."""

from __future__ import annotations

from typing import Any

from jingtu.errors import CellError, InputError
from jingtu.knowledge.grids import Grid
from jingtu.knowledge.labsheets import joining
from jingtu.knowledge.labsheets.layouts import read_results_of
from jingtu.knowledge.labsheets.lines import View
from jingtu.knowledge.labsheets.model import COLUMNS, Book, Mapping
from jingtu.knowledge.labsheets.tables import LabTable


def extract(book: Book, mapping: Mapping) -> LabTable:
    r"""All results of a file by a mapping, proposed or confirmed.

    Parameters
    ----------
    book : Book
        The file.
    mapping : Mapping
        What its columns are.

    Returns
    -------
    LabTable
        One entry a result, each with its cell. What could not be read is in ``unread``; rows that
        hold no result are named in ``ignored``.

    Raises
    ------
    InputError
        The mapping has no table of results, or does not fit the file.

    Examples
    --------
    >>> from io import BytesIO
    >>> from jingtu.knowledge.labsheets import propose, read_book
    >>> book = read_book(BytesIO("样品编号,pH,镉(mg/kg)\nS1,6.2,<0.01\n".encode()), "结果.csv")
    >>> table = extract(book, propose(book))
    >>> table["sample"], table["analyte"], table["raw"], table["unit"], table["ph"]
    (['S1', 'S1'], ['pH', '镉'], ['6.2', '<0.01'], ['无量纲', 'mg/kg'], [6.2, 6.2])
    >>> table.place(1), table.place(1, "unit")
    ((None, 2, 'C'), (None, 1, 'C'))
    """
    if not any(block.shape in ("long", "wide", "transposed") for block in mapping.blocks):
        message = (
            "没有找到检测结果表：表头应有“样品编号”一列，以及“检测项目”“检测结果”两列或每个检测项目一列。"
        )
        raise InputError(f"文件“{book.name}”不能导入：{message}", [CellError(message, file=book.name)])
    table = LabTable({name: [] for name in COLUMNS}, book.name, dict(mapping.facts), list(mapping.ignored))
    grids: dict[str | None, Grid] = {}
    about: dict[str, dict[str, Any]] = {}
    methods: dict[str, dict[str, Any]] = {}
    for block in mapping.blocks:
        sheet = book.sheet(block.sheet)
        if sheet is None:
            message = f"文件里没有工作表“{block.sheet}”，请重新上传并核对各列。"
            raise InputError(message, [CellError(message, file=book.name, sheet=block.sheet)])
        grid = grids.setdefault(block.sheet, Grid(sheet))
        view = View(grid, block, table)
        if block.shape == "samples":
            joining.read_samples(view, about)
        elif block.shape == "methods":
            joining.read_methods(view, methods)
        else:
            read_results_of(view, mapping.facts)
    joining.join(table, about, methods)
    joining.say_facts(table)
    joining.name_controls(table)
    joining.tell_controls_apart(table)
    joining.drop_repeats(table)
    joining.ph_of_samples(table)
    joining.fill_values(table)
    return table
