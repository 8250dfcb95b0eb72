"""What a figure of a task asks for once it is a target: a number, a fall, a ratio, or that nothing is added."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from jingtu.knowledge.plantext.sentences.predicates import NO_INCREASE

_FALL = re.compile(r"(?:下降|降低|减少|削减|压减)(?:了|至少|不低于)?\s*\d")
_COUNTED = frozenset("口家个处块座次场期项亩")  # things done: who does more has done it
_RATIO = re.compile(r"^(\d+(?:\.\d+)?)\s*[:：∶比]\s*1$")


def asked_of(content: Mapping[str, Any], words: str) -> dict[str, Any]:
    """Kind, comparator, value and unit of the target that a figure becomes.

    A fall is reached by any fall as large, a replacement of 1:1 by any that replaces as much, work on 11 wells
    by work on 12: all are limits from below, however the sentence puts them.

    Parameters
    ----------
    content : mapping
        The figure as it was read: ``value``, ``comparator``, ``unit``.
    words : str
        The words it stands in.

    Examples
    --------
    >>> asked_of({"value": 9, "comparator": "=", "unit": "%"}, "排放量比2013年下降9%")["kind"]
    'decrease'
    >>> asked_of({"value": "1:1", "comparator": "="}, "按照1:1等量替代")
    {'kind': 'number', 'comparator': '>=', 'value': 1.0, 'unit': '比'}
    >>> asked_of({"value": 11, "comparator": "=", "unit": "口"}, "完成11口监测井巡护")["comparator"]
    '>='
    >>> asked_of({"value": "控制不新增", "comparator": "text"}, "重金属减排控制不新增")["kind"]
    'no_increase'
    >>> asked_of({"value": "Ⅲ类", "comparator": "text"}, "水质达到Ⅲ类")["kind"]
    'text'
    """
    value, comparator = content.get("value"), content.get("comparator") or "text"
    said = {"kind": "text", "comparator": comparator, "value": value, "unit": content.get("unit")}
    if isinstance(value, int | float):
        if comparator != "text":
            said["kind"] = "decrease" if comparator == "=" and _FALL.search(words) else "number"
            if comparator == "=" and value > 0 and said["unit"] in _COUNTED:
                said["comparator"] = ">="
        return said
    ratio = _RATIO.match(str(value or "").strip())
    if ratio:
        return {"kind": "number", "comparator": ">=", "value": float(ratio.group(1)), "unit": "比"}
    if re.search(NO_INCREASE, str(value or "")):
        said["kind"] = "no_increase"
    return said
