"""What forms say of key units and what they owe."""

from __future__ import annotations

from datetime import date, datetime

from jingtu.platform.duties.declarations import all_rules
from jingtu.platform.regions.models import Region
from jingtu.platform.statements.declarations import Statement, Told, declare
from jingtu.platform.statements.telling import Owed, Recorded, Standing

STANDING = declare(
    Statement("key_units.standing", "土壤污染重点监管单位名录", Standing("key_regulated_units"))
)


def _duties(region: Region, first: date, last: date, known_at: datetime | None) -> Told | None:
    """All that listed units owe by law, whichever rules this build declares."""
    rules = tuple(rule.id for rule in all_rules() if rule.register == "key_regulated_units")
    return Owed(rules, "履行土壤污染防治义务")(region, first, last, known_at)


DUTIES = declare(Statement("key_units.duties", "重点监管单位义务履行情况", _duties))
SURROUNDINGS = declare(
    Statement(
        "key_units.surroundings",
        "重点监管单位周边监测",
        Recorded("surroundings_monitorings", "监测重点监管单位周边土壤和地下水"),
    )
)
DEMOLITION = declare(
    Statement(
        "key_units.demolition",
        "拆除活动方案备案",
        Recorded("demolition_filings", "办理拆除活动污染防治方案备案"),
    )
)
PERMITS = declare(
    Statement(
        "key_units.permit_duties",
        "排污许可证载明义务情况",
        Recorded("permit_entries", "核对排污许可证载明土壤污染防治义务"),
    )
)
