"""The register 优先监管地块清单: its states and moves, its fields, and how an imported past is read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from jingtu.platform.registers.declarations import (
    Field,
    Lifecycle,
    Membership,
    Move,
    Register,
    State,
    declare,
)
from jingtu.programme.sites.models import PriorityParcelFacts
from jingtu.programme.sites.permissions import CONTROL_CHECK, EDIT, IMPORT, READ

REGISTER_ID = "priority_parcels"

# On the list, whatever has become of the parcel since: the base list of the indicator holds these.
ON_THE_LIST = (
    "listed", "monitoring", "within_standard", "over_standard", "area_delimited", "control_claimed", "controlled",
)  # fmt: skip

LIFECYCLE = Lifecycle(
    states=(
        State("found", "已推送"),
        State("verified", "已核实"),
        State("listed", "已纳入", "active"),
        State("monitoring", "重点监测", "active"),
        State("within_standard", "未超标", "done"),
        State("over_standard", "超标", "warning"),
        State("area_delimited", "已划定管控区", "warning"),
        State("control_claimed", "管控待核查", "active"),
        State("controlled", "已落实管控", "done"),
        State("excluded", "已排除", "off", final=True),
        State("removed", "已移出", "off", final=True),
    ),
    moves=(
        Move("verify", "核实", ("found",), "verified", EDIT),
        Move(
            "include", "纳入清单", ("verified",), "listed", EDIT,
            fields=("listed_on", "entry_basis"), required_fields=("listed_on", "entry_basis"),
        ),
        Move("start_monitoring", "开展重点监测", ("listed",), "monitoring", EDIT),
        Move(
            "find_over", "监测超标", ("monitoring",), "over_standard", EDIT, evidence_required=True,
            fields=("monitored_on", "monitoring_result", "exceeded_substances"),
            required_fields=("monitored_on", "exceeded_substances"),
        ),
        Move(
            "find_within", "监测未超标", ("monitoring",), "within_standard", EDIT, evidence_required=True,
            fields=("monitored_on", "monitoring_result"), required_fields=("monitored_on",),
        ),
        Move("monitor_again", "重新监测", ("within_standard",), "monitoring", EDIT, reason_required=True),
        Move(
            "delimit", "划定管控区", ("over_standard",), "area_delimited", EDIT,
            fields=("control_grade", "control_due", "responsible_person"),
        ),
        Move(
            "claim_control", "报送管控落实", ("area_delimited",), "control_claimed", EDIT, evidence_required=True,
            fields=("controlled_on", "control_measures", "responsible_person"),
            required_fields=("controlled_on", "control_measures"),
        ),
        Move(
            "confirm_control", "核查确认", ("control_claimed",), "controlled", CONTROL_CHECK,
            distinct_from=("claim_control",),
        ),
        Move(
            "return_control", "核查退回", ("control_claimed",), "area_delimited", CONTROL_CHECK,
            reason_required=True, distinct_from=("claim_control",),
        ),
        Move(
            "exclude", "排除", ("found", "verified"), "excluded", EDIT, evidence_required=True,
            fields=("exclusion_reason",), required_fields=("exclusion_reason",),
        ),
        Move(
            "remove", "移出清单", ("listed", "within_standard", "controlled"), "removed", EDIT,
            reason_required=True, evidence_required=True,
        ),
        Move("list_again", "重新纳入", ("excluded", "removed"), "listed", EDIT, reason_required=True),
    ),
    initial=("found", "verified", "listed"),
)  # fmt: skip

FIELDS = (
    Field("former_enterprise", "原企业名称", in_list=False, synonyms=("企业名称", "原生产企业", "关闭搬迁企业名称")),
    Field("uscc", "统一社会信用代码", "uscc", in_list=False, synonyms=("社会信用代码", "信用代码", "企业代码")),
    Field("industry", "行业类别", in_list=False, synonyms=("所属行业", "行业", "行业名称")),
    Field("closed_on", "关闭日期", "date", in_list=False, synonyms=("关停日期", "关闭搬迁日期", "关停时间", "关闭时间")),
    Field(
        "permit_cancelled_on", "排污许可证注销日期", "date", in_list=False,
        synonyms=("许可证注销日期", "许可证注销时间", "排污许可注销日期"),
    ),
    Field("area_m2", "占地面积", "area", unit="平方米", synonyms=("面积", "地块面积", "用地面积")),
    Field("address", "详细地址", in_list=False, synonyms=("地址", "地块位置", "位置", "地块地址")),
    Field("planned_use", "规划用途", in_list=False, synonyms=("用地规划", "规划用地性质", "土地规划用途")),
    Field("entry_basis", "纳入依据", in_list=False, synonyms=("进入清单依据", "纳入原因")),
    Field("listed_on", "纳入日期", "date", synonyms=("纳入清单日期", "纳入时间", "列入日期")),
    Field("exclusion_reason", "排除情形", in_list=False, synonyms=("排除原因", "排除理由")),
    Field("monitored_on", "重点监测日期", "date", in_list=False, synonyms=("监测日期", "采样日期", "监测时间")),
    Field("monitoring_result", "监测结果", in_list=False, synonyms=("重点监测结果",)),
    Field("exceeded_substances", "超标污染物", synonyms=("超标因子", "超标项目")),
    Field("control_grade", "管控等级", in_list=False, synonyms=("管控级别", "管控分级")),
    Field("control_measures", "管控措施", in_list=False, synonyms=("污染管控措施", "落实的管控措施")),
    Field("control_due", "计划完成管控日期", "date", synonyms=("计划管控日期", "管控期限", "计划完成时间")),
    Field("controlled_on", "落实管控日期", "date", synonyms=("管控日期", "管控落实日期", "完成管控日期", "管控时间")),
    Field("responsible_person", "管控责任人", in_list=False, personal=True, synonyms=("责任人", "负责人")),
    Field("note", "备注", in_list=False),
)  # fmt: skip


def stages(facts: Mapping[str, Any], state: str, on: date) -> list[tuple[date, str]]:
    """Since when a parcel that comes from an older list was in which state, by its dated facts.

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
        The dates contradict the state, each other, or lie after ``on``.

    Examples
    --------
    >>> stages({"listed_on": date(2023, 5, 1), "controlled_on": date(2024, 4, 2)}, "controlled", date(2024, 6, 30))
    [(datetime.date(2023, 5, 1), 'listed'), (datetime.date(2024, 4, 2), 'controlled')]
    >>> stages({}, "found", date(2024, 6, 30))
    [(datetime.date(2024, 6, 30), 'found')]
    """
    labels = {"listed_on": "纳入日期", "monitored_on": "重点监测日期", "controlled_on": "落实管控日期"}
    dates = {name: facts.get(name) for name in labels}
    found: list[tuple[date, str]] = []
    if state in (*ON_THE_LIST, "removed") and dates["listed_on"]:
        found.append((dates["listed_on"], "listed"))
    monitored = (*ON_THE_LIST[2:], "removed")
    if state in monitored and dates["monitored_on"]:
        after = state if state in {"within_standard", "over_standard"} else "monitoring"
        found.append((dates["monitored_on"], after))
    if state in {"controlled", "removed"} and dates["controlled_on"]:
        found.append((dates["controlled_on"], "controlled"))
    late = [labels[name] for name, day in dates.items() if day is not None and day > on]
    if late and found:
        raise ValueError(f"{'、'.join(late)}晚于本次登记的日期 {on.isoformat()}，请核对日期或状态")
    days = [day for day, _ in found]
    if days != sorted(days):
        raise ValueError("纳入、监测、管控三个日期前后矛盾，请核对")
    if not found or found[-1][1] != state:
        found.append((on, state))
    # Two stages on one day: the later one holds.
    return sorted(dict(found).items())


PRIORITY_PARCELS = declare(
    Register(
        id=REGISTER_ID,
        label="优先监管地块清单",
        facts=PriorityParcelFacts,
        fields=FIELDS,
        lifecycle=LIFECYCLE,
        read_permission=READ,
        edit_permission=EDIT,
        import_permission=IMPORT,
        code_label="地块编码",
        name_label="地块名称",
        holder_label="土地使用权人",
        basis="《优先监管地块土壤污染管控工作指南（试行）》（征求意见稿）",
        stages=stages,
        unit="块",
        code_synonyms=("地块编号", "编码", "编号"),
        name_synonyms=("名称", "地块"),
        group="建设用地",
        membership=Membership(ON_THE_LIST, reason_field="entry_basis"),
    )
)
