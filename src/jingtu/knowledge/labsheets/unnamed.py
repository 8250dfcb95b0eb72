"""Tables whose headings say nothing: their columns are offered to a person, who says what each one is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from jingtu.knowledge.grids import Grid
from jingtu.knowledge.labsheets.heads import is_data
from jingtu.knowledge.labsheets.model import Block, Book, Column, Mapping
from jingtu.knowledge.labsheets.proposing import add_examples, fingerprint, remember

_LOOKED_AT = 40
_SHAPES: Final = ("long", "wide")


def propose_unnamed(book: Book, remembered: Sequence[Mapping] = ()) -> Mapping:
    r"""The columns of every table of a file, none of them taken for anything yet.

    Parameters
    ----------
    book : Book
        A file in which `propose` found no table.
    remembered : sequence of Mapping
        Mappings that were confirmed for this laboratory: what a person once said of the same headings
        is taken from them.

    Returns
    -------
    Mapping
        One block a sheet that has a heading of at least two words above a line with a number.

    Examples
    --------
    >>> from io import BytesIO
    >>> from jingtu.knowledge.labsheets.reading import read_book
    >>> book = read_book(BytesIO("甲,乙,丙\nS1,镉,0.3\n".encode()), "结果.csv")
    >>> [(column.heading, column.target, column.examples) for column in propose_unnamed(book).blocks[0].columns]
    [('甲', '', ('S1',)), ('乙', '', ('镉',)), ('丙', '', ('0.3',))]
    """
    mapping = Mapping()
    for sheet in book.sheets:
        grid = Grid(sheet)
        block = None if sheet.hidden else _block(grid)
        if block is not None:
            add_examples(grid, block)
            mapping.blocks.append(block)
    for shape in _SHAPES:
        named(mapping, shape)
        if any(item.fingerprint == mapping.fingerprint for item in remembered):
            remember(mapping, remembered)
            return mapping
    named(mapping, _SHAPES[0])
    return mapping


def named(mapping: Mapping, shape: str | None = None) -> None:
    """Give tables the shape that their columns now have: with a column of results, one line a result.

    Parameters
    ----------
    mapping : Mapping
        Changed in place, with its fingerprint.
    shape : {"long", "wide"}, optional
        The shape of all its tables; without it, what the columns say.
    """
    for block in mapping.blocks:
        block.shape = shape or ("long" if block.column("value") is not None else "wide")
    mapping.fingerprint = fingerprint(mapping.blocks)


def _block(grid: Grid) -> Block | None:
    for row in range(min(len(grid.rows) - 1, _LOOKED_AT)):
        heads = {place: text for place in range(grid.width) if (text := grid.text(row, place).strip())}
        if row in grid.titles or len(heads) < 2 or any(map(is_data, heads.values())):
            continue
        if any(is_data(grid.text(row + 1, place)) for place in heads):
            columns = [Column(place, text) for place, text in heads.items()]
            return Block(grid.name, _SHAPES[0], row, row, row + 1, len(grid.rows), columns=columns)
    return None
