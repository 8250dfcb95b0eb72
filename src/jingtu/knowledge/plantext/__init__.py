"""Plan documents of governments: from the published file to targets, tasks and units."""

from jingtu.knowledge.plantext.normalise import NormalText, normalise
from jingtu.knowledge.plantext.reading import plan_text, read_plan, read_plan_document

__all__ = ["NormalText", "normalise", "plan_text", "read_plan", "read_plan_document"]
