"""Filing in other systems over the API: systems, what is missing, receipts."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from jingtu.errors import NotFoundError, PermissionDeniedError
from jingtu.platform import clock
from jingtu.platform.filings import declarations, missing
from jingtu.platform.filings.actions import RecordReceipt, WithdrawReceipt
from jingtu.platform.filings.declarations import FilingSystem
from jingtu.platform.filings.models import FilingReceipt
from jingtu.platform.pages import keyset
from jingtu.platform.people import policies
from jingtu.platform.people.policies import Reach
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import declarations as registers
from jingtu.platform.registers import versions
from jingtu.platform.registers.api.common import Moment, moment_of
from jingtu.platform.registers.models import Version
from jingtu.platform.registers.reading import reads

router = Router(tags=["外部系统填报"])


class SystemOut(Schema):
    """A system in which entries of a register have to stand."""

    id: str
    label: str
    authority: str
    register_id: str
    number_label: str
    states: list[str] = Field(description="应填报的状态")
    yearly: bool = Field(description="是否每年填报上一年度情况")
    basis: str = Field(description="依据；空为当日没有生效的依据")
    missing: int


class FilingsQuery(Moment):
    """Day, moment and place."""

    region: UUID | None = Field(None, description="行政区的标识；不写时为权限范围内全部")


class MissingQuery(FilingsQuery):
    """The same, with paging."""

    cursor: str = ""
    limit: int = Field(50, ge=1, le=500)


class MissingOut(Schema):
    """An entry that is missing in a system."""

    entry: UUID
    code: str
    name: str
    region_name: str
    since: date
    days_owed: int
    due: date | None = Field(description="空为期限未配置")
    days_late: int


class MissingPageOut(Schema):
    """One page of what is missing."""

    total: int
    entries: list[MissingOut]
    following: str


class ReceiptIn(Schema):
    """A receipt; ``reason`` where it corrects one."""

    number: str = Field(max_length=80)
    filed_on: date | None = Field(None, description="填报日期；不写时为今天")
    reason: str = Field("", max_length=200)


class WithdrawIn(Schema):
    """Why a receipt is taken back."""

    reason: str = Field(max_length=200)


class ReceiptOut(Schema):
    """A receipt as it was recorded."""

    uid: UUID
    system: str
    number: str
    filed_on: date
    period: str = Field(description="填报年度；不按年度填报的为空")


@router.get("/filings", response=list[SystemOut], summary="外部填报系统")
def list_systems(request: HttpRequest, query: Query[FilingsQuery]) -> list[dict[str, Any]]:
    """Systems of registers that the caller reads, with how many entries are missing in each."""
    own = {item.id for item in reads(request.user)}  # type: ignore[arg-type]
    if not own:
        raise PermissionDeniedError("您没有可以查看的清单；如工作需要，请联系本单位安全管理员授权。")
    on, known_at = moment_of(query)
    found = []
    for system in declarations.all_systems():
        if system.register in own:
            rule = system.rule_on(on)
            count = missing.count(system, _region(query), on, known_at, _reach(request, system))
            found.append(
                {
                    "id": system.id,
                    "label": system.label,
                    "authority": system.authority,
                    "register_id": system.register,
                    "number_label": system.number_label,
                    "states": list(system.states),
                    "yearly": system.is_yearly,
                    "basis": f"{rule.source}{rule.clause}" if rule else "",
                    "missing": count,
                }
            )
    return found


@router.get("/filings/{system}/missing", response=MissingPageOut, summary="待填报条目")
def list_missing(request: HttpRequest, system: str, query: Query[MissingQuery]) -> dict[str, Any]:
    """Entries that have to stand in a system and have no receipt."""
    found = _system(request, system)
    on, known_at = moment_of(query)
    rows = missing.missing(found, _region(query), on, known_at, _reach(request, found))
    page = keyset.page(rows, ["effective_from", "id"], query.cursor, query.limit)
    return {
        "total": keyset.count(rows).value,
        "entries": [
            {
                "entry": row.version.entry.uid,
                "code": row.version.entry.code,
                "name": row.version.name,
                "region_name": row.version.region.name,
                "since": row.since,
                "days_owed": row.days_owed,
                "due": row.due,
                "days_late": row.days_late,
            }
            for row in missing.rows_of(found, page.rows, on, known_at)
        ],
        "following": page.next,
    }


@router.post("/filings/{system}/entries/{uid}", response=ReceiptOut, summary="登记填报回执")
def record_receipt(request: HttpRequest, system: str, uid: UUID, body: ReceiptIn) -> FilingReceipt:
    """Record a receipt, or correct it with a reason."""
    found = _system(request, system)
    version = _version(request, found, uid)
    today = clock.business_date()
    return RecordReceipt(
        request.user,  # type: ignore[arg-type]
        body.filed_on or today,
        version.entry,
        found.id,
        body.number,
        reason=body.reason,
        today=today,
    ).execute()


@router.post("/filings/{system}/entries/{uid}/withdraw", response=ReceiptOut, summary="撤回填报回执")
def withdraw_receipt(request: HttpRequest, system: str, uid: UUID, body: WithdrawIn) -> FilingReceipt:
    """Take a receipt back: the entry is missing again."""
    found = _system(request, system)
    version = _version(request, found, uid)
    user, today = request.user, clock.business_date()
    return WithdrawReceipt(user, today, version.entry, found.id, body.reason).execute()  # type: ignore[arg-type]


def _system(request: HttpRequest, system: str) -> FilingSystem:
    found = next((item for item in declarations.all_systems() if item.id == system), None)
    if found is None:
        raise NotFoundError("没有这个填报系统。", system=system[:40])
    policies.require_some(request.user, registers.get(found.register).read_permission)
    return found


def _reach(request: HttpRequest, system: FilingSystem) -> Reach:
    return policies.reach(request.user, registers.get(system.register).read_permission)


def _region(query: FilingsQuery) -> Region | None:
    if query.region is None:
        return None
    found = Region.objects.filter(uid=query.region).first()
    if found is None:
        raise NotFoundError("没有这个行政区。", region=str(query.region))
    return found


def _version(request: HttpRequest, system: FilingSystem, uid: UUID) -> Version:
    today = clock.business_date()
    rows = versions.versions(system.register, today).filter(
        _reach(request, system).q("region__path", "holder_id")
    )
    found = rows.filter(entry__uid=uid).first()
    if found is None:
        raise NotFoundError("没有找到这一条目，或不在您的权限范围内。", uid=str(uid))
    permission = registers.get(system.register).edit_permission
    policies.require(request.user, permission, found.region.path, (found.holder_id,))
    return found
