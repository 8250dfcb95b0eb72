"""What an import would do: rows that are added or change, and everything that keeps it from being applied."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from django.core.serializers.json import DjangoJSONEncoder

from jingtu.errors import CellError
from jingtu.platform.registers.declarations import Register
from jingtu.platform.registers.exchange.bodies import Skipped
from jingtu.platform.registers.exchange.enterprises import Enterprises
from jingtu.platform.registers.exchange.matching import Doubt
from jingtu.platform.registers.exchange.questions import Question
from jingtu.platform.registers.exchange.shapes import NAME
from jingtu.platform.registers.models import Entry, Version

Kind = Literal["added", "changed", "unchanged"]
_MOST_TOLD = 1000


@dataclass(frozen=True, slots=True)
class Change:
    """One cell that becomes different, in words."""

    label: str
    old: str
    new: str
    before: str = field(default="", compare=False)
    after: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        """``before`` and ``after`` are for reading, with units; without them the values themselves are."""
        if not self.before and not self.after:
            object.__setattr__(self, "before", self.old)
            object.__setattr__(self, "after", self.new)


@dataclass(slots=True)
class Row:
    """One row of the table as it would be applied."""

    number: int
    kind: Kind
    code: str
    header: dict[str, Any]
    facts: dict[str, Any]
    entry: Entry | None = None
    version: Version | None = None
    changes: list[Change] = field(default_factory=list)
    stages: list[tuple[date, str]] = field(default_factory=list)
    new_code: str | None = None
    sheet: str | None = None

    @property
    def name(self) -> str:
        return str(self.header.get(NAME, ""))


@dataclass(slots=True)
class Diff:
    """What an import would do on a day; with errors, open questions or doubts nothing of it can be applied.

    ``sheets``: those that were read. ``skipped``: rows that are no data. ``questions`` concern a column or the
    table, ``doubts`` one row each. ``enterprises``: organisations and plants that would be entered with it.
    """

    register: Register
    on: date
    file: str
    sheet: str | None
    rows: list[Row] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    sheets: list[str] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    enterprises: Enterprises | None = None
    has_states: bool = True
    states_said: str = ""

    @property
    def open_doubts(self) -> list[Doubt]:
        return [item for item in self.doubts if not item.chosen]

    @property
    def blocked(self) -> bool:
        """Whether something keeps it from being applied."""
        return bool(self.errors or self.questions or self.open_doubts)

    def obstacles(self) -> list[CellError]:
        """All that keeps it from being applied, with its place."""
        doubts = [
            CellError(
                f"可能是已有条目“{item.candidates[0].name}”（{item.candidates[0].why}），请指明是已有条目还是新条目",
                self.file, item.sheet, item.number, self.register.name_label, item.name,
            )
            for item in self.open_doubts
        ]  # fmt: skip
        return [*self.errors, *(item.error(self.file) for item in self.questions), *doubts]

    def count(self, kind: Kind) -> int:
        return sum(row.kind == kind for row in self.rows)

    def to_json(self) -> dict[str, Any]:
        """The document of ``jingtu register import``."""
        return {
            "added": self.count("added"),
            "changed": self.count("changed"),
            "unchanged": self.count("unchanged"),
            "errors": [error.to_json() for error in self.errors],
            "questions": [item.to_json() for item in self.questions],
            "doubts": [item.to_json() for item in self.doubts],
            "sheets": self.sheets,
            "ignored_columns": self.ignored,
            "skipped_rows": [
                {"sheet": item.sheet, "row": item.number, "text": item.text, "reason": item.reason}
                for item in self.skipped[:_MOST_TOLD]
            ],
            "new_organisations": self.enterprises.organisations if self.enterprises else 0,
            "new_facilities": self.enterprises.facilities if self.enterprises else 0,
            "changes": [
                {
                    "sheet": row.sheet, "row": row.number, "code": row.code, "name": row.name,
                    "entry": str(row.entry.uid) if row.entry else None,
                    "fields": [{"label": item.label, "old": item.old, "new": item.new} for item in row.changes],
                }
                for row in [row for row in self.rows if row.kind == "changed"][:_MOST_TOLD]
            ],
            "fingerprint": self.fingerprint(),
        }  # fmt: skip

    def fingerprint(self) -> str:
        """Hash of what would be written: a diff confirmed later must still be the one that was shown."""
        personal = {item.id for item in self.register.fields if item.personal}
        content = [
            [
                row.kind,
                row.code,
                str(row.entry.uid) if row.entry else None,
                row.header,
                row.stages,
                {key: value for key, value in row.facts.items() if key not in personal},
            ]
            for row in self.rows
            if row.kind != "unchanged"
        ]
        text = json.dumps(content, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()
