"""Tasks in running text: numbered items and paragraphs that end with a unit note."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from jingtu.knowledge.plantext.model import Span
from jingtu.knowledge.plantext.normalise import NormalText
from jingtu.knowledge.plantext.piece import Piece
from jingtu.knowledge.plantext.structure.clauses import RESPONSIBLE, read_clause
from jingtu.knowledge.plantext.structure.drafts import Draft, DraftClause
from jingtu.knowledge.plantext.structure.names import is_unit
from jingtu.knowledge.plantext.structure.notes import Note, find_notes, without_notes
from jingtu.knowledge.plantext.structure.outline import (
    CHAPTER,
    HAN,
    HAN_PAREN,
    NUMBER,
    Section,
    first_sentence_end,
    heading_text,
)
from jingtu.knowledge.plantext.structure.spans import joined

_NO_TASKS = re.compile(
    r"总体|指导思想|原则|目标|指标|保障|组织领导|工作要求|有关要求|考核|附则|基本情况|形势|背景|适用范围|实施范围|编制|防控重点|重点(?:区域|行业|领域|污染物)$"
)
_TASKS = re.compile(r"任务|措施|举措|行动|工程|重点|内容|工作")
_ENUMERATION = re.compile(r"一是|首先|第一，|一要")
# 推进项目（10月底前完成）: the bracket says until when
_DATED_TITLE = re.compile(
    r"[（(](?P<day>[^（）()]{0,24}(?:[年月日]|季度|全年|长期|持续)[^（）()]{0,10})[）)]$"
)
_COUNTED = re.compile(r"(?:任务|事项|问题|措施)(?P<number>\d{1,3}|[一二三四五六七八九十]{1,3})[：:、.．]\s*")
_SHORT_TITLE = 40
_SENTENCE = 12
_SENTENCE_MARKS = "。；，：！？"


@dataclass(slots=True)
class _Noted:
    """The notes of one section's own text, paragraph by paragraph."""

    paragraphs: list[tuple[Span, list[Note]]] = field(default_factory=list)

    @property
    def any(self) -> bool:
        return any(notes for _, notes in self.paragraphs)


class ProseReader:
    """Finds the tasks of a section tree.

    Parameters
    ----------
    normal : NormalText
    root : Section
        From :func:`build_outline`.
    """

    def __init__(self, normal: NormalText, root: Section) -> None:
        self._normal = normal
        self._root = root
        self._noted: dict[int, _Noted] = {}
        self._below: dict[int, bool] = {}
        for section in root.walk():
            noted = _Noted()
            for span in section.body:
                noted.paragraphs.append((span, find_notes(normal.text, span)))
            self._noted[id(section)] = noted
        for section in reversed(list(root.walk())):
            self._below[id(section)] = self._noted[id(section)].any or any(
                self._below[id(child)] for child in section.children
            )
        self._covering = self._notes_cover_sections()
        self._mostly = self._most_items_have_notes()

    def has_notes(self) -> bool:
        """Whether any unit note stands in the prose."""
        return self._below[id(self._root)]

    def tasks(self) -> list[Draft]:
        """All tasks that the notes mark, and items between them that lack a note."""
        drafts: list[Draft] = []
        self._visit(self._root, drafts)
        return drafts

    def tasks_without_notes(self) -> list[Draft]:
        """Items under headings that speak of tasks, for a plan that names no units in notes."""
        drafts: list[Draft] = []
        for top in self._root.walk():
            if top.rank not in {CHAPTER, HAN} or top.parent is None:
                continue
            title = self._title(top)
            if _NO_TASKS.search(title) or not _TASKS.search(title):
                continue
            for section in top.walk():
                leaf = section is not top and not section.children and section.rank >= HAN_PAREN
                # An item may be one sentence, without a title and a text apart.
                if leaf and (section.body or len(self._title(section)) >= _SENTENCE):
                    drafts.append(self._draft(section, [section], confidence=0.5))
                    if (unit := self._unit_title(section)) is not None:
                        drafts[-1].clauses.append(unit)
        return drafts

    def _unit_title(self, section: Section) -> DraftClause | None:
        """The units that are themselves the title: （一）县水利局：负责取水许可."""
        span = (section.title_start, section.title_end)
        clause = read_clause(self._normal.text[slice(*span)], RESPONSIBLE)
        names = clause.mentions()
        if not section.inline or clause.unread or not names or not all(is_unit(name.raw) for name in names):
            return None
        return DraftClause(clause, Piece(self._normal.text, [span]), [span])

    def _notes_cover_sections(self) -> bool:
        """Whether in this document only the last item of each （一） has a note, for all of them."""
        covered = apart = 0
        for section in self._root.walk():
            if section.rank != HAN_PAREN or len(section.children) < 2 or self._noted[id(section)].any:
                continue
            below = [self._below[id(child)] for child in section.children]
            if not any(below):
                continue
            if below[-1] and not any(below[:-1]):
                covered += 1
            else:
                apart += 1
        return covered >= 2 and apart == 0

    def _most_items_have_notes(self) -> bool:
        """Whether in this document an item without a note is the exception, wherever it stands."""
        noted = bare = 0
        for section in self._root.walk():
            if section.rank != NUMBER or section.parent is None or not self._below[id(section.parent)]:
                continue
            if self._below[id(section)]:
                noted += 1
            else:
                bare += 1
        return noted >= 3 and noted >= 3 * bare

    def _notes_come_first(self, section: Section, below: list[bool]) -> bool:
        """Whether who and until when stand right under the heading, and what to do behind them."""
        paragraphs = self._noted[id(section)].paragraphs
        first = next((i for i, (span, notes) in enumerate(paragraphs) if not _only_note(span, notes)), None)
        if section.inline or first == 0 or any(below):
            return False
        rest = [] if first is None else paragraphs[first:]
        return not any(notes for _, notes in rest) and bool(rest or section.children)

    def _visit(self, section: Section, drafts: list[Draft]) -> None:
        if not self._below[id(section)]:
            return
        noted = self._noted[id(section)]
        below = [self._below[id(child)] for child in section.children]
        only_last = len(below) > 1 and below[-1] and not any(below[:-1])
        numbered = section.rank >= NUMBER
        if not noted.any and only_last and (numbered or (section.rank == HAN_PAREN and self._covering)):
            drafts.append(self._draft(section, list(section.walk())))
            return
        if noted.any:
            if self._notes_come_first(section, below):
                drafts.append(self._draft(section, list(section.walk())))
                return
            if section.inline and not numbered and section.children and not any(below):
                drafts.extend(self._tasks_below(section))
                return
            if numbered and not any(below):
                drafts.append(self._draft(section, list(section.walk())))
                return
            if numbered or section.inline:
                drafts.append(self._draft(section, [section]))
            else:
                drafts.extend(self._paragraph_tasks(section))
        leaves = [child for child in section.children if child.rank >= HAN_PAREN]
        enough = sum(self._below[id(child)] for child in leaves) * 2 > len(leaves)
        for child in section.children:
            if self._below[id(child)]:
                self._visit(child, drafts)
            elif (
                (enough or (self._mostly and child.rank == NUMBER))
                and child.rank >= HAN_PAREN
                and child.body
                and not child.children
                and not _NO_TASKS.search(self._title(child))
            ):
                drafts.append(self._draft(child, [child], confidence=0.7))

    def _tasks_below(self, section: Section) -> list[Draft]:
        """Items under a heading whose bracket says who does all of them."""
        own = self._draft(section, [section])
        note_only = all(_only_note(span, notes) for span, notes in self._noted[id(section)].paragraphs)
        items = [child for child in section.children if child.rank >= NUMBER]
        if not note_only or len(items) < len(section.children):
            return [self._draft(section, list(section.walk()))]
        drafts = [self._draft(item, list(item.walk())) for item in items]
        for draft in drafts:
            draft.clauses = own.clauses
        return drafts

    def _title(self, section: Section) -> str:
        return self._normal.text[section.title_start : section.title_end].strip()

    def _number(self, section: Section) -> str | None:
        if section.rank < HAN_PAREN or not section.number:
            return section.number or None
        if section.rank > NUMBER and section.parent is not None and section.parent.rank >= NUMBER:
            return (self._number(section.parent) or "") + section.number
        return section.number

    def _section_of(self, section: Section) -> str | None:
        limit = HAN_PAREN if section.rank >= NUMBER else section.rank - 1
        above = section.above(limit)
        while above is not None and above.rank < CHAPTER:
            above = None
        if above is None:
            return None
        return heading_text(self._normal, above)

    def _draft(self, section: Section, parts: list[Section], confidence: float = 1.0) -> Draft:
        """One task of a heading with all the text of ``parts``."""
        spans: list[Span] = [(section.start, section.title_end)]
        text: list[Span] = []
        clauses: list[DraftClause] = []
        for part in parts:
            if part is not section:
                # With the colon or stop behind it, that its words do not run into the next.
                end = part.body[0][0] if part.inline and part.body else part.title_end
                text.append((part.start, end))
                spans.append((part.start, end))
            for span, notes in self._noted[id(part)].paragraphs:
                text += without_notes(span, notes)
                spans.append(span)
                clauses += [_clause_of(span, note) for note in notes]
        title = self._title(section).rstrip("。：:；;")
        due: Piece | None = None
        if dated := _DATED_TITLE.search(title):
            due = Piece(
                self._normal.text,
                [(section.title_start + dated.start("day"), section.title_start + dated.end("day"))],
            )
            title = title[: dated.start()]
        if not any(end > start for start, end in text):
            text = [(section.title_start, section.title_end)]
        return Draft(
            self._number(section),
            self._section_of(section),
            title,
            Piece(self._normal.text, text),
            joined(spans, self._normal.text),
            clauses,
            due=due,
            confidence=confidence,
            section_key=section.parent.start if section.parent else 0,
        )

    def _paragraph_tasks(self, section: Section) -> list[Draft]:
        """Untitled paragraphs under a heading, each closed by its note; one alone takes the heading."""
        groups: list[list[tuple[Span, list[Note]]]] = []
        pending: list[tuple[Span, list[Note]]] = []
        for span, notes in self._noted[id(section)].paragraphs:
            alone = bool(notes) and not pending and groups and _only_note(span, notes)
            if alone:
                groups[-1].append((span, notes))
                continue
            pending.append((span, notes))
            if notes:
                groups.append(pending)
                pending = []
        # What is left in pending are closing words without a note: they belong to nobody.
        single = len(groups) == 1 and section.rank >= CHAPTER
        return [self._paragraph_task(section, group, single=single) for group in groups]

    def _paragraph_task(
        self, section: Section, group: list[tuple[Span, list[Note]]], *, single: bool
    ) -> Draft:
        source = self._normal.text
        first = group[0][0]
        words = source[first[0] : first[1]]
        counted = _COUNTED.match(words)
        if counted and len(words) > counted.end():
            words = words[counted.end() :]
        confidence = 1.0
        body = group
        spans = [span for span, _ in group]
        told = any(not _only_note(span, notes) for span, notes in group[1:])
        if told and not group[0][1] and _is_title_line(words):
            title = words.rstrip("。：:")
            body = group[1:]
        else:
            sentence = words[: first_sentence_end(words, 0)]
            short = (
                len(sentence) <= 30
                and "，" not in sentence
                and len(sentence) < len(words) - 2
                and not _ENUMERATION.match(sentence)
            )
            if single and not short:
                title = self._title(section).rstrip("。：:")
                spans = [(section.start, section.title_end), *spans]
            else:
                title = sentence.rstrip("。；：")
                confidence = 0.9
        text: list[Span] = []
        clauses: list[DraftClause] = []
        for span, notes in body:
            text += without_notes(span, notes)
            clauses += [_clause_of(span, note) for note in notes]
        shown = heading_text(self._normal, section) if section.rank >= CHAPTER else None
        return Draft(
            counted["number"] if counted else None,
            shown,
            title,
            Piece(source, text),
            joined(spans, source),
            clauses,
            confidence=confidence,
            section_key=section.start,
        )


def _is_title_line(words: str) -> bool:
    return len(words) <= _SHORT_TITLE and not any(mark in words.rstrip("。：") for mark in _SENTENCE_MARKS)


def _only_note(span: Span, notes: list[Note]) -> bool:
    length = span[1] - span[0]
    return bool(notes) and sum(note.end - note.start for note in notes) >= length - 2


def _clause_of(span: Span, note: Note) -> DraftClause:
    return DraftClause(note.clause, note.inner, [(span[0] + note.start, span[0] + note.end)])
