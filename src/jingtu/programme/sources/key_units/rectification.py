"""土壤污染隐患整改台账: each hazard on its way from found to passed, checked by another person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from jingtu.platform.registers import versions
from jingtu.platform.registers.declarations import Field, Lifecycle, Move, Register, State, declare
from jingtu.platform.registers.models import Version
from jingtu.programme.sources.key_units.models import HazardFacts
from jingtu.programme.sources.key_units.permissions import CHECK, IMPORT, READ, REPORT
from jingtu.programme.sources.key_units.rules import rules_of

LEDGER = "hazard_rectification_ledger"
UNSETTLED = ("found", "claimed")


def due_of(version: Version) -> date | None:
    """The day entered for the hazard; no text sets one."""
    facts = versions.facts_of(version)
    assert isinstance(facts, HazardFacts)
    return facts.due


def stages(facts: Mapping[str, Any], state: str, on: date) -> list[tuple[date, str]]:
    """Since when a hazard of an older ledger was in which state, by its dated facts.

    Parameters
    ----------
    facts : mapping
        Typed facts by field id.
    state : str
        The state in which the ledger has it.
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
    >>> days = {"found_on": date(2023, 5, 8), "rectified_on": date(2023, 8, 1), "checked_on": date(2023, 8, 20)}
    >>> [(day.isoformat(), state) for day, state in stages(days, "passed", date(2024, 6, 30))]
    [('2023-05-08', 'found'), ('2023-08-01', 'claimed'), ('2023-08-20', 'passed')]
    >>> stages({}, "found", date(2024, 6, 30))
    [(datetime.date(2024, 6, 30), 'found')]
    """
    order = {"found": 1, "claimed": 2, "passed": 3}
    named = (("found_on", "found"), ("rectified_on", "claimed"), ("checked_on", "passed"))
    found = [
        (facts[name], reached)
        for name, reached in named
        if facts.get(name) and order[reached] <= order.get(state, 1)
    ]
    days = [day for day, _ in found]
    if any(day > on for day in days):
        raise ValueError(f"发现、整改、核查日期不能晚于本次登记的日期 {on.isoformat()}")
    if days != sorted(days):
        raise ValueError("发现、整改、核查三个日期前后矛盾，请核对")
    if not found or found[-1][1] != state:
        found.append((on, state))
    return sorted(dict(found).items())


HAZARDS = declare(
    Register(
        id=LEDGER,
        label="土壤污染隐患整改台账",
        facts=HazardFacts,
        fields=(
            Field("unit_name", "所属单位", synonyms=("企业名称", "单位名称")),
            Field("place", "场所", required=True, synonyms=("重点场所", "涉及场所", "隐患位置", "位置", "场所或设施设备")),
            Field("equipment", "设施设备", in_list=False, synonyms=("重点设施设备", "设备", "设施")),
            Field("problem", "隐患情况", required=True, synonyms=("存在问题", "问题", "隐患描述", "土壤污染隐患", "隐患")),
            Field("advice", "整改建议", in_list=False, synonyms=("建议", "整改意见")),
            Field("found_on", "发现日期", "date", required=True, synonyms=("排查日期", "发现时间", "排查时间")),
            Field("due", "整改期限", "date", synonyms=("整改时限", "计划完成日期", "计划完成时间", "完成期限")),
            Field("measures", "整改措施", in_list=False, synonyms=("整改情况", "措施")),
            Field("rectified_on", "整改完成日期", "date", synonyms=("整改完成时间", "完成整改日期", "完成日期")),
            Field("checked_on", "核查日期", "date", in_list=False, synonyms=("核查时间", "验收日期")),
            Field("responsible_person", "整改责任人", in_list=False, personal=True, synonyms=("责任人", "负责人")),
            Field("note", "备注", in_list=False, fold=True),
        ),
        lifecycle=Lifecycle(
            states=(
                State("found", "待整改", "warning"),
                State("claimed", "整改待核查", "active"),
                State("passed", "整改合格", "done"),
                State("withdrawn", "不属隐患", "off", final=True),
            ),
            moves=(
                Move(
                    "claim", "报送整改完成", ("found",), "claimed", REPORT, evidence_required=True,
                    fields=("measures", "rectified_on"), required_fields=("measures", "rectified_on"), limit_field="due",
                    limit_basis=rules_of("key_unit_rectification"),
                ),
                Move(
                    "accept", "核查合格", ("claimed",), "passed", CHECK, distinct_from=("claim",),
                    fields=("checked_on",), required_fields=("checked_on",),
                ),
                Move(
                    "return", "核查不合格", ("claimed",), "found", CHECK, distinct_from=("claim",), reason_required=True,
                    fields=("due",),
                ),
                Move(
                    "withdraw", "认定不属隐患", ("found",), "withdrawn", CHECK, reason_required=True, evidence_required=True,
                ),
                Move(
                    "reopen", "回头看发现问题", ("passed",), "found", CHECK, reason_required=True, evidence_required=True,
                    fields=("due",), opens=True,
                ),
            ),
            initial=("found", "claimed", "passed"),
        ),
        read_permission=READ,
        edit_permission=REPORT,
        import_permission=IMPORT,
        code_label="隐患编号",
        name_label="隐患名称",
        holder_label="整改单位",
        basis="《重点监管单位土壤污染隐患排查指南（试行）》",
        stages=stages,
        unit="项",
        code_synonyms=("编号", "序号编码"),
        name_synonyms=("隐患", "名称", "隐患点"),
        group="企业与污染源",
        reopen_move="reopen",
    )
)  # fmt: skip
