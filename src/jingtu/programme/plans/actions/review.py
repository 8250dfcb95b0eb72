"""Going through a draft: confirm, reject, edit, split, merge, add, restore, and settle what matches what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from jingtu.errors import CellError, ConflictError, InputError
from jingtu.platform.people.models import User
from jingtu.programme.plans.actions.base import DraftAction, PlanAction, require_draft
from jingtu.programme.plans.comparing import differences
from jingtu.programme.plans.drafting import STEP, UNIT_FIELDS, blank, edited, title_of
from jingtu.programme.plans.models import DraftItem, Plan

_LISTS = ("deadlines", "quantities", "deliverables", "registers")


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


class SplitItem(DraftAction[list[DraftItem]]):
    """One task becomes several: each part takes a share of the text, and the units chosen for it.

    Parameters
    ----------
    parts : sequence of mapping
        Two or more; each with the fields in which it differs from the whole (``title``, ``text``,
        ``lead_units``...). A part with ``range`` ``[start, end)`` takes these characters of the whole's
        text, and of the deadlines, figures and documents those whose words stand in them.
    """

    name = "plans.item.split"
    label = "拆分"

    def __init__(
        self,
        actor: User | None,
        on: date,
        item: DraftItem,
        parts: Sequence[Mapping[str, Any]],
        *,
        revision: int | None = None,
    ) -> None:
        super().__init__(actor, on, item, revision=revision)
        self.parts = [dict(part) for part in parts]

    def check_state(self) -> None:
        super().check_state()
        if self.item.kind != DraftItem.Kind.TASK or self.item.change == DraftItem.Change.REMOVED:
            raise ConflictError("只有任务可以拆分。", item=str(self.item.uid))
        if self.item.state == DraftItem.State.REPLACED:
            raise ConflictError("这一条已经拆分或合并。", item=str(self.item.uid))
        if len(self.parts) < 2:
            raise InputError("拆分至少要有两部分。", [CellError("至少填写两部分", column="拆分")])
        whole = self.item.content
        self.contents = [edited("task", whole, self._changes(whole, part)) for part in self.parts]

    def _changes(self, whole: Mapping[str, Any], part: Mapping[str, Any]) -> dict[str, Any]:
        changes = {key: value for key, value in part.items() if key != "range"}
        if "range" in part:
            text = str(whole["text"])
            start, end = (max(0, min(int(edge), len(text))) for edge in part["range"])
            words = text[start:end].strip()
            if not words:
                raise InputError("拆分的文字范围是空的。", [CellError("请选择一段文字", column="任务内容")])
            changes.setdefault("text", words)
            changes.setdefault("title", words.split("。")[0][:60])
        words = str(changes.get("text", whole["text"]))
        for name in _LISTS:
            changes.setdefault(
                name, [one for one in whole[name] if (one.get("text") or one.get("name") or "") in words]
            )
        return changes

    def perform(self) -> list[DraftItem]:
        item = self.item
        self.record(item=str(item.uid), parts=len(self.contents))
        item.state = DraftItem.State.REPLACED
        self.save([item])
        step = max(STEP // (10 * len(self.contents)), 1)
        made = [
            DraftItem(
                plan=self.plan, kind=item.kind, position=item.position + place * step, content=content,
                original=None, edited=True, state=DraftItem.State.CONFIRMED, replaces=[str(item.uid)],
                # Progress of an amended task goes on with its first part.
                matches_uid=item.matches_uid if place == 0 else None,
                change=item.change if place == 0 else DraftItem.Change.NEW,
            )
            for place, content in enumerate(self.contents)
        ]  # fmt: skip
        for one in made:
            recompare(one)
            one.save()
        return made


class MergeItems(DraftAction[DraftItem]):
    """Several tasks are one: texts follow each other, units and dates are joined without repetition."""

    name = "plans.item.merge"
    label = "合并"

    def check_state(self) -> None:
        super().check_state()
        if len(self.items) < 2:
            raise InputError("请选择两条以上任务再合并。", [CellError("至少选择两条", column="任务")])
        wrong = [
            item
            for item in self.items
            if item.kind != DraftItem.Kind.TASK
            or item.state == DraftItem.State.REPLACED
            or item.change == DraftItem.Change.REMOVED
        ]
        if wrong:
            raise ConflictError("只有同一计划中未被拆分、合并或取消的任务可以合并。")
        if len({item.matches_uid for item in self.items if item.matches_uid}) > 1:
            raise ConflictError(
                "所选任务对应现行计划中的不同任务，合并会丢失其中一项的进展，请先不采用其中一条。"
            )

    def perform(self) -> DraftItem:
        ordered = sorted(self.items, key=lambda item: (item.position, item.pk))
        first = ordered[0].content
        content = dict(first)
        content["text"] = "\n".join(str(item.content["text"]) for item in ordered if item.content["text"])
        content["unit_text"] = "；".join(
            dict.fromkeys(item.content["unit_text"] for item in ordered if item.content["unit_text"])
        )
        for name in (*UNIT_FIELDS, *_LISTS, "spans"):
            content[name] = _joined(item.content[name] for item in ordered)
        matched = next((item for item in ordered if item.matches_uid), None)
        self.record(items=[str(item.uid) for item in ordered])
        for item in ordered:
            item.state = DraftItem.State.REPLACED
        self.save(ordered)
        merged = DraftItem(
            plan=self.plan, kind=DraftItem.Kind.TASK, position=ordered[0].position + 1, content=content,
            original=None, edited=True, state=DraftItem.State.CONFIRMED,
            replaces=[str(item.uid) for item in ordered],
            matches_uid=matched.matches_uid if matched else None,
            change=matched.change if matched else DraftItem.Change.NEW,
        )  # fmt: skip
        recompare(merged)
        merged.save()
        return merged


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
            old = _live_item(self.plan, item.kind, before)
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


def recompare(item: DraftItem) -> None:
    """Set change and differences of an item against the live one it continues."""
    if item.change == DraftItem.Change.REMOVED:
        return
    old = _live_item(item.plan, item.kind, item.matches_uid) if item.matches_uid else None
    if old is None:
        item.change, item.differences = DraftItem.Change.NEW, []
        return
    item.differences = differences(item.kind, old.content, item.content)
    item.change = DraftItem.Change.CHANGED if item.differences else DraftItem.Change.SAME


def _live_item(plan: Plan, kind: str, uid: UUID | None) -> DraftItem | None:
    if plan.amends is None:
        return None
    return plan.amends.items.filter(kind=kind, matches_uid=uid, state=DraftItem.State.CONFIRMED).first()


def _joined(lists: Any) -> list[Any]:
    found: list[Any] = []
    for one in lists:
        for part in one:
            if part not in found:
                found.append(part)
    return found
