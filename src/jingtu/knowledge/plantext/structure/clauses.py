"""Unit clauses: who leads, who takes part, who answers, in all the shapes the genre knows.

A clause is the inside of a bracket or of a table cell. It is read as lists of names, each list
closed by a role word (…牵头, …等参与, …按职责分工负责) or opened by a label (牵头单位：…).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from jingtu.knowledge.plantext.gazetteer import departments, role_words
from jingtu.knowledge.plantext.structure import clause_words as words
from jingtu.knowledge.plantext.structure.names import (
    _CLOSE,
    _OPEN,
    is_known_unit,
    is_unit,
    read_name,
    squeeze,
)

LEAD, SUPPORT, RESPONSIBLE = "lead", "support", "responsible"

_INHERIT = re.compile(
    r"(?:[^，。；（）()]{0,16}以下|以下)[^，。；、（）()]{0,10}?(?:均需|均由|都需|均须|皆由|需由|须由|由|需)"
    r"(?P<who>[^。；]{2,80}?)(?:负责|参与|配合)?(?:落实|实施)(?:到位)?[，,、；;]?(?:下同[，,]?)?(?:[^。；]{4,60}[，,])?不再(?:一一|逐一|重复|单独)?列出"
)
# …各县人民政府落实，以下均需落实，不再列出: who is named just before
_INHERIT_SAME = re.compile(
    r"[，,；;]?以下(?:各项)?(?:工作|任务|措施)?均(?:需|须|需其|由其)?(?:负责)?落实[，,]?不再(?:一一|逐一|重复)?列出"
)
_FIRST = re.compile(
    r"[，,；;]?(?:其中)?(?:排|列|排列|位列)?(?:名)?(?:在|于)?(?:第一位|首位|第一|第1位|最前面|前位|前列)"
    r"(?:者|的)?(?:责任)?(?:部门|单位|为|者|均|即)*(?:牵头|主办|主责)(?:单位|部门|负责)?(?:[，,]?(?:下同|以下同))?"
)
_SAME = re.compile(r"^(?:下同|以下同|不再列出|不再一一列出|以下(?:均)?需.*)$")
_EMPTY_SCOPE = re.compile(
    r"(?:落实|实施|组织|推进|具体|开展|监督|指导|督促|做好|抓好|完成|相关|工作|任务|到位|并|等)*"
)
# 11月底前完成, 持续推进: when, said among the names
_TIME = re.compile(
    r"(?=.*(?:\d|年底|季度|半年|全年|长期|持续|常态))(?:于|在|到)?[\d年月日底末前第一二三四上下半季度个全长期持续常态化、—-]{2,24}"
    r"(?:全面|全部|基本)?(?:完成|落实|推进|坚持|实施|开展|见效|到位)?(?:并.{2,8})?"
)
_HAN_NAME = re.compile(r"[\u4e00-\u9fff]{3,12}")
_AND = re.compile(r"以及|及其|和|及|与|或")


@dataclass(slots=True)
class Mention:
    """One name at ``text[start:end]`` of the clause; ``raw`` has no white space."""

    raw: str
    start: int
    end: int


@dataclass(slots=True)
class Group:
    """Names of one role, in order; ``opened`` where 等 leaves the list open."""

    role: str | None
    mentions: list[Mention] = field(default_factory=list)
    scope: str | None = None
    opened: bool = False
    linked: str | None = None


@dataclass(slots=True)
class Clause:
    """A read clause."""

    groups: list[Group] = field(default_factory=list)
    inherited: list[Mention] = field(default_factory=list)
    first_leads: bool = False
    due: list[tuple[int, int]] = field(default_factory=list)
    unread: list[Mention] = field(default_factory=list)
    marked: bool = False

    def mentions(self) -> list[Mention]:
        """All names of the groups, in order."""
        return [mention for group in self.groups for mention in group.mentions]


def has_role_word(text: str) -> bool:
    """Whether a role word or a label stands anywhere in ``text``."""
    return words.any_role().search(text) is not None


def read_clause(text: str, default_role: str | None = None) -> Clause:
    """Read a unit clause.

    Parameters
    ----------
    text : str
        The inside of the bracket or of the cell, as printed.
    default_role : str or None
        The role of names that no role word and no label governs: the column's role in a table.

    Returns
    -------
    Clause
        Empty of groups where the text names no units.

    Examples
    --------
    >>> clause = read_clause("县民政局牵头，县体育局、气象局等参与")
    >>> [(group.role, [m.raw for m in group.mentions], group.opened) for group in clause.groups]
    [('lead', ['县民政局'], False), ('support', ['县体育局', '气象局'], True)]
    """
    clause = Clause()
    masked = _special_sentences(text, clause)
    same = _INHERIT_SAME.search(masked)
    if same:
        masked = masked[: same.start()] + "；" * (same.end() - same.start()) + masked[same.end() :]
    _read_masked(masked, default_role, clause)
    if same and clause.groups:
        clause.inherited += clause.groups[-1].mentions
    return clause


def _read_masked(masked: str, default_role: str | None, clause: Clause) -> None:
    labels = list(words.labels().finditer(masked))
    if not labels:
        _read_run(masked, 0, len(masked), default_role, clause)
        return
    clause.marked = True
    if squeeze(masked[: labels[0].start()]):
        _read_run(masked, 0, labels[0].start(), default_role, clause)
    kinds = role_words("label")
    for index, label in enumerate(labels):
        end = labels[index + 1].start() if index + 1 < len(labels) else len(masked)
        role = kinds[label["label"]]
        if _FIRST.search(label["more"] or ""):
            clause.first_leads = True
        if role == "due":
            clause.due.append((label.end(), end))
        if role in {LEAD, SUPPORT, RESPONSIBLE}:
            _read_run(masked, label.end(), end, role, clause)


def _special_sentences(text: str, clause: Clause) -> str:
    """Take out 以下均需…不再列出 and 列第一位者为牵头单位, keeping all positions."""
    masked = text
    for match in _INHERIT.finditer(text):
        inner = Clause()
        _read_run(text, match.start("who"), match.end("who"), RESPONSIBLE, inner)
        clause.inherited += inner.mentions() or inner.unread
        clause.marked = True
        low, high = _with_bracket(text, *match.span())
        masked = masked[:low] + "；" * (high - low) + masked[high:]
    for match in _FIRST.finditer(masked):
        clause.first_leads = True
        masked = masked[: match.start()] + "；" * (match.end() - match.start()) + masked[match.end() :]
    return masked


def _with_bracket(text: str, start: int, end: int) -> tuple[int, int]:
    """The place of a sentence with the bracket that holds it and nothing else."""
    after = len(text) - len(text[end:].lstrip("。；; "))
    if text[start - 1 : start] in tuple(_OPEN) and text[after : after + 1] in tuple(_CLOSE):
        return start - 1, after + 1
    return start, end


def _read_run(text: str, start: int, end: int, default_role: str | None, clause: Clause) -> None:
    pending = Group(default_role)
    last: Group | None = None
    tokens = words.merge_levels(text, words.tokens(text, start, end))
    for token in tokens:
        body_start, body_end = _trim(text, token.start, token.end)
        lead_in = words.lead_in().match(text, body_start, body_end)
        if lead_in and not is_known_unit(squeeze(text[body_start:body_end])):
            body_start = lead_in.end()
        if token.before in "；;。" and pending.mentions and token.before:
            last = _close(clause, pending, default_role)
            pending = Group(default_role)
        tail = _find_tail(text, body_start, body_end, bool(pending.mentions))
        if tail is None:
            word = squeeze(text[body_start:body_end])
            if _SAME.match(word):
                continue
            joined = _add_names(text, body_start, body_end, pending, clause, last, token.before)
            if joined is not None:
                pending = joined
            continue
        match, name_end = tail
        if name_end > body_start:
            joined = _add_names(text, body_start, name_end, pending, clause, None, token.before)
            if joined is not None:
                pending = joined
        if match["open"] or match["open2"]:
            pending.opened = True
        role = pending.linked or role_words("tail")[match["role"]]
        if default_role == LEAD and role == RESPONSIBLE:
            role = LEAD  # 按职责分工负责 in the column of leading units says how they lead
        pending.role = role
        scope = squeeze(text[match.end() : body_end])
        clause.marked = True
        link = words.link().match(scope)
        if link and _readable(_without_tail(scope[link.end() :])):
            last = _close(clause, pending, default_role)
            pending = Group(SUPPORT, linked=SUPPORT)
            begin = body_end - len(text[match.end() : body_end].lstrip()) + link.end()
            inner = _find_tail(text, begin, body_end, has_pending=False)
            _add_names(text, begin, inner[1] if inner else body_end, pending, clause, None, "、")
            if inner:
                _close(clause, pending, default_role)
                pending = Group(default_role)
            continue
        if scope and not _EMPTY_SCOPE.fullmatch(scope) and len(scope) <= 30:
            pending.scope = scope
        last = _close(clause, pending, default_role)
        pending = Group(default_role)
    _close(clause, pending, default_role)


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _find_tail(text: str, start: int, end: int, has_pending: bool) -> tuple[re.Match[str], int] | None:
    """The first role word whose left side is a unit (or nothing, after a list)."""
    first: re.Match[str] | None = None
    for match in words.role_tail().finditer(text, start, end):
        left = squeeze(text[start : match.start()])
        if (not left and has_pending) or (left and _readable(left)):
            return match, match.start()
        first = first or match
    if first is not None and has_pending and _HAN_NAME.fullmatch(squeeze(text[start : first.start()])):
        return first, first.start()  # the last of a list of units is one as well
    return None


def _without_tail(word: str) -> str:
    match = words.role_tail().search(word)
    return word[: match.start()] if match and match.start() else word


def _readable(word: str) -> bool:
    if is_unit(word):
        return True
    word = words.open_tail().sub("", word)
    if is_unit(word):
        return True
    link = words.link().match(word)
    if link and is_unit(word[link.end() :]):
        return True
    return any(
        is_unit(words.open_tail().sub("", word[: match.start()])) and _readable(word[match.end() :])
        for match in [*_AND.finditer(word), *words.link().finditer(word)]
        if match.start()
    )


def _add_names(
    text: str, start: int, end: int, pending: Group, clause: Clause, last: Group | None, before: str
) -> Group | None:
    """Add the names at ``text[start:end]`` to the list; returns a new list where 会同 begins one."""
    start, end = _trim(text, start, end)
    word = squeeze(text[start:end])
    if _TIME.fullmatch(word):
        clause.due.append((start, end))
        return None
    link = words.link().match(word)
    if link and is_unit(word[link.end() :]) and not is_unit(word):
        _close(clause, pending, pending.role)
        fresh = Group(SUPPORT, linked=SUPPORT)
        clause.marked = True
        _append(text, start + len(link[0]), end, fresh)
        return fresh
    opened = words.open_tail().search(word)
    if opened and opened.start() and (is_known_unit if is_unit(word) else is_unit)(word[: opened.start()]):
        pending.opened = True
        _append(text, start, text.rfind("等", start, end), pending)
        return None
    if not is_unit(word):
        for match in _AND.finditer(text, start, end):
            left, right = squeeze(text[start : match.start()]), squeeze(text[match.end() : end])
            if _readable(left) and _readable(right) and left:
                _add_names(text, start, match.start(), pending, clause, None, before)
                return _add_names(text, match.end(), end, pending, clause, None, "、")
        for match in words.link().finditer(text, start, end):
            left, right = squeeze(text[start : match.start()]), squeeze(text[match.end() : end])
            if left and is_unit(left) and _readable(right):
                _append(text, start, match.start(), pending)
                pending.role = pending.role or LEAD
                _close(clause, pending, pending.role)
                fresh = Group(SUPPORT, linked=SUPPORT)
                clause.marked = True
                _add_names(text, match.end(), end, fresh, clause, None, "、")
                return fresh
        if last is not None and last.scope and before == "、":
            last.scope += "、" + word
            return None
        if word == "等":
            pending.opened = True
            return None
        clause.unread.append(Mention(word, start, end))
        if len(word) <= 14 and not pending.mentions and not has_role_word(word):
            return None
        if len(word) <= 14:
            _append(text, start, end, pending)
        return None
    both = _two_names(text, start, end)
    if both is not None:
        opened = words.open_tail().search(squeeze(text[start : both[0]]))
        if opened:
            pending.opened = True
            _append(text, start, text.rfind("等", start, both[0]), pending)
        else:
            _append(text, start, both[0], pending)
        _append(text, both[1], end, pending)
        return None
    _append(text, start, end, pending)
    return None


def _two_names(text: str, start: int, end: int) -> tuple[int, int] | None:
    """县民政局和县气象局 are two; 县文化和旅游局 is one."""
    name = read_name(squeeze(text[start:end]))
    if name.rest in departments():
        return None
    for match in _AND.finditer(text, start, end):
        left, right = squeeze(text[start : match.start()]), squeeze(text[match.end() : end])
        left = words.open_tail().sub("", left)
        if is_known_unit(left) and is_unit(right) and not _inside_bracket(text, start, match.start()):
            return match.start(), match.end()
    return None


def _inside_bracket(text: str, start: int, position: int) -> bool:
    depth = 0
    for char in text[start:position]:
        depth += (char in _OPEN) - (char in _CLOSE)
    return depth > 0


def _append(text: str, start: int, end: int, group: Group) -> None:
    start, end = _trim(text, start, end)
    raw = squeeze(text[start:end])
    if raw:
        group.mentions.append(Mention(raw, start, end))


def _close(clause: Clause, group: Group, default_role: str | None) -> Group | None:
    if not group.mentions:
        return None
    if group.role is None:
        group.role = default_role
    if group.role is None and any(other.role == LEAD for other in clause.groups):
        group.role = SUPPORT
    clause.groups.append(group)
    return group
