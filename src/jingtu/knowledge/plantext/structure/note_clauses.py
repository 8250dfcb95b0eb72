"""Which words are a unit note: in a bracket with a role, in a bare bracket, in a sentence of its own."""

from __future__ import annotations

import re

from jingtu.knowledge.plantext.structure.clause_words import lead_in
from jingtu.knowledge.plantext.structure.clauses import RESPONSIBLE, Clause, has_role_word, read_clause
from jingtu.knowledge.plantext.structure.names import is_unit, is_whole_unit, read_name, squeeze

_TRAILING = re.compile(r"[\s。；;，,、]+$")


def is_unit_note(text: str) -> Clause | None:
    """The clause in a bracket, or ``None`` where the bracket holds something else.

    Examples
    --------
    >>> is_unit_note("包括调查、评估、后期管理等") is None
    True
    >>> is_unit_note("县气象局负责").groups[0].role
    'responsible'
    """
    if len(text) > 900 or not has_role_word(text):
        return None
    clause = read_clause(_TRAILING.sub("", text))
    if not clause.marked or not (clause.mentions() or clause.inherited):
        return None
    if any(group.role is None for group in clause.groups) and not clause.groups[0].role:
        return None
    good = sum(is_unit(mention.raw) for mention in clause.mentions())
    if good < max(1, len(clause.unread)) and not clause.inherited:
        return None
    return clause


def is_bare_note(text: str) -> Clause | None:
    """A bracket of nothing but known units, read as those who answer for the task.

    Examples
    --------
    >>> is_bare_note("县气象局、县民政局").groups[0].role
    'responsible'
    >>> is_bare_note("县气象局、试行") is None
    True
    """
    if len(text) > 300:
        return None
    clause = read_clause(_TRAILING.sub("", text), RESPONSIBLE)
    names = clause.mentions()
    if not names or clause.unread or not all(is_unit(mention.raw) for mention in names):
        return None
    sure = sum(is_whole_unit(mention.raw) for mention in names)
    return clause if sure * 2 >= len(names) else None


def is_spoken_note(text: str) -> Clause | None:
    """A sentence that says who does it and nothing else.

    Examples
    --------
    >>> clause = is_spoken_note("由县气象局牵头，县民政局配合，11月底前完成")
    >>> [(group.role, [m.raw for m in group.mentions]) for group in clause.groups]
    [('lead', ['县气象局']), ('support', ['县民政局'])]
    >>> is_spoken_note("县气象局负责监测预报") is None
    True
    """
    if len(text) > 900 or not has_role_word(text):
        return None
    clause = read_clause(_TRAILING.sub("", text))
    names = clause.mentions()
    if not clause.marked or not names or clause.unread or any(group.scope for group in clause.groups):
        return None
    if not all(is_whole_unit(mention.raw) for mention in names):
        return None
    first = squeeze(text[: names[0].start])
    said = not first or lead_in().fullmatch(first) or first.endswith(("：", ":"))
    led = any(read_name(mention.raw).kind == "department" for mention in names)
    return clause if said and led else None
