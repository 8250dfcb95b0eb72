"""The dated rules of draws, from their table."""

from __future__ import annotations

from datetime import date
from importlib import resources

from jingtu.platform.rules import RuleTable

_TABLE = RuleTable(resources.files(__package__) / "data" / "rules.csv")
rules_of = _TABLE.rules_of


def inspectors_on(on: date) -> int | None:
    """How many look at one object at least, or ``None`` where no rule says so (未配置).

    Parameters
    ----------
    on : date
        The day of the draw.

    Returns
    -------
    int or None
        Persons; 行政处罚法（2021年修订）第四十二条第一款.

    Examples
    --------
    >>> inspectors_on(date(2024, 6, 30)), inspectors_on(date(2021, 7, 14))
    (2, None)
    """
    return _TABLE.days_on("inspection", "inspectors", on)
