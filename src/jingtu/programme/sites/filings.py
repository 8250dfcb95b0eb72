"""Where construction parcels have to stand besides this register."""

from __future__ import annotations

from jingtu.platform.filings.declarations import FilingSystem, declare
from jingtu.programme.sites.construction import LAND_ID, SYSTEM
from jingtu.programme.sites.rules import rules_of

CONSTRUCTION_LAND = declare(
    FilingSystem(
        id=SYSTEM,
        label="全国建设用地土壤环境管理信息系统",
        authority="生态环境部",
        register=LAND_ID,
        states=("in_review", "over", "available", "listed", "removed", "supplied", "violating", "rectifying"),
        basis=rules_of("construction_filing"),
        number_label="系统地块编码",
    )
)
