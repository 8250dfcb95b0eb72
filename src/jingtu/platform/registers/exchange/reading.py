"""A table of any shape as rows of typed values: what is wrong, what is left out, and what has to be asked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jingtu.errors import CellError
from jingtu.knowledge.grids import is_blank, text_of
from jingtu.knowledge.sheets import Sheet
from jingtu.knowledge.sheetscan import SheetLimits
from jingtu.platform.registers import values
from jingtu.platform.registers.coordinates import degree_pair
from jingtu.platform.registers.declarations import Field
from jingtu.platform.registers.exchange import headings, questions
from jingtu.platform.registers.exchange.bodies import Line, Skipped, body_of
from jingtu.platform.registers.exchange.cells import one_line, says_nothing, tidied, words_of
from jingtu.platform.registers.exchange.columns import Column, Headings
from jingtu.platform.registers.exchange.questions import Question
from jingtu.platform.registers.exchange.said import Said
from jingtu.platform.registers.exchange.shapes import (
    CODE,
    CODE_AND_NAME,
    COORDINATES,
    NAME,
    REGION,
    REGION_ABOVE,
    REGION_CODE,
    WORDED,
    Shape,
)
from jingtu.platform.registers.neighbours import coordinate_fields
from jingtu.platform.registers.quantities import UNITS, names_unit, plain

Watch = Callable[[int, int], None]
# Values that were computed stand for their formulas; a sheet of an office holds both, and old workbooks are read.
LIMITS = SheetLimits(formulas=True, old=True)
_SHOWN = 3
_MOST_WORDS = 20
_SEVERAL_CODES = re.compile(r"[A-Za-z0-9-]{3,}\s*[、，,；;/\n]\s*[A-Za-z0-9-]{3,}")
_CODE_FIRST = re.compile(
    r"^([A-Za-z0-9][A-Za-z0-9_./-]*\d[A-Za-z0-9_./-]*)[\s:：、,，]*(?=[^\sA-Za-z0-9])(.+)$", re.DOTALL
)
_CODE_LAST = re.compile(
    r"^(.+?)\s*[(（]\s*([A-Za-z0-9][A-Za-z0-9_./-]*\d[A-Za-z0-9_./-]*)\s*[)）]$", re.DOTALL
)


@dataclass(slots=True)
class Parsed:
    """One row: typed values of fields by id, words of what is looked up (place, holder, state) by target.

    ``raw_name`` is the name as it stands; ``cells`` has it in one line. ``section`` titles the row.
    """

    number: int
    cells: dict[str, Any]
    texts: dict[str, str]
    heads: Headings
    section: str = ""
    raw_name: str = ""

    @property
    def sheet(self) -> str | None:
        return self.heads.sheet.name


@dataclass(slots=True)
class Reading:
    """All rows of the sheets that were read, and what is to be said about them."""

    shape: Shape
    file: str
    heads: list[Headings]
    rows: list[Parsed] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)

    @property
    def first(self) -> Headings:
        return self.heads[0]

    @property
    def ignored(self) -> list[str]:
        """Headings of columns that are not read."""
        return list(dict.fromkeys(name for heads in self.heads for name in heads.ignored))

    def error(self, row: Parsed | None, target: str | None, message: str, value: Any = None) -> None:
        """Take down an error of a cell."""
        heads = row.heads if row else self.first
        column = heads.column(target) if target else None
        known = self.shape.targets.get(target) if target else None
        label = known.label if known else None
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        shown = str(value)[:80] if value not in {None, ""} else None
        place = column.place if column else label
        self.errors.append(
            CellError(message, self.file, heads.sheet.name, row.number if row else None, place, shown)
        )

    def sorted_errors(self) -> list[CellError]:
        order = {heads.sheet.name: place for place, heads in enumerate(self.heads)}
        return sorted(
            self.errors, key=lambda error: (order.get(error.sheet, 0), error.row or 0, error.column or "")
        )


def read(
    shape: Shape,
    sheets: Sequence[Sheet],
    file: str,
    said: Said | Mapping[str, str] | None = None,
    *,
    is_place: Callable[[str], bool] = lambda _: False,
    known_codes: Callable[[Sequence[str]], int] = lambda _: 0,
    watch: Watch | None = None,
) -> Reading:
    """Read the tables of a file.

    Parameters
    ----------
    shape : Shape
        What the table may hold: `shapes.entry_shape` or `shapes.record_shape`.
    said : Said or mapping, optional
        What a person says about it.
    is_place : callable
        Whether words name a place: a sheet called so holds the rows of that place.
    known_codes : callable
        How many of some codes are those of entries: 1, 2, 3 may be codes where they are known.
    watch : callable, optional
        Told of progress with (done, total).

    Returns
    -------
    Reading
        With every error of every row; open questions stand in ``questions``.

    Raises
    ------
    InputError
        The file as a whole has no fitting headings, or its headings contradict each other.
    """
    told = Said.of(said)
    return _Read(shape, file, told, is_place, known_codes, watch).run(sheets)


class _Read:
    def __init__(
        self,
        shape: Shape,
        file: str,
        said: Said,
        is_place: Callable[[str], bool],
        known_codes: Callable[[Sequence[str]], int],
        watch: Watch | None,
    ) -> None:
        self.shape, self.file, self.said, self.watch = shape, file, said, watch
        self.is_place, self.known_codes = is_place, known_codes
        enterprise = shape.register.enterprise
        self.numbers = {CODE, *([enterprise.permit] if enterprise else [])}
        self.asked: dict[tuple[str, str], Question] = {}
        self.words: Counter[tuple[str, str]] = Counter()
        self.parsed: dict[tuple[str, str, type, Any], Any] = {}
        self.axes = coordinate_fields(shape.register)
        self.kinds = {key: item.field for key, item in shape.targets.items() if item.field is not None}

    def run(self, sheets: Sequence[Sheet]) -> Reading:
        every = headings.every_sheet(self.shape, sheets, self.said)
        found = [item for item in every if not headings.lacking(self.shape, item)]
        if not found:
            raise headings.no_heading(self.shape, self.file)
        heads, question = chosen_sheets(found, self.said, self.is_place)
        if question is not None:
            self.asked[questions.SHEETS, ""] = question
        for item in heads:
            headings.check(self.shape, item, self.file)
        self.reading = Reading(self.shape, self.file, heads)
        lines: list[Line] = []
        hidden = 0
        for item in heads:
            body = body_of(self.shape, item, self.said)
            self.reading.skipped += body.skipped
            hidden += body.hidden
            self._serials(item, body.lines)
            self._pairs(item)
            lines += body.lines
        for at, line in enumerate(lines):
            self._line(line)
            if self.watch is not None and at % 500 == 0:
                self.watch(at, len(lines))
        if hidden and not self.said.hidden:
            self.asked[questions.HIDDEN, ""] = questions.about_hidden(hidden, heads[0].sheet.name)
        self.reading.questions = list(self.asked.values())
        return self.reading

    def _serials(self, heads: Headings, lines: list[Line]) -> None:
        """Codes that only count the rows are no codes; whether they are is asked."""
        column = heads.column(CODE)
        if column is None:
            return
        answer = self.said.answers.get(column.heading, "")
        cells = (line.cells.get(CODE) for line in lines if line.heads is heads)
        texts = [text for cell in cells if (text := text_of(cell))]
        counted = [str(number) for number in range(1, len(texts) + 1)]
        if answer == questions.AS_CODE or len(texts) < 3 or texts != counted:
            return
        if answer != questions.AS_SERIAL:
            if self.known_codes(texts) * 2 > len(texts):
                return
            label = self.shape.targets[CODE].label
            self.asked[questions.SERIAL, column.heading] = questions.about_serial(
                column, heads.sheet.name, heads.row + 1, label
            )
        heads.columns = [item for item in heads.columns if item.target != CODE]
        heads.ignored.append(column.heading)
        for line in lines:
            line.cells.pop(CODE, None)

    def _pairs(self, heads: Headings) -> None:
        """Coordinates in one cell are not read where the table has a column for each as well."""
        both = heads.column(COORDINATES)
        if both is not None and self.axes and any(heads.column(item.id) for item in self.axes):
            heads.columns = [item for item in heads.columns if item.target != COORDINATES]
            heads.ignored.append(both.heading)

    # --- one row -------------------------------------------------------------------------------------

    def _line(self, line: Line) -> None:
        row = Parsed(line.number, {}, {}, line.heads, line.section)
        if CODE_AND_NAME in line.cells:
            self._split(row, line)
        if line.heads.column(COORDINATES) is not None:
            self._place(row, line)
        for column in line.heads.columns:
            target = column.target
            cell = line.cells.get(target)
            if target in line.bad:
                self.reading.error(row, target, line.bad[target], cell)
            elif target in WORDED or self._is_plant(target):
                row.texts[target] = words_of(cell)
            elif target in self.kinds:
                self._field(row, column, self.kinds[target], cell)
        self.reading.rows.append(row)

    def _is_plant(self, target: str) -> bool:
        """A plant is known by its name among those of its holder: that is for the comparison to tell."""
        item = self.kinds.get(target)
        return item is not None and item.kind == "facility"

    def _split(self, row: Parsed, line: Line) -> None:
        """A code and a name in one cell."""
        text = words_of(line.cells[CODE_AND_NAME])
        if _SEVERAL_CODES.search(text):
            self.reading.error(row, CODE_AND_NAME, "一格里不止一个编号，请分成几行，或只留一个", text)
            return
        if match := _CODE_FIRST.match(text):
            code, name = match[1], match[2]
        elif match := _CODE_LAST.match(text):
            name, code = match[1], match[2]
        else:
            self.reading.error(
                row, CODE_AND_NAME, "看不出哪一段是编号、哪一段是名称，请写成“编号 名称”", text
            )
            return
        row.raw_name = name
        row.cells[CODE], row.cells[NAME] = plain(code), one_line(name)

    def _place(self, row: Parsed, line: Line) -> None:
        """Longitude and latitude in one cell, each into its own field."""
        assert self.axes is not None
        text = words_of(line.cells.get(COORDINATES))
        found: tuple[Any, Any] = (None, None)
        try:
            if plain(text) not in values.EMPTY_WORDS:
                found = degree_pair(text)
            for item, value in zip(self.axes, found, strict=True):
                row.cells[item.id] = values.parse(item, value, self.shape.targets[item.id].column)
        except ValueError as error:
            self.reading.error(row, COORDINATES, str(error), text)

    def _field(self, row: Parsed, column: Column, item: Field, cell: Any) -> None:
        target = column.target
        if target == NAME:
            row.raw_name = str(cell).replace("\r\n", "\n").strip() if isinstance(cell, str) else ""
        cell = tidied(item, cell)
        if target != NAME and says_nothing(item, cell, is_number=target in self.numbers):
            cell = None
        if target == CODE and isinstance(cell, str):
            cell = plain(cell).replace("\n", "")
            if _SEVERAL_CODES.search(cell):
                self.reading.error(row, CODE, "一格里不止一个编号，请分成几行，或只留一个", cell)
                return
        if item.kind in UNITS and not column.unit and not is_blank(cell) and not names_unit(cell):
            try:
                found = values.parse(item, cell, None, "")
            except ValueError as error:
                self.reading.error(row, target, str(error), cell)
                return
            if found is not None:
                self._ask(questions.about_unit, item.kind, row, column, cell)
                return
        if item.kind == "choice":
            cell = self.said.answers.get(questions.word_key(column.heading, words_of(cell)), "") or cell
        key = (target, column.unit, type(cell), cell)
        if key in self.parsed:  # days, choices and figures of a list come again and again
            row.cells[target] = self.parsed[key]
            return
        try:
            found = values.parse(item, cell, self.shape.targets[target].column, column.unit)
            row.cells[target] = found
            if item.kind not in values.TEXT_KINDS:
                self.parsed[key] = found
        except values.UnclearError as error:
            if error.what == "word":
                self._ask_word(item, row, column, words_of(cell), str(error))
                return
            about = questions.about_day if error.what == "day" else questions.about_circle
            self._ask(about, "", row, column, cell)
        except ValueError as error:
            self.reading.error(row, target, str(error), cell)

    def _ask_word(self, item: Field, row: Parsed, column: Column, word: str, message: str) -> None:
        """Ask once what a word means, wherever it stands in its column; a column full of them is another's."""
        key = ("word", questions.word_key(column.heading, word))
        known = self.asked.get(key)
        self.words[key] += 1
        if known is not None:
            first = known.row or row.number
            self.asked[key] = questions.about_word(item, column, known.sheet, first, word, self.words[key])
        elif sum(1 for kind, _ in self.asked if kind == "word") >= _MOST_WORDS:
            self.reading.error(row, column.target, message, word)
        else:
            self.asked[key] = questions.about_word(item, column, row.sheet, row.number, word)

    def _ask(self, about: Callable[..., Question], kind: str, row: Parsed, column: Column, cell: Any) -> None:
        key = (about.__name__, column.heading)
        known = self.asked.get(key)
        example = text_of(cell)[:20]
        if known is None:
            arguments = (column, row.sheet, row.number, [example])
            self.asked[key] = about(kind, *arguments) if kind else about(*arguments)
        elif len(known.examples) < _SHOWN and example not in known.examples:
            first = known.row or row.number
            examples = [*known.examples, example]
            arguments = (column, known.sheet, first, examples)
            self.asked[key] = about(kind, *arguments) if kind else about(*arguments)


def chosen_sheets(
    found: Sequence[Headings], said: Said, is_place: Callable[[str], bool]
) -> tuple[list[Headings], Question | None]:
    """The sheets to read: as said, the only one, or all of one kind where each is called after a place.

    Otherwise those of the kind that fits best are read for now, and which are meant is asked.
    """
    named = [item for item in found if (item.sheet.name or "") in said.sheets]
    if named:
        return named, None
    filled = [item for item in found if len(item.sheet.rows) > item.row + 1] or list(found[:1])
    if len(filled) == 1:
        return filled, None
    best = max(filled, key=lambda item: len(item.columns))
    kind = {item.target for item in best.columns}
    alike = [item for item in filled if {column.target for column in item.columns} == kind]
    if len(alike) == len(filled) and all(is_place(item.sheet.name or "") for item in alike):
        return alike, None
    names, proposed = ([item.sheet.name or "" for item in group] for group in (filled, alike))
    return alike, questions.about_sheets(names, proposed)


def place_words(row: Parsed) -> tuple[str, str, str]:
    """Name and code of the place that a row itself says, and what that place lies in."""
    name, above = row.texts.get(REGION, ""), row.texts.get(REGION_ABOVE, "")
    return name or above, row.texts.get(REGION_CODE, ""), above if name else ""
