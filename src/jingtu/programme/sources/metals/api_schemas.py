"""What the API of the quota ledger takes and answers; every quantity is in whole grams."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from ninja import Field, Schema

Kind = Literal["opening", "reduction", "use", "transfer_out", "transfer_in", "transfer", "allotment"]


class QuotaMoment(Schema):
    """The two times of every question, and the place."""

    region: UUID | None = Field(None, description="行政区的标识；不写时为权限范围内全部")
    on: date | None = Field(None, description="业务日期；不写时为今天")
    known_at: datetime | None = Field(None, description="只看这一时刻以前录入的内容")
    metal: str = Field("", description="pb、hg、cd、cr、as、tl、sb 之一；不写为全部")


class QuotaListQuery(QuotaMoment):
    """A list with its place."""

    cursor: str = ""
    limit: int = Field(50, ge=1, le=500)


class QuotaBalanceOut(Schema):
    """What a plant holds of one metal, in grams; the last three moved in the year of the day."""

    entry: UUID
    name: str
    metal: str
    holding: int
    permitted: int
    source: int
    reduced: int
    used: int
    given: int


class QuotaSideOut(Schema):
    """One side of a transaction: grams into (positive) or out of an account."""

    account: str
    source: UUID | None
    grams: int


class QuotaTransactionOut(Schema):
    """One transaction; ``reverses`` is what a correction takes back."""

    uid: UUID
    kind: str
    entry: UUID
    metal: str
    year: int
    on: date
    recorded_at: datetime
    grams: int
    project: str
    document: str
    counterpart: str
    note: str
    required_ratio: Decimal | None
    ratio_basis: str
    reverses: UUID | None


class QuotaTransactionFullOut(QuotaTransactionOut):
    """A transaction with both its sides."""

    sides: list[QuotaSideOut]


class QuotaTransactionsOut(Schema):
    """One page of transactions; ``total`` is exact up to 100,000."""

    total: int
    transactions: list[QuotaTransactionOut]
    following: str = Field(description="下一页的位置；空为最后一页")


class QuotaSourceOut(Schema):
    """A source of reduction: what it began with and what remains, in grams."""

    uid: UUID
    entry: UUID
    metal: str
    way: str
    project: str
    document: str
    verified_on: date
    verified: int
    left: int
    origin: UUID | None


class QuotaSourcesOut(Schema):
    """One page of sources."""

    total: int
    sources: list[QuotaSourceOut]
    following: str = Field(description="下一页的位置；空为最后一页")


class QuotaPartIn(Schema):
    """How much a project takes of one source."""

    source: UUID
    grams: int = Field(gt=0)


class QuotaTransactionIn(Schema):
    """A transaction to be posted; what a kind does not need is left out."""

    kind: Kind
    metal: str
    grams: int = Field(gt=0, le=10**15)
    on: date | None = Field(None, description="发生日期；不写时为今天")
    year: int | None = Field(None, description="指标年度；不写时为日期所在年度")
    project: str = Field("", max_length=120)
    document: str = Field("", max_length=120)
    counterpart: str = Field("", max_length=200, description="去向或来处")
    note: str = Field("", max_length=300)
    way: str = Field("", description="closure、process 或 treatment")
    source: UUID | None = Field(None, description="出让的减排来源")
    to: UUID | None = Field(None, description="受让企业的条目标识")
    parts: list[QuotaPartIn] = Field([], max_length=200, description="项目所用的减排来源")


class QuotaReasonIn(Schema):
    """Why something is taken back."""

    reason: str = Field(min_length=1, max_length=300)


class ReplacementRuleOut(Schema):
    """A replacement ratio; ``valid_to`` is the first day on which it no longer holds."""

    uid: UUID
    region: UUID
    region_name: str
    metal: str
    ratio: Decimal
    source: str
    clause: str
    valid_from: date
    valid_to: date | None


class ReplacementRuleIn(Schema):
    """A replacement ratio to be entered; no ``metal``: all of them."""

    region: UUID
    metal: str = ""
    ratio: Decimal = Field(description="减排来源与新增量之比，不小于 1")
    source: str = Field(min_length=1, max_length=200)
    clause: str = Field("", max_length=200)
    valid_from: date
    valid_to: date | None = None


class PermitOut(Schema):
    """A plant with the last check of its permit."""

    entry: UUID
    name: str
    permit_number: str
    checked_on: date | None
    outcome: str
    missing: list[str]
