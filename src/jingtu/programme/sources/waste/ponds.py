"""尾矿库分类分级环境监管清单: the grade of supervision is the state, hazards are records put right and checked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta

from jingtu.errors import CellError
from jingtu.platform.registers import versions
from jingtu.platform.registers.declarations import (
    Field,
    Lifecycle,
    Membership,
    Move,
    Register,
    State,
    declare,
)
from jingtu.platform.registers.entry_records import RecordKind, believed_records, declare_records
from jingtu.platform.registers.models import Entry, Version
from jingtu.programme.sources.waste.models import (
    PondCheck,
    PondHazard,
    PondInspection,
    PondRectification,
    TailingsPondFacts,
)
from jingtu.programme.sources.waste.permissions import CHECK, EDIT, IMPORT, READ, REPORT
from jingtu.programme.sources.waste.rules import value_on

PONDS = "tailings_ponds"
POND_SYSTEM, WASTE_PLATFORM = "tailings_pond_system", "solid_waste_platform"
GRADES = {"level_1": "一级", "level_2": "二级", "level_3": "三级"}
SUPERVISED = tuple(GRADES)
ON_THE_LIST = (*SUPERVISED, "closed")
OPERATIONS = (("building", "在建"), ("running", "运行"), ("idle", "停用"), ("closed", "已闭库"))
RISKS = (("major", "重大"), ("larger", "较大"), ("general", "一般"))
SAFETY = (("normal", "正常库"), ("ill", "病库"), ("risky", "险库"), ("dangerous", "危库"))
INSPECTIONS = (("flood", "汛期前全面排查"), ("special", "专项排查"), ("other", "其他排查"))
FLOOD = "flood"
CHECKS = ((FLOOD, "汛期前检查"), ("routine", "日常检查"), ("random", "随机抽查"), ("again", "复查"))
RESULTS = (("sound", "未发现问题"), ("problems", "发现问题"))


def facts_of(version: Version) -> TailingsPondFacts:
    """The typed facts of a version of this register."""
    found = versions.facts_of(version)
    assert isinstance(found, TailingsPondFacts)
    return found


def not_clean_long_enough(entry: Entry, version: Version, on: date) -> str | None:  # noqa: ARG001 - guards' shape
    """Why a closed pond may not leave the list yet: its leachate has not been clean for the years that the rule asks.

    Returns
    -------
    str or None
        The reason in words; ``None`` where nothing is in the way.
    """
    years = value_on("pond_release", "years", on)
    since = facts_of(version).clean_since
    if years is None or since is None:
        return None
    first = since + relativedelta(years=int(years))
    if on >= first:
        return None
    return f"封场后连续达标不满 {years} 年，最早 {first.isoformat()} 可以移出清单。"


def stages(facts: Mapping[str, Any], state: str, on: date) -> list[tuple[date, str]]:
    """Since when a pond of an older list has had its grade, or has been closed.

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
        One stage: from the day that the list gives, else from ``on``.

    Raises
    ------
    ValueError
        The day lies after ``on``.

    Examples
    --------
    >>> stages({"listed_on": date(2023, 4, 20)}, "level_2", date(2024, 6, 30))
    [(datetime.date(2023, 4, 20), 'level_2')]
    >>> stages({"listed_on": date(2023, 4, 20)}, "proposed", date(2024, 6, 30))
    [(datetime.date(2024, 6, 30), 'proposed')]
    """
    name = "listed_on" if state in SUPERVISED else "closed_on" if state == "closed" else ""
    day = facts.get(name) or on
    if day > on:
        raise ValueError(f"列入、封场日期不能晚于本次登记的日期 {on.isoformat()}")
    return [(day, state)]


def _known_hazard(entry: Entry, values: Mapping[str, Any]) -> list[CellError] | None:
    """A rectification speaks of a hazard that is on record."""
    known = believed_records("pond_hazards").filter(entry=entry, on__lte=values["on"])
    names = sorted(known.values_list("name", flat=True))
    if values.get("name") in names:
        return None
    said = f"已登记的隐患：{'、'.join(names[:5])}" if names else "这座尾矿库还没有登记隐患"
    return [CellError(f"没有这项隐患。{said}", column="隐患名称", value=str(values.get("name") or ""))]


def _due_after_found(_entry: Entry, values: Mapping[str, Any]) -> list[CellError] | None:
    due = values.get("due")
    if due is None or due >= values["on"]:
        return None
    return [CellError("早于发现日期，请核对", column="整改期限", value=due.isoformat())]


def _grading() -> tuple[Move, ...]:
    """Into the list of a new year with the same grade, which comes every year and stands first; into each grade."""
    moves = [
        Move(
            f"renew_{state}", "列入新年度清单", (state,), state, EDIT, guard=_later_year,
            fields=("list_year", "list_document"), required_fields=("list_year",),
        )
        for state in GRADES
    ]  # fmt: skip
    moves += [
        Move(
            f"grade_{state[-1]}", f"定为{label}", ("proposed", *(other for other in GRADES if other != state)),
            state, EDIT, evidence_required=True, fields=("listed_on", "list_year", "listing_reason", "list_document"),
            required_fields=("listed_on", "list_year"),
        )
        for state, label in GRADES.items()
    ]  # fmt: skip
    return tuple(moves)


def _later_year(entry: Entry, version: Version, on: date) -> str | None:
    wanted, stored = facts_of(version).list_year, versions.version_on(entry, on)
    before = facts_of(stored).list_year if stored else None
    if wanted is not None and before is not None and wanted <= before:
        return f"该尾矿库已在 {before} 年度清单中，请填写以后的年度。"
    return None


TAILINGS_PONDS = declare(
    Register(
        id=PONDS,
        label="尾矿库分类分级环境监管清单",
        facts=TailingsPondFacts,
        fields=(
            Field("uscc", "统一社会信用代码", "uscc", in_list=False, synonyms=("社会信用代码", "信用代码")),
            Field("mine", "所属矿山", in_list=False, synonyms=("矿山名称", "所属企业矿山")),
            Field("ore", "矿种", synonyms=("尾矿类型", "主要矿种")),
            Field("operation", "运行情况", "choice", choices=OPERATIONS, synonyms=("运行状况", "使用情况", "生产状况")),
            Field("risk_grade", "环境风险等级", "choice", choices=RISKS, synonyms=("环境风险级别",)),
            Field("risk_year", "风险等级划定年份", "year", in_list=False, fold=True),
            Field("safety", "安全度", "choice", choices=SAFETY, in_list=False, fold=True, synonyms=("安全状况",)),
            Field("surroundings", "周边环境敏感情况", in_list=False, synonyms=("周边敏感目标", "敏感目标", "周边环境")),
            Field("protection", "污染防治设施", in_list=False, synonyms=("环境保护水平", "防治设施")),
            Field("address", "详细地址", in_list=False, synonyms=("地址", "位置")),
            Field("longitude", "经度", "coordinate", in_list=False, fold=True),
            Field("latitude", "纬度", "coordinate", in_list=False, fold=True),
            Field("list_year", "清单年度", "year", synonyms=("年度", "年份")),
            Field("listed_on", "列入清单日期", "date", in_list=False, synonyms=("列入日期", "列入时间", "公布日期")),
            Field("listing_reason", "定级理由", in_list=False, synonyms=("定级依据", "列入理由")),
            Field("list_document", "清单文件", in_list=False, synonyms=("清单文号", "公布文号", "文号")),
            Field("closed_on", "封场日期", "date", in_list=False, synonyms=("封场时间", "闭库日期")),
            Field(
                "clean_since", "连续达标起始日期", "date", in_list=False, fold=True,
                help="封场后没有渗滤液或者监测不超标的第一天",
            ),
            Field("responsible_person", "环境负责人", in_list=False, personal=True, synonyms=("责任人", "负责人")),
            Field("note", "备注", in_list=False, fold=True),
        ),
        lifecycle=Lifecycle(
            states=(
                State("proposed", "待定级"),
                State("level_1", "一级环境监管", "warning", synonyms=("一级", "一级监管")),
                State("level_2", "二级环境监管", "active", synonyms=("二级", "二级监管")),
                State("level_3", "三级环境监管", "active", synonyms=("三级", "三级监管")),
                State("closed", "已封场", "done"),
                State("released", "已移出清单", "off", final=True),
                State("dropped", "不列入清单", "off", final=True),
            ),
            moves=(
                *_grading(),
                Move(
                    "close", "封场", SUPERVISED, "closed", EDIT, evidence_required=True,
                    fields=("closed_on", "operation"), required_fields=("closed_on",),
                ),
                Move(
                    "release", "移出清单", ("closed",), "released", CHECK, evidence_required=True,
                    distinct_from=("close",), guard=not_clean_long_enough, fields=("clean_since",),
                    required_fields=("clean_since",),
                ),
                Move("drop", "不列入清单", ("proposed",), "dropped", EDIT, reason_required=True, evidence_required=True),
                Move(
                    "take_up", "重新定级", ("closed", "released", "dropped"), "proposed", EDIT, reason_required=True,
                    opens=True,
                ),
            ),
            initial=("proposed", *ON_THE_LIST),
        ),
        read_permission=READ,
        edit_permission=EDIT,
        import_permission=IMPORT,
        code_label="尾矿库编号",
        name_label="尾矿库名称",
        holder_label="运营管理单位",
        basis="《尾矿污染环境防治管理办法》（部令第26号）",
        stages=stages,
        unit="座",
        state_synonyms=("环境监管等级", "监管等级", "等级"),
        code_synonyms=("编号", "尾矿库编码"),
        name_synonyms=("尾矿库", "名称"),
        group="企业与污染源",
        membership=Membership(ON_THE_LIST, "listing_reason", "list_year"),
        filings=(POND_SYSTEM, WASTE_PLATFORM),
    )
)  # fmt: skip

declare_records(
    RecordKind(
        "pond_inspections", "隐患排查", PONDS, PondInspection,
        (
            Field("kind", "排查类型", "choice", choices=INSPECTIONS, required=True, synonyms=("类型",)),
            Field("hazards", "发现隐患数", "integer", unit="项", synonyms=("隐患数量", "隐患数")),
            Field("conclusion", "排查结论", required=True, synonyms=("结论", "排查情况")),
        ),
        REPORT, key=("on", "kind"), evidence_required=True, states=SUPERVISED, unit="次", on_label="排查日期",
        on_synonyms=("排查时间",),
    )
)  # fmt: skip
declare_records(
    RecordKind(
        "pond_hazards", "污染隐患", PONDS, PondHazard,
        (
            Field("name", "隐患名称", required=True, synonyms=("隐患",)),
            Field("place", "位置", synonyms=("部位",)),
            Field("problem", "隐患情况", required=True, synonyms=("存在问题", "隐患描述", "问题")),
            Field("due", "整改期限", "date", required=True, synonyms=("整改时限", "完成期限", "计划完成日期")),
        ),
        REPORT, key=("name",), check=_due_after_found, states=ON_THE_LIST, unit="项", on_label="发现日期",
        on_synonyms=("发现时间",), summary=lambda record: record.name,
    )
)  # fmt: skip
declare_records(
    RecordKind(
        "pond_rectifications", "隐患整改", PONDS, PondRectification,
        (
            Field("name", "隐患名称", required=True, synonyms=("隐患",)),
            Field("measures", "整改措施", required=True, synonyms=("整改情况", "措施")),
        ),
        REPORT, key=("name", "on"), check=_known_hazard, evidence_required=True, states=ON_THE_LIST, unit="项",
        on_label="整改完成日期", on_synonyms=("完成日期", "整改时间"), summary=lambda record: record.name,
    )
)  # fmt: skip
declare_records(
    RecordKind(
        "pond_checks", "监督检查", PONDS, PondCheck,
        (
            Field("kind", "检查类型", "choice", choices=CHECKS, required=True, synonyms=("类型",)),
            Field("result", "检查结果", "choice", choices=RESULTS, required=True, synonyms=("结果",)),
            Field("problems", "发现的问题", synonyms=("存在问题", "问题")),
            Field("checked_by", "检查单位", synonyms=("检查人员单位",)),
        ),
        CHECK, key=("on",), evidence_required=True, states=ON_THE_LIST, unit="次", on_label="检查日期",
        on_synonyms=("检查时间",),
    )
)  # fmt: skip
