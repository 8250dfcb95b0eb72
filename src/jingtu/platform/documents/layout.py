"""Measures of an official document, read from ``data/layout.csv`` with their clauses."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

from jingtu.errors import NotConfiguredError

# Font names as offices have them; the second name is used where the first is not installed.
TITLE_FONT = "方正小标宋简体"
BODY_FONT = "仿宋_GB2312"
HEADING_FONT = "黑体"
NUMBER_FONT = "宋体"


@cache
def _measures() -> dict[str, float]:
    text = files("jingtu.platform.documents").joinpath("data/layout.csv").read_text(encoding="utf-8")
    return {row["key"]: float(row["value"]) for row in csv.DictReader(text.splitlines())}


def measure(key: str) -> float:
    """A measure of GB/T 9704-2012 in the unit of the table (mm for the page, points for type).

    Examples
    --------
    >>> measure("margin_top")
    37.0
    """
    try:
        return _measures()[key]
    except KeyError:
        raise NotConfiguredError(f"版式参数“{key}”未配置", key=key) from None
