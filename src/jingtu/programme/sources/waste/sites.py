"""历史遗留固体废物整治清单: surveyed, put right, checked and struck off by different people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from jingtu.platform.registers import versions
from jingtu.platform.registers.declarations import Field, Lifecycle, Move, Register, State, declare
from jingtu.platform.registers.entry_records import RecordKind, declare_records
from jingtu.platform.registers.models import Version
from jingtu.programme.sources.waste.models import HistoricSiteFacts, SiteLook, SiteProgress
from jingtu.programme.sources.waste.permissions import CHECK, EDIT, IMPORT, READ, REPORT, STRIKE_OFF
from jingtu.programme.sources.waste.rules import rules_of

SITES = "historic_solid_waste_sites"
SITE_SYSTEM = "historic_waste_system"
UNFINISHED = ("listed", "rectifying", "claimed", "checked")
ON_THE_LIST = (*UNFINISHED, "struck_off")
KINDS = (
    ("mine", "矿区历史遗留"), ("closed", "关停企业遗留"), ("storage", "工业固体废物堆存场所"), ("other", "其他"),
)  # fmt: skip
RESULTS = (("sound", "未发现问题"), ("problems", "发现问题"))


def facts_of(version: Version) -> HistoricSiteFacts:
    """The typed facts of a version of this register."""
    found = versions.facts_of(version)
    assert isinstance(found, HistoricSiteFacts)
    return found


def due_of(version: Version) -> date | None:
    """The day that the site's own plan sets."""
    return facts_of(version).due


def stages(facts: Mapping[str, Any], state: str, on: date) -> list[tuple[date, str]]:
    """Since when a site of an older list was in which state, by its dated facts.

    Parameters
    ----------
    facts : mapping
        Typed facts by field id.
    state : str
        The state in which the list has it.
    on : date
        The day of the import.

    Returns
    -------
    list of (date, str)
        Ascending; the last one is ``state``.

    Raises
    ------
    ValueError
        The dates contradict each other, or lie after ``on``.

    Examples
    --------
    >>> days = {"surveyed_on": date(2023, 3, 1), "listed_on": date(2023, 4, 3), "rectified_on": date(2023, 11, 2)}
    >>> [(day.isoformat(), state) for day, state in stages(days, "claimed", date(2024, 6, 30))]
    [('2023-03-01', 'surveyed'), ('2023-04-03', 'listed'), ('2023-11-02', 'claimed')]
    """
    order = {name: place for place, name in enumerate(("clue", "surveyed", *ON_THE_LIST))}
    named = (
        ("surveyed_on", "surveyed"), ("listed_on", "listed"), ("rectified_on", "claimed"),
        ("checked_on", "checked"), ("struck_off_on", "struck_off"),
    )  # fmt: skip
    found = [
        (facts[name], reached)
        for name, reached in named
        if facts.get(name) and order[reached] <= order.get(state, 1)
    ]
    days = [day for day, _ in found]
    if any(day > on for day in days):
        raise ValueError(f"排查、列入、整治、核查、销号日期不能晚于本次登记的日期 {on.isoformat()}")
    if days != sorted(days):
        raise ValueError("排查、列入、整治、核查、销号日期前后矛盾，请核对")
    if not found or found[-1][1] != state:
        found.append((on, state))
    return sorted(dict(found).items())


HISTORIC_SITES = declare(
    Register(
        id=SITES,
        label="历史遗留固体废物整治清单",
        facts=HistoricSiteFacts,
        fields=(
            Field("site_kind", "场所类型", "choice", choices=KINDS, synonyms=("类型", "堆存场所类型")),
            Field("waste", "废物种类", synonyms=("固体废物种类", "废物名称", "固废种类")),
            Field("metals", "涉及重金属", synonyms=("重金属", "特征污染物", "污染物")),
            Field("amount_t", "堆存量", "decimal", unit="吨", synonyms=("堆存量（吨）", "废物量", "数量（吨）")),
            Field("area_m2", "占地面积", "area", unit="平方米", in_list=False, synonyms=("面积", "堆存面积")),
            Field("former_user", "原产生单位", in_list=False, synonyms=("原企业", "产生单位", "原矿山")),
            Field("surroundings", "周边情况", in_list=False, synonyms=("周边环境", "周边敏感目标", "周边耕地和水体")),
            Field("address", "详细地址", in_list=False, synonyms=("地址", "位置")),
            Field("longitude", "经度", "coordinate", in_list=False, fold=True),
            Field("latitude", "纬度", "coordinate", in_list=False, fold=True),
            Field("surveyor", "排查单位", in_list=False, synonyms=("技术单位", "技术支撑单位")),
            Field("surveyed_on", "排查日期", "date", in_list=False, synonyms=("排查时间", "排查完成日期")),
            Field("problem", "存在问题", in_list=False, synonyms=("问题", "主要问题", "污染问题")),
            Field("list_year", "清单年度", "year", synonyms=("年度", "年份", "整治年度")),
            Field("listed_on", "列入整治清单日期", "date", in_list=False, synonyms=("列入日期", "列入时间")),
            Field("listing_reason", "列入理由", in_list=False, synonyms=("列入原因", "列入依据")),
            Field("plan", "整治方案", in_list=False, synonyms=("方案名称", "综合整治方案")),
            Field("measures", "整治措施", in_list=False, synonyms=("措施", "整治内容")),
            Field("due", "整治期限", "date", synonyms=("整治时限", "完成时限", "计划完成日期", "计划完成时间")),
            Field("rectified_on", "整治完成日期", "date", in_list=False, synonyms=("整治完成时间", "完成日期")),
            Field("checked_on", "核查日期", "date", in_list=False, synonyms=("核查时间",)),
            Field("struck_off_on", "销号日期", "date", synonyms=("销号时间",)),
            Field("confirmation", "确认文件", in_list=False, synonyms=("销号文件", "销号确认")),
            Field(
                "in_platform", "须录入信息系统", "boolean", in_list=False, synonyms=("是否须录入信息系统",),
                help="当地要求录入固体废物管理信息系统的填“是”",
            ),
            Field("responsible_person", "整治责任人", in_list=False, personal=True, synonyms=("责任人", "负责人")),
            Field("note", "备注", in_list=False, fold=True),
        ),
        lifecycle=Lifecycle(
            states=(
                State("clue", "待排查"),
                State("surveyed", "已排查", "active"),
                State("listed", "整治清单", "warning"),
                State("rectifying", "整治中", "active"),
                State("claimed", "整治待核查", "active"),
                State("checked", "已核查", "active"),
                State("struck_off", "已销号", "done"),
                State("excluded", "无需整治", "off", final=True),
            ),
            moves=(
                Move(
                    "survey", "完成排查", ("clue",), "surveyed", EDIT, evidence_required=True,
                    fields=("surveyor", "surveyed_on", "waste", "amount_t", "problem"), required_fields=("surveyed_on",),
                ),
                Move(
                    "include", "列入整治清单", ("surveyed",), "listed", EDIT,
                    fields=("listed_on", "list_year", "listing_reason", "in_platform"),
                    required_fields=("listed_on", "list_year", "listing_reason"),
                ),
                Move("exclude", "无需整治", ("surveyed",), "excluded", EDIT, reason_required=True, evidence_required=True),
                Move(
                    "start", "制定整治方案", ("listed",), "rectifying", EDIT, evidence_required=True,
                    fields=("plan", "measures", "due", "responsible_person"), required_fields=("plan", "due"),
                ),
                Move(
                    "claim", "报送整治完成", ("rectifying",), "claimed", REPORT, evidence_required=True,
                    fields=("rectified_on", "measures"), required_fields=("rectified_on",),
                    limit_field="due", limit_basis=rules_of("site_rectification"),
                ),
                Move(
                    "check", "核查通过", ("claimed",), "checked", CHECK, evidence_required=True, distinct_from=("claim",),
                    fields=("checked_on",), required_fields=("checked_on",),
                ),
                Move(
                    "return", "核查退回", ("claimed", "checked"), "rectifying", CHECK, reason_required=True,
                    distinct_from=("claim",), fields=("due",),
                ),
                Move(
                    "strike_off", "销号", ("checked",), "struck_off", STRIKE_OFF, evidence_required=True,
                    distinct_from=("claim",), fields=("struck_off_on", "confirmation"),
                    required_fields=("struck_off_on", "confirmation"),
                ),
                Move(
                    "reopen", "回头看发现问题", ("struck_off",), "rectifying", CHECK, reason_required=True,
                    evidence_required=True, fields=("due", "problem"), opens=True,
                ),
                Move("take_up", "重新排查", ("excluded",), "clue", EDIT, reason_required=True, opens=True),
            ),
            initial=("clue", "surveyed", "listed", "rectifying", "claimed", "checked", "struck_off"),
        ),
        read_permission=READ,
        edit_permission=EDIT,
        import_permission=IMPORT,
        code_label="场所编号",
        name_label="场所名称",
        holder_label="责任单位",
        basis="《土壤污染源头防控行动计划》",
        stages=stages,
        unit="处",
        code_synonyms=("编号", "堆存场所编号"),
        name_synonyms=("堆存场所名称", "堆存场所", "点位名称", "名称"),
        group="企业与污染源",
        filings=(SITE_SYSTEM,),
        reopen_move="reopen",
    )
)  # fmt: skip

declare_records(
    RecordKind(
        "site_progress", "整治进展", SITES, SiteProgress,
        (
            Field("percent", "完成比例", "integer", unit="%", synonyms=("进度",)),
            Field("content", "进展情况", required=True),
            Field("difficulty", "存在困难"),
        ),
        REPORT, key=("on",), states=("listed", "rectifying"), unit="次", on_label="填报日期",
    )
)  # fmt: skip
declare_records(
    RecordKind(
        "site_looks", "回头看", SITES, SiteLook,
        (
            Field("result", "结果", "choice", choices=RESULTS, required=True),
            Field("problems", "发现的问题"),
            Field("checked_by", "检查单位"),
        ),
        CHECK, key=("on",), evidence_required=True, states=("struck_off",), unit="次", on_label="检查日期",
    )
)  # fmt: skip
