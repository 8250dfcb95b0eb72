"""Where construction parcels have to stand besides this register."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from jingtu.platform.filings.declarations import FilingSystem, declare
from jingtu.platform.registers import versions
from jingtu.platform.registers.models import Version
from jingtu.programme.sites.construction import CREDIT_SYSTEM, LAND_ID, SYSTEM
from jingtu.programme.sites.models import ConstructionParcelFacts
from jingtu.programme.sites.rules import rules_of, value_on

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


def credit_due(version: Version) -> date | None:
    """The day on which the survey report was handed in: the firm records its work before that.

    Returns
    -------
    date or None
        ``None`` where the day is not known, or no rule of that day sets one.
    """
    facts = versions.facts_of(version)
    assert isinstance(facts, ConstructionParcelFacts)
    day = facts.reported_on
    if day is None or value_on("credit_filing", "before", day) != "reported_on":
        return None
    return day


# One receipt a parcel: the firm named for it has recorded the survey and its people.
CREDIT = declare(
    FilingSystem(
        id=CREDIT_SYSTEM,
        label="从业单位和个人执业情况信用记录系统",
        authority="生态环境部、自然资源部",
        register=LAND_ID,
        states=("in_review", "over", "available", "listed", "removed", "supplied", "violating", "rectifying"),
        basis=rules_of("credit_filing"),
        number_label="业绩记录编号",
        due=credit_due,
        applies=~Q(constructionparcelfacts__survey_firm="")
        | Q(constructionparcelfacts__reported_on__isnull=False),
    )
)
