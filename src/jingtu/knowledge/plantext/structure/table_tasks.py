"""Tasks and form rows out of tables."""

from __future__ import annotations

import re
from dataclasses import dataclass

from jingtu.knowledge.plantext.model import Span
from jingtu.knowledge.plantext.normalise import NormalText
from jingtu.knowledge.plantext.piece import Piece
from jingtu.knowledge.plantext.structure.clauses import Clause, read_clause
from jingtu.knowledge.plantext.structure.drafts import Draft, DraftClause
from jingtu.knowledge.plantext.structure.headers import UNIT_ROLES
from jingtu.knowledge.plantext.structure.notes import find_notes, without_notes
from jingtu.knowledge.plantext.structure.outline import first_sentence_end
from jingtu.knowledge.plantext.structure.spans import joined
from jingtu.knowledge.plantext.structure.tables import Place, ReadTable, cell_span, is_note_row, section_words

_NUMBER = re.compile(r"(\d{1,3}(?:[.．-]\d{1,2})*)[.．、]?")
_ITEM = re.compile(r"\s*(\d{1,3})\s*[．.、]\s*(?=\D)")
_FIRST = re.compile(r"第一位|首位|排在?第一|排前")
_PLACEHOLDERS = {"", "/", "—", "-", "－", "——", "无", "\\"}


@dataclass(slots=True)
class FormDraft:
    """One row of a report form before its units are expanded."""

    group: str
    number: str
    item: str
    clause: DraftClause | None
    spans: list[Span]


def table_tasks(normal: NormalText, table: ReadTable) -> list[Draft]:
    """The tasks of a task table, one a row; rows that a spanning number covers belong together."""
    number_column = next(iter(table.columns("number")), None)
    title_columns = table.columns("title", "item", "indicator")
    text_columns = table.columns("text", "value")
    group_columns = table.columns("group")
    if not title_columns and not text_columns:
        title_columns, group_columns = group_columns, []
    if len(title_columns) > 1 and not text_columns:
        # The last of several task columns says what is to be done.
        title_columns, text_columns = title_columns[:-1], title_columns[-1:]
    drafts: list[Draft] = []
    section: str | None = None
    section_key = table.start
    for row in table.rows:
        words = section_words(normal, row)
        if words is not None:
            section, section_key = words, row[0].cell.start if row[0].cell else section_key
            continue
        if is_note_row(normal, row):
            continue
        number_place = row[number_column] if number_column is not None else None
        number = _number(normal, number_place)
        if drafts and _goes_on(row, number_place, number_column, number, table):
            _extend(normal, drafts[-1], row, table, text_columns)
            continue
        draft = _draft(normal, row, table, number, title_columns, text_columns)
        if draft is None:
            continue
        draft.section, draft.section_key = section, section_key
        if group_columns and section is None:
            group = _words(normal, row[group_columns[0]])
            draft.section = group or (drafts[-1].section if drafts else None)
            cell = row[group_columns[0]].cell
            draft.section_key = cell.start if group and cell else (drafts[-1].section_key if drafts else 0)
        drafts.append(draft)
    return drafts


def _number(normal: NormalText, place: Place | None) -> str | None:
    if place is None:
        return None
    words = _words(normal, place)
    match = _NUMBER.fullmatch(words)
    return match[1] if match else words or None


def _words(normal: NormalText, place: Place) -> str:
    words = normal.of(place.cell).strip() if place.cell is not None else ""
    return "" if words in _PLACEHOLDERS else words


def _goes_on(
    row: list[Place],
    number_place: Place | None,
    number_column: int | None,
    number: str | None,
    table: ReadTable,
) -> bool:
    """Whether the row only continues the one above: its number and its units stand there."""
    units = [row[column] for column in table.columns(*UNIT_ROLES)]
    fresh_units = any(cell_span(place) and not place.spanned for place in units)
    if number_place is None:
        return False
    if number_place.spanned:
        return not fresh_units
    return number is None and number_column is not None and not fresh_units


def _extend(
    normal: NormalText, draft: Draft, row: list[Place], table: ReadTable, text_columns: list[int]
) -> None:
    added = [
        span
        for column, place in enumerate(row)
        if not place.spanned
        and (span := cell_span(place))
        and (column in text_columns or column in table.columns("title"))
    ]
    if added:
        draft.text = Piece(normal.text, [*draft.text.spans(), *added])
        draft.spans = joined([*draft.spans, *added], normal.text)


def _spans_rows(place: Place) -> bool:
    return place.spanned or (place.cell is not None and place.cell.row_span > 1)


def _draft(
    normal: NormalText,
    row: list[Place],
    table: ReadTable,
    number: str | None,
    title_columns: list[int],
    text_columns: list[int],
) -> Draft | None:
    if not title_columns and len(text_columns) > 1:
        # 任务内容 over several rows of 工作内容及要求 names the group they belong to
        single = [column for column in text_columns if not _spans_rows(row[column])]
        text_columns = single or text_columns
    texts = [span for column in text_columns if (span := cell_span(row[column]))]
    titles = [span for column in title_columns if (span := cell_span(row[column]))]
    if not texts and not titles:
        return None
    clauses: list[DraftClause] = []
    if texts and titles:
        start, end = titles[-1]
        title = normal.text[start:end]
        item = _ITEM.match(title)
        if item and number is None and item.end() < len(title):
            number, title = item[1], title[item.end() :]
    else:
        texts = texts or titles
        start, end = texts[0]
        words = normal.text[start:end]
        item = _ITEM.match(words)
        offset = item.end() if item else 0
        if item and number is None:
            number = item[1]
        title = words[offset : first_sentence_end(words, offset)]
        rest = offset + len(title)
        if len(words[rest:].strip("。：: ")) > 1 and len(title) <= 40:
            while rest < len(words) and words[rest] in "。：: ":
                rest += 1
            texts = [(start + rest, end), *texts[1:]]
        elif item:
            texts = [(start + offset, end), *texts[1:]]
    text: list[Span] = []
    for span in texts:
        if text and normal.text[text[-1][1] : text[-1][1] + 1] == "\t":
            text[-1] = (text[-1][0], text[-1][1] + 1)  # so that the words of two cells do not run together
        notes = find_notes(normal.text, span)
        text += without_notes(span, notes)
        clauses += [
            DraftClause(note.clause, note.inner, [(span[0] + note.start, span[0] + note.end)])
            for note in notes
        ]
    for column in table.columns(*UNIT_ROLES):
        clause = unit_cell(normal, row[column], table.roles[column], table.titles[column])
        if clause is not None:
            clauses.append(clause)
    due_column = next(iter(table.columns("due")), None)
    due_span = cell_span(row[due_column]) if due_column is not None else None
    spans = [span for place in row if (span := cell_span(place)) and not place.spanned]
    return Draft(
        number,
        None,
        title.strip().rstrip("。：；"),
        Piece(normal.text, text),
        joined(spans or texts, normal.text),
        clauses,
        due=Piece(normal.text, [due_span]) if due_span else None,
        confidence=0.9 if table.flattened else 1.0,
        number_above=any(row[column].spanned for column in table.columns("number")[:1]),
    )


def unit_cell(normal: NormalText, place: Place, role: str | None, title: str) -> DraftClause | None:
    """The clause in a unit cell; the column's role holds where the cell says no other."""
    span = cell_span(place)
    if span is None or _words(normal, place) == "":
        return None
    piece = Piece(normal.text, [span])
    clause: Clause = read_clause(piece.text.rstrip("。；; "), role)
    if _FIRST.search(title):
        clause.first_leads = True
    if not clause.groups and not clause.inherited:
        return None
    return DraftClause(clause, piece, [span])


def form_rows(normal: NormalText, table: ReadTable) -> list[FormDraft]:
    """The rows of a report-form annex; a group holds until the next one is named."""
    unit_columns = table.columns(*UNIT_ROLES)
    item_columns = table.columns("item") or table.columns("text") or table.columns("title")
    if not item_columns:
        return []
    item_column = item_columns[-1]
    number_column = next(iter(table.columns("number")), None)
    group_columns = [c for c in table.columns("group", "title", "text") if c < item_column]
    rows: list[FormDraft] = []
    group = ""
    for row in table.rows:
        words = section_words(normal, row)
        if words is not None and cell_span(row[item_column]) is None:
            group = words
            continue
        if words is not None or is_note_row(normal, row):
            cell = row[item_column].cell
            if words is not None and cell is not None and cell.col_span > 1:
                group = words
            continue
        span = cell_span(row[item_column])
        if span is None or not normal.text[span[0] : span[1]].strip("…. "):
            continue
        if group_columns and (named := _words(normal, row[group_columns[0]])):
            group = named
        item = normal.text[span[0] : span[1]].strip()
        match = _ITEM.match(item)
        number = match[1] if match else ""
        item = item[match.end() :] if match else item
        if number_column is not None:
            number = _number(normal, row[number_column]) or number
        clause = None
        for column in unit_columns:
            clause = clause or unit_cell(normal, row[column], table.roles[column], table.titles[column])
        spans = [span for place in row if (span := cell_span(place)) and not place.spanned]
        if rows and not number and clause is None and rows[-1].number:
            # A row that a page break cut in two.
            rows[-1].item += item
            rows[-1].spans = joined([*rows[-1].spans, *spans], normal.text)
            continue
        rows.append(FormDraft(group, number, item, clause, joined(spans, normal.text)))
    return rows
