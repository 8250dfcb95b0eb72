"""What a draft item continues of the plan in force, and how it differs from it."""

from __future__ import annotations

from uuid import UUID

from jingtu.programme.plans.comparing import differences
from jingtu.programme.plans.models import DraftItem, Plan


def recompare(item: DraftItem) -> None:
    """Set change and differences of an item against the live one it continues."""
    if item.change == DraftItem.Change.REMOVED:
        return
    old = live_item(item.plan, item.kind, item.matches_uid) if item.matches_uid else None
    if old is None:
        item.change, item.differences = DraftItem.Change.NEW, []
        return
    item.differences = differences(item.kind, old.content, item.content)
    item.change = DraftItem.Change.CHANGED if item.differences else DraftItem.Change.SAME


def live_item(plan: Plan, kind: str, uid: UUID | None) -> DraftItem | None:
    """The item of the plan in force that a draft of its amendment continues."""
    if plan.amends is None:
        return None
    return plan.amends.items.filter(kind=kind, matches_uid=uid, state=DraftItem.State.CONFIRMED).first()
