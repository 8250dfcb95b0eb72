"""What the tables of a file are taken for: where they stand, which way they run, what each column is."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Dictionary
from typing import Any

from jingtu.knowledge.grids import Grid, is_blank
from jingtu.knowledge.labsheets import words
from jingtu.knowledge.labsheets.facts import facts_of
from jingtu.knowledge.labsheets.heads import Head, is_data, read_head
from jingtu.knowledge.labsheets.model import RESULT, Block, Book, Column, Ignored, Mapping
from jingtu.knowledge.labsheets.turned import read_turned_head

_EXAMPLES = 3
_LOOKED_AT = 40
_PAIR = re.compile(r"[:：]\s*\S")
_QC_SHEET = re.compile(r"质控|质量控制|平行|空白|加标|QC", re.IGNORECASE)


_QC_HEADING = re.compile(
    r"相对偏差|相对标准偏差|平行样?(?:浓度|结果|测定)|允许|加标量|回收率|保证值|不确定度|是否合格"
)


def propose(book: Book, remembered: Sequence[Mapping | Dictionary[str, Any]] = ()) -> Mapping:
    r"""How a file is to be read, by its headings, by its content, and by what a laboratory's files were.

    Parameters
    ----------
    book : Book
        The file.
    remembered : sequence of Mapping or their JSON
        Mappings that were confirmed for this laboratory, the newest first.

    Returns
    -------
    Mapping
        Its blocks in the order of the sheets; sheets without a table of results are named in
        ``ignored``. Without any block the file holds no results.

    Examples
    --------
    >>> from io import BytesIO
    >>> from jingtu.knowledge.labsheets.reading import read_book
    >>> book = read_book(BytesIO("样品编号,pH,镉(mg/kg)\nS1,6.2,0.3\n".encode()), "结果.csv")
    >>> block = propose(book).blocks[0]
    >>> block.shape, [(column.target, column.analyte, column.unit) for column in block.columns]
    ('wide', [('sample', '', ''), ('result', 'pH', ''), ('result', '镉', 'mg/kg')])
    """
    mapping = Mapping()
    for sheet in book.sheets:
        if sheet.hidden:
            mapping.ignored.append(Ignored(sheet.name, None, "", "隐藏的工作表，没有读取"))
            continue
        grid = Grid(sheet)
        heads = find_heads(grid)
        blocks = [block for block in map(Head.block, heads) if block is not None]
        quality = bool(sheet.name and _QC_SHEET.search(sheet.name))
        if quality and any(
            _QC_HEADING.search(column.heading) for block in blocks for column in block.columns
        ):
            blocks = []  # it repeats results of the other sheets beside figures of its own
        mapping.blocks += blocks
        results = any(block.shape in ("long", "wide", "transposed") for block in blocks)
        for name, fact in facts_of(grid, blocks).items():
            mapping.facts.setdefault(f"{name}@{sheet.name or ''}" if results else name, fact)
        if not blocks and any(not is_blank(cell) for row in sheet.rows for cell in row):
            why = "质控记录表，没有逐个样品的结果" if quality else "没有检测结果的表（封面、说明等）"
            mapping.ignored.append(Ignored(sheet.name, None, "", why))
        for block in blocks:
            add_examples(grid, block)
    mapping.fingerprint = fingerprint(mapping.blocks)
    known = [item if isinstance(item, Mapping) else Mapping.from_json(dict(item)) for item in remembered]
    remember(mapping, known)
    return mapping


def find_heads(grid: Grid) -> list[Head]:
    """The headings of all tables of a sheet, from top to bottom and left to right."""
    candidates = [row for row in range(len(grid.rows)) if _may_head(grid, row)]
    return _heads_at(grid, candidates) or _heads_at(grid, _rows_of_analytes(grid))


def _rows_of_analytes(grid: Grid) -> list[int]:
    """Rows near the top that name analytes and hold no number, with numbers below: a heading of other words."""
    found = []
    for row in range(min(len(grid.rows) - 1, _LOOKED_AT)):
        texts = [text for place in range(grid.width) if (text := grid.text(row, place))]
        if len(texts) < 2 or row in grid.titles or any(map(is_data, texts)):
            continue
        below = range(row + 1, min(row + 6, len(grid.rows)))
        if any(words.analyte_of(words.split_unit(text)[0]) for text in texts) and any(
            is_data(grid.text(line, place)) for line in below for place in range(grid.width)
        ):
            found.append(row)
    return found[:1]


def _heads_at(grid: Grid, candidates: Sequence[int]) -> list[Head]:
    found: list[Head] = []
    bottom = -1
    for place, row in enumerate(candidates):
        if row <= bottom or any(_measures(grid, head, row) for head in found):
            continue
        following = [other for other in candidates[place + 1 :] if other > row]
        heads = read_head(grid, row)
        clear = any(head.shape == "long" or (head.shape == "wide" and head.score >= 2) for head in heads)
        turned = [] if clear else read_turned_head(grid, row, following)
        best = max([heads, turned], key=lambda group: sum(head.score for head in group))
        if not best or sum(head.score for head in best) <= 0:
            continue
        if found and not _new_table(found[-1], best[0]):
            continue
        _close(grid, found, row)
        found += best
        bottom = max(head.bottom for head in best)
    _close(grid, found, len(grid.rows))
    return found


_HEADING_WORDS: dict[str, bool] = {}


def _heads_a_column(cell: str) -> bool:
    known = _HEADING_WORDS.get(cell)
    if known is None:
        if len(_HEADING_WORDS) > 200_000:
            _HEADING_WORDS.clear()
        found = words.field_of(cell) if len(cell) < 40 else None
        known = found is not None and found[0] != "ph" and not _PAIR.search(cell)
        _HEADING_WORDS[cell] = known
    return known


def _may_head(grid: Grid, row: int) -> bool:
    if row in grid.titles:
        return False
    line = grid.rows[row]
    seen = [cell for cell in line if type(cell) is str and cell and _heads_a_column(cell)]
    if not seen:
        return False
    if len(set(seen)) > 1:
        return True
    # One word: the heading of a wide table, or the first cell of a table with samples across.
    return sum(not is_blank(cell) for cell in line) > 1 and words.fact_of(seen[0]) in (None, "project")


def _measures(grid: Grid, head: Head, row: int) -> bool:
    """Whether a row holds results of a table that is still open: then it is no heading."""
    if head.last or head.turned:
        return False
    return any(
        is_data(grid.text(row, column.position))
        for column in head.columns
        if column.target in (RESULT, "value")
    )


def _new_table(before: Head, head: Head) -> bool:
    """Whether a second heading begins a table of its own, and is no line of the one above."""
    return head.first > before.bottom + 1 or head.turned == before.turned


def _close(grid: Grid, heads: list[Head], row: int) -> None:
    """Let the tables that are still open end before a row."""
    for head in heads:
        head.close(grid, row)


def add_examples(grid: Grid, block: Block) -> None:
    """Put the first texts of each column beside it."""
    for column in block.columns:
        seen: dict[str, None] = {}
        for line in range(block.first, min(block.last, block.first + _LOOKED_AT)):
            if line in block.special.values():
                continue
            row, place = (column.position, line) if block.turned else (line, column.position)
            text = grid.raw(row, place)
            if text:
                seen.setdefault(text[:40])
            if len(seen) == _EXAMPLES:
                break
        column.examples = tuple(seen)


def fingerprint(blocks: Iterable[Block]) -> str:
    """What files of the same headings share, whatever samples and sheets they have.

    Examples
    --------
    >>> one = Block(None, "wide", 0, 0, 1, 9, columns=[Column(0, "样品编号", "sample")])
    >>> two = Block("表2", "wide", 3, 3, 4, 7, columns=[Column(2, "样品 编号", "sample")])
    >>> fingerprint([one]) == fingerprint([two, one])
    True
    """
    forms = {
        json.dumps(
            [block.shape, sorted({words.fold(column.heading) for column in block.columns if column.heading})],
            ensure_ascii=False,
        )
        for block in blocks
    }
    return hashlib.sha256("\n".join(sorted(forms)).encode()).hexdigest()


def remember(mapping: Mapping, remembered: Sequence[Mapping]) -> None:
    """Take for columns with known headings what a person said of them before."""
    known: dict[tuple[str, str], Column] = {}
    for item in remembered:
        mapping.remembered = mapping.remembered or item.fingerprint == mapping.fingerprint
        for block in item.blocks:
            for column in block.columns:
                known.setdefault((block.shape, words.fold(column.heading)), column)
    if not known:
        return
    for block in mapping.blocks:
        for column in block.columns:
            old = known.get((block.shape, words.fold(column.heading)))
            if old is None or not column.heading:
                continue
            column.target, column.analyte = old.target, old.analyte
            # A unit that stands in this file says more than one that stood in another.
            column.unit = column.unit or old.unit
            column.confidence, column.why = 1.0, "memory"
