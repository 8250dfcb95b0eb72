"""The register 涉重金属工业园区清单."""

from __future__ import annotations

from jingtu.platform.registers.declarations import Field, Lifecycle, Move, Register, State, declare
from jingtu.programme.sources.metals.models import HeavyMetalParkFacts
from jingtu.programme.sources.metals.permissions import EDIT, IMPORT, READ

PARKS = declare(
    Register(
        id="heavy_metal_parks",
        label="涉重金属工业园区清单",
        facts=HeavyMetalParkFacts,
        fields=(
            Field(
                "park_level", "园区级别", "choice",
                choices=(("national", "国家级"), ("provincial", "省级"), ("local", "市县级")),
                synonyms=("级别",),
            ),
            Field("address", "位置", in_list=False, synonyms=("地址", "园区位置", "所在地")),
            Field("longitude", "经度", "coordinate", in_list=False, fold=True, synonyms=("中心经度", "东经")),
            Field("latitude", "纬度", "coordinate", in_list=False, fold=True, synonyms=("中心纬度", "北纬")),
            Field("area_m2", "规划面积", "area", unit="平方米", synonyms=("面积", "园区面积")),
            Field("industries", "主要涉重金属行业", synonyms=("主导产业", "行业")),
            Field("metals", "涉及重金属", synonyms=("重金属种类", "特征重金属")),
            Field("enterprise_count", "涉重金属企业数", "integer", unit="家", synonyms=("企业数", "企业数量")),
            Field("assessment_document", "规划环评审查文号", in_list=False, synonyms=("规划环评批文", "规划环评文号")),
            Field("listed_on", "纳入日期", "date", in_list=False, synonyms=("纳入时间", "列入日期")),
            Field("listing_reason", "纳入情形", in_list=False, synonyms=("纳入原因",)),
            Field("note", "备注", in_list=False),
        ),
        lifecycle=Lifecycle(
            states=(
                State("planned", "规划中", "active"),
                State("operating", "在运行", "done"),
                State("closed", "撤销", "off"),
                State("removed", "已移出", "off", final=True),
            ),
            moves=(
                Move("open", "投入运行", ("planned",), "operating", EDIT),
                Move("close", "撤销园区", ("planned", "operating"), "closed", EDIT, evidence_required=True, reason_required=True),
                Move(
                    "remove", "移出清单", ("planned", "operating", "closed"), "removed", EDIT,
                    evidence_required=True, reason_required=True,
                ),
                Move("include", "重新纳入", ("closed", "removed"), "operating", EDIT, reason_required=True, evidence_required=True),
            ),
            initial=("operating", "planned", "closed"),
        ),
        read_permission=READ,
        edit_permission=EDIT,
        import_permission=IMPORT,
        code_label="园区编码",
        name_label="园区名称",
        holder_label="管理机构",
        basis="《关于进一步加强重金属污染防控的意见》（环固体〔2022〕17号）",
        unit="个",
        code_synonyms=("编号", "园区编号"),
        name_synonyms=("园区", "工业园区", "名称"),
        group="企业与污染源",
    )
)  # fmt: skip
