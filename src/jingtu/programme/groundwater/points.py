"""The register 地下水考核点位: what each point is assessed for, its target class, and results entered by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jingtu.errors import CellError
from jingtu.platform.registers.declarations import Field, Lifecycle, Move, Register, State, declare
from jingtu.platform.registers.entry_records import RecordKind, declare_records
from jingtu.platform.registers.models import Entry
from jingtu.programme.groundwater import evaluating
from jingtu.programme.groundwater.models import PointFacts, PointResult
from jingtu.programme.groundwater.permissions import POINT_EDIT, POINT_IMPORT, POINT_READ, RESULTS

REGISTER_ID = "groundwater_points"
RESULT_RECORDS = "groundwater_point_results"
NATIONAL, SOURCE, RISK = "national", "source", "risk"
DUAL = (SOURCE, RISK)
IN_USE = "in_use"
CLASS_LABELS = tuple(evaluating.LABELS.items())
SEASONS = (("dry", "枯水期"), ("wet", "丰水期"), ("normal", "平水期"))

LIFECYCLE = Lifecycle(
    states=(
        State(IN_USE, "在用", "active"),
        State("retired", "停用", "off"),
    ),
    moves=(
        Move(
            "retire", "停用", (IN_USE,), "retired", POINT_EDIT, reason_required=True, evidence_required=True
        ),
        Move("resume", "恢复使用", ("retired",), IN_USE, POINT_EDIT, reason_required=True, opens=True),
    ),
    initial=(IN_USE,),
)

FIELDS = (
    Field(
        "kind", "点位类型", "choice", required=True,
        choices=(
            (NATIONAL, "国家考核区域点位"), (SOURCE, "饮用水水源点位"), (RISK, "污染风险监控点位"),
            ("other", "其他点位"),
        ),
        synonyms=("类型", "点位类别", "点位属性"),
    ),
    Field("well_code", "监测井号", in_list=False, synonyms=("井号", "对应监测井", "监测井编号")),
    Field("longitude", "经度", "coordinate", in_list=False, synonyms=("东经",)),
    Field("latitude", "纬度", "coordinate", in_list=False, synonyms=("北纬",)),
    Field(
        "target_class", "目标类别", "choice", choices=CLASS_LABELS,
        synonyms=("水质目标", "目标水质", "考核目标", "目标水质类别"),
    ),
    Field("target_basis", "目标依据", in_list=False, synonyms=("目标来源",), fold=True),
    Field(
        "base_class", "基准类别", "choice", choices=CLASS_LABELS, in_list=False,
        synonyms=("基准水质", "基期类别", "基准年类别", "基准年水质类别"),
        help="判断是否保持稳定时比较的类别；不填时取上一年末的类别",
    ),
    Field("base_year", "基准年", "year", in_list=False, synonyms=("基期", "基准年份")),
    Field(
        "background_items", "天然背景项目", in_list=False,
        synonyms=("背景值项目", "天然背景因子", "地质背景项目"),
        help="由天然背景造成超过目标类别的项目，用顿号分开；须有依据",
    ),
    Field("background_basis", "背景依据", in_list=False, synonyms=("天然背景依据",), fold=True),
    Field("note", "备注", in_list=False),
)  # fmt: skip

POINTS = declare(
    Register(
        id=REGISTER_ID,
        label="地下水考核点位清单",
        facts=PointFacts,
        fields=FIELDS,
        lifecycle=LIFECYCLE,
        read_permission=POINT_READ,
        edit_permission=POINT_EDIT,
        import_permission=POINT_IMPORT,
        code_label="点位编码",
        name_label="点位名称",
        holder_label="责任单位",
        basis="《地下水质量标准》（GB/T 14848-2017）",
        unit="个",
        code_synonyms=("点位编号", "编码", "编号"),
        name_synonyms=("名称", "监测点位", "点位"),
        group="地下水",
    )
)


def _check_result(entry: Entry, values: Mapping[str, Any]) -> list[CellError]:
    why = evaluating.unusable(entry, values)
    return [CellError(why, column="检测值", value=str(values["value"])[:80])] if why else []


POINT_RESULTS = declare_records(
    RecordKind(
        id=RESULT_RECORDS,
        label="监测结果",
        register=REGISTER_ID,
        model=PointResult,
        fields=(
            Field("season", "水期", "choice", required=True, choices=SEASONS, synonyms=("监测水期", "时期")),
            Field("item", "监测项目", required=True, synonyms=("项目", "指标", "监测指标", "检测项目")),
            Field("value", "检测值", required=True, synonyms=("监测值", "结果", "检测结果", "浓度")),
            Field("unit", "单位", synonyms=("计量单位",)),
            Field("detection_limit", "检出限", "decimal", in_list=False, synonyms=("方法检出限",)),
        ),
        permission=RESULTS,
        key=("on", "item"),
        check=_check_result,
        derive=evaluating.columns,
        derived=(
            Field("quality", "类别", "choice", choices=CLASS_LABELS),
            Field("limit_value", "Ⅲ类限值", "decimal"),
            Field("limit_unit", "限值单位", in_list=False),
            Field("edition", "评价标准", in_list=False),
            Field("limit_clause", "条款", in_list=False),
            Field("why", "未评价原因", in_list=False),
        ),
        states=(IN_USE,),
        on_label="采样日期",
        on_synonyms=("监测日期", "采样时间", "日期"),
        summary=lambda record: f"{record.item} {record.value} {record.unit}".strip(),
    )
)
