"""What forms say of sources of cadmium and other heavy metals."""

from __future__ import annotations

from jingtu.platform.statements.declarations import Statement, declare
from jingtu.platform.statements.telling import Read, Standing, Together

STANDING = declare(
    Statement(
        "cadmium.standing",
        "涉镉等重金属污染源整治清单",
        Together((Standing("cadmium_sources"), Read("cadmium_source_completion_rate"))),
    )
)
CAUSES = declare(Statement("cadmium.causes", "耕地污染成因排查清单", Standing("farmland_cause_surveys")))
