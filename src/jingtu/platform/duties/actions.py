"""What people do with a duty: close it with evidence, check it, waive it. The ladder: ``steps.py``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from jingtu.errors import CellError, ConflictError, InputError
from jingtu.platform import events
from jingtu.platform.actions import Action, Subject
from jingtu.platform.duties import declarations, permissions
from jingtu.platform.duties.models import Duty
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.people.models import User

CLOSED, WAIVED = "duties.closed", "duties.waived"
LONGEST_NOTE = 300


class DutyAction(Action[Duty]):
    """An action on one duty, locked for its length."""

    def __init__(self, actor: User | None, on: date, duty: Duty, note: str = "") -> None:
        super().__init__(actor, on)
        self.duty, self.note = duty, note.strip()

    def lock(self) -> None:
        self.duty = Duty.objects.select_for_update(of=("self",)).get(pk=self.duty.pk)

    def subject(self) -> Subject:
        owners = (self.duty.holder_id,) if self.duty.holder_id else ()
        return Subject("duty", self.duty.uid, self.duty.region_path, owners)

    def require_state(self, *states: Duty.State) -> None:
        """Refuse where the duty is not in one of the states."""
        if self.duty.state not in states:
            raise ConflictError(
                f"此项待办现为“{self.duty.get_state_display()}”，不能{self.label}。", state=self.duty.state
            )

    def require_short_note(self, column: str) -> None:
        """Refuse a note that would not be kept whole."""
        if len(self.note) > LONGEST_NOTE:
            raise InputError(f"{column}太长。", [CellError(f"不能超过 {LONGEST_NOTE} 个字", column=column)])

    def _close(self) -> None:
        self.duty.state, self.duty.closed_on = Duty.State.CLOSED, self.on
        self.duty.closed_by, self.duty.closing_note = self.actor, self.note
        self.duty.met_on = self.duty.met_on or self.on
        self.duty.through = self.duty.through or "person"


class CloseDuty(DutyAction):
    """Report a duty as done. Where its rule asks for a check by another person it waits for that."""

    name = "duties.close"
    label = "办理"
    permission = permissions.CLOSE

    def __init__(
        self, actor: User | None, on: date, duty: Duty, note: str = "", evidence: Sequence[Attachment] = ()
    ) -> None:
        super().__init__(actor, on, duty, note)
        self.evidence = list(evidence)

    def check_state(self) -> None:
        self.require_state(Duty.State.OPEN)
        rule = declarations.get(self.duty.rule)
        if rule is not None and rule.ends_with_state:
            raise ConflictError("此项待办随条目状态变化自动办结，请到条目页面办理相应流转。", rule=rule.id)
        self.require_short_note("办理情况")
        errors = []
        if any(item.subject_uid != self.duty.uid or item.withdrawn_at for item in self.evidence):
            errors.append(CellError("佐证材料不属于此项待办，或已撤回", column="佐证材料"))
        if rule is not None and rule.evidence_required and not self.evidence:
            errors.append(CellError("请至少上传一份佐证材料", column="佐证材料"))
        if errors:
            raise InputError("办理此项待办还缺材料。", errors)

    def perform(self) -> Duty:
        rule = declarations.get(self.duty.rule)
        self.record(
            rule=self.duty.rule,
            note=self.note,
            evidence=[item.file.sha256 for item in self.evidence],
            waits=rule is not None and rule.checked,
        )
        if rule is not None and rule.checked:
            self.duty.state, self.duty.submitted_by = Duty.State.SUBMITTED, self.actor
            self.duty.closing_note, self.duty.met_on = self.note, self.on
        else:
            self._close()
        self.duty.save()
        return self.duty

    def events(self) -> Iterable[events.Event]:
        if self.duty.state != Duty.State.CLOSED:
            return []
        return [events.Event(CLOSED, self.on, {"duty": self.duty.pk, "entry": self.duty.entry_id})]


class CheckDuty(DutyAction):
    """A second person accepts a submitted duty, or sends it back with a reason."""

    name = "duties.check"
    label = "核查"
    permission = permissions.CHECK

    def __init__(self, actor: User | None, on: date, duty: Duty, *, accept: bool, note: str = "") -> None:
        super().__init__(actor, on, duty, note)
        self.accept = accept

    def check_state(self) -> None:
        self.require_state(Duty.State.SUBMITTED)
        if self.actor is not None and self.duty.submitted_by_id == self.actor.pk:
            raise ConflictError("此项由您提交，应由另一人核查。", duty=str(self.duty.uid))
        if not self.accept and not self.note:
            raise InputError("退回时请写明原因。", [CellError("必填，不能为空", column="原因")])
        self.require_short_note("核查意见")
        rule = declarations.get(self.duty.rule)
        by_record = self.duty.through_uid is not None
        if self.accept and rule is not None and rule.evidence_required and not (by_record or self._proven()):
            raise ConflictError("所附佐证材料已全部作废，请退回，由办理人补充。", duty=str(self.duty.uid))

    def _proven(self) -> bool:
        return Attachment.objects.filter(subject_uid=self.duty.uid, withdrawn_at=None).exists()

    def perform(self) -> Duty:
        self.record(rule=self.duty.rule, accepted=self.accept, note=self.note)
        if self.accept:
            self.note = self.note or self.duty.closing_note
            self._close()
        else:
            self.duty.state, self.duty.submitted_by = Duty.State.OPEN, None
            # A record that was sent back stays tied to the duty: only what is put right in it counts anew.
            self.duty.closing_note, self.duty.met_on = self.note, None
        self.duty.save()
        return self.duty


class WaiveDuty(DutyAction):
    """Let a duty go for a stated reason: it is over, and never counted as done."""

    name = "duties.waive"
    label = "免除"
    permission = permissions.WAIVE

    def check_state(self) -> None:
        self.require_state(*Duty.NOT_OVER)
        if not self.note:
            raise InputError("请写明免除的理由。", [CellError("必填，不能为空", column="理由")])
        self.require_short_note("理由")

    def perform(self) -> Duty:
        self.record(rule=self.duty.rule, before=self.duty.state, note=self.note)
        self.duty.state, self.duty.closed_on = Duty.State.WAIVED, self.on
        self.duty.closed_by, self.duty.closing_note = self.actor, self.note
        self.duty.met_on, self.duty.through, self.duty.submitted_by = None, "waived", None
        self.duty.save()
        return self.duty

    def events(self) -> Iterable[events.Event]:
        return [events.Event(WAIVED, self.on, {"duty": self.duty.pk, "entry": self.duty.entry_id})]


class ReinstateDuty(DutyAction):
    """What was waived is owed again, for a stated reason."""

    name = "duties.reinstate"
    label = "恢复"
    permission = permissions.WAIVE

    def check_state(self) -> None:
        self.require_state(Duty.State.WAIVED)
        if not self.note:
            raise InputError("请写明恢复的理由。", [CellError("必填，不能为空", column="理由")])
        self.require_short_note("理由")

    def perform(self) -> Duty:
        self.record(rule=self.duty.rule, note=self.note)
        self.duty.state, self.duty.closed_on, self.duty.closed_by = Duty.State.OPEN, None, None
        self.duty.closing_note = self.duty.through = ""
        self.duty.through_uid = None
        self.duty.save()
        return self.duty
