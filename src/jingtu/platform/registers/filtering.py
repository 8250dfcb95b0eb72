"""Filtering a list by its fields: a word of a text, one of the choices, a range of days or figures, what is empty."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.http import QueryDict

from jingtu.errors import CellError
from jingtu.platform.registers import values
from jingtu.platform.registers.declarations import Field

PREFIX, FROM, TO = "f_", "_from", "_to"
EMPTY = "-"  # the value that asks for rows of which nothing is known
RANGED = frozenset({"date", "integer", "decimal", "area", "money", "mass", "year", "coordinate"})
CHOSEN = frozenset({"choice", "boolean"})
# In what a range is typed where it names no unit: as the list shows it.
UNITS = {"area": "亩", "mass": "千克", "money": "元"}
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class FieldFilter:
    """What is asked of one field; ``error`` where what was typed cannot be read, and then nothing is asked."""

    field: Field
    low: Any = None
    high: Any = None
    value: str = ""
    empty: bool = False
    error: str = ""

    @property
    def words(self) -> str:
        """The filter in words."""
        label = self.field.label
        if self.empty:
            return f"{label}：未填"
        if self.field.kind in RANGED:
            shown = [values.show(self.field, item) for item in (self.low, self.high)]
            low = f"不小于{shown[0]}" if self.low is not None else ""
            high = f"不大于{shown[1]}" if self.high is not None else ""
            if self.field.kind == "date":
                low, high = low.replace("不小于", "自"), high.replace("不大于", "至")
            unit = {"area": "平方米"}.get(self.field.kind, "")
            return f"{label}：{low}{unit if low else ''}{'，' if low and high else ''}{high}{unit if high else ''}"
        if self.field.kind == "choice":
            return f"{label}：{dict(self.field.choices).get(self.value, self.value)}"
        if self.field.kind == "boolean":
            return f"{label}：{'是' if self.value == '1' else '否'}"
        return f"{label}含“{self.value}”"

    def q(self, prefix: str) -> Q:
        """The predicate; ``prefix`` leads to the columns (``"priorityparcelfacts__"``)."""
        column = f"{prefix}{self.field.id}"
        if self.error:
            return Q()
        if self.empty:
            return self._is_empty(column)
        if self.field.kind in RANGED:
            found = Q()
            if self.low is not None:
                found &= Q(**{f"{column}__gte": self.low})
            if self.high is not None:
                found &= Q(**{f"{column}__lte": self.high})
            return found
        if self.field.kind == "choice":
            return Q(**{column: self.value})
        if self.field.kind == "boolean":
            return Q(**{column: self.value == "1"})
        if self.field.kind == "facility":
            return Q(**{f"{column}__name__icontains": self.value})
        return Q(**{f"{column}__icontains": self.value})

    def _is_empty(self, column: str) -> Q:
        if self.field.kind in values.TEXT_KINDS | {"uscc", "choice"}:
            return Q(**{column: ""})
        return Q(**{f"{column}__isnull": True})


def wanted(fields: Iterable[Field], parameters: QueryDict) -> list[FieldFilter]:
    """The filters that a query string names, of the fields that the user may read."""
    found = []
    for item in fields:
        name = PREFIX + item.id
        plain = parameters.get(name, "").strip()[:_LONGEST]
        if plain == EMPTY:
            found.append(FieldFilter(item, empty=True))
        elif item.kind in RANGED:
            low, high = parameters.get(name + FROM, ""), parameters.get(name + TO, "")
            if low.strip() or high.strip():
                found.append(_range(item, low, high))
        elif plain and (item.kind not in CHOSEN or plain in {key for key, _ in choices_of(item)}):
            found.append(FieldFilter(item, value=plain))
    return found


def narrow(filters: Iterable[FieldFilter], prefix: str) -> Q:
    """All filters together."""
    found = Q()
    for item in filters:
        found &= item.q(prefix)
    return found


def errors(filters: Iterable[FieldFilter]) -> list[CellError]:
    """What could not be read, to be told above the list."""
    return [CellError(item.error, column=item.field.label) for item in filters if item.error]


def fingerprint(filters: Iterable[FieldFilter]) -> str:
    """Key for what is remembered of a filtered list."""
    return repr([(item.field.id, item.low, item.high, item.value, item.empty) for item in filters])


@dataclass(frozen=True, slots=True)
class FilterControl:
    """One field in the form of filters; ``kind`` is range, choice or word."""

    name: str
    label: str
    kind: str
    input: str
    value: str
    low: str
    high: str
    unit: str
    choices: tuple[tuple[str, str], ...]
    error: str


def controls(
    fields: Sequence[Field], filters: Sequence[FieldFilter], parameters: QueryDict
) -> list[FilterControl]:
    """The form of filters with what was typed."""
    wrong = {item.field.id: item.error for item in filters if item.error}
    found = []
    for item in fields:
        name = PREFIX + item.id
        kind = "range" if item.kind in RANGED else "choice" if item.kind in CHOSEN else "word"
        found.append(
            FilterControl(
                name,
                item.label,
                kind,
                "date" if item.kind == "date" else "text",
                parameters.get(name, ""),
                parameters.get(name + FROM, ""),
                parameters.get(name + TO, ""),
                UNITS.get(item.kind, item.unit if kind == "range" else ""),
                choices_of(item),
                wrong.get(item.id, ""),
            )
        )
    return found


def choices_of(item: Field) -> tuple[tuple[str, str], ...]:
    """Values that a chosen field can be filtered by."""
    return (("1", "是"), ("0", "否")) if item.kind == "boolean" else tuple(item.choices)


def _range(item: Field, low: str, high: str) -> FieldFilter:
    plain = Field(item.id, item.label, "decimal" if item.kind in {"integer", "year"} else item.kind)
    found: list[Any] = []
    for text in (low.strip(), high.strip()):
        try:
            found.append(_bound(plain, text[:_LONGEST]) if text else None)
        except ValueError as error:
            return FieldFilter(item, error=f"{error}（{text[:20]}）")
    return FieldFilter(item, found[0], found[1])


def _bound(item: Field, text: str) -> date | Decimal | int | None:
    unit = UNITS.get(item.kind, "")
    if unit and text.replace(".", "").replace(",", "").lstrip("-").isdecimal():
        text = f"{text}{unit}"
    found: date | Decimal | int | None = values.parse(item, text)
    return found
