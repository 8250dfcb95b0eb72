"""From what was typed to the typed values of a record; every error at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jingtu.errors import CellError
from jingtu.platform.registers import values
from jingtu.platform.registers.entry_records.declarations import DAY, RecordKind
from jingtu.platform.registers.models import Entry, EntryRecord

_OWN = {column.name for column in EntryRecord._meta.local_fields}


def columns(kind: RecordKind) -> dict[str, Any]:
    """The typed columns of a kind by field id."""
    return {
        column.name: column
        for column in kind.model._meta.concrete_fields
        if not column.primary_key and (column.name == DAY or column.name not in _OWN)
    }


def blank(kind: RecordKind) -> dict[str, Any]:
    """Columns of a record of which nothing is known, by attribute name."""
    return {column.attname: column.get_default() for name, column in columns(kind).items() if name != DAY}


def clean(kind: RecordKind, raw: Mapping[str, Any]) -> tuple[dict[str, Any], list[CellError]]:
    """Parse the given columns.

    Returns
    -------
    tuple
        Typed values by field id, and errors whose ``column`` is the field's label.
    """
    found: dict[str, Any] = {}
    errors: list[CellError] = []
    known = columns(kind)
    fields = {item.id: item for item in kind.all_fields}
    for name, value in raw.items():
        field = fields.get(name)
        if field is None:
            errors.append(CellError("这种记录没有这一栏", column=name, value=_short(value)))
            continue
        try:
            found[name] = values.parse(field, value, known[name])
        except ValueError as error:
            errors.append(CellError(str(error), column=field.label, value=_short(value)))
    return found, errors


def stored(kind: RecordKind, record: EntryRecord) -> dict[str, Any]:
    """What a record says, by attribute name, without its day."""
    return {
        column.attname: getattr(record, column.attname)
        for name, column in columns(kind).items()
        if name != DAY
    }


def by_attribute(kind: RecordKind, found: Mapping[str, Any]) -> dict[str, Any]:
    """Typed values by attribute name: a related row becomes its key."""
    known = columns(kind)
    return {known[name].attname: getattr(value, "pk", value) for name, value in found.items() if name != DAY}


def derived(kind: RecordKind, entry: Entry, values: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a record that nobody types in, by attribute name."""
    return by_attribute(kind, kind.derive(entry, values)) if kind.derive is not None else {}


def _short(value: Any) -> str | None:
    return None if value is None else str(value)[:80]
