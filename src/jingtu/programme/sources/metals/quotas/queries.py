"""Reading the quota ledger: what plants hold, the sheet of an account, transactions and sources, within a reach."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import F, Q, QuerySet, Sum

from jingtu.errors import NotFoundError
from jingtu.platform.people import policies
from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import versions
from jingtu.platform.registers.models import Entry, Version
from jingtu.programme.sources.metals.lifecycle import REGISTER_ID
from jingtu.programme.sources.metals.metals import NAMES
from jingtu.programme.sources.metals.permissions import READ
from jingtu.programme.sources.metals.quotas.balances import postings, source_balances, standing
from jingtu.programme.sources.metals.quotas.models import (
    Posting,
    QuotaAccount,
    QuotaTransaction,
    ReductionSource,
)

Head = QuotaAccount.Head
HEADS = (Head.HOLDING, Head.PERMITTED, Head.SOURCE)


@dataclass(frozen=True, slots=True)
class View:
    """What a reader looks at: who, which place, which day, as known when."""

    user: User
    region: Region | None
    on: date
    known_at: datetime | None = None

    def plants(self) -> QuerySet[Version]:
        """Plants of the day within reach and within the place."""
        reach = policies.reach(self.user, READ)
        found = versions.versions(REGISTER_ID, self.on, self.known_at).filter(
            reach.q("region__path", "holder_id")
        )
        if self.region is not None and not reach.organisations:
            found = found.filter(region__path__startswith=self.region.path)
        return found

    def plant(self, uid: uuid.UUID) -> Version:
        """One plant, wherever it lies within reach; raises ``NotFoundError``."""
        reach = policies.reach(self.user, READ)
        rows = versions.versions(REGISTER_ID, self.on, self.known_at)
        found = rows.filter(reach.q("region__path", "holder_id"), entry__uid=uid).first()
        if found is None:
            raise NotFoundError("没有找到这家企业，或不在您的权限范围内。", uid=str(uid))
        return found

    def transactions(self) -> QuerySet[QuotaTransaction]:
        """Transactions of these plants, or that touch their accounts, up to the day."""
        entries = self.plants().order_by().values("entry")
        touched = Posting.objects.filter(account__entry__in=entries).values("transaction")
        found = QuotaTransaction.objects.filter(standing(self.on, self.known_at)).filter(
            Q(entry__in=entries) | Q(pk__in=touched)
        )
        return found.select_related("entry", "entered_by", "reverses")

    def sources(self) -> QuerySet[ReductionSource]:
        """Sources of these plants that were there on the day."""
        entries = self.plants().order_by().values("entry")
        return ReductionSource.objects.filter(
            standing(self.on, self.known_at, "transaction__"), account__entry__in=entries
        ).select_related("account__entry", "transaction", "origin")


def transaction(view: View, uid: uuid.UUID) -> QuotaTransaction:
    """One transaction within reach; raises ``NotFoundError``."""
    reach = policies.reach(view.user, READ)
    rows = QuotaTransaction.objects.filter(uid=uid).filter(standing(None, view.known_at))
    found = rows.select_related("entry", "entered_by", "reverses").first()
    if found is not None:
        entries = {found.entry_id, *found.postings.values_list("account__entry", flat=True)}
        near = Version.objects.filter(
            versions.believed(view.known_at), reach.q("region__path", "holder_id"), entry__in=entries
        )
        if near.exists():
            return found
    raise NotFoundError("没有找到这笔记录，或不在您的权限范围内。", uid=str(uid))


@dataclass(slots=True)
class Balance:
    """What one plant, or all together, hold of one metal, in grams, and what moved in the year."""

    heads: dict[str, int] = field(default_factory=dict)
    reduced: int = 0  # verified in the year
    used: int = 0  # taken up by projects in the year
    given: int = 0  # given to others, or out of the ledger, in the year

    @property
    def holding(self) -> int:
        return self.heads.get(Head.HOLDING, 0)

    @property
    def permitted(self) -> int:
        return self.heads.get(Head.PERMITTED, 0)

    @property
    def source(self) -> int:
        return self.heads.get(Head.SOURCE, 0)

    def add(self, other: Balance) -> None:
        """Take another one in, for a total."""
        for head, grams in other.heads.items():
            self.heads[head] = self.heads.get(head, 0) + grams
        self.reduced += other.reduced
        self.used += other.used
        self.given += other.given


def balances(view: View, year: int) -> dict[tuple[int, str], Balance]:
    """By plant and metal what is held on the day and what moved in a year: two queries, whatever their number."""
    entries = view.plants().order_by().values("entry")
    rows = postings(view.on, view.known_at).filter(account__entry__in=entries).order_by()
    found: dict[tuple[int, str], Balance] = defaultdict(Balance)
    grouped = rows.values_list("account__entry", "account__metal", "account__head")
    for entry, metal, head, grams in grouped.annotate(Sum("grams")):
        found[entry, metal].heads[head] = grams
    kinds = QuotaTransaction.Kind
    moved = rows.filter(transaction__year=year, account__head__in=(Head.SOURCE, Head.HOLDING)).values_list(
        "account__entry",
        "account__metal",
        "account__head",
        "transaction__kind",
        "transaction__reverses__kind",
    )
    for entry, metal, head, kind, reversed_kind, grams in moved.annotate(Sum("grams")):
        said = reversed_kind or kind
        balance = found[entry, metal]
        if said == kinds.REDUCTION and head == Head.SOURCE:
            balance.reduced += grams
        elif said == kinds.USE and head == Head.HOLDING:
            balance.used += grams
        elif said in {kinds.TRANSFER, kinds.TRANSFER_OUT} and head == Head.SOURCE:
            balance.given -= grams
    return dict(found)


def totals(found: dict[tuple[int, str], Balance]) -> dict[str, Balance]:
    """All plants together, by metal in the usual order; metals without any posting are missing."""
    together: dict[str, Balance] = {}
    for code in NAMES:
        rows = [balance for (_, metal), balance in found.items() if metal == code]
        if rows:
            together[code] = Balance()
            for balance in rows:
                together[code].add(balance)
    return together


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an account: what came in or went out, what is left then, and the other side."""

    transaction: QuotaTransaction
    source: ReductionSource | None
    taken_in: int
    given_out: int
    balance: int
    counterpart: str


def sheet(entry: Entry, metal: str, on: date, known_at: datetime | None = None) -> dict[str, list[Line]]:
    """The account sheet of a plant and a metal: the lines of each head in order of days."""
    rows = postings(on, known_at).filter(account__entry=entry, account__metal=metal)
    ordered = rows.select_related("account", "source", "transaction__reverses").order_by(
        "on", "recorded_at", "id"
    )
    listed = list(ordered)
    others = counterparts({row.transaction_id for row in listed})
    plants = {side.account.entry_id for sides in others.values() for side in sides}
    names = names_of(key for key in plants if key is not None)
    found: dict[str, list[Line]] = {}
    running: dict[str, int] = defaultdict(int)
    for row in listed:
        head = row.account.head
        running[head] += row.grams
        found.setdefault(head, []).append(
            Line(
                row.transaction,
                row.source,
                max(row.grams, 0),
                max(-row.grams, 0),
                running[head],
                _other_side(row, others[row.transaction_id], names),
            )
        )
    return {head: found[head] for head in HEADS if head in found}


def counterparts(transactions: Iterable[int]) -> dict[int, list[Posting]]:
    """All sides of some transactions."""
    found: dict[int, list[Posting]] = defaultdict(list)
    rows = Posting.objects.filter(transaction__in=list(transactions)).select_related("account", "transaction")
    for row in rows.order_by("id"):
        found[row.transaction_id].append(row)
    return found


def _other_side(row: Posting, sides: list[Posting], names: dict[int, str]) -> str:
    """Where the grams of a posting came from or went to, in words."""
    found: list[str] = []
    for side in sides:
        if (side.grams > 0) == (row.grams > 0):
            continue
        text = side_name(side, row.account.entry_id, names)
        if text not in found:
            found.append(text)
    return "、".join(found)


def side_name(side: Posting, entry: int | None, names: dict[int, str]) -> str:
    """A side of a transaction in words, seen from one plant."""
    account = side.account
    label = QuotaAccount.Head(account.head).label
    if account.entry_id is None:
        outside = account.head == Head.OUTSIDE and side.transaction.counterpart
        return side.transaction.counterpart if outside else label
    return label if account.entry_id == entry else f"{names.get(account.entry_id, '')}（{label}）"


def names_of(entries: Iterable[int]) -> dict[int, str]:
    """The last known names of some plants."""
    rows = Version.objects.filter(versions.believed(), entry__in=list(entries)).order_by("effective_from")
    return dict(rows.values_list("entry_id", "name"))


def remaining(sources: Iterable[ReductionSource], view: View) -> dict[int, tuple[int, int]]:
    """Of each source what it began with and what remains on the day, in grams."""
    keys = [source.pk for source in sources]
    left = source_balances(keys, view.on, view.known_at)
    made = Posting.objects.filter(source__in=keys, transaction=F("source__transaction"))
    first = dict(made.values_list("source", "grams"))
    return {key: (first.get(key, 0), left.get(key, 0)) for key in keys}


def with_rest(view: View) -> list[int]:
    """Keys of the sources of which something remains on the day."""
    rows = postings(view.on, view.known_at).filter(source__in=view.sources().order_by().values("pk"))
    left = rows.order_by().values_list("source").annotate(rest=Sum("grams")).filter(rest__gt=0)
    return [key for key, _ in left]
