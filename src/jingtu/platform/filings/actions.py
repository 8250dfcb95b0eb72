"""Receipts are recorded, corrected, withdrawn; nothing is overwritten."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from jingtu.errors import CellError, ConflictError, InputError
from jingtu.platform import events
from jingtu.platform.actions import Action, Subject
from jingtu.platform.clock import OPEN_TIME, recorded_now
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.filings import declarations
from jingtu.platform.filings.declarations import FilingSystem
from jingtu.platform.filings.models import FilingReceipt
from jingtu.platform.organisations.actions.base import proof
from jingtu.platform.people import policies
from jingtu.platform.people.models import User
from jingtu.platform.registers import declarations as registers
from jingtu.platform.registers import versions
from jingtu.platform.registers.models import Entry, Version

FILED = "filings.filed"
LONGEST_NUMBER = 80


class _FilingAction(Action[FilingReceipt]):
    """What the three share: whoever edits the register keeps its receipts."""

    permission = None
    entry: Entry
    system: FilingSystem

    def lock(self) -> None:
        self.entry = Entry.objects.select_for_update().get(pk=self.entry.pk)
        # A receipt may be older than what Jingtu knows of the entry: its last version says whose it is.
        found = Version.objects.filter(versions.believed(), entry=self.entry).order_by("-effective_from")
        self.version = found.select_related("region").first()
        self.period = self.system.period_on(self.on)
        self.before = FilingReceipt.objects.filter(
            entry=self.entry, system=self.system.id, period=self.period, recorded_to=OPEN_TIME
        ).first()

    def subject(self) -> Subject:
        version = self.version
        if version is None:
            raise ConflictError("该条目没有记录，不能登记回执。", entry=str(self.entry.uid))
        owners = (version.holder_id,) if version.holder_id else ()
        return Subject(self.system.register, self.entry.uid, version.region.path, owners)

    def check_permission(self) -> None:
        if self.actor is None:
            return
        subject = self.subject()
        permission = registers.get(self.system.register).edit_permission
        policies.require(self.actor, permission, subject.region_path, subject.organisations)

    def moment(self) -> datetime:
        """The moment of the record, after the one that it replaces."""
        now = recorded_now()
        return max(now, self.before.recorded_from + timedelta(microseconds=1)) if self.before else now

    def close(self, now: datetime, **also: str) -> None:
        assert self.before is not None
        FilingReceipt.objects.filter(pk=self.before.pk).update(recorded_to=now, **also)

    def events(self) -> Iterable[events.Event]:
        facts = {"register": self.system.register, "entry": self.entry.pk, "system": self.system.id}
        return [events.Event(FILED, self.on, facts)]


class RecordReceipt(_FilingAction):
    """Record that an entry stands in a system: the number on the receipt and its day.

    A second time it corrects the first, with a reason; of a system that asks every year, the first of that year.

    Parameters
    ----------
    on : date
        The day of filing as the receipt has it.
    attachment : Attachment, optional
        A picture or print of the receipt, kept as evidence of the entry.
    today : date
        Days after it are refused.
    """

    name = "filings.record"
    label = "登记填报回执"

    def __init__(
        self,
        actor: User | None,
        on: date,
        entry: Entry,
        system_id: str,
        number: str,
        *,
        attachment: Attachment | None = None,
        reason: str = "",
        today: date | None = None,
    ) -> None:
        super().__init__(actor, on)
        self.entry, self.system = entry, declarations.get(system_id)
        self.number, self.attachment = " ".join(number.split()), attachment
        self.reason, self.today = reason.strip()[:200], today

    def check_state(self) -> None:
        problems = []
        label = self.system.number_label
        if self.entry.register != self.system.register:
            raise ConflictError(f"这份清单的条目不在“{self.system.label}”填报。")
        if not self.number:
            problems.append(CellError("必填，不能为空", column=label))
        elif len(self.number) > LONGEST_NUMBER:
            problems.append(CellError(f"不能超过 {LONGEST_NUMBER} 字", column=label, value=self.number[:40]))
        else:
            problems += self._used()
        if self.today is not None and self.on > self.today:
            problems.append(CellError("不能晚于今天", column="填报日期", value=self.on.isoformat()))
        file = self.attachment
        if file is not None and (file.subject_uid != self.entry.uid or file.withdrawn_at is not None):
            problems.append(CellError("回执不属于本条目，或已撤回", column="回执文件"))
        if self.before is not None and not self.reason:
            problems.append(CellError("已有回执；更正须写明原因", column="更正原因"))
        if problems:
            raise InputError(f"回执没有登记，有 {len(problems)} 处需要补充或修改。", problems)

    def _used(self) -> list[CellError]:
        other = FilingReceipt.objects.filter(
            system=self.system.id, number=self.number, recorded_to=OPEN_TIME
        ).exclude(entry=self.entry)
        if not other.exists():
            return []
        return [CellError("另一条目已用这一编号，请核对", column=self.system.number_label, value=self.number)]

    def perform(self) -> FilingReceipt:
        now = self.moment()
        kept = self.before.attachment if self.before else None
        row = self.record(
            system=self.system.id, number=self.number, filed_on=self.on.isoformat(),
            file=(self.attachment or kept).file.sha256 if (self.attachment or kept) else None,  # type: ignore[union-attr]
            corrects=self.before is not None,
        )  # fmt: skip
        if self.before is not None:
            self.close(now)
        return FilingReceipt.objects.create(
            **({"uid": self.before.uid} if self.before else {}),
            entry=self.entry, system=self.system.id, period=self.period, number=self.number, filed_on=self.on,
            recorded_from=now, recorded_by=self.actor, reason=self.reason, attachment=self.attachment or kept,
            ledger_row=row,
        )  # fmt: skip


class WithdrawReceipt(_FilingAction):
    """Say that a receipt was recorded by mistake: the entry is missing in that system again.

    ``on`` is a day of the year of the receipt, where the system asks every year.
    """

    name = "filings.withdraw"
    label = "撤回填报回执"

    def __init__(self, actor: User | None, on: date, entry: Entry, system_id: str, reason: str) -> None:
        super().__init__(actor, on)
        self.entry, self.system, self.reason = entry, declarations.get(system_id), reason.strip()[:200]

    def check_state(self) -> None:
        if not self.reason:
            raise InputError("请写明撤回的原因。", [CellError("必填，不能为空", column="原因")])
        if self.before is None:
            raise ConflictError("没有可以撤回的回执。", entry=str(self.entry.uid))

    def perform(self) -> FilingReceipt:
        assert self.before is not None
        self.record(system=self.system.id, number=self.before.number, reason=proof(self.reason))
        self.close(self.moment(), withdrawn_reason=self.reason)
        return self.before
