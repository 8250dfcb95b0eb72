"""What was found at an object that was drawn, and what follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from jingtu.errors import CellError, ConflictError, InputError
from jingtu.platform.actions import Action, Subject
from jingtu.platform.clock import OPEN_TIME, recorded_now
from jingtu.platform.draws.models import Draw, DrawnObject, Outcome
from jingtu.platform.draws.permissions import RECORD
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.organisations.actions.base import proof
from jingtu.platform.people import policies
from jingtu.platform.people.models import User
from jingtu.platform.registers import declarations, versions
from jingtu.platform.registers.declarations import Move
from jingtu.platform.registers.models import Version
from jingtu.platform.registers.moves import MoveEntry


def believed(known_at: datetime | None = None) -> Q:
    """Predicate for the outcomes believed at a moment (``None``: now)."""
    if known_at is None:
        return Q(recorded_to=OPEN_TIME)
    return Q(recorded_from__lte=known_at, recorded_to__gt=known_at)


def reopening(drawn: DrawnObject, on: date) -> Move | None:
    """The move that takes the entry up again, where its register has one and its state allows it."""
    register = declarations.get(drawn.draw.register)
    if not register.reopen_move:
        return None
    move = register.lifecycle.move(register.reopen_move)
    version = versions.version_on(drawn.entry, on)
    return move if version is not None and version.state in move.sources else None


class RecordOutcome(Action[Outcome]):
    """Say what was found at an object on a day; a second time it corrects the first, with a reason.

    Parameters
    ----------
    evidence : sequence of Attachment
        Files of the entry; needed where something was found.
    reopen : bool
        Execute the register's move that takes the entry up again.
    """

    name = "draws.outcome"
    label = "登记抽查结果"
    permission = RECORD.name

    def __init__(
        self,
        actor: User | None,
        on: date,
        drawn: DrawnObject,
        result: str,
        *,
        note: str = "",
        evidence: Sequence[Attachment] = (),
        reopen: bool = False,
        reason: str = "",
    ) -> None:
        super().__init__(actor, on)
        self.drawn, self.result, self.note = drawn, result, note.strip()
        self.evidence, self.reopen, self.reason = list(evidence), reopen, reason.strip()

    def subject(self) -> Subject:
        return Subject("draw", self.drawn.draw.uid, self.drawn.draw.region.path)

    def lock(self) -> None:
        rows = DrawnObject.objects.select_for_update(of=("self",)).select_related("draw__region", "entry")
        self.drawn = rows.get(pk=self.drawn.pk)
        self.before = Outcome.objects.filter(believed(), drawn=self.drawn).first()

    def check_state(self) -> None:
        problems = []
        draw = self.drawn.draw
        if self.result not in Outcome.Result.values:
            problems.append(CellError("请从列出的选项中选择", column="结果", value=self.result[:20]))
        if draw.drawn_at is not None and self.on < draw.on:
            problems.append(CellError("不能早于抽取日期", column="检查日期", value=self.on.isoformat()))
        if len(self.note) > 300:
            problems.append(CellError("不能超过 300 字", column="检查情况"))
        valid = [
            item
            for item in self.evidence
            if item.subject_uid == self.drawn.entry.uid and item.withdrawn_at is None
        ]
        if len(valid) != len(self.evidence):
            problems.append(CellError("佐证材料不属于本对象，或已撤回", column="佐证材料"))
        if self.result == Outcome.Result.FOUND:
            if not self.note:
                problems.append(CellError("请写明发现的问题", column="检查情况"))
            if not valid:
                problems.append(CellError("请至少上传一份佐证材料", column="佐证材料"))
        if self.before is not None and not self.reason:
            problems.append(CellError("更正已登记的结果须写明原因", column="更正原因"))
        if problems:
            raise InputError(f"结果没有登记，有 {len(problems)} 处需要补充或修改。", problems)
        if self.reopen and self.result != Outcome.Result.FOUND:
            raise ConflictError("没有发现问题，不必重新整改。")
        if self.reopen and reopening(self.drawn, self.on) is None:
            raise ConflictError("该条目现在的状态不能重新整改，请到条目页面查看。")

    def perform(self) -> Outcome:
        now = recorded_now()
        if self.before is not None:
            now = max(now, self.before.recorded_from + timedelta(microseconds=1))
            Outcome.objects.filter(pk=self.before.pk).update(recorded_to=now)
        row = self.record(
            entry=str(self.drawn.entry.uid), result=self.result, note=proof(self.note),
            evidence=[item.file.sha256 for item in self.evidence], reopen=self.reopen,
            corrects=self.before is not None,
        )  # fmt: skip
        transition = self.before.reopened if self.before else None
        if self.reopen:
            register = declarations.get(self.drawn.draw.register)
            transition = MoveEntry(
                self.actor, self.on, self.drawn.entry, register.reopen_move,
                reason=f"{self.drawn.draw.get_kind_display()}抽查发现：{self.note}"[:300],
                evidence=self.evidence,
            ).execute()  # fmt: skip
        outcome = Outcome.objects.create(
            drawn=self.drawn, result=self.result, on=self.on, note=self.note, reason=self.reason,
            recorded_from=now, recorded_by=self.actor, ledger_row=row, reopened=transition,
        )  # fmt: skip
        outcome.evidence.set(self.evidence)
        return outcome


@dataclass(frozen=True, slots=True)
class Row:
    """One object of a draw as a page shows it."""

    drawn: DrawnObject
    version: Version | None
    outcome: Outcome | None
    inspectors: list[str]
    late: bool

    @property
    def name(self) -> str:
        return self.version.name if self.version else str(self.drawn.entry)

    @property
    def field(self) -> str:
        """Name of the control that takes its files."""
        return f"files-{self.drawn.position}"

    @property
    def result(self) -> str:
        return self.outcome.get_result_display() if self.outcome else "待检查"

    @property
    def tone(self) -> str:
        if self.outcome is None:
            return "warning" if self.late else "neutral"
        return "done" if self.outcome.result == Outcome.Result.GOOD else "warning"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a draw is."""

    total: int
    checked: int
    found: int
    late: int


def rows_of(draw: Draw, on: date, known_at: datetime | None = None) -> list[Row]:
    """The objects of a draw in their order, with what was found until a day."""
    objects = list(draw.objects_drawn.select_related("entry", "draw").prefetch_related("inspectors__person"))
    facts = versions.versions(draw.register, max(on, draw.on), known_at)
    named = {row.entry_id: row for row in facts.filter(entry__in=[item.entry_id for item in objects])}
    outcomes = {
        item.drawn_id: item
        for item in Outcome.objects.filter(believed(known_at), drawn__in=objects, on__lte=on)
        .select_related("recorded_by", "reopened")
        .prefetch_related("evidence__file")
    }
    late = draw.due is not None and on > draw.due
    return [
        Row(
            item,
            named.get(item.entry_id),
            outcomes.get(item.pk),
            [who.person.display_name for who in item.inspectors.all()],
            late and item.pk not in outcomes,
        )
        for item in objects
    ]


def progress(rows: Sequence[Row]) -> Progress:
    """Counts of a draw's rows."""
    return Progress(
        len(rows),
        sum(1 for row in rows if row.outcome),
        sum(1 for row in rows if row.outcome and row.outcome.result == Outcome.Result.FOUND),
        sum(1 for row in rows if row.late),
    )


def may_reopen(user: User, drawn: DrawnObject, on: date) -> bool:
    """Whether taking the entry up again is offered to a person."""
    move = reopening(drawn, on)
    if move is None:
        return False
    version = versions.version_on(drawn.entry, on)
    assert version is not None
    return policies.reach(user, move.permission).allows(version.region.path, (version.holder_id,))
