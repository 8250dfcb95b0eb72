"""The quota ledger over the API; every quantity is in whole grams."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router

from jingtu.errors import CellError, InputError, NotFoundError
from jingtu.platform import clock
from jingtu.platform.clock import OPEN_DATE
from jingtu.platform.pages import keyset
from jingtu.platform.pages.context import page_user
from jingtu.platform.people import policies
from jingtu.platform.regions.models import Region
from jingtu.programme.sources.metals.api_schemas import (
    PermitOut,
    QuotaBalanceOut,
    QuotaListQuery,
    QuotaMoment,
    QuotaReasonIn,
    QuotaSourcesOut,
    QuotaTransactionFullOut,
    QuotaTransactionIn,
    QuotaTransactionsOut,
    ReplacementRuleIn,
    ReplacementRuleOut,
)
from jingtu.programme.sources.metals.metals import NAMES
from jingtu.programme.sources.metals.permissions import POST, RATIO, READ
from jingtu.programme.sources.metals.permitting import Outcome, permits
from jingtu.programme.sources.metals.quotas import queries
from jingtu.programme.sources.metals.quotas.building import Order, build
from jingtu.programme.sources.metals.quotas.models import (
    QuotaTransaction,
    ReductionSource,
    ReplacementRule,
)
from jingtu.programme.sources.metals.quotas.projects import Reverse
from jingtu.programme.sources.metals.quotas.queries import View
from jingtu.programme.sources.metals.quotas.rules import EnterReplacementRule, WithdrawReplacementRule
from jingtu.programme.sources.metals.views.ledgers import balance_rows
from jingtu.programme.sources.metals.views.ratios import visible

router = Router(tags=["重金属总量指标"])


def _view(request: HttpRequest, asked: QuotaMoment) -> View:
    user = page_user(request)
    policies.require_some(user, READ)
    if asked.known_at is not None and asked.known_at.tzinfo is None:
        raise InputError("known_at 应带时区，例如 2024-06-30T18:00:00+08:00。")
    if asked.metal and asked.metal not in NAMES:
        raise InputError(
            "没有这种金属。", [CellError("请用 pb、hg、cd、cr、as、tl、sb 之一", column="metal")]
        )
    region = None
    if asked.region is not None:
        region = Region.objects.filter(uid=asked.region).first()
        if region is None:
            raise NotFoundError("没有这个行政区。", region=str(asked.region))
    return View(user, region, asked.on or clock.business_date(), asked.known_at)


@router.get("/metals/balances", response=list[QuotaBalanceOut], summary="各企业重金属总量指标")
def list_balances(request: HttpRequest, asked: Query[QuotaMoment]) -> list[dict[str, Any]]:
    """What plants hold of each metal on a day, in grams."""
    view = _view(request, asked)
    return [
        {
            "entry": version.entry.uid, "name": version.name, "metal": metal, "holding": balance.holding,
            "permitted": balance.permitted, "source": balance.source, "reduced": balance.reduced,
            "used": balance.used, "given": balance.given,
        }
        for version, metal, balance in balance_rows(view, asked.metal, view.on.year)
    ]  # fmt: skip


@router.get("/metals/transactions", response=QuotaTransactionsOut, summary="重金属总量指标流水")
def list_transactions(request: HttpRequest, asked: Query[QuotaListQuery]) -> dict[str, Any]:
    """Transactions up to a day, the latest first."""
    rows = _view(request, asked).transactions()
    if asked.metal:
        rows = rows.filter(metal=asked.metal)
    found = keyset.page(rows, ["-on", "-id"], asked.cursor, asked.limit)
    return {
        "total": keyset.count(rows).value,
        "transactions": [_document(row) for row in found.rows],
        "following": found.next,
    }


@router.get("/metals/transactions/{uid}", response=QuotaTransactionFullOut, summary="一笔流水")
def read_transaction(request: HttpRequest, uid: UUID, asked: Query[QuotaMoment]) -> dict[str, Any]:
    """One transaction with both its sides."""
    return _full(queries.transaction(_view(request, asked), uid))


@router.post(
    "/metals/enterprises/{uid}/transactions", response=QuotaTransactionFullOut, summary="登记总量指标"
)
def post_transaction(request: HttpRequest, uid: UUID, body: QuotaTransactionIn) -> dict[str, Any]:
    """Post a transaction of a plant: all of it, or nothing."""
    user, today = page_user(request), clock.business_date()
    policies.require_some(user, POST)
    on = body.on or today
    version = View(user, None, on).plant(uid)
    order = Order(
        kind=body.kind, on=on.isoformat(), metal=body.metal, quantity=f"{body.grams}克",
        year=str(body.year or ""), project=body.project, document=body.document,
        counterpart=body.counterpart, note=body.note, way=body.way,
        source=str(body.source or ""), to=str(body.to or ""),
        parts=tuple((str(part.source), f"{part.grams}克") for part in body.parts),
    )  # fmt: skip
    return _full(build(user, version.entry, order).execute())


@router.post("/metals/transactions/{uid}/reverse", response=QuotaTransactionFullOut, summary="冲正")
def reverse_transaction(request: HttpRequest, uid: UUID, body: QuotaReasonIn) -> dict[str, Any]:
    """Take a transaction back by its opposite on the same day."""
    user = page_user(request)
    policies.require_some(user, READ)
    found = queries.transaction(View(user, None, clock.business_date()), uid)
    return _full(Reverse(user, found, body.reason).execute())


@router.get("/metals/sources", response=QuotaSourcesOut, summary="重金属减排来源")
def list_sources(request: HttpRequest, asked: Query[QuotaListQuery]) -> dict[str, Any]:
    """Sources of reduction with what remains of each on a day."""
    view = _view(request, asked)
    rows = view.sources()
    if asked.metal:
        rows = rows.filter(account__metal=asked.metal)
    found = keyset.page(rows, ["-verified_on", "-id"], asked.cursor, asked.limit)
    rest = queries.remaining(found.rows, view)
    return {
        "total": keyset.count(rows).value,
        "sources": [_source(row, *rest[row.pk]) for row in found.rows],
        "following": found.next,
    }


@router.get("/metals/ratios", response=list[ReplacementRuleOut], summary="重金属替代比例")
def list_ratios(request: HttpRequest, asked: Query[QuotaMoment]) -> list[dict[str, Any]]:
    """Replacement ratios that bear on the caller's places."""
    view = _view(request, asked)
    reach = policies.reach(view.user, READ)
    places = [view.region] if view.region else list(Region.objects.filter(reach.q("path")).order_by("path"))
    found: dict[int, ReplacementRule] = {}
    for place in places[:1] if view.region else _tops(places):
        found |= {rule.pk: rule for rule in visible(place, view.known_at)}
    return [_rule(rule) for rule in found.values()]


@router.post("/metals/ratios", response=ReplacementRuleOut, summary="登记重金属替代比例")
def enter_ratio(request: HttpRequest, body: ReplacementRuleIn) -> dict[str, Any]:
    """Say which ratio a place asks for, from when, by which text."""
    user = page_user(request)
    policies.require_some(user, RATIO)
    region = Region.objects.filter(uid=body.region).first()
    if region is None:
        raise NotFoundError("没有这个行政区。", region=str(body.region))
    rule = EnterReplacementRule(
        user, clock.business_date(), region, metal=body.metal, ratio=body.ratio, source=body.source,
        clause=body.clause, valid_from=body.valid_from, valid_to=body.valid_to or OPEN_DATE,
    ).execute()  # fmt: skip
    return _rule(rule)


@router.post("/metals/ratios/{uid}/withdraw", response=ReplacementRuleOut, summary="撤回重金属替代比例")
def withdraw_ratio(request: HttpRequest, uid: UUID, body: QuotaReasonIn) -> dict[str, Any]:
    """Take a ratio back; it stays known."""
    user = page_user(request)
    policies.require_some(user, RATIO)
    rule = ReplacementRule.objects.select_related("region").filter(uid=uid).first()
    if rule is None or not policies.reach(user, READ).allows(rule.region.path):
        raise NotFoundError("没有找到这条替代比例，或不在您的权限范围内。", uid=str(uid))
    return _rule(WithdrawReplacementRule(user, clock.business_date(), rule, body.reason).execute())


@router.get("/metals/permits", response=list[PermitOut], summary="排污许可证载明情况")
def list_permits(
    request: HttpRequest, asked: Query[QuotaMoment], outcome: Outcome | None = None
) -> list[dict[str, Any]]:
    """Plants on the list with what their permits carry, by the last check."""
    view = _view(request, asked)
    return [
        {
            "entry": row.version.entry.uid, "name": row.version.name,
            "permit_number": row.check.permit_number if row.check else "",
            "checked_on": row.check.on if row.check else None,
            "outcome": row.outcome, "missing": row.missing,
        }
        for row in permits(view.plants(), view.on, view.known_at)
        if outcome in {None, row.outcome}
    ]  # fmt: skip


def _tops(places: list[Region]) -> list[Region]:
    found: list[Region] = []
    for place in places:
        if not found or not place.path.startswith(found[-1].path):
            found.append(place)
    return found


def _document(row: QuotaTransaction) -> dict[str, Any]:
    return {
        "uid": row.uid, "kind": row.kind, "entry": row.entry.uid, "metal": row.metal, "year": row.year,
        "on": row.on, "recorded_at": row.recorded_at, "grams": row.grams, "project": row.project,
        "document": row.document, "counterpart": row.counterpart, "note": row.note,
        "required_ratio": row.required_ratio, "ratio_basis": row.ratio_basis,
        "reverses": row.reverses.uid if row.reverses else None,
    }  # fmt: skip


def _full(row: QuotaTransaction) -> dict[str, Any]:
    sides = queries.counterparts({row.pk})[row.pk]
    names = queries.names_of({side.account.entry_id for side in sides if side.account.entry_id})
    sources = ReductionSource.objects.in_bulk([side.source_id for side in sides if side.source_id])
    return _document(row) | {
        "sides": [
            {
                "account": queries.side_name(side, None, names),
                "source": sources[side.source_id].uid if side.source_id else None,
                "grams": side.grams,
            }
            for side in sides
        ]
    }


def _source(row: ReductionSource, verified: int, left: int) -> dict[str, Any]:
    entry = row.account.entry
    assert entry is not None
    return {
        "uid": row.uid, "entry": entry.uid, "metal": row.account.metal, "way": row.way,
        "project": row.project, "document": row.document, "verified_on": row.verified_on,
        "verified": verified, "left": left, "origin": row.origin.uid if row.origin else None,
    }  # fmt: skip


def _rule(rule: ReplacementRule) -> dict[str, Any]:
    return {
        "uid": rule.uid, "region": rule.region.uid, "region_name": rule.region.name, "metal": rule.metal,
        "ratio": rule.ratio, "source": rule.source, "clause": rule.clause, "valid_from": rule.valid_from,
        "valid_to": None if rule.valid_to == OPEN_DATE else rule.valid_to,
    }  # fmt: skip
