"""Where a document states its targets: the paragraphs and the table rows to be read for them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from jingtu.knowledge.plantext.model import Span, Target
from jingtu.knowledge.plantext.normalise import NormalText
from jingtu.knowledge.plantext.piece import Piece
from jingtu.knowledge.plantext.sentences import Context, read_notes, read_target_row, read_targets
from jingtu.knowledge.plantext.structure.outline import CHAPTER, HAN, Section
from jingtu.knowledge.plantext.structure.tables import ReadTable, cell_span, is_note_row, section_words

_TARGETS = re.compile(r"目标|指标")
_NOT_TARGETS = re.compile(r"责任|考核|保障|任务清单")
_TASKS = re.compile(r"任务|措施|举措")
_YEAR = re.compile(r"(?:19|20)\d\d(?=年)")
_MARKED = re.compile(r"[①-⑳]")


def prose_targets(normal: NormalText, root: Section, context: Context, first_task: int) -> list[Target]:
    """Targets of the sections that speak of targets; without such sections, of what precedes the tasks."""
    limit = max(first_task, 1)
    named: list[Section] = []
    general: list[Section] = []
    for section in root.walk():
        if section.parent is None or section.rank < CHAPTER or section.start >= limit:
            continue
        if any(_is_above(top, section) for top in (*named[-1:], *general[-1:])):
            continue
        title = normal.text[section.title_start : section.title_end]
        if _TARGETS.search(title) and not _NOT_TARGETS.search(title) and len(title) <= 30:
            named.append(section)
        elif section.rank <= HAN and not _TASKS.search(title):
            general.append(section)
    targets: list[Target] = []
    for top in named or general:
        for section in top.walk():
            spans = list(section.body)
            if section is not top and not spans:
                spans = [(section.title_start, section.title_end)]
            for span in spans:
                if span[1] <= limit:
                    targets += read_targets(Piece(normal.text, [span]), context)
    return targets


def _is_above(top: Section, section: Section) -> bool:
    parent = section.parent
    while parent is not None and parent is not top:
        parent = parent.parent
    return parent is top


def notes_of(normal: NormalText, tables: list[ReadTable]) -> dict[str, str]:
    """Definitions under target tables by their mark."""
    notes: dict[str, str] = {}
    for table in tables:
        if table.kind != "target":
            continue
        for row in table.rows:
            if is_note_row(normal, row):
                span = next(found for place in row if (found := cell_span(place)))
                notes.update(read_notes(Piece(normal.text, [span])))
        after: list[Span] = [
            (block.start, block.end)
            for block in normal.paragraphs()
            if table.end <= block.start < table.end + 2_000
        ][:6]
        for span in after:
            if _MARKED.search(normal.text[span[0] : span[0] + 8]):
                for mark, words in read_notes(Piece(normal.text, [span])).items():
                    notes.setdefault(mark, words)
    return notes


def table_targets(normal: NormalText, tables: list[ReadTable], context: Context) -> Iterator[Target]:
    """Targets of the target tables, row by row."""
    for table in tables:
        if table.kind != "target":
            continue
        names = table.columns("indicator") or table.columns("title", "item", "text")
        values = table.columns("value")
        scopes = table.columns("group") if not names else []
        if not names or not values:
            continue
        above: Span | None = None
        year = _YEAR.match(table.titles[values[-1]])
        stated = date(int(year[0]), 12, 31) if year else None
        for row in table.rows:
            if section_words(normal, row) is not None or is_note_row(normal, row):
                continue
            # A text file does not show that a cell spans rows: the name above holds.
            name = above = cell_span(row[names[-1]]) or above
            value = cell_span(row[values[-1]])
            if name is None or value is None:
                continue
            place = row[scopes[0]].cell if scopes else None
            scope = normal.of(place) if place is not None else None
            for target in read_target_row(
                Piece(normal.text, [name]), Piece(normal.text, [value]), context, scope
            ):
                target.due = stated or target.due
                yield target


def merge_targets(prose: list[Target], rows: list[Target]) -> list[Target]:
    """Prose targets first; a row that repeats one adds its spans and its definition."""
    merged = list(prose)
    known: dict[str, list[Target]] = defaultdict(list)
    for target in merged:
        for key in {target.indicator, target.indicator_id or target.indicator}:
            known[key].append(target)
    for target in rows:
        keys = {target.indicator, target.indicator_id or target.indicator}
        twin = next(
            (other for key in sorted(keys) for other in known[key][:50] if _same(other, target)), None
        )
        if twin is None:
            merged.append(target)
            for key in keys:
                known[key].append(target)
            continue
        twin.spans = sorted({*twin.spans, *target.spans})
        twin.definition = twin.definition or target.definition
        twin.scope = twin.scope or target.scope
    return merged


def _same(left: Target, right: Target) -> bool:
    named = left.indicator == right.indicator or (
        left.indicator_id is not None and left.indicator_id == right.indicator_id
    )
    if not named or left.comparator != right.comparator or left.unit != right.unit:
        return False
    return left.value == right.value and (
        left.scope == right.scope or right.scope is None or left.scope is None
    )
