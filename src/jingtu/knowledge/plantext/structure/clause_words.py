"""The words of unit clauses: role words, labels, and where one name ends and the next begins."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from jingtu.knowledge.plantext.gazetteer import any_of, role_words
from jingtu.knowledge.plantext.structure.names import (
    bracket_depths,
    is_known_unit,
    is_unit,
    read_name,
    squeeze,
)

_SEPARATORS = "、，,；;。/\n\t "
_LEVEL_LIST = re.compile(
    r"各?(?:有关|相关)?(?:[省市县区乡镇州盟旗]|街道|县级市|自治县|[（(][^（）()]*[）)])+"
)
_LEVEL_START = re.compile(r"(?:[省市县区乡镇州盟旗]|街道|自治县|农场|林场|开发区|园区|管委会)")


@dataclass(slots=True)
class Token:
    """One stretch between separators at ``text[start:end]``; ``before`` is the mark in front of it."""

    start: int
    end: int
    before: str


@functools.cache
def role_tail() -> re.Pattern[str]:
    """What may close a list of names: 等, 按职责分工, and the role word itself."""
    opened = any_of(role_words("open"))
    manner = any_of(role_words("manner"))
    role = any_of(role_words("tail"))
    return re.compile(
        rf"(?P<open>{opened})?(?P<manner>(?:{manner})*)(?P<open2>等)?(?P<role>{role})"
        r"(?!单位|部门|主体|领导|人[^民]|人$|人员|小组)"
    )


@functools.cache
def labels() -> re.Pattern[str]:
    """Labels that open a list: 牵头单位：, 配合单位（市级）：."""
    label = any_of(role_words("label"))
    bracket = r"(?:[（(][^（）()]{1,16}[）)])?"
    return re.compile(rf"(?:(?<=[，,；;。、\s])|^)(?P<label>{label})(?P<more>{bracket})\s*[：:]\s*")


@functools.cache
def label_line() -> re.Pattern[str]:
    """A label of units or of a time that opens a line, perhaps behind a bracket and a level."""
    label = any_of(word for word, role in role_words("label").items() if role != "other")
    bracket = r"(?:[（(][^（()）]{1,20}[）)])?"
    return re.compile(rf"\s*(?:[（(〔【\[]\s*)?(?:[市县区省州盟旗]级?)?(?P<label>{label}){bracket}\s*[：:]")


@functools.cache
def label_behind() -> re.Pattern[str]:
    """A label of units behind the last sentence, without brackets."""
    return re.compile("(?P<mark>[。；;！])(?=" + label_line().pattern + ")")


@functools.cache
def any_role() -> re.Pattern[str]:
    """Any role word or label at all."""
    return re.compile(any_of([*role_words("tail"), *role_words("label")]))


@functools.cache
def open_tail() -> re.Pattern[str]:
    """等, 等部门 at the end of a name."""
    opened = any_of(role_words("open"))
    return re.compile(rf"(?:{opened})$")


@functools.cache
def lead_in() -> re.Pattern[str]:
    """由, 请 before the first name."""
    return re.compile(any_of(role_words("lead_in")))


@functools.cache
def link() -> re.Pattern[str]:
    """会同 and its like, which join a supporting list to a leading one."""
    return re.compile(any_of(role_words("link")))


def tokens(text: str, start: int, end: int) -> list[Token]:
    """Cut at separators outside brackets; spaces and line ends cut only between whole names."""
    depths = bracket_depths(text[start:end])
    found: list[Token] = []
    token_start, before = start, ""
    for index in range(start, end):
        char = text[index]
        if char not in _SEPARATORS or depths[index - start]:
            continue
        if char in " \t\n/":
            left, right = squeeze(text[token_start:index]), _next_word(text, index + 1, end)
            if not (is_known_unit(_bare(left)) and is_unit(_bare(right))):
                continue
        found.append(Token(token_start, index, before))
        token_start, before = index + 1, char
    found.append(Token(token_start, end, before))
    return [token for token in found if squeeze(text[token.start : token.end])]


def _next_word(text: str, start: int, end: int) -> str:
    stop = start
    while stop < end and text[stop] not in "、，,；;。\n":
        stop += 1
    words = text[start:stop].split(" ")
    return squeeze(words[0]) if words and is_known_unit(squeeze(words[0])) else squeeze(text[start:stop])


def _bare(word: str) -> str:
    """A word without its role tail."""
    match = role_tail().search(word)
    bare = word[: match.start()] if match else word
    return open_tail().sub("", bare)


def merge_levels(text: str, tokens: list[Token]) -> list[Token]:
    """各区、县（市）人民政府 is one class though 、 stands in it."""
    merged: list[Token] = []
    for token in tokens:
        word = squeeze(text[token.start : token.end])
        if merged and token.before == "、":
            before = squeeze(text[merged[-1].start : merged[-1].end])
            if (
                before.startswith("各")
                and _LEVEL_LIST.fullmatch(before)
                and (_LEVEL_START.match(word) and not is_known_department(word))
            ):
                merged[-1].end = token.end
                continue
        merged.append(token)
    return merged


def is_known_department(word: str) -> bool:
    """Whether a listed department, not a class of governments, is meant."""
    name = read_name(_bare(word))
    return name.known and name.kind == "department"
