"""Where tailings ponds and sites of old waste have to stand besides these registers."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from jingtu.platform.filings.declarations import FilingSystem, declare
from jingtu.programme.sources.waste import ponds, sites
from jingtu.programme.sources.waste.rules import rules_of, value_on


def return_due(year: int) -> date | None:
    """The last day of a year on which last year's data of a pond may be filed.

    Parameters
    ----------
    year : int
        The year in which it is filed.

    Returns
    -------
    date or None
        ``None`` where no rule of that year gives one.

    Examples
    --------
    >>> return_due(2024), return_due(2022)
    (datetime.date(2024, 1, 31), None)
    """
    text = value_on("pond_platform_filing", "month_day", date(year, 1, 1))
    if text is None:
        return None
    month, day = (int(part) for part in text.split("-"))
    return date(year, month, day)


POND_SYSTEM = declare(
    FilingSystem(
        id=ponds.POND_SYSTEM,
        label="尾矿库环境监管信息系统",
        authority="生态环境部",
        register=ponds.PONDS,
        states=ponds.ON_THE_LIST,
        basis=rules_of("pond_filing"),
        number_label="系统尾矿库编码",
    )
)
WASTE_PLATFORM = declare(
    FilingSystem(
        id=ponds.WASTE_PLATFORM,
        label="全国固体废物污染环境防治信息平台",
        authority="生态环境部",
        register=ponds.PONDS,
        states=ponds.ON_THE_LIST,
        basis=rules_of("pond_platform_filing"),
        number_label="填报编号",
        yearly=return_due,
    )
)
# Which sites a place wants in the system is marked on each: no national text says all of them.
SITE_SYSTEM = declare(
    FilingSystem(
        id=sites.SITE_SYSTEM,
        label="固体废物管理信息系统",
        authority="省级生态环境主管部门",
        register=sites.SITES,
        states=sites.ON_THE_LIST,
        basis=rules_of("site_filing"),
        number_label="系统编号",
        applies=Q(historicsitefacts__in_platform=True),
    )
)
