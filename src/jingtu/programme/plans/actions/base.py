"""What the actions of this app share: locking a plan, keeping its items to one writer, attaching files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import zip_longest
from typing import BinaryIO, TypeVar
from uuid import UUID

from jingtu.errors import ConflictError
from jingtu.platform.actions import Action, Subject
from jingtu.platform.evidence.attaching import attach
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.evidence.photographs import Taken
from jingtu.platform.people.models import User
from jingtu.programme.plans.models import DraftItem, Plan

Result = TypeVar("Result")
Upload = tuple[str, BinaryIO]  # the person's file name, the bytes


class PlanAction(Action[Result]):
    """An action on one plan, locked for its length."""

    def __init__(self, actor: User | None, on: date, plan: Plan) -> None:
        super().__init__(actor, on)
        self.plan = plan

    def subject(self) -> Subject:
        return Subject("plan", self.plan.uid, self.plan.region.path)

    def lock(self) -> None:
        self.plan = Plan.objects.select_for_update(of=("self",)).select_related("region").get(pk=self.plan.pk)


class DraftAction(PlanAction[Result]):
    """An action on items of a draft.

    Parameters
    ----------
    revision : int, optional
        Revision of the item that the person had on the screen; another one means that somebody else
        was faster, and nothing is overwritten.
    """

    permission = "plans.load"

    def __init__(
        self,
        actor: User | None,
        on: date,
        items: DraftItem | Sequence[DraftItem],
        *,
        revision: int | None = None,
    ) -> None:
        listed = [items] if isinstance(items, DraftItem) else list(items)
        super().__init__(actor, on, listed[0].plan)
        self.items = listed
        self.revision = revision

    @property
    def item(self) -> DraftItem:
        return self.items[0]

    def lock(self) -> None:
        super().lock()
        found = self.plan.items.select_for_update().filter(pk__in=[item.pk for item in self.items])
        by_key = {item.pk: item for item in found}
        self.items = [by_key[item.pk] for item in self.items if item.pk in by_key]

    def check_state(self) -> None:
        require_draft(self.plan)
        if not self.items:
            raise ConflictError("所选条目已不在这份草稿中，请刷新页面。")
        if self.revision is not None and self.item.revision != self.revision:
            raise ConflictError(
                "这一条刚被其他人改过，您的改动没有保存。请刷新页面核对后重新提交。", item=str(self.item.uid)
            )

    def save(self, items: Iterable[DraftItem]) -> None:
        """Store items, each with the next revision."""
        for item in items:
            item.revision += 1
            item.save()


def require_draft(plan: Plan) -> None:
    """Refuse where the plan is no longer a draft."""
    if plan.state != Plan.State.DRAFT:
        raise ConflictError(
            f"这份计划现为“{plan.get_state_display()}”，不能再校对；需要调整请导入调整稿。", state=plan.state
        )


def attach_all(
    files: Iterable[Upload],
    *,
    subject_type: str,
    subject_uid: UUID,
    region_path: str,
    organisations: Iterable[int],
    actor: User | None,
    taken: Sequence[Taken | None] = (),
) -> list[Attachment]:
    """Keep files as evidence for a subject, readable by whoever reads the plan there.

    ``taken`` says of the files in their order when and where they were photographed.
    """
    owners = sorted(set(organisations))
    return [
        attach(
            stream,
            file_name,
            subject_type=subject_type,
            subject_uid=subject_uid,
            read_permission="plans.read",
            region_path=region_path,
            organisations=owners,
            actor=actor,
            taken=moment,
        )
        for (file_name, stream), moment in zip_longest(files, taken)
    ]
