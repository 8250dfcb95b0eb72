"""Fields of a register as form controls."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from jingtu.errors import CellError
from jingtu.platform.registers import values
from jingtu.platform.registers.declarations import Field

PREFIX = "f_"
_INPUTS = {"date": "date", "phone": "tel"}


@dataclass(slots=True)
class Control:
    """One control: ``name`` in the form, ``value`` as text, ``kind`` of the element."""

    name: str
    label: str
    kind: str
    value: str = ""
    required: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    help: str = ""
    unit: str = ""
    errors: list[str] = field(default_factory=list)


def controls(
    fields: Iterable[Field],
    stored: Mapping[str, Any] | None = None,
    posted: QueryDict | None = None,
    errors: Iterable[CellError] = (),
    required: Iterable[str] = (),
) -> list[Control]:
    """Controls for fields, with what is stored, or what was typed and refused."""
    by_label: dict[str, list[str]] = {}
    for error in errors:
        by_label.setdefault(error.column or "", []).append(error.message)
    wanted = set(required)
    found = []
    for item in fields:
        name = PREFIX + item.id
        shown = text_of(item, (stored or {}).get(item.id))
        if posted is not None and name in posted:
            shown = str(posted[name])
        choices = (
            item.choices
            if item.kind == "choice"
            else ((("是", "是"), ("否", "否")) if item.kind == "boolean" else ())
        )
        kind = (
            "select"
            if choices
            else ("textarea" if item.kind == "long_text" else _INPUTS.get(item.kind, "text"))
        )
        found.append(
            Control(
                name, item.label, kind, shown, item.required or item.id in wanted, tuple(choices), _help(item),
                item.unit, by_label.get(item.label, []),
            )
        )  # fmt: skip
    return found


def text_of(item: Field, value: Any) -> str:
    """A stored value as the control shows it: the key of a choice, words for all else."""
    return str(value or "") if item.kind == "choice" else values.show(item, value)


def changed(fields: Iterable[Field], stored: Mapping[str, Any], posted: QueryDict) -> dict[str, str]:
    """What a person typed that differs from what was stored, by field id."""
    found = {}
    for item in fields:
        name = PREFIX + item.id
        if name in posted and str(posted[name]).strip() != text_of(item, stored.get(item.id)).strip():
            found[item.id] = str(posted[name])
    return found


def given(fields: Iterable[Field], posted: QueryDict) -> dict[str, str]:
    """What a person typed, by field id."""
    return {item.id: str(posted[PREFIX + item.id]) for item in fields if PREFIX + item.id in posted}


def _help(item: Field) -> str:
    if item.help:
        return item.help
    return "可带单位填写，如 12.5亩、1.2公顷；不写单位按平方米" if item.kind == "area" else ""
