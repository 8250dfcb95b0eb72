"""Readers of plan documents: one file in, a :class:`SourceDocument` out, or one clear message."""

from jingtu.knowledge.plantext.sources.model import Block, Cell, Paragraph, SourceDocument, TableBlock

__all__ = ["Block", "Cell", "Paragraph", "SourceDocument", "TableBlock"]
