"""The making of a year's list by a bureau, and what its county reports of it at the end of each quarter."""

from __future__ import annotations

from jingtu.platform.registers.declarations import Field, Lifecycle, Move, Register, State, declare
from jingtu.programme.sources.key_units.models import KeyUnitListFacts
from jingtu.programme.sources.key_units.permissions import CHECK, EDIT, IMPORT, READ

LISTS = "key_unit_lists"
KINDS = (("soil", "土壤污染重点监管单位"), ("environment", "环境监管重点单位"))
SOIL = "soil"
OPEN = ("preparing", "drafted", "verified")
REPORTED = (*OPEN, "published")

KEY_UNIT_LISTS = declare(
    Register(
        id=LISTS,
        label="重点单位名录年度编制",
        facts=KeyUnitListFacts,
        fields=(
            Field("year", "年度", "year", required=True, synonyms=("名录年度",)),
            Field("kind", "名录类别", "choice", choices=KINDS, required=True),
            Field("units_listed", "列入单位数", "integer", unit="家", synonyms=("单位数", "家数")),
            Field("published_on", "公布日期", "date", synonyms=("公布时间", "发布日期")),
            Field("document", "公布文件", in_list=False),
            Field("channel", "公布渠道", in_list=False),
            Field("note", "备注", in_list=False, fold=True),
        ),
        lifecycle=Lifecycle(
            states=(
                State("preparing", "待编制"),
                State("drafted", "已拟定", "active"),
                State("verified", "已核实", "active"),
                State("published", "已公布", "done"),
                State("closed", "已归档", "off", final=True),
            ),
            moves=(
                Move("draft", "拟定名录", ("preparing",), "drafted", EDIT, fields=("units_listed",)),
                Move(
                    "verify", "核实名录", ("drafted",), "verified", CHECK, distinct_from=("draft",),
                    fields=("units_listed",), required_fields=("units_listed",),
                ),
                Move("return_draft", "退回修改", ("drafted", "verified"), "preparing", CHECK, reason_required=True),
                Move(
                    "publish", "公布名录", ("verified",), "published", EDIT, evidence_required=True,
                    fields=("published_on", "document", "channel", "units_listed"),
                    required_fields=("published_on", "units_listed"),
                ),
                Move("close", "年度归档", ("published",), "closed", EDIT),
            ),
            initial=("preparing", "drafted", "published"),
        ),
        read_permission=READ,
        edit_permission=EDIT,
        import_permission=IMPORT,
        code_label="编号",
        name_label="名录名称",
        holder_label="编制单位",
        basis="《环境监管重点单位名录管理办法》",
        unit="份",
        group="企业与污染源",
    )
)  # fmt: skip
