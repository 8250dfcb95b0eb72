"""The records of a key unit, one kind a duty: declared here, kept by the machine of entry records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jingtu.errors import CellError
from jingtu.platform.registers.declarations import Field
from jingtu.platform.registers.entry_records import RecordKind, declare_records
from jingtu.platform.registers.models import Entry, EntryRecord
from jingtu.programme.sources.key_units import record_models as tables
from jingtu.programme.sources.key_units.lists import LISTS
from jingtu.programme.sources.key_units.permissions import CHECK, EDIT, REPORT
from jingtu.programme.sources.key_units.units import KEY_UNITS

MEDIA = (("soil", "土壤"), ("groundwater", "地下水"))
INSPECTIONS = (("first", "首次排查"), ("regular", "定期排查"))
RESULTS = (("sound", "未发现问题"), ("problems", "发现问题"))
CHANGES = (("new", "新增"), ("changed", "变更"), ("retired", "停用"))
OCCASIONS = (("issued", "首次核发"), ("renewed", "延续"), ("changed", "变更"))
LAND_CHANGES = (("use", "用途变更"), ("recovery", "土地使用权收回"), ("transfer", "土地使用权转让"))


def _kind(
    kind_id: str,
    label: str,
    model: type[EntryRecord],
    fields: tuple[Field, ...],
    permission: str = REPORT,
    **rest: Any,
) -> RecordKind:
    register = rest.pop("register", KEY_UNITS)
    return declare_records(RecordKind(kind_id, label, register, model, fields, permission, **rest))


def first_covers_all(_entry: Entry, values: Mapping[str, Any]) -> list[CellError]:
    """The first monitoring covers everything that is to be monitored (HJ 1209-2021)."""
    if values.get("is_first") and not values.get("covers_all"):
        return [CellError("首次监测应覆盖全部监测对象，请核对后填“是”", column="覆盖全部监测对象")]
    return []


def tank_or_none(_entry: Entry, values: Mapping[str, Any]) -> list[CellError]:
    """A tank is named, or the unit declares that it has none; not both, not neither."""
    if values.get("none") and values.get("tank"):
        return [CellError("已声明无地下储罐，不再填储罐编号", column="储罐编号")]
    if not values.get("none") and not values.get("tank"):
        return [CellError("请填储罐编号；没有地下储罐的，“无地下储罐”填“是”", column="储罐编号")]
    return []


def return_of_quarter(_entry: Entry, values: Mapping[str, Any]) -> list[CellError]:
    """Quarters are 1 to 4."""
    if values.get("quarter") not in {1, 2, 3, 4}:
        return [CellError("季度应为 1 至 4", column="季度")]
    return []


_REPORT = Field("report", "报告名称", synonyms=("报告", "排查报告"))
_WORKS = Field("name", "工程名称", required=True, synonyms=("拆除工程", "拆除活动名称", "项目名称"))
_CHANGE = Field("name", "变更事项", required=True, synonyms=("事项", "事项名称"))

_kind(
    "hazard_inspections", "隐患排查", tables.HazardInspection,
    (
        Field("kind", "排查类型", "choice", choices=INSPECTIONS, required=True),
        _REPORT,
        Field("prepared_by", "编制单位", synonyms=("排查单位",)),
        Field("hazards_found", "发现隐患数", "integer", unit="项", required=True, synonyms=("隐患数", "隐患数量")),
        Field("note", "备注", fold=True),
    ),
    key=("on",), evidence_required=True, unit="次", on_label="完成日期", on_synonyms=("排查完成日期", "排查日期"),
    summary=lambda record: f"{record.on.isoformat()}排查，发现隐患 {record.hazards_found or 0} 项",
)  # fmt: skip
_kind(
    "rechecks", "隐患排查“回头看”", tables.Recheck,
    (
        Field("batch", "批次"),
        Field("result", "结果", "choice", choices=RESULTS, required=True),
        Field("problems", "发现的问题", synonyms=("问题",)),
        Field("checked_by", "检查单位", synonyms=("检查人员单位",)),
    ),
    CHECK, key=("on",), evidence_required=True, unit="次", on_label="回头看日期", on_synonyms=("检查日期",),
)  # fmt: skip
_kind(
    "self_monitorings", "年度自行监测", tables.SelfMonitoring,
    (
        Field("year", "监测年度", "year", required=True, synonyms=("年度",)),
        Field("plan", "监测方案", synonyms=("自行监测方案",)),
        Field("is_first", "首次监测", "boolean"),
        Field("covers_all", "覆盖全部监测对象", "boolean"),
        Field("soil_points", "土壤点位", "integer", unit="个"),
        Field("wells", "地下水监测井", "integer", unit="口"),
        Field("exceeded", "超标项目", synonyms=("超标因子",)),
        Field("published_on", "数据公开日期", "date", synonyms=("公开日期",)),
        Field("laboratory", "检测机构", synonyms=("检测单位",)),
    ),
    key=("year",), evidence_required=True, unit="份", on_label="数据报送日期", on_synonyms=("报送日期",),
    check=first_covers_all,
)  # fmt: skip
_kind(
    "abnormal_findings", "监测数据异常", tables.AbnormalFinding,
    (
        Field("medium", "介质", "choice", choices=MEDIA, required=True),
        Field("point", "点位"),
        Field("substances", "异常项目", required=True),
        Field("note", "情况说明"),
    ),
    key=("on", "medium", "point"), unit="次", on_label="发现日期",
)  # fmt: skip
_kind(
    "abnormal_inspections", "异常情况排查", tables.AbnormalInspection,
    (
        Field("found_on", "异常发现日期", "date", required=True),
        Field("cause", "原因"),
        Field("measures", "处理措施"),
    ),
    key=("on", "found_on"), evidence_required=True, unit="次", on_label="排查日期",
)  # fmt: skip
_kind(
    "projects", "新改扩建项目", tables.Project,
    (Field("name", "项目名称", required=True), Field("content", "建设内容")),
    key=("name",), unit="个", on_label="投运日期", on_synonyms=("投产日期", "投运时间"),
)  # fmt: skip
_kind(
    "supplementary_inspections", "补充隐患排查", tables.SupplementaryInspection,
    (
        Field("project", "项目名称", required=True),
        _REPORT,
        Field("hazards_found", "发现隐患数", "integer", unit="项"),
    ),
    key=("project",), evidence_required=True, unit="次", on_label="完成日期",
)  # fmt: skip
_kind(
    "toxic_reports", "有毒有害物质排放报告", tables.ToxicReport,
    (
        Field("year", "报告年度", "year", required=True, synonyms=("年度",)),
        Field("substances", "有毒有害物质"),
        Field("channel", "报送方式"),
    ),
    key=("year",), evidence_required=True, unit="份", on_label="报送日期",
)  # fmt: skip
_kind(
    "tank_reports", "地下储罐信息", tables.TankReport,
    (
        Field("none", "无地下储罐", "boolean"),
        Field("tank", "储罐编号", synonyms=("储罐名称",)),
        Field("substance", "贮存物质"),
        Field("capacity_m3", "容积", "decimal", unit="立方米"),
        Field("built_on", "建成日期", "date", synonyms=("建成时间",)),
        Field("structure", "结构形式"),
        Field("leak_detection", "渗漏检测设施"),
        Field("change", "报送情形", "choice", choices=CHANGES),
    ),
    key=("on", "tank"), unit="份", on_label="报送日期", check=tank_or_none,
)  # fmt: skip
_kind(
    "demolitions", "拆除活动", tables.Demolition,
    (
        _WORKS,
        Field(
            "starts_on", "计划开工日期", "date", required=True, synonyms=("开工日期", "拆除日期", "拆除开始日期")
        ),
        Field("content", "拆除内容"),
        Field("finished_on", "拆除完成日期", "date"),
        Field("summary", "总结报告"),
    ),
    key=("name",), unit="项", on_label="获知日期", on_synonyms=("登记日期", "填报日期"),
)  # fmt: skip
_kind(
    "demolition_filings", "拆除活动方案备案", tables.DemolitionFiling,
    (
        _WORKS,
        Field("plan", "方案名称", required=True),
        Field("emergency_measures", "含应急措施", "boolean", required=True),
        Field("ecology_receipt", "生态环境部门回执"),
        Field("industry_receipt", "工业和信息化部门回执"),
    ),
    key=("name",), evidence_required=True, unit="份", on_label="备案日期",
)  # fmt: skip
_kind(
    "land_changes", "用地变更事项", tables.LandChange,
    (
        _CHANGE,
        Field("kind", "类型", "choice", choices=LAND_CHANGES, required=True),
        Field("planned_on", "计划变更日期", "date", required=True),
    ),
    key=("name",), unit="项", on_label="获知日期",
)  # fmt: skip
_kind(
    "land_surveys", "变更前调查", tables.LandSurvey,
    (
        _CHANGE,
        _REPORT,
        Field("filed_on", "报告备案日期", "date"),
        Field("registry_on", "送交不动产登记日期", "date"),
    ),
    key=("name",), evidence_required=True, unit="份", on_label="调查完成日期",
)  # fmt: skip
_kind(
    "permit_entries", "排污许可证载明情况", tables.PermitEntry,
    (
        Field("permit_number", "排污许可证编号", required=True),
        Field("occasion", "情形", "choice", choices=OCCASIONS, required=True),
        Field("duties_written", "已载明土壤污染防治义务", "boolean", required=True),
    ),
    EDIT, key=("on", "permit_number"), unit="次", on_label="核发或变更日期",
)  # fmt: skip
_kind(
    "surroundings_monitorings", "周边土壤和地下水监测", tables.SurroundingsMonitoring,
    (
        Field("medium", "介质", "choice", choices=MEDIA, required=True),
        Field("points", "点位", "integer", unit="个"),
        Field("exceeded", "超标项目"),
        Field("report", "监测报告"),
    ),
    EDIT, key=("on", "medium"), unit="次", on_label="监测日期",
)  # fmt: skip
_kind(
    "quarter_returns", "季度报送", tables.QuarterReturn,
    (
        Field("year", "年度", "year", required=True),
        Field("quarter", "季度", "integer", required=True),
        Field("added", "新增单位", "integer", unit="家"),
        Field("removed", "拟移出单位", "integer", unit="家"),
        Field("content", "变化和工作情况", required=True, synonyms=("变化情况",)),
        Field("received_by", "报送对象"),
    ),
    EDIT, register=LISTS, key=("year", "quarter"), unit="次", on_label="报送日期", check=return_of_quarter,
)  # fmt: skip
