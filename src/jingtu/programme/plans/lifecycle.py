"""The lifecycles of tasks and deliverables, declared as registers.

Overdue (逾期) is no state: it is a due date that has passed while the task is not done.
"""

from __future__ import annotations

from jingtu.platform.registers.declarations import Field, Lifecycle, Move, Register, State, declare
from jingtu.programme.plans.models import DeliverableFacts, TaskFacts

TASKS = "plan_tasks"
DELIVERABLES = "plan_deliverables"

OPEN_STATES = ("not_started", "in_progress", "at_risk", "submitted")
FINAL_STATES = ("done", "dropped", "carried")
_UNFINISHED = ("not_started", "in_progress", "at_risk")

TASK_LIFECYCLE = Lifecycle(
    states=(
        State("not_started", "未开始", "neutral"),
        State("in_progress", "推进中", "active"),
        State("at_risk", "有风险", "warning"),
        State("submitted", "待核查", "active"),
        State("done", "已完成", "done", final=True),
        State("dropped", "已取消", "off", final=True),
        State("carried", "结转下年", "off", final=True),
    ),
    moves=(
        Move("progress", "推进", ("not_started", "at_risk"), "in_progress", "plans.task.report"),
        Move("risk", "提示风险", ("not_started", "in_progress"), "at_risk", "plans.task.report"),
        Move("submit", "提交办结", _UNFINISHED, "submitted", "plans.task.report", evidence_required=True),
        Move("accept", "核查通过", ("submitted",), "done", "plans.task.check", distinct_from=("submit",)),
        Move(
            "return",
            "退回整改",
            ("submitted",),
            "in_progress",
            "plans.task.check",
            reason_required=True,
            distinct_from=("submit",),
        ),
        Move(
            "reopen",
            "重新打开",
            ("done", "dropped"),
            "in_progress",
            "plans.task.reopen",
            reason_required=True,
        ),
        Move("drop", "取消任务", OPEN_STATES, "dropped", "plans.task.drop", reason_required=True),
        Move("carry", "结转下年", OPEN_STATES, "carried", "plans.load"),
    ),
    initial=("not_started",),
)

DELIVERABLE_LIFECYCLE = Lifecycle(
    states=(
        State("not_started", "未启动", "neutral"),
        State("drafting", "起草中", "active"),
        State("issued", "已印发", "done", final=True),
        State("dropped", "已取消", "off", final=True),
    ),
    moves=(
        Move("draft", "开始起草", ("not_started",), "drafting", "plans.task.report"),
        Move("issue", "登记印发", ("not_started", "drafting"), "issued", "plans.task.report"),
        Move("withdraw", "撤回印发", ("issued",), "drafting", "plans.task.reopen", reason_required=True),
        Move(
            "drop",
            "取消成果",
            ("not_started", "drafting"),
            "dropped",
            "plans.task.drop",
            reason_required=True,
        ),
    ),
    initial=("not_started",),
)

DELIVERABLE_KINDS = (
    ("plan", "方案计划"),
    ("list", "清单名录"),
    ("report", "报告"),
    ("method", "办法制度"),
    ("other", "其他"),
)

TASK_REGISTER = declare(
    Register(
        id=TASKS,
        label="年度任务",
        facts=TaskFacts,
        fields=(
            Field("number", "序号"),
            Field("section", "章节"),
            Field("text", "任务内容", "long_text", in_list=False),
            Field("unit_text", "责任分工原文", "long_text", in_list=False),
            Field("due", "办结期限", "date"),
        ),
        lifecycle=TASK_LIFECYCLE,
        read_permission="plans.read",
        edit_permission="plans.load",
        import_permission="plans.load",
        name_label="任务",
        holder_label="牵头单位",
        listed=False,
        extra={"page": "task"},
    )
)

DELIVERABLE_REGISTER = declare(
    Register(
        id=DELIVERABLES,
        label="任务成果",
        facts=DeliverableFacts,
        fields=(
            Field("kind", "类别", "choice", choices=DELIVERABLE_KINDS),
            Field("due", "完成期限", "date"),
            Field("issue_number", "文号"),
            Field("issued_on", "印发日期", "date"),
        ),
        lifecycle=DELIVERABLE_LIFECYCLE,
        read_permission="plans.read",
        edit_permission="plans.load",
        import_permission="plans.load",
        name_label="成果名称",
        holder_label="牵头单位",
        listed=False,
        extra={"page": "deliverable"},
    )
)
