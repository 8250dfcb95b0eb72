"""What forms say of tailings ponds and of sites of old waste."""

from __future__ import annotations

from jingtu.platform.statements.declarations import Statement, declare
from jingtu.platform.statements.telling import Read, Standing, Together

PONDS = declare(
    Statement(
        "waste.ponds",
        "尾矿库分类分级环境监管清单",
        Together((Standing("tailings_ponds"), Read("tailings_pond_inspection_ratio"))),
    )
)
SITES = declare(Statement("waste.sites", "历史遗留固体废物整治清单", Standing("historic_solid_waste_sites")))
