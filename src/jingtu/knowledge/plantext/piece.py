"""A piece of a normalised text that may have gaps, and still knows where each character stands.

A sentence of a flattened table is interrupted by a page break and a repeated header; the rules want
to read it whole, the reader of the result wants the exact spans. ``Piece`` serves both.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from jingtu.knowledge.plantext.model import Span


class Piece:
    """Text made of consecutive spans of a larger text.

    Parameters
    ----------
    source : str
        The whole normalised text.
    spans : sequence of (start, end)
        Half-open character spans of ``source`` in reading order, not overlapping.

    Examples
    --------
    >>> piece = Piece("6月底前|页眉|完成入库", [(0, 4), (8, 12)])
    >>> piece.text
    '6月底前完成入库'
    >>> piece.spans(3, 7)
    [(3, 4), (8, 11)]
    """

    __slots__ = ("_parts", "_starts", "source", "text")

    def __init__(self, source: str, spans: Sequence[Span]) -> None:
        self.source = source
        self._parts = [(start, end) for start, end in spans if end > start]
        self._starts: list[int] = []
        position = 0
        for start, end in self._parts:
            self._starts.append(position)
            position += end - start
        self.text = "".join(source[start:end] for start, end in self._parts)

    def __len__(self) -> int:
        return len(self.text)

    def spans(self, start: int = 0, end: int | None = None) -> list[Span]:
        """Spans of the source that ``text[start:end]`` covers; adjacent spans are joined."""
        end = len(self.text) if end is None else end
        found: list[Span] = []
        if start >= end:
            return found
        index = max(bisect_right(self._starts, start) - 1, 0)
        while index < len(self._parts) and self._starts[index] < end:
            part_start, part_end = self._parts[index]
            offset = self._starts[index]
            low = part_start + max(start - offset, 0)
            high = min(part_end, part_start + end - offset)
            if low < high:
                if found and found[-1][1] == low:
                    found[-1] = (found[-1][0], high)
                else:
                    found.append((low, high))
            index += 1
        return found

    def slice(self, start: int, end: int | None = None) -> Piece:
        """The piece ``text[start:end]`` of the same source."""
        return Piece(self.source, self.spans(start, end))
