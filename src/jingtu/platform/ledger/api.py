"""The ledger over the API: rows and verification, for the audit administrator."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from ninja import Query, Router, Schema

from jingtu.platform.ledger import chain, queries
from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.ledger.permissions import READ, VERIFY
from jingtu.platform.people import policies

router = Router(tags=["ledger"])
# Keys are 64-bit integers in both databases.
LARGEST_KEY = 2**63 - 1


class RowOut(Schema):
    """One ledger row; ``sealed_seq`` is its place in the chain, or null until it is sealed."""

    id: int
    uid: UUID
    at: datetime
    on: date
    actor_uid: UUID | None
    operation: UUID
    action: str
    subject_type: str
    subject_uid: UUID | None
    region_path: str
    facts: dict[str, Any]
    alg: str
    row_hash: str
    sealed_seq: int | None

    @staticmethod
    def resolve_sealed_seq(row: LedgerRow) -> int | None:
        seal = getattr(row, "seal", None)
        return seal.seq if seal else None


class RowsOut(Schema):
    """A page of rows; ``next_before`` is the value of ``before`` for the next page."""

    rows: list[RowOut]
    next_before: int | None


class VerificationOut(Schema):
    """Result of a verification; ``first_broken`` is null where everything holds."""

    rows: int
    sealed: int
    first_broken: int | None
    reason: str | None


class RowsFilter(Schema):
    """What to look for."""

    before: Annotated[int | None, Query(ge=1, le=LARGEST_KEY)] = None
    limit: Annotated[int, Query(ge=1, le=queries.LARGEST_PAGE)] = queries.PAGE
    action: Annotated[str, Query(max_length=80)] = ""
    subject: UUID | None = None
    actor: UUID | None = None
    operation: UUID | None = None


@router.get("/rows", response=RowsOut, summary="Ledger rows, newest first")
def rows(request: HttpRequest, chosen: Query[RowsFilter]) -> queries.Page:
    """Rows newest first; the next page is asked for with the key of the last row."""
    policies.require(request.user, READ)
    return queries.rows(**chosen.dict())


@router.get("/verify", response=VerificationOut, summary="Verify rows, chain and citations")
def verify(request: HttpRequest) -> chain.Verification:
    """Verify rows, chain and citations against the heads kept on this machine."""
    policies.require(request.user, VERIFY)
    return chain.verify(chain.read_heads(settings.CONFIG.heads_path, missing_ok=True))
