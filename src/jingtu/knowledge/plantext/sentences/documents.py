"""Documents a task must produce, and registers it names.

A document merely cited (``根据《…》``, ``落实…方案``) is neither; titles in 《》 count only behind a
verb that produces them.
"""

from __future__ import annotations

import re
from itertools import groupby

from jingtu.knowledge.plantext.model import Deliverable, RegisterMention
from jingtu.knowledge.plantext.piece import Piece
from jingtu.knowledge.plantext.sentences.context import Context
from jingtu.knowledge.plantext.sentences.identify import identify_register
from jingtu.knowledge.plantext.sentences.words import FILLER, Clause, Words, words_of

_KINDS = {
    "plan": "方案 计划 规划 预案",
    "list": "清单 名录 名单 台账 目录 储备库 项目库 情况表",
    "report": "报告 总结",
    "method": "办法 细则 规定 制度 规范 指南 导则 标准 程序 规程 条例 意见 手册 流程",
    "other": "档案 数据库 图集 专题图",
}
_KIND = {noun: kind for kind, nouns in _KINDS.items() for noun in nouns.split()}
_NOUN = re.compile("|".join(sorted(_KIND, key=len, reverse=True)))
_VERB = re.compile(
    r"(?:研究|组织|牵头|逐一|配合|协助)?(?:制定|制订|印发|编制|编写|编印|出台|修订|建立|形成|报送|上报|提交|起草|拟定|拟订|公布|发布|"
    r"编报|撰写)(?!的)"
)
_MADE = re.compile(
    r"的?(?:研究|组织)?(?:与|和)?(?:制定|制订|编制|修订|起草|编写|拟定)(?:工作)?(?![\u4e00-\u9fff]{0,6}(?:的|方案|计划))"
    r"|(?:[（(])?(?:初稿|草案|送审稿|征求意见稿|报批稿)(?:[）)])?"
)
_CITED = re.compile(r"根据|依据|按照|依照|结合|落实|执行|对照|参照")
# 将年度总结报上级: sent, so it has to be written
_SENT = re.compile(r"(?:书面)?(?:报(?!告|道|名|批|废|酬|表)|上报|报送|提交)")
# …报告备案程序: a document named inside the name of another
_ABOUT = re.compile(r"(?:备案|评审|审查|审核|评估|管理|编制|报备|审批|论证|抽查)")
_ENDS = re.compile(r"$|[，。；：、）)”\"】,;]|并|和|与|及|以及|或|等|后|报|上报|组织|印发|落实|实施|公布")
_UPKEEP = re.compile(
    r"(?:完成|出台|并|以及|和|及(?!时)|、|了|且)*(?:动态|持续|及时|定期|逐一|逐步|不断|全面|滚动|进一步)*"
    r"(?:更新|完善|修订|健全|公布|发布|印发|调整|规范|细化|监督落实|组织实施|严格落实|落实|实施|执行)*等?(?:本辖区|本行政区域|辖区|相应的?|相关的?|具体的?|各自的?|一批)?"
)
_ONLY_FOLLOWED = re.compile(r"(?:并|和|及)(?:严格|认真|监督|督促)?(?:落实|执行|按照?|组织实施|实施)")
_JOINING = re.compile(r"(?:并|以及|和|与|及(?!时)|、)*")
# 在编制规划时: when something else is made
_WHILE = re.compile(r"在.*(?:时|过程中|期间|工作中|当中)")
_LONGEST_NAME = 60

_REGISTER_NOUN = re.compile(r"清单|名录|名单|台账|储备库|项目库|档案")
_NAME_STOP = re.compile(rf"[，。；：、？！“”\"（()）《》〈〉【】{FILLER}]")
# Words in front of a register's name that are no part of it. 在产, 从业, 整治对象 begin names and stay.
_BEFORE_NAME = re.compile(
    r"(?:报告|方案|计划|办法|制度|清单|名录|台账)(?:和|与|及|以及)|更新|加快建设|推进建设|组织建设|纳入|列入|进入|移出|建立|公布|发布|印发|制定|制订|编制|完成|完善|根据|按照|依据|依照|对照|参照|强化|落实|形成|确定|"
    r"梳理|报送|提交|上报|填报|填写|查询(?!记录|台账|系统|登记)|实行|实施|依法|严格|加强|将|把|对(?!象|接|外)|以|(?<!潜)在(?![产建用役])|从(?!业)|按(?!月|季|年)|"
    r"开展|推进|动态|做好|列出|确认|健全|健全完善|推送|移送|交办|通报|(?<!开发)(?<!安全)(?<!综合)利用|充实|规范|监督|明确|公开|的|为|是|向|并|结合|管理好|对应|具体|相应|下达|"
    r"(?:19|20)\d{2}年度?|本年度|当年度|年度|上级|全[省市县区]|本?辖区"
)
_NOT_A_LIST = re.compile(r"式|化|制(?!定)")


def read_deliverables(piece: Piece, context: Context) -> list[Deliverable]:  # noqa: ARG001
    """Documents that a task obliges somebody to produce.

    Parameters
    ----------
    piece : Piece
        The text of one task.
    context : Context
        Kept for one shape of all readers; a document's name needs no year.

    Returns
    -------
    list of Deliverable
        In reading order, each name once; ``kind`` is plan, list, report, method or other.

    Examples
    --------
    >>> text = "根据上级方案制定年度实施方案，建立问题台账以及整改方案。"
    >>> [(d.name, d.kind) for d in read_deliverables(Piece(text, [(0, len(text))]), Context())]
    [('年度实施方案', 'plan'), ('问题台账', 'list'), ('整改方案', 'plan')]
    """
    words = words_of(piece)
    found: dict[str, Deliverable] = {}
    for clause, nouns in groupby(_NOUN.finditer(words.text), key=lambda noun: words.clause_at(noun.start())):
        if clause is None:
            continue
        for start, end, noun in _products(words, clause, list(nouns)):
            name = words.name(start, end)
            found.setdefault(name, Deliverable(name, _KIND[noun], words.spans(start, end)))
    return list(found.values())


def _products(words: Words, clause: Clause, nouns: list[re.Match[str]]) -> list[tuple[int, int, str]]:
    plain = words.plain
    products: list[tuple[int, int, str]] = []
    if _WHILE.fullmatch(plain, clause.start, clause.end):
        return products
    verbs = [match.span() for match in _VERB.finditer(plain, clause.start, clause.end)]
    titled = any(plain[noun.start()] == FILLER for noun in nouns)
    nouns = [noun for noun in nouns if plain[noun.start()] != FILLER]
    reached = clause.start
    begins = {noun.start() for noun in nouns}
    for noun in nouns:
        if noun.end() in begins:
            continue  # 总结报告: the last word says what it is
        start = _sent(plain, noun, clause)
        if start is not None:
            products.append((start, noun.end(), noun.group()))
            reached = noun.end()
            continue
        if not _ENDS.match(plain, noun.end(), clause.end) and noun.end() < clause.end:
            start = _made(plain, noun, clause)
            if start is not None:
                products.append((start, noun.end(), noun.group()))
                reached = noun.end()
            continue
        verb = _last_before(verbs, noun.start())
        if (
            verb is None
            or noun.start() - verb[1] > _LONGEST_NAME
            or _is_cited(plain, clause, verb[0], noun.end())
        ):
            continue
        begin = verb[1]
        if products and products[-1][1] == reached and reached > begin:
            begin = reached
        start = _name_start(plain, begin, noun.start())
        if start is not None and (noun.start() - start >= 2 or len(noun.group()) > 2):
            products.append((start, noun.end(), noun.group()))
            reached = noun.end()
    products = _one_of_many(plain, sorted(products))
    if titled:
        products += _titles(words, clause, verbs)
    return sorted(products)


def _last_before(verbs: list[tuple[int, int]], position: int) -> tuple[int, int] | None:
    last = None
    for verb in verbs:
        if verb[1] <= position:
            last = verb
    return last


def _is_cited(plain: str, clause: Clause, verb: int, end: int) -> bool:
    """``根据上级制定的…名录，明确…``: everything up to the comma is a reference."""
    cited = _CITED.search(plain, clause.start, verb)
    if cited is None or cited.start() > clause.start + 2:
        return False
    # 根据方案制定计划: a document stands between, so the verb is the task's own
    return not _NOUN.search(plain, cited.end(), verb) and end >= clause.end


def _name_start(plain: str, begin: int, noun: int) -> int | None:
    between = plain[begin:noun]
    followed = _ONLY_FOLLOWED.search(between)
    if followed and followed.start() > 0:
        return None  # 发布信息并落实…方案: the verb has another object
    begin += between.rfind(FILLER) + 1
    upkeep = _UPKEEP.match(plain, begin, noun)
    start = upkeep.end() if upkeep else begin
    if noun - start < 2:  # 实施细则, 实施方案: here 实施 is the name's own
        joining = _JOINING.match(plain, begin, noun)
        start = joining.end() if joining else begin
    dropped = '"、，的' if "”" in plain[start:noun] else '"“、，的'
    while start < noun and plain[start] in dropped:
        start += 1
    return start


def _made(plain: str, noun: re.Match[str], clause: Clause) -> int | None:
    """``名录的制定``: the verb stands behind."""
    if not _MADE.match(plain, noun.end(), clause.end):
        return None
    start = _register_start(plain, noun.start(), clause.start)
    return start if noun.start() - start >= 2 else None


def _sent(plain: str, noun: re.Match[str], clause: Clause) -> int | None:
    """``将年度总结报上级``: what is sent stands between."""
    if not _SENT.match(plain, noun.end(), clause.end):
        return None
    taken = plain.rfind("将", clause.start, noun.start())
    return taken + 1 if taken >= 0 and 2 <= noun.start() - taken - 1 <= _LONGEST_NAME else None


def _one_of_many(plain: str, products: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """``A报告、B方案、C报告备案程序`` is one procedure for three documents, not three to be written."""
    kept: list[tuple[int, int, str]] = []
    for start, end, noun in products:
        inner = list(_NOUN.finditer(plain, start, end - len(noun)))
        begin = start
        if _KIND[noun] == "method" and inner and _ABOUT.match(plain, inner[-1].end(), end):
            while (
                kept
                and kept[-1][1] + 1 == begin
                and plain[begin - 1] == "、"
                and _KIND[kept[-1][2]] != "method"
            ):
                begin = kept.pop()[0]
        kept.append((begin, end, noun))
    return kept


_TITLE = re.compile(r"《(?P<name>[^《》]{2,120})》")


def _titles(words: Words, clause: Clause, verbs: list[tuple[int, int]]) -> list[tuple[int, int, str]]:
    found = []
    ends = {end for _, end in verbs}
    for title in _TITLE.finditer(words.text, clause.start, clause.end):
        nouns = list(_NOUN.finditer(title["name"][-12:]))
        made = (
            title.start() in ends
            or _MADE.match(words.plain, title.end(), clause.end) is not None
            or _sent(words.plain, title, clause) is not None
        )
        if nouns and made:
            found.append((*title.span(), nouns[-1].group()))
    return found


def read_registers(piece: Piece, context: Context) -> list[RegisterMention]:  # noqa: ARG001
    """Registers (清单, 名录, 台账 …) that a text names, with our identifier where the words match.

    Parameters
    ----------
    piece : Piece
        The text of one task.
    context : Context
        Kept for one shape of all readers.

    Returns
    -------
    list of RegisterMention
        In reading order, each name once, at its first mention.

    Examples
    --------
    >>> text = "公布并及时更新优先监管地块清单；对清单内地块开展监测。"
    >>> [(r.name, r.id) for r in read_registers(Piece(text, [(0, len(text))]), Context())]
    [('优先监管地块清单', 'priority_parcels')]
    """
    words = words_of(piece)
    plain = words.plain
    found: dict[str, RegisterMention] = {}
    for noun in _REGISTER_NOUN.finditer(plain):
        clause = words.clause_at(noun.start())
        if clause is None or _NOT_A_LIST.match(plain, noun.end()):
            continue
        start = _register_start(plain, noun.start(), clause.start)
        name = words.name(start, noun.end())
        if noun.start() - start >= 2 and name not in found:
            found[name] = RegisterMention(name, identify_register(name), words.spans(start, noun.end()))
    return list(found.values())


def _register_start(plain: str, noun: int, floor: int) -> int:
    """Where a register's name begins: behind the last word that cannot be part of it."""
    start = low = max(floor, noun - _LONGEST_NAME)
    for stop in _NAME_STOP.finditer(plain, start, noun):
        quoted = plain.rfind("“", low, stop.start()) if stop.group() == "”" else -1
        start = quoted if quoted >= 0 else stop.end()
    for word in _BEFORE_NAME.finditer(plain, start, noun + 2):  # two more, to look ahead at the noun
        if word.end() <= noun:
            start = word.end()
    joining = _JOINING.match(plain, start, noun)
    return joining.end() if joining else start
