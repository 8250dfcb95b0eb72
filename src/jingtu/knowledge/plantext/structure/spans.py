"""Spans of the normalised text."""

from __future__ import annotations

from jingtu.knowledge.plantext.model import Span


def joined(spans: list[Span], source: str) -> list[Span]:
    """Spans with neighbours joined where only a line end parts them."""
    made: list[Span] = []
    for start, end in sorted(spans):
        if made and (start <= made[-1][1] or not source[made[-1][1] : start].strip("。：: \n")):
            made[-1] = (made[-1][0], max(end, made[-1][1]))
        else:
            made.append((start, end))
    return made
