"""Moves of an entry along its lifecycle, and the way back from a mistaken one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from jingtu.errors import CellError, ConflictError, InputError
from jingtu.platform import events
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.people.models import User
from jingtu.platform.registers import timeline, values, versions
from jingtu.platform.registers.actions import EntryAction, ledger_content
from jingtu.platform.registers.declarations import Move
from jingtu.platform.registers.models import Entry, Transition, Version

MOVED = "registers.moved"


class MoveEntry(EntryAction[Transition]):
    """Move an entry along its lifecycle on a day.

    Parameters
    ----------
    move_id : str
        A move of the register's lifecycle.
    facts, header : mapping
        Columns that change with the move (the date of control, the reason of exclusion).
    evidence : sequence of Attachment
        Attachments of this entry that prove the move.

    Raises
    ------
    ConflictError
        The state does not allow the move, a guard refuses it, a later move is already recorded, or the
        person who did the first half may not check it.
    InputError
        Reason or evidence is missing, or a value is not possible.
    """

    name = "registers.move"
    label = "流转"

    def __init__(
        self,
        actor: User | None,
        on: date,
        entry: Entry,
        move_id: str,
        *,
        reason: str = "",
        facts: Mapping[str, Any] | None = None,
        header: Mapping[str, Any] | None = None,
        evidence: Sequence[Attachment] = (),
        expected_version: int | None = None,
        seen_on: date | None = None,
    ) -> None:
        super().__init__(actor, on, entry, expected_version, seen_on)
        self.move: Move = self.register.lifecycle.move(move_id)
        self.raw_facts, self.header, self.reason = dict(facts or {}), dict(header or {}), reason.strip()
        self.evidence = list(evidence)

    def permission_name(self) -> str:
        return self.move.permission

    def check_state(self) -> None:
        super().check_state()
        lifecycle = self.register.lifecycle
        now = self.version.state
        if now not in self.move.sources:
            raise ConflictError(
                f"现为“{lifecycle.state(now).label}”，不能办理“{self.move.label}”。",
                state=now, move=self.move.id,
            )  # fmt: skip
        later = [item for item in self.believed if item.effective_from > self.on and item.state != now]
        if later:
            raise ConflictError(
                f"{later[0].effective_from.isoformat()}起已是“{lifecycle.state(later[0].state).label}”，"
                f"不能再补办{self.on.isoformat()}的“{self.move.label}”；如当时记错，请先撤回之后的流转。",
                state=later[0].state, since=later[0].effective_from.isoformat(),
            )  # fmt: skip
        self._check_person()
        self.facts, errors = values.clean(self.register, self.raw_facts)
        errors += self._missing()
        if errors:
            raise InputError(f"办理“{self.move.label}”有 {len(errors)} 处需要补充或修改。", errors)
        if self.move.guard is not None:
            reason = self.move.guard(self.entry, self._as_it_will_be(), self.on)
            if reason:
                raise ConflictError(reason, move=self.move.id)

    def _as_it_will_be(self) -> Version:
        """The version with the facts of this move, for the guard; never saved."""
        version = self.version
        row = versions.facts_of(version)
        for name, value in versions.by_column(self.register.facts, self.facts).items():
            setattr(row, name, value)
        self._believed = None  # what is written starts from what is stored
        return version

    def _check_person(self) -> None:
        if self.actor is None:
            return
        if timeline.is_own(self.entry, self.move, self.actor.pk):
            earlier = "、".join(self.register.lifecycle.move(name).label for name in self.move.distinct_from)
            raise ConflictError(
                f"“{earlier}”由您办理，“{self.move.label}”应由另一人办理。", move=self.move.id
            )

    def _missing(self) -> list[CellError]:
        facts = self.register.facts
        known = versions.column_values(versions.facts_of(self.version)) | versions.by_column(
            facts, self.facts
        )
        errors = [
            CellError("必填，不能为空", column=self.register.field(name).label)
            for name in self.move.required_fields
            if known[versions.attribute(facts, name)] in {None, ""}
        ]
        if self.move.reason_required and not self.reason:
            errors.append(CellError("必填，不能为空", column="原因"))
        valid = [
            item for item in self.evidence if item.subject_uid == self.entry.uid and item.withdrawn_at is None
        ]
        if len(valid) != len(self.evidence):
            errors.append(CellError("佐证材料不属于本条目，或已撤回", column="佐证材料"))
        if self.move.evidence_required and not valid:
            errors.append(CellError("请至少上传一份佐证材料", column="佐证材料"))
        return errors

    def perform(self) -> Transition:
        source = self.version.state
        row = self.record(
            register=self.register.id, code=self.entry.code, move=self.move.id, from_state=source,
            to_state=self.move.target, **ledger_content(self.register, self.facts, self.header.get("name")),
            evidence=[item.file.sha256 for item in self.evidence], reason=self.reason,
        )  # fmt: skip
        self.stored = versions.amend(
            self.entry, header=self.header | {"state": self.move.target}, facts=self.facts,
            effective_from=self.on, ledger_row=row, reason=self.reason, known=self.believed,
        )  # fmt: skip
        transition = Transition.objects.create(
            entry=self.entry, transition=self.move.id, from_state=source, to_state=self.move.target,
            on=self.on, at=row.at, actor=self.actor, reason=self.reason, ledger_row=row,
        )  # fmt: skip
        transition.evidence.set(self.evidence)
        return transition

    def events(self) -> Iterable[events.Event]:
        return [self.event(MOVED, move=self.move.id, state=self.move.target)]


class RevokeMove(EntryAction[Transition]):
    """The last move was a mistake: from its day on the entry is believed to have stayed where it was.

    Facts entered with the move stay; what was believed before the revocation stays known.
    """

    name = "registers.revoke"
    label = "撤回流转"

    def __init__(
        self, actor: User | None, on: date, entry: Entry, *, reason: str, expected_version: int | None = None
    ) -> None:
        super().__init__(actor, on, entry, expected_version)
        self.reason = reason.strip()

    def check_state(self) -> None:
        super().check_state()
        if not self.reason:
            raise InputError("请写明撤回的原因。", [CellError("必填，不能为空", column="原因")])
        self.last = timeline.last_move(self.entry)
        if self.last is None:
            raise ConflictError("没有可以撤回的流转。", entry=str(self.entry.uid))
        if self.last.to_state != self.version.state:
            raise ConflictError("所选日期的状态不是由最近一次流转得来，请换到最近的业务日期再撤回。")

    def perform(self) -> Transition:
        assert self.last is not None
        row = self.record(
            register=self.register.id, code=self.entry.code, move=self.last.transition,
            from_state=self.last.to_state, to_state=self.last.from_state, since=self.last.on, reason=self.reason,
        )  # fmt: skip
        self.stored = versions.amend(
            self.entry, header={"state": self.last.from_state}, effective_from=self.last.on,
            ledger_row=row, reason=self.reason,
        )  # fmt: skip
        return Transition.objects.create(
            entry=self.entry, transition="revoke", from_state=self.last.to_state, to_state=self.last.from_state,
            on=self.last.on, at=row.at, actor=self.actor, reason=self.reason, ledger_row=row,
        )  # fmt: skip

    def events(self) -> Iterable[events.Event]:
        assert self.last is not None
        return [self.event(MOVED, move="revoke", state=self.last.from_state)]
