"""Title, place, year, number, date and issuer of a document: read where printed, else unknown."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterable
from datetime import date

from jingtu.knowledge.places import (
    Place,
    find_places,
    parents_of,
    place_at_start,
    places_in,
    resolve_place,
)
from jingtu.knowledge.plantext.model import Region
from jingtu.knowledge.plantext.normalise import NormalText, TextParagraph
from jingtu.knowledge.plantext.structure.lines import SENTENCE_END
from jingtu.knowledge.plantext.structure.names import is_known_unit, is_whole_unit, read_name, squeeze
from jingtu.knowledge.plantext.structure.outline import Section

_PLAN_WORD = re.compile(
    r"防治|治理|整治|保护|监管|计划|方案|要点|规划|行动|清单|措施|分工|任务书?|安排|意见|部署|目标|责任书|分解表|攻坚|实施细则|台账|指标"
)
_TITLE_END = re.compile(
    r"(?:计划|方案|要点|规划|行动|清单|措施|分工|分解|路线图|时间表|任务|任务书|责任书|安排|意见|部署|分解表|一览表|分工表|任务表|细则|通知|表|台账|指标)"
    r"(?:的通知|的意见)?(?:[（(].{1,16}[）)])*"
)
_TITLE_LAST = re.compile(_TITLE_END.pattern + "$")
_ISSUED = re.compile(
    r"印发[《〈](?P<quoted>.+?)[》〉](?:的通知|$)|(?:印发|下发|发布)(?P<plain>[^《》]{4,60}?)的通知"
)
_NUMBER = re.compile(
    r"(?P<office>[\u4e00-\u9fff]{1,14}(?:（[\u4e00-\u9fff]{1,4}）)?)[〔\[［（(【](?P<year>(?:19|20)\d\d)[〕\]］）)】]第?(?P<serial>\d{1,5})号"
)
_DATE = re.compile(r"((?:19|20)\d\d)年(\d{1,2})月(\d{1,2})日")
_HAN_DATE = re.compile(
    r"([二一][〇○零ＯO一二三四五六七八九]{3})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)
_HAN_DIGIT = {**{c: i for i, c in enumerate("〇一二三四五六七八九")}, "零": 0, "○": 0, "Ｏ": 0, "O": 0}
_YEAR = re.compile(r"((?:19|20)\d\d)")
_RANGE = re.compile(r"((?:19|20)\d\d)年?\s*(?:[-—－–~～至到]+)\s*((?:19|20)\d\d)年?")
_PERIOD = re.compile(r"“?(十[二三四五六])五”?")
_PERIOD_END = {"十二": 2015, "十三": 2020, "十四": 2025, "十五": 2030, "十六": 2035}
_LEVEL_SAID = re.compile(r"[我本全]([省市县区州盟旗镇乡])")
_TOWN = re.compile(r"[\u4e00-\u9fff]{2,6}?(?:镇|乡(?!村)|街道|苏木)")
_ZONE = re.compile(r"[\u4e00-\u9fff]{2,10}?(?:新区|开发区|高新区|管理区|示范区|工业园区)")
_LEADING = re.compile(r"^(?:附件\d*|关于|中共|印发|(?:19|20)\d\d年?度?)+")
_LEVEL_CHARS = re.compile(r"[省市县区州盟旗镇]|乡(?!村)|街道|苏木")
_BEFORE_NAME = frozenset("年度于发省市县区州盟旗落实在和、")
# A place that the list does not have, before words that a title goes on with.
_UNLISTED = re.compile(
    r"[\u4e00-\u9fff]{2,8}?(?:自治[州县旗]|[省市县区州盟旗])(?=\d|[\u4e00-\u9fff]{0,4}(?:土壤|地下水|水污染|大气|污染|生态|环境|净土|督察|贯彻|受污染|危险|人民|农|关于|印发|委|年|“|《|重点|工作))"
)
_ANNEX_MARK = re.compile(r"附\s*[件表录]\s*\d{0,2}(?:[-—－]\d{1,2})?[：:]?")
_ZONE_BEHIND = re.compile(
    r"(?:国家级|自由贸易|经济技术|高新技术产业|经济|高新|工业|产业|临空|保税)*(?:开发区|经开区|高新区|示范区|管理区|试验区|园区|新城|新区(?!域))"
)
_HEAD = 40


class _Mentioned:
    """Places named anywhere in a document, looked for only where a name alone does not decide."""

    def __init__(self, text: str) -> None:
        self._text = text

    @functools.cached_property
    def names(self) -> list[str]:
        return [name for _, name in places_in(self._text[:20_000])]

    def resolve(self, name: str, *near: str) -> Place | None:
        """The place that ``name`` means, by its neighbours, then by all that the document names."""
        if not find_places(name):
            return None
        return resolve_place(name, near) or resolve_place(name, [*near, *self.names])


class Meta:
    """What the head of a document says of it."""

    def __init__(self, normal: NormalText, root: Section) -> None:
        self._normal = normal
        first = root.children[0] if root.children else None
        while first is not None and first.rank < 0:
            # Annex marks before the title are no sections.
            following = root.children[root.children.index(first) + 1 :]
            first = first.children[0] if first.children else (following[0] if following else None)
        end = first.start if first is not None else len(normal.text)
        for table in normal.tables()[:1]:
            end = min(end, table.start)
        self._head: list[TextParagraph] = [
            block for block in normal.paragraphs()[:_HEAD] if block.end <= end
        ] or normal.paragraphs()[:3]
        self._words = [normal.of(block) for block in self._head]
        self.title = self._find_title()
        self.issue_number = self._find_number()
        self.issued_on = self._find_date()
        self.issuer = self._find_issuer()
        self.year = self._find_year()
        self.since = self._find_first_year()

    def _find_title(self) -> str | None:
        joined = self._cover_title()
        if joined is not None:
            return joined
        best: str | None = None
        index = 0
        while index < len(self._words):
            words = self._words[index]
            if _ANNEX_MARK.fullmatch(squeeze(words)):
                index += 1  # 附件1 above 2030年…: the two figures must not run together
                continue
            style = (self._head[index].style or "").lower()
            lines = [words]
            if _may_be_title(words):
                following = index + 1
                while (
                    following < len(self._words)
                    and following < index + 3
                    and _may_be_title(self._words[following])
                ):
                    if _TITLE_END.search(squeeze("".join(lines))[-12:]) and not _only_part(
                        self._words[following]
                    ):
                        break
                    lines.append(self._words[following])
                    following += 1
            for take in range(len(lines), 0, -1):
                text = squeeze("".join(lines[:take]))
                if _is_title(text) or (style in {"title", "标题"} and _PLAN_WORD.search(text)):
                    return _without_annex(text)
            if best is None and style in {"title", "标题"}:
                best = squeeze(words)
            index += 1
        return best

    def _cover_title(self) -> str | None:
        """The plan's title as the covering notice prints it: 关于印发《…》的通知."""
        for index in range(len(self._words)):
            text = ""
            for words in self._words[index : index + 4]:
                if len(words) > 120:
                    break
                text += squeeze(words)
                match = _ISSUED.search(text)
                if match and not _cites(text, match.start()):
                    return (match["quoted"] or match["plain"]).strip("《》〈〉")
        return None

    def _find_number(self) -> str | None:
        for words in self._words:
            if len(words) <= 60 and (match := _NUMBER.search(words)) and "《" not in words:
                return match[0] if match.end() - match.start() > len(words) // 2 else None
        return None

    def _find_date(self) -> date | None:
        paragraphs = self._normal.paragraphs()
        tail = [self._normal.of(block) for block in paragraphs[-12:]]
        for group in (self._words, tail):
            for words in group:
                bare = words.strip("（）() 。")
                if len(bare) <= 14 and (found := _date_of(bare)):
                    return found
                if _signed_line(words):
                    return _date_of(words)
        for group in (self._words, tail):
            for words in group:
                if len(words) <= 60 and words.rstrip("。").endswith("印发") and (found := _date_of(words)):
                    return found
        return None

    def _find_issuer(self) -> str | None:
        """The signature above the date, else the heading of the notice."""
        words = [squeeze(item) for item in self._words]
        tail = [self._normal.of(block) for block in self._normal.paragraphs()[-12:]]
        for lines in (self._words, tail):
            for index, item in enumerate(map(squeeze, lines)):
                if (
                    len(item) <= 14
                    and _date_of(item.strip("（）()"))
                    and index
                    and (signed := self._signatures(lines, index))
                ):
                    return signed
                if signer := _signed_line(lines[index]):
                    return signer
        for index, item in enumerate(words):
            if item.startswith("关于") and index and _is_body(words[index - 1]):
                return words[index - 1]
            match = re.match(r"(.{4,30}?)关于", item)
            if match and _is_body(match[1]):
                return match[1]
        return None

    @staticmethod
    def _signatures(lines: list[str], date_at: int) -> str | None:
        """The bodies that sign above the date; a joint notice has several, on one line or on many."""
        signed: list[str] = []
        for line in reversed(lines[:date_at]):
            names = line.split()
            if len(names) < 2 or not all(_is_body(name) for name in names):
                names = [squeeze(line)]
            if not names or not all(_is_body(name) for name in names):
                break
            signed = names + signed
        return "、".join(signed) or None

    def _find_year(self) -> int | None:
        title = self.title or ""
        bracketed = _RANGE.search(title)
        if bracketed:
            return int(bracketed[2])
        if match := _YEAR.search(title):
            return int(match[1])
        if match := _PERIOD.search(title):
            return _PERIOD_END[match[1]]
        text = self._normal.text
        opening = text[self._head[0].start : self._head[0].start + 4000] if self._head else text[:4000]
        for pattern in (
            r"((?:19|20)\d\d)年是",
            r"((?:19|20)\d\d)年度?(?:土壤|工作|目标|重点|主要)",
            r"到((?:19|20)\d\d)年底",
        ):
            if match := re.search(pattern, opening):
                return int(match[1])
        if self.issued_on is not None and re.search(r"年度|今年|要点", title + opening[:600]):
            return self.issued_on.year
        return None

    def _find_first_year(self) -> int | None:
        """The first year of a title that names several: 2018—2020年, “十四五”."""
        if match := _RANGE.search(self.title or ""):
            return int(match[1])
        if not _YEAR.search(self.title or "") and (match := _PERIOD.search(self.title or "")):
            return _PERIOD_END[match[1]] - 4
        return None

    def region(self, units: Iterable[str]) -> Region | None:
        """The place of the plan: from the title, the issuer, or units that carry a place's name."""
        mentioned = _Mentioned(self._normal.text)
        for words in (self.title or "", self.issuer or "", *(self._words[:3] if self.title is None else ())):
            found = _place_of(words, mentioned) if len(words) <= 80 else None
            if found is not None:
                return found
        return self._region_of_units(units, mentioned)

    def _region_of_units(self, units: Iterable[str], mentioned: _Mentioned) -> Region | None:
        said = Counter(_LEVEL_SAID.findall(self._normal.text[:50_000]))
        level = said.most_common(1)[0][0] if said else None
        counted: Counter[str] = Counter()
        for unit in units:
            place = place_at_start(unit)
            if (
                place is not None
                and read_name(unit).kind == "department"
                and read_name(unit).prefix != unit[:1]
            ):
                counted[place] += 1
        for place, _ in counted.most_common(3):
            candidates = [item for item in find_places(place) if level is None or item.name.endswith(level)]
            near = [
                item
                for item in candidates
                if any(above.name in mentioned.names for above in parents_of(item))
            ]
            chosen = near if len(near) == 1 else candidates
            if len(chosen) == 1:
                return Region(chosen[0].name, chosen[0].code)
        return None


def _cites(text: str, at: int) -> bool:
    """Whether the words at ``at`` stand inside 《…》 or behind 根据: another document's title."""
    before = text[:at]
    return (
        before.count("《") > before.count("》") or re.search(r"根据|按照|依据|贯彻|落实", before) is not None
    )


def _signed_line(words: str) -> str | None:
    """A signature and its date on one line: 县民政局  2030年3月6日."""
    match = _DATE.search(words) if len(words) <= 40 else None
    if match is None or words[match.end() :].strip("）) 。"):
        return None
    name = squeeze(words[: match.start()]).strip("（(")
    return name if _is_body(name) else None


def _may_be_title(words: str) -> bool:
    return (
        0 < len(words) <= 50
        and words[-1] not in SENTENCE_END + "，；：、"
        and "。" not in words
        and not _NUMBER.search(words)
    )


def _only_part(words: str) -> bool:
    return bool(_TITLE_END.fullmatch(words)) or words.startswith(("（", "("))


def _without_annex(text: str) -> str:
    return re.sub(r"^附\s*[件表]\s*\d{0,2}(?:[-—－]\d)?[：:]?", "", text) or text


def _is_title(text: str) -> bool:
    text = _without_annex(text)
    if not 6 <= len(text) <= 70 or not _PLAN_WORD.search(text) or is_known_unit(text):
        return False
    if re.match(r"[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]|\d{1,2}[．.、]", text):
        return False
    return _TITLE_LAST.search(text) is not None


def _is_body(text: str) -> bool:
    return 3 < len(text) <= 40 and is_whole_unit(text)


def _date_of(text: str) -> date | None:
    if match := _DATE.search(text):
        return _safe(int(match[1]), int(match[2]), int(match[3]))
    if match := _HAN_DATE.search(text):
        year = int("".join(str(_HAN_DIGIT[char]) for char in match[1]))
        return _safe(year, _han_number(match[2]), _han_number(match[3]))
    return None


def _safe(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _han_number(text: str) -> int:
    if "十" not in text:
        return _HAN_DIGIT[text[-1]]
    tens, _, ones = text.partition("十")
    return (_HAN_DIGIT[tens] if tens else 1) * 10 + (_HAN_DIGIT[ones] if ones else 0)


def _place_of(words: str, mentioned: _Mentioned) -> Region | None:
    words = _LEADING.sub("", words)
    named = [(at, name) for at, name in places_in(words) if _begins_name(words, at)]
    if not named:
        unlisted = _UNLISTED.match(words)
        start = place_at_start(words)
        zone = _ZONE_BEHIND.match(words, len(start)) if start is not None else None
        if start is not None and zone is not None:
            return Region(start + zone.group())  # a zone has no code of its own
        if start is not None and not _LEVEL_CHARS.match(words, len(start)):
            place = mentioned.resolve(start)
            return Region(place.name, place.code) if place else Region(start)
        if unlisted:
            return Region(unlisted[0])
        return _zone_or_town(words, 0, mentioned)
    position, name = named[0]
    for following, other in named[1:]:
        # 石家庄市长安区: the deepest of places printed one after the other.
        if following == position + len(name):
            position, name = following, other
    town = _TOWN.match(words, position + len(name))
    if town:
        inner = mentioned.resolve(town[0], name)
        return Region(town[0], inner.code if inner else None)
    zone = _ZONE_BEHIND.match(words, position + len(name))
    if zone:
        return Region(name + zone.group())
    place = mentioned.resolve(name, *(other for _, other in named))
    return Region(name, place.code if place else None)


def _begins_name(words: str, at: int) -> bool:
    """Whether a place's name can begin here: 东区 in 江东区 is none."""
    return at == 0 or words[at - 1] in _BEFORE_NAME or not "\u4e00" <= words[at - 1] <= "\u9fff"


def _zone_or_town(words: str, start: int, mentioned: _Mentioned) -> Region | None:
    match = _TOWN.match(words, start) or _ZONE.match(words, start)
    if match is None:
        return None
    place = mentioned.resolve(match[0])
    return Region(match[0], place.code if place else None)
