"""Names of units: what kind of unit a name means and which level prefix it carries or lacks.

Whether a leading 市 is the level or part of a word (市场, 市政) is decided by the list of
departments, never by the letter alone.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from jingtu.knowledge.places import find_places, place_at_start
from jingtu.knowledge.plantext.gazetteer import any_of, body_words, department_cores, departments

_OPEN = "（(〔【["
_CLOSE = "）)〕】]〉"
_LEVEL = "省市县区州盟旗乡镇"
_PLACES = "苏木|嘎查|团场|农场|林场|牧场|农牧场|街道|街|社区|园|开发区|新城|师市"

_GENERIC_GOVERNMENT = re.compile(
    rf"(?:各|乡|镇)?[{_LEVEL}街道级、，,/和及（）()〔〕]*"
    r"(?:乡镇|镇|乡|街道|县（市、区）|县（区）|市（县）|区（县）)[）)〕]?(?:人民政府|政府|街道办事处|街道办|办事处)"
)
_BARE_GENERIC = re.compile(r"(?:乡|镇|街道|社区|村|园区)+(?:人民政府|政府|办事处|办|管委会|管理委员会)?")
_LEVELS_ONLY = re.compile(rf"(?:(?:有关|相关)?(?:[{_LEVEL}、，,/和及与（）()〔〕场村级]|{_PLACES}))+")
_LEVEL_CHOICE = re.compile(rf"[{_LEVEL}]+[（(〔][{_LEVEL}、，街道]+[）)〕].*")
_GENERIC_PEOPLE = re.compile(r".{0,12}(?:部门|单位|企业|主体|地区|机构|责任人|使用权人|运营商|业主)")
_FORBIDDEN = re.compile(r"[。；;：:《》“”\"%％？！+]|\d{3,}|^[的了在对与和以按]|(?:的|了|着)$")
# 生态环境局某旗分局, 东关区委, 第二师有关团场: the name says itself where it sits
_SITED = re.compile(
    rf"[局委][\u4e00-\u9fff]{{2,8}}分局$|[\u4e00-\u9fff]{{2}}[{_LEVEL}]委$|^第.{{1,3}}师|有关|相关|国有"
)
_TRAILING_BRACKET = re.compile(r"[（(〔\[][^（()）〔〕\[\]]*[）)〕\]]$")

MAX_NAME = 40


@dataclass(frozen=True, slots=True)
class Name:
    """One name as the rules understand it.

    ``prefix`` is the explicit level prefix (市, 县委) or ``None``; ``inherits`` tells that a prefix
    is to be supplied from the list; ``carries`` that followers take this name's prefix;
    ``known`` that the department list has it; ``local`` that it is a listed department of a place
    that no list has; ``doubtful`` that nothing marks it as a unit.
    """

    raw: str
    kind: str
    prefix: str | None = None
    rest: str = ""
    inherits: bool = False
    carries: bool = False
    known: bool = False
    doubtful: bool = False
    family: str = ""
    local: bool = False
    repaired: str | None = None


@functools.cache
def _patterns() -> dict[str, re.Pattern[str]]:
    bodies = any_of([*body_words("body"), *body_words("government"), *body_words("zone")])
    return {
        "body": re.compile(bodies + "$"),
        "government": re.compile(any_of(body_words("government")) + "$"),
        "zone": re.compile(
            "(?P<head>.*?)"
            + any_of(body_words("zone"))
            + "(?:管委会|管理委员会|管理局|管理处|管理办公室|园区办|建设局)?$"
        ),
        "enterprise": re.compile(any_of(body_words("enterprise")) + "$"),
        "class": re.compile(any_of(body_words("class_start"))),
        "word": re.compile(any_of(body_words("not_prefix"))),
        "party": re.compile(any_of(body_words("party_prefix"))),
        "level": re.compile(any_of(body_words("prefix"))),
    }


def squeeze(text: str) -> str:
    """``text`` without any white space."""
    return "".join(text.split())


@functools.lru_cache(maxsize=20_000)
def read_name(raw: str) -> Name:
    """Read one name.

    Parameters
    ----------
    raw : str
        The name as printed, white space removed, without role words.

    Returns
    -------
    Name

    Examples
    --------
    >>> read_name("市民政局").prefix
    '市'
    >>> read_name("市容环卫局").prefix is None, read_name("市容环卫局").inherits
    (True, True)
    >>> read_name("石家庄海关").inherits
    False
    >>> read_name("各市（州）人民政府").kind
    'class'
    """
    pattern = _patterns()
    base = raw
    while (match := _TRAILING_BRACKET.search(base)) and match.start() > 0:
        base = base[: match.start()]
    if _GENERIC_GOVERNMENT.fullmatch(base) or _BARE_GENERIC.fullmatch(base):
        return Name(raw, "class", rest=base, known=True)
    known = departments()
    if base in known:
        national = base.startswith((*body_words("national_prefix"), "最高"))
        kind = "enterprise" if base.endswith(("公司", "集团")) else "department"
        return Name(raw, kind, None, base, inherits=not national, known=True, family=known[base])
    if _LEVEL_CHOICE.fullmatch(base) or base in {"管委会", "管理委员会"}:
        return Name(raw, "class", rest=base, known=bool(pattern["body"].search(base)))
    place = place_at_start(base)
    if (
        place is not None
        and base[len(place) : len(place) + 1] in tuple("省市县州盟旗")
        and not place.endswith(base[len(place)])
    ):
        place = None  # 安平 lies in 安平市's name: a place that the list does not have
    explicit = _with_prefix(raw, base, place)
    if explicit is not None:
        return explicit
    if pattern["class"].match(base) and (place is None or base.startswith("各")):
        tail = pattern["class"].sub("", base, count=1)
        marked = bool(
            pattern["body"].search(base) or _GENERIC_PEOPLE.fullmatch(base) or _LEVELS_ONLY.fullmatch(tail)
        )
        return Name(raw, "class", rest=base, known=marked, doubtful=not marked)
    if zone := pattern["zone"].fullmatch(base):
        head = zone["head"]
        specific = bool(place) or bool(pattern["level"].match(head))
        return Name(raw, "government" if specific else "class", rest=base, known=not head or specific)
    if pattern["government"].search(base):
        return Name(raw, "government", rest=base, known=True)
    if pattern["enterprise"].search(base):
        return Name(raw, "enterprise", rest=base, known=len(base) > 2)
    if is_compound(base) and (place is None or base[len(place) :] not in known):
        return Name(raw, "department", rest=base, inherits=True, known=True, family="government")
    if place is None and (own := _own_place(raw, base)) is not None:
        return own
    if place is not None:
        rest = base[len(place) :]
        ends = rest in known or (bool(pattern["body"].search(rest)) and not is_body_word(rest))
        return Name(raw, "department" if ends else "other", rest=rest, known=ends, doubtful=not ends)
    if base.endswith("部门") or _GENERIC_PEOPLE.fullmatch(base):
        return Name(raw, "class", rest=base, known=base.endswith(("部门", "单位")))
    if pattern["body"].search(base):
        return Name(raw, "department", rest=base, inherits=len(base) > 2 and not _SITED.search(base))
    if base in department_cores():
        return Name(raw, "department", rest=base, inherits=True, doubtful=True, repaired=base + "局")
    return Name(raw, "other", rest=base, doubtful=True)


_COMPOUND_BODY = re.compile(r"(?:局|委员会|委|办公室|办|厅|中心)$")


@functools.lru_cache(maxsize=2_000)
def is_compound(rest: str) -> bool:
    """Whether a name is put together of listed subjects: 工信商务局, 数据和政务服务局.

    Examples
    --------
    >>> is_compound("教育和体育局"), is_compound("试点情况局")
    (True, False)
    """
    body = _COMPOUND_BODY.search(rest)
    if body is None or len(rest) > 24:
        return False
    words = rest[: body.start()]
    cores = department_cores()
    reach = {0}
    for end in range(2, len(words) + 1):
        if any(
            words[start:end] in cores or (words[start] in "和与" and words[start + 1 : end] in cores)
            for start in reach
            if end - start >= 2
        ):
            reach.add(end)
    return len(words) in reach


def _own_place(raw: str, base: str) -> Name | None:
    """A department of a place that the list of places does not have: …县民政局, …气象局."""
    known = departments()
    for size in range(2, min(len(base) - 2, 9)):
        rest = base[size:]
        if rest not in known:
            continue
        head = base[:size].rstrip("和与")
        if any(char in base[:size] for char in "局委厅及、"):
            return None
        if head in department_cores() or head + "局" in known or base[size - 1] in "和与":
            return None  # 科教体局 is one office of two subjects
        level = base[size - 1] in _LEVEL
        local = size - level <= 3
        if level:
            return Name(raw, "department", base[:size], rest, carries=True, family=known[rest], local=local)
        return Name(raw, "department", None, rest, family=known[rest], local=local)
    return None


def _with_prefix(raw: str, base: str, place: str | None) -> Name | None:
    """A department with its level said: 市民政局, 县委统战部, 石家庄市民政局, 市…局…分局."""
    known = departments()
    pattern = _patterns()
    heads: list[str] = []
    if place is not None and find_places(place)[0].name == place:
        heads.append(place)
        if (party := pattern["party"].match(base[len(place) - 1 :])) and party.end() > 1:
            heads.insert(0, base[: len(place) - 1 + party.end()])
    if party := pattern["party"].match(base):
        heads.append(party[0])
    if level := pattern["level"].match(base):
        heads.append(level[0])
        if len(level[0]) > 1:
            heads.extend(one for one in body_words("prefix") if len(one) == 1 and base.startswith(one))
    for head in heads:
        rest = base[len(head) :]
        if rest in known and not (head.endswith("委") and known[rest] == "government"):
            kind = "enterprise" if rest.endswith(("公司", "集团")) else "department"
            return Name(raw, kind, head, rest, carries=True, known=True, family=known[rest])
        if not head.endswith("委") and is_compound(rest):
            return Name(raw, "department", head, rest, carries=True, known=True, family="government")
        if rest in department_cores() and not head.endswith("委"):
            body = "厅" if head in {"省", "自治区"} else "局"
            return Name(raw, "department", head, rest, carries=True, doubtful=True, repaired=base + body)
    for head in body_words("national_prefix"):
        if base.startswith(head) and base[len(head) :] in known:
            return Name(raw, "department", None, base[len(head) :], known=True)
    if pattern["word"].match(base) or not heads or pattern["class"].match(base):
        return None
    head = heads[-1]
    rest = base[len(head) :]
    if pattern["government"].fullmatch(rest):
        return Name(raw, "government", head, rest, known=True)
    if place is None and len(rest) >= 3 and pattern["body"].search(rest):
        known_start = any(rest[:size] in known for size in range(3, min(len(rest), 14)))
        zone = pattern["zone"].fullmatch(rest)
        kind = "enterprise" if pattern["enterprise"].search(rest) else "government" if zone else "department"
        return Name(
            raw,
            kind,
            head,
            rest,
            carries=not known_start and kind == "department",
            known=known_start or bool(zone),
        )
    if place is not None and any(
        rest.startswith(head) and head in known for head in (rest[:n] for n in range(3, 14))
    ):
        return Name(raw, "department", None, rest, known=True)
    return None


@functools.lru_cache(maxsize=2_000)
def is_body_word(text: str) -> bool:
    """Whether ``text`` is only the last part of names (分局, 人民政府), not a name."""
    return text in body_words("body") or text in body_words("government")


def _may_be_name(text: str) -> bool:
    if not 1 < len(text) <= MAX_NAME:
        return False
    # 和林格尔 is a place, though no name begins with 和.
    return not _FORBIDDEN.search(text) or (
        place_at_start(text) is not None and not _FORBIDDEN.search(text[1:])
    )


@functools.lru_cache(maxsize=20_000)
def is_unit(text: str) -> bool:
    """Whether ``text`` can stand as the name of a unit or of a class of units.

    Examples
    --------
    >>> is_unit("县民政局"), is_unit("有关规定"), is_unit("加强土壤污染防治")
    (True, False, False)
    """
    if not _may_be_name(text):
        return False
    name = read_name(text)
    if name.known or name.repaired:
        return True
    return not name.doubtful and name.kind != "other"


@functools.lru_cache(maxsize=20_000)
def is_known_unit(text: str) -> bool:
    """Whether ``text`` is surely a unit: a listed department, a government, a class of them."""
    return _may_be_name(text) and read_name(text).known


@functools.lru_cache(maxsize=20_000)
def is_whole_unit(text: str) -> bool:
    """Like :func:`is_known_unit`, and a listed department of an unlisted place with a short name."""
    return is_known_unit(text) or (_may_be_name(text) and read_name(text).local)


def bracket_depths(text: str) -> list[int]:
    """For every character the depth of brackets in which it stands; the brackets count as inside."""
    depth = 0
    depths = []
    for char in text:
        if char in _OPEN:
            depth += 1
            depths.append(depth)
        elif char in _CLOSE:
            depths.append(max(depth, 1) if depth else 0)
            depth = max(depth - 1, 0)
        else:
            depths.append(depth)
    return depths
