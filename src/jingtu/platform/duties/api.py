"""Duties over the API."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models.functions import Coalesce
from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from jingtu.platform import clock
from jingtu.platform.clock import OPEN_DATE
from jingtu.platform.duties import permissions, queries
from jingtu.platform.pages import keyset
from jingtu.platform.people import policies

router = Router(tags=["待办"])


class DutyOut(Schema):
    """What somebody owes for an entry; no ``due``: no rule or plan sets a day."""

    id: UUID
    entry: UUID
    register_id: str
    what: str
    due: date | None
    holder: str | None
    rule: str
    state: str
    step: str


class DutiesOut(Schema):
    """One page of duties."""

    duties: list[DutyOut]
    following: str = Field(description="下一页的位置；空为最后一页")


class DutiesQuery(Schema):
    """Which day, and from where on."""

    on: date | None = Field(None, description="业务日期；不写时为今天")
    cursor: str = ""
    limit: int = Field(50, ge=1, le=500)


@router.get("/duties", response=DutiesOut, summary="待办列表")
def list_duties(request: HttpRequest, query: Query[DutiesQuery]) -> dict[str, Any]:
    """Duties open on a day within reach, the most pressing first."""
    policies.require_some(request.user, permissions.READ)
    reach = policies.reach(request.user, permissions.READ)
    rows = queries.due(query.on or clock.business_date(), reach).annotate(by_due=Coalesce("due", OPEN_DATE))
    found = keyset.page(rows, ["by_due", "id"], query.cursor, query.limit)
    return {"duties": [queries.document(item) for item in found.rows], "following": found.next}
