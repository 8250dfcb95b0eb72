"""Everything that changes plans, tasks and targets; web, API and command line execute these and nothing else."""

from jingtu.programme.plans.actions.base import Upload
from jingtu.programme.plans.actions.carrying import CarryOver, unfinished
from jingtu.programme.plans.actions.confirming import CONFIRMED, Confirmed, ConfirmPlan
from jingtu.programme.plans.actions.deliverables import MoveDeliverable
from jingtu.programme.plans.actions.loading import DiscardPlan, Loaded, LoadPlan
from jingtu.programme.plans.actions.progress import REPORTED, ReportProgress
from jingtu.programme.plans.actions.reshaping import MergeItems, SplitItem
from jingtu.programme.plans.actions.review import (
    AddItem,
    ConfirmItem,
    ConfirmUnchanged,
    EditItem,
    MatchItem,
    RejectItem,
    RestoreItem,
)
from jingtu.programme.plans.actions.targets import (
    EnterTargetReading,
    PromoteQuantity,
    ShareInput,
    SplitTarget,
)
from jingtu.programme.plans.actions.tasks import CheckTask, DropTask, ReopenTask, SubmitTask

__all__ = [
    "CONFIRMED",
    "REPORTED",
    "AddItem",
    "CarryOver",
    "CheckTask",
    "ConfirmItem",
    "ConfirmPlan",
    "ConfirmUnchanged",
    "Confirmed",
    "DiscardPlan",
    "DropTask",
    "EditItem",
    "EnterTargetReading",
    "LoadPlan",
    "Loaded",
    "MatchItem",
    "MergeItems",
    "MoveDeliverable",
    "PromoteQuantity",
    "RejectItem",
    "ReopenTask",
    "ReportProgress",
    "RestoreItem",
    "ShareInput",
    "SplitItem",
    "SplitTarget",
    "SubmitTask",
    "Upload",
    "unfinished",
]
