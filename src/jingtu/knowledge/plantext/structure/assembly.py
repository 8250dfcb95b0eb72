"""From drafts to tasks: roles, expanded names, inherited units, and what the words oblige to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from jingtu.knowledge.plantext.model import Deadline, FormRow, Span, Task, Unit
from jingtu.knowledge.plantext.piece import Piece
from jingtu.knowledge.plantext.sentences import (
    Context,
    read_deadlines,
    read_deliverables,
    read_quantities,
    read_registers,
)
from jingtu.knowledge.plantext.structure.clauses import LEAD, RESPONSIBLE, SUPPORT, Clause, Group, Mention
from jingtu.knowledge.plantext.structure.drafts import Draft, DraftClause
from jingtu.knowledge.plantext.structure.expander import Expander, usual_prefix
from jingtu.knowledge.plantext.structure.names import Name, is_unit, read_name
from jingtu.knowledge.plantext.structure.table_tasks import FormDraft

_TERM = re.compile(r"长期|持续|常态|全年|立行立改|立即|即时|日常|随时|按时序|序时|适时")
_LONGEST_TERM = 20
_KINDS = {"department", "government", "class", "enterprise"}


@dataclass(slots=True)
class Assembler:
    """Turns drafts in document order into tasks; remembers what holds for all later ones.

    ``doubtful`` collects units whose name nothing confirms.
    """

    default_prefix: str | None
    context: Context
    doubtful: list[Unit] = field(default_factory=list)
    _first_leads: bool = False
    _inherited: list[Unit] = field(default_factory=list)

    def task(self, draft: Draft) -> Task:
        """One finished task."""
        task = Task(
            draft.number,
            draft.section,
            draft.title,
            draft.text.text.strip(),
            spans=draft.spans,
            confidence=draft.confidence,
        )
        before = list(self._inherited)
        expander = Expander(self.default_prefix)
        for item in draft.clauses:
            self._first_leads = self._first_leads or item.clause.first_leads
            expander.new_list()
            for role, group, mentions in self._roles(item.clause):
                target = {LEAD: task.lead_units, SUPPORT: task.support_units}.get(
                    role, task.responsible_units
                )
                for mention in mentions:
                    unit = self._unit(mention, item.piece, expander, group.scope)
                    _add(target, unit)
            task.units_open_ended = task.units_open_ended or any(group.opened for group in item.clause.groups)
            if item.clause.inherited:
                found = [self._unit(mention, item.piece, expander, None) for mention in item.clause.inherited]
                if not item.clause.groups or not task.responsible_units:
                    for unit in found:
                        _add(task.responsible_units, unit)
                for unit in found:
                    _add(self._inherited, unit)
        own = {unit.expanded for unit in (*task.lead_units, *task.support_units, *task.responsible_units)}
        task.inherited_units = [unit for unit in before if unit.expanded not in own]
        task.unit_text = " ".join(
            draft.text.source[start:end] for item in draft.clauses for start, end in item.shown
        )
        self._read_sentences(task, draft)
        if not own:
            task.confidence = min(task.confidence, 0.6)
        if any(not is_unit(unit.raw) or read_name(unit.raw).doubtful for unit in _units(task)):
            task.confidence = min(task.confidence, 0.7)
        return task

    def form_row(self, draft: FormDraft) -> FormRow:
        """One finished row of a report form."""
        row = FormRow(draft.group, draft.number, draft.item, spans=draft.spans)
        if draft.clause is not None:
            expander = Expander(self.default_prefix)
            for group in draft.clause.clause.groups:
                for mention in group.mentions:
                    _add(
                        row.responsible_units, self._unit(mention, draft.clause.piece, expander, group.scope)
                    )
        return row

    def _roles(self, clause: Clause) -> Iterable[tuple[str, Group, list[Mention]]]:
        has_lead = any(group.role == LEAD for group in clause.groups)
        for group in clause.groups:
            role = group.role or RESPONSIBLE
            mentions = group.mentions
            if self._first_leads and not has_lead and role == RESPONSIBLE and mentions:
                yield LEAD, group, mentions[:1]
                mentions = mentions[1:]
                has_lead = True
            yield role, group, mentions

    def _unit(self, mention: Mention, piece: Piece, expander: Expander, scope: str | None) -> Unit:
        name: Name = read_name(mention.raw)
        unit = Unit(
            mention.raw,
            expander.expand(name),
            scope,
            name.kind if name.kind in _KINDS else "other",
            piece.spans(mention.start, mention.end),
        )
        if name.doubtful:
            self.doubtful.append(unit)
        return unit

    def _read_sentences(self, task: Task, draft: Draft) -> None:
        task.quantities = read_quantities(draft.text, self.context)
        task.deadlines = read_deadlines(draft.text, self.context)
        if draft.due is not None:
            task.deadlines += self._until(draft.due)
        for item in draft.clauses:
            for start, end in (*item.clause.due, *((m.start, m.end) for m in item.clause.unread)):
                task.deadlines += self._until(item.piece.slice(start, end))
        task.deliverables = read_deliverables(draft.text, self.context)
        task.registers = read_registers(draft.text, self.context)

    def _until(self, piece: Piece) -> list[Deadline]:
        """What a cell or a label of times says; 长期坚持 and its like name no day."""
        found = read_deadlines(piece, self.context)
        words = piece.text.strip(" 。；;，,\n")
        if found or not words or len(words) > _LONGEST_TERM or not _TERM.search(words):
            return found
        at = piece.text.index(words)
        due = self.context.year_end if words.startswith("全年") else None
        kind = "deadline" if due else "vague"
        return [Deadline(words, due, None, kind, piece.spans(at, at + len(words)))]


def default_prefix(clauses: Iterable[DraftClause], fallback: str | None) -> str | None:
    """The level prefix that lists without any level take."""
    names = [read_name(mention.raw) for item in clauses for mention in item.clause.mentions()]
    return usual_prefix(names) or fallback


def _units(task: Task) -> list[Unit]:
    return [*task.lead_units, *task.support_units, *task.responsible_units]


def _add(units: list[Unit], unit: Unit) -> None:
    for other in units:
        if other.expanded == unit.expanded and other.scope == unit.scope:
            other.spans.extend(unit.spans)
            return
    units.append(unit)


def spans_of(units: Iterable[Unit]) -> list[Span]:
    """All spans of some units, in order."""
    return sorted(span for unit in units for span in unit.spans)
