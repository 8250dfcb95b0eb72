"""A project takes up quota against sources of reduction, and a mistake is taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from jingtu.errors import CellError, ConflictError, NotConfiguredError
from jingtu.platform.people.models import User
from jingtu.platform.registers import versions
from jingtu.platform.registers.models import Entry, Version
from jingtu.programme.sources.metals.metals import NAMES, shown
from jingtu.programme.sources.metals.quotas import ratios
from jingtu.programme.sources.metals.quotas.actions import Head, Kind, Leg, Particulars, PostQuota
from jingtu.programme.sources.metals.quotas.kinds import (
    DOCUMENT,
    PROJECT,
    AllotPermit,
    OpenQuota,
    TransferBetween,
    TransferIn,
    TransferOut,
    VerifyReduction,
)
from jingtu.programme.sources.metals.quotas.models import QuotaTransaction, ReductionSource


class UseSources(PostQuota):
    """A new, modified or expanded project takes up quota against sources, at the ratio in force.

    Parameters
    ----------
    grams : int
        The new quantity of the project.
    parts : sequence of (ReductionSource, int)
        Which sources are spent, and how much of each, in grams.

    Raises
    ------
    NotConfiguredError
        No ratio is entered for the place on that day.
    ConflictError
        The sources do not reach the ratio, or are spent already.
    """

    name, label, kind = "metals.quota.use", "登记项目替代使用", Kind.USE
    required_particulars = (PROJECT, DOCUMENT)

    def __init__(
        self,
        actor: User | None,
        on: date,
        entry: Entry,
        metal: str,
        grams: int,
        particulars: Particulars | None = None,
        *,
        parts: Sequence[tuple[ReductionSource, int]],
    ) -> None:
        super().__init__(actor, on, entry, metal, grams, particulars)
        self.parts = list(parts)
        self.rule: ratios.Required | None = None

    def faults(self) -> list[CellError]:
        found = []
        if not self.parts:
            found.append(CellError("请至少选择一项减排来源并填写数量", column="减排来源"))
        for source, part in self.parts:
            if source.account.metal != self.metal:
                found.append(CellError("与本次登记的金属不同", column="减排来源", value=source.project))
            if part <= 0:
                found.append(CellError("使用数量必须大于 0", column="减排来源", value=source.project))
        if len({source.pk for source, _ in self.parts}) < len(self.parts):
            found.append(CellError("同一来源只能列一次", column="减排来源"))
        return found

    def givers(self) -> list[Version]:
        if self._input_faults():
            return []
        owners = {source.account.entry_id for source, _ in self.parts}
        others = {key for key in owners if key is not None and key != self.entry.pk}
        found = []
        for entry in Entry.objects.filter(pk__in=others).order_by("pk"):
            version = versions.version_on(entry, self.on)
            if version is None:
                raise ConflictError(f"减排来源所属企业在{self.on.isoformat()}不在清单内，请核对日期。")
            found.append(version)
        return found

    @property
    def spent(self) -> int:
        """Grams of all sources together."""
        return sum(part for _, part in self.parts)

    def legs(self) -> list[Leg]:
        taken = [Leg(source.account.entry_id, Head.SOURCE, -part, source) for source, part in self.parts]
        return [
            *taken,
            Leg(self.entry.pk, Head.HOLDING, self.grams),
            Leg(None, Head.RETIRED, self.spent - self.grams),
        ]

    def check_state(self) -> None:
        super().check_state()
        place = self.version.region
        self.rule = ratios.required(place.path, self.metal, self.on)
        if self.rule is None:
            raise NotConfiguredError(
                f"{place.name}在{self.on.isoformat()}的{NAMES[self.metal]}替代比例未配置，"
                "请先在“替代比例”中登记比例及其依据。"
            )
        if not ratios.enough(self.spent, self.grams, self.rule.ratio):
            need = ratios.least_grams(self.grams, self.rule.ratio)
            raise ConflictError(
                f"减排来源不足：按 {ratios.ratio_text(self.rule.ratio)} 替代 {shown(self.grams)} 千克，"
                f"至少需要 {shown(need)} 千克，本次只有 {shown(self.spent)} 千克。没有登记任何内容。"
            )

    def extra(self) -> dict[str, Any]:
        assert self.rule is not None
        return {"required_ratio": self.rule.ratio, "ratio_basis": self.rule.basis}


class Reverse(PostQuota):
    """Take a transaction back by its opposite (冲正) on the same day; both stay in the ledger.

    What was known before the correction still shows the transaction as it was.

    Raises
    ------
    ConflictError
        It was taken back already, or what it brought in is spent: that has to be taken back first.
    """

    name, label, kind = "metals.quota.reversal", "冲正", Kind.REVERSAL

    def __init__(self, actor: User | None, transaction: QuotaTransaction, reason: str) -> None:
        self.original = transaction
        self.reason = reason.strip()
        super().__init__(
            actor, transaction.on, transaction.entry, transaction.metal, transaction.grams,
            Particulars(
                project=transaction.project, document=transaction.document,
                counterpart=transaction.counterpart, note=self.reason, year=transaction.year,
            ),
        )  # fmt: skip

    def faults(self) -> list[CellError]:
        return [] if self.reason else [CellError("请写明冲正的原因", column="原因")]

    def legs(self) -> list[Leg]:
        rows = self.original.postings.select_related("account", "source").order_by("pk")
        return [Leg(row.account.entry_id, row.account.head, -row.grams, row.source) for row in rows]

    def givers(self) -> list[Version]:
        others = {leg.entry for leg in self._sides() if leg.entry is not None} - {self.entry.pk}
        entries = Entry.objects.filter(pk__in=others).order_by("pk")
        return [found for entry in entries if (found := versions.version_on(entry, self.on)) is not None]

    def lock(self) -> None:
        super().lock()
        QuotaTransaction.objects.select_for_update().get(pk=self.original.pk)

    def check_state(self) -> None:
        if self.original.kind == Kind.REVERSAL:
            raise ConflictError("冲正记录本身不能再冲正；请重新登记正确的内容。")
        if QuotaTransaction.objects.filter(reverses=self.original).exists():
            raise ConflictError("这笔记录已经冲正，不能重复冲正。")
        super().check_state()

    def extra(self) -> dict[str, Any]:
        return {"reverses": self.original}


KINDS: dict[str, type[PostQuota]] = {
    kind.kind.value: kind
    for kind in (
        OpenQuota,
        VerifyReduction,
        UseSources,
        TransferOut,
        TransferBetween,
        TransferIn,
        AllotPermit,
    )
}
