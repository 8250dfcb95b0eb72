"""The register 受污染耕地台账: classes as states, class changes as moves with evidence, and its fields."""

from __future__ import annotations

from jingtu.platform.registers.declarations import Field, Lifecycle, Move, Register, State, declare
from jingtu.programme.cropland.measures import DEGREES
from jingtu.programme.cropland.models import FarmlandPlotFacts
from jingtu.programme.cropland.permissions import CLASSIFY, EDIT, IMPORT, READ

REGISTER_ID = "farmland_plots"
PENDING, PROTECTED, SAFE_USE, STRICT, LEFT = "pending", "protected", "safe_use", "strict", "left"
IN_USE = (PROTECTED, SAFE_USE, STRICT)

LAND_TYPES = (("paddy", "水田"), ("irrigated", "水浇地"), ("dry", "旱地"))
_BASIS = ("degree", "class_basis", "classified_on")
_NEEDED = ("class_basis", "classified_on")


def _to(name: str, label: str, target: str, sources: tuple[str, ...]) -> Move:
    return Move(
        name, label, sources, target, CLASSIFY, evidence_required=True, fields=_BASIS, required_fields=_NEEDED
    )


LIFECYCLE = Lifecycle(
    states=(
        State(PENDING, "待划定类别"),
        State(PROTECTED, "优先保护类", "done"),
        State(SAFE_USE, "安全利用类", "active"),
        State(STRICT, "严格管控类", "warning"),
        State(LEFT, "已退出", "off", final=True),
    ),
    moves=(
        _to("class_protected", "划为优先保护类", PROTECTED, (PENDING, SAFE_USE, STRICT)),
        _to("class_safe_use", "划为安全利用类", SAFE_USE, (PENDING, PROTECTED, STRICT)),
        _to("class_strict", "划为严格管控类", STRICT, (PENDING, PROTECTED, SAFE_USE)),
        Move(
            "leave", "退出台账", (PENDING, *IN_USE), LEFT, EDIT, evidence_required=True,
            fields=("leaving_reason",), required_fields=("leaving_reason",),
        ),
        Move("enter_again", "重新入册", (LEFT,), PENDING, EDIT, reason_required=True, opens=True),
    ),
    initial=(PENDING, *IN_USE),
)  # fmt: skip

FIELDS = (
    Field("village", "村组", synonyms=("村", "行政村", "所在村", "村（组）", "村名")),
    Field(
        "area_m2", "面积", "area", unit="平方米", synonyms=("地块面积", "耕地面积", "单元面积", "受污染耕地面积"),
        help="可写 12.5亩、0.8公顷；只写数字按平方米",
    ),
    Field("degree", "污染程度", "choice", choices=DEGREES, synonyms=("污染等级", "风险等级", "受污染程度")),
    Field("pollutants", "主要污染物", synonyms=("超标元素", "主要超标因子", "污染元素", "超标因子")),
    Field("class_basis", "划定依据", in_list=False, synonyms=("类别依据", "划分依据", "依据")),
    Field("classified_on", "划定日期", "date", in_list=False, synonyms=("划分日期", "类别划定日期", "划定时间")),
    Field(
        "land_type", "地类", "choice", choices=LAND_TYPES, in_list=False, synonyms=("耕地类型", "利用类型")
    ),
    Field("crops", "常种作物", in_list=False, synonyms=("种植作物", "主要作物", "作物")),
    Field(
        "near_source", "2公里内有污染源", "boolean", in_list=False,
        synonyms=("周边是否有工矿企业", "周边2公里内有工矿企业", "周边有无污染源"),
        help="2公里范围内现有或者曾有采选、冶炼等工矿企业",
    ),
    Field("surroundings", "周边情况", in_list=False, fold=True),
    Field("longitude", "中心经度", "coordinate", in_list=False, fold=True, synonyms=("经度", "东经")),
    Field("latitude", "中心纬度", "coordinate", in_list=False, fold=True, synonyms=("纬度", "北纬")),
    Field("leaving_reason", "退出原因", in_list=False, fold=True),
    Field("note", "备注", in_list=False),
)  # fmt: skip

FARMLAND_PLOTS = declare(
    Register(
        id=REGISTER_ID,
        label="受污染耕地台账",
        facts=FarmlandPlotFacts,
        fields=FIELDS,
        lifecycle=LIFECYCLE,
        read_permission=READ,
        edit_permission=EDIT,
        import_permission=IMPORT,
        code_label="地块编码",
        name_label="地块名称",
        holder_label="责任单位",
        basis="《农用地土壤环境管理办法（试行）》（部令第46号）；《受污染耕地安全利用率核算方法（试行）》",
        unit="块",
        state_synonyms=("类别", "质量类别", "环境质量类别", "土壤环境质量类别", "耕地类别", "管理类别"),
        code_synonyms=("地块编号", "单元编码", "评价单元编码", "图斑编号", "编码", "编号"),
        name_synonyms=("地块", "单元名称", "名称", "田块名称"),
        group="农用地",
    )
)
