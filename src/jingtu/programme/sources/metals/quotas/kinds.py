"""The kinds of transactions of the quota ledger."""

from __future__ import annotations

from datetime import date

from jingtu.errors import CellError, ConflictError
from jingtu.platform.people import policies
from jingtu.platform.people.models import User
from jingtu.platform.registers import versions
from jingtu.platform.registers.models import Entry
from jingtu.programme.sources.metals.metals import NAMES, shown
from jingtu.programme.sources.metals.permissions import READ
from jingtu.programme.sources.metals.quotas import balances
from jingtu.programme.sources.metals.quotas.actions import Head, Kind, Leg, Particulars, PostQuota
from jingtu.programme.sources.metals.quotas.models import (
    Posting,
    QuotaTransaction,
    ReductionSource,
)

DOCUMENT = ("document", "依据文件")
PROJECT = ("project", "项目名称")
COUNTERPART = ("counterpart", "去向或来处")


class OpenQuota(PostQuota):
    """The quantity a plant begins with (期初指标), approved by a document."""

    name, label, kind = "metals.quota.opening", "登记期初指标", Kind.OPENING
    required_particulars = (DOCUMENT,)

    def check_state(self) -> None:
        facts = versions.facts_of(self.version)
        if getattr(facts, "project_kind", "") == "new":
            raise ConflictError("新建项目没有期初指标，其指标须由减排来源替代取得，请登记“项目替代使用”。")
        super().check_state()

    def legs(self) -> list[Leg]:
        return [Leg(None, Head.ISSUED, -self.grams), Leg(self.entry.pk, Head.HOLDING, self.grams)]


class AllotPermit(PostQuota):
    """Quota that is written on the plant's permit from now on."""

    name, label, kind = "metals.quota.allotment", "载入许可证", Kind.ALLOTMENT
    required_particulars = (DOCUMENT,)

    def legs(self) -> list[Leg]:
        return [
            Leg(self.entry.pk, Head.HOLDING, -self.grams),
            Leg(self.entry.pk, Head.PERMITTED, self.grams),
        ]


class VerifyReduction(PostQuota):
    """A verified reduction: quota of the plant becomes a source for new projects.

    It is taken from what is not on the permit first, then from the permit. What a plant no longer has it
    cannot give up a second time: a closed plant counts once.

    Parameters
    ----------
    way : str
        ``closure``, ``process`` or ``treatment``.
    """

    name, label, kind = "metals.quota.reduction", "登记核实减排", Kind.REDUCTION
    required_particulars = (PROJECT, DOCUMENT)
    ways = (
        ReductionSource.Way.CLOSURE,
        ReductionSource.Way.PROCESS,
        ReductionSource.Way.TREATMENT,
    )

    def __init__(
        self,
        actor: User | None,
        on: date,
        entry: Entry,
        metal: str,
        grams: int,
        particulars: Particulars | None = None,
        *,
        way: str,
    ) -> None:
        super().__init__(actor, on, entry, metal, grams, particulars)
        self.way = way

    def faults(self) -> list[CellError]:
        if self.way in self.ways:
            return []
        return [CellError("请选择关闭退出、工艺改造或治理工程", column="减排方式", value=self.way)]

    def lock(self) -> None:
        """Which head gives depends on what it holds, so both are locked before that is read."""
        if not self._input_faults():
            self._legs = [
                Leg(self.entry.pk, Head.HOLDING, -1),
                Leg(self.entry.pk, Head.PERMITTED, -1),
                Leg(self.entry.pk, Head.SOURCE, 1),
            ]
        super().lock()
        self._legs = None

    def check_state(self) -> None:
        if not self._input_faults():
            there = self._spare(Head.HOLDING) + self._spare(Head.PERMITTED)
            if there < self.grams:
                raise ConflictError(
                    f"该企业的{NAMES[self.metal]}指标自{self.on.isoformat()}起只有 {shown(there)} 千克，"
                    f"不能核减 {shown(self.grams)} 千克；已核减的不能重复计算。没有登记任何内容。"
                )
        super().check_state()

    def _spare(self, head: str) -> int:
        """What a head can give on the day without falling short on a later one."""
        rows = Posting.objects.filter(account=self.account(self.entry.pk, head))
        return max(balances.lowest(rows, self.on, 0)[0], 0)

    def legs(self) -> list[Leg]:
        free = min(self.grams, self._spare(Head.HOLDING))
        return [
            Leg(self.entry.pk, Head.HOLDING, -free),
            Leg(self.entry.pk, Head.PERMITTED, free - self.grams),
            Leg(self.entry.pk, Head.SOURCE, self.grams, fresh=True),
        ]

    def fresh_source(self, transaction: QuotaTransaction) -> ReductionSource:
        return ReductionSource(
            account=self.account(self.entry.pk, Head.SOURCE), transaction=transaction, way=self.way,
            project=self.particulars.project, document=self.particulars.document, verified_on=self.on,
        )  # fmt: skip


class TransferIn(PostQuota):
    """A source of reduction that comes from outside of this ledger, with where from."""

    name, label, kind = "metals.quota.transfer_in", "登记调入", Kind.TRANSFER_IN
    required_particulars = (PROJECT, DOCUMENT, COUNTERPART)

    def legs(self) -> list[Leg]:
        return [
            Leg(None, Head.OUTSIDE, -self.grams),
            Leg(self.entry.pk, Head.SOURCE, self.grams, fresh=True),
        ]

    def fresh_source(self, transaction: QuotaTransaction) -> ReductionSource:
        return ReductionSource(
            account=self.account(self.entry.pk, Head.SOURCE), transaction=transaction,
            way=ReductionSource.Way.IMPORTED, project=self.particulars.project,
            document=self.particulars.document, verified_on=self.on,
        )  # fmt: skip


class _FromSource(PostQuota):
    """Base of what takes from one source of the plant."""

    def __init__(
        self,
        actor: User | None,
        on: date,
        entry: Entry,
        metal: str,
        grams: int,
        particulars: Particulars | None = None,
        *,
        source: ReductionSource,
    ) -> None:
        super().__init__(actor, on, entry, metal, grams, particulars)
        self.source = source

    def faults(self) -> list[CellError]:
        account = self.source.account
        if account.entry_id == self.entry.pk and account.metal == self.metal:
            return []
        return [CellError("请选择该企业同一金属的减排来源", column="减排来源", value=self.source.project)]


class TransferOut(_FromSource):
    """Quota that leaves this ledger (出让), with where to."""

    name, label, kind = "metals.quota.transfer_out", "登记调出", Kind.TRANSFER_OUT
    required_particulars = (DOCUMENT, COUNTERPART)

    def legs(self) -> list[Leg]:
        return [
            Leg(self.entry.pk, Head.SOURCE, -self.grams, self.source),
            Leg(None, Head.OUTSIDE, self.grams),
        ]


class TransferBetween(_FromSource):
    """Quota that goes from one plant of the ledger to another; the part given keeps its origin."""

    name, label, kind = "metals.quota.transfer", "登记企业间出让", Kind.TRANSFER
    required_particulars = (DOCUMENT,)

    def __init__(
        self,
        actor: User | None,
        on: date,
        entry: Entry,
        metal: str,
        grams: int,
        particulars: Particulars | None = None,
        *,
        source: ReductionSource,
        to: Entry,
    ) -> None:
        super().__init__(actor, on, entry, metal, grams, particulars, source=source)
        self.to = to

    def check_permission(self) -> None:
        """Nothing is posted to a plant that the person may not even see."""
        super().check_permission()
        there = versions.version_on(self.to, self.on)
        if self.actor is not None and there is not None:
            owners = (there.holder_id,) if there.holder_id else ()
            policies.require(self.actor, READ, there.region.path, owners)

    def faults(self) -> list[CellError]:
        found = super().faults()
        if self.to.pk == self.entry.pk:
            found.append(CellError("受让企业不能是出让企业自己", column="受让企业"))
        elif self.to.register != self.entry.register or versions.version_on(self.to, self.on) is None:
            found.append(CellError("受让企业当日不在清单内", column="受让企业"))
        return found

    def legs(self) -> list[Leg]:
        return [
            Leg(self.entry.pk, Head.SOURCE, -self.grams, self.source),
            Leg(self.to.pk, Head.SOURCE, self.grams, fresh=True),
        ]

    def fresh_source(self, transaction: QuotaTransaction) -> ReductionSource:
        return ReductionSource(
            account=self.account(self.to.pk, Head.SOURCE), transaction=transaction, origin=self.source,
            way=self.source.way, project=self.source.project, document=self.source.document,
            verified_on=self.on,
        )  # fmt: skip
