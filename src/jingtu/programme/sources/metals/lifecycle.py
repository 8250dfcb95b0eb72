"""The register 涉重金属重点行业企业全口径清单: states and moves, fields, and what is recorded of an enterprise."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from jingtu.platform.organisations.enlisting import EnterpriseColumns
from jingtu.platform.registers.declarations import (
    Field,
    Lifecycle,
    Membership,
    Move,
    Register,
    State,
    declare,
)
from jingtu.platform.registers.entry_records import RecordKind, declare_records
from jingtu.programme.sources.metals.metals import INDUSTRIES, METALS
from jingtu.programme.sources.metals.models import (
    HeavyMetalEnterpriseFacts,
    ListConfirmation,
    PermitCheck,
)
from jingtu.programme.sources.metals.permissions import EDIT, IMPORT, READ

REGISTER_ID = "heavy_metal_enterprises"
ON_THE_LIST = ("building", "operating", "suspended", "closed")
RUNNING = ("operating", "suspended")

PROJECT_KINDS = (("existing", "现有"), ("new", "新建"), ("modified", "改建"), ("expanded", "扩建"))
PERMIT_CLASSES = (("key", "重点管理"), ("simplified", "简化管理"), ("registered", "登记管理"))
SUPPLEMENTS = (("required", "待补录"), ("done", "已补录"))
MONITORING = (("none", "未安装"), ("installed", "已安装未联网"), ("connected", "已联网"))
REMOVALS = (("closed", "企业已关闭拆除"), ("scope", "不属于涉重金属重点行业"), ("double", "重复登记"))
ITEM = (("yes", "已载明"), ("no", "未载明"), ("na", "不适用"))
OUTCOMES = (("same", "信息无变化"), ("changed", "信息有变化，已更新"))

LIFECYCLE = Lifecycle(
    states=(
        State("building", "在建", "active"),
        State("operating", "在产", "done"),
        State("suspended", "停产", "warning"),
        State("closed", "关闭", "off"),
        State("removed", "已移出", "off", final=True),
    ),
    moves=(
        Move("commission", "投产", ("building",), "operating", EDIT, evidence_required=True),
        Move("suspend", "停产", ("operating",), "suspended", EDIT, reason_required=True),
        Move("resume", "复产", ("suspended",), "operating", EDIT, evidence_required=True),
        Move(
            "close", "关闭", ("building", "operating", "suspended"), "closed", EDIT,
            evidence_required=True, reason_required=True,
            fields=("closed_on",), required_fields=("closed_on",),
        ),
        Move(
            "remove", "移出清单", ("building", "operating", "suspended", "closed"), "removed", EDIT,
            evidence_required=True, reason_required=True,
            fields=("removal_cause",), required_fields=("removal_cause",),
        ),
        Move(
            "include", "重新纳入", ("closed", "removed"), "operating", EDIT,
            evidence_required=True, reason_required=True,
            fields=("listed_on", "listing_reason"), required_fields=("listed_on", "listing_reason"),
        ),
    ),
    initial=("operating", "suspended", "building", "closed"),
)  # fmt: skip

_BASE = tuple(
    Field(
        f"base_{code}", f"{name}基准年排放量", "mass", unit="千克", in_list=False, fold=True,
        synonyms=(f"{name}排放量", f"基准年{name}排放量", f"{name}基准排放量", f"{name}排放基数"),
    )
    for code, name in METALS
)  # fmt: skip
_PERMITTED = tuple(
    Field(
        f"permitted_{code}", f"{name}许可排放量", "mass", unit="千克", in_list=False, fold=True,
        synonyms=(f"许可{name}排放量", f"{name}许可量", f"排污许可{name}年排放量"),
    )
    for code, name in METALS
)  # fmt: skip

FIELDS = (
    Field("uscc", "统一社会信用代码", "uscc", in_list=False, synonyms=("社会信用代码", "信用代码", "企业代码")),
    Field("facility", "厂区", "facility", in_list=False, synonyms=("生产厂区", "厂区名称")),
    Field("address", "生产地址", in_list=False, synonyms=("地址", "详细地址", "企业地址", "所在地")),
    Field("longitude", "经度", "coordinate", in_list=False, fold=True, synonyms=("中心经度", "东经")),
    Field("latitude", "纬度", "coordinate", in_list=False, fold=True, synonyms=("中心纬度", "北纬")),
    Field(
        "industry", "重点行业", "choice", choices=INDUSTRIES,
        synonyms=("行业类别", "所属行业", "涉重金属行业", "行业"),
    ),
    Field("process", "主要工艺", in_list=False, synonyms=("生产工艺", "工艺", "涉重金属工序")),
    Field("metals", "涉及重金属", synonyms=("重金属种类", "特征重金属", "涉重金属种类", "污染物")),
    Field("project_kind", "项目性质", "choice", choices=PROJECT_KINDS, in_list=False, synonyms=("建设性质", "新改扩建")),
    Field("park", "所在园区", in_list=False, synonyms=("工业园区", "园区名称", "所属园区")),
    Field("permit_number", "排污许可证编号", in_list=False, synonyms=("许可证编号", "排污许可证号", "许可证号")),
    Field("permit_class", "排污许可管理类别", "choice", choices=PERMIT_CLASSES, in_list=False, synonyms=("许可管理类别", "管理类别")),
    Field("listed_on", "纳入日期", "date", synonyms=("纳入清单日期", "列入日期", "纳入时间")),
    Field("listing_reason", "纳入情形", in_list=False, synonyms=("纳入原因", "纳入依据")),
    Field("supplement", "信息补录", "choice", choices=SUPPLEMENTS, synonyms=("补录情况", "是否补录")),
    Field("supplemented_on", "补录完成日期", "date", in_list=False, synonyms=("补录日期", "补录时间")),
    Field("air_key_unit", "大气环境重点排污单位", "boolean", in_list=False, synonyms=("大气重点排污单位", "是否大气重点排污单位")),
    Field(
        "particulate_monitoring", "颗粒物自动监测", "choice", choices=MONITORING, in_list=False,
        synonyms=("颗粒物在线监测", "颗粒物自动监测联网", "在线监测联网情况"),
    ),
    Field("closed_on", "关闭日期", "date", in_list=False, synonyms=("关停日期", "关停时间", "关闭时间")),
    Field("removal_cause", "移出情形", "choice", choices=REMOVALS, in_list=False, synonyms=("移出原因",)),
    Field("base_year", "基准年", "year", in_list=False, synonyms=("基准年份", "基数年", "基数年份")),
    *_BASE,
    *_PERMITTED,
    Field("note", "备注", in_list=False),
)  # fmt: skip


def stages(facts: Mapping[str, Any], state: str, on: date) -> list[tuple[date, str]]:
    """Since when a plant that comes from an older list was in which state, by its dated facts.

    Raises
    ------
    ValueError
        A date lies after ``on``.

    Examples
    --------
    >>> stages({"listed_on": date(2022, 6, 20), "closed_on": date(2023, 6, 10)}, "closed", date(2024, 1, 8))
    [(datetime.date(2022, 6, 20), 'operating'), (datetime.date(2023, 6, 10), 'closed')]
    >>> stages({"listed_on": date(2022, 6, 20)}, "suspended", date(2024, 1, 8))
    [(datetime.date(2022, 6, 20), 'operating'), (datetime.date(2024, 1, 8), 'suspended')]
    """
    listed, closed = facts.get("listed_on"), facts.get("closed_on")
    if any(day is not None and day > on for day in (listed, closed)):
        raise ValueError(f"纳入日期或关闭日期晚于本次登记的日期 {on.isoformat()}，请核对日期")
    gone = closed if state in {"closed", "removed"} else None
    found: list[tuple[date, str]] = []
    if listed is not None:
        before = "closed" if gone is not None and gone <= listed else "operating"
        found.append((listed, state if state in {"operating", "building"} else before))
    if gone is not None and (listed is None or gone > listed):
        found.append((gone, "closed"))
    if not found or found[-1][1] != state:
        found.append((on, state))
    # Two stages on one day: the later one holds.
    return sorted(dict(found).items())


ENTERPRISES = declare(
    Register(
        id=REGISTER_ID,
        label="涉重金属重点行业企业全口径清单",
        facts=HeavyMetalEnterpriseFacts,
        fields=FIELDS,
        lifecycle=LIFECYCLE,
        read_permission=READ,
        edit_permission=EDIT,
        import_permission=IMPORT,
        code_label="企业编码",
        name_label="企业名称",
        holder_label="企业",
        basis="《关于进一步加强重金属污染防控的意见》（环固体〔2022〕17号）",
        stages=stages,
        unit="家",
        state_synonyms=("生产状态", "生产情况", "企业状态", "运行状态", "经营状态", "生产现状"),
        code_synonyms=("编号", "企业编号", "序列号"),
        name_synonyms=("单位名称", "企业", "名称", "厂名"),
        membership=Membership(ON_THE_LIST, reason_field="listing_reason"),
        group="企业与污染源",
        extra={"links": (("总量指标台账", "quota_ledger"),)},
        enterprise=EnterpriseColumns(
            uscc="uscc",
            permit="permit_number",
            address="address",
            facility="facility",
            permit_class="permit_class",
        ),
    )
)


def _summary(record: PermitCheck) -> str:
    missing = missing_items(record)
    return (
        f"{record.permit_number}：{'、'.join(missing)}未载明"
        if missing
        else f"{record.permit_number}：均已载明"
    )


def missing_items(record: PermitCheck) -> list[str]:
    """What is not written on the permit."""
    items = (("减排措施", record.measures), ("减排量", record.reductions), ("出让情况", record.transfers))
    return [label for label, found in items if found == "no"]


PERMIT_CHECKS = declare_records(
    RecordKind(
        id="heavy_metal_permit_checks",
        label="许可证载明事项核对",
        register=REGISTER_ID,
        model=PermitCheck,
        fields=(
            Field("permit_number", "排污许可证编号", required=True, synonyms=("许可证编号", "许可证号")),
            Field("measures", "减排措施", "choice", required=True, choices=ITEM, synonyms=("减排措施载明",)),
            Field("reductions", "减排量", "choice", required=True, choices=ITEM, synonyms=("减排量载明",)),
            Field("transfers", "出让情况", "choice", required=True, choices=ITEM, synonyms=("出让量及去向", "出让去向")),
            Field("checked_by", "核对人", personal=True, in_list=False),
            Field("note", "说明", in_list=False),
        ),
        permission=EDIT,
        key=("on",),
        on_label="核对日期",
        states=(*RUNNING, "building", "closed"),
        unit="次",
        summary=_summary,
    )
)  # fmt: skip

CONFIRMATIONS = declare_records(
    RecordKind(
        id="heavy_metal_confirmations",
        label="年度更新确认",
        register=REGISTER_ID,
        model=ListConfirmation,
        fields=(
            Field("year", "年度", "year", required=True, synonyms=("确认年度",)),
            Field("outcome", "更新结果", "choice", required=True, choices=OUTCOMES),
            Field("note", "说明", in_list=False),
        ),
        permission=EDIT,
        key=("year",),
        on_label="确认日期",
        states=ON_THE_LIST,
        unit="次",
        summary=lambda record: f"{record.year}年",
    )
)
