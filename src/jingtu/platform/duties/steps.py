"""The ladder of lateness: 提醒, 督办函, 约谈, 问责. People climb it or step back for a reason; each step is kept."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from jingtu.errors import CellError, ConflictError, InputError
from jingtu.platform.duties import permissions
from jingtu.platform.duties.actions import DutyAction
from jingtu.platform.duties.models import Duty, DutyStep
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.ledger import records
from jingtu.platform.people.models import User

MOST_AT_ONCE = 200
LONGEST_NUMBER = 60
RUNGS = tuple(step for step in Duty.Step if step is not Duty.Step.NONE)


class _Step(DutyAction):
    """A step on the ladder with its day, letter, note and files."""

    permission = permissions.ESCALATE

    def __init__(
        self,
        actor: User | None,
        on: date,
        duty: Duty,
        step: Duty.Step,
        note: str,
        *,
        number: str = "",
        evidence: Sequence[Attachment] = (),
        uid: uuid.UUID | None = None,
    ) -> None:
        super().__init__(actor, on, duty, note)
        self.step, self.number, self.evidence = step, number.strip(), list(evidence)
        self.uid = uid or uuid.uuid4()

    def check_state(self) -> None:
        self.require_state(*Duty.NOT_OVER)
        self.check_step()
        errors = []
        if len(self.number) > LONGEST_NUMBER:
            errors.append(CellError(f"不能超过 {LONGEST_NUMBER} 个字", column="文号"))
        if any(item.subject_uid != self.uid or item.withdrawn_at for item in self.evidence):
            errors.append(CellError("材料不属于这一步，或已撤回", column="材料"))
        if errors:
            raise InputError("这一步还有内容需要修改。", errors)
        self.require_short_note("依据")

    def check_step(self) -> None:
        raise NotImplementedError

    def perform(self) -> Duty:
        row = self.record(
            rule=self.duty.rule, step=self.step, before=self.duty.step, number=self.number, note=self.note,
            evidence=[item.file.sha256 for item in self.evidence],
        )  # fmt: skip
        made = DutyStep.objects.create(
            uid=self.uid, duty=self.duty, step=self.step, before=self.duty.step, on=self.on, at=row.at,
            actor=self.actor, number=self.number, note=self.note, ledger_row=row,
        )  # fmt: skip
        made.evidence.set(self.evidence)
        self.duty.step = self.step
        self.duty.save(update_fields=["step"])
        return self.duty


class EscalateDuty(_Step):
    """Take a duty one or more rungs up, for a stated reason or under a letter.

    Parameters
    ----------
    number : str
        Number of the letter (文号); a note or a number is needed.
    evidence : sequence of Attachment
        Files of this step (the scanned letter, the minutes), attached to ``uid``.
    """

    name = "duties.escalate"
    label = "督办"

    def check_step(self) -> None:
        steps = list(Duty.Step)
        if steps.index(self.step) <= steps.index(Duty.Step(self.duty.step)):
            raise ConflictError(f"此项待办{self.duty.get_step_display()}，不能再记为“{self.step.label}”。")
        if not (self.note or self.number):
            raise InputError("请写明督办的依据或文号。", [CellError("必填，不能为空", column="依据")])


class StepBackDuty(_Step):
    """Take a duty one or more rungs down, for a stated reason."""

    name = "duties.step_back"
    label = "退回一级"

    def check_step(self) -> None:
        steps = list(Duty.Step)
        if steps.index(self.step) >= steps.index(Duty.Step(self.duty.step)):
            raise ConflictError(f"此项待办{self.duty.get_step_display()}，只能退回到更低一级。")
        if not self.note:
            raise InputError("请写明退回的理由。", [CellError("必填，不能为空", column="理由")])


def step_to(
    actor: User | None, on: date, duty: Duty, step: Duty.Step, note: str, *, number: str = "",
    evidence: Sequence[Attachment] = (), uid: uuid.UUID | None = None,
) -> Duty:  # fmt: skip
    """Take a duty to a rung, up or down."""
    steps = list(Duty.Step)
    up = steps.index(step) >= steps.index(Duty.Step(duty.step))
    action = EscalateDuty if up else StepBackDuty
    return action(actor, on, duty, step, note, number=number, evidence=evidence, uid=uid).execute()


def escalate_together(
    actor: User, on: date, duties: Sequence[Duty], step: Duty.Step, note: str, number: str = ""
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
                done.append(EscalateDuty(actor, on, duty, step, note, number=number).execute())
            except ConflictError as error:
                errors.append(CellError(error.message, column=duty.what))
        if errors:
            raise InputError(
                f"所选 {len(duties)} 项中有 {len(errors)} 项不能督办，没有办理任何一项。", errors
            )
    return done


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung of the drawn ladder; ``taken`` where the duty reached it, with its day."""

    label: str
    css: str
    taken: DutyStep | None


def ladder_of(duty: Duty, on: date) -> list[Rung]:
    """The ladder of a duty as it stood on a day: rungs behind, the present one, those above."""
    now, taken = Duty.Step.NONE, {}
    for item in taken_by(duty, on):
        now = Duty.Step(item.step)
        taken[now] = item
    order = list(Duty.Step)
    return [
        Rung(
            {Duty.Step.REMINDED: "提醒", Duty.Step.SUPERVISED: "督办函"}.get(step, VERBS[step]),
            "stage-now" if step is now else "stage-past" if order.index(step) < order.index(now) else "",
            taken.get(step) if order.index(step) <= order.index(now) else None,
        )
        for step in RUNGS
    ]


def taken_by(duty: Duty, on: date) -> list[DutyStep]:
    """The steps of a duty up to a day, in order."""
    rows = duty.steps.filter(on__lte=on).select_related("actor").prefetch_related("evidence__file")
    return list(rows.order_by("at", "id"))


# What one does to take a duty to a step.
VERBS = {
    Duty.Step.REMINDED: "提醒",
    Duty.Step.SUPERVISED: "督办",
    Duty.Step.INTERVIEWED: "约谈",
    Duty.Step.ACCOUNTABILITY: "问责",
}
