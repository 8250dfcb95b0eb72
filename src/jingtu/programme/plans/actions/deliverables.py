"""Documents that tasks must produce: drafted, issued under a number with the file, withdrawn, dropped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from jingtu.errors import CellError
from jingtu.platform.actions import Subject
from jingtu.platform.people.models import User
from jingtu.platform.registers import versions
from jingtu.platform.registers.models import Entry
from jingtu.platform.registers.moves import MoveEntry
from jingtu.programme.plans.actions.base import Upload, attach_all
from jingtu.programme.plans.models import TaskUnit


class MoveDeliverable(MoveEntry):
    """Move a deliverable along: draft, issue, withdraw, drop.

    Parameters
    ----------
    move_id : str
        A move of ``DELIVERABLE_LIFECYCLE``.
    issue_number, issued_on : str, date
        Number and day of issue; both are needed to issue.
    files : sequence of (name, stream)
        The document as issued; kept as evidence.
    """

    name = "plans.deliverable.move"
    label = "成果办理"

    def __init__(
        self,
        actor: User | None,
        on: date,
        entry: Entry,
        move_id: str,
        *,
        reason: str = "",
        issue_number: str = "",
        issued_on: date | None = None,
        files: Sequence[Upload] = (),
        expected_version: int | None = None,
    ) -> None:
        facts: dict[str, Any] = {}
        if move_id == "issue":
            facts = {"issue_number": issue_number.strip(), "issued_on": issued_on}
        elif move_id == "withdraw":
            facts = {"issue_number": "", "issued_on": None}
        super().__init__(
            actor, on, entry, move_id, reason=reason, facts=facts, expected_version=expected_version
        )
        self.files = list(files)

    def subject(self) -> Subject:
        parts = self._parts()
        return Subject(self.register.id, self.entry.uid, self.version.region.path, tuple(parts))

    def _parts(self) -> list[int]:
        task = self.version.deliverablefacts.task_id
        rows = TaskUnit.objects.filter(versions.at(self.on), entry=task, organisation__isnull=False)
        return sorted(set(rows.values_list("organisation_id", flat=True)))

    def check_state(self) -> None:
        self.evidence += attach_all(
            self.files, subject_type="plan_deliverables", subject_uid=self.entry.uid,
            region_path=self.version.region.path, organisations=self._parts(), actor=self.actor,
        )  # fmt: skip
        super().check_state()

    def _missing(self) -> list[CellError]:
        errors = super()._missing()
        if self.move.id == "issue":
            issued = self.raw_facts["issued_on"]
            if not self.raw_facts["issue_number"]:
                errors.append(CellError("必填，例如 某环发〔2024〕5号", column="文号"))
            if issued is None:
                errors.append(CellError("必填，不能为空", column="印发日期"))
            elif issued > self.on:
                errors.append(CellError("不能晚于业务日期", column="印发日期", value=issued.isoformat()))
        return errors
