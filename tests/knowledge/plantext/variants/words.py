"""The same plan of another place: names exchanged in the blocks and in the annotation alike."""

from __future__ import annotations

import copy
import csv
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

from .blocks import Block, Form, Para, PlanDocument, TargetTable, TaskTable, squeeze, texts

_REGIONS = ("自治区",)
# Names that offices of the same work have, or had, elsewhere.
OFFICES: tuple[dict[str, str], ...] = (
    {},
    {
        "自然资源局": "自然资源和规划局",
        "自然规划局": "自然资源和规划局",
        "工业和信息化局": "经济和信息化局",
        "工信局": "经信局",
        "科工信局": "科技和工业信息化局",
        "市场监管局": "市场监督管理局",
        "住建局": "住房和城乡建设局",
        "应急局": "应急管理局",
        "水利局": "水务局",
        "发展改革局": "发展和改革局",
        "发展改革委": "发展和改革委员会",
        "发改局": "发展和改革局",
    },
    {
        "生态环境局": "环境保护局",
        "自然资源局": "国土资源局",
        "自然资源和规划局": "国土资源局",
        "自然规划局": "国土资源局",
        "农业农村局": "农业局",
        "市场监管局": "工商局",
        "市场监督管理局": "工商局",
        "应急局": "安监局",
        "行政审批局": "政务服务中心",
        "审批局": "政务服务中心",
        "工业和信息化局": "经贸局",
        "卫健局": "卫生和计划生育局",
    },
    {
        "农业农村局": "农业农村和水利局",
        "住房城乡建设局": "住建局",
        "住房和城乡建设局": "住建局",
        "市场监管局": "市监局",
        "工业和信息化局": "工信商务局",
        "卫健局": "卫生健康局",
        "粮食和储备局": "粮食和物资储备局",
        "交通运输局": "交通局",
        "行政审批局": "数据和政务服务局",
    },
)
_NUMBERS: dict[str, tuple[tuple[str, str], ...]] = {
    "as printed": (),
    "half-width": ((r"^（([一二三四五六七八九十]+)）", r"(\1)"), (r"^(\d+)[．.、]\s*", r"\1.")),
    "comma": ((r"^(\d+)[．.、]\s*", r"\1、"),),
    "full-width": ((r"^(\d+)[．.、]\s*", r"\1．"),),
    "spaced": ((r"^(\d+)[．.、]\s*", r"\1. "), (r"^([一二三四五六七八九十]+)、", r"\1、 ")),
}
NUMBERINGS = tuple(_NUMBERS)
_NOTE = re.compile(r"（((?:[^（）]|（[^（）]*）)*(?:参与|负责|牵头)。?)[）〉]$")
_SIMPLE = re.compile(r"^([^，。]*?)牵头，(.*?)(等?)参与。?$")
NOTATIONS = ("as printed", "tortoise shell", "half-width", "support word", "labels")
HEADS: tuple[tuple[str, ...], ...] = (
    ("序号", "主要任务", "任务内容", "牵头单位", "配合单位", "责任单位"),
    ("序号", "工作任务", "具体措施", "牵头部门", "配合部门", "落实单位"),
    ("编号", "重点任务", "工作内容", "牵头单位", "参与单位", "责任单位"),
    ("序号", "任务名称", "主要内容", "牵头单位", "协助单位", "实施主体"),
)


@dataclass(frozen=True)
class Place:
    """A place with its superiors; names from the national list."""

    name: str
    short: str
    city: str = ""
    city_short: str = ""
    province: str = ""
    province_short: str = ""


@dataclass(frozen=True)
class Change:
    """What is exchanged: the place, the offices' names (a row of ``OFFICES``), the numbers' style.

    ``level`` is the word before the names of the place's own offices (区财政局 -> 县财政局); ``notation``
    is how unit notes are written, ``head`` how the columns of the task table are called.
    """

    place: Place | None = None
    level: str | None = None
    offices: int = 0
    numbering: str = "as printed"
    notation: str = "as printed"
    head: int = 0


@dataclass
class _Exchange:
    pairs: dict[str, str] = field(default_factory=dict)

    def __call__(self, text: str) -> str:
        if not self.pairs:
            return text
        keys = sorted(self.pairs, key=len, reverse=True)
        return re.sub("|".join(map(re.escape, keys)), lambda match: self.pairs[match[0]], text)


def _table() -> list[dict[str, str]]:
    file = resources.files("jingtu.knowledge.places") / "data" / "places.csv"
    return list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))


def places_like(gold: dict[str, Any], count: int, seed: int = 0, ending: str | None = None) -> list[Place]:
    """Real places of the same kind as the plan's own, or of the kind that ``ending`` names."""
    rows = {row["code"]: row for row in _table()}
    own = _own(gold, rows)
    is_city = not own.city and ending is None
    ending = ending or ("自治县" if own.name.endswith("自治县") else own.name[-1])

    def fits(row: dict[str, str]) -> bool:
        # A name that is a common word, or nothing but one character, is no name to a reader either.
        if row["level"] not in {"city", "county"} or not 2 <= len(row["short"]) <= 4:
            return False
        wrong_kind = row["name"].endswith("自治县") != (ending == "自治县")
        return row["name"].endswith(ending) and not wrong_kind and (row["level"] == "city") == is_city

    found = [row for row in rows.values() if fits(row) and row["name"] != own.name]
    chosen = random.Random(seed).sample(found, min(count, len(found)))
    return [_place(row, rows) for row in chosen]


def _place(row: dict[str, str], rows: dict[str, dict[str, str]]) -> Place:
    above: list[dict[str, str]] = []
    parent = row["parent"]
    while parent and parent in rows:
        above.append(rows[parent])
        parent = rows[parent]["parent"]
    province = above[-1] if above else {"name": "", "short": ""}
    city = above[0] if len(above) > 1 else {"name": "", "short": ""}
    return Place(row["name"], row["short"], city["name"], city["short"], province["name"], province["short"])


def _own(gold: dict[str, Any], rows: dict[str, dict[str, str]]) -> Place:
    parent = gold["region"]["parent"] or ""
    for row in rows.values():
        if row["name"] == gold["region"]["name"]:
            place = _place(row, rows)
            if place.city in parent and place.province in parent:
                return place
    raise LookupError(gold["region"]["name"])


def change_document(document: PlanDocument, change: Change) -> PlanDocument:
    """The document and its annotation with the same words exchanged in both."""
    exchange = _Exchange()
    if change.place is not None:
        exchange.pairs |= _place_pairs(document, change.place)
    if change.level is not None:
        _change_level(document, change.level, exchange)
    _rename_offices(document, OFFICES[change.offices], exchange)
    blocks = [_changed(block, exchange) for block in document.blocks]
    gold = _changed_gold(document, exchange)
    for block in blocks:
        if isinstance(block, Para):
            block.text = _NOTE.sub(lambda note: _noted(note, change.notation), block.text)
        elif isinstance(block, TaskTable):
            block.head = HEADS[change.head]
    for pattern, shape in _NUMBERS[change.numbering]:
        for block in blocks:
            if isinstance(block, Para):
                block.text = re.sub(pattern, shape, block.text)
        for task in gold["tasks"]:
            task["section"] = re.sub(pattern, shape, task["section"]) if task["section"] else None
    return PlanDocument(blocks, gold, squeeze("".join(texts(blocks))))


def _place_pairs(document: PlanDocument, place: Place) -> dict[str, str]:
    own = _own(document.gold, {row["code"]: row for row in _table()})
    pairs = {own.name: place.name, own.short: place.short}
    own_city, own_city_short = own.city, own.city_short
    if own_city:
        # A county right under its province has no city; the province's name serves.
        pairs |= {
            own_city: place.city or place.province,
            own_city_short: place.city_short or place.province_short,
        }
    pairs |= {own.province: place.province, own.province_short: place.province_short}
    if not place.province.endswith(_REGIONS):
        pairs |= {
            f"{own.province_short}壮族自治区": place.province,
            "自治区级": "省级",
            "区生态环境厅": "省生态环境厅",
            "自治区": "省",
            "区厅": "省厅",
        }
    initial = own.short[0]
    pairs |= {f"{initial}政办": f"{place.short[0]}政办", f"{initial}政发": f"{place.short[0]}政发"}
    return {old: new for old, new in pairs.items() if old and new}


def _noted(note: re.Match[str], notation: str) -> str:
    """A unit note in another notation; one too rich for it stays."""
    inner = note[1]
    if notation == "tortoise shell":
        return f"〔{inner}〕"
    if notation == "half-width":
        return f"({inner})"
    if notation == "support word":
        return f"（{re.sub('参与(。?)$', '配合', inner)}）"
    found = _SIMPLE.match(inner)
    if notation == "labels" and found and "牵头" not in found[1] + found[2] and "，" not in found[2]:
        return f"（牵头单位：{found[1]}；配合单位：{found[2]}{found[3]}）"
    return note[0]


def _units(gold: dict[str, Any]) -> Iterator[dict[str, str]]:
    for task in gold["tasks"]:
        for role in ("lead_units", "support_units", "responsible_units", "inherited_responsible_units"):
            yield from task.get(role, [])


def _change_level(document: PlanDocument, level: str, exchange: _Exchange) -> None:
    """The offices of a district become those of a county, and so on."""
    own = document.gold["region"]["name"][-1]
    exchange.pairs[f"我{own}"] = f"我{level}"
    if own != "区":  # 全区 is the autonomous region more often than the district
        exchange.pairs[f"全{own}"] = f"全{level}"
    for unit in _units(document.gold):
        for name in (squeeze(unit["raw"]), squeeze(unit["expanded"])):
            # A name without its prefix stays; only the expansion beside it changes.
            if name.startswith(own) and squeeze(unit["expanded"]).startswith(own) and name != _bare(unit):
                exchange.pairs[name] = level + name[1:]


def _bare(unit: dict[str, str]) -> str | None:
    """The printed name where it was printed without its prefix: 市场监管局 of 市市场监管局."""
    raw, expanded = squeeze(unit["raw"]), squeeze(unit["expanded"])
    return raw if raw != expanded else None


def _rename_offices(document: PlanDocument, offices: dict[str, str], exchange: _Exchange) -> None:
    """Whole unit names go into the exchange, so that the body's words stay as they are."""
    endings = sorted(offices, key=len, reverse=True)
    known = _Exchange(dict(exchange.pairs))
    for unit in _units(document.gold):
        raw = squeeze(unit["raw"])
        ending = next((e for e in endings if raw.endswith(e)), None)
        if ending is None:
            continue
        for name in (raw, squeeze(unit["expanded"])):
            exchange.pairs[name] = known(name)[: -len(ending)] + offices[ending]


def _changed(block: Block, exchange: _Exchange) -> Block:
    if isinstance(block, Para):
        return Para(exchange(block.text))
    if isinstance(block, TaskTable):
        return TaskTable(
            exchange(block.title), [[exchange(c) for c in row] for row in block.rows], block.head
        )
    if isinstance(block, TargetTable):
        return TargetTable([[exchange(c) for c in row] for row in block.rows])
    return Form(block.head, [(exchange(a), exchange(b), exchange(c)) for a, b, c in block.rows])


def _changed_gold(document: PlanDocument, exchange: _Exchange) -> dict[str, Any]:
    original = document.gold
    gold = copy.deepcopy(original)
    for key in ("title", "issuer", "issuing_number"):
        gold[key] = exchange(gold[key]) if gold[key] else None
    gold["region"]["name"] = exchange(gold["region"]["name"])
    position = 0
    for task in gold["tasks"]:
        # Names change their length: the first forty characters are counted again.
        start = document.text.index(task["first40"], position)
        task["first40"] = exchange(document.text[start : start + 160])[:40]
        position = start
        for key in ("title", "section", "unit_text"):
            task[key] = exchange(task[key]) if task.get(key) else task.get(key)
        for thing in (*task["quantities"], *task["deadlines"]):
            thing["text"] = exchange(thing["text"])
    for unit in _units(gold):
        raw, expanded = squeeze(unit["raw"]), squeeze(unit["expanded"])
        # A slip of the print (区农业农村 for 区农业农村局) is supplied from what is printed.
        slip = raw != expanded and expanded.startswith(raw)
        unit["raw"] = exchange(raw)
        unit["expanded"] = exchange(raw) + expanded[len(raw) :] if slip else exchange(expanded)
    for target in gold["targets"]:
        target["indicator"] = exchange(target["indicator"])
        target["source_text"] = exchange(target["source_text"])
    for row in gold.get("annex_table", {}).get("rows", []):
        row["item"], row["group"] = exchange(row["item"]), exchange(row["group"])
        for unit in row["responsible_units"]:
            unit["raw"] = exchange(squeeze(unit["raw"]))
            unit["expanded"] = exchange(squeeze(unit["expanded"]))
    return gold
