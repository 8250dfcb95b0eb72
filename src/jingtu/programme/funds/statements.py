"""What forms say of projects and money."""

from __future__ import annotations

from jingtu.platform.statements.declarations import Statement, declare
from jingtu.platform.statements.telling import Read, Recorded, Standing, Together

PILOTS = declare(
    Statement(
        "funds.pilots",
        "治理与修复项目进展",
        Together((Standing("reserve_projects"), Recorded("project_work", "登记工程量进展"))),
    )
)
EFFECT = declare(
    Statement("funds.effect", "项目绩效自评", Recorded("project_evaluations", "开展项目绩效自评"))
)
MONEY = declare(
    Statement(
        "funds.money",
        "项目资金执行",
        Together((Recorded("project_payments", "支付项目资金"), Read("fund_execution_rate"))),
    )
)
