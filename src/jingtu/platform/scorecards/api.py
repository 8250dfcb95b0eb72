"""Scorecards over the API."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from jingtu.platform import clock
from jingtu.platform.pages import keyset
from jingtu.platform.pages.context import page_user
from jingtu.platform.people import policies
from jingtu.platform.scorecards import declarations, reading
from jingtu.platform.scorecards.declarations import ScorecardKind
from jingtu.platform.scorecards.filling import Answer, FillScorecard, points_of, proposals
from jingtu.platform.scorecards.models import Scorecard
from jingtu.platform.scorecards.templating import items_of, template_on

router = Router(tags=["评分表"])


class ScoreLineOut(Schema):
    """One item with what was given for it; ``most`` empty for a veto."""

    position: int
    group: str
    text: str
    most: Decimal | None
    points: Decimal | None
    hit: bool | None = Field(description="一票否决项是否触发")
    proposed: Decimal | None = Field(description="由登记情况提出的建议分")
    source: str = Field(description="建议的来源")
    remark: str = ""


class ScorecardOut(Schema):
    """A card filled in."""

    id: UUID
    kind: str
    entry: UUID
    name: str
    on: date
    total: Decimal
    vetoed: bool
    grade: str
    template: UUID
    template_number: int
    replaces: UUID | None
    replaced_by: UUID | None


class ScorecardDetailOut(ScorecardOut):
    """A card with its lines."""

    lines: list[ScoreLineOut]


class ScorecardsOut(Schema):
    """One page of cards."""

    scorecards: list[ScorecardOut]
    following: str = Field(description="下一页的位置；空为最后一页")


class ScorecardsQuery(Schema):
    """Which cards."""

    entry: UUID | None = Field(None, description="条目")
    on: date | None = Field(None, description="业务日期；不写时为今天")
    cursor: str = ""
    limit: int = Field(50, ge=1, le=500)


class ScoreSheetOut(Schema):
    """The items to be filled in for an entry, with what is proposed."""

    kind: str
    entry: UUID
    on: date
    total: Decimal
    lines: list[ScoreLineOut]


class AnswerIn(Schema):
    """What is given for one item."""

    position: int
    points: str = Field("", description="得分；一票否决项不填")
    hit: bool | None = Field(None, description="一票否决项是否触发")
    remark: str = ""


class ScorecardIn(Schema):
    """A card for an entry."""

    entry: UUID
    on: date
    answers: list[AnswerIn]
    note: str = ""
    replaces: UUID | None = Field(None, description="被更正的评分表")


@router.get("/scorecards/{kind_id}", response=ScorecardsOut, summary="评分表列表")
def list_scorecards(request: HttpRequest, kind_id: str, query: Query[ScorecardsQuery]) -> dict[str, Any]:
    """Cards of a kind within reach, the latest first."""
    kind = declarations.asked(kind_id)
    policies.require_some(request.user, kind.read_permission)
    rows = reading.cards(page_user(request), kind).filter(on__lte=query.on or clock.business_date())
    if query.entry is not None:
        rows = rows.filter(entry__uid=query.entry)
    found = keyset.page(rows, ["-on", "-id"], query.cursor, query.limit)
    return {"scorecards": [_card(card) for card in found.rows], "following": found.next}


@router.get("/scorecards/{kind_id}/sheet", response=ScoreSheetOut, summary="待填写的评分表")
def score_sheet(request: HttpRequest, kind_id: str, entry: UUID, on: date | None = None) -> dict[str, Any]:
    """The items in force for an entry on a day, with what the registers propose."""
    kind, day = declarations.asked(kind_id), on or clock.business_date()
    policies.require_some(request.user, kind.fill_permission)
    found, version = reading.entry_to_score(page_user(request), kind, entry, day)
    items = items_of(kind, template_on(kind, version.region, day))
    said = proposals(kind, items, found, day)
    lines = []
    for item in items:
        proposal = said.get(item.position)
        lines.append(
            {
                "position": item.position, "group": item.group, "text": item.text, "most": item.points,
                "points": None, "hit": proposal.hit if proposal else None,
                "proposed": points_of(item, proposal), "source": proposal.source if proposal else "",
            }
        )  # fmt: skip
    return {"kind": kind.id, "entry": found.uid, "on": day, "total": kind.total, "lines": lines}


@router.post("/scorecards/{kind_id}", response={201: ScorecardDetailOut}, summary="填写评分表")
def fill_scorecard(request: HttpRequest, kind_id: str, body: ScorecardIn) -> tuple[int, dict[str, Any]]:
    """Fill a card in, or put one right; files are uploaded on its page."""
    kind, user = declarations.asked(kind_id), page_user(request)
    policies.require_some(user, kind.fill_permission)
    replaces: Scorecard | None = None
    if body.replaces is not None:
        _, replaces = reading.readable(user, body.replaces)
    entry, _ = reading.entry_to_score(user, kind, body.entry, body.on)
    answers = {item.position: Answer(item.points, item.hit, item.remark) for item in body.answers}
    card = FillScorecard(user, body.on, kind, entry, answers, note=body.note, replaces=replaces).execute()
    return 201, _detail(kind, card)


@router.get("/scorecards/{kind_id}/{uid}", response=ScorecardDetailOut, summary="一张评分表")
def get_scorecard(request: HttpRequest, kind_id: str, uid: UUID) -> dict[str, Any]:
    """One card with its lines."""
    kind = declarations.asked(kind_id)
    policies.require_some(request.user, kind.read_permission)
    found, card = reading.readable(page_user(request), uid)
    return _detail(found, card)


def _card(card: Scorecard) -> dict[str, Any]:
    later = getattr(card, "replaced_by", None)
    return {
        "id": card.uid, "kind": card.kind, "entry": card.entry.uid, "name": card.name, "on": card.on,
        "total": card.total, "vetoed": card.vetoed, "grade": card.grade, "template": card.template.uid,
        "template_number": card.template.number, "replaces": card.replaces.uid if card.replaces else None,
        "replaced_by": later.uid if later else None,
    }  # fmt: skip


def _detail(kind: ScorecardKind, card: Scorecard) -> dict[str, Any]:
    lines = [
        {
            "position": line.item.position, "group": line.item.group, "text": line.item.text,
            "most": line.item.points, "points": line.points, "hit": line.hit, "proposed": line.proposed,
            "source": line.source, "remark": line.remark,
        }
        for line in card.lines.select_related("item")
    ]  # fmt: skip
    return _card(card) | {"kind": kind.id, "lines": lines}
