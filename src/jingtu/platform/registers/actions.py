"""What may happen to an entry: it is entered, changed from a day on, corrected. Moves: ``moves.py``."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.models import Model
from django.utils import timezone

from jingtu.errors import CellError, ConflictError, InputError
from jingtu.platform import events
from jingtu.platform.actions import Action, Subject
from jingtu.platform.clock import OPEN_DATE
from jingtu.platform.people import policies
from jingtu.platform.people.models import User
from jingtu.platform.registers import declarations, values, versions
from jingtu.platform.registers.declarations import Field, Register
from jingtu.platform.registers.models import Entry, Transition, Version

Result = TypeVar("Result")

CREATED, CHANGED = "registers.created", "registers.changed"


class EntryAction(Action[Result]):
    """An action on one entry: locks it, checks what the caller saw, speaks to the ledger in its terms.

    Parameters
    ----------
    expected_version : int, optional
        Key of the version that the person had on the screen. Where it is no longer the one in force
        on that day, somebody else was faster and the action is refused with who and when.
    seen_on : date, optional
        The day of that screen, where the action is effective on another one.
    """

    permission = None  # by register, see ``permission_name``

    def __init__(
        self,
        actor: User | None,
        on: date,
        entry: Entry,
        expected_version: int | None = None,
        seen_on: date | None = None,
    ) -> None:
        super().__init__(actor, on)
        self.seen_on = seen_on or on
        self.entry = entry
        self.expected_version = expected_version
        self.register: Register = declarations.get(entry.register)
        self._believed: list[Version] | None = None
        self.stored: list[Version] = []

    def permission_name(self) -> str:
        return self.register.edit_permission

    @property
    def believed(self) -> list[Version]:
        """What is believed of the entry from the day of the action on, read once under the lock."""
        if self._believed is None:
            self._believed = versions.believed_from(self.entry, self.on)
        return self._believed

    @property
    def version(self) -> Version:
        """The version in force on the day of the action."""
        if not self.believed or self.believed[0].effective_from > self.on:
            raise ConflictError(
                f"该条目在{self.on.isoformat()}尚未登记，请核对业务日期；需要补登以前的情况，请用“更正”。",
                entry=str(self.entry.uid), on=self.on.isoformat(),
            )  # fmt: skip
        return self.believed[0]

    def subject(self) -> Subject:
        version = self.version
        owners = (version.holder_id,) if version.holder_id else ()
        return Subject(self.register.id, self.entry.uid, version.region.path, owners)

    def lock(self) -> None:
        if connection.features.has_select_for_update:  # elsewhere the whole transaction is the lock
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM registers_entry WHERE id = %s FOR UPDATE", [self.entry.pk])
        self._believed = None

    def check_permission(self) -> None:
        if self.actor is None:
            return
        subject = self.subject()
        policies.require(self.actor, self.permission_name(), subject.region_path, subject.organisations)

    def check_expected(self) -> None:
        """Refuse where the entry is no longer as the person saw it."""
        if self.expected_version is None:
            return
        if self.seen_on == self.on:
            now: Version | None = self.version
        else:
            now = versions.version_on(self.entry, self.seen_on)
        if now is None or now.pk == self.expected_version:
            return
        row = now.ledger_row
        other = User.objects.filter(uid=row.actor_uid).first() if row.actor_uid else None
        who = other.display_name if other else "系统"
        moment = timezone.localtime(row.at)
        raise ConflictError(
            f"{who}已于{moment:%Y-%m-%d %H:%M}修改了此条目，您的改动没有保存。请刷新页面核对后重新提交。",
            entry=str(self.entry.uid), by=str(row.actor_uid) if row.actor_uid else None, at=row.at.isoformat(),
        )  # fmt: skip

    def check_state(self) -> None:
        self.check_expected()

    def event(self, name: str, **facts: Any) -> events.Event:
        """An event of this entry; ``version`` is what is believed of the day now, for handlers to read."""
        common = {"register": self.register.id, "entry": self.entry.pk, "version": self._version_now()}
        return events.Event(name, self.on, common | facts)

    def _version_now(self) -> Version:
        for item in self.stored:
            if item.effective_from <= self.on < item.effective_to:
                if self._believed and item.region_id == self.version.region_id:
                    item.region = self.version.region
                return item
        return self.version


class CreateEntry(EntryAction[Entry]):
    """Enter a new thing on a register.

    Parameters
    ----------
    on : date
        The day from which it is on the register.
    header : mapping
        ``name``, ``region`` (Region) and, where known, ``holder`` (Organisation).
    facts : mapping
        Typed values or text by field id; columns not named stay unknown.
    state : str, optional
        One of the lifecycle's initial states; the first of them where not given.
    """

    name = "registers.create"
    label = "登记"

    def __init__(
        self,
        actor: User | None,
        on: date,
        register_id: str,
        header: Mapping[str, Any],
        facts: Mapping[str, Any],
        *,
        code: str = "",
        state: str | None = None,
        reason: str = "",
        is_example: bool = False,
    ) -> None:
        register = declarations.get(register_id)
        super().__init__(actor, on, Entry(register=register_id, is_example=is_example))
        self.header = {"holder": None, **header, "state": state or register.lifecycle.initial[0]}
        self.raw_facts, self.code, self.reason = dict(facts), code.strip(), reason

    def subject(self) -> Subject:
        holder = self.header["holder"]
        owners = (holder.pk,) if holder else ()
        return Subject(self.register.id, self.entry.uid, self.header["region"].path, owners)

    def lock(self) -> None:
        """Nothing to lock yet; the unique code decides between two who enter the same thing."""

    def check_state(self) -> None:
        if self.header["state"] not in self.register.lifecycle.initial:
            raise ConflictError("新登记的条目不能从这一状态开始", state=self.header["state"])
        self.header["name"], errors = _clean_name(self.register, self.header["name"])
        self.facts, more = values.clean(self.register, _with_required(self.register, self.raw_facts))
        if errors + more:
            raise InputError(f"登记内容有 {len(errors + more)} 处需要修改。", errors + more)
        if not self.code and self.register.code_maker is not None:
            self.code = self.register.code_maker(self.header, self.on)
        if self.code and Entry.objects.filter(register=self.register.id, code=self.code).exists():
            raise ConflictError(
                f"{self.register.code_label}“{self.code}”已被另一条目使用，请核对后重新填写。", code=self.code
            )

    def perform(self) -> Entry:
        row = self.record(
            register=self.register.id, code=self.code, state=self.header["state"],
            **ledger_content(self.register, self.facts, self.header["name"]), reason=self.reason,
        )  # fmt: skip
        self.entry.code = self.code
        self.entry.save(force_insert=True)
        version = versions.write(
            self.entry, header=self.header, facts=values.blank_facts(self.register) | self.facts,
            effective_from=self.on, ledger_row=row, reason=self.reason,
        )  # fmt: skip
        version.region = self.header["region"]
        self.stored = [version]
        Transition.objects.create(
            entry=self.entry, transition="create", from_state="", to_state=self.header["state"],
            on=self.on, at=row.at, actor=self.actor, reason=self.reason, ledger_row=row,
        )  # fmt: skip
        return self.entry

    def events(self) -> Iterable[events.Event]:
        return [self.event(CREATED, state=self.header["state"])]


class ChangeFacts(EntryAction[list[Version]]):
    """Something became different on a day: the columns named change from ``on``, all others stay.

    Raises
    ------
    InputError
        A value is not possible, or nothing would change.
    """

    name = "registers.change"
    label = "变更"
    reason_required = False

    def __init__(
        self,
        actor: User | None,
        on: date,
        entry: Entry,
        *,
        facts: Mapping[str, Any] | None = None,
        header: Mapping[str, Any] | None = None,
        reason: str = "",
        expected_version: int | None = None,
        seen_on: date | None = None,
    ) -> None:
        super().__init__(actor, on, entry, expected_version, seen_on)
        self.raw_facts, self.header, self.reason = dict(facts or {}), dict(header or {}), reason
        self.until = OPEN_DATE
        if "state" in self.header:
            raise ValueError("a state changes by a move")

    def check_permission(self) -> None:
        super().check_permission()
        region = self.header.get("region")
        if self.actor is not None and region is not None:
            policies.require(self.actor, self.permission_name(), region.path)

    def check_state(self) -> None:
        super().check_state()
        if self.reason_required and not self.reason.strip():
            raise InputError("请写明更正的原因。", [CellError("必填，不能为空", column="原因")])
        self.facts, errors = values.clean(self.register, self.raw_facts)
        if "name" in self.header:
            self.header["name"], more = _clean_name(self.register, self.header["name"])
            errors += more
        if errors:
            raise InputError(f"有 {len(errors)} 处需要修改。", errors)

    def perform(self) -> list[Version]:
        row = self.record(
            register=self.register.id, code=self.entry.code,
            effective=[self.on.isoformat(), None if self.until == OPEN_DATE else self.until.isoformat()],
            **ledger_content(self.register, self.facts, self.header.get("name")),
            header=sorted(self.header), reason=self.reason,
        )  # fmt: skip
        self.stored = versions.amend(
            self.entry, header=self.header, facts=self.facts, effective_from=self.on,
            effective_to=self.until, ledger_row=row, reason=self.reason, known=self.believed,
        )  # fmt: skip
        if not self.stored:
            raise InputError("没有改动：所填内容与现有记录一致。")
        return self.stored

    def events(self) -> Iterable[events.Event]:
        return [self.event(CHANGED)]


class CorrectFacts(ChangeFacts):
    """What we said of ``[on, until)`` was wrong: say it right, and keep that it was once said otherwise.

    Where the interval begins before the entry was known, its first version is believed to reach back.
    """

    name = "registers.correct"
    label = "更正"
    reason_required = True

    def __init__(
        self, actor: User | None, on: date, entry: Entry, *, until: date = OPEN_DATE, **rest: Any
    ) -> None:
        super().__init__(actor, on, entry, **rest)
        self.until = until

    @property
    def version(self) -> Version:
        if not self.believed:
            raise ConflictError("该条目在所选日期没有记录，无法更正。", entry=str(self.entry.uid))
        return self.believed[0]

    def check_state(self) -> None:
        super().check_state()
        if self.until <= self.on:
            raise InputError(
                "更正的截止日期应晚于起始日期。", [CellError("应晚于起始日期", column="截止日期")]
            )

    def perform(self) -> list[Version]:
        first = versions.history(self.entry)[0]
        if self.on >= first.effective_from:
            return super().perform()
        row = self.record(
            register=self.register.id, code=self.entry.code,
            effective=[self.on.isoformat(), None if self.until == OPEN_DATE else self.until.isoformat()],
            reaches_back=True, **ledger_content(self.register, self.facts, self.header.get("name")),
            header=sorted(self.header), reason=self.reason,
        )  # fmt: skip
        earlier = versions.write(
            self.entry, header=versions.header_values(first) | self.header,
            facts=versions.column_values(versions.facts_of(first)) | self.facts, effective_from=self.on,
            effective_to=first.effective_from, ledger_row=row, reason=self.reason,
        )  # fmt: skip
        self.stored = [earlier]
        if self.until > first.effective_from:
            self.stored += versions.amend(
                self.entry, header=self.header, facts=self.facts, effective_from=first.effective_from,
                effective_to=self.until, ledger_row=row, reason=self.reason,
            )  # fmt: skip
        return self.stored


def ledger_content(register: Register, facts: Mapping[str, Any], name: str | None = None) -> dict[str, Any]:
    """What the ledger keeps of the facts: values of no person, the names of all columns, and their hash."""
    return ledger_values(register.fields, facts, name)


def ledger_values(
    fields: Iterable[Field], facts: Mapping[str, Any], name: str | None = None
) -> dict[str, Any]:
    """The same for the columns of anything declared by fields; a related row stands by its uid or key."""
    personal = {field.id for field in fields if field.personal}
    open_values = {
        key: str(getattr(value, "uid", value.pk)) if isinstance(value, Model) else value
        for key, value in facts.items()
        if key not in personal
    }
    if name is not None:
        open_values["name"] = name
    return {
        "fields": sorted(facts),
        "values": json.loads(json.dumps(open_values, cls=DjangoJSONEncoder)),
        "content_hash": content_hash(open_values),
    }


def content_hash(content: Mapping[str, Any]) -> str:
    """SHA-256 of content as sorted JSON."""
    text = json.dumps(
        content, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )
    return hashlib.sha256(text.encode()).hexdigest()


def _with_required(register: Register, facts: Mapping[str, Any]) -> dict[str, Any]:
    return {field.id: None for field in register.fields if field.required} | dict(facts)


def _clean_name(register: Register, raw: Any) -> tuple[str, list[CellError]]:
    field = declarations.Field("name", register.name_label, required=True)
    try:
        return values.parse(field, raw, Version._meta.get_field("name")), []
    except ValueError as error:
        return str(raw or ""), [CellError(str(error), column=register.name_label, value=str(raw or "")[:80])]
