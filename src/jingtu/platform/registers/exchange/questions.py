"""What a table leaves open, to be asked and not to be guessed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from jingtu.errors import CellError
from jingtu.platform.registers import days, values
from jingtu.platform.registers.declarations import Field
from jingtu.platform.registers.exchange.columns import Column
from jingtu.platform.registers.exchange.said import SKIP, TAKE
from jingtu.platform.registers.quantities import NAMES, OFFERED

UNIT, DAY, CIRCLE, SERIAL, SHEETS, HIDDEN = "unit", "day", "circle", "serial", "sheets", "hidden"
WORD = "word"
AS_CODE, AS_SERIAL = "code", "serial"
DAY_CHOICES = (
    (days.FIRST, "当月第一天（只有年份的按1月1日）"),
    (days.LAST, "当月最后一天（只有年份的按12月31日）"),
)
CIRCLE_CHOICES = ((values.CIRCLE_YES, "○ 表示是"), (values.CIRCLE_NO, "○ 表示否"))
SERIAL_CHOICES = ((AS_SERIAL, "只是序号，不导入"), (AS_CODE, "就是编号"))
CHOICES_OF_KIND = {"date": DAY_CHOICES, "boolean": CIRCLE_CHOICES}


@dataclass(frozen=True, slots=True)
class Question:
    """Something to be answered once for a column (``key``: its heading) or for the table (``key`` empty).

    A question about a word of a column has both for its ``key`` (`word_key`).

    ``choices``: what can be answered, and its words. ``several``: more than one may be chosen.
    """

    kind: str
    key: str
    prompt: str
    choices: tuple[tuple[str, str], ...]
    place: str = ""
    sheet: str | None = None
    row: int | None = None
    examples: tuple[str, ...] = ()
    several: bool = False
    chosen: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind, "key": self.key, "prompt": self.prompt, "place": self.place, "sheet": self.sheet,
            "choices": [{"value": value, "label": label} for value, label in self.choices],
            "examples": list(self.examples), "several": self.several,
        }  # fmt: skip

    def error(self, file: str) -> CellError:
        """The question as what keeps a file from being imported."""
        value = self.examples[0] if self.kind == WORD and self.examples else None
        return CellError(self.prompt, file, self.sheet, self.row, self.place or None, value)


def word_key(heading: str, word: str) -> str:
    """How a word of a column is named among the answers.

    Examples
    --------
    >>> word_key("管理类别", "重点")
    '管理类别：重点'
    """
    return f"{heading}：{word}"


def about_word(
    item: Field, column: Column, sheet: str | None, row: int, word: str, count: int = 1
) -> Question:
    """Which of the choices of a column a word means."""
    times = f"（{count} 处）" if count > 1 else ""
    return Question(
        WORD, word_key(column.heading, word), f"“{word}”{times}不是“{item.label}”的选项，请选定是哪一项，或在表中改正",
        tuple((key, label) for key, label in item.choices if key), column.place, sheet, row, (word,),
    )  # fmt: skip


def about_unit(kind: str, column: Column, sheet: str | None, row: int, examples: Sequence[str]) -> Question:
    """In which unit a column of figures is."""
    return Question(
        UNIT, column.heading, f"{NAMES[kind]}没有写明单位，请选定这一列的单位",
        tuple((unit, unit) for unit in OFFERED[kind]), column.place, sheet, row, tuple(examples),
    )  # fmt: skip


def about_day(column: Column, sheet: str | None, row: int, examples: Sequence[str]) -> Question:
    """Which day is meant by a month."""
    return Question(
        DAY, column.heading, "有的日期只写到年月，请选定按哪一天登记，或在表中补全",
        DAY_CHOICES,
        column.place, sheet, row, tuple(examples),
    )  # fmt: skip


def about_circle(column: Column, sheet: str | None, row: int, examples: Sequence[str]) -> Question:
    """What a circle says."""
    return Question(
        CIRCLE, column.heading, "“○”可以表示是，也可以表示否，请选定",
        CIRCLE_CHOICES, column.place, sheet, row, tuple(examples),
    )  # fmt: skip


def about_serial(column: Column, sheet: str | None, row: int, label: str) -> Question:
    """Whether 1, 2, 3 are codes or only number the rows."""
    return Question(
        SERIAL, column.heading, f"这一列从 1 起连续编号，像是序号；请选定是否作为{label}",
        SERIAL_CHOICES, column.place, sheet, row, ("1", "2", "3"),
    )  # fmt: skip


def about_sheets(names: Sequence[str], proposed: Sequence[str]) -> Question:
    """Which of several sheets are meant."""
    return Question(
        SHEETS, "", f"有 {len(names)} 张工作表可以导入，请选定要读哪几张",
        tuple((name, name) for name in names), several=True, chosen=tuple(proposed),
    )  # fmt: skip


def about_hidden(count: int, sheet: str | None) -> Question:
    """What becomes of rows that are hidden or filtered out."""
    return Question(
        HIDDEN, "", f"有 {count} 行被隐藏或筛掉，请选定是否导入",
        ((TAKE, "一并导入"), (SKIP, "不导入")), sheet=sheet,
    )  # fmt: skip
