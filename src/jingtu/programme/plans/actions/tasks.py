"""A task towards its end: submitted with evidence, checked by another person, reopened, dropped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from jingtu.platform.actions import Subject
from jingtu.platform.people.models import User
from jingtu.platform.registers import versions
from jingtu.platform.registers.models import Entry, Transition
from jingtu.platform.registers.moves import MoveEntry
from jingtu.programme.plans.actions.base import Upload, attach_all
from jingtu.programme.plans.models import TaskUnit
from jingtu.programme.plans.queries.scope import EVERYTHING
from jingtu.programme.plans.queries.task import task_detail


class _TaskMove(MoveEntry):
    """A move of a task; units are reached by their part in it, not only as its holder."""

    move_name: str

    def __init__(
        self,
        actor: User | None,
        on: date,
        entry: Entry,
        *,
        reason: str = "",
        files: Sequence[Upload] = (),
        expected_version: int | None = None,
    ) -> None:
        super().__init__(actor, on, entry, self.move_name, reason=reason, expected_version=expected_version)
        self.files = list(files)

    def owners(self) -> tuple[int, ...]:
        """Organisations that may make the move for their own part."""
        return ()

    def subject(self) -> Subject:
        return Subject(self.register.id, self.entry.uid, self.version.region.path, self.owners())

    def check_state(self) -> None:
        # Files are kept inside the transaction: a refused move leaves no evidence behind.
        path = self.version.region.path
        self.evidence += attach_all(
            self.files, subject_type="plan_tasks", subject_uid=self.entry.uid, region_path=path,
            organisations=_parts(self.entry, self.on), actor=self.actor,
        )  # fmt: skip
        super().check_state()


class SubmitTask(_TaskMove):
    """A lead unit claims the task finished, with evidence; ``warnings`` says what still lacks.

    Members of class units who have not reported done do not block: the lead answers for them, and who
    checks sees the list.
    """

    name = "plans.task.submit"
    label = "提交办结"
    move_name = "submit"

    def owners(self) -> tuple[int, ...]:
        parts = TaskUnit.objects.filter(versions.at(self.on), entry=self.entry, organisation__isnull=False)
        leads = parts.filter(role=TaskUnit.Role.LEAD)
        chosen = leads if leads.exists() else parts.filter(role=TaskUnit.Role.RESPONSIBLE)
        return tuple(sorted(set(chosen.values_list("organisation_id", flat=True))))

    def check_state(self) -> None:
        super().check_state()
        self.warnings = task_detail(self.entry.uid, self.on, None, EVERYTHING).warnings

    def perform(self) -> Transition:
        if self.warnings:
            lacking = f"提交时{'；'.join(self.warnings)}"
            self.reason = f"{self.reason}（{lacking}）"[:300] if self.reason else lacking[:300]
        return super().perform()


class CheckTask(_TaskMove):
    """A second person accepts a submitted task as done, or returns it with a reason."""

    name = "plans.task.check"
    label = "核查"
    move_name = "accept"

    def __init__(
        self,
        actor: User | None,
        on: date,
        entry: Entry,
        *,
        accept: bool,
        reason: str = "",
        files: Sequence[Upload] = (),
        expected_version: int | None = None,
    ) -> None:
        super().__init__(actor, on, entry, reason=reason, files=files, expected_version=expected_version)
        if not accept:
            self.move = self.register.lifecycle.move("return")


class ReopenTask(_TaskMove):
    """A finished or cancelled task is open again, for a stated reason."""

    name = "plans.task.reopen"
    label = "重新打开"
    move_name = "reopen"


class DropTask(_TaskMove):
    """A task is given up, for a stated reason; its progress stays on record."""

    name = "plans.task.drop"
    label = "取消任务"
    move_name = "drop"


def _parts(entry: Entry, on: date) -> list[int]:
    rows = TaskUnit.objects.filter(versions.at(on), entry=entry, organisation__isnull=False)
    return sorted(set(rows.values_list("organisation_id", flat=True)))
