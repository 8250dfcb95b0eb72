"""耕地土壤重金属污染成因排查: areas, the sources found in them, and 断源."""

from __future__ import annotations

from datetime import date

from jingtu.platform.registers import versions
from jingtu.platform.registers.declarations import Field, Lifecycle, Move, Register, State, declare
from jingtu.platform.registers.entry_records import RecordKind, believed_records, declare_records
from jingtu.platform.registers.models import Entry, Version
from jingtu.programme.sources.cadmium.models import CauseSurveyFacts, FoundSource
from jingtu.programme.sources.cadmium.permissions import CHECK, EDIT, IMPORT, READ
from jingtu.programme.sources.cadmium.rules import rules_of

SURVEYS = "farmland_cause_surveys"
AREA_KINDS = (("county", "县（市、区）"), ("zone", "开发区"), ("town", "乡镇"), ("other", "其他区域"))
FOUND_KINDS = (
    ("industry", "工业企业"), ("mine", "矿山"), ("tailings", "尾矿库"), ("waste", "历史遗留废渣"),
    ("irrigation", "灌溉水"), ("input", "农业投入品"), ("background", "地质高背景"), ("other", "其他"),
)  # fmt: skip
PATHWAYS = (
    ("air", "大气沉降"),
    ("water", "灌溉"),
    ("solid", "固体废物"),
    ("input", "投入品"),
    ("other", "其他"),
)
# The survey itself is done; whatever has become of the sources since.
SURVEYED = ("causes_found", "cutting", "claimed", "cut_off", "no_source")
# Areas in which something is to be cut off.
WITH_SOURCES = ("causes_found", "cutting", "claimed", "cut_off")


def facts_of(version: Version) -> CauseSurveyFacts:
    """The typed facts of a version of this register."""
    found = versions.facts_of(version)
    assert isinstance(found, CauseSurveyFacts)
    return found


def _all_cut(entry: Entry, version: Version, on: date) -> str | None:  # noqa: ARG001 - guards' shape
    """Every source on record has been cut off by the day."""
    rows = believed_records("found_sources").filter(entry=entry)
    if not rows.exists():
        return "还没有登记查明的污染源，请先在“查明的污染源”中登记。"
    left = list(rows.exclude(cut_on__lte=on).values_list("name", flat=True)[:5])
    return f"尚未断源：{'、'.join(left)}。逐个登记断源日期后再报送。" if left else None


CAUSE_SURVEYS = declare(
    Register(
        id=SURVEYS,
        label="耕地污染成因排查清单",
        facts=CauseSurveyFacts,
        fields=(
            Field("area_kind", "区域类型", "choice", choices=AREA_KINDS, synonyms=("类型",)),
            Field("area_m2", "耕地面积", "area", unit="平方米", synonyms=("面积", "受污染耕地面积")),
            Field("metals", "超标重金属", synonyms=("重金属", "污染物", "超标因子")),
            Field("list_year", "年度", "year", synonyms=("排查年度",)),
            Field("surveyor", "技术单位", in_list=False, synonyms=("排查单位", "技术支撑单位")),
            Field("survey_due", "排查期限", "date", synonyms=("完成期限", "计划完成日期", "排查时限")),
            Field("surveyed_on", "排查完成日期", "date", synonyms=("完成日期", "排查完成时间")),
            Field("causes", "污染成因", in_list=False, synonyms=("成因", "成因结论")),
            Field("sources_found", "查明污染源数", "integer", unit="个", synonyms=("污染源数量", "污染源数")),
            Field("cut_due", "断源期限", "date", synonyms=("断源时限",)),
            Field("cut_on", "断源完成日期", "date", synonyms=("断源日期",)),
            Field("measures", "断源措施", in_list=False, synonyms=("措施",)),
            Field("report", "排查报告", in_list=False, synonyms=("报告名称", "报告")),
            Field("note", "备注", in_list=False, fold=True),
        ),
        lifecycle=Lifecycle(
            states=(
                State("chosen", "已确定"),
                State("surveying", "排查中", "active"),
                State("causes_found", "已查明成因", "warning"),
                State("cutting", "断源中", "active"),
                State("claimed", "断源待核查", "active"),
                State("cut_off", "已断源", "done"),
                State("no_source", "无需断源", "done"),
                State("dropped", "不再开展", "off", final=True),
            ),
            moves=(
                Move("begin", "开展排查", ("chosen",), "surveying", EDIT, fields=("surveyor", "survey_due")),
                Move(
                    "conclude", "查明成因", ("surveying",), "causes_found", EDIT, evidence_required=True,
                    fields=("surveyed_on", "causes", "sources_found", "report"),
                    required_fields=("surveyed_on", "causes"),
                    limit_field="survey_due", limit_basis=rules_of("farmland_cause_survey"),
                ),
                Move(
                    "conclude_without", "未发现需断源的污染源", ("surveying",), "no_source", EDIT, evidence_required=True,
                    fields=("surveyed_on", "causes", "report"), required_fields=("surveyed_on", "causes"),
                ),
                Move(
                    "start_cutting", "制定断源措施", ("causes_found",), "cutting", EDIT,
                    fields=("measures", "cut_due"), required_fields=("measures",),
                ),
                Move(
                    "claim_cut", "报送断源完成", ("cutting",), "claimed", EDIT, evidence_required=True, guard=_all_cut,
                    fields=("cut_on",), required_fields=("cut_on",),
                    limit_field="cut_due", limit_basis=rules_of("farmland_source_cut"),
                ),
                Move("confirm_cut", "核查确认断源", ("claimed",), "cut_off", CHECK, distinct_from=("claim_cut",)),
                Move(
                    "return_cut", "核查退回", ("claimed",), "cutting", CHECK, reason_required=True,
                    distinct_from=("claim_cut",),
                ),
                Move(
                    "reopen", "回头看发现问题", ("cut_off", "no_source"), "cutting", CHECK, reason_required=True,
                    evidence_required=True, fields=("cut_due",), opens=True,
                ),
                Move("drop", "不再开展", ("chosen", "surveying"), "dropped", EDIT, reason_required=True),
            ),
            initial=("chosen", "surveying", "causes_found", "cutting", "cut_off", "no_source"),
        ),
        read_permission=READ,
        edit_permission=EDIT,
        import_permission=IMPORT,
        code_label="区域编号",
        name_label="区域名称",
        holder_label="牵头单位",
        basis="《土壤污染源头防控行动计划》",
        unit="个",
        code_synonyms=("编号",),
        name_synonyms=("排查区域", "区域", "重点区域", "名称"),
        group="农用地",
        reopen_move="reopen",
    )
)  # fmt: skip

declare_records(
    RecordKind(
        "found_sources", "查明的污染源", SURVEYS, FoundSource,
        (
            Field("name", "污染源名称", required=True, synonyms=("名称", "污染源")),
            Field("kind", "类型", "choice", choices=FOUND_KINDS, required=True),
            Field("pathway", "污染途径", "choice", choices=PATHWAYS),
            Field("metals", "重金属"),
            Field("cut_due", "断源期限", "date"),
            Field("cut_on", "断源日期", "date"),
            Field("measures", "断源措施"),
        ),
        EDIT, key=("name",), states=("surveying", *WITH_SOURCES), unit="个", on_label="查明日期",
        summary=lambda record: f"{record.name}{'（已断源）' if record.cut_on else ''}",
    )
)  # fmt: skip
