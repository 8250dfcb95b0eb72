"""Draft tasks that are several, or one: split and merge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from jingtu.errors import CellError, ConflictError, InputError
from jingtu.platform.people.models import User
from jingtu.programme.plans.actions.base import DraftAction
from jingtu.programme.plans.actions.continuing import recompare
from jingtu.programme.plans.drafting import STEP, UNIT_FIELDS, edited
from jingtu.programme.plans.models import DraftItem

_LISTS = ("deadlines", "quantities", "deliverables", "registers")


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


def _joined(lists: Any) -> list[Any]:
    found: list[Any] = []
    for one in lists:
        for part in one:
            if part not in found:
                found.append(part)
    return found
