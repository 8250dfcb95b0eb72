"""Entering a table and taking it back."""

from __future__ import annotations

import hashlib
import io
from datetime import date
from typing import BinaryIO, ClassVar

from jingtu.errors import CellError, ConflictError, InputError
from jingtu.knowledge.standards.editions import Edition
from jingtu.knowledge.standards.rates import RateRule
from jingtu.platform.actions import Action, Subject
from jingtu.platform.evidence.attaching import attach
from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region
from jingtu.platform.rulebooks import permissions, reading
from jingtu.platform.rulebooks.models import AddedTable

LONGEST_REASON = 200


class AddTable(Action[AddedTable]):
    """Enter a table of limits or of rates from a file: whole, or with all its errors not at all.

    Parameters
    ----------
    region : Region
        The place for which it holds, with everything below.
    stream, name : binary file, str
        The file as it was uploaded.
    """

    name = "rulebooks.add"
    label = "录入标准表"
    permission: ClassVar[str | None] = permissions.ADD

    def __init__(self, actor: User | None, on: date, region: Region, stream: BinaryIO, name: str) -> None:
        super().__init__(actor, on)
        self.region = region
        self.content = stream.read()
        self.file_name = name
        self.table = AddedTable(region=region, added_by=actor)

    def subject(self) -> Subject:
        return Subject("added_table", self.table.uid, self.region.path)

    def lock(self) -> None:
        # Two tables of one standard are held against each other, so a place takes one at a time.
        Region.objects.select_for_update().get(pk=self.region.pk)

    def check_state(self) -> None:
        read = reading.read(io.BytesIO(self.content), self.file_name)
        rules: tuple[Edition | RateRule, ...] = read.editions or read.rates
        table = self.table
        table.kind = AddedTable.Kind.LIMITS if read.editions else AddedTable.Kind.RATES
        table.keys = list(dict.fromkeys(_key(rule) for rule in rules))
        table.number = _cut("；".join(dict.fromkeys(_number(rule) for rule in rules)), 200)
        table.title = _cut("；".join(dict.fromkeys(_title(rule) for rule in rules)), 300)
        table.valid_from = min(rule.valid_from for rule in rules)
        ends = [rule.valid_to for rule in rules]
        table.valid_to = None if None in ends else max(end for end in ends if end)
        table.content, table.sha256 = read.to_csv(), read.sha256
        table.lines = len(read.limits) + len(read.terms)
        for twin in AddedTable.objects.filter(kind=table.kind, region=self.region, withdrawn_at=None):
            if twin.sha256 == table.sha256 or twin.content == table.content:
                raise ConflictError(f"“{twin.title}”已经录入，内容相同，没有再次录入。", table=str(twin.uid))
            known = reading.kept(twin.content)
            for rule in rules:
                for other in known.editions or known.rates:
                    # Two that hold on the same day would judge alike things differently.
                    if _key(other) == _key(rule) and _meet(other, rule):
                        raise ConflictError(
                            f"“{_title(other)}”在同一时期已经录入；请先作废原表，或写明原表的废止日期后再录入。",
                            table=str(twin.uid),
                        )

    def perform(self) -> AddedTable:
        table = self.table
        table.save(force_insert=True)
        attach(
            io.BytesIO(self.content),
            self.file_name,
            subject_type="added_table",
            subject_uid=table.uid,
            read_permission=permissions.READ,
            region_path=self.region.path,
            actor=self.actor,
            title=_cut(table.title, 160),
        )
        self.record(
            kind=table.kind,
            keys=table.keys,
            valid_from=table.valid_from.isoformat(),
            valid_to=table.valid_to.isoformat() if table.valid_to else None,
            lines=table.lines,
            file=table.sha256,
            content=hashlib.sha256(table.content.encode()).hexdigest(),
        )
        return table


def _key(rule: Edition | RateRule) -> str:
    return rule.key if isinstance(rule, RateRule) else rule.standard


def _number(rule: Edition | RateRule) -> str:
    return rule.source if isinstance(rule, RateRule) else rule.number


def _title(rule: Edition | RateRule) -> str:
    return rule.name if isinstance(rule, RateRule) else rule.title


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def _meet(one: Edition | RateRule, other: Edition | RateRule) -> bool:
    """Whether two hold on a common day."""
    first, second = sorted((one, other), key=lambda item: item.valid_from)
    return first.valid_to is None or second.valid_from < first.valid_to


class WithdrawTable(Action[AddedTable]):
    """Take a table back with a reason: nothing new is judged by it, what was judged stays as it was."""

    name = "rulebooks.withdraw"
    label = "作废标准表"
    permission: ClassVar[str | None] = permissions.ADD

    def __init__(self, actor: User | None, on: date, table: AddedTable, reason: str) -> None:
        super().__init__(actor, on)
        self.table = table
        self.reason = reason.strip()

    def subject(self) -> Subject:
        return Subject("added_table", self.table.uid, self.table.region.path)

    def lock(self) -> None:
        self.table = (
            AddedTable.objects.select_for_update(of=("self",)).select_related("region").get(pk=self.table.pk)
        )

    def check_state(self) -> None:
        if self.table.withdrawn_at is not None:
            raise ConflictError("这张表已经作废。")
        if not self.reason:
            raise InputError("作废需要写明原因。", [CellError("请写明原因", column="原因")])
        if len(self.reason) > LONGEST_REASON:
            raise InputError("作废原因太长。", [CellError(f"不能超过 {LONGEST_REASON} 个字", column="原因")])

    def perform(self) -> AddedTable:
        table = self.table
        row = self.record(
            keys=table.keys,
            # Free text may name people; the row proves it without holding it.
            reason=hashlib.sha256(self.reason.encode()).hexdigest(),
        )
        table.withdrawn_at, table.withdrawn_by = row.at, self.actor
        table.withdrawn_reason = self.reason
        table.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
        return table
