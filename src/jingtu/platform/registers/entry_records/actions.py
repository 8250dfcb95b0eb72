"""A record is entered, corrected, withdrawn. Nothing is overwritten: a row is closed, another begins."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from jingtu.errors import CellError, ConflictError, InputError
from jingtu.platform import events
from jingtu.platform.clock import OPEN_TIME, recorded_now
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.people.models import User
from jingtu.platform.registers.actions import EntryAction, ledger_values
from jingtu.platform.registers.entry_records import cleaning
from jingtu.platform.registers.entry_records.declarations import DAY, RecordKind, kind_of
from jingtu.platform.registers.entry_records.queries import believed
from jingtu.platform.registers.models import Entry, EntryRecord, Version

Result = TypeVar("Result")

RECORD_ADDED = "registers.record_added"
RECORD_CORRECTED = "registers.record_corrected"
RECORD_WITHDRAWN = "registers.record_withdrawn"


class RecordAction(EntryAction[Result]):
    """An action on the records of one entry; what was recorded of days before the entry belongs to it too."""

    def __init__(self, actor: User | None, on: date, entry: Entry, kind_id: str) -> None:
        super().__init__(actor, on, entry)
        self.kind: RecordKind = kind_of(kind_id)
        if self.kind.register != entry.register:
            raise ValueError(f"{kind_id} are records of {self.kind.register}")
        self.evidence: list[Attachment] = []

    def permission_name(self) -> str:
        return self.kind.permission

    @property
    def version(self) -> Version:
        """The entry on the day of the record, or as it was first known."""
        if not self.believed:
            raise ConflictError(
                "该条目在所选日期没有记录。", entry=str(self.entry.uid), on=self.on.isoformat()
            )
        return self.believed[0]

    def check_values(
        self, found: Mapping[str, Any], errors: list[CellError], but: EntryRecord | None
    ) -> None:
        """Judge typed values: what is wrong by itself, by the kind's own check, or said twice."""
        kind = self.kind
        if kind.states is not None and self.version.state not in kind.states:
            state = self.register.lifecycle.state(self.version.state).label
            raise ConflictError(
                f"条目在{self.on.isoformat()}为“{state}”，不记“{kind.label}”。", state=self.version.state
            )
        if not errors and kind.check is not None:
            errors += kind.check(self.entry, {**found, "corrects": but}) or []
        if errors:
            raise InputError(f"“{kind.label}”有 {len(errors)} 处需要补充或修改。", errors)
        if kind.key:
            wanted = {name: getattr(found[name], "pk", found[name]) for name in kind.key}
            same = kind.model._default_manager.filter(believed(), entry=self.entry, **wanted)
            if but is not None:
                same = same.exclude(uid=but.uid)
            if same.exists():
                labels = {item.id: item.label for item in kind.all_fields}
                names = "、".join(labels[name] for name in kind.key)
                raise ConflictError(
                    f"已有{names}相同的“{kind.label}”；如原先记错，请更正那一条。", key=list(kind.key)
                )

    def check_evidence(self) -> list[CellError]:
        """Attachments belong to the entry and still count; a kind may ask for one."""
        valid = [
            item for item in self.evidence if item.subject_uid == self.entry.uid and item.withdrawn_at is None
        ]
        if len(valid) != len(self.evidence):
            return [CellError("佐证材料不属于本条目，或已撤回", column="佐证材料")]
        if self.kind.evidence_required and not valid:
            return [CellError("请至少上传一份佐证材料", column="佐证材料")]
        return []

    def locked(self, record: EntryRecord) -> EntryRecord:
        """The row that is believed of a record now, under the lock of its entry."""
        found = self.kind.model._default_manager.filter(believed(), entry=self.entry, uid=record.uid).first()
        if found is None or found.pk != record.pk:
            raise ConflictError(
                "这条记录刚刚被更正或撤回，本次改动没有保存，请刷新后重试。", record=str(record.uid)
            )
        return found

    def close(self, record: EntryRecord, now: datetime) -> None:
        closed = self.kind.model._default_manager.filter(pk=record.pk, recorded_to=OPEN_TIME)
        if closed.update(recorded_to=now) != 1:
            raise ConflictError(
                "这条记录刚刚被更正或撤回，本次改动没有保存，请刷新后重试。", record=str(record.uid)
            )

    def ledger_facts(self, found: Mapping[str, Any]) -> dict[str, Any]:
        """What the ledger keeps of a record: its kind and values, none of a person."""
        content = ledger_values(self.kind.fields, {key: value for key, value in found.items() if key != DAY})
        return {"register": self.register.id, "code": self.entry.code, "kind": self.kind.id} | content

    def store(self, uid: uuid.UUID, content: Mapping[str, Any], reason: str, now: datetime) -> EntryRecord:
        made = self.kind.model(
            uid=uid, entry=self.entry, on=self.on, recorded_from=now, ledger_row=self.ledger_row,
            entered_by=self.actor, reason=reason, **content,
        )  # fmt: skip
        made.save(force_insert=True)
        made.evidence.set(self.evidence)
        return made

    def told(self, name: str, record: EntryRecord) -> events.Event:
        return self.event(name, kind=self.kind.id, record=record)


class AddRecord(RecordAction[Any]):
    """Enter a record of a day.

    Parameters
    ----------
    on : date
        The day that the record speaks of.
    values : mapping
        Typed values or text by field id; columns not named stay unknown.
    evidence : sequence of Attachment
        Attachments of this entry.

    Raises
    ------
    ConflictError
        A record of the same key is believed, or the entry's state has no such records.
    InputError
        Values or evidence are missing or not possible.
    """

    name = "registers.record_add"
    label = "新增记录"

    def __init__(
        self, actor: User | None, on: date, entry: Entry, kind_id: str, values: Mapping[str, Any],
        evidence: Sequence[Attachment] = (), *, reason: str = "",
    ) -> None:  # fmt: skip
        super().__init__(actor, on, entry, kind_id)
        self.raw, self.evidence, self.reason = dict(values), list(evidence), reason.strip()

    def check_state(self) -> None:
        asked = {item.id: None for item in self.kind.fields if item.required} | self.raw
        self.found, errors = cleaning.clean(self.kind, asked)
        self.found[DAY] = self.on
        blank = cleaning.blank(self.kind)
        names = {column.attname: name for name, column in cleaning.columns(self.kind).items()}
        whole = {names[key]: value for key, value in blank.items()} | self.found
        self.check_values(whole, errors + self.check_evidence(), None)
        self.derived = cleaning.derived(self.kind, self.entry, whole)

    def perform(self) -> Any:
        self.record(
            **self.ledger_facts(self.found), evidence=[item.file.sha256 for item in self.evidence],
            reason=self.reason,
        )  # fmt: skip
        content = cleaning.blank(self.kind) | cleaning.by_attribute(self.kind, self.found) | self.derived
        self.made = self.store(uuid.uuid4(), content, self.reason, recorded_now())
        return self.made

    def events(self) -> Iterable[events.Event]:
        return [self.told(RECORD_ADDED, self.made)]


class CorrectRecord(RecordAction[Any]):
    """What a record said was wrong: the columns named are said anew; what was said stays known.

    Parameters
    ----------
    on : date
        The day of the record as it is right; the old one where the day was right.
    record : EntryRecord
        The row as the person saw it; refused where it is no longer the believed one.
    evidence : sequence of Attachment
        Further attachments; those it has remain.
    """

    name = "registers.record_correct"
    label = "更正记录"

    def __init__(
        self, actor: User | None, on: date, record: EntryRecord, kind_id: str, values: Mapping[str, Any],
        evidence: Sequence[Attachment] = (), *, reason: str,
    ) -> None:  # fmt: skip
        super().__init__(actor, on, record.entry, kind_id)
        self.old, self.raw, self.reason = record, dict(values), reason.strip()
        self.added = list(evidence)

    def check_state(self) -> None:
        self.old = self.locked(self.old)
        kept = list(self.old.evidence.filter(withdrawn_at__isnull=True))
        self.evidence = [*kept, *(item for item in self.added if item not in kept)]
        self.found, errors = cleaning.clean(self.kind, self.raw)
        self.found[DAY] = self.on
        if not self.reason:
            errors.append(CellError("必填，不能为空", column="原因"))
        before = cleaning.stored(self.kind, self.old)
        names = {column.attname: name for name, column in cleaning.columns(self.kind).items()}
        whole = {names[key]: value for key, value in before.items()} | self.found
        self.check_values(whole, errors + self.check_evidence(), self.old)
        self.content = before | cleaning.by_attribute(self.kind, self.found)
        self.content |= cleaning.derived(self.kind, self.entry, whole)
        if self.content == before and self.on == self.old.on and not self.added:
            raise InputError("没有改动：所填内容与现有记录一致。")

    def perform(self) -> Any:
        self.record(
            **self.ledger_facts(self.found), record=str(self.old.uid), was_on=self.old.on.isoformat(),
            evidence=[item.file.sha256 for item in self.evidence], reason=self.reason,
        )  # fmt: skip
        now = max(recorded_now(), self.old.recorded_from + timedelta(microseconds=1))
        self.close(self.old, now)
        self.made = self.store(self.old.uid, self.content, self.reason, now)
        return self.made

    def events(self) -> Iterable[events.Event]:
        return [self.event(RECORD_CORRECTED, kind=self.kind.id, record=self.made, before=self.old)]


class WithdrawRecord(RecordAction[Any]):
    """A record should never have been made: it is no longer believed, and stays known."""

    name = "registers.record_withdraw"
    label = "撤回记录"

    def __init__(
        self, actor: User | None, on: date, record: EntryRecord, kind_id: str, *, reason: str
    ) -> None:
        super().__init__(actor, record.on, record.entry, kind_id)
        self.old, self.reason, self.acted_on = record, reason.strip(), on

    def check_state(self) -> None:
        self.old = self.locked(self.old)
        if not self.reason:
            raise InputError("请写明撤回的原因。", [CellError("必填，不能为空", column="原因")])

    def perform(self) -> Any:
        self.record(
            register=self.register.id, code=self.entry.code, kind=self.kind.id, record=str(self.old.uid),
            withdrawn_on=self.acted_on.isoformat(), reason=self.reason,
        )  # fmt: skip
        self.close(self.old, max(recorded_now(), self.old.recorded_from + timedelta(microseconds=1)))
        return self.old

    def events(self) -> Iterable[events.Event]:
        return [self.told(RECORD_WITHDRAWN, self.old)]
