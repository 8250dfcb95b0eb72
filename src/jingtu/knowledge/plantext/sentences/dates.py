"""Deadlines, frequencies and base dates of a task's sentences.

A year is often no deadline: it may choose the objects (``2021年获得补助的项目``), name a list
(``2019年度名录``) or be a base (``比2013年下降``). The rules below say when it is one.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

from jingtu.knowledge.plantext.model import Deadline
from jingtu.knowledge.plantext.piece import Piece
from jingtu.knowledge.plantext.sentences.context import Context
from jingtu.knowledge.plantext.sentences.recurrence import Recurring, find_recurring
from jingtu.knowledge.plantext.sentences.words import Clause, Words

_PART = "底|末|初|中旬|上旬|下旬|中"
_BEFORE = "(?:之前|以前|前|止)"
_CN_YEAR = "[一二][零九][零一二三四五六七八九]{2}"
_YEAR = rf"(?P<year>(?:(?<!\d)(?:19|20)\d{{2}}|(?<!\d)\d{{2}}(?=年\d{{1,2}}月)|{_CN_YEAR})年|今年|本年|当年|明年|次年|翌年)"

_DATE = re.compile(
    rf"(?:{_YEAR}(?P<annual>度)?)?"
    r"(?:"
    rf"(?<!\d)(?P<month>1[0-2]|0?[1-9])月(?:份(?!额))?(?:(?P<day>3[01]|[12]\d|0?[1-9])[日号]|(?P<part>{_PART})(?!期))?"
    r"|(?P<quarter>第?[一二三四1-4]季度)(?P<quarter_end>末|底|内)?"
    r"|(?P<half>上半年|下半年)(?P<half_end>末|底|内)?"
    r"|(?<=[年度])(?P<end>[底末内终])"
    r"|(?P<bare_end>年底|年末|年内|年终|年中)"
    r"|(?P<year_only>(?<=[年度]))"
    r")"
    rf"(?P<before>{_BEFORE})?"
)
_FIVE_YEAR = re.compile(r"[“\"]?(?P<plan>十[一二三四五六七八九])五[”\"]?(?P<end>末|期末|收官)(?:年|之年)?")
_SEASON = re.compile(
    r"(?:主?汛期?|春耕(?:备耕|生产)?|春播|秋播|秋收|夏收|播种|种植季|入冬|雨季|冬季|冰封期|封冻)(?:来临|到来|开始)?(?:之前|以前|前)"
    r"|(?:丰水期|枯水期|平水期|汛期)(?!水|流量)"
)
_LIMIT = re.compile(r"(?<![有无期权年效])限期(?![限内满届])")
_WITHIN = re.compile(
    r"(?<![\d第])(?:\d{1,3}|[一二两三四五六七八九十]{1,3})(?:个)?(?:工作日|自然日|日|天|周|月|年|小时)(?:之内|以内|内)(?!容)"
)
_MANNER = re.compile(r"定期|适时|尽快|及早")

_LEAD = re.compile(r"(?:截至|截止到?|到|至|在|于|自|从|以|比|较|与|同|对|将|据|每)$")
_START_AFTER = re.compile(r"(?:以来|起(?!草|步|到|点|来|用)|之?后(?=[^续])|开始(?!前))")
_DUTY = re.compile(
    r"(?:要|须|应|将|力争|确保|争取|计划|拟)?(?:底前)?"
    r"(?P<verb>(?:全面|全部|基本|力争|如期|累计|初步|顺利|正式|率先|按期|按时)?"
    r"(?:完成|实现|建成|启动|开展|组织|达到|建立|制定|编制|出台|印发|推进|新增|新建|建设|实施|整治|治理|报送|"
    r"上报|提交|验收|投运|竣工|开工|公布|发布|力争|确保|全面|全部|基本|累计|不少于|不低于|继续|重点|对))"
)
_PAST = re.compile(r"已|现有|共有|实际")
_BASE_AFTER = re.compile(r"[^，。；]{0,30}?(?:为基[数准期础]|相比|基础上)")
_RELATIVE_CLAUSE = re.compile(r"(?:前|底|末|内)?[^，。；]{1,24}?的")
_JOINED = re.compile(r"[、和及与]|以及")
_RANGE = re.compile(r"[—–\-~～至到]{1,2}")

_WORD_YEARS = {"今年": 0, "本年": 0, "当年": 0, "明年": 1, "次年": 1, "翌年": 1}
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_FIVE_YEAR_END = {"十一": 2010, "十二": 2015, "十三": 2020, "十四": 2025, "十五": 2030, "十六": 2035}


@dataclass(slots=True)
class Dated:
    """A deadline at its place in :class:`Words`."""

    start: int
    end: int
    deadline: Deadline


@dataclass(slots=True)
class _Found:
    match: re.Match[str]
    start: int
    end: int
    clause: Clause


def read_deadlines(piece: Piece, context: Context, *, manner: bool = False) -> list[Deadline]:
    """Deadlines, frequencies, base dates and starts named in a task's text.

    Parameters
    ----------
    piece : Piece
        The text of one task.
    context : Context
        Gives the year for dates without one.
    manner : bool
        Also return adverbs that only say how (``定期``, ``适时``) as kind ``vague``.

    Returns
    -------
    list of Deadline
        In reading order, with ISO dates where the text allows one.

    Examples
    --------
    >>> text = "6月底前完成样品入库；每月3日前报送进展。"
    >>> [(d.text, str(d.due), d.recurrence) for d in read_deadlines(Piece(text, [(0, len(text))]), Context(2019))]
    [('6月底前', '2019-06-30', None), ('每月3日前', 'None', 'FREQ=MONTHLY;BYMONTHDAY=3')]
    """
    words = Words(piece)
    return [found.deadline for found in find_deadlines(words, context, manner=manner)]


def find_deadlines(words: Words, context: Context, *, manner: bool = False) -> list[Dated]:
    """As :func:`read_deadlines`, with places in ``words``."""
    recurring = find_recurring(words.plain)
    taken = [(r.start, r.end) for r in recurring]
    found = [Dated(r.start, r.end, _recurring(words, r)) for r in recurring]
    found += _dates(words, context, taken)
    found += _phrases(words, taken, manner=manner)
    found.sort(key=lambda d: d.start)
    return found


def _recurring(words: Words, r: Recurring) -> Deadline:
    return Deadline(
        words.raw(r.start, r.end), recurrence=r.rule, kind="recurring", spans=words.spans(r.start, r.end)
    )


def _phrases(words: Words, taken: list[tuple[int, int]], *, manner: bool) -> list[Dated]:
    found = []
    plain = words.plain
    for match in _FIVE_YEAR.finditer(plain):
        year = _FIVE_YEAR_END.get(match["plan"])
        start = _with_lead(plain, match.start())
        found.append(_dated(words, start, match.end(), date(year, 12, 31) if year else None, "deadline"))
    for match in _SEASON.finditer(plain):
        if not _inside(match.start(), taken):
            found.append(_dated(words, match.start(), match.end(), None, "seasonal"))
    for match in _WITHIN.finditer(plain):
        if not _inside(match.start(), taken):
            found.append(_dated(words, match.start(), match.end(), None, "vague"))
    for match in _LIMIT.finditer(plain):
        found.append(_dated(words, match.start(), _phrase_end(plain, match.end()), None, "vague"))
    if manner:
        for match in _MANNER.finditer(plain):
            found.append(_dated(words, match.start(), match.end(), None, "vague"))
    return found


def _phrase_end(plain: str, at: int) -> int:
    """End of the verb phrase after ``限期``: the next punctuation mark, within ten characters."""
    stop = re.compile(r"[^\u4e00-\u9fff]").search(plain, at)
    end = stop.start() if stop else len(plain)
    return min(end, at + 10)


def _inside(position: int, taken: list[tuple[int, int]]) -> bool:
    return any(low <= position < high for low, high in taken)


def _dated(words: Words, start: int, end: int, due: date | None, kind: str) -> Dated:
    return Dated(start, end, Deadline(words.raw(start, end), due=due, kind=kind, spans=words.spans(start, end)))
