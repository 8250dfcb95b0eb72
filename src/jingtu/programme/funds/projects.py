"""The register of projects: one list from the reserve to the performance, with money, work and milestones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from jingtu.errors import CellError
from jingtu.platform.registers import versions
from jingtu.platform.registers.declarations import Field, Lifecycle, Move, Register, State, declare
from jingtu.platform.registers.entry_records import RecordKind, declare_records
from jingtu.platform.registers.models import Entry, Version
from jingtu.programme.funds.models import (
    ProjectEvaluation,
    ProjectFacts,
    ProjectFunding,
    ProjectMilestone,
    ProjectPayment,
    ProjectWork,
)
from jingtu.programme.funds.permissions import CHECK, EDIT, IMPORT, MONEY, PROGRESS, READ
from jingtu.programme.funds.rules import rules_of

REGISTER_ID = "reserve_projects"
FUNDING, PAYMENTS, WORK = "project_funding", "project_payments", "project_work"
MILESTONES, EVALUATIONS = "project_milestones", "project_evaluations"
CENTRAL = "central"
LEVELS = ((CENTRAL, "中央"), ("region", "自治区（省）"), ("city", "市"), ("county", "县"))

FUNDED, STARTED, FINISHED, ACCEPTED, EVALUATED = "funded", "started", "finished", "accepted", "evaluated"
CLAIMED = "acceptance_claimed"
HAVE_FINISHED = (FINISHED, CLAIMED, ACCEPTED, EVALUATED)
HAVE_STARTED = (STARTED, *HAVE_FINISHED)
HAVE_MONEY = (FUNDED, *HAVE_STARTED)


def _facts(version: Version) -> ProjectFacts:
    facts = versions.facts_of(version)
    assert isinstance(facts, ProjectFacts)
    return facts


LIFECYCLE = Lifecycle(
    states=(
        State("pre_reserve", "预储备"),
        State("in_library", "入库", "active"),
        State(FUNDED, "下达", "active"),
        State(STARTED, "开工", "active"),
        State(FINISHED, "完工", "active"),
        State(CLAIMED, "验收待核查", "active"),
        State(ACCEPTED, "验收", "done"),
        State(EVALUATED, "绩效", "done", final=True),
        State("dropped", "退出", "off", final=True),
    ),
    moves=(
        Move(
            "enter_library", "入库", ("pre_reserve",), "in_library", EDIT, evidence_required=True,
            fields=("library_number", "library_on"), required_fields=("library_on",),
        ),
        Move(
            "fund", "下达资金", ("in_library",), FUNDED, EDIT, evidence_required=True,
            fields=("funding_document", "funded_on", "planned_start", "planned_finish"),
            required_fields=("funding_document", "funded_on"),
        ),
        Move(
            "start", "开工", (FUNDED,), STARTED, EDIT, evidence_required=True,
            fields=("started_on", "planned_finish"), required_fields=("started_on",),
            limit_field="planned_start", limit_basis=rules_of("project_start"),
        ),
        Move(
            "finish", "完工", (STARTED,), FINISHED, EDIT, evidence_required=True,
            fields=("finished_on",), required_fields=("finished_on",),
            limit_field="planned_finish", limit_basis=rules_of("project_finish"),
        ),
        Move(
            "claim_acceptance", "申请验收", (FINISHED,), CLAIMED, EDIT, evidence_required=True,
            fields=("accepted_on",), required_fields=("accepted_on",),
        ),
        Move(
            "confirm_acceptance", "核查验收", (CLAIMED,), ACCEPTED, CHECK,
            distinct_from=("claim_acceptance",),
        ),
        Move(
            "return_acceptance", "验收退回", (CLAIMED,), FINISHED, CHECK, reason_required=True,
            distinct_from=("claim_acceptance",),
        ),
        Move(
            "evaluate", "绩效评价", (ACCEPTED,), EVALUATED, CHECK, evidence_required=True,
            fields=("evaluated_on", "grade"), required_fields=("evaluated_on", "grade"),
        ),
        Move(
            "drop", "退出", ("pre_reserve", "in_library", FUNDED), "dropped", EDIT, reason_required=True,
            evidence_required=True, fields=("dropped_reason",), required_fields=("dropped_reason",),
        ),
    ),
    initial=("pre_reserve", "in_library", FUNDED, STARTED),
)  # fmt: skip

FIELDS = (
    Field("kind", "项目类型", synonyms=("类型", "项目类别", "资金支持方向", "支持方向")),
    Field(
        "content", "建设内容", "long_text", in_list=False,
        synonyms=("主要建设内容", "建设内容及规模", "建设规模及内容", "实施内容"),
    ),
    Field("total_investment", "总投资", "money", unit="元", synonyms=("项目总投资", "总投资额", "估算总投资")),
    Field(
        "applied_amount", "申请资金", "money", unit="元", in_list=False,
        synonyms=("申请中央资金", "拟申请资金", "申请中央补助资金"),
    ),
    Field("library_number", "项目库编号", in_list=False, synonyms=("入库编号", "中央项目库编号")),
    Field("library_on", "入库日期", "date", in_list=False, synonyms=("入库时间",)),
    Field("funding_document", "下达文号", in_list=False, synonyms=("资金文号", "资金下达文号", "下达文件")),
    Field("funded_on", "下达日期", "date", in_list=False, synonyms=("资金下达日期", "下达时间")),
    Field("planned_start", "计划开工日期", "date", in_list=False, synonyms=("计划开工时间", "拟开工日期")),
    Field("started_on", "开工日期", "date", synonyms=("开工时间", "实际开工日期")),
    Field("planned_finish", "计划完工日期", "date", synonyms=("计划完工时间", "计划竣工日期", "计划竣工时间", "拟完工日期")),
    Field("finished_on", "完工日期", "date", synonyms=("完工时间", "竣工日期", "竣工时间", "实际完工日期")),
    Field("accepted_on", "验收日期", "date", in_list=False, synonyms=("验收时间",)),
    Field("evaluated_on", "绩效评价日期", "date", in_list=False, synonyms=("绩效评价时间",), fold=True),
    Field("grade", "绩效等级", in_list=False, synonyms=("绩效评价等级", "评价等级"), fold=True),
    Field("manager", "项目负责人", personal=True, in_list=False, synonyms=("负责人", "联系人")),
    Field("dropped_reason", "退出原因", in_list=False, fold=True),
    Field("note", "备注", in_list=False, synonyms=("存在问题",)),
)  # fmt: skip

_STAGE_DATES = (
    ("library_on", "in_library"), ("funded_on", FUNDED), ("started_on", STARTED), ("finished_on", FINISHED),
    ("accepted_on", ACCEPTED), ("evaluated_on", EVALUATED),
)  # fmt: skip
_ORDER = ("pre_reserve", "in_library", FUNDED, STARTED, FINISHED, CLAIMED, ACCEPTED, EVALUATED)


def stages(facts: Mapping[str, Any], state: str, on: date) -> list[tuple[date, str]]:
    """Since when a project of an older list was in which state, by its dated facts.

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
        A date lies after ``on``, or the dates contradict each other.

    Examples
    --------
    >>> stages({"funded_on": date(2023, 4, 1), "started_on": date(2023, 9, 1)}, "started", date(2024, 6, 30))
    [(datetime.date(2023, 4, 1), 'funded'), (datetime.date(2023, 9, 1), 'started')]
    """
    if state not in _ORDER:
        return [(on, state)]
    reached = _ORDER[: _ORDER.index(state) + 1]
    found = [(facts[name], stage) for name, stage in _STAGE_DATES if facts.get(name) and stage in reached]
    days = [day for day, _ in found]
    if any(day > on for day in days):
        raise ValueError(f"入库、下达、开工、完工等日期晚于本次登记的日期 {on.isoformat()}，请核对日期或状态")
    if days != sorted(days):
        raise ValueError("入库、下达、开工、完工、验收几个日期前后矛盾，请核对")
    if not found or found[-1][1] != state:
        found.append((on, state))
    return sorted(dict(found).items())


PROJECTS = declare(
    Register(
        id=REGISTER_ID,
        label="土壤和地下水污染防治项目",
        facts=ProjectFacts,
        fields=FIELDS,
        lifecycle=LIFECYCLE,
        read_permission=READ,
        edit_permission=EDIT,
        import_permission=IMPORT,
        code_label="项目编号",
        name_label="项目名称",
        holder_label="实施单位",
        basis="《土壤污染防治资金管理办法》（财资环〔2022〕28号）",
        stages=stages,
        unit="个",
        code_synonyms=("项目代码", "编号", "项目编码"),
        name_synonyms=("名称", "项目"),
        group="项目资金",
    )
)


def _positive(_entry: Entry, values: Mapping[str, Any]) -> list[CellError]:
    amount = values["amount"]
    return (
        [CellError("应大于零", column="金额", value=str(amount))]
        if amount is not None and amount <= 0
        else []
    )


def _check_work(_entry: Entry, values: Mapping[str, Any]) -> list[CellError]:
    errors = []
    if values["planned"] is not None and values["planned"] <= 0:
        errors.append(CellError("应大于零", column="计划工程量", value=str(values["planned"])))
    if values["done"] is not None and values["done"] < 0:
        errors.append(CellError("不能小于零", column="累计完成", value=str(values["done"])))
    return errors


def _check_score(_entry: Entry, values: Mapping[str, Any]) -> list[CellError]:
    score = values["score"]
    if score is not None and not 0 <= score <= 100:
        return [CellError("应在0至100之间", column="自评得分", value=str(score))]
    return []


_LINE = (
    Field("year", "资金年度", "year", required=True, synonyms=("年度", "资金下达年度")),
    Field(
        "level", "资金级次", "choice", required=True, choices=LEVELS, synonyms=("级次", "资金来源", "级别")
    ),
    Field("document", "资金文号", required=True, synonyms=("文号", "下达文号", "指标文号")),
)

PROJECT_FUNDING = declare_records(
    RecordKind(
        id=FUNDING,
        label="到账资金",
        register=REGISTER_ID,
        model=ProjectFunding,
        fields=(
            *_LINE,
            Field(
                "amount", "金额", "money", required=True, unit="元", synonyms=("到账金额", "下达金额", "资金")
            ),
        ),
        permission=MONEY,
        key=("year", "level", "document", "on"),
        check=_positive,
        states=HAVE_MONEY,
        unit="笔",
        on_label="到账日期",
        on_synonyms=("到位日期", "下达日期"),
        summary=lambda record: f"{record.year}年度{dict(LEVELS)[record.level]}资金 {record.amount} 元",
    )
)
PROJECT_PAYMENTS = declare_records(
    RecordKind(
        id=PAYMENTS,
        label="支付",
        register=REGISTER_ID,
        model=ProjectPayment,
        fields=(
            *_LINE,
            Field("amount", "金额", "money", required=True, unit="元", synonyms=("支付金额", "支出金额")),
            Field("payee", "收款单位", required=True, synonyms=("收款人", "收款方")),
            Field("voucher", "凭证号", required=True, synonyms=("支付凭证", "凭证编号", "支付凭证号")),
        ),
        permission=MONEY,
        key=("voucher", "year", "level", "document"),
        evidence_required=True,
        check=_positive,
        states=HAVE_MONEY,
        unit="笔",
        on_label="支付日期",
        on_synonyms=("支出日期", "付款日期"),
        summary=lambda record: f"{record.payee} {record.amount} 元",
    )
)
PROJECT_WORK = declare_records(
    RecordKind(
        id=WORK,
        label="工程量",
        register=REGISTER_ID,
        model=ProjectWork,
        fields=(
            Field("item", "分项名称", required=True, synonyms=("分项工程", "工程内容", "分项")),
            Field("planned", "计划工程量", "decimal", required=True, synonyms=("设计工程量", "总工程量")),
            Field("done", "累计完成", "decimal", required=True, synonyms=("完成工程量", "累计完成工程量")),
            Field("unit", "单位", required=True, synonyms=("计量单位",)),
        ),
        permission=PROGRESS,
        key=("item", "on"),
        check=_check_work,
        states=HAVE_STARTED,
        on_label="统计日期",
        on_synonyms=("截止日期", "日期"),
        summary=lambda record: f"{record.item} {record.done}/{record.planned} {record.unit}",
    )
)
PROJECT_MILESTONES = declare_records(
    RecordKind(
        id=MILESTONES,
        label="节点",
        register=REGISTER_ID,
        model=ProjectMilestone,
        fields=(
            Field("name", "节点名称", required=True, synonyms=("节点", "里程碑")),
            Field("planned_on", "计划日期", "date", synonyms=("计划完成日期",)),
            Field("note", "说明"),
        ),
        permission=PROGRESS,
        key=("name",),
        on_label="达到日期",
        on_synonyms=("完成日期", "实际日期"),
        summary=lambda record: str(record.name),
    )
)
PROJECT_EVALUATIONS = declare_records(
    RecordKind(
        id=EVALUATIONS,
        label="绩效自评",
        register=REGISTER_ID,
        model=ProjectEvaluation,
        fields=(
            Field("year", "自评年度", "year", required=True, synonyms=("年度",)),
            Field("score", "自评得分", "decimal", required=True, unit="分", synonyms=("得分",)),
            Field("grade", "自评等级", synonyms=("等级",)),
            Field("finding", "存在问题和整改", synonyms=("存在问题",)),
        ),
        permission=PROGRESS,
        key=("year",),
        evidence_required=True,
        check=_check_score,
        states=HAVE_MONEY,
        unit="份",
        on_label="自评日期",
        summary=lambda record: f"{record.year}年 {record.score} 分",
    )
)
