"""The columns of a form: what each printed column means, and the columns of the common annex."""

from __future__ import annotations

import re
from typing import Any

# What a printed column holds. ``extra`` is a column of the bureau's own that people fill by hand.
ROLES = ("group", "number", "item", "units", "progress", "remark", "extra")

DEFAULT_HEAD = ["填报单位", "填报人", "联系电话"]
DEFAULT_COLUMNS: list[dict[str, Any]] = [
    {"label": "重点内容", "role": "group", "width": 1.3},
    {"label": "重点工作事项", "role": "item", "width": 3.2},
    {"label": "责任单位", "role": "units", "width": 1.9},
    {"label": "进展情况", "role": "progress", "width": 4.4},
    {"label": "备注", "role": "remark", "width": 1.4},
]

_HEADINGS: list[tuple[str, str, float]] = [
    ("number", r"^序\s*号$|^编\s*号$", 0.6),
    ("units", r"单位|部门", 1.9),
    ("progress", r"进展|完成情况|落实情况|工作情况|推进情况|开展情况", 4.4),
    ("remark", r"备\s*注|说明", 1.4),
    ("group", r"重点内容|类别|分类|工作类别|板块|项目类别", 1.3),
    ("item", r"事项|任务|内容|工作|项目|指标", 3.2),
]


def column_of(label: str, taken: set[str]) -> dict[str, Any]:
    """The column a printed heading stands for; a role is given once, later ones are ``extra``.

    Examples
    --------
    >>> column_of("进展情况（重点）", set())["role"]
    'progress'
    >>> column_of("牵头领导", set())["role"]
    'extra'
    """
    for role, pattern, width in _HEADINGS:
        if role not in taken and re.search(pattern, label):
            return {"label": label, "role": role, "width": width}
    return {"label": label, "role": "extra", "width": 1.4}
