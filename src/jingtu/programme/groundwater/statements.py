"""What forms say of groundwater."""

from __future__ import annotations

from jingtu.platform.statements.declarations import Statement, declare
from jingtu.platform.statements.telling import Read, Recorded, Standing, Together

WELLS = declare(
    Statement(
        "groundwater.wells",
        "地下水监测井巡护",
        Together((Standing("groundwater_wells"), Recorded("groundwater_well_patrols", "巡护监测井"))),
    )
)
POINTS = declare(
    Statement(
        "groundwater.points",
        "地下水考核点位水质",
        Together((Standing("groundwater_points", moves=()), Read("groundwater_point_quality"))),
    )
)
