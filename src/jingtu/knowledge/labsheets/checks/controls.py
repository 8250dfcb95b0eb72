"""What the laboratory's own quality control says against its results."""

from __future__ import annotations

from jingtu.knowledge.labsheets.checks.collecting import Collector
from jingtu.knowledge.labsheets.model import QC_KINDS
from jingtu.knowledge.labsheets.quality import BLANKS, Control
from jingtu.knowledge.labsheets.quality import controls as all_controls


def controls(found: Collector) -> None:
    """Parallels that differ too much, blanks that hold something, recoveries out of range."""
    for control in all_controls(found.table):
        index = control.results[-1]
        if control.reason == "alone":
            found.add("parallel_alone", index, "sample", f"平行样 {control.sample} 没有对应的原样")
        elif control.kind == "parallel" and control.verdict == "exceed":
            found.add("parallel_exceeds", index, "value", _too_much(control))
        elif control.kind in BLANKS and control.verdict == "exceed":
            found.add(
                "blank_exceeds", index, "value", f"{_who(control)}检出{control.analyte}，{_rule(control)}"
            )
        elif control.kind in BLANKS and control.figure:
            found.add("blank_detected", index, "value", f"{_who(control)}检出{control.analyte}")
        elif control.verdict == "exceed" and control.figure is not None:
            found.add(
                "recovery_exceeds", index, "value",
                f"{_who(control)}的{control.analyte}回收率 {control.figure:g}%，{_rule(control)}",
            )  # fmt: skip


def _who(control: Control) -> str:
    kind = QC_KINDS.get(control.kind, control.kind)
    return control.sample if kind[:2] in control.sample else f"{kind} {control.sample} "


def _too_much(control: Control) -> str:
    deviation = control.figure or 0
    return f"{_who(control)}的{control.analyte}相对偏差 {deviation:.1f}%，{_rule(control)}"


def _rule(control: Control) -> str:
    limit = control.limit
    if limit is None:
        return "方法没有规定"
    if control.kind in BLANKS:
        return f"{limit.method} 要求低于方法检出限"
    if limit.low is None:
        return f"{limit.method} 要求不超过 {limit.high:g}%"
    return f"{limit.method} 要求在 {limit.low:g}% 到 {limit.high:g}% 之间"
