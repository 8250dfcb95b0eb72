"""Which column of a table is which field, told by what stands below its heading."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from jingtu.knowledge.sheets import Sheet, column_letter
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.regions.models import RegionName
from jingtu.platform.registers import values
from jingtu.platform.registers.declarations import Field, Register
from jingtu.platform.registers.exchange import headings
from jingtu.platform.registers.exchange.headings import (
    CODE,
    HOLDER,
    NAME,
    REGION,
    REGION_CODE,
    STATE,
    TOWN,
    Headings,
)
from jingtu.platform.registers.models import Entry

_LOOKED_AT = 60  # cells of a column
_SHOWN = 3
_MOST = 0.8  # of its cells have to fit
_AREA_WITH_UNIT = re.compile(r"^[\d,.]+\s*(亩|公顷|平方米|㎡|m2|m²|hm2|ha)$", re.IGNORECASE)
_LOOKS_LIKE_CODE = re.compile(r"^(?=.*\d)[A-Za-z0-9][A-Za-z0-9/_-]{3,59}$")
_WRITTEN_DAY = re.compile(r"^\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?$")
_PHONE = re.compile(r"^(1\d{10}|0\d{2,3}-?\d{7,8})$")

BY_WORDS, BY_MEMORY, BY_CONTENT, UNKNOWN = "words", "memory", "content", ""
HOW = {BY_WORDS: "按表头", BY_MEMORY: "按记住的对照", BY_CONTENT: "按内容，请核对", UNKNOWN: "没有认出"}


@dataclass(frozen=True, slots=True)
class Guess:
    """A column as it stands, what it is taken for (``""``: nothing) and how that was told."""

    index: int
    heading: str
    target: str
    how: str
    examples: tuple[str, ...]

    @property
    def letter(self) -> str:
        return column_letter(self.index)

    @property
    def how_label(self) -> str:
        return HOW[self.how]


@dataclass(frozen=True, slots=True)
class Survey:
    """All columns of the sheet that fits best, in their order."""

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
    found = {
        CODE: register.code_label,
        NAME: register.name_label,
        REGION: headings.REGION_LABEL,
        REGION_CODE: headings.REGION_CODE_LABEL,
        HOLDER: register.holder_label,
        STATE: headings.STATE_LABEL,
    }
    return found | {item.id: item.label for item in register.fields}


def survey(
    register: Register, sheets: Sequence[Sheet], mapping: Mapping[str, str] | None = None
) -> Survey | None:
    """What each column of a table is taken for: by a remembered mapping, by its heading, by its content.

    Parameters
    ----------
    mapping : mapping, optional
        Headings to targets, as remembered for this source.

    Returns
    -------
    Survey or None
        ``None`` where no sheet has a row that could be a heading.
    """
    best = headings.best_row(register, list(sheets), mapping)
    if best is None or not best.columns:
        best = _first_row(sheets) or best
    if best is None:
        return None
    row = [str(cell or "").strip() for cell in best.sheet.rows[best.row]]
    known = {column.index: column.target for column in best.columns}
    folded = {values.fold(key) for key in (mapping or {})}
    cells = {index: _cells(best, index) for index, text in enumerate(row) if text}
    taken = set(known.values())
    open_columns = [
        index
        for index in cells
        if index not in known and values.fold(row[index]) not in folded and cells[index]
    ]
    guessed = _by_content(register, {index: cells[index] for index in open_columns}, taken)
    guesses = []
    for index, found in cells.items():
        if values.fold(row[index]) in folded:
            target, how = known.get(index, ""), BY_MEMORY
        elif index in known:
            target, how = known[index], BY_WORDS
        else:
            target = guessed.get(index, "")
            how = BY_CONTENT if target else UNKNOWN
        examples = tuple(dict.fromkeys(_text(cell)[:40] for cell in found))[:_SHOWN]
        guesses.append(Guess(index, row[index], target, how, examples))
    return Survey(best.sheet.name, best.row, guesses)


def _first_row(sheets: Sequence[Sheet]) -> Headings | None:
    """The first row of several words with something below it."""
    for sheet in sheets:
        for index, row in enumerate(sheet.rows[:10]):
            words = [cell for cell in row if isinstance(cell, str) and cell.strip()]
            if len(words) > 1 and len(sheet.rows) > index + 1:
                return Headings(sheet, index, [])
    return None


def _cells(found: Headings, index: int) -> list[Any]:
    below = (row[index] for row in found.sheet.rows[found.row + 1 :] if index < len(row))
    filled = [cell for cell in below if cell is not None and _text(cell)]
    return filled[:_LOOKED_AT]


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, datetime):
        cell = cell.date()
    return str(cell).strip()


def _by_content(register: Register, columns: Mapping[int, Sequence[Any]], taken: set[str]) -> dict[int, str]:
    """One target a column, surest evidence first; a kind that two open fields share is left to the person."""
    found: dict[int, str] = {}
    tests: list[tuple[str, Callable[[Sequence[Any]], bool]]] = [
        (REGION_CODE, _region_codes),
        (CODE, lambda cells: _codes_of(register, cells)),
        (STATE, lambda cells: _states_of(register, cells)),
        (REGION, _regions),
        (HOLDER, _organisations),
        *_field_tests(register, taken),
        (CODE, _like_codes),
        (NAME, _like_names),
    ]
    busy = set(taken) | ({REGION} if TOWN in taken else set())
    for target, fits in tests:
        if target in busy:
            continue
        fitting = [index for index, cells in columns.items() if index not in found and fits(cells)]
        if target == NAME:
            fitting = sorted(fitting, key=lambda index: -_length(columns[index]))[:1]
        if len(fitting) == 1:
            found[fitting[0]] = target
            busy.add(target)
    return found


def _share(cells: Sequence[Any], fits: Callable[[Any], bool]) -> bool:
    return bool(cells) and sum(fits(cell) for cell in cells) >= _MOST * len(cells)


def _region_codes(cells: Sequence[Any]) -> bool:
    texts = {_text(cell) for cell in cells}
    if not all(re.fullmatch(r"\d{6}|\d{9}|\d{12}", text) for text in texts):
        return False
    return RegionName.objects.filter(code__in=texts).values("code").distinct().count() >= _MOST * len(texts)


def _codes_of(register: Register, cells: Sequence[Any]) -> bool:
    texts = {_text(cell) for cell in cells}
    return Entry.objects.filter(register=register.id, code__in=texts).count() >= max(_MOST * len(texts), 1)


def _states_of(register: Register, cells: Sequence[Any]) -> bool:
    labels = {values.fold(state.label) for state in register.lifecycle.states}
    return _share(cells, lambda cell: values.fold(_text(cell)) in labels)


def _regions(cells: Sequence[Any]) -> bool:
    texts = {_text(cell) for cell in cells}
    known = RegionName.objects.filter(name__in=texts).values("name").distinct().count()
    return known >= _MOST * len(texts)


def _organisations(cells: Sequence[Any]) -> bool:
    texts = {_text(cell) for cell in cells}
    return Organisation.objects.filter(name__in=texts).values("name").distinct().count() >= _MOST * len(texts)


def _field_tests(register: Register, taken: set[str]) -> list[tuple[str, Callable[[Sequence[Any]], bool]]]:
    still = [item for item in register.fields if item.id not in taken]
    found: list[tuple[str, Callable[[Sequence[Any]], bool]]] = [
        (item.id, _choices_of(item)) for item in still if item.kind == "choice"
    ]
    kinds: list[tuple[str, Callable[[Any], bool]]] = [
        ("date", _is_day),
        ("area", lambda cell: isinstance(cell, str) and bool(_AREA_WITH_UNIT.match(cell.strip()))),
        ("uscc", _is_uscc),
        ("phone", lambda cell: bool(_PHONE.match(_text(cell)))),
    ]
    for kind, fits in kinds:
        fields = [item for item in still if item.kind == kind]
        if len(fields) == 1:
            found.append((fields[0].id, lambda cells, fits=fits: _share(cells, fits)))  # type: ignore[misc]
    return found


def _choices_of(item: Field) -> Callable[[Sequence[Any]], bool]:
    labels = {values.fold(label) for _, label in item.choices}
    return lambda cells: _share(cells, lambda cell: values.fold(_text(cell)) in labels)


def _is_day(cell: Any) -> bool:
    return isinstance(cell, date) or (isinstance(cell, str) and bool(_WRITTEN_DAY.match(cell.strip())))


def _is_uscc(cell: Any) -> bool:
    try:
        return bool(values.parse(Field("uscc", "", "uscc"), _text(cell)))
    except ValueError:
        return False


def _like_codes(cells: Sequence[Any]) -> bool:
    texts = [_text(cell) for cell in cells if not isinstance(cell, date)]
    return (
        len(texts) > 1
        and len(set(texts)) == len(cells)
        and _share(texts, lambda text: bool(_LOOKS_LIKE_CODE.match(text)) and not text.isdigit())
    )


def _like_names(cells: Sequence[Any]) -> bool:
    texts = [_text(cell) for cell in cells if isinstance(cell, str)]
    return (
        len(texts) == len(cells)
        and len(set(texts)) == len(texts)
        and _share(texts, lambda text: bool(re.search(r"[\u4e00-\u9fff]{2}", text)) and len(text) <= 200)
    )


def _length(cells: Sequence[Any]) -> int:
    return sum(min(len(_text(cell)), 30) for cell in cells)
