"""Readings typed in by people (人工填报), until a register computes them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from jingtu.errors import CellError, ConflictError, InputError
from jingtu.platform import events
from jingtu.platform.actions import Action, Subject
from jingtu.platform.clock import OPEN_TIME, recorded_now
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.indicators.models import ManualReading
from jingtu.platform.people import policies
from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region

ENTERED = "indicators.entered"


class EnterReading(Action[ManualReading]):
    """Type in what was measured on a day; the same day again is a correction that keeps the old row.

    Parameters
    ----------
    on : date
        The day the reading is of.
    permission : str
        The declared permission that the app which owns the series asks for.
    series : UUID
        What is read: the series of a target.
    organisations : sequence of int
        Organisations whose own series this is, for the permission.
    evidence : sequence of Attachment
        Attachments of the series; their hashes enter the ledger.
    expected : UUID, optional
        The reading the person saw for that day; where another stands there now, the action is refused.

    Raises
    ------
    InputError
        Neither a value nor words, or a reading of the future.
    """

    name = "indicators.enter"
    label = "填报读数"
    permission = None

    def __init__(
        self,
        actor: User | None,
        on: date,
        *,
        permission: str,
        series: uuid.UUID,
        region: Region,
        indicator: str = "",
        value: Decimal | None = None,
        text: str = "",
        unit: str = "",
        numerator: Decimal | None = None,
        denominator: Decimal | None = None,
        note: str = "",
        organisations: Sequence[int] = (),
        evidence: Sequence[Attachment] = (),
        today: date | None = None,
        expected: uuid.UUID | None = None,
    ) -> None:
        super().__init__(actor, on)
        self.needed, self.series, self.region, self.indicator = permission, series, region, indicator
        self.value, self.text, self.unit, self.note = value, text.strip(), unit, note.strip()
        self.numerator, self.denominator = numerator, denominator
        self.organisations, self.evidence = tuple(organisations), list(evidence)
        self.today, self.expected = today, expected
        self.old: ManualReading | None = None

    def subject(self) -> Subject:
        return Subject("reading", self.series, self.region.path, self.organisations)

    def check_permission(self) -> None:
        if self.actor is not None:
            policies.require(self.actor, self.needed, self.region.path, self.organisations)

    def lock(self) -> None:
        rows = ManualReading.objects.select_for_update().filter(
            series=self.series, on=self.on, recorded_to=OPEN_TIME
        )
        self.old = rows.first()

    def check_state(self) -> None:
        errors = []
        if self.value is None and not self.text:
            errors.append(CellError("请填写数值或文字", column="读数"))
        if self.value is not None and (not self.value.is_finite() or abs(self.value) >= Decimal(10) ** 14):
            errors.append(CellError("应为数字", column="读数", value=str(self.value)[:40]))
        if self.denominator is not None and self.denominator <= 0:
            errors.append(CellError("分母应大于零", column="分母", value=str(self.denominator)))
        if self.today is not None and self.on > self.today:
            errors.append(CellError("不能填报以后日期的读数", column="日期", value=self.on.isoformat()))
        if any(item.subject_uid != self.series or item.withdrawn_at for item in self.evidence):
            errors.append(CellError("佐证材料不属于本指标，或已撤回", column="佐证材料"))
        if errors:
            raise InputError(f"填报内容有 {len(errors)} 处需要修改。", errors)
        if self.expected is not None and self.old is not None and self.old.uid != self.expected:
            raise ConflictError("同一天的读数刚刚被其他人填报，您的内容没有保存，请刷新后核对。")

    def perform(self) -> ManualReading:
        row = self.record(
            indicator=self.indicator, value=self.value, text=self.text, unit=self.unit,
            numerator=self.numerator, denominator=self.denominator, note=self.note,
            corrects=str(self.old.uid) if self.old else None,
            evidence=[item.file.sha256 for item in self.evidence],
        )  # fmt: skip
        now = recorded_now()
        if self.old is not None:
            now = max(now, self.old.recorded_from + timedelta(microseconds=1))
            ManualReading.objects.filter(pk=self.old.pk).update(recorded_to=now)
        return ManualReading.objects.create(
            indicator=self.indicator, series=self.series, region=self.region, on=self.on, value=self.value,
            text=self.text, unit=self.unit, numerator=self.numerator, denominator=self.denominator,
            note=self.note, recorded_from=now, entered_by=self.actor, ledger_row=row,
        )  # fmt: skip

    def events(self) -> Iterable[events.Event]:
        return [events.Event(ENTERED, self.on, {"series": str(self.series), "region": self.region.pk})]
