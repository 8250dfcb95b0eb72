"""Going through a draft: confirm, reject, edit, add, restore, and settle what matches what."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from jingtu.errors import CellError, ConflictError, InputError
from jingtu.platform.people.models import User
from jingtu.programme.plans.actions.base import DraftAction, PlanAction, require_draft
from jingtu.programme.plans.actions.continuing import live_item, recompare
from jingtu.programme.plans.drafting import STEP, blank, edited, title_of
from jingtu.programme.plans.models import DraftItem, Plan


class _Decide(DraftAction[list[DraftItem]]):
    """Set one state for one or several items."""

    state: DraftItem.State
    allowed: tuple[DraftItem.State, ...]

    def check_state(self) -> None:
        super().check_state()
        wrong = [item for item in self.items if item.state not in self.allowed]
        if wrong:
            raise ConflictError(
                f"“{title_of(wrong[0].kind, wrong[0].content)}”现为“{wrong[0].get_state_display()}”，"
                f"不能{self.label}。",
                items=[str(item.uid) for item in wrong],
            )

    def perform(self) -> list[DraftItem]:
        self.record(items=[str(item.uid) for item in self.items])
        for item in self.items:
            item.state = self.state
        self.save(self.items)
        return self.items


class ConfirmItem(_Decide):
    """These items are right as they stand."""

    name = "plans.item.confirm"
    label = "确认"
    state = DraftItem.State.CONFIRMED
    allowed = (DraftItem.State.PENDING, DraftItem.State.CONFIRMED)


class RejectItem(_Decide):
    """These items are not part of the plan; a proposed removal that is rejected keeps the live task."""

    name = "plans.item.reject"
    label = "不采用"
    state = DraftItem.State.REJECTED
    allowed = (DraftItem.State.PENDING, DraftItem.State.CONFIRMED, DraftItem.State.REJECTED)


class ConfirmUnchanged(PlanAction[int]):
    """Confirm in bulk: all items still pending, or only those that an amendment left the same.

    Parameters
    ----------
    only_same : bool
        Only items that are the same as in the plan in force.
    kind : str
        Only items of this kind; empty for all.
    """

    name = "plans.items.confirm"
    label = "批量确认"
    permission = "plans.load"

    def __init__(
        self, actor: User | None, on: date, plan: Plan, *, only_same: bool = False, kind: str = ""
    ) -> None:
        super().__init__(actor, on, plan)
        self.only_same, self.kind = only_same, kind

    def check_state(self) -> None:
        require_draft(self.plan)

    def perform(self) -> int:
        found = self.plan.items.filter(state=DraftItem.State.PENDING)
        if self.only_same:
            found = found.filter(change=DraftItem.Change.SAME)
        if self.kind:
            found = found.filter(kind=self.kind)
        keys = [str(uid) for uid in found.values_list("uid", flat=True)]
        self.record(plan=str(self.plan.uid), items=len(keys), only_same=self.only_same)
        return found.update(state=DraftItem.State.CONFIRMED)


class EditItem(DraftAction[DraftItem]):
    """Correct what was read; the reader's version stays beside it. An edited item counts as confirmed."""

    name = "plans.item.edit"
    label = "修改"

    def __init__(
        self,
        actor: User | None,
        on: date,
        item: DraftItem,
        changes: Mapping[str, Any],
        *,
        revision: int | None = None,
        confirm: bool = True,
    ) -> None:
        super().__init__(actor, on, item, revision=revision)
        self.changes, self.confirm = dict(changes), confirm

    def check_state(self) -> None:
        super().check_state()
        if self.item.state == DraftItem.State.REPLACED or self.item.change == DraftItem.Change.REMOVED:
            raise ConflictError("这一条已被拆分、合并或取消，不能修改。", item=str(self.item.uid))
        self.content = edited(self.item.kind, self.item.content, self.changes)

    def perform(self) -> DraftItem:
        item = self.item
        self.record(item=str(item.uid), fields=sorted(self.changes))
        item.content = self.content
        item.edited = item.content != item.original
        if self.confirm:
            item.state = DraftItem.State.CONFIRMED
        recompare(item)
        self.save([item])
        return item


class AddItem(PlanAction[DraftItem]):
    """A target, task or form row that the reader missed."""

    name = "plans.item.add"
    label = "补充"
    permission = "plans.load"

    def __init__(
        self,
        actor: User | None,
        on: date,
        plan: Plan,
        kind: str,
        content: Mapping[str, Any],
        *,
        after: DraftItem | None = None,
    ) -> None:
        super().__init__(actor, on, plan)
        self.kind, self.raw, self.after = kind, dict(content), after

    def check_state(self) -> None:
        require_draft(self.plan)
        if self.kind not in DraftItem.Kind.values:
            raise InputError("请选择补充目标、任务还是报表事项。", [CellError("请选择类别", column="类别")])
        self.content = edited(self.kind, blank(self.kind), self.raw)

    def perform(self) -> DraftItem:
        last = self.plan.items.filter(kind=self.kind).order_by("-position").first()
        position = self.after.position + STEP // 2 if self.after else (last.position if last else 0) + STEP
        item = DraftItem.objects.create(
            plan=self.plan, kind=self.kind, position=position, content=self.content, original=None,
            edited=True, state=DraftItem.State.CONFIRMED,
        )  # fmt: skip
        self.record(item=str(item.uid), kind=self.kind)
        return item


class RestoreItem(DraftAction[DraftItem]):
    """Back to what the reader found: undo an edit, a rejection, a split or a merge."""

    name = "plans.item.restore"
    label = "恢复"

    def perform(self) -> DraftItem:
        item = self.item
        self.record(item=str(item.uid))
        made = _made_from(self.plan, item)
        sources = {uid for other in made for uid in other.replaces}
        back = list(
            self.plan.items.filter(uid__in=sources - {str(other.uid) for other in made}).exclude(pk=item.pk)
        )
        for other in made:
            other.delete()
        for one in (item, *back):
            one.state = DraftItem.State.PENDING
            if one.original is not None:
                one.content, one.edited = one.original, False
            recompare(one)
        self.save([item, *back])
        return item


class MatchItem(DraftAction[DraftItem]):
    """A person says which live task or target an item continues, or that it is a new one."""

    name = "plans.item.match"
    label = "对应"

    def __init__(
        self,
        actor: User | None,
        on: date,
        item: DraftItem,
        matches: UUID | None,
        *,
        revision: int | None = None,
    ) -> None:
        super().__init__(actor, on, item, revision=revision)
        self.matches = matches

    def check_state(self) -> None:
        super().check_state()
        if self.matches is None:
            return
        if self.plan.amends is None or not self.plan.amends.items.filter(
            kind=self.item.kind, matches_uid=self.matches
        ):
            raise InputError("所选任务不在现行计划中。", [CellError("请从现行计划中选择", column="对应任务")])
        taken = self.plan.items.filter(matches_uid=self.matches).exclude(pk=self.item.pk)
        taken = taken.exclude(change=DraftItem.Change.REMOVED).exclude(
            state__in=(DraftItem.State.REPLACED, DraftItem.State.REJECTED)
        )
        if taken.exists():
            raise ConflictError(
                "现行计划中的这一项已对应另一条，一项只能对应一条。", matches=str(self.matches)
            )

    def perform(self) -> DraftItem:
        item, before = self.item, self.item.matches_uid
        self.record(item=str(item.uid), matches=str(self.matches) if self.matches else None)
        gone = self.plan.items.filter(change=DraftItem.Change.REMOVED, kind=item.kind)
        if self.matches is not None:
            gone.filter(matches_uid=self.matches).delete()
        item.matches_uid = self.matches
        if before is not None and before != self.matches:
            old = live_item(self.plan, item.kind, before)
            if old is not None:
                DraftItem.objects.create(
                    plan=self.plan, kind=item.kind, position=item.position + 1, content=old.content,
                    original=None, change=DraftItem.Change.REMOVED, matches_uid=before,
                )  # fmt: skip
        recompare(item)
        self.save([item])
        return item


def _made_from(plan: Plan, item: DraftItem) -> list[DraftItem]:
    """Items that splits and merges made from an item, and what was made of those in turn."""
    items = list(plan.items.all())
    sources = {str(item.uid)}
    found: list[DraftItem] = []
    while True:
        more = [one for one in items if one not in found and sources & set(one.replaces)]
        if not more:
            return found
        found += more
        sources |= {str(one.uid) for one in more}
