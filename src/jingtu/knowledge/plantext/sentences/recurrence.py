"""Frequencies (每月3日前, 每季度末, 每年不少于2次, 按季度) as RFC 5545 recurrence rules.

RFC 5545 has no "n times a period". ``每年不少于2次`` is therefore read as evenly spaced
(``FREQ=MONTHLY;INTERVAL=6``) where the months divide, and as the bare period where they do not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from jingtu.knowledge.plantext.sentences.numerals import chinese_number
from jingtu.knowledge.plantext.sentences.words import near

_COUNT = r"(?:\d{1,2}|[一二两三四五六七八九十]{1,2})"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])[日号]"
_WHEN = rf"(?:{_DAY}|底|末|初|上旬|中旬|下旬)"
_MONTH = rf"(?:1[0-2]|0?[1-9])月(?:份)?{_WHEN}?(?:之前|以前|前)?"

_EVERY = re.compile(
    rf"每(?:(?P<half>半)|(?P<low>{_COUNT})(?:[-—–~～至到](?P<high>{_COUNT}))?个?)?"
    r"(?P<unit>年度?|季度?|月度?|周|星期|旬|日|天|个工作日)(?![均平])"
)
_EVERY_TAIL = re.compile(
    rf"(?P<months>{_MONTH}(?:[、和及与]{_MONTH})*)"
    rf"|(?P<of>首月|第[一二三123]个?月|最后一个月|末月)(?P<of_when>{_WHEN})?(?:之前|以前|前)?"
    rf"|年?(?P<when>{_WHEN})(?!期)(?:之前|以前|前)?"
    rf"|(?:结束)?后的?{_COUNT}个?(?:工作)?[日天]内"
    r"|(?P<weekday>[一二三四五六日天])(?:之前|以前|前)?(?!次)"
)
_TIMES = re.compile(rf"[^，。；、：次]{{0,10}}?(?P<times>{_COUNT})次")
_BY = re.compile(
    r"(?:按(?P<unit>年度|年|季度|季|月度|月|周|旬|半年)"
    r"(?!度|计划|工作|要求|目标|任务|方案|进度|份|实施|建设|评估|考核|预算|内|重点|初|末|底|均|平)"
    r"|逐(?P<each>年(?=开展|更新|报送|上报|制定)|季|月|周)(?!步|渐|项|级))"
)
_SHORT = re.compile(
    r"(?<![每本当上下个\d一二三四五六七八九十年同近])(?P<unit>月|季|季度|周|旬)(?=调度|通报|会商|研判|推送|报制)"
)
_PER = re.compile(
    rf"(?P<times>{_COUNT})次/(?P<unit>年|季度?|月|周|天|日)|(?P<half>半)?(?P<span>一|1)?年(?P<n>{_COUNT})次"
)

# 次月5日前: said once, it holds for every month
_NEXT_MONTH = re.compile(rf"次月(?P<when>{_WHEN})(?:之前|以前|前)?")

_OFTEN = re.compile("次")

_MONTHS_IN = {"年": 12, "季": 3, "月": 1, "半": 6}
_WEEKDAYS = dict(zip("一二三四五六日天", ["MO", "TU", "WE", "TH", "FR", "SA", "SU", "SU"], strict=True))
_PLAIN = {
    "年": "FREQ=YEARLY",
    "季": "FREQ=MONTHLY;INTERVAL=3",
    "月": "FREQ=MONTHLY",
    "半": "FREQ=MONTHLY;INTERVAL=6",
    "周": "FREQ=WEEKLY",
    "星": "FREQ=WEEKLY",
    "旬": "FREQ=MONTHLY;BYMONTHDAY=10,20,-1",
    "日": "FREQ=DAILY",
    "天": "FREQ=DAILY",
    "个": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
}
_DAYS = {"底": -1, "末": -1, "初": 1, "上旬": 10, "中旬": 20, "下旬": -1}
_LAST_DAY = {2: 28, 4: 30, 6: 30, 9: 30, 11: 30}
_QUARTER_MONTHS = {0: "1,4,7,10", 1: "2,5,8,11", 2: "3,6,9,12"}


@dataclass(frozen=True, slots=True)
class Recurring:
    """A frequency and where it stands: half-open ``[start, end)``."""

    start: int
    end: int
    rule: str


def find_recurring(plain: str) -> list[Recurring]:
    """Frequencies in ``plain``, in order, not overlapping.

    Examples
    --------
    >>> [r.rule for r in find_recurring("每季度末报送，每年不少于2次")]
    ['FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1', 'FREQ=MONTHLY;INTERVAL=6']
    """
    found = [_every(plain, match) for match in _EVERY.finditer(plain)]
    for pattern in (_BY, _SHORT):
        for match in pattern.finditer(plain):
            unit = next(word for word in match.groups() if word)
            found.append(Recurring(*match.span(), _PLAIN[unit[0]]))
    found += [
        Recurring(*match.span(), f"FREQ=MONTHLY;BYMONTHDAY={_day(match['when'])}")
        for match in _NEXT_MONTH.finditer(plain)
    ]
    often = (match for low, high in near(_OFTEN, plain, 6) for match in _PER.finditer(plain, low, high))
    for match in often:
        unit = match["unit"] or ("半" if match["half"] else "年")
        found.append(Recurring(*match.span(), _often(unit[0], _number(match["times"] or match["n"]))))
    found.sort(key=lambda r: (r.start, -r.end))
    kept: list[Recurring] = []
    for item in found:
        if not kept or item.start >= kept[-1].end:
            kept.append(item)
    return kept


def _every(plain: str, match: re.Match[str]) -> Recurring:
    unit = "半" if match["half"] else match["unit"][0]
    if unit != "半" and match["low"]:
        every = _number(match["high"] or match["low"])
        return Recurring(match.start(), match.end(), _spaced(unit, every))
    tail = _EVERY_TAIL.match(plain, match.end())
    if tail:
        rule = _tail_rule(unit, tail)
        if rule:
            return Recurring(match.start(), tail.end(), rule)
    times = _TIMES.match(plain, match.end())
    if times:
        return Recurring(match.start(), times.end(), _often(unit, _number(times["times"])))
    return Recurring(match.start(), match.end(), _PLAIN[unit])


def _tail_rule(unit: str, tail: re.Match[str]) -> str | None:
    if unit == "年" and tail["months"]:
        return _yearly(tail["months"])
    if unit == "年" and tail["when"] in {"底", "末"}:
        return "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31"
    if unit == "季" and tail["when"] in {"底", "末"}:
        return "FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1"
    if unit == "季" and tail["of"]:
        months = _QUARTER_MONTHS[_month_of_quarter(tail["of"])]
        return f"FREQ=YEARLY;BYMONTH={months};BYMONTHDAY={_day(tail['of_when'] or '底')}"
    if unit == "月" and tail["when"]:
        return f"FREQ=MONTHLY;BYMONTHDAY={_day(tail['when'])}"
    if unit in "周星" and tail["weekday"]:
        return f"FREQ=WEEKLY;BYDAY={_WEEKDAYS[tail['weekday']]}"
    if "后" in tail.group():
        return _PLAIN[unit]
    return None


def _yearly(months: str) -> str:
    parts = re.findall(rf"(\d{{1,2}})月(?:份)?({_WHEN})?", months)
    numbers = ",".join(str(int(month)) for month, _ in parts)
    days = {_day_of(int(month), when or "底") for month, when in parts}
    if len(days) == 1:
        return f"FREQ=YEARLY;BYMONTH={numbers};BYMONTHDAY={days.pop()}"
    return f"FREQ=YEARLY;BYMONTH={numbers}"


def _month_of_quarter(words: str) -> int:
    for index, names in enumerate(("首一1", "二2", "最末三3")):
        if any(c in words for c in names):
            # 最后一个月 holds 一: the last month is asked for first
            return 2 if words[0] in "最末" else index
    return 2


def _day(when: str) -> int:
    return _DAYS[when] if when in _DAYS else int(when[:-1])


def _day_of(month: int, when: str) -> int:
    """The day, -1 where it is the last of its month: 6月30日 and 12月31日 are one rule."""
    day = _day(when)
    return -1 if day == _LAST_DAY.get(month, 31) else day


def _often(unit: str, times: int) -> str:
    months = _MONTHS_IN.get(unit)
    if months is None or times < 2 or months % times:
        return _PLAIN[unit]
    interval = months // times
    return "FREQ=MONTHLY" if interval == 1 else f"FREQ=MONTHLY;INTERVAL={interval}"


def _spaced(unit: str, every: int) -> str:
    if every < 2:
        return _PLAIN[unit]
    if unit == "季":
        return f"FREQ=MONTHLY;INTERVAL={3 * every}"
    frequency = {"年": "YEARLY", "月": "MONTHLY", "周": "WEEKLY", "星": "WEEKLY"}.get(unit, "DAILY")
    return f"FREQ={frequency};INTERVAL={every}"


def _number(words: str) -> int:
    return int(words) if words.isascii() else (chinese_number(words) or 1)
