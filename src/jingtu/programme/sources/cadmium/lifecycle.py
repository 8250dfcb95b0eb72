"""涉镉等重金属污染源整治清单: from clue to 销号, 整改完成一个，核查一个，销号一个."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

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
from jingtu.platform.registers.entry_records import RecordKind, believed_records, declare_records
from jingtu.platform.registers.models import Entry, Version
from jingtu.programme.sources.cadmium.models import (
    CadmiumSourceFacts,
    SourceMaterial,
    SourceProgress,
    SpotCheck,
)
from jingtu.programme.sources.cadmium.permissions import CHECK, EDIT, IMPORT, READ, REPORT, STRIKE_OFF
from jingtu.programme.sources.cadmium.rules import rules_of, value_on

SOURCES = "cadmium_sources"
# On the list for rectification; ``struck_off`` has been on it.
UNFINISHED = ("listed", "rectifying", "claimed", "checked")
ON_THE_LIST = (*UNFINISHED, "struck_off")
SOURCE_KINDS = (
    ("operating", "在产企业"), ("closed", "关停企业"), ("mine", "矿区"), ("waste", "历史遗留废物"), ("other", "其他"),
)  # fmt: skip
MATERIALS = (
    ("plan", "整治方案"), ("before", "整治前照片"), ("after", "整治后照片"), ("monitoring", "监测报告"),
    ("check", "核查表"), ("confirmation", "确认文件"), ("other", "其他"),
)  # fmt: skip
RESULTS = (("sound", "未发现问题"), ("problems", "发现问题"))


def facts_of(version: Version) -> CadmiumSourceFacts:
    """The typed facts of a version of this register."""
    found = versions.facts_of(version)
    assert isinstance(found, CadmiumSourceFacts)
    return found


def due_of(version: Version) -> date | None:
    """The day that the source's own plan sets."""
    return facts_of(version).due


def missing_materials(entry: Entry, version: Version, on: date) -> str | None:  # noqa: ARG001 - guards' shape
    """Which of the papers that striking off asks for are not there."""
    wanted = [name for name in (value_on("cadmium_strike_off", "materials", on) or "").split("|") if name]
    have = set(
        believed_records("source_materials").filter(entry=entry, on__lte=on).values_list("kind", flat=True)
    )
    labels = dict(MATERIALS)
    missing = [labels[name] for name in wanted if name not in have]
    return f"销号材料不齐，还缺：{'、'.join(missing)}。请先在“销号材料”中补充。" if missing else None


def _next_list(entry: Entry, version: Version, on: date) -> str | None:
    wanted, stored = facts_of(version).list_year, versions.version_on(entry, on)
    before = facts_of(stored).list_year if stored else None
    if wanted is not None and before is not None and wanted <= before:
        return f"该污染源已在 {before} 年度清单中，结转应填写以后的年度。"
    return None


def stages(facts: Mapping[str, Any], state: str, on: date) -> list[tuple[date, str]]:
    """Since when a source of an older list was in which state, by its dated facts.

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
        The dates contradict each other, or lie after ``on``.

    Examples
    --------
    >>> days = {"listed_on": date(2023, 4, 3), "rectified_on": date(2023, 11, 2), "struck_off_on": date(2023, 12, 1)}
    >>> [(day.isoformat(), state) for day, state in stages(days, "struck_off", date(2024, 6, 30))]
    [('2023-04-03', 'listed'), ('2023-11-02', 'claimed'), ('2023-12-01', 'struck_off')]
    """
    order = {name: place for place, name in enumerate(("clue", "surveyed", *ON_THE_LIST))}
    named = (
        ("listed_on", "listed"), ("rectified_on", "claimed"), ("checked_on", "checked"),
        ("struck_off_on", "struck_off"),
    )  # fmt: skip
    found = [
        (facts[name], reached)
        for name, reached in named
        if facts.get(name) and order[reached] <= order.get(state, 0)
    ]
    days = [day for day, _ in found]
    if any(day > on for day in days):
        raise ValueError(f"列入、整治、核查、销号日期不能晚于本次登记的日期 {on.isoformat()}")
    if days != sorted(days):
        raise ValueError("列入、整治、核查、销号日期前后矛盾，请核对")
    if not found or found[-1][1] != state:
        found.append((on, state))
    return sorted(dict(found).items())


LIFECYCLE = Lifecycle(
    states=(
        State("clue", "线索"),
        State("surveyed", "排查清单", "active"),
        State("listed", "整治清单", "warning"),
        State("rectifying", "整治中", "active"),
        State("claimed", "整治待核查", "active"),
        State("checked", "已核查", "active"),
        State("struck_off", "已销号", "done"),
        State("excluded", "已排除", "off", final=True),
    ),
    moves=(
        Move("survey", "列入排查清单", ("clue",), "surveyed", EDIT),
        Move(
            "include", "列入整治清单", ("surveyed",), "listed", EDIT,
            fields=("listed_on", "list_year", "listing_reason", "problem"),
            required_fields=("listed_on", "list_year", "listing_reason"),
        ),
        Move(
            "exclude", "排除", ("clue", "surveyed"), "excluded", EDIT, reason_required=True, evidence_required=True,
        ),
        Move(
            "start", "制定整治方案", ("listed",), "rectifying", EDIT, evidence_required=True,
            fields=("plan", "measures", "due", "responsible_person"), required_fields=("plan", "due"),
        ),
        Move(
            "claim", "报送整治完成", ("rectifying",), "claimed", REPORT, evidence_required=True,
            fields=("rectified_on", "measures"), required_fields=("rectified_on",),
            limit_field="due", limit_basis=rules_of("cadmium_rectification"),
        ),
        Move(
            "check", "核查通过", ("claimed",), "checked", CHECK, evidence_required=True, distinct_from=("claim",),
            fields=("checked_on",), required_fields=("checked_on",),
        ),
        Move(
            "return", "核查退回", ("claimed", "checked"), "rectifying", CHECK, reason_required=True,
            distinct_from=("claim",), fields=("due",),
        ),
        Move(
            "strike_off", "销号", ("checked",), "struck_off", STRIKE_OFF, distinct_from=("claim",),
            guard=missing_materials, fields=("struck_off_on", "confirmation"), required_fields=("struck_off_on",),
        ),
        *(
            Move(
                f"carry_over_{state}", "结转下一年度", (state,), state, EDIT, guard=_next_list,
                fields=("list_year", "due"), required_fields=("list_year",), reason_required=True,
            )
            for state in UNFINISHED
        ),
        Move(
            "reopen", "回头看发现问题", ("struck_off",), "rectifying", CHECK, reason_required=True,
            evidence_required=True, fields=("due", "list_year", "problem"), opens=True,
        ),
        Move("take_up", "重新排查", ("excluded",), "surveyed", EDIT, reason_required=True, opens=True),
    ),
    initial=("clue", "surveyed", "listed", "rectifying", "claimed", "checked", "struck_off"),
)  # fmt: skip

CADMIUM_SOURCES = declare(
    Register(
        id=SOURCES,
        label="涉镉等重金属污染源整治清单",
        facts=CadmiumSourceFacts,
        fields=(
            Field("uscc", "统一社会信用代码", "uscc", in_list=False, synonyms=("社会信用代码", "信用代码", "企业代码")),
            Field("permit_number", "排污许可证编号", in_list=False, fold=True, synonyms=("许可证编号", "排污许可证号")),
            Field("industry", "行业类别", in_list=False, synonyms=("行业", "所属行业")),
            Field("address", "详细地址", in_list=False, synonyms=("地址", "位置", "污染源位置")),
            Field("facility", "厂区", "facility", in_list=False, fold=True),
            Field("source_kind", "污染源类型", "choice", choices=SOURCE_KINDS, synonyms=("类型", "污染源类别")),
            Field("metals", "涉及重金属", synonyms=("重金属", "重金属种类", "特征污染物", "污染物")),
            Field("clue", "线索来源", in_list=False, synonyms=("来源", "信息来源", "排查线索")),
            Field("problem", "存在问题", in_list=False, synonyms=("问题", "主要问题", "污染问题")),
            Field("list_year", "清单年度", "year", synonyms=("年度", "年份", "整治年度")),
            Field("listing_reason", "列入理由", in_list=False, synonyms=("列入原因", "纳入原因", "列入依据")),
            Field("listed_on", "列入整治清单日期", "date", synonyms=("列入日期", "列入时间", "纳入日期")),
            Field("plan", "整治方案", in_list=False, synonyms=("方案名称", "一源一策")),
            Field("measures", "整治措施", in_list=False, synonyms=("措施", "整治内容")),
            Field("due", "整治期限", "date", synonyms=("整治时限", "完成时限", "计划完成日期", "计划完成时间")),
            Field("rectified_on", "整治完成日期", "date", in_list=False, synonyms=("完成整治日期", "整治完成时间", "完成日期")),
            Field("checked_on", "核查日期", "date", in_list=False, synonyms=("核查时间",)),
            Field("struck_off_on", "销号日期", "date", synonyms=("销号时间",)),
            Field("confirmation", "确认文件", in_list=False, synonyms=("销号文件", "销号确认")),
            Field("longitude", "经度", "coordinate", in_list=False, fold=True),
            Field("latitude", "纬度", "coordinate", in_list=False, fold=True),
            Field("responsible_person", "整治责任人", in_list=False, personal=True, synonyms=("责任人", "负责人")),
            Field("note", "备注", in_list=False, fold=True),
        ),
        lifecycle=LIFECYCLE,
        read_permission=READ,
        edit_permission=EDIT,
        import_permission=IMPORT,
        code_label="污染源编号",
        name_label="污染源名称",
        holder_label="责任单位",
        basis="《涉镉等重金属重点行业企业排查整治方案》",
        stages=stages,
        unit="家",
        code_synonyms=("编号", "污染源编码", "整治编号"),
        name_synonyms=("企业名称", "单位名称", "污染源", "名称"),
        group="企业与污染源",
        membership=Membership(ON_THE_LIST, "listing_reason", "list_year"),
        reopen_move="reopen",
    )
)  # fmt: skip

declare_records(
    RecordKind(
        "source_materials", "销号材料", SOURCES, SourceMaterial,
        (
            Field("kind", "材料种类", "choice", choices=MATERIALS, required=True),
            Field("title", "材料名称", required=True),
            Field("note", "说明", fold=True),
        ),
        REPORT, evidence_required=True, unit="份", on_label="材料日期",
        summary=lambda record: f"{dict(MATERIALS).get(record.kind, '')}：{record.title}",
    )
)  # fmt: skip
declare_records(
    RecordKind(
        "source_progress", "整治进展", SOURCES, SourceProgress,
        (
            Field("percent", "完成比例", "integer", unit="%", synonyms=("进度",)),
            Field("content", "进展情况", required=True),
            Field("difficulty", "存在困难"),
        ),
        REPORT, key=("on",), states=("listed", "rectifying"), unit="次", on_label="填报日期",
    )
)  # fmt: skip
declare_records(
    RecordKind(
        "source_spot_checks", "回头看和抽查", SOURCES, SpotCheck,
        (
            Field("result", "结果", "choice", choices=RESULTS, required=True),
            Field("problems", "发现的问题"),
            Field("checked_by", "检查单位"),
        ),
        CHECK, key=("on",), evidence_required=True, unit="次", on_label="检查日期",
    )
)  # fmt: skip
