"""Typed facts of the plans app: one public place to import models from."""

from jingtu.programme.plans.models.forms import FormFilling, FormRow, ReportForm
from jingtu.programme.plans.models.plan import DraftItem, Plan, Target
from jingtu.programme.plans.models.task import (
    DeliverableFacts,
    Progress,
    TaskDeadline,
    TaskFacts,
    TaskQuantity,
    TaskUnit,
)

__all__ = [
    "DeliverableFacts",
    "DraftItem",
    "FormFilling",
    "FormRow",
    "Plan",
    "Progress",
    "ReportForm",
    "Target",
    "TaskDeadline",
    "TaskFacts",
    "TaskQuantity",
    "TaskUnit",
]
