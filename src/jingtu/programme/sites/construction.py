"""The register 建设用地地块: parcels whose use changes, from 待调查 to 可供地, the list, or off it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from jingtu.errors import CellError
from jingtu.platform.registers import versions
from jingtu.platform.registers.declarations import Field, Lifecycle, Move, Register, State, declare
from jingtu.platform.registers.entry_records import RecordKind, declare_records
from jingtu.platform.registers.models import Entry, Version
from jingtu.programme.sites import land_uses
from jingtu.programme.sites.models import ConstructionParcelFacts, UnlawfulDevelopment
from jingtu.programme.sites.permissions import LAND_CHECK, LAND_EDIT, LAND_IMPORT, LAND_READ, LAND_RECORD

LAND_ID = "construction_parcels"
SYSTEM = "construction_land_system"
CREDIT_SYSTEM = "practice_credit_system"
FIT, ACCEPTABLE, OVER = "fit", "acceptable", "over"
RESULTS = ((FIT, "未超标"), (ACCEPTABLE, "超标，风险可接受"), (OVER, "超标，风险不可接受"))
SUPPLIES = (("allocated", "划拨"), ("granted", "出让"), ("other", "其他"))


def _in_order(_entry: Entry, version: Version, _on: date) -> str | None:
    """Why land may not be supplied; nothing where its requirement was met by the day of supply."""
    facts = versions.facts_of(version)
    assert isinstance(facts, ConstructionParcelFacts)
    met = met_on(facts)
    if met is None:
        return "调查评审结论或者移出名录的日期没有登记，不能登记供地；已经违规供地的，请办理“发现违规供地”。"
    if facts.supplied_on is not None and facts.supplied_on < met:
        return f"供地日期早于符合要求的日期 {met.isoformat()}，请核对；确属先供地的，请办理“发现违规供地”。"
    return None


def met_on(facts: ConstructionParcelFacts) -> date | None:
    """The day from which the parcel meets what its new use asks: reviewed and fit, risk acceptable, or off the list."""
    day: date | None = {
        FIT: facts.reviewed_on,
        ACCEPTABLE: facts.assessed_on,
        OVER: facts.removed_on,
    }.get(facts.survey_result)
    return day


LIFECYCLE = Lifecycle(
    states=(
        State("to_survey", "待调查"),
        State("in_review", "报告待评审", "active"),
        State("over", "超标待评估", "warning"),
        State("available", "可供地", "done"),
        State("listed", "已入名录", "warning"),
        State("removed", "已移出名录", "done"),
        State("supplied", "已供地", "done", final=True),
        State("violating", "违规供地", "warning"),
        State("rectifying", "整改待核查", "active"),
        State("withdrawn", "已取消变更", "off", final=True),
    ),
    moves=(
        Move(
            "report", "报送调查报告", ("to_survey",), "in_review", LAND_EDIT, evidence_required=True,
            fields=("survey_firm", "reported_on"), required_fields=("reported_on",),
        ),
        Move(
            "pass_review", "评审：未超标", ("in_review",), "available", LAND_EDIT, evidence_required=True,
            fields=("reviewed_on", "survey_result"), required_fields=("reviewed_on", "survey_result"),
            guard=lambda _entry, version, _on: _result_is(version, FIT),
        ),
        Move(
            "find_over", "评审：超标", ("in_review",), "over", LAND_EDIT, evidence_required=True,
            fields=("reviewed_on", "exceeded_substances"),
            required_fields=("reviewed_on", "exceeded_substances"),
        ),
        Move("return_report", "退回修改", ("in_review",), "to_survey", LAND_EDIT, reason_required=True),
        Move(
            "accept_risk", "评估：风险可接受", ("over",), "available", LAND_EDIT, evidence_required=True,
            fields=("assessed_on", "survey_result"), required_fields=("assessed_on", "survey_result"),
            guard=lambda _entry, version, _on: _result_is(version, ACCEPTABLE),
        ),
        Move(
            "enter_list", "列入名录", ("over",), "listed", LAND_EDIT, evidence_required=True,
            fields=("assessed_on", "survey_result", "listed_on"),
            required_fields=("survey_result", "listed_on"),
            guard=lambda _entry, version, _on: _result_is(version, OVER),
        ),
        Move(
            "leave_list", "移出名录", ("listed",), "removed", LAND_EDIT, evidence_required=True,
            fields=("removed_on",), required_fields=("removed_on",),
        ),
        Move(
            "supply", "登记供地", ("available", "removed"), "supplied", LAND_EDIT, guard=_in_order,
            fields=("supplied_on", "supply_kind", "permit_number", "permitted_on"),
            required_fields=("supplied_on",),
        ),
        Move(
            "find_unlawful", "发现违规供地", ("to_survey", "in_review", "over", "listed"), "violating",
            LAND_EDIT, evidence_required=True, fields=("supplied_on", "supply_kind", "permit_number"),
            required_fields=("supplied_on",),
        ),
        Move(
            "reopen", "复查发现违规", ("supplied",), "violating", LAND_EDIT, evidence_required=True,
            reason_required=True, opens=True,
        ),
        Move(
            "claim_corrected", "报送整改", ("violating",), "rectifying", LAND_EDIT, evidence_required=True,
            fields=("reviewed_on", "survey_result", "assessed_on", "removed_on"),
            required_fields=("survey_result",),
        ),
        Move(
            "confirm_corrected", "核查确认", ("rectifying",), "supplied", LAND_CHECK,
            distinct_from=("claim_corrected",),
        ),
        Move(
            "return_corrected", "核查退回", ("rectifying",), "violating", LAND_CHECK, reason_required=True,
            distinct_from=("claim_corrected",),
        ),
        Move(
            "withdraw", "取消用途变更", ("to_survey", "in_review", "over", "available", "listed", "removed"),
            "withdrawn", LAND_EDIT, evidence_required=True,
            fields=("leaving_reason",), required_fields=("leaving_reason",),
        ),
        Move(
            "take_up_again", "重新纳入", ("withdrawn",), "to_survey", LAND_EDIT, reason_required=True,
            opens=True,
        ),
    ),
    initial=(
        "to_survey", "in_review", "over", "available", "listed", "removed", "supplied", "violating",
    ),
)  # fmt: skip


def _result_is(version: Version, wanted: str) -> str | None:
    facts = versions.facts_of(version)
    assert isinstance(facts, ConstructionParcelFacts)
    if facts.survey_result == wanted:
        return None
    return f"调查结论应为“{dict(RESULTS)[wanted]}”，请核对后选择相应的办理事项。"


FIELDS = (
    Field("address", "详细地址", in_list=False, synonyms=("地址", "位置", "坐落", "地块位置")),
    Field("area_m2", "占地面积", "area", unit="平方米", synonyms=("面积", "地块面积", "用地面积")),
    Field("former_use", "原用途", synonyms=("变更前用途", "现状用途", "原土地用途", "变更前土地用途")),
    Field("former_enterprise", "原使用单位", in_list=False, synonyms=("原企业", "原企业名称", "历史使用单位")),
    Field(
        "new_use", "变更后用途", "choice", choices=land_uses.NEW_USES,
        synonyms=("拟变更用途", "规划用途", "变更后土地用途", "现规划用途"),
    ),
    Field(
        "new_use_class", "变更后地类", in_list=False, synonyms=("地类编码", "规划地类", "用地分类"),
        help="分类编码和名称，例如 070102 二类城镇住宅用地",
    ),
    Field(
        "use_classes", "地类分类版本", "choice", choices=land_uses.versions(), in_list=False, fold=True,
        synonyms=("分类标准", "用地分类版本"),
    ),
    Field("changed_on", "用途变更日期", "date", synonyms=("变更日期", "用途变更时间", "变更时间")),
    Field("change_document", "变更依据", in_list=False, synonyms=("变更文号", "规划批复文号")),
    Field("survey_firm", "调查单位", in_list=False, synonyms=("调查从业单位",)),
    Field("reported_on", "报告报送日期", "date", in_list=False, synonyms=("调查报告报送时间",)),
    Field("reviewed_on", "评审通过日期", "date", synonyms=("评审日期", "评审时间", "报告评审日期", "调查报告评审通过日期")),
    Field("survey_result", "调查结论", "choice", choices=RESULTS, synonyms=("调查结果", "评审结论")),
    Field("exceeded_substances", "超标污染物", in_list=False, synonyms=("超标因子", "超标项目")),
    Field("assessed_on", "风险评估评审日期", "date", in_list=False, fold=True, synonyms=("风险评估日期",)),
    Field("listed_on", "列入名录日期", "date", in_list=False, fold=True, synonyms=("纳入名录日期",)),
    Field("removed_on", "移出名录日期", "date", in_list=False, fold=True),
    Field("supplied_on", "供地日期", "date", synonyms=("供地时间", "出让日期", "划拨日期")),
    Field("supply_kind", "供地方式", "choice", choices=SUPPLIES, in_list=False),
    Field(
        "permit_number", "建设工程规划许可证号", in_list=False, fold=True,
        synonyms=("规划许可证号", "许可证号", "建设工程规划许可证"),
    ),
    Field("permitted_on", "许可证日期", "date", in_list=False, fold=True, synonyms=("发证日期", "规划许可日期")),
    Field("leaving_reason", "取消变更原因", in_list=False, fold=True),
    Field("note", "备注", in_list=False),
)  # fmt: skip


def _check_unlawful(_entry: Entry, values: Mapping[str, Any]) -> list[CellError]:
    errors = []
    for field, label in (("punished_on", "处罚日期"), ("corrected_on", "整改完成日期")):
        day = values.get(field)
        if day is not None and day < values["on"]:
            errors.append(CellError("早于发现日期，请核对", column=label, value=day.isoformat()))
    return errors


CONSTRUCTION_PARCELS = declare(
    Register(
        id=LAND_ID,
        label="建设用地地块",
        facts=ConstructionParcelFacts,
        fields=FIELDS,
        lifecycle=LIFECYCLE,
        read_permission=LAND_READ,
        edit_permission=LAND_EDIT,
        import_permission=LAND_IMPORT,
        code_label="地块编码",
        name_label="地块名称",
        holder_label="土地使用权人",
        basis="《生态环境法典》第四百五十四条；原《土壤污染防治法》第五十九条",
        unit="块",
        code_synonyms=("地块编号", "宗地编号", "宗地号", "编码", "编号"),
        name_synonyms=("名称", "地块", "宗地名称", "项目名称"),
        group="建设用地",
        filings=(SYSTEM, CREDIT_SYSTEM),
        reopen_move="reopen",
    )
)

UNLAWFUL = declare_records(
    RecordKind(
        id="unlawful_development",
        label="违规开发利用",
        register=LAND_ID,
        model=UnlawfulDevelopment,
        fields=(
            Field("what", "违规情形", required=True, synonyms=("问题", "违规问题")),
            Field("punished_on", "处罚日期", "date", synonyms=("处罚时间",)),
            Field("penalty", "处罚情况", in_list=False, synonyms=("处罚文号",)),
            Field("corrected_on", "整改完成日期", "date", synonyms=("整改时间", "完成整改日期")),
            Field(
                "risk_to_people", "存在人体健康风险", "boolean", synonyms=("是否存在人体健康风险",),
                help="整改后仍有风险填“是”，没有风险填“否”",
            ),
            Field("note", "备注", in_list=False),
        ),
        permission=LAND_RECORD,
        key=("on",),
        check=_check_unlawful,
        unit="起",
        on_label="发现日期",
        on_synonyms=("发现时间",),
        summary=lambda item: item.what,
    )
)  # fmt: skip
