"""What forms say of the enterprises that handle heavy metals."""

from __future__ import annotations

from jingtu.platform.statements.declarations import Statement, declare
from jingtu.platform.statements.telling import Read, Recorded, Standing, Together

STANDING = declare(
    Statement("metals.standing", "涉重金属重点行业企业全口径清单", Standing("heavy_metal_enterprises"))
)
REDUCTION = declare(
    Statement(
        "metals.reduction",
        "重金属减排和许可证载明情况",
        Together(
            (
                Read("heavy_metal_reduction_ratio", {"base": "2020-12-31"}),
                Recorded("heavy_metal_permit_checks", "核对排污许可证载明事项"),
            )
        ),
    )
)
