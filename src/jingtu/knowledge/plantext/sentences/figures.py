"""Figures that plans bind people to: percentages, ratios, and counts with a measure word.

Dates, numbers of documents, ages, thicknesses in a ban and the like are no figures here.
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass

from jingtu.knowledge.plantext.sentences.comparators import SUFFIX, Front, binding, words_before
from jingtu.knowledge.plantext.sentences.numerals import CHINESE, chinese_number, number

_NUMBER = re.compile(
    r"(?<![\dA-Za-z.\-_/#*])(?P<figure>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,12}(?:\.\d{1,6})?)(?![\dA-Za-z])"
    r"|百分之(?P<percent>百|[零一二三四五六七八九十]{1,4}(?:点[零一二三四五六七八九]{1,3})?)"
    rf"|(?P<chinese>[{CHINESE}]{{1,5}})(?=(?:[家口个处座条项次宗]))"
)
_PERCENT = re.compile(r"\s?(?P<unit>%|‰|个百分点|百分点)")
_RATIO = re.compile(r"(?:[:：]|比)(?P<right>\d{1,3}(?:\.\d+)?)(?![\d:：%年月日亩])")
_RANGE = re.compile(
    r"(?P<unit>%)?(?P<mark>[—–\-~～至到]{1,2})(?P<high>\d{1,9}(?:\.\d{1,6})?)(?=(?P<same>%)?)"
)
_UNIT = re.compile(
    r"(?P<more>多|余|几)?(?P<unit>[万亿千百]?(?:平方公里|平方千米|平方米|立方米|公顷|公里|千米|千克|公斤|吨|米|亩次|亩|"
    r"元|人次|批次|场次|户次|点次|台次|辆次|户|人|名|家次|家|口|个|处|座|条|项|宗|块|片|套|台|辆|眼|件|份|场|篇|所|支|只|头|株|组|起|批|村|镇|乡|县|次|"
    r"mg/kg|μg/m³|mg/L|毫克/升|毫克/千克|[微毫]克/(?:标准)?立方米|克|升|期)"
    r"(?:[/／](?:日|天|月|年|小时|平方公里|平方千米|公里|亩|人|升|立方米|公顷|辆|台|村|户|[·.]){1,3})?)"
)
# Words that follow a number and make it something else: a date, an age, a length of time, a class, a rank.
_NOT_COUNT = re.compile(
    r"[多余]?个?(?:年|月|日|天|周|时|小时|分钟|秒|岁|季度|工作日|自然日|号|级|类|档|字|周年|世纪|届|度|倍|版|楼|层|"
    r"毫米|厘米|微米|dB|分贝|℃|K|k)"
)
_MEASURE = re.compile(
    r"[万亿千百]?(?:平方|立方|公顷|公里|千米|千克|公斤|毫克|微克|标准?吨|吨|米|亩|元|人$|户$)"
)
_ABSTRACT = re.compile(r"(?:方面|环节|阶段|步骤|原则|坚持|维度|层面|必须|确保)")
# 至少配备2名, 至少完成80%: the comparator stands before the verb
_APART = re.compile(r"(?P<word>至少|最少|不少于|不超过|至多|最多)[^，。；、\d]{0,8}$")
_APART_ROLE = {"至少": ">=", "最少": ">=", "不少于": ">=", "不超过": "<=", "至多": "<=", "最多": "<="}
_STRICT = re.compile(r"不[少低小]于|不得[少低小]于|至少|最少|不超过|不多于|超过|≥|≤")
_NOUN_BEHIND = re.compile(r"[\u4e00-\u9fff]")
_SPEC = re.compile(r"[\u4e00-\u9fff]{1,12}\d")  # 4.3米焦炉2座: a size of what is counted behind it
_SAME_UNIT = re.compile(r"(?:[、和及与]\d[\d.]*)+(?=[%\u4e00-\u9fffm\u03bc])")
_EQUALS = re.compile(r"[（(](?:约|合|折合)*$")
_UNITLESS = re.compile(r"(?:系数|指数)$")
_NOTHING = re.compile(r"$|[，。；、）)]")
_ORDINAL = re.compile(r"[第之]$")
# 10000人或日供水1000吨以上的水源: the first figure picks the same objects as the second
_EITHER = re.compile(r"(?:或者?|且|、)[^，。；\d]{0,10}\d[^，。；]{0,6}(?:以上|以下)的")
_BAN = re.compile(r"禁止|严禁|不得(?!超过|[低高少多大小]于|突破)|不准|禁用|不予")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure with its comparator words: ``[front.start, end)`` in the text."""

    front: Front
    at: int
    end: int
    value: float | str
    unit: str | None
    comparator: str
    kind: str  # percent | ratio | count
    suffix: str | None = None  # 以上, 左右 …


def find_figures(plain: str, start: int, end: int) -> list[Figure]:
    """Figures in ``plain[start:end]``, one clause, in order."""
    found: list[Figure] = []
    position = start
    while True:
        match = _NUMBER.search(plain, position, end)
        if match is None:
            return found
        floor = found[-1].end if found else start
        figure = _figure(plain, match, floor, end)
        if figure is not None and found and _repeats(plain, found[-1], figure):
            position = figure.end
        elif figure is not None:
            found.append(figure)
            position = figure.end
        else:
            position = match.end()


def _figure(plain: str, match: re.Match[str], floor: int, limit: int) -> Figure | None:
    at, after = match.start(), match.end()
    if _ORDINAL.search(plain, max(at - 1, floor), at):
        return None
    value: float | str
    if match["percent"]:
        return _finish(plain, floor, at, after, _spelt_percent(match["percent"]), "%", "percent")
    if match["chinese"]:
        counted = chinese_number(match["chinese"])
        front = words_before(plain, at, floor)
        if counted is None or not _STRICT.search(plain, front.start, at):
            return None  # 三个支柱行业, 完成一个: words, not figures, unless something compares them
        value = counted
    else:
        value = number(match["figure"])
        ranged = _RANGE.match(plain, after, limit)
        if ranged and not ranged["unit"] == "%" == ranged["same"]:
            ranged = None if ranged["unit"] else ranged
        if ranged and ranged["same"]:
            words = f"{match['figure']}%—{ranged['high']}%"
            return _finish(plain, floor, at, ranged.end() + 1, words, "%", "percent")
        percent = _PERCENT.match(plain, after, limit)
        if percent:
            return _finish(plain, floor, at, percent.end(), value, percent["unit"], "percent")
        ratio = _RATIO.match(plain, after, limit)
        if ratio:
            words = f"{match['figure']}:{ratio['right']}"
            return _finish(plain, floor, at, ratio.end(), words, None, "ratio")
    if _NOT_COUNT.match(plain, after):
        return None
    if value == 0 and _NOTHING.match(plain, after, limit) and plain[at - 1 : at] in {"为", "到", "是"}:
        return _finish(plain, floor, at, after, value, None, "percent")  # 比例为0
    unit = _UNIT.match(plain, after, limit)
    if unit is None and (shared := _SAME_UNIT.match(plain, after, limit)):
        # 分别控制在70、40微克/立方米: the unit is said once
        unit = _UNIT.match(plain, shared.end(), limit)
        percent = _PERCENT.match(plain, shared.end(), limit)
        front = words_before(plain, at, floor)
        if front.respective and percent:
            return _finish(plain, floor, at, after, value, percent["unit"], "percent")
        if front.respective and unit:
            return _finish(plain, floor, at, after, value, unit["unit"], "count")
        unit = None
    if unit is None and _NOTHING.match(_after_suffix(plain, after), 0):
        front = words_before(plain, at, floor)
        if front.comparator and _UNITLESS.search(plain, max(floor, front.start - 2), front.start):
            return _finish(plain, floor, at, after, value, None, "percent")
    if unit is None or _ABSTRACT.match(plain, unit.end()):
        return None
    figure = _finish(plain, floor, at, unit.end(), value, unit["unit"], "count")
    return None if _describes(plain, figure, floor) else figure


def _finish(
    plain: str, floor: int, at: int, end: int, value: float | str, unit: str | None, kind: str
) -> Figure:
    front = words_before(plain, at, floor)
    suffix = SUFFIX.match(plain, end)
    word = suffix["word"] if suffix else None
    if front.comparator is None:
        apart = _APART.search(plain, max(floor, front.start - 12), front.start)
        if apart:
            front = dataclasses.replace(front, comparator=_APART_ROLE[apart["word"]])
    comparator = binding(front, word) if kind != "ratio" else front.comparator or "="
    return Figure(front, at, suffix.end() if suffix else end, value, unit, comparator, kind, word)


def _describes(plain: str, figure: Figure, floor: int) -> bool:
    """``厚度低于0.01毫米的``, ``50亩以上的地块``: a measure that picks objects is nobody's target."""
    if not _MEASURE.match(figure.unit or ""):
        return False
    if plain.startswith("的", figure.end) or plain.startswith("及以上", figure.end):
        return True
    if figure.suffix is None and figure.front.comparator is None and _SPEC.match(plain, figure.end):
        return True
    if figure.suffix in {"以上", "以下"} and figure.front.comparator is None:
        if plain[figure.end - 3 : figure.end - 2] in {"及", "或"} and _NOUN_BEHIND.match(plain, figure.end):
            return True  # 20吨及以上污水处理设施
    elif _EITHER.match(plain, figure.end):
        return True
    return bool(_BAN.search(plain, floor, figure.at))


def _repeats(plain: str, last: Figure, figure: Figure) -> bool:
    """500公顷（7500亩）: the bracket says the same in another unit."""
    between = plain[last.end : figure.at]
    return _EQUALS.fullmatch(between) is not None and plain[figure.end : figure.end + 1] in {"）", ")"}


def _after_suffix(plain: str, at: int) -> str:
    suffix = SUFFIX.match(plain, at)
    return plain[suffix.end() if suffix else at :][:1]


def _spelt_percent(words: str) -> float:
    whole, _, part = words.partition("点")
    value = 100 if whole == "百" else chinese_number(whole) or 0
    if not part:
        return value
    return float(f"{value}." + "".join(str(chinese_number(c)) for c in part))
