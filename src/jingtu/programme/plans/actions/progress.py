"""A unit reports on a task for a month; a correction closes the old report in recorded time."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Max

from jingtu.errors import CellError, ConflictError, InputError
from jingtu.platform import events
from jingtu.platform.actions import Subject
from jingtu.platform.clock import OPEN_TIME, recorded_now
from jingtu.platform.evidence.attaching import carry
from jingtu.platform.evidence.photographs import Taken
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people.models import User
from jingtu.platform.registers import versions
from jingtu.platform.registers.actions import EntryAction
from jingtu.platform.registers.models import Entry, Transition, Version
from jingtu.programme.plans.actions.base import Upload, attach_all
from jingtu.programme.plans.lifecycle import OPEN_STATES, TASK_LIFECYCLE
from jingtu.programme.plans.models import Progress, TaskUnit

REPORTED = "plans.progress_reported"
_PERIOD = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
_LONGEST = 5000


class _StoredBeforeError(Exception):
    """The report was stored by an earlier sending; leaves the transaction without a trace."""

    def __init__(self, report: Progress) -> None:
        super().__init__(report)
        self.report = report


class ReportProgress(EntryAction[Progress]):
    """Report what one unit did on one task in one month.

    Parameters
    ----------
    organisation : Organisation
        The unit whose line it is; the bureau may report on behalf of a unit.
    period : str
        The month, ``2024-06``.
    state : str
        One of ``Progress.State``; it moves the task on (推进中, 有风险), never to done.
    percent : int, optional
        0 to 100.
    files : sequence of (name, stream)
        Evidence for this report.
    taken : sequence of Taken or None, optional
        When and where the files were photographed, in their order.
    replaces : UUID, optional
        uid of the report that the person saw for this month; needed to correct one that is there.
    key : UUID, optional
        The sender's own number for this report: sent again, it answers with the report stored first.

    Raises
    ------
    InputError
        All that is wrong with the report, at once.
    ConflictError
        The unit has no part in the task, the task is closed, or somebody reported this month meanwhile.
    """

    name = "plans.task.report"
    label = "填报进展"

    def __init__(
        self,
        actor: User | None,
        on: date,
        entry: Entry,
        *,
        organisation: Organisation,
        period: str,
        text: str,
        state: str = Progress.State.IN_PROGRESS,
        percent: int | None = None,
        files: Sequence[Upload] = (),
        replaces: UUID | None = None,
        taken: Sequence[Taken | None] = (),
        key: UUID | None = None,
    ) -> None:
        super().__init__(actor, on, entry)
        self.organisation, self.period, self.text = organisation, period.strip(), text.strip()
        self.state, self.percent, self.files, self.replaces = state, percent, list(files), replaces
        self.taken, self.key = list(taken), key

    def execute(self) -> Progress:
        """Store the report; one that was stored under its key before is answered with, nothing is written."""
        try:
            return super().execute()
        except _StoredBeforeError as before:
            return before.report

    def permission_name(self) -> str:
        return "plans.task.report"

    def subject(self) -> Subject:
        return Subject(self.register.id, self.entry.uid, self.version.region.path, (self.organisation.pk,))

    def check_state(self) -> None:
        super().check_state()
        self._check_key()
        errors = self._errors()
        if errors:
            raise InputError(f"进展有 {len(errors)} 处需要修改。", errors)
        if not TaskUnit.objects.filter(
            versions.at(self.on), entry=self.entry, organisation=self.organisation
        ).exists():
            raise ConflictError(
                f"{self.organisation.name}不是这项任务的牵头、配合或责任单位，不能填报。",
                organisation=str(self.organisation.uid),
            )
        now = self.version.state
        if now not in OPEN_STATES and self.replaces is None:
            raise ConflictError(
                f"任务现为“{TASK_LIFECYCLE.state(now).label}”，需要补报请先重新打开。", state=now
            )
        self.old = (
            Progress.objects.select_for_update()
            .filter(
                entry=self.entry,
                organisation=self.organisation,
                period=self.period,
                recorded_to=OPEN_TIME,
            )
            .first()
        )
        if self.old is not None and self.old.uid != self.replaces:
            raise ConflictError(
                f"{self.organisation.name}{self.period}的进展已经填报。请刷新页面，在已报内容上更正。",
                progress=str(self.old.uid),
            )
        if self.old is None and self.replaces is not None:
            raise ConflictError("要更正的进展已不存在，请刷新页面。", progress=str(self.replaces))

    def _check_key(self) -> None:
        """Under the lock of the task: two sendings of one report wait for each other."""
        if self.key is None or self.actor is None:
            return
        before = Progress.objects.filter(reported_by=self.actor, key=self.key).first()
        if before is None:
            return
        same = (before.entry_id, before.organisation_id, before.period, before.text, before.state)
        if same != (self.entry.pk, self.organisation.pk, self.period, self.text, self.state):
            raise ConflictError(
                "这份填报的编号已用于另一份内容不同的进展，没有保存；请打开任务重新填报。",
                progress=str(before.uid),
            )
        raise _StoredBeforeError(before)

    def _errors(self) -> list[CellError]:
        errors = []
        if not _PERIOD.fullmatch(self.period):
            errors.append(CellError("应为 2024-06 这样的月份", column="月份", value=self.period))
        elif self.period > f"{self.on:%Y-%m}":
            errors.append(CellError("不能填报业务日期以后的月份", column="月份", value=self.period))
        if self.state not in Progress.State.values:
            errors.append(CellError("请从列出的选项中选择", column="状态", value=self.state))
        if not self.text and self.state != Progress.State.NOT_APPLICABLE:
            errors.append(CellError("请写明本月做了什么、到哪一步", column="进展情况"))
        if len(self.text) > _LONGEST:
            errors.append(CellError(f"不能超过 {_LONGEST} 个字", column="进展情况"))
        if self.percent is not None and not 0 <= self.percent <= 100:
            errors.append(CellError("应为 0 至 100", column="完成比例", value=str(self.percent)))
        return errors

    def perform(self) -> Progress:
        row = self.record(
            organisation=str(self.organisation.uid),
            period=self.period,
            state=self.state,
            percent=self.percent,
            # Free text may name people; the row proves it without holding it.
            text=hashlib.sha256(self.text.encode()).hexdigest(),
            on_behalf=not self._own(),
            corrects=str(self.old.uid) if self.old else None,
            files=len(self.files),
        )
        now = recorded_now()
        if self.old is not None:
            now = max(now, self.old.recorded_from + timedelta(microseconds=1))
            Progress.objects.filter(pk=self.old.pk).update(recorded_to=now)
        report = Progress.objects.create(
            entry=self.entry, organisation=self.organisation, period=self.period,
            # A correction says what was so then; a first report is known from its own day on.
            on=self.old.on if self.old else self.on,
            state=self.state, text=self.text, percent=self.percent, recorded_from=now,
            reported_by=self.actor, ledger_row=row, key=self.key,
        )  # fmt: skip
        kept = attach_all(
            self.files,
            subject_type="progress",
            subject_uid=report.uid,
            region_path=self.version.region.path,
            organisations=[self.organisation.pk],
            actor=self.actor,
            taken=self.taken,
        )
        if self.old is not None and not kept:
            carry(self.old.uid, report.uid)
        self._move(report)
        return report

    def _own(self) -> bool:
        if self.actor is None:
            return True
        return self.actor.memberships.filter(organisation=self.organisation).exists()

    def _move(self, report: Progress) -> None:
        """Move the task on where the latest report of any unit says so, and no later state is recorded."""
        version = self.version
        latest = Progress.objects.filter(entry=self.entry, recorded_to=OPEN_TIME).aggregate(last=Max("on"))
        later = Version.objects.filter(
            versions.believed(), entry=self.entry, effective_from__gt=self.on
        ).exists()
        if later or (latest["last"] and latest["last"] > report.on):
            return
        wanted = {
            Progress.State.AT_RISK: ("risk", "at_risk"),
            Progress.State.IN_PROGRESS: ("progress", "in_progress"),
            Progress.State.DONE: ("progress", "in_progress"),
        }.get(Progress.State(report.state))
        if wanted is None or version.state == wanted[1]:
            return
        move = TASK_LIFECYCLE.move(wanted[0])
        if version.state not in move.sources:
            return
        if version.state == "at_risk" and self._others_at_risk(report):
            return
        assert self.ledger_row is not None
        self.stored = versions.amend(
            self.entry, header={"state": move.target}, effective_from=self.on, ledger_row=self.ledger_row
        )
        Transition.objects.create(
            entry=self.entry, transition=move.id, from_state=version.state, to_state=move.target,
            on=self.on, at=self.ledger_row.at, actor=self.actor, ledger_row=self.ledger_row,
        )  # fmt: skip

    def _others_at_risk(self, report: Progress) -> bool:
        rows = Progress.objects.filter(entry=self.entry, recorded_to=OPEN_TIME).order_by("period", "on", "id")
        last = dict(rows.values_list("organisation_id", "state"))
        last.pop(report.organisation_id, None)
        return Progress.State.AT_RISK in last.values()

    def events(self) -> Iterable[events.Event]:
        return [self.event(REPORTED, organisation=self.organisation.pk, period=self.period)]
