"""Entering and withdrawing the replacement ratio of a place."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from jingtu.errors import CellError, ConflictError, InputError
from jingtu.platform.actions import Action, Subject
from jingtu.platform.clock import OPEN_DATE, OPEN_TIME, recorded_now
from jingtu.platform.regions.models import Region
from jingtu.programme.sources.metals.metals import NAMES
from jingtu.programme.sources.metals.permissions import RATIO
from jingtu.programme.sources.metals.quotas.models import ReplacementRule

if TYPE_CHECKING:
    from jingtu.platform.people.models import User

LARGEST = Decimal(10)


class EnterReplacementRule(Action[ReplacementRule]):
    """Say which ratio a place asks for, from when, by which text.

    Parameters
    ----------
    metal : str
        A metal of ``metals.METALS``, or ``""`` for all.
    ratio : Decimal
        Reduced over new, at least 1: what is smaller replaces nothing.
    valid_from, valid_to : date
        ``valid_to`` is the first day on which it no longer holds.
    """

    name = "metals.ratio.enter"
    label = "登记替代比例"
    permission = RATIO

    def __init__(
        self, actor: User | None, on: date, region: Region, *, metal: str, ratio: Decimal, source: str,
        clause: str = "", valid_from: date, valid_to: date = OPEN_DATE,
    ) -> None:  # fmt: skip
        super().__init__(actor, on)
        self.region, self.metal, self.ratio = region, metal, ratio
        self.source, self.clause = source.strip(), clause.strip()
        self.valid_from, self.valid_to = valid_from, valid_to

    def subject(self) -> Subject:
        return Subject("region", self.region.uid, self.region.path)

    def check_state(self) -> None:
        found = []
        if self.metal and self.metal not in NAMES:
            found.append(CellError("请选择金属，或不选表示全部", column="金属", value=self.metal))
        if not 1 <= self.ratio <= LARGEST:
            found.append(CellError("应在 1 到 10 之间", column="比例", value=str(self.ratio)))
        elif self.ratio != self.ratio.quantize(Decimal("0.001")):
            found.append(CellError("最多保留三位小数", column="比例", value=str(self.ratio)))
        if not self.source:
            found.append(CellError("请写明依据的文件及文号", column="依据"))
        if self.valid_to <= self.valid_from:
            found.append(CellError("失效日期应晚于生效日期", column="失效日期"))
        if found:
            raise InputError(f"替代比例有 {len(found)} 处需要修改。", found)

    def perform(self) -> ReplacementRule:
        row = self.record(
            metal=self.metal, ratio=str(self.ratio), source=self.source, clause=self.clause,
            valid_from=self.valid_from.isoformat(), valid_to=self.valid_to.isoformat(),
        )  # fmt: skip
        return ReplacementRule.objects.create(
            region=self.region, metal=self.metal, ratio=self.ratio, source=self.source, clause=self.clause,
            valid_from=self.valid_from, valid_to=self.valid_to, recorded_from=recorded_now(),
            entered_by=self.actor, ledger_row=row,
        )  # fmt: skip


class WithdrawReplacementRule(Action[ReplacementRule]):
    """A ratio should never have been entered: it is no longer believed, and stays known."""

    name = "metals.ratio.withdraw"
    label = "撤回替代比例"
    permission = RATIO

    def __init__(self, actor: User | None, on: date, rule: ReplacementRule, reason: str) -> None:
        super().__init__(actor, on)
        self.rule, self.reason = rule, reason.strip()

    def subject(self) -> Subject:
        return Subject("region", self.rule.region.uid, self.rule.region.path)

    def lock(self) -> None:
        self.rule = ReplacementRule.objects.select_for_update().get(pk=self.rule.pk)

    def check_state(self) -> None:
        if self.rule.recorded_to != OPEN_TIME:
            raise ConflictError("这条替代比例已经撤回，请刷新页面核对。")
        if not self.reason:
            raise InputError("请写明撤回的原因。", [CellError("必填，不能为空", column="原因")])

    def perform(self) -> ReplacementRule:
        self.record(rule=str(self.rule.uid), reason=self.reason)
        self.rule.recorded_to, self.rule.withdrawn_reason = recorded_now(), self.reason
        self.rule.save(update_fields=["recorded_to", "withdrawn_reason"])
        return self.rule
