"""The register 地下水监测井清单: states and moves of wells, their fields, and patrols."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from jingtu.errors import CellError
from jingtu.platform.registers.declarations import Field, Lifecycle, Move, Register, State, declare
from jingtu.platform.registers.entry_records import RecordKind, declare_records
from jingtu.platform.registers.models import Entry
from jingtu.programme.groundwater.models import WellFacts, WellPatrol
from jingtu.programme.groundwater.permissions import PATROL, WELL_CHECK, WELL_EDIT, WELL_IMPORT, WELL_READ
from jingtu.programme.groundwater.rules import rules_of

REGISTER_ID = "groundwater_wells"
PATROLS = "groundwater_well_patrols"
REPORT = "report_damage"
# A well that still stands, and so is walked to.
STANDING = ("sound", "damaged", "repaired", "closing", "removing")
CLOSED = ("sealed", "removed")
DAMAGED, SOUND = "damaged", "sound"


LIFECYCLE = Lifecycle(
    states=(
        State("sound", "完好", "done"),
        State("damaged", "损坏", "warning"),
        State("repaired", "修复待核查", "active"),
        State("closing", "封井待核查", "active"),
        State("removing", "移除待核查", "active"),
        State("sealed", "封井", "off", final=True),
        State("removed", "移除", "off", final=True),
    ),
    moves=(
        Move(
            REPORT, "报告损坏", ("sound",), "damaged", PATROL,
            fields=("damage", "damaged_on", "repair_due"), required_fields=("damage",),
        ),
        Move(
            "repair", "完成修复", ("damaged",), "repaired", WELL_EDIT, evidence_required=True,
            fields=("repaired_on",), required_fields=("repaired_on",),
            limit_field="repair_due", limit_basis=rules_of("groundwater_well_repair"),
        ),
        Move("accept_repair", "核查修复", ("repaired",), "sound", WELL_CHECK, distinct_from=("repair",)),
        Move(
            "return_repair", "核查退回", ("repaired",), "damaged", WELL_CHECK, reason_required=True,
            distinct_from=("repair",),
        ),
        Move(
            "seal", "申报封井", ("sound", "damaged"), "closing", WELL_EDIT, evidence_required=True,
            fields=("closing_reason", "closed_on"), required_fields=("closing_reason", "closed_on"),
        ),
        Move("confirm_seal", "核查封井", ("closing",), "sealed", WELL_CHECK, distinct_from=("seal",)),
        Move(
            "return_seal", "封井退回", ("closing",), "damaged", WELL_CHECK, reason_required=True,
            distinct_from=("seal",),
        ),
        Move(
            "remove", "申报移除", ("sound", "damaged"), "removing", WELL_EDIT, evidence_required=True,
            fields=("closing_reason", "closed_on"), required_fields=("closing_reason", "closed_on"),
        ),
        Move("confirm_removal", "核查移除", ("removing",), "removed", WELL_CHECK, distinct_from=("remove",)),
        Move(
            "return_removal", "移除退回", ("removing",), "damaged", WELL_CHECK, reason_required=True,
            distinct_from=("remove",),
        ),
    ),
    initial=("sound", "damaged"),
)  # fmt: skip

FIELDS = (
    Field("kind", "井类型", synonyms=("监测井类型", "类型", "井别", "监测井类别")),
    Field("aquifer", "监测层位", synonyms=("含水层", "含水层类型", "地下水类型", "层位")),
    Field("depth_m", "井深", "decimal", unit="米", synonyms=("深度", "成井深度", "孔深"), summed=False),
    Field("longitude", "经度", "coordinate", in_list=False, synonyms=("东经", "井位经度", "中心经度")),
    Field("latitude", "纬度", "coordinate", in_list=False, synonyms=("北纬", "井位纬度", "中心纬度")),
    Field("address", "位置", in_list=False, synonyms=("井位", "地址", "详细位置", "具体位置", "所在位置")),
    Field("keeper", "管护人", personal=True, in_list=False, synonyms=("管护责任人", "看护人", "负责人")),
    Field("built_on", "建井日期", "date", synonyms=("建成时间", "建井时间", "成井日期", "成井时间")),
    Field(
        "patrols_a_year", "巡护频次", "integer", unit="次/年", synonyms=("年巡护次数", "巡查频次", "巡护次数"),
        help="全国没有统一规定，按本地要求填写；不填则没有期限", summed=False,
    ),
    Field("patrol_basis", "频次依据", in_list=False, synonyms=("巡护依据",), fold=True),
    Field("damage", "损坏情况", in_list=False, synonyms=("损坏描述", "存在问题")),
    Field("damaged_on", "发现损坏日期", "date", in_list=False, synonyms=("损坏日期", "发现日期")),
    Field("repair_due", "计划修复日期", "date", in_list=False, synonyms=("修复期限", "计划完成修复日期")),
    Field("repaired_on", "修复日期", "date", in_list=False, synonyms=("修复时间", "完成修复日期")),
    Field("closing_reason", "封井或移除原因", in_list=False, fold=True, synonyms=("封井原因", "移除原因")),
    Field("closed_on", "封井或移除日期", "date", in_list=False, fold=True, synonyms=("封井日期", "移除日期")),
    Field("note", "备注", in_list=False),
)  # fmt: skip


def stages(facts: Mapping[str, Any], state: str, on: date) -> list[tuple[date, str]]:
    """Since when a well of an older list was in which state, by its dated facts.

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
        A date of the past lies after ``on``, or the dates contradict each other.

    Examples
    --------
    >>> stages({"built_on": date(2019, 5, 1), "damaged_on": date(2024, 3, 2)}, "damaged", date(2024, 6, 30))
    [(datetime.date(2019, 5, 1), 'sound'), (datetime.date(2024, 3, 2), 'damaged')]
    >>> stages({}, "sound", date(2024, 6, 30))
    [(datetime.date(2024, 6, 30), 'sound')]
    """
    found: list[tuple[date, str]] = []
    if facts.get("built_on"):
        found.append((facts["built_on"], SOUND))
    if state == DAMAGED and facts.get("damaged_on"):
        found.append((facts["damaged_on"], DAMAGED))
    if state in CLOSED and facts.get("closed_on"):
        found.append((facts["closed_on"], state))
    days = [day for day, _ in found]
    if any(day > on for day in days):
        raise ValueError(f"建井、损坏或封井日期晚于本次登记的日期 {on.isoformat()}，请核对日期或状态")
    if days != sorted(days):
        raise ValueError("建井、损坏、封井几个日期前后矛盾，请核对")
    if not found or found[-1][1] != state:
        found.append((on, state))
    return sorted(dict(found).items())


WELLS = declare(
    Register(
        id=REGISTER_ID,
        label="地下水监测井清单",
        facts=WellFacts,
        fields=FIELDS,
        lifecycle=LIFECYCLE,
        read_permission=WELL_READ,
        edit_permission=WELL_EDIT,
        import_permission=WELL_IMPORT,
        code_label="井号",
        name_label="井名",
        holder_label="管护单位",
        basis="《地下水管理条例》",
        stages=stages,
        unit="口",
        code_synonyms=("监测井编号", "井编号", "编号", "点位编码"),
        name_synonyms=("监测井名称", "名称", "点位名称"),
        group="地下水",
    )
)

_PART = (("ok", "完好"), ("broken", "损坏"), ("missing", "缺失"), ("none", "未设"))


def _check_patrol(_entry: Entry, values: Mapping[str, Any]) -> list[CellError]:
    if values["finding"] == DAMAGED and not values["detail"]:
        return [CellError("发现损坏的，请写明损坏情况", column="情况说明")]
    broken = [label for name, label in _LOOKED_AT if values[name] in {"broken", "missing"}]
    if broken and values["finding"] == SOUND:
        return [CellError(f"{'、'.join(broken)}有损坏或缺失，巡护结果不能填“完好”", column="巡护结果")]
    return []


_LOOKED_AT = (("lock", "井锁"), ("pipe", "保护管"), ("platform", "井台"), ("sign", "标识牌"))

WELL_PATROLS = declare_records(
    RecordKind(
        id=PATROLS,
        label="巡护记录",
        register=REGISTER_ID,
        model=WellPatrol,
        fields=(
            *(Field(name, label, "choice", choices=_PART) for name, label in _LOOKED_AT),
            Field("measured_depth_m", "实测井深", "decimal", unit="米", in_list=False, synonyms=("井深",)),
            Field("longitude", "定位经度", "coordinate", in_list=False, synonyms=("经度",)),
            Field("latitude", "定位纬度", "coordinate", in_list=False, synonyms=("纬度",)),
            Field(
                "finding", "巡护结果", "choice", required=True,
                choices=(("sound", "完好"), ("damaged", "发现损坏")), synonyms=("结果", "巡查结果"),
            ),
            Field("detail", "情况说明", synonyms=("说明", "问题描述", "存在问题")),
        ),
        permission=PATROL,
        key=("on",),
        check=_check_patrol,
        states=STANDING,
        unit="次",
        on_label="巡护日期",
        on_synonyms=("巡查日期", "日期", "巡护时间"),
        summary=lambda record: "发现损坏" if record.finding == DAMAGED else "完好",
    )
)  # fmt: skip
