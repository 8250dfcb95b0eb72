"""What happens in the quota ledger: every step is one balanced transaction, posted under locks.

``legs`` names the sides of a transaction; this module makes sure that they add up to nothing, that no account
and no source of a plant falls below zero on that day or any day after it, and writes them with a ledger row.
A mistake is never edited: ``Reverse`` posts its opposite on the same day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from jingtu.errors import CellError, ConflictError, InputError
from jingtu.platform import events
from jingtu.platform.actions import Action, Subject
from jingtu.platform.clock import recorded_now
from jingtu.platform.people import policies
from jingtu.platform.people.models import User
from jingtu.platform.registers import versions
from jingtu.platform.registers.models import Entry, Version
from jingtu.programme.sources.metals.metals import METALS, NAMES, shown
from jingtu.programme.sources.metals.permissions import POST
from jingtu.programme.sources.metals.quotas import balances
from jingtu.programme.sources.metals.quotas.models import (
    Posting,
    QuotaAccount,
    QuotaTransaction,
    ReductionSource,
)

Head = QuotaAccount.Head
Kind = QuotaTransaction.Kind
POSTED = "metals.posted"
OWN_HEADS = frozenset({Head.HOLDING, Head.PERMITTED, Head.SOURCE})
FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True, slots=True)
class Leg:
    """One side of a transaction. ``fresh``: of a source that this transaction brings into being."""

    entry: int | None
    head: str
    grams: int
    source: ReductionSource | None = None
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Particulars:
    """What people write down with a transaction."""

    project: str = ""
    document: str = ""
    counterpart: str = ""
    note: str = ""
    year: int | None = None


class PostQuota(Action[QuotaTransaction]):
    """Base of all transactions.

    Parameters
    ----------
    entry : Entry
        The plant whose ledger it is.
    metal : str
        A metal of ``metals.METALS``.
    grams : int
        The quantity that the transaction is about, whole grams, more than nothing.
    particulars : Particulars
        Project, document, where to or where from, note, and the year of the quota (that of ``on`` if not given).
    """

    permission = POST
    kind: ClassVar[QuotaTransaction.Kind]
    required_particulars: ClassVar[tuple[tuple[str, str], ...]] = ()

    def __init__(
        self,
        actor: User | None,
        on: date,
        entry: Entry,
        metal: str,
        grams: int,
        particulars: Particulars | None = None,
    ) -> None:
        super().__init__(actor, on)
        self.entry, self.metal, self.grams = entry, metal, grams
        self.particulars = particulars or Particulars()
        self.year = self.particulars.year or on.year
        self._version: Version | None = None
        self._legs: list[Leg] | None = None
        self._accounts: dict[tuple[int | None, str], QuotaAccount] = {}

    # what a kind of transaction says

    def legs(self) -> list[Leg]:
        """The sides of the transaction; their grams add up to nothing."""
        raise NotImplementedError

    def faults(self) -> list[CellError]:
        """What is wrong with the input of this kind, all of it."""
        return []

    def fresh_source(self, transaction: QuotaTransaction) -> ReductionSource | None:  # noqa: ARG002
        """The source that the transaction brings into being, not yet stored."""
        return None

    def extra(self) -> dict[str, object]:
        """Further columns of the transaction."""
        return {}

    # the common course

    @property
    def version(self) -> Version:
        """The plant on the day of the transaction."""
        if self._version is None:
            self._version = versions.version_on(self.entry, self.on)
            if self._version is None:
                raise ConflictError(f"该企业在{self.on.isoformat()}尚未列入清单，请核对日期或先登记企业。")
        return self._version

    def subject(self) -> Subject:
        owners = (self.version.holder_id,) if self.version.holder_id else ()
        return Subject(self.entry.register, self.entry.uid, self.version.region.path, owners)

    def lock(self) -> None:
        """Lock every account of a plant that is touched, in the order of their keys."""
        if self._input_faults():
            return  # nothing will be posted; ``check_state`` says why
        keys = {(leg.entry, leg.head) for leg in self._sides()}
        for key in sorted(keys, key=lambda item: (item[0] or 0, item[1])):
            self._accounts[key] = _account(key[0], self.metal, key[1])
        own = [account.pk for account in self._accounts.values() if account.entry_id is not None]
        list(QuotaAccount.objects.select_for_update().filter(pk__in=own).order_by("pk"))

    def check_permission(self) -> None:
        super().check_permission()
        for version in self.givers():
            if self.actor is not None:
                owners = (version.holder_id,) if version.holder_id else ()
                policies.require(self.actor, POST, version.region.path, owners)

    def givers(self) -> list[Version]:
        """Other plants out of whose accounts the transaction takes."""
        return []

    def check_state(self) -> None:
        found = self._input_faults()
        if found:
            raise InputError(f"总量指标登记有 {len(found)} 处需要修改。", found)
        sides = self._sides()
        if sum(leg.grams for leg in sides) != 0:
            raise RuntimeError(f"{self.name} does not balance")
        self.check_floors(sides)

    def check_floors(self, sides: Iterable[Leg]) -> None:
        """Refuse what would leave an account or a source of a plant below zero, then or on any later day."""
        by_source: dict[ReductionSource, int] = defaultdict(int)
        by_account: dict[tuple[int | None, str], int] = defaultdict(int)
        for leg in sides:
            if leg.source is not None and not leg.fresh:
                by_source[leg.source] += leg.grams
            elif not leg.fresh and leg.head in OWN_HEADS:
                by_account[leg.entry, leg.head] += leg.grams
        for source, change in by_source.items():
            if change < 0:
                left, day = balances.lowest(Posting.objects.filter(source=source), self.on, change)
                if left < 0:
                    raise ConflictError(
                        self._short_of(f"减排来源“{source.project}”", left - change, change, day)
                    )
        for key, change in by_account.items():
            if change < 0:
                rows = Posting.objects.filter(account=self._accounts[key])
                left, day = balances.lowest(rows, self.on, change)
                if left < 0:
                    label = QuotaAccount.Head(key[1]).label
                    raise ConflictError(self._short_of(f"“{label}”", left - change, change, day))

    def _short_of(self, what: str, there: int, change: int, day: date) -> str:
        return (
            f"{NAMES[self.metal]}的{what}不足：{day.isoformat()}只有 {shown(there)} 千克，"
            f"本次需要 {shown(-change)} 千克。没有登记任何内容，请核对数量或日期。"
        )

    def perform(self) -> QuotaTransaction:
        sides = self._sides()
        now = recorded_now()
        row = self.record(
            kind=self.kind.value, metal=self.metal, grams=self.grams, year=self.year,
            document=self.particulars.document, project=self.particulars.project,
            counterpart=self.particulars.counterpart, note=self.particulars.note,
            postings=[
                [str(self._accounts[leg.entry, leg.head].uid), str(leg.source.uid) if leg.source else None, leg.grams]
                for leg in sides
            ],
            **{name: str(value) for name, value in self.extra().items() if value is not None},
        )  # fmt: skip
        done = QuotaTransaction.objects.create(
            kind=self.kind, entry=self.entry, metal=self.metal, year=self.year, on=self.on, recorded_at=now,
            grams=self.grams, project=self.particulars.project, document=self.particulars.document,
            counterpart=self.particulars.counterpart, note=self.particulars.note, ledger_row=row,
            entered_by=self.actor, **self.extra(),
        )  # fmt: skip
        fresh = self.fresh_source(done)
        if fresh is not None:
            fresh.save(force_insert=True)
        Posting.objects.bulk_create(
            Posting(
                transaction=done,
                account=self._accounts[leg.entry, leg.head],
                source=fresh if leg.fresh else leg.source,
                grams=leg.grams,
                on=self.on,
                recorded_at=now,
            )
            for leg in sides
        )
        return done

    def events(self) -> Iterable[events.Event]:
        return [events.Event(POSTED, self.on, {"entry": self.entry.pk, "kind": self.kind.value})]

    def _sides(self) -> list[Leg]:
        if self._legs is None:
            self._legs = [leg for leg in self.legs() if leg.grams != 0]
        return self._legs

    def _input_faults(self) -> list[CellError]:
        found = []
        if self.metal not in NAMES:
            names = "、".join(name for _, name in METALS)
            found.append(CellError(f"请从{names}中选择", column="金属", value=self.metal))
        if self.grams <= 0:
            found.append(CellError("必须大于 0", column="数量", value=str(self.grams)))
        if not FIRST_YEAR <= self.year <= LAST_YEAR:
            found.append(CellError("请填写四位年份", column="指标年度", value=str(self.year)))
        for name, label in self.required_particulars:
            if not getattr(self.particulars, name).strip():
                found.append(CellError("必填，不能为空", column=label))
        return found + self.faults()

    def account(self, entry: int | None, head: str) -> QuotaAccount:
        """An account that the transaction touches; locked since ``lock``."""
        return self._accounts[entry, head]


def _account(entry: int | None, metal: str, head: str) -> QuotaAccount:
    """The account of a plant (or the counterpart of all); made where it is the first time."""
    if entry is None:
        return QuotaAccount.objects.get_or_create(entry=None, metal=metal, head=head)[0]
    return QuotaAccount.objects.get_or_create(entry_id=entry, metal=metal, head=head)[0]
