"""What the operations of registers share: the two times, the entry that is asked for, values as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Schema

from jingtu.errors import InputError, NotFoundError
from jingtu.platform import clock
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.people import policies
from jingtu.platform.registers import declarations, versions
from jingtu.platform.registers.declarations import Field as RegisterField
from jingtu.platform.registers.declarations import Register
from jingtu.platform.registers.exchange.exporting import visible_fields
from jingtu.platform.registers.models import Version

Value = str | int | float | bool | None


class Moment(Schema):
    """The two times of every question."""

    on: date | None = Field(None, description="业务日期；不写时为今天")
    known_at: datetime | None = Field(None, description="只看这一时刻以前录入的内容")


class EntryOut(Schema):
    """An entry on a day; ``version`` goes back with a change, so that nothing newer is overwritten."""

    uid: UUID
    code: str
    name: str
    region: UUID
    region_name: str
    holder: str | None
    state: str
    effective_from: date
    version: int
    facts: dict[str, Any]


def register_of(request: HttpRequest, register_id: str) -> Register:
    """A listed register that the caller reads somewhere."""
    register = declarations.listed(register_id)
    policies.require_some(request.user, register.read_permission)
    return register


def moment_of(query: Moment) -> tuple[date, datetime | None]:
    """The day and the moment that a question names."""
    if query.known_at is not None and query.known_at.tzinfo is None:
        raise InputError("known_at 应带时区，例如 2024-06-30T18:00:00+08:00。")
    return query.on or clock.business_date(), query.known_at


def version_of(request: HttpRequest, register: Register, uid: UUID, moment: Moment) -> Version:
    """The entry on a day within reach."""
    reach = policies.reach(request.user, register.read_permission)
    on, known_at = moment_of(moment)
    rows = versions.versions(register.id, on, known_at).filter(reach.q("region__path", "holder_id"))
    found = rows.prefetch_related("region__names").filter(entry__uid=uid).first()
    if found is None:
        raise NotFoundError("没有找到这一条目，或不在您的权限范围内。", uid=str(uid))
    return found


NOW = Moment(on=None, known_at=None)


def document(request: HttpRequest, register: Register, version: Version) -> dict[str, Any]:
    """An entry as the API gives it."""
    fields = visible_fields(register, policies.roles(request.user))
    return {
        "uid": version.entry.uid,
        "code": version.entry.code,
        "name": version.name,
        "region": version.region.uid,
        "region_name": version.region.name,
        "holder": version.holder.name if version.holder else None,
        "state": version.state,
        "effective_from": version.effective_from,
        "version": version.pk,
        "facts": facts_of(versions.facts_of(version), fields),
    }


def facts_of(row: Any, fields: Iterable[RegisterField]) -> dict[str, Any]:
    """Columns as JSON has them; a plant by its uid."""
    found = {}
    for item in fields:
        value = getattr(row, item.id)
        found[item.id] = value.uid if item.kind == "facility" and value is not None else value
    return found


def past_day(day: date | None, what: str) -> date:
    """A day on which something was done: today where none is given, never a later one."""
    today = clock.business_date()
    if day is not None and day > today:
        raise InputError(f"{what}不能晚于今天。", on=day.isoformat())
    return day or today


def attachments(uids: list[UUID], entry: UUID) -> list[Attachment]:
    """Evidence of one entry by its uids; raises ``InputError`` where one is not."""
    found = list(Attachment.objects.filter(uid__in=uids, subject_uid=entry).select_related("file"))
    if len(found) != len(set(uids)):
        raise InputError("佐证材料不属于本条目，或已撤回。")
    return found
