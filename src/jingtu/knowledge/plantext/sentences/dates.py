"""Deadlines, frequencies and base dates of a task's sentences.

A year is often no deadline: it may choose the objects (``2021年获得补助的项目``), name a list
(``2019年度名录``) or be a base (``比2013年下降``). The rules below say when it is one.
"""

from __future__ import annotations

import calendar
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from jingtu.knowledge.plantext.model import Deadline
from jingtu.knowledge.plantext.piece import Piece
from jingtu.knowledge.plantext.sentences.context import Context
from jingtu.knowledge.plantext.sentences.numerals import chinese_number
from jingtu.knowledge.plantext.sentences.recurrence import Recurring, find_recurring
from jingtu.knowledge.plantext.sentences.words import Words, near, words_of

_BEFORE = "(?:之前|以前|前(?!期)|止)"
_CN_YEAR = "[一二][零九][零一二三四五六七八九]{2}"
_CN_MONTH = "(?:十[一二]?|[一二三四五六七八九])"
_CN_DAY = "(?:三十一?|二?十[一二三四五六七八九]?|二?十|[一二三四五六七八九])"
_ANCHOR = re.compile(
    rf"(?P<year>(?<!\d)(?:19|20)\d{{2}}|(?<!\d)\d{{2}}(?=年\d{{1,2}}月)|{_CN_YEAR})年(?!代|级|龄|检|以上)(?P<annual>度)?"
    r"|(?P<word>今年|本年|当年|明年|次年|翌年)(?P<word_annual>度)?"
    r"|(?<!\d)(?=(?:1[0-2]|0?[1-9])月)"
    rf"|(?<![一二三四五六七八九十每])(?={_CN_MONTH}月(?:[底末初前上中下]|份|{_CN_DAY}[日号]))"
    r"|(?<![上下每本单当各一二三四])(?=第?[一二三四1-4]季度|[上下]半年)"
    r"|(?<![\d一二两三四五六七八九十几多每半历常学])(?=年[底末内])"
)
_DATE_WORD = re.compile(r"[年月]|季度")
_TAIL = re.compile(
    r"(?:"
    rf"(?P<month>1[0-2]|0?[1-9]|{_CN_MONTH})月(?:份(?!额))?"
    rf"(?:(?P<day>3[01]|[12]\d|0?[1-9]|{_CN_DAY})[日号]|(?P<part>底|末|初|中旬|上旬|下旬)(?!期))?"
    r"|第?(?P<quarter>[一二三四1-4])季度(?P<quarter_end>末|底|内)?"
    r"|(?P<half>[上下])半年(?P<half_end>末|底|内)?"
    r"|年?(?P<end>[底末内])(?![部容外])"
    r")"
)
_BEFORE_AT = re.compile(_BEFORE)
_FIVE_YEAR = re.compile(r"[“\"]?(?P<plan>十[一二三四五六七八九])五[”\"]?(?P<end>末|期末|收官)(?:年|之年)?")
_SEASON = re.compile(
    r"(?:主?汛期?|春耕(?:备耕|生产)?|春播|秋播|秋收|夏收|播种|种植季|(?:早稻|晚稻|中稻|水稻|小麦|玉米|油菜|农作物|作物)(?:[、和](?:早稻|晚稻|中稻|水稻|小麦|玉米|油菜))*收获|入冬|雨季|冬季|冰封期|封冻)(?:来临|到来|开始)?(?:之前|以前|前)"
    r"|(?:丰水期|枯水期|平水期|汛期)(?=各|分别|期间|内|每|加密|开展|监测|采样|、|和)"
)
_LIMIT = re.compile(r"(?<![有无期权年效])限期(?![限内满届])")
_WITHIN = re.compile(
    r"(?<![\d第])(?:\d{1,3}|[一二两三四五六七八九十]{1,3})(?:个)?(?:工作日|自然日|日|天|周|月|年|小时)(?:之内|以内|内)(?!容)"
    r"|(?<![\d一二三四五六七八九十每个上])(?:本|下|当)?月[底末](?:之前|以前|前)"
)
_NOT_HAN = re.compile(r"[^\u4e00-\u9fff]")
_MANNER = re.compile(r"定期|适时|尽快|及早")

_LEAD = re.compile(r"截至|截止到?|[到至在于自从以比较与同]$")
_START_AFTER = re.compile(r"(?:以来|起(?!草|步|到|点|来|用|底|诉|重)|之?后(?!续|期|评)|开始(?!前))")
_DUTY = re.compile(
    r"(?:要|须|应|将|力争|确保|争取|计划|拟)?(?:全面|全部|基本|如期|累计|初步|顺利|正式|率先|按期|按时|继续|分别|再|共|各)?"
    r"(?:完成|实现|建成|启动|开展|组织|达到|建立|制定|编制|出台|印发|推进|新增|新建|建设|实施|整治|治理|报送|"
    r"上报|提交|验收|投运|竣工|开工|公布|发布|力争|确保|不少于|不低于|召开|形成|更新)"
)
_PAST = re.compile(r"已|现有|共有|实际")
_BASE_AFTER = re.compile(r"[^，。；]{0,40}?(?:为基[数准期础]|相比|基础上)")
_JOINED = re.compile(r"(?:[、和及与]|以及)$")
_RANGE = re.compile(r"[—–\-~～至到]{1,2}$")
_OPEN_RANGE = re.compile(r"(?P<low>\d{1,4})[—–\-~～至到]{1,2}$")
_CHOSEN = re.compile(r"的\w{0,8}(?:单位|企业|项目|地块|点位|[县区])$")
_EDGE = "，。；：、！？（）()“”【】〔〕,;"

PAST = "past"  # 2022年，…: tells what was; no deadline, but it governs the figures behind it
_WORD_YEARS = {"今年": 0, "本年": 0, "当年": 0, "明年": 1, "次年": 1, "翌年": 1}
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4}
_PART_DAYS = {"初": 10, "上旬": 10, "中旬": 20}
_FIVE_YEAR_END = {"十一": 2010, "十二": 2015, "十三": 2020, "十四": 2025, "十五": 2030, "十六": 2035}


@dataclass(slots=True)
class Dated:
    """A deadline at its place in :class:`Words`."""

    start: int
    end: int
    deadline: Deadline


@dataclass(slots=True)
class _Token:
    """A date expression before anybody has judged what it is for."""

    start: int
    end: int
    year: int | None
    bare_year: bool = False
    month: int | None = None
    day: int | None = None
    ranged: bool = False  # 6月至10月: its end
    firm: bool = False  # 底, 前 and the like: words that only deadlines and base dates have


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
    >>> for d in read_deadlines(Piece(text, [(0, len(text))]), Context(2019)):
    ...     print(d.text, d.due, d.recurrence)
    6月底前 2019-06-30 None
    每月3日前 None FREQ=MONTHLY;BYMONTHDAY=3
    """
    words = words_of(piece)
    # copies: the dates of a text are kept for the readers after this one
    return [
        replace(found.deadline, spans=list(found.deadline.spans))
        for found in find_deadlines(words, context, manner=manner)
        if found.deadline.kind != PAST
    ]


def find_deadlines(words: Words, context: Context, *, manner: bool = False) -> list[Dated]:
    """As :func:`read_deadlines`, with places in ``words``."""
    key = ("dates", context.year, context.issued, context.since, manner)
    known: list[Dated] | None = words.memo.get(key)
    if known is not None:
        return known
    recurring = find_recurring(words.plain)
    taken = [(r.start, r.end) for r in recurring]
    found = [Dated(r.start, r.end, _recurring(words, r)) for r in recurring]
    found += _dates(words, context, taken)
    found += _phrases(words, taken, manner=manner)
    found.sort(key=lambda d: d.start)
    words.memo[key] = found
    return found


def _recurring(words: Words, r: Recurring) -> Deadline:
    return Deadline(
        words.raw(r.start, r.end), recurrence=r.rule, kind="recurring", spans=words.spans(r.start, r.end)
    )


def _phrases(words: Words, taken: list[tuple[int, int]], *, manner: bool) -> list[Dated]:
    plain = words.plain
    found = []
    for match in _FIVE_YEAR.finditer(plain):
        year = _FIVE_YEAR_END.get(match["plan"])
        start = _with_lead(plain, match.start())
        found.append(_dated(words, start, match.end(), date(year, 12, 31) if year else None, "deadline"))
    starts = [low for low, _ in taken]
    for kind, pattern in (("seasonal", _SEASON), ("vague", _WITHIN)):
        for match in pattern.finditer(plain):
            index = bisect_right(starts, match.start()) - 1
            if index < 0 or match.start() >= taken[index][1]:
                found.append(_dated(words, *match.span(), None, kind))
    found += [
        _dated(words, match.start(), _phrase_end(plain, match.end()), None, "vague")
        for match in _LIMIT.finditer(plain)
    ]
    if manner:
        found += [_dated(words, *match.span(), None, "vague") for match in _MANNER.finditer(plain)]
    return found


def _phrase_end(plain: str, at: int) -> int:
    """End of the verb phrase after ``限期``: the next punctuation mark, within ten characters."""
    stop = _NOT_HAN.search(plain, at)
    end = stop.start() if stop else len(plain)
    return min(end, at + 10)


def _dated(words: Words, start: int, end: int, due: date | None, kind: str) -> Dated:
    deadline = Deadline(words.raw(start, end), due=due, kind=kind, spans=words.spans(start, end))
    return Dated(start, end, deadline)


def _dates(words: Words, context: Context, taken: list[tuple[int, int]]) -> list[Dated]:
    found: list[Dated] = []
    for group in _groups(words.plain, context, taken):
        found += _judge(words, group, context)
    return found


def _tokens(plain: str, context: Context, taken: list[tuple[int, int]]) -> Iterator[_Token]:
    """Date expressions in order, with the years they state."""
    done = 0
    spoken: int | None = None  # the last year said in this sentence
    sentence_end = 0
    busy = iter(taken)
    current = next(busy, None)
    anchors = (
        anchor for low, high in near(_DATE_WORD, plain, 8) for anchor in _ANCHOR.finditer(plain, low, high)
    )
    for anchor in anchors:
        start = anchor.start()
        while current and current[1] <= start:
            current = next(busy, None)
        if start < done or (current and current[0] <= start):
            continue
        if start >= sentence_end:
            stop = plain.find("。", start)
            sentence_end = len(plain) if stop < 0 else stop + 1
            spoken = None
        token = _token(plain, anchor, spoken, context)
        if token is None:
            continue
        done = token.end
        if token.year is not None and (anchor["year"] or anchor["word"]):
            spoken = token.year
        yield token


def _token(plain: str, anchor: re.Match[str], spoken: int | None, context: Context) -> _Token | None:
    year = _year(anchor, context)
    stated = bool(anchor["year"] or anchor["word"])
    tail = _TAIL.match(plain, anchor.end())
    if tail is None:
        if not stated or anchor["annual"] or anchor["word_annual"]:
            return None
        token = _Token(anchor.start(), anchor.end(), year, bare_year=True, month=12, day=31)
    else:
        if not stated:
            # A year said in this sentence governs only when it reaches ahead; a past one chose an object.
            ahead = spoken is not None and (context.first_year is None or spoken >= context.first_year)
            year = spoken if ahead else context.year or context.issued
        month, day, firm = _month_and_day(tail, year)
        token = _Token(anchor.start(), tail.end(), year, month=month, day=day, firm=firm)
    before = _BEFORE_AT.match(plain, token.end)
    if before:
        token.end = before.end()
        token.firm = True
    return token


def _year(anchor: re.Match[str], context: Context) -> int | None:
    words = anchor["year"]
    if anchor["word"]:
        return None if context.year is None else context.year + _WORD_YEARS[anchor["word"]]
    if not words:
        return None
    if not words.isascii():
        return chinese_number(words)
    return int(words) + (2000 if len(words) == 2 else 0)


def _month_and_day(tail: re.Match[str], year: int | None) -> tuple[int, int, bool]:
    """Month, day, and whether the words are firm ones (底, 末, 旬)."""
    if tail["month"]:
        month = _whole(tail["month"])
        last = calendar.monthrange(year or 2001, month)[1]
        if tail["day"]:
            return month, min(_whole(tail["day"]), last), False
        return month, _PART_DAYS.get(tail["part"] or "", last), bool(tail["part"])
    if tail["quarter"]:
        quarter = tail["quarter"]
        month = 3 * (int(quarter) if quarter.isdecimal() else _QUARTERS[quarter])
        return month, calendar.monthrange(year or 2001, month)[1], bool(tail["quarter_end"])
    if tail["half"]:
        return (6, 30, bool(tail["half_end"])) if tail["half"] == "上" else (12, 31, bool(tail["half_end"]))
    return 12, 31, True


def _whole(words: str) -> int:
    return int(words) if words.isascii() else chinese_number(words) or 1


def _groups(plain: str, context: Context, taken: list[tuple[int, int]]) -> Iterator[list[_Token]]:
    """Date expressions joined by 、 or 和 belong together: the words behind the last speak for all."""
    group: list[_Token] = []
    for token in _tokens(plain, context, taken):
        if group:
            between = plain[group[-1].end : token.start]
            if len(between) <= 2 and _RANGE.fullmatch(between):
                first = group.pop()
                token.start, token.ranged = first.start, True
                token.bare_year = token.bare_year and first.bare_year
                group.append(token)
                continue
            if len(between) <= 2 and _JOINED.fullmatch(between):
                group.append(token)
                continue
            yield group
        group = [token]
    if group:
        yield group


def _judge(words: Words, group: list[_Token], context: Context) -> list[Dated]:
    plain = words.plain
    first, last = group[0], group[-1]
    lead_at = _with_lead(plain, first.start)
    lead = plain[lead_at : first.start]
    after = plain[last.end : last.end + 60]
    opened = _OPEN_RANGE.search(plain[max(first.start - 6, 0) : first.start])
    if opened:
        if first.bare_year or len(opened["low"]) > 2:
            return []
        first.start -= len(opened.group())
        lead_at = first.start

    started = _START_AFTER.match(after)
    if started:
        begin = lead_at if lead in {"自", "从"} else first.start
        due = None if last.bare_year else _iso(last)
        return [_dated(words, begin, last.end + started.end(), due, "period_start")]
    if _BASE_AFTER.match(after) and (lead in {"以", "与", "同", "在", "较", "比"} or not lead):
        return [_dated(words, t.start, t.end, _iso(t), "baseline") for t in group]
    if lead in {"比", "较"}:
        return [_dated(words, t.start, t.end, _iso(t), "baseline") for t in group]
    if lead in {"自", "从"} and not last.ranged:
        due = None if last.bare_year else _iso(last)
        return [_dated(words, lead_at, last.end, due, "period_start")]
    if lead in {"以", "与", "同"} or after.startswith("的"):
        return []
    if lead.startswith("截") and _PAST.search(after):
        return [_dated(words, lead_at, last.end, _iso(last), PAST)]
    return _deadlines(words, group, lead_at, context)


def _deadlines(words: Words, group: list[_Token], lead_at: int, context: Context) -> list[Dated]:
    plain = words.plain
    first, last = group[0], group[-1]
    led = lead_at < first.start
    after = plain[last.end : last.end + 20]
    duty = _DUTY.match(after)
    begins = lead_at == 0 or plain[lead_at - 1] in _EDGE
    ends = not after or after[0] in _EDGE
    firm = any(t.firm for t in group)
    opening = context.first_year
    past = opening is not None and last.year is not None and last.year < opening
    if not firm:
        if past and last.bare_year and begins and ends:
            return [_dated(words, first.start, last.end, _iso(last), PAST)]
        if past or not (led or (begins and (duty or ends)) or (duty and not last.bare_year)):
            return []
        if last.bare_year and begins and not led and duty and _chooses(after):
            return []
    found = []
    for token in group:
        start = lead_at if token is first else token.start
        end = token.end
        if token is last and token.bare_year and duty and not led:
            end += len(duty.group())
        found.append(_dated(words, start, end, _iso(token), "baseline" if past else "deadline"))
    return found


def _chooses(after: str) -> bool:
    """``完成隐患排查的单位``: the year belongs to a clause that chooses objects, not to the duty itself."""
    clause = re.split("[，。；]", after, maxsplit=1)[0]
    return bool(_CHOSEN.search(clause))


def _iso(token: _Token) -> date | None:
    if token.year is None or token.month is None or token.day is None or not 1900 <= token.year <= 2999:
        return None
    return date(token.year, token.month, token.day)


def _with_lead(plain: str, start: int) -> int:
    match = _LEAD.search(plain[max(start - 3, 0) : start])
    return start - len(match.group()) if match and match.end() == min(start, 3) else start
