"""Fields of a register as form controls."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from jingtu.errors import CellError
from jingtu.platform.organisations.models import Facility
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
    holder: int | None = None,
) -> list[Control]:
    """Controls for fields, with what is stored, or what was typed and refused.

    ``holder`` is the organisation of the entry: a plant is one of its own.
    """
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
        choices = _choices(item, holder)
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
    if item.kind == "choice":
        return str(value or "")
    if item.kind == "facility":
        return str(value.uid) if value else ""
    return values.show(item, value)


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


def _choices(item: Field, holder: int | None) -> tuple[tuple[str, str], ...]:
    if item.kind == "choice":
        return tuple(item.choices)
    if item.kind == "boolean":
        return (("是", "是"), ("否", "否"))
    if item.kind == "facility" and holder is not None:
        plants = Facility.objects.filter(organisation=holder).order_by("name")
        return tuple((str(plant.uid), plant.name) for plant in plants)
    return ()


_HELP = {
    "area": "可带单位填写，如 12.5亩、1.2公顷；不写单位按平方米",
    "money": "可带单位填写，如 30万元；不写单位按元",
    "mass": "请带单位填写，如 12.5千克、300克",
    "coordinate": "十进制度或度分秒，如 108.912345 或 108°54′44″",
    "year": "四位年份，如 2024",
    "facility": "单位名录中登记的厂区",
}


def _help(item: Field) -> str:
    return item.help or _HELP.get(item.kind, "")
