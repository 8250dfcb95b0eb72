"""Header rows of tables: which column holds what."""

from __future__ import annotations

import functools
import re

from jingtu.knowledge.plantext.gazetteer import role_words

_BRACKET = re.compile(r"[（(〔\[][^（()）〕\]]*[）)〕\]]")
_YEAR = re.compile(r"^(?:20\d\d|19\d\d)\s*年?(?:度|底)?")
_GENERIC = (
    (re.compile(r"(?:责任|负责)(?:单位|部门)[或/、及和](?:牵头|主办)(?:单位|部门)"), "lead"),
    (re.compile(r"牵头.{0,4}(?:单位|部门)|主办.{0,2}(?:单位|部门)|主责.{0,2}(?:单位|部门)"), "lead"),
    (re.compile(r"(?:配合|参与|参加|协办|协同|协助).{0,4}(?:单位|部门)"), "support"),
    (re.compile(r"(?:责任|负责|落实|实施|承办|指导|主管|考核).{0,4}(?:单位|部门|主体|分工)"), "responsible"),
    (re.compile(r".{0,8}(?:时限|完成时间|时间节点|期限)"), "due"),
    (re.compile(r".{0,6}(?:进展|完成|落实|开展|推进)情况.{0,4}"), "progress"),
    (re.compile(r".{0,6}指标(?:名称|项)?"), "indicator"),
    (re.compile(r".{0,6}(?:目标值|指标值|年目标)"), "value"),
    (re.compile(r".{0,6}(?:内容|措施|举措|要点|标准|要求)"), "text"),
    (re.compile(r".{0,6}(?:任务|事项|项目)(?:名称)?"), "title"),
    (re.compile(r".{0,4}(?:类别|领域|分类)"), "group"),
)
# 2025年 over the figures of an indicator table; 2020年（现状值） is where they begin
_YEAR_COLUMN = re.compile(
    r"(?:19|20)\d\d年?底?(?:[（(](?![^）)]*(?:现状|基准|基期|实际|完成))[^）)]{1,10}[）)])?"
)
UNIT_ROLES = frozenset({"lead", "support", "responsible"})


@functools.lru_cache(maxsize=2_000)
def column_role(words: str) -> str | None:
    """The role of the column under these words, or ``None`` where they head nothing we know.

    Examples
    --------
    >>> [column_role(words) for words in ("序号", "2024年目标", "责任单位（排第一位的牵头）", "市级牵头单位")]
    ['number', 'value', 'responsible', 'lead']
    >>> column_role("管好重点行业") is None
    True
    """
    words = "".join(words.split())
    if not words or len(words) > 40:
        return None
    known = role_words("header")
    bare = _BRACKET.sub("", words)
    for form in (words, bare, _YEAR.sub("", bare), _YEAR.sub("年", bare)):
        if form in known:
            return known[form]
    if len(bare) <= 12:
        for pattern, role in _GENERIC:
            if pattern.fullmatch(_YEAR.sub("", bare)):
                return role
    return None


def year_column(words: str) -> bool:
    """Whether a column is headed by nothing but the year its figures are due.

    Examples
    --------
    >>> year_column("2025年"), year_column("2020年（现状值）")
    (True, False)
    """
    return _YEAR_COLUMN.fullmatch("".join(words.split())) is not None


@functools.cache
def _column() -> re.Pattern[str]:
    words = sorted(role_words("header"), key=len, reverse=True)
    return re.compile(
        "(?:20\\d\\d年?度?)?(?:" + "|".join(map(re.escape, words)) + r")(?:[（(][^（()）]{1,20}[）)])?"
    )


def split_header(text: str) -> list[str] | None:
    """Cut the run-together words of a flattened header row into columns.

    Examples
    --------
    >>> split_header("序号主要任务任务内容牵头单位配合单位责任单位")
    ['序号', '主要任务', '任务内容', '牵头单位', '配合单位', '责任单位']
    >>> split_header("主要任务是") is None
    True
    """
    columns: list[str] = []
    position = 0
    while position < len(text):
        match = _column().match(text, position)
        if match is None:
            return None
        columns.append(match[0])
        position = match.end()
    return columns or None


@functools.cache
def header_starts() -> tuple[str, ...]:
    """First characters of header words, to find header rows quickly."""
    return tuple(sorted({word[:2] for word in role_words("header")}))
