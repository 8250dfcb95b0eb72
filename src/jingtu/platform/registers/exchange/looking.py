"""An upload as it lies on the page of an import: what is said of it, what is remembered, what its columns are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from jingtu.errors import CellError
from jingtu.knowledge import marking
from jingtu.knowledge.sheets import Sheet, load
from jingtu.platform.regions.models import Region
from jingtu.platform.registers.declarations import Register
from jingtu.platform.registers.exchange import guessing, mappings, questions, reading
from jingtu.platform.registers.exchange.columns import BY_WORDS
from jingtu.platform.registers.exchange.guessing import Survey
from jingtu.platform.registers.exchange.questions import Question
from jingtu.platform.registers.exchange.said import Said
from jingtu.platform.registers.exchange.shapes import CODE
from jingtu.platform.registers.exchange.uploads import Upload
from jingtu.platform.registers.models import ColumnMapping
from jingtu.platform.registers.quantities import OFFERED, UNITS

_LETTER = re.compile(r"^([A-Z]{1,3})（")
ADVICE = "改正后重新上传；背景标色的单元格即有问题的内容"


@dataclass(slots=True)
class Look:
    """The sheets of an upload and what is known of them; ``survey`` is ``None`` where nothing can be told."""

    sheets: list[Sheet]
    said: Said
    survey: Survey | None
    plain: Survey | None
    memory: ColumnMapping | None
    explained: bool

    @property
    def unsure(self) -> bool:
        """Whether a column was told by content alone, and nobody has confirmed it yet."""
        return self.said.columns is None and self.survey is not None and self.survey.by_content

    @property
    def worth_remembering(self) -> bool:
        """Whether more was said than the headings say by themselves."""
        if self.memory is not None or self.plain is None or not self.explained:
            return False
        if self.said.answers:
            return True
        columns = self.said.columns or {}
        told = {item.heading: item.target if item.how == BY_WORDS else "" for item in self.plain.guesses}
        return any(columns.get(heading, target) != target for heading, target in told.items())


def look(register: Register, upload: Upload, region: Region) -> Look:
    """Open an upload: as explained, as remembered for its place, or as it looks.

    Raises
    ------
    InputError
        The file cannot be read.
    """
    with upload.path.open("rb") as stream:
        sheets = load(stream, upload.name, reading.LIMITS)
    explained = upload.said is not None
    said = Said.from_json(upload.said or {})
    plain = guessing.survey(register, sheets, replace(said, columns=None))
    if plain is None:
        return Look(sheets, said, None, None, None, explained)
    memory = mappings.remembered(register, region, plain.columns) if said.columns is None else None
    if memory is not None:
        said = replace(said, columns=dict(memory.columns), answers=dict(memory.answers) | dict(said.answers))
    survey = plain if said.columns is None else guessing.survey(register, sheets, said)
    return Look(sheets, said, survey, plain, memory, explained)


def choices_of(
    register: Register, heading: str, target: str, unit: str, said: Said, asked: Sequence[Question]
) -> list[tuple[str, str]]:
    """What may be said of a column beside its target: units where its heading names none, else what is asked."""
    for question in asked:
        if question.key == heading:
            return list(question.choices)
    if heading in said.answers and target == CODE:
        return list(questions.SERIAL_CHOICES)
    try:
        item = register.field(target)
    except LookupError:
        return []
    if item.kind in UNITS and (not unit or heading in said.answers):
        return [(word, word) for word in OFFERED[item.kind]]
    if heading in said.answers and item.kind in questions.CHOICES_OF_KIND:
        return list(questions.CHOICES_OF_KIND[item.kind])
    return []


@dataclass(frozen=True, slots=True)
class _Mark:
    error: CellError
    advice: str = ADVICE
    severity: Any = "error"
    blocks: bool = True

    @property
    def sheet(self) -> str | None:
        return self.error.sheet

    @property
    def row(self) -> int | None:
        return self.error.row

    @property
    def column(self) -> str | None:
        match = _LETTER.match(self.error.column or "")
        return match[1] if match else None

    @property
    def value(self) -> str | None:
        return self.error.value

    @property
    def message(self) -> str:
        return self.error.message


def marked_copy(path: Path, name: str, errors: Sequence[CellError]) -> bytes:
    """A table as a workbook with its bad cells marked, to be corrected and sent again."""
    with path.open("rb") as stream:
        sheets = load(stream, name, reading.LIMITS)
    return marking.mark(path.read_bytes(), [_Mark(item) for item in errors], name, sheets, reading.LIMITS)
