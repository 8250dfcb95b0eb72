"""Unit notes in running text: which brackets and labelled lines name units."""

from __future__ import annotations

import re
from dataclasses import dataclass

from jingtu.knowledge.plantext.model import Span
from jingtu.knowledge.plantext.piece import Piece
from jingtu.knowledge.plantext.structure.clauses import (
    Clause,
    has_role_word,
    is_bare_note,
    is_unit_note,
    read_clause,
)

_OPEN = "（(〔【["
_CLOSE = "）)〕】]〉"
_LABEL_LINE = re.compile(
    r"[\s]*(?:[（(〔【]\s*)?(?:市级|县级|区级|省级)?(?:牵头|责任|配合|主办|协办|参与|参加|主责|负责|落实|实施|承办)(?:责任)?(?:单位|部门|主体)"
    r"(?:[（(][^（）()]{1,20}[）)])?\s*[：:]"
)
_TRAILING_LABEL = re.compile("(?P<mark>[。；;！])(?=" + _LABEL_LINE.pattern + ")")
_DUE_LINE = re.compile(r"\s*(?:完成|办结|时限|时间|实施|进度)?(?:时限|时间|期限|节点|要求|安排)\s*[：:]")
_CLAUSE_END = "。；;！"
_LONGEST = 900


@dataclass(slots=True)
class Note:
    """One unit note at ``text[start:end]`` of a paragraph, brackets included."""

    start: int
    end: int
    clause: Clause
    inner: Piece


def find_notes(source: str, span: Span) -> list[Note]:
    """The unit notes of one paragraph in reading order.

    Examples
    --------
    >>> text = "开展排查（含关停）工作。（县气象局牵头，县民政局参与〉"
    >>> [(note.start, note.end) for note in find_notes(text, (0, len(text)))]
    [(12, 27)]
    """
    start, end = span
    text = source[start:end]
    notes: list[Note] = []
    if _DUE_LINE.match(text):
        # A line of its own that only says until when: no part of the task's words.
        clause = read_clause(text.rstrip("。；;"))
        if clause.due and not clause.mentions():
            return [Note(0, len(text), clause, Piece(source, [span]))]
    label = _LABEL_LINE.match(text) if len(text) <= _LONGEST else None
    if label:
        body_start, body_end = 0, len(text.rstrip())
        if text[:1] in _OPEN:
            body_start += 1
            if text[body_end - 1 : body_end] in _CLOSE:
                body_end -= 1
        clause = read_clause(text[body_start:body_end].rstrip("。；;"))
        if clause.mentions():
            return [Note(0, len(text), clause, Piece(source, [(start + body_start, start + body_end)]))]
    if not has_role_word(text):
        bare = _bare_note(source, span)
        return [bare] if bare else []
    trailing = _trailing_label(text)
    if trailing is not None:
        at, clause = trailing
        notes = find_notes(source, (start, start + at))
        notes.append(Note(at, len(text), clause, Piece(source, [(start + at, end)])))
        return notes
    for opened, closed in _brackets(text):
        if notes and opened < notes[-1].end:
            continue
        inside = text[opened + 1 : closed]
        if len(inside) > _LONGEST or not _stands_at_end(text, opened, closed):
            continue
        found = is_unit_note(inside)
        if found is not None:
            notes.append(
                Note(
                    opened,
                    min(closed + 1, len(text)),
                    found,
                    Piece(source, [(start + opened + 1, start + closed)]),
                )
            )
    return notes


def _bare_note(source: str, span: Span) -> Note | None:
    """…开展培训。（县农业局、县民政局）: units and no word of what they do."""
    text = source[span[0] : span[1]].rstrip("。；; \n")
    opened = max(text.rfind(mark, len(text) - 300 if len(text) > 300 else 0) for mark in _OPEN)
    if not text or text[-1] not in _CLOSE or opened < 1 or text[:opened].rstrip()[-1:] not in _CLAUSE_END:
        return None
    clause = is_bare_note(text[opened + 1 : -1])
    if clause is None:
        return None
    inner = Piece(source, [(span[0] + opened + 1, span[0] + len(text) - 1)])
    return Note(opened, len(text), clause, inner)


def _trailing_label(text: str) -> tuple[int, Clause] | None:
    """A label without brackets behind the last sentence: …完成评估。责任单位：…"""
    match = _TRAILING_LABEL.search(text, max(len(text) - _LONGEST, 0))
    if match is None:
        return None
    clause = read_clause(text[match.end("mark") :].rstrip("。；; "))
    good = clause.mentions() and not clause.unread
    at = match.end("mark")
    if not good:
        return None
    shift = len(text[at:]) - len(text[at:].lstrip())
    return (at + shift, read_clause(text[at + shift :].rstrip("。；; "))) if shift else (at, clause)


def _brackets(text: str) -> list[tuple[int, int]]:
    """Pairs of brackets by their order, whatever their shapes; the last may never be closed."""
    stack: list[int] = []
    pairs: list[tuple[int, int]] = []
    for index, char in enumerate(text):
        if char in _OPEN:
            stack.append(index)
        elif char in _CLOSE and stack:
            pairs.append((stack.pop(), index))
    if stack and len(text) - stack[0] <= _LONGEST:
        pairs.append((stack[0], len(text)))
    return sorted(pairs)


def _stands_at_end(text: str, opened: int, closed: int) -> bool:
    """A note stands behind a clause: after a full stop, or before one, or at the paragraph's end."""
    before = text[:opened].rstrip()[-1:]
    after = text[closed + 1 :].lstrip()[:1]
    return not after or not before or before in _CLAUSE_END or after in _CLAUSE_END


def without_notes(span: Span, notes: list[Note]) -> list[Span]:
    """The paragraph's spans without its notes."""
    spans: list[Span] = []
    position = span[0]
    for note in notes:
        spans.append((position, span[0] + note.start))
        position = span[0] + note.end
    spans.append((position, span[1]))
    return [(start, end) for start, end in spans if end > start]
