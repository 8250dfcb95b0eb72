"""The two lists of units: 土壤污染重点监管单位名录 and 环境监管重点单位名录, made anew every year."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from jingtu.platform.organisations.enlisting import EnterpriseColumns
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
from jingtu.platform.registers.models import Entry, Version
from jingtu.programme.sources.key_units.models import EnvironmentKeyUnitFacts, KeyUnitFacts
from jingtu.programme.sources.key_units.permissions import CHECK, EDIT, IMPORT, READ

KEY_UNITS = "key_regulated_units"
ENVIRONMENT_UNITS = "environment_key_units"

# Published, and whatever goes on while a unit stands on the list.
ON_THE_LIST = ("published", "rectifying", "rectified", "removal_proposed")
ON_THE_ENVIRONMENT_LIST = ("published", "removal_proposed")
KINDS = ("water", "groundwater", "air", "noise", "soil", "risk")
OPERATING = (("operating", "在产"), ("suspended", "停产"), ("closed", "已关闭"))


def _next_list(entry: Entry, version: Version, on: date) -> str | None:
    """The year of the list goes forward: a unit is carried over once into each list."""
    wanted = getattr(versions.facts_of(version), "list_year", None)
    stored = versions.version_on(entry, on)
    before = getattr(versions.facts_of(stored), "list_year", None) if stored else None
    if wanted is not None and before is not None and wanted <= before:
        return f"该单位已在 {before} 年度名录中，续列应填写以后的年度。"
    return None


def _some_kind(entry: Entry, version: Version, on: date) -> str | None:  # noqa: ARG001 - the shape of guards
    facts = versions.facts_of(version)
    assert isinstance(facts, EnvironmentKeyUnitFacts)
    if facts.other_kind or any(getattr(facts, name) for name in KINDS):
        return None
    return "尚未登记该单位属于哪一类重点单位，请先补充类别。"


_PUBLISH = ("list_year", "published_on", "list_document")


def stages(facts: Mapping[str, Any], state: str, on: date) -> list[tuple[date, str]]:
    """Since when a unit of an older list has stood on it.

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
        The unit is said to have come onto the list after ``on``.

    Examples
    --------
    >>> stages({"listed_on": date(2021, 3, 26)}, "published", date(2024, 6, 30))
    [(datetime.date(2021, 3, 26), 'published')]
    >>> stages({}, "drafted", date(2024, 6, 30))
    [(datetime.date(2024, 6, 30), 'drafted')]
    """
    listed = facts.get("listed_on")
    if listed is None or state not in (*ON_THE_LIST, "removed"):
        return [(on, state)]
    if listed > on:
        raise ValueError(f"首次列入日期晚于本次登记的日期 {on.isoformat()}，请核对日期或状态")
    if state == "published":
        return [(listed, state)]
    return [(listed, "published"), (on, state)] if listed < on else [(on, state)]


def _states() -> tuple[State, ...]:
    return (
        State("drafted", "拟列入"),
        State("verified", "已核实"),
        State("published", "已公布", "active"),
        State("removal_proposed", "拟移出", "warning"),
        State("rejected", "不列入", "off", final=True),
        State("removed", "已移出", "off", final=True),
    )


def _moves(*, environment: bool) -> tuple[Move, ...]:
    return (
        Move(
            "verify", "核实", ("drafted",), "verified", CHECK, distinct_from=("list_again",),
            fields=("listing_reason",), required_fields=("listing_reason",),
        ),
        Move("reject", "不列入", ("drafted", "verified"), "rejected", EDIT, reason_required=True),
        Move(
            "publish", "公布", ("verified",), "published", EDIT,
            fields=_PUBLISH if environment else ("listed_on", *_PUBLISH),
            required_fields=("list_year", "published_on", "listing_reason", *(() if environment else ("listed_on",))),
            guard=_some_kind if environment else None,
        ),
        Move(
            "carry_over", "续列", ("published",), "published", EDIT, guard=_next_list,
            fields=(*_PUBLISH, "listing_reason"), required_fields=("list_year", "published_on", "listing_reason"),
        ),
        Move(
            "propose_removal", "提出移出", ("published",), "removal_proposed", EDIT,
            reason_required=True, evidence_required=True,
            fields=("removal_reason",) if environment else ("removal_reason", "operating", "closed_on"),
            required_fields=("removal_reason",),
        ),
        Move("keep", "不予移出", ("removal_proposed",), "published", CHECK, reason_required=True, distinct_from=("propose_removal",)),
        Move(
            "remove", "移出名录", ("removal_proposed",), "removed", CHECK, distinct_from=("propose_removal",),
            fields=("list_document",),
        ),
        Move("list_again", "重新提出列入", ("rejected", "removed"), "drafted", EDIT, reason_required=True),
    )  # fmt: skip


def _fields_of_list() -> tuple[Field, ...]:
    return (
        Field(
            "uscc",
            "统一社会信用代码",
            "uscc",
            in_list=False,
            synonyms=("社会信用代码", "信用代码", "企业代码"),
        ),
        Field(
            "permit_number",
            "排污许可证编号",
            in_list=False,
            synonyms=("许可证编号", "排污许可证号", "许可证号"),
        ),
        Field("industry", "行业类别", synonyms=("行业", "所属行业", "行业名称", "国民经济行业类别")),
        Field(
            "address",
            "详细地址",
            in_list=False,
            synonyms=("地址", "单位地址", "生产经营场所地址", "生产地址"),
        ),
        Field("facility", "厂区", "facility", in_list=False, fold=True),
        Field("list_year", "名录年度", "year", synonyms=("年度", "年份", "列入年度")),
        Field("listing_reason", "列入理由", synonyms=("列入原因", "列入依据", "筛选条件", "纳入原因")),
        Field("list_document", "公布文件", in_list=False, synonyms=("发布文件", "文件名称", "公布文号")),
        Field("published_on", "公布日期", "date", synonyms=("公布时间", "发布日期", "发布时间")),
        Field("removal_reason", "移出理由", in_list=False, synonyms=("移出原因", "调出原因", "退出原因")),
        Field(
            "contact",
            "环保联系人",
            in_list=False,
            personal=True,
            fold=True,
            synonyms=("联系人", "环保负责人"),
        ),
        Field("note", "备注", in_list=False, fold=True),
    )


_COMMON = {
    "read_permission": READ,
    "edit_permission": EDIT,
    "import_permission": IMPORT,
    "name_label": "单位名称",
    "holder_label": "单位",
    "unit": "家",
    "code_synonyms": ("编号", "序号编码"),
    "name_synonyms": ("企业名称", "企业单位名称", "重点单位名称", "名称"),
    "group": "企业与污染源",
    "enterprise": EnterpriseColumns(
        uscc="uscc", permit="permit_number", address="address", facility="facility"
    ),
}

KEY_REGULATED_UNITS = declare(
    Register(
        id=KEY_UNITS,
        label="土壤污染重点监管单位名录",
        facts=KeyUnitFacts,
        fields=(
            *_fields_of_list(),
            Field("listed_on", "首次列入日期", "date", synonyms=("首次列入时间", "列入日期", "列入时间", "纳入日期")),
            Field("operating", "生产状态", "choice", choices=OPERATING, synonyms=("经营状态", "企业状态", "生产情况")),
            Field("toxic_substances", "涉及有毒有害物质", in_list=False, synonyms=("有毒有害物质", "特征污染物")),
            Field("closed_on", "关闭日期", "date", in_list=False, synonyms=("关停日期", "关闭时间", "停产日期")),
            Field("recheck_due", "回头看整改期限", "date", in_list=False, fold=True),
        ),
        lifecycle=Lifecycle(
            states=(
                *_states()[:3],
                State("rectifying", "回头看整改", "warning"),
                State("rectified", "整改待核查", "active"),
                *_states()[3:],
            ),
            moves=(
                *_moves(environment=False),
                Move(
                    "order_rectification", "回头看发现问题", ("published",), "rectifying", CHECK,
                    reason_required=True, evidence_required=True, fields=("recheck_due",), opens=True,
                ),
                Move(
                    "claim_rectified", "报送整改完成", ("rectifying",), "rectified", EDIT, evidence_required=True,
                    limit_field="recheck_due",
                ),
                Move(
                    "confirm_rectified", "核查通过", ("rectified",), "published", CHECK,
                    distinct_from=("claim_rectified",),
                ),
                Move(
                    "return_rectified", "核查退回", ("rectified",), "rectifying", CHECK, reason_required=True,
                    distinct_from=("claim_rectified",),
                ),
            ),
            initial=("drafted", "verified", "published"),
        ),
        code_label="名录编号",
        basis="《环境监管重点单位名录管理办法》",
        stages=stages,
        reopen_move="order_rectification",
        membership=Membership(ON_THE_LIST, "listing_reason", "list_year"),
        **_COMMON,  # type: ignore[arg-type]
    )
)  # fmt: skip

ENVIRONMENT_KEY_UNITS = declare(
    Register(
        id=ENVIRONMENT_UNITS,
        label="环境监管重点单位名录",
        facts=EnvironmentKeyUnitFacts,
        fields=(
            Field("water", "水环境重点排污单位", "boolean", synonyms=("水环境", "水", "水环境重点单位")),
            Field("groundwater", "地下水污染防治重点排污单位", "boolean", synonyms=("地下水", "地下水重点单位")),
            Field("air", "大气环境重点排污单位", "boolean", synonyms=("大气环境", "大气", "大气环境重点单位")),
            Field("noise", "噪声重点排污单位", "boolean", synonyms=("噪声", "声环境")),
            Field("soil", "土壤污染重点监管单位", "boolean", synonyms=("土壤", "土壤环境", "土壤污染监管")),
            Field("risk", "环境风险重点管控单位", "boolean", synonyms=("环境风险", "环境风险管控")),
            Field("other_kind", "本地增加的类别", in_list=False, synonyms=("其他类别", "其他")),
            *_fields_of_list(),
        ),
        lifecycle=Lifecycle(
            states=_states(), moves=_moves(environment=True), initial=("drafted", "verified", "published")
        ),
        code_label="名录编号",
        basis="《环境监管重点单位名录管理办法》",
        membership=Membership(ON_THE_ENVIRONMENT_LIST, "listing_reason", "list_year"),
        **_COMMON,  # type: ignore[arg-type]
    )
)  # fmt: skip
