"""What a figure is about: the subject's own words, its place, its base, its parts."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date

from jingtu.knowledge.plantext.sentences.context import Context
from jingtu.knowledge.plantext.sentences.dates import PAST, Dated, find_deadlines
from jingtu.knowledge.plantext.sentences.identify import identify_indicator
from jingtu.knowledge.plantext.sentences.words import Words

_OPENING = re.compile(
    r"(?:其中|力争|确保|争取|努力|并且|并|且|使得?|推动|促进|保证|保障|要|应|须|全面|进一步|切实|不断|持续|同时|"
    r"做到|实现|完成|达到|将|对|按照?|以|全力|预计|计划|逐步|稳步|有效|内)+(?![率值量比])"
)
_AHEAD = {"deadline", "recurring", "seasonal", PAST}
_TRAILING = re.compile(
    r"(?<=[率例量度数重质])(?:已经?|要|应|须|需|也|在|均|的|将|能|可|持续|继续|总体|确保|力争|努力)+$|(?<![平年人月日户])均$"
)
# …排放量确保完成上级下达的比2020年下降4%: who set the figure is no part of what it is about
_SET_BY = re.compile(r"(?:确保|力争|努力)?(?:如期)?完成[^，。；、]{0,8}(?:下达|规定|确定|核定|要求|分配)的?$")
_YEAR_ON_YEAR = re.compile(r"(?P<base>同比|环比)$")
_SOFT = re.compile(
    r"(?:[（(]\d{1,2}[）)]|\d{1,2}[）)]|[①-⑳]|其中|力争|确保|争取|努力|并且|并|且|要|应|须|全力|预计)+"
)
_WIDE_PLACE = re.compile(
    r"(?:(?:19|20)\d\d年度?)?(?P<place>全[国省市县区州盟旗镇乡]|全自治区|全流域|我[省市县区州盟旗镇乡]|本[省市县区州]|辖区内?|本?行政区域内?|各县(?:（市、区）|市区)?)的?"
)
_NAMED_PLACE = re.compile(
    r"[\u4e00-\u9fff]{2,10}?(?:自治区|自治州|自治县|新区|开发区|园区|[省市县区州盟旗镇乡])的?"
)
_BASE = re.compile(
    r"(?:比|较|与|同|相比于?|相较于?|在)(?P<base>(?:(?:19|20)\d{2}年|上年|上一年|去年|“?十[一-五]五”?)[^，。；]{0,14}?)"
    r"(?:同期)?(?:相比|基础上)?$"
)
# …率由2020年的28%|提高到: where it begins; 500公顷（7500亩）: the same in another unit
_RISEN = re.compile(r"(?:由|从)(?P<base>[^，。；由从]{0,14}\d[\d.]*(?:%|个百分点|[\u4e00-\u9fff]{0,4}))$")
_SAME_AGAIN = re.compile(r"[（(](?:约|合|折合)*\d[\d.]*[\u4e00-\u9fff]{1,4}[）)]$")
_BASE_CLAUSE = re.compile(
    r"(?:以(?P<list>[^，。；]{2,40}?)为基[数准期础]|(?:与|同|较|比)(?P<year>(?:19|20)\d{2}年[^，。；]{0,10}?)相比"
    r"|在(?P<ground>(?:19|20)\d{2}年[^，。；]{0,10}?)基础上)"
)
_INDICATOR_OPENING = re.compile(
    r"受污染|污染地块|重点|农用地|耕地|地下水|国家|国控|优先|实施|涉|全部|规模|主要|农村|危险|土壤"
)
_MARKS = re.compile(r"[①-⑳]")
_PARTS = re.compile(r"[、和及与]|以及")
_HEAD = re.compile(
    r"(?:安全利用率|综合利用率|资源化利用率|利用率|覆盖率|回收率|处置率|处理率|达标率|完成率|合格率|执行率|开工率|"
    r"完工率|竣工率|治理率|整改率|管控率|比例|占比|比重|使用量|减排量|排放量|排放总量|面积|数量|(?:年平均|年均|平均)?浓度|率|水质|质量)$"
)
_OWNER = re.compile(r"[^，。；]{0,40}?的[^，。；、和]{0,8}?(?:项目|地块|单位|企业|资金)")
_YEARS = re.compile(r"(?:(?:19|20)\d{2}年(?:度)?[、和及与]){1,5}(?:19|20)\d{2}年(?:度)?")
_YEAR = re.compile(r"(?:19|20)\d{2}年(?:度)?")


@dataclass(slots=True)
class Subject:
    """A subject in words: the indicator, and the place or point it is said of."""

    words: str
    scope: str | None = None
    base: str | None = None
    marks: str = ""


class Calendar:
    """The dates of a text, asked by position."""

    def __init__(self, words: Words, context: Context) -> None:
        self._dated = find_deadlines(words, context)
        self._starts = [d.start for d in self._dated]
        self._words = words
        self._governing: list[Dated | None] = []  # the last real deadline up to each date
        last: Dated | None = None
        for dated in self._dated:
            if dated.deadline.kind in {"deadline", PAST} and dated.deadline.due is not None:
                last = dated
            self._governing.append(last)
        self._sentence = [c.start for c in words.clauses]

    def skip(self, start: int, end: int) -> int:
        """Start of the statement's own words: behind time words and softeners at its head."""
        position = start
        while position < end:
            soft = _SOFT.match(self._words.plain, position, end)
            if soft:
                position = soft.end()
                continue
            dated = self._at(position)
            if dated is None or dated.deadline.kind not in _AHEAD:
                return position
            position = dated.end
            following = self._at(position + 1) if self._words.plain[position : position + 1] == "、" else None
            if following is not None and following.deadline.kind in _AHEAD:
                position += 1
        return min(position, end)

    def _at(self, position: int) -> Dated | None:
        index = bisect_right(self._starts, position) - 1
        if index >= 0 and self._starts[index] == position:
            return self._dated[index]
        return None

    def due(self, position: int, sentence: int) -> date | None:
        """The date that governs ``position``: the nearest deadline before it in the same sentence."""
        index = bisect_right(self._starts, position) - 1
        dated = self._governing[index] if index >= 0 else None
        if dated is None or self._sentence_of(dated.start) != sentence or self._is_over(dated, position):
            return None
        return dated.deadline.due

    def _is_over(self, dated: Dated, position: int) -> bool:
        """Whether a day said of one clause (于3月20日前报备案，…) is over with that clause."""
        own = self._words.clause_at(dated.start)
        if own is None or position <= own.end or not self._words.plain.startswith("于", dated.start):
            return False
        return dated.end < own.end

    def listed(self, start: int, end: int) -> list[date]:
        """Days of the deadlines that stand in ``[start, end)``: 3月底前、6月底前分别…"""
        low, high = bisect_right(self._starts, start - 1), bisect_right(self._starts, end - 1)
        found = [dated.deadline for dated in self._dated[low:high]]
        return [item.due for item in found if item.kind == "deadline" and item.due is not None]

    def paragraph_due(self, position: int) -> date | None:
        """A year's end said earlier in the paragraph: ``到2025年，…。全市…率不低于94%。``"""
        index = bisect_right(self._starts, position) - 1
        dated = self._governing[index] if index >= 0 else None
        due = dated.deadline.due if dated and dated.deadline.kind != PAST else None
        return due if due is not None and (due.month, due.day) == (12, 31) else None

    def trim(self, start: int, end: int) -> int:
        """End of the subject's own words: before a date between subject and predicate (支出进度在6月底前|达到)."""
        index = bisect_right(self._starts, end) - 1
        if index < 0 or self._starts[index] <= start:
            return end
        dated = self._dated[index]
        if dated.end == end and dated.deadline.kind in _AHEAD:
            return dated.start
        return end

    def is_time(self, start: int, end: int) -> bool:
        """Whether the words are nothing but a time."""
        return self.skip(start, end) == end

    def _sentence_of(self, position: int) -> int:
        clause = self._words.clause_at(position)
        return clause.sentence if clause else 0


def describe(text: str) -> Subject:
    """Take a subject's words apart.

    Examples
    --------
    >>> describe("力争全市受污染耕地安全利用率")
    Subject(words='受污染耕地安全利用率', scope='全市', base=None, marks='')
    >>> describe("重点重金属排放总量比2020年核定基数").base
    '2020年核定基数'
    """
    marks = "".join(_MARKS.findall(text))
    text = _MARKS.sub("", text)
    base = None
    text = _SAME_AGAIN.sub("", text)
    compared = _BASE.search(text[-40:]) or _RISEN.search(text[-40:]) or _YEAR_ON_YEAR.search(text)
    if compared:
        base = compared["base"].removesuffix("的") or None
        text = text[: len(text) - len(compared.group())]
    text = _SET_BY.sub("", text).removesuffix("分别")
    text = _without_loose_quotes(text.strip("，,：:；;、（( "))
    text = _TRAILING.sub("", text)
    opening = _OPENING.match(text)
    if opening and opening.end() < len(text):
        text = text[opening.end() :]
    scope, text = _place(text)
    return Subject(text, scope, base, marks)


def _without_loose_quotes(text: str) -> str:
    """Quotes at the edges, unless they close what they open inside: 隐患排查“回头看”."""
    if text.startswith("“") and text.endswith("”") and text.count("“") == 1:
        return text[1:-1]
    if text.count("“") == text.count("”"):
        return text
    return text.strip("“”")


def _place(text: str) -> tuple[str | None, str]:
    wide = _WIDE_PLACE.match(text)
    if wide and wide.end() < len(text):
        return wide["place"], text[wide.end() :]
    named = _NAMED_PLACE.match(text)
    if named and named.end() < len(text):
        rest = text[named.end() :]
        # 地下水国控区|域点位: only a place if the indicator is known without it and loses nothing
        known = identify_indicator(rest)
        same = known is not None and known == identify_indicator(text)
        if same and _INDICATOR_OPENING.match(rest) and not identify_indicator(named.group()):
            return named.group().removesuffix("的"), rest
    return None, text


def sentence_base(before: str) -> str | None:
    """Base named earlier in the sentence: ``以…清单为基数``, ``与2020年相比``.

    A list is the base of what stands in its own part of the sentence; what follows a semicolon is about other things.

    Examples
    --------
    >>> sentence_base("以2024年3月底的地块清单为基数，")
    '2024年3月底的地块清单'
    >>> sentence_base("以2024年3月底的地块清单为基数，管控比例不少于75%；") is None
    True
    """
    found = None
    for match in _BASE_CLAUSE.finditer(before):
        if match["list"] and "；" in before[match.end() :]:
            continue
        found = match["list"] or match["year"] or match["ground"]
    return found


def parts(subject: str) -> list[str]:
    """Indicators joined under one figure, each in full words; one item where they are one.

    Examples
    --------
    >>> parts("受污染耕地、污染地块安全利用率")
    ['受污染耕地安全利用率', '污染地块安全利用率']
    >>> parts("2021年、2022年获得补助的项目完工率和资金执行率")[1]
    '2021年、2022年获得补助的项目资金执行率'
    >>> parts("饮用水水源和风险监控点位水质")
    ['饮用水水源和风险监控点位水质']
    """
    owner, rest = _owner(subject)
    pieces = [piece for piece in _PARTS.split(rest) if piece]
    if len(pieces) < 2:
        return [subject]
    heads = [_HEAD.search(piece) for piece in pieces]
    last = heads[-1]
    if last is None or last.group() in {"水质", "质量"}:
        return [subject]
    if all(heads):
        return [owner + piece for piece in pieces]
    whole = [piece if head else piece + last.group() for piece, head in zip(pieces, heads, strict=True)]
    # 土壤和地下水污染风险率: distributing the head must give indicators we know, or it is a guess
    return (
        [owner + piece for piece in whole] if all(identify_indicator(piece) for piece in whole) else [subject]
    )


def _owner(subject: str) -> tuple[str, str]:
    """``2021年、2022年获得补助的项目`` | ``完工率和资金执行率``."""
    owned = _OWNER.match(subject)
    return (owned.group(), subject[owned.end() :]) if owned and owned.end() < len(subject) else ("", subject)


def pair(subject: str, before: str, count: int) -> list[str] | None:
    """Subjects for ``count`` figures after 分别, in order; ``None`` if they cannot be told.

    Parameters
    ----------
    subject : str
        Words of the clause before 分别.
    before : str
        Words of the clause before that, which may hold the list (``2023年、2024年…项目``).
    count : int
        How many figures there are.

    Examples
    --------
    >>> pair("化肥、农药利用率", "", 2)
    ['化肥利用率', '农药利用率']
    >>> pair("资金执行率", "2023年、2024年获得补助的项目开工率", 2)
    ['2023年获得补助的项目资金执行率', '2024年获得补助的项目资金执行率']
    """
    years = _YEARS.search(subject)
    if years:
        listed = _YEAR.findall(years.group())
        if len(listed) == count:
            rest = subject[: years.start()], subject[years.end() :]
            return [rest[0] + year + rest[1] for year in listed]
    pieces = [piece for piece in _PARTS.split(subject) if piece]
    if len(pieces) == count:
        last = _HEAD.search(pieces[-1])
        return [p if last is None or _HEAD.search(p) else p + last.group() for p in pieces]
    years = _YEARS.search(before)
    if years:
        listed = _YEAR.findall(years.group())
        if len(listed) == count:
            objects = before[years.end() :]
            middle = _owner(objects)[0]
            return [year + middle + subject for year in listed]
    earlier = [piece for piece in _PARTS.split(before) if piece]
    if len(earlier) == count and not _HEAD.search(earlier[-1]):
        return [piece + subject for piece in earlier]
    return None
