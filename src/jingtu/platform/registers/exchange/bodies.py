"""The rows below a heading: which are data, and which are sums, notes, headings again. What is left out is told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from jingtu.knowledge.grids import Grid, is_blank, text_of
from jingtu.platform.registers.exchange import headings
from jingtu.platform.registers.exchange.columns import Column, Headings
from jingtu.platform.registers.exchange.headings import CODE, CODE_AND_NAME, NAME, REGION
from jingtu.platform.registers.exchange.said import SKIP, Said
from jingtu.platform.registers.exchange.shapes import Shape
from jingtu.platform.registers.values import fold

REPEATED, SUM, NOTE, SECTION, NUMBERS, HIDDEN, OTHER_TABLE = (
    "重复的表头", "合计行", "说明", "分组标题", "栏次", "隐藏行", "下方的另一张表",
)  # fmt: skip
_SUM = re.compile(
    r"(?:.{0,12}[(（]?)?(?:合\s*计|小\s*计|总\s*计|共\s*计|累\s*计)(?:[(（].{0,12}[)）])?[)）]?[:：]?"
)
_COUNT = re.compile(r"(?:共|合计|总计)?\s*\d+\s*[块家口个条项座处亩宗户片点眼][。]?")
_NOTE = re.compile(
    r"(?:附?注|备\s*注|说\s*明|填表说明|填报说明|数据来源|资料来源)\s*[\d一二三]?\s*[:：.、]|^[★※*]\s*[注说]"
    r"|(?:填报|填表|制表|审核|复核|编制|经办|单位负责|分管)\s*(?:人|单位|日期|时间|领导)?[^:：]{0,4}[:：]"
    r"|(?:联系人|联系电话|负责人|报送时间|报送日期|截止日期|截至)\s*[:：]"
)
_NUMBERED = re.compile(r"^\s*(?:[(（]?[一二三四五六七八九十\d]{1,3}[)）、.．]\s*)+")
_DITTO = frozenset({"同上", "〃", "″", '"', "”", "''", "同前"})
_LONGEST = 60


@dataclass(slots=True)
class Line:
    """One row of data: its cells by target. ``section`` is the title that it stands below."""

    heads: Headings
    number: int
    cells: dict[str, Any]
    section: str = ""
    bad: dict[str, str] = field(default_factory=dict)

    @property
    def sheet(self) -> str | None:
        return self.heads.sheet.name


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that is no data, and why."""

    sheet: str | None
    number: int
    text: str
    reason: str


@dataclass(slots=True)
class Body:
    """All rows of a sheet below its headings; ``hidden`` counts rows that nobody sees on screen."""

    lines: list[Line] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    blocks: list[Headings] = field(default_factory=list)
    hidden: int = 0


def body_of(shape: Shape, found: Headings, said: Said) -> Body:
    """Read the rows below headings, and below those that stand again further down."""
    return _Reader(shape, found, said).read()


class _Reader:
    def __init__(self, shape: Shape, found: Headings, said: Said) -> None:
        self.shape, self.said, self.heads = shape, said, found
        self.grid: Grid = found.filled
        self.body = Body(blocks=[found])
        self.section = ""
        self.over = False  # another table stands below, of other things
        self.previous: dict[str, Any] = {}
        self.origins = _origins(self.grid)
        self._settle(found)

    def _settle(self, found: Headings) -> None:
        """Take the columns of a block; what a heading is called tells when it comes again."""
        self.heads = found
        self.name = found.column(NAME) or found.column(CODE_AND_NAME)
        self.code = found.column(CODE)
        self.targets = {item.index: item.target for item in found.columns}
        first = self.name or found.columns[0]
        self.watched = first.index
        self.again = {fold(part) for part in (first.heading, first.heading.rpartition("/")[2])}
        self.again |= {word for word, target in self.shape.words.items() if target == first.target}

    def read(self) -> Body:
        for row in range(self.heads.row + 1, len(self.grid.rows)):
            self._row(row)
        return self.body

    def _row(self, row: int) -> None:
        own = self.grid.sheet.rows[row]
        if all(is_blank(cell) for cell in own) and not any(
            (row, item.index) in self.grid.filled for item in self.heads.columns
        ):
            return
        if row in self.grid.sheet.hidden_rows:
            if self.said.hidden == SKIP:
                self._skip(row, HIDDEN)
                return
            if all(is_blank(cell) for cell in own):
                return
        reason = OTHER_TABLE if self.over else self._reason(row, own)
        if reason:
            self._skip(row, reason)
            return
        if row in self.grid.sheet.hidden_rows:
            self.body.hidden += 1
        self._take(row)

    def _skip(self, row: int, reason: str) -> None:
        texts = [text for cell in self.grid.sheet.rows[row] if (text := text_of(cell))]
        words = "、".join(texts)[:_LONGEST]
        self.body.skipped.append(Skipped(self.grid.sheet.name, row + 1, words, reason))

    # --- rows that are no data -----------------------------------------------------------------------

    def _reason(self, row: int, own: list[Any]) -> str:
        cells = self.grid.rows[row]
        watched = cells[self.watched]
        if isinstance(watched, str) and len(watched) <= 40 and fold(watched) in self.again:
            again = headings.repeated(self.shape, self.said, self.heads, row)
            if again is not None:
                if again is not self.heads:
                    self.body.blocks.append(again)
                    self._settle(again)
                return REPEATED
        if headings.is_other_table(self.shape, self.grid, row):
            self.over = True
            return OTHER_TABLE
        filled = [(index, cell) for index, cell in enumerate(own) if not is_blank(cell)]
        if not filled:
            return ""
        if row <= self.heads.row + 2 and self._only_numbers(filled):
            return NUMBERS
        first = text_of(filled[0][1])
        alone = row in self.grid.titles or len(filled) == 1
        if alone and (reason := self._alone(row, filled[0][0], first)):
            return reason
        if self._is_sum(cells):
            return SUM
        named = self.name is not None and not is_blank(cells[self.name.index])
        if _NOTE.match(first) and (not named or len(filled) <= 2 or filled[0][0] == self.watched):
            return NOTE
        return ""

    def _alone(self, row: int, index: int, text: str) -> str:
        """A row of one cell: a note, a title of the rows below it, or data of one column."""
        if _SUM.fullmatch(text) or _COUNT.fullmatch(text):
            return SUM
        if _NOTE.match(text):
            return NOTE
        if row in self.grid.titles or index not in self.targets:
            self.section = section_of(text)
            return SECTION
        return ""

    def _only_numbers(self, filled: list[tuple[int, Any]]) -> bool:
        texts = [text_of(cell) for _, cell in filled]
        while texts and texts[0] in {"甲", "乙", "丙", "丁", "栏次", "栏目"}:
            texts = texts[1:]
        return (
            len(filled) > 2
            and len(texts) > 1
            and all(text.isascii() and text.isdigit() for text in texts)
            and [int(text) for text in texts] == list(range(int(texts[0]), int(texts[0]) + len(texts)))
            and int(texts[0]) in {1, 2, 3}
        )

    def _is_sum(self, cells: list[Any]) -> bool:
        named = self.name is not None and not is_blank(cells[self.name.index])
        if self.code is not None and not is_blank(cells[self.code.index]):
            code = text_of(cells[self.code.index])
            if not _SUM.fullmatch(code) and (named or not _COUNT.fullmatch(code)):
                return False
        for index, cell in enumerate(cells):
            if not isinstance(cell, str) or not _SUM.fullmatch(cell.strip()):
                continue
            if not named or self.targets.get(index) in {None, NAME, CODE, CODE_AND_NAME, REGION}:
                return True
        return False

    # --- rows of data --------------------------------------------------------------------------------

    def _take(self, row: int) -> None:
        cells = self.grid.rows[row]
        line = Line(self.heads, row + 1, {}, self.section)
        for column in self.heads.columns:
            value = cells[column.index]
            place = (row, column.index)
            if self.previous and isinstance(value, str) and value.strip() in _DITTO:
                value = self._above(line, column)
            elif place in self.origins:
                self._merged(line, column, self.origins[place])
            elif place in self.grid.sheet.errors:
                line.bad[column.target] = f"公式出错（{self.grid.sheet.errors[place]}），请改正后重新上传"
            elif is_blank(value) and place in self.grid.sheet.formulas:
                line.bad[column.target] = "公式没有保存算出的值，请在表格软件中打开、保存后重新上传"
            line.cells[column.target] = value
        self.previous = line.cells
        self.body.lines.append(line)

    def _above(self, line: Line, column: Column) -> Any:
        if column.target in {NAME, CODE, CODE_AND_NAME}:
            line.bad[column.target] = "“同上”不能用作名称或编号，请写全"
            return None
        return self.previous.get(column.target)

    def _merged(self, line: Line, column: Column, origin: tuple[int, int]) -> None:
        """A cell filled from a merged area: words hold for all its rows, a figure is of none of them."""
        if origin[1] != column.index:
            line.bad[column.target] = "单元格跨列合并，看不出属于哪一列，请拆开后填写"
            return
        item = self.shape.field(column.target)
        if item is not None and item.kind in {"integer", "decimal", "area", "money", "mass"}:
            line.bad[column.target] = "数值写在跨行合并的单元格里，看不出各行是多少，请逐行填写"


def section_of(text: str) -> str:
    """A title over rows without its numbering and its count.

    Examples
    --------
    >>> section_of("二、清河镇（共3块）")
    '清河镇'
    """
    return re.sub(r"\s*[(（].*$", "", _NUMBERED.sub("", text)).strip("：: ")


def _origins(grid: Grid) -> dict[tuple[int, int], tuple[int, int]]:
    return dict(_filled_from(grid))


def _filled_from(grid: Grid) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    for (top, first), (lowest, rightmost) in grid.sheet.merges:
        if top in grid.titles:
            continue
        for row in range(top, min(lowest, len(grid.rows) - 1) + 1):
            for column in range(first, min(rightmost, grid.width - 1) + 1):
                if (row, column) in grid.filled:
                    yield (row, column), (top, first)
