"""Unit notes in running text: which brackets and labelled lines name units."""

from __future__ import annotations

from dataclasses import dataclass

from jingtu.knowledge.plantext.gazetteer import role_words
from jingtu.knowledge.plantext.model import Span
from jingtu.knowledge.plantext.piece import Piece
from jingtu.knowledge.plantext.structure import clause_words as words
from jingtu.knowledge.plantext.structure.clauses import Clause, has_role_word, read_clause
from jingtu.knowledge.plantext.structure.note_clauses import is_bare_note, is_spoken_note, is_unit_note

_OPEN = "（(〔【["
_CLOSE = "）)〕】]〉"
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
    label = _label_line(text) if len(text) <= _LONGEST else None
    if label is not None:
        (body_start, body_end), clause = label
        return [Note(0, len(text), clause, Piece(source, [(start + body_start, start + body_end)]))]
    if not has_role_word(text):
        bare = _bare_note(source, span)
        return [bare] if bare else []
    trailing = _trailing_label(text) or _spoken(text)
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
    if not notes and (bare := _bare_note(source, span)):
        return [bare]
    return notes


def _label_line(text: str) -> tuple[Span, Clause] | None:
    """A line of its own that says who or until when: no part of the task's words."""
    label = words.label_line().match(text)
    if label is None:
        return None
    start, end = 0, len(text.rstrip())
    if text[:1] in _OPEN:
        start += 1
        if text[end - 1 : end] in _CLOSE:
            end -= 1
    clause = read_clause(text[start:end].rstrip("。；;"))
    if role_words("label")[label["label"]] == "due":
        return ((0, len(text)), clause) if clause.due and not clause.unread else None
    # 牵头：… is a label only where nothing but units follows; 牵头单位：… always is.
    sure = label["label"].endswith(("单位", "部门", "主体")) or not clause.unread
    return ((start, end), clause) if clause.mentions() and sure else None


def _spoken(text: str) -> tuple[int, Clause] | None:
    """Sentences at the end that say who does it: …完成改造。由县民政局牵头，县气象局配合。"""
    found: tuple[int, Clause] | None = None
    stop = len(text.rstrip("。；; "))
    at = stop
    while at > 0 and stop - at <= _LONGEST:
        at = _sentence_start(text, at - 1)
        if text[at] in _OPEN:
            break
        clause = is_spoken_note(text[at:stop])
        if clause is None:
            break
        found = at, clause
    return found


def _sentence_start(text: str, end: int) -> int:
    """Where the sentence begins that ends at ``end``; marks in brackets part nothing."""
    depth = 0
    for index in range(end - 1, max(end - _LONGEST, 0) - 1, -1):
        char = text[index]
        if char in _CLOSE:
            depth += 1
        elif char in _OPEN:
            depth -= 1
        elif depth <= 0 and (char in _CLAUSE_END or (char in "，," and text.startswith("由", index + 1))):
            return index + 1
    return 0


def _bare_note(source: str, span: Span) -> Note | None:
    """…开展培训。（县农业局、县民政局）: units and no word of what they do."""
    text = source[span[0] : span[1]].rstrip("。；; \n")
    opened = max(text.rfind(mark, len(text) - 300 if len(text) > 300 else 0) for mark in _OPEN)
    if not text or text[-1] not in _CLOSE or opened < 0 or not _behind_sentence(text, opened):
        return None
    clause = is_bare_note(text[opened + 1 : -1])
    if clause is None:
        return None
    inner = Piece(source, [(span[0] + opened + 1, span[0] + len(text) - 1)])
    return Note(opened, len(text), clause, inner)


def _behind_sentence(text: str, opened: int) -> bool:
    before = text[:opened].rstrip()[-1:]
    return not before or before in _CLAUSE_END


def _trailing_label(text: str) -> tuple[int, Clause] | None:
    """A label without brackets behind the last sentence: …完成评估。责任单位：…"""
    match = words.label_behind().search(text, max(len(text) - _LONGEST, 0))
    if match is None or _is_open(text, match.start()):
        return None
    clause = read_clause(text[match.end("mark") :].rstrip("。；; "))
    good = clause.mentions() and not clause.unread
    at = match.end("mark")
    if not good:
        return None
    shift = len(text[at:]) - len(text[at:].lstrip())
    return (at + shift, read_clause(text[at + shift :].rstrip("。；; "))) if shift else (at, clause)


def _is_open(text: str, at: int) -> bool:
    """Whether ``at`` stands inside a bracket that is closed behind it."""
    return any(opened < at < closed for opened, closed in _brackets(text))


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
