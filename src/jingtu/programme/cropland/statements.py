"""What forms say of contaminated cropland."""

from __future__ import annotations

from jingtu.platform.statements.declarations import Statement, declare
from jingtu.platform.statements.telling import Read, Recorded, Standing, Together

CLASSES = declare(Statement("cropland.classes", "受污染耕地台账（类别划分）", Standing("farmland_plots")))
SAFE_USE = declare(
    Statement(
        "cropland.safe_use",
        "受污染耕地安全利用情况",
        Together(
            (
                Recorded("farmland_measures", "落实分季措施"),
                Recorded("farmland_crop_tests", "检测农产品"),
                Read("contaminated_farmland_safe_use_rate"),
            )
        ),
    )
)
STRICT = declare(
    Statement(
        "cropland.strict",
        "严格管控类耕地管控情况",
        Together((Recorded("farmland_strict_checks", "前中后核查"), Read("strict_farmland_control_ratio"))),
    )
)
