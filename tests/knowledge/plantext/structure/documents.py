"""Documents of a few lines, and what was read of them in short."""

from __future__ import annotations

from jingtu.knowledge.plantext.model import Plan, Unit
from jingtu.knowledge.plantext.sources import Paragraph, SourceDocument


def prose(text: str) -> SourceDocument:
    """A document whose paragraphs are whole."""
    return SourceDocument(
        "docx", [Paragraph(line.strip()) for line in text.strip().split("\n") if line.strip()]
    )


def lines(text: str) -> SourceDocument:
    """A document whose paragraphs were broken at the end of the line."""
    return SourceDocument("txt", [Paragraph(line, hard_wrapped=True) for line in text.split("\n")])


def names(units: list[Unit]) -> list[str]:
    return [unit.expanded for unit in units]


def keys(plan: Plan) -> list[tuple[str | None, str | None, str]]:
    return [(task.number, task.section, task.title) for task in plan.tasks]
