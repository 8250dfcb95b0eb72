"""Which column of a table is which field, told by what stands below its heading."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Any

from jingtu.knowledge.grids import is_blank, text_of
from jingtu.knowledge.sheets import Sheet, column_letter
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.regions.models import RegionName
from jingtu.platform.registers import days, values
from jingtu.platform.registers.bulk import coded
from jingtu.platform.registers.coordinates import is_pair
from jingtu.platform.registers.declarations import Field, Register
from jingtu.platform.registers.exchange import headings
from jingtu.platform.registers.exchange.columns import BY_CONTENT, BY_MEMORY, BY_WORDS, UNKNOWN, Headings
from jingtu.platform.registers.exchange.reading import chosen_sheets
from jingtu.platform.registers.exchange.said import Said
from jingtu.platform.registers.exchange.shapes import (
    CODE,
    COORDINATES,
    HOLDER,
    NAME,
    REGION,
    REGION_CODE,
    STATE,
    Shape,
    entry_shape,
)
from jingtu.platform.registers.quantities import axis_of, measured
from jingtu.platform.registers.values import fold

Test = tuple[str, str, Callable[[Sequence[Any]], bool]]
_LOOKED_AT = 60  # cells of a column
_SHOWN = 3
_MOST = 0.8  # of its cells have to fit
_LOOKS_LIKE_CODE = re.compile(r"^(?=.*\d)[A-Za-z0-9][A-Za-z0-9/_-]{3,59}$")
_PERMIT = re.compile(r"^[0-9A-Z]{18}\d{3}[A-Z]$")  # the credit code, a number, a letter
_PHONE = re.compile(r"^(1\d{10}|0\d{2,3}-?\d{7,8})$")

HOW = {BY_WORDS: "按表头", BY_MEMORY: "按记住的对照", BY_CONTENT: "按内容，请核对", UNKNOWN: "没有认出"}


@dataclass(frozen=True, slots=True)
class Guess:
    """A column as it stands, what it is taken for (``""``: nothing), how that was told and why."""

    index: int
    heading: str
    target: str
    how: str
    examples: tuple[str, ...]
    why: str = ""
    unit: str = ""
    hidden: bool = False
    key: str = ""

    @property
    def letter(self) -> str:
        return column_letter(self.index)

    @property
    def how_label(self) -> str:
        return HOW[self.how]


@dataclass(frozen=True, slots=True)
class Survey:
    """All columns of the sheets that fit best, in their order; a column of several sheets once."""

    sheet: str | None
    row: int
    guesses: list[Guess]

    @property
    def columns(self) -> dict[str, str]:
        """The proposal as a mapping of every heading."""
        return {item.heading: item.target for item in self.guesses}

    @property
    def by_content(self) -> bool:
        """Whether something was told by content alone, which a person should look at."""
        return any(item.how == BY_CONTENT for item in self.guesses)


def targets_of(register: Register) -> dict[str, str]:
    """All that a column can be: target to label, in the order of the register."""
    return entry_shape(register).labels


def survey(
    register: Register,
    sheets: Sequence[Sheet],
    mapping: Said | Mapping[str, str] | None = None,
    shape: Shape | None = None,
) -> Survey | None:
    """What each column of a table is taken for: by a remembered mapping, by its heading, by its content.

    Parameters
    ----------
    mapping : Said or mapping, optional
        Headings to targets, as remembered for this source.
    shape : Shape, optional
        What the table may hold; entries of the register where not given.

    Returns
    -------
    Survey or None
        ``None`` where no sheet has a row that could be a heading.
    """
    shape, said = shape or entry_shape(register), Said.of(mapping)
    every = headings.every_sheet(shape, sheets, said)
    fitting = [item for item in every if not headings.lacking(shape, item)]
    if fitting:
        heads, _ = chosen_sheets(fitting, said, lambda _: False)
    else:
        best = max(every, key=lambda item: len(item.columns), default=None)
        if best is None or not best.columns:
            best = _first_row(shape, sheets, said) or best
        if best is None:
            return None
        heads = [best]
    guesses: dict[str, Guess] = {}
    for number, head in enumerate(heads):
        for guess in _of_sheet(shape, head):
            key = f"{number}-{guess.index}" if number else str(guess.index)
            guesses.setdefault(fold(guess.heading), replace(guess, key=key))
    return Survey(heads[0].sheet.name, heads[0].row, list(guesses.values()))


def _of_sheet(shape: Shape, found: Headings) -> list[Guess]:
    cells = {column.index: _cells(found, column.index) for column in found.every}
    taken = {column.target for column in found.columns}
    still = {
        column.index: cells[column.index]
        for column in found.every
        if column.how == UNKNOWN and not column.target and cells[column.index]
    }
    guessed = _by_content(shape, still, taken)
    guesses = []
    for column in found.every:
        target, how, why = column.target, column.how, ""
        if column.index in guessed:
            (target, why), how = guessed[column.index], BY_CONTENT
        elif how == BY_WORDS:
            label = shape.labels.get(target, "")
            why = (
                f"表头即“{label}”" if fold(column.heading) == fold(label) else f"表头是“{label}”的另一种叫法"
            )
        examples = tuple(dict.fromkeys(text_of(cell)[:40] for cell in cells[column.index]))[:_SHOWN]
        guesses.append(
            Guess(column.index, column.heading, target, how, examples, why, column.unit, column.hidden)
        )
    return guesses


def _first_row(shape: Shape, sheets: Sequence[Sheet], said: Said) -> Headings | None:
    """The first row of several words with something below it."""
    for sheet in sheets:
        for index, row in enumerate(sheet.rows[:10]):
            words = [cell for cell in row if isinstance(cell, str) and cell.strip()]
            if len(words) > 1 and len(sheet.rows) > index + 1:
                return headings.at_row(shape, sheet, said, index)
    return None


def _cells(found: Headings, index: int) -> list[Any]:
    below = (row[index] for row in found.filled.rows[found.row + 1 :] if index < len(row))
    return list(islice((cell for cell in below if not is_blank(cell)), _LOOKED_AT))


def _by_content(
    shape: Shape, columns: Mapping[int, Sequence[Any]], taken: set[str]
) -> dict[int, tuple[str, str]]:
    """Target and reason by column, surest evidence first; a kind that two open fields share is left to the person."""
    register = shape.register
    found: dict[int, tuple[str, str]] = {}
    tests: list[Test] = [
        (REGION_CODE, "是区划库中的代码", _region_codes),
        (CODE, "是清单中已有的编号", lambda cells: _codes_of(register, cells)),
        (STATE, "是本清单的状态", lambda cells: _states_of(register, cells)),
        (REGION, "是区划库中的地名", _regions),
        (HOLDER, "是单位名录中的单位", _organisations),
        (COORDINATES, "是一格里的经度和纬度", lambda cells: _share(cells, is_pair)),
        *_field_tests(shape, taken),
        (CODE, "各不相同，像是编号", _like_codes),
        (NAME, "各不相同，像是名称", _like_names),
    ]
    for target, why, fits in tests:
        if target in taken or target not in shape.targets:
            continue
        fitting = [index for index, cells in columns.items() if index not in found and fits(cells)]
        if target == NAME:
            fitting = sorted(fitting, key=lambda index: -_length(columns[index]))[:1]
        if len(fitting) == 1:
            found[fitting[0]] = target, f"内容{why}"
            taken = taken | {target}
    return found


def _share(cells: Sequence[Any], fits: Callable[[Any], bool]) -> bool:
    return bool(cells) and sum(fits(cell) for cell in cells) >= _MOST * len(cells)


def _region_codes(cells: Sequence[Any]) -> bool:
    texts = {text_of(cell) for cell in cells}
    if not all(re.fullmatch(r"\d{6}|\d{9}|\d{12}", text) for text in texts):
        return False
    return RegionName.objects.filter(code__in=texts).values("code").distinct().count() >= _MOST * len(texts)


def _codes_of(register: Register, cells: Sequence[Any]) -> bool:
    texts = {text_of(cell) for cell in cells}
    return coded(register, texts).count() >= max(_MOST * len(texts), 1)


def _states_of(register: Register, cells: Sequence[Any]) -> bool:
    labels = {values.fold(word) for word in register.lifecycle.words}
    return _share(cells, lambda cell: values.fold(text_of(cell)) in labels)


def _regions(cells: Sequence[Any]) -> bool:
    texts = {text_of(cell) for cell in cells}
    known = RegionName.objects.filter(name__in=texts).values("name").distinct().count()
    return known >= _MOST * len(texts)


def _organisations(cells: Sequence[Any]) -> bool:
    texts = {text_of(cell) for cell in cells}
    return Organisation.objects.filter(name__in=texts).values("name").distinct().count() >= _MOST * len(texts)


def _field_tests(shape: Shape, taken: set[str]) -> list[Test]:
    still = [item.field for item in shape.targets.values() if item.field is not None and item.id not in taken]
    found: list[Test] = [
        (item.id, f"都是“{item.label}”的选项", _choices_of(item)) for item in still if item.kind == "choice"
    ]
    permits = [item for item in still if "许可证" in item.label and item.kind == "text"]
    if len(permits) == 1:
        found.append((permits[0].id, "像是排污许可证编号", lambda cells: _share(cells, _is_permit)))
    for axis, label in (("longitude", "经度"), ("latitude", "纬度")):
        fields = [
            item for item in still if item.kind == "coordinate" and axis_of(item.id, item.label) == axis
        ]
        if len(fields) == 1:
            found.append((fields[0].id, f"都在{label}的范围内", _fits_field(fields[0], _is_coordinate)))
    kinds: list[tuple[str, str, Callable[[Any], bool]]] = [
        ("date", "都是日期", _is_day),
        ("area", "写着面积单位", lambda cell: _has_unit("area", cell)),
        ("money", "写着金额单位", lambda cell: _has_unit("money", cell)),
        ("mass", "写着重量单位", lambda cell: _has_unit("mass", cell)),
        ("uscc", "通过统一社会信用代码校验", _is_uscc),
        ("phone", "像是电话号码", lambda cell: bool(_PHONE.match(text_of(cell)))),
    ]
    for kind, why, fits in kinds:
        fields = [item for item in still if item.kind == kind]
        if len(fields) == 1:
            found.append((fields[0].id, why, lambda cells, fits=fits: _share(cells, fits)))  # type: ignore[misc]
    return found


def _fits_field(item: Field, also: Callable[[Any], bool]) -> Callable[[Sequence[Any]], bool]:
    def fits(cell: Any) -> bool:
        try:
            return also(cell) and values.parse(item, cell) is not None
        except ValueError:
            return False

    return lambda cells: _share(cells, fits)


def _is_coordinate(cell: Any) -> bool:
    """A figure as fine as a place, or one that says its degrees: whole numbers may be anything."""
    return "." in text_of(cell) or "°" in text_of(cell) or "度" in text_of(cell)


def _is_permit(cell: Any) -> bool:
    return bool(_PERMIT.match(text_of(cell).upper()))


def _has_unit(kind: str, cell: Any) -> bool:
    try:
        return isinstance(cell, str) and bool(measured(kind, cell)[2])
    except ValueError:
        return False


def _choices_of(item: Field) -> Callable[[Sequence[Any]], bool]:
    labels = {values.fold(label) for _, label in item.choices}
    return lambda cells: _share(cells, lambda cell: values.fold(text_of(cell)) in labels)


def _is_day(cell: Any) -> bool:
    if not isinstance(cell, (date, str)):
        return False
    try:
        return not isinstance(cell, str) or isinstance(days.read(cell), date)
    except ValueError:
        return False


def _is_uscc(cell: Any) -> bool:
    try:
        return bool(values.parse(Field("uscc", "", "uscc"), text_of(cell)))
    except ValueError:
        return False


def _like_codes(cells: Sequence[Any]) -> bool:
    texts = [text_of(cell) for cell in cells if not isinstance(cell, date)]
    return (
        len(texts) > 1
        and len(set(texts)) == len(cells)
        and _share(texts, lambda text: bool(_LOOKS_LIKE_CODE.match(text)) and not text.isdigit())
    )


def _like_names(cells: Sequence[Any]) -> bool:
    texts = [text_of(cell) for cell in cells if isinstance(cell, str)]
    return (
        len(texts) == len(cells)
        and len(set(texts)) == len(texts)
        and _share(texts, lambda text: bool(re.search(r"[\u4e00-\u9fff]{2}", text)) and len(text) <= 200)
    )


def _length(cells: Sequence[Any]) -> int:
    return sum(min(len(text_of(cell)), 30) for cell in cells)
