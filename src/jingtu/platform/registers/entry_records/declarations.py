"""What kinds of records the entries of a register carry, and what each records."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from jingtu.errors import CellError, NotFoundError
from jingtu.platform.registers import declarations
from jingtu.platform.registers.declarations import Field, Register
from jingtu.platform.registers.models import Entry, EntryRecord

DAY = "on"


@dataclass(frozen=True, slots=True)
class RecordKind:
    """One kind of record: its columns, who enters it, and what makes two of them the same.

    Parameters
    ----------
    id : str
        Stable, unique among all kinds; stands in addresses and in the ledger.
    register : str
        The register whose entries carry it.
    model : type of EntryRecord
        The table. Every record also has the day it speaks of, ``on``, called ``on_label``.
    fields : tuple of Field
        Its columns beside that day.
    permission : str
        Who adds, corrects and withdraws; whoever reads an entry reads its records.
    key : tuple of str
        Field ids, ``"on"`` among them where the day counts: no two believed records of an entry agree in
        all of them. A table that is imported again meets its rows by this key. Empty: every one is its own.
    check : callable, optional
        ``check(entry, values)`` gives what is wrong with typed values (``"on"`` among them; ``"corrects"``: the
        record that they replace, ``None`` for a new one).
    states : tuple of str, optional
        States of the entry in which a record of that day may be entered; ``None``: in all.
    derive : callable, optional
        ``derive(entry, values)`` gives the columns that nobody types in (a verdict with its limit), by field id.
    derived : tuple of Field
        Those of them that are shown beside the fields; no form and no import asks for them.
    summary : callable, optional
        One line that tells the record apart in a list or a question.
    """

    id: str
    label: str
    register: str
    model: type[EntryRecord]
    fields: tuple[Field, ...]
    permission: str
    key: tuple[str, ...] = ()
    evidence_required: bool = False
    check: Callable[[Entry, Mapping[str, Any]], list[CellError] | None] | None = None
    derive: Callable[[Entry, Mapping[str, Any]], Mapping[str, Any]] | None = None
    derived: tuple[Field, ...] = ()
    states: tuple[str, ...] | None = None
    unit: str = "条"
    summary: Callable[[Any], str] | None = None
    on_label: str = "日期"
    on_synonyms: tuple[str, ...] = ()

    def field(self, field_id: str) -> Field:
        for item in (*self.fields, *self.derived):
            if item.id == field_id:
                return item
        raise LookupError(f"no field {field_id}")

    @property
    def day(self) -> Field:
        """The day that a record speaks of, as a field."""
        return Field(DAY, self.on_label, "date", required=True, synonyms=self.on_synonyms)

    @property
    def all_fields(self) -> tuple[Field, ...]:
        """The day, then the columns."""
        return (self.day, *self.fields)


_kinds: dict[str, RecordKind] = {}


def declare_records(kind: RecordKind) -> RecordKind:
    """Declare a kind of record; the same id twice is a programming error."""
    if kind.id in _kinds and _kinds[kind.id] is not kind:
        raise ValueError(f"records {kind.id} are declared twice")
    columns = {column.name for column in kind.model._meta.get_fields()}
    missing = [item.id for item in (*kind.fields, *kind.derived) if item.id not in columns]
    missing += [name for name in kind.key if name != DAY and name not in {item.id for item in kind.fields}]
    if missing:
        raise ValueError(f"records {kind.id}: no such columns {missing}")
    _kinds[kind.id] = kind
    return kind


def kind_of(kind_id: str) -> RecordKind:
    """The declared kind; raises ``LookupError``."""
    try:
        return _kinds[kind_id]
    except KeyError:
        raise LookupError(f"no records {kind_id}") from None


def kinds_of(register_id: str) -> list[RecordKind]:
    """The kinds of records that entries of a register carry, in order of declaration."""
    return [kind for kind in _kinds.values() if kind.register == register_id]


def all_kinds() -> list[RecordKind]:
    """All declared kinds, in order of declaration."""
    return list(_kinds.values())


def asked(register: Register, kind_id: str) -> RecordKind:
    """The kind that an address names; raises ``NotFoundError``."""
    for kind in kinds_of(register.id):
        if kind.id == kind_id:
            return kind
    raise NotFoundError("本清单没有这一种记录。", register=register.id, kind=kind_id)


def register_of(kind: RecordKind) -> Register:
    """The register whose entries carry the records."""
    return declarations.get(kind.register)
