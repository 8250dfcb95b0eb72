"""Statements of a clause: a subject, and a figure or words that it has to meet.

Targets and quantities are both made of these; they differ in what they keep.
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass, field

from jingtu.knowledge.plantext.sentences.figures import Figure, find_figures
from jingtu.knowledge.plantext.sentences.words import Clause, Words

_CLASS = r"(?:劣?[ⅠⅡⅢⅣⅤ一二三四五]|劣?(?:IV|I{1,3}|V))"
_STABLE = (
    r"(?:总体|基本|持续|继续){0,3}(?:保持|维持)(?:总体|基本|持续){0,2}(?:稳定|平稳|不变|良好)(?:向好|达标|改善|运行)?"
    r"|(?:总体|持续|基本){1,3}(?:稳定|平稳)(?:向好|可控)?"
    r"|(?:总体|基本|持续){0,2}稳中(?:向好|有升|趋好|有进)(?:发展)?"
)
_RULE = (
    r"(?:总体|基本|全面|初步|有效|持续){0,2}(?:得到|获得)(?:进一步|切实|有效|全面|基本|初步|充分|持续|明显|及时|妥善|更好){0,3}的?"
    r"(?:保障|管控|控制|防控|监控|遏制|缓解|解决|修复|改善|巩固提升|巩固|提升|落实|保护)"
)
NO_INCREASE = (
    r"(?:控制|实现|保持|严格控制|力争){0,2}"
    r"(?:不新增|不增加|不增长|趋?零增长|负增长|零新增|只减不增|不上升|不反弹)"
)
_ORDER = "达到或优于|达到或好于|优于或达到|不低于|不劣于|优于|好于|达到|保持在?|维持在?|为|达"
_WATER_CLASS = (
    rf"(?:稳定|均|全部|总体){{0,2}}(?P<order>{_ORDER})?(?:地表水|地下水|国家|水质)?"
    rf"(?P<grade>{_CLASS}(?:[—–\-~～至、或]{_CLASS})?类)"
    r"(?:水质|水体|水)?(?:标准|要求|目标)?(?P<above>(?:及|或)?以上|及以下)?"
)
_REFERENCE = (
    r"(?<![不未])(?:达到|满足|符合|完成)(?P<set>[^，。；、]{0,16}?"
    r"(?:国家|自治区|省|市|上级|县|部门|年度|相关|规定|有关|考核)[^，。；]{0,16}?"
    r"(?:要求|目标任务|目标|任务|指标|标准))(?![\u4e00-\u9fff])"
)
_OTHER = (
    r"(?:实现|达到)?(?:全覆盖|全面覆盖|全部达标|动态清零|清零|零发生)"
    r"|(?:总体|持续|明显|显著|全面|稳步|进一步|根本|基本){1,2}(?:改善|好转|恢复)"
    r"|(?<=[量率例度])(?:持续|稳步|逐年|逐步|明显|显著|进一步|大幅){1,2}(?:减少|下降|降低|提高|提升)"
    rf"|(?:不(?:得|再)?出现|消除|无){_CLASS}类(?:水质|水体|水)?"
)
_NONE = r"不发生(?P<event>[^，。；、]{2,40}(?:事故|事件|案件|纠纷))"
_BEHIND = re.compile(
    r"达到或|优于|好于|完成|开展|落实|实现|达标|纳入|建立|实施|得到|安装|办理|执行|回收|公开"
)
_WORDED = re.compile(
    f"(?P<stable>{_STABLE})|(?P<rule>{_RULE})|(?P<no_increase>{NO_INCREASE})"
    f"|(?P<class>{_WATER_CLASS})|(?P<reference>{_REFERENCE})|(?P<text>{_OTHER})|(?P<none>{_NONE})"
)
_FIRM_WORDED = re.compile(f"(?P<no_increase>{NO_INCREASE})")
# Behind 保持稳定 these make a name or a means of it: 保持稳定的…, 得到有效保障工作
_INSIDE_A_NAME = re.compile(r"的|[年月]|比例|占比|方案|计划|行动|工作|情况|示范|试点|机制")
_SCOPE = re.compile(r"(?:全[国省市县区州盟旗镇]|我[省市县区州盟旗镇]|本[省市县区州]|辖区内?)?")
_FROM = re.compile(r"[由从][^，。；、由从]{0,14}$")
_TO = re.compile(
    r"(?:稳步|逐步|进一步)?(?:提高|提升|增加|上升|扩大|增长|下降|降低|减少|压减|降)[到至]?(?:约|不低于|不高于)?"
)
_RATE = re.compile(r"(?:率|比例|占比|比重)$")
_JOINING = re.compile(r"(?:[、和及与]|以及|并且|并|且)+")
_BETWEEN = re.compile(r"[、和及与]|以及")
_PERIOD_NOTE = re.compile(r"[（(](?P<inside>[^（）()]{1,24})[）)]")


@dataclass(slots=True)
class Predicate:
    """One statement. Places are half-open and count characters of ``Words.text``."""

    clause: Clause
    start: int  # of the whole statement, with time words and the like at its head
    subject: tuple[int, int]
    end: int
    kind: str  # number decrease increase ratio count stable rule no_increase class reference text
    figures: list[Figure] = field(default_factory=list)
    value: str | None = None  # the words of a worded statement
    behind: tuple[int, int] = (0, 0)  # what 100%完成隐患排查 says after its figure
    order: str | None = None  # of a class: 优于, 以上
    respective: bool = False
    cumulative: bool = False


@dataclass(slots=True)
class _Head:
    start: int
    end: int
    figures: list[Figure]
    match: re.Match[str] | None
    clause_start: int = 0


def find_predicates(words: Words, clause: Clause, *, worded: bool) -> list[Predicate]:
    """Statements of one clause in order.

    Parameters
    ----------
    words : Words
        The text.
    clause : Clause
        Where to look.
    worded : bool
        Also find statements without a figure (总体保持稳定, 得到有效保障, Ⅴ类); otherwise of those
        only 不新增 and its like.
    """
    plain = words.plain
    heads = [
        _Head(group[0].front.start, group[-1].end, group, None, clause.start)
        for group in _grouped(plain, find_figures(plain, clause.start, clause.end))
    ]
    pattern = _WORDED if worded else _FIRM_WORDED
    heads += [
        _Head(match.start(), match.end(), [], match)
        for match in pattern.finditer(plain, clause.start, clause.end)
        if _stands(plain, match, clause)
    ]
    # 完成上级下达的比2020年下降4%任务: the figure says more than the reference to whoever set it
    spoken = [head for head in heads if head.figures and head.figures[0].front.direction]
    heads = [head for head in heads if not _refers_to(head, spoken)]
    heads.sort(key=lambda head: head.start)
    heads = [
        head
        for index, head in enumerate(heads)
        if index + 1 == len(heads)
        or not (
            _modifies(plain, clause, head, heads[index + 1]) or _rises_from(plain, head, heads[index + 1])
        )
    ]
    found: list[Predicate] = []
    position = clause.start
    for head in heads:
        if head.start < position:
            continue
        if found and found[-1].kind == "count":
            # 完成3个地块调查、管控率达到50%: the list mark parts the count's words from the next subject
            position = plain.find("、", position, head.start) + 1 or position
        joining = _JOINING.match(plain, position, head.start)
        subject = (joining.end() if joining else position, head.start)
        predicate = _predicate(clause, subject, head)
        if head.figures and head.figures[-1].kind == "percent" and _BEHIND.match(plain, predicate.end):
            predicate.behind = (predicate.end, _list_end(plain, predicate.end, clause.end))
            predicate.end = predicate.behind[1]
        note = _PERIOD_NOTE.match(plain, predicate.end)
        if note and "累计" in note["inside"]:
            predicate.cumulative = True
            predicate.end = note.end()
        found.append(predicate)
        position = predicate.end
    return found


def _refers_to(head: _Head, figures: list[_Head]) -> bool:
    if head.match is None or head.match.lastgroup != "reference":
        return False
    return any(head.start <= other.start and other.end <= head.end for other in figures)


def _rises_from(plain: str, head: _Head, after: _Head) -> bool:
    """``由2020年的28%提高到40%``: the first figure is where it begins."""
    if not head.figures or not after.figures or head.figures[0].kind != after.figures[0].kind:
        return False
    begins = _FROM.search(plain, max(head.clause_start, head.start - 16), head.start)
    return begins is not None and _TO.fullmatch(plain, head.end, after.figures[0].at) is not None


def _modifies(plain: str, clause: Clause, head: _Head, after: _Head) -> bool:
    """``11个乡镇农膜回收率达到85%``: the count only says of how many the rate is."""
    if not head.figures or not after.figures:
        return False
    if head.figures[0].kind != "count" or after.figures[0].kind != "percent":
        return False
    between = plain[head.end : after.start]
    if not _RATE.search(between):
        return False
    # 全市9个国考、省考断面…比例: with a list mark only where nothing is done before the count
    return "、" not in between or _SCOPE.fullmatch(plain, clause.start, head.figures[0].at) is not None


def _grouped(plain: str, figures: list[Figure]) -> list[list[Figure]]:
    """``80%和52%以上`` is one group: percentages with nothing but a joining word between them."""
    groups: list[list[Figure]] = []
    for figure in figures:
        if groups:
            last = groups[-1][-1]
            between = plain[last.end : figure.front.start]
            listed = figure.kind == last.kind == "percent" or groups[-1][0].front.respective
            if listed and figure.kind == last.kind and _BETWEEN.fullmatch(between):
                groups[-1].append(figure)
                continue
        groups.append([figure])
    return groups


def _list_end(plain: str, start: int, end: int) -> int:
    comma = plain.find("、", start, end)
    return end if comma < 0 else comma


def _stands(plain: str, match: re.Match[str], clause: Clause) -> bool:
    """A worded predicate closes its clause or its item of a list; inside a name it is none."""
    after = plain[match.end() : min(clause.end, match.end() + 12)]
    if not after or after[0] in "、（(；”":
        return True
    if match.lastgroup in {"stable", "rule"}:
        return not _INSIDE_A_NAME.match(after)
    return False


def _predicate(clause: Clause, subject: tuple[int, int], head: _Head) -> Predicate:
    match = head.match
    if match is None:
        first = head.figures[0]
        fronts = [figure.front for figure in head.figures]
        kind = (first.front.direction or "number") if first.kind == "percent" else first.kind
        return Predicate(
            clause,
            subject[0],
            subject,
            head.end,
            kind,
            _bound_alike(head.figures),
            respective=any(front.respective for front in fronts),
            cumulative=any(front.cumulative for front in fronts),
        )
    # lastgroup is the alternative's own name: it closes after the groups inside it
    predicate = Predicate(
        clause, subject[0], subject, head.end, match.lastgroup or "text", value=match.group()
    )
    if predicate.kind == "class":
        predicate.value = match["grade"]
        predicate.order = match["order"] or match["above"]
    elif predicate.kind == "reference":
        predicate.value = match["set"]
    elif predicate.kind == "none":
        predicate.kind, predicate.value = "text", "不发生"
        predicate.subject = match.span("event")
    return predicate


def _bound_alike(figures: list[Figure]) -> list[Figure]:
    """In a group the first figure's 达到 and the last one's 以上 hold for all that have no word of their own."""
    first, last = figures[0], figures[-1]
    shared = last.comparator if last.suffix else first.comparator
    return [
        figure
        if figure.suffix or (figure is not first and figure.front.comparator)
        else dataclasses.replace(figure, comparator=shared)
        for figure in figures
    ]
