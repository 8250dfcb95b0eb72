"""Reading sentences of a plan: targets, quantities, deadlines, deliverables and registers.

Deterministic rules only; every result carries the spans of its source words.
"""

from jingtu.knowledge.plantext.sentences.context import Context
from jingtu.knowledge.plantext.sentences.dates import read_deadlines
from jingtu.knowledge.plantext.sentences.documents import read_deliverables, read_registers
from jingtu.knowledge.plantext.sentences.identify import identify_indicator, identify_register
from jingtu.knowledge.plantext.sentences.quantities import read_quantities
from jingtu.knowledge.plantext.sentences.rows import read_notes, read_target_row
from jingtu.knowledge.plantext.sentences.targets import read_targets

__all__ = [
    "Context",
    "identify_indicator",
    "identify_register",
    "read_deadlines",
    "read_deliverables",
    "read_notes",
    "read_quantities",
    "read_registers",
    "read_target_row",
    "read_targets",
]
