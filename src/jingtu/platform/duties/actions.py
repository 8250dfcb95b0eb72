"""What people do with a duty: close it with evidence, check it, urge it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.db import transaction

from jingtu.errors import CellError, ConflictError, InputError
from jingtu.platform import events
from jingtu.platform.actions import Action, Subject
from jingtu.platform.duties import declarations, permissions
from jingtu.platform.duties.models import Duty
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.ledger import records
from jingtu.platform.people.models import User

CLOSED = "duties.closed"
LONGEST_NOTE = 300
MOST_AT_ONCE = 200


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
            self.duty.closing_note = self.note
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
        if self.accept and rule is not None and rule.evidence_required and not self._proven():
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
            self.duty.closing_note = self.note
        self.duty.save()
        return self.duty


class EscalateDuty(DutyAction):
    """Take a late duty one or more steps up: 督办, 约谈, 问责. Only people do, for a stated reason."""

    name = "duties.escalate"
    label = "督办"
    permission = permissions.ESCALATE

    def __init__(self, actor: User | None, on: date, duty: Duty, step: Duty.Step, note: str) -> None:
        super().__init__(actor, on, duty, note)
        self.step = step

    def check_state(self) -> None:
        self.require_state(Duty.State.OPEN, Duty.State.SUBMITTED)
        steps = list(Duty.Step)
        if steps.index(self.step) <= steps.index(Duty.Step(self.duty.step)):
            raise ConflictError(f"此项待办{self.duty.get_step_display()}，不能再记为“{self.step.label}”。")
        if not self.note:
            raise InputError("请写明督办的依据或文号。", [CellError("必填，不能为空", column="依据")])
        self.require_short_note("依据")

    def perform(self) -> Duty:
        self.record(rule=self.duty.rule, step=self.step, before=self.duty.step, note=self.note)
        self.duty.step = self.step
        self.duty.save(update_fields=["step"])
        return self.duty


def escalate_together(
    actor: User, on: date, duties: Sequence[Duty], step: Duty.Step, note: str
) -> list[Duty]:
    """Take several duties up the ladder under one letter: all of them, or none.

    Raises
    ------
    InputError
        Nothing chosen, too much at once, or every duty for which the step is not possible, by name.
    """
    if not duties:
        raise InputError("请先勾选要督办的事项。")
    if len(duties) > MOST_AT_ONCE:
        raise InputError(f"一次最多督办 {MOST_AT_ONCE} 项，请分几次办理。")
    done, errors = [], []
    with records.operation(), transaction.atomic():
        for duty in duties:
            try:
                done.append(EscalateDuty(actor, on, duty, step, note).execute())
            except ConflictError as error:
                errors.append(CellError(error.message, column=duty.what))
        if errors:
            raise InputError(
                f"所选 {len(duties)} 项中有 {len(errors)} 项不能督办，没有办理任何一项。", errors
            )
    return done
