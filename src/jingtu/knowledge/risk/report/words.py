"""Words of a risk report that an official would write."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

DRIVERS: Final[Mapping[str, str]] = {
    "rcvs": "致癌效应",
    "hcvs": "非致癌效应",
    "cvspgw": "保护地下水",
    "ceiling": "饱和浓度上限",
}
CONFIDENCE: Final[Mapping[str, str]] = {"high": "高", "medium": "中", "low": "低"}
FLAGS: Final[Mapping[str, str]] = {"adjusted": "为与公布值一致而调整", "inferred": "由公布值反推"}


def land_class_name(land_class: int) -> str:
    """第一类用地 or 第二类用地.

    Examples
    --------
    >>> land_class_name(1)
    '第一类用地'
    """
    return f"第{'一二'[land_class - 1]}类用地"


def verdict(acceptable: bool | None, bound: str | None = None) -> str:
    """What a result means, with the doubt that a bound leaves.

    Parameters
    ----------
    acceptable : bool or None
        ``None`` where there is no toxicity to judge by.
    bound : {"upper", "lower"} or None
        The concentration is an upper bound (not detected) or a lower one (above range).

    Examples
    --------
    >>> verdict(False), verdict(False, "upper"), verdict(True, "lower"), verdict(None)
    ('超过可接受水平', '无法判断（按检出限计超过）', '无法判断（按下界计未超过）', '无法评价')
    """
    if acceptable is None:
        return "无法评价"
    if acceptable:
        return "无法判断（按下界计未超过）" if bound == "lower" else "可接受"
    return "无法判断（按检出限计超过）" if bound == "upper" else "超过可接受水平"


@cache
def switches() -> dict[tuple[str, str], tuple[str, str, str]]:
    """For each option and choice: name of the option, words of the choice, why it is there."""
    text = files("jingtu.knowledge.risk").joinpath("data/switches.csv").read_text(encoding="utf-8")
    return {
        (row["option"], row["value"]): (row["name"], row["choice"], row["reason"])
        for row in csv.DictReader(text.splitlines())
    }
