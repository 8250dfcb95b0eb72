"""Everything wrong or doubtful in a table of results, at once, each with its cell."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date

from jingtu.knowledge.labsheets.checks import controls, fields, places, results, samples
from jingtu.knowledge.labsheets.checks.collecting import Collector
from jingtu.knowledge.labsheets.model import Finding
from jingtu.knowledge.labsheets.tables import LabTable


def check(table: LabTable, *, on: date | None = None, points: Collection[str] | None = None) -> list[Finding]:
    r"""Check a table before anything of it is used or stored.

    Parameters
    ----------
    table : LabTable
        From `extract`.
    on : date, optional
        The business day: nothing is sampled after it.
    points : collection of str, optional
        Points that are known; a result of another one is an orphan.

    Returns
    -------
    list of Finding
        Errors and warnings in the order of sheets and rows. Where one problem fills a column, the
        first cells are named one by one and the others counted.

    Examples
    --------
    >>> from io import BytesIO
    >>> from jingtu.knowledge.labsheets import extract, propose, read_book
    >>> book = read_book(BytesIO("样品编号,镉(mg/kg),铅\nS1,0.3,O.2\n".encode()), "结果.csv")
    >>> for item in check(extract(book, propose(book))):
    ...     if item.blocks:
    ...         print(item.row, item.column, item.code, item.value)
    1 C required_unit 铅
    2 C type_value O.2
    """
    found = Collector(table)
    steps: list[Callable[[Collector], None]] = [
        fields.required,
        fields.unread,
        fields.formula_texts,
        fields.references,
        results.readings,
        results.units,
        results.ranges,
        results.duplicates,
        results.magnitudes,
        samples.same_everywhere,
        samples.listed,
        places.depths,
        places.coordinates,
        controls.controls,
    ]
    for step in steps:
        step(found)
    fields.days(found, on)
    if points is not None:
        samples.of_points(found, points)
    return found.sorted()
