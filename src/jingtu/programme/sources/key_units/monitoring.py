"""重点监测单元清单 of HJ 1209-2021: the class of a unit says how often its soil and groundwater are sampled."""

from __future__ import annotations

from jingtu.platform.registers.declarations import Field, Lifecycle, Move, Register, State, declare
from jingtu.platform.registers.entry_records import RecordKind, declare_records
from jingtu.programme.sources.key_units.models import MonitoringUnitFacts
from jingtu.programme.sources.key_units.permissions import EDIT, IMPORT, READ, REPORT
from jingtu.programme.sources.key_units.record_models import (
    DeepSoilSampling,
    GroundwaterSampling,
    SurfaceSoilSampling,
)

MONITORING_UNITS = "key_unit_monitoring_units"
FIRST_CLASS = ("first", "first_sensitive")
SECOND_CLASS = ("second", "second_sensitive")
IN_USE = FIRST_CLASS + SECOND_CLASS

declare(
    Register(
        id=MONITORING_UNITS,
        label="重点监测单元清单",
        facts=MonitoringUnitFacts,
        fields=(
            Field("unit_name", "所属单位", synonyms=("企业名称", "单位名称")),
            Field("places", "重点场所设施设备", synonyms=("单元内需要监测的重点场所/设施/设备名称", "重点场所/设施/设备", "重点场所")),
            Field("function", "功能", in_list=False, synonyms=("功能（即该重点场所/设施/设备涉及的生产活动）",)),
            Field("substances", "关注污染物", synonyms=("涉及有毒有害物质清单", "有毒有害物质")),
            Field("hidden", "隐蔽性设施", "boolean", in_list=False, synonyms=("是否为隐蔽性设施",)),
            Field("soil_points", "土壤监测点", "integer", unit="个", synonyms=("土壤点位数",)),
            Field("wells", "地下水监测井", "integer", unit="口", synonyms=("地下水点位数", "监测井数")),
            Field("longitude", "经度", "coordinate", in_list=False),
            Field("latitude", "纬度", "coordinate", in_list=False),
            Field("note", "备注", in_list=False, fold=True),
        ),
        lifecycle=Lifecycle(
            states=(
                State("first", "一类单元", "active"),
                State("first_sensitive", "一类单元（周边1公里有敏感区）", "warning"),
                State("second", "二类单元", "active"),
                State("second_sensitive", "二类单元（周边1公里有敏感区）", "warning"),
                State("out_of_use", "停用", "off", final=True),
            ),
            moves=(
                *(
                    Move(
                        f"to_{target}", f"调整为{label}", tuple(state for state in IN_USE if state != target), target,
                        EDIT, reason_required=True,
                    )
                    for target, label in (
                        ("first", "一类单元"), ("first_sensitive", "一类单元（有敏感区）"),
                        ("second", "二类单元"), ("second_sensitive", "二类单元（有敏感区）"),
                    )
                ),
                Move("close", "停用", IN_USE, "out_of_use", EDIT, reason_required=True, evidence_required=True),
            ),
            initial=IN_USE,
        ),
        read_permission=READ,
        edit_permission=REPORT,
        import_permission=IMPORT,
        code_label="单元编号",
        name_label="单元名称",
        holder_label="单位",
        basis="《工业企业土壤和地下水自行监测 技术指南（试行）》（HJ 1209-2021）",
        unit="个",
        code_synonyms=("编号", "监测单元编号"),
        name_synonyms=("监测单元", "监测单元名称", "重点监测单元"),
        group="企业与污染源",
    )
)  # fmt: skip

_FIELDS = (
    Field("points", "采样点位", "integer", unit="个", required=True, synonyms=("点位数", "采样点数")),
    Field("laboratory", "检测机构", synonyms=("检测单位",)),
    Field("report", "检测报告", synonyms=("报告编号",)),
    Field("exceeded", "超标项目", synonyms=("超标因子", "超标情况")),
)

for _kind, _label, _model in (
    ("surface_soil_samplings", "表层土壤采样", SurfaceSoilSampling),
    ("deep_soil_samplings", "深层土壤采样", DeepSoilSampling),
    ("groundwater_samplings", "地下水采样", GroundwaterSampling),
):
    declare_records(
        RecordKind(
            _kind, _label, MONITORING_UNITS, _model, _FIELDS, REPORT, key=("on",), evidence_required=True,
            states=IN_USE, unit="次", on_label="采样日期", on_synonyms=("采样时间", "监测日期"),
            summary=lambda record: f"{record.on.isoformat()}，{record.points or 0} 个点位",
        )
    )  # fmt: skip
