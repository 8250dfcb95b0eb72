"""Which version of a template holds for a place and a day, and how a new one is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import ClassVar

from django.db.models import QuerySet

from jingtu.errors import CellError, InputError
from jingtu.platform.actions import Action, Subject
from jingtu.platform.ledger import records
from jingtu.platform.people import policies
from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region
from jingtu.platform.scorecards.declarations import ScorecardKind
from jingtu.platform.scorecards.models import ScoreItem, ScoreTemplate

FIRST_DAY = date(2000, 1, 1)
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """An item as a person typed it; empty ``points`` with ``veto`` for a veto."""

    group: str
    text: str
    points: str = ""
    veto: bool = False
    key: str = ""
    basis: str = ""


def versions_of(kind: ScorecardKind, region: Region) -> QuerySet[ScoreTemplate]:
    """All versions for a place: its own, those of the places above it, and the one that came along."""
    above = [int(part) for part in region.path.strip("/").split("/") if part]
    rows = ScoreTemplate.objects.filter(kind=kind.id)
    found = rows.filter(region__isnull=True) | rows.filter(region__in=above)
    return found.select_related("region", "made_by")


def template_on(kind: ScorecardKind, region: Region, on: date) -> ScoreTemplate:
    """The version in force for a place on a day: of the nearest place that has one, the latest.

    Where nobody has filled in a card or revised the template, it is the one that came along, not yet stored.
    """
    found = list(versions_of(kind, region).filter(valid_from__lte=on))
    if not found:
        return ScoreTemplate(kind=kind.id, number=1, valid_from=FIRST_DAY)
    return max(
        found,
        key=lambda item: (len(item.region.path) if item.region else 0, item.valid_from, item.number),
    )


def items_of(kind: ScorecardKind, template: ScoreTemplate) -> list[ScoreItem]:
    """The items of a version in order; of one that is not stored, those that came along."""
    if template.pk is not None:
        return list(template.items.all())
    return [
        ScoreItem(position=place, key=item.key, group=item.group, text=item.text, points=item.points, basis=item.basis)
        for place, item in enumerate(kind.items, 1)
    ]  # fmt: skip


def store_first(kind: ScorecardKind) -> ScoreTemplate:
    """The version that came along, stored once; inside the action that needs it."""
    known = ScoreTemplate.objects.filter(kind=kind.id, region__isnull=True).first()
    if known is not None:
        return known
    row = records.append(
        "scorecards.first_template", on=FIRST_DAY, subject_type="score_template", facts={"kind": kind.id}
    )
    made = ScoreTemplate(kind=kind.id, number=1, valid_from=FIRST_DAY)
    items = items_of(kind, made)
    made.recorded_at, made.ledger_row = row.at, row
    made.save(force_insert=True)
    for item in items:
        item.template = made
    ScoreItem.objects.bulk_create(items)
    return made


class ReviseTemplate(Action[ScoreTemplate]):
    """Make a new version of a template for a place; cards filled in before keep theirs.

    Parameters
    ----------
    on : date
        From this day on cards are filled in by it.
    items : sequence of ItemDraft
        All items; their points add up to the kind's total.

    Raises
    ------
    InputError
        Every item that is not possible, and a sum that is not the total.
    """

    name = "scorecards.revise"
    label = "修订评分表"
    permission: ClassVar[str | None] = None

    def __init__(
        self, actor: User | None, on: date, kind: ScorecardKind, region: Region, items: Sequence[ItemDraft],
        reason: str,
    ) -> None:  # fmt: skip
        super().__init__(actor, on)
        self.kind, self.region, self.drafts, self.reason = kind, region, list(items), reason.strip()

    def subject(self) -> Subject:
        return Subject("score_template", None, self.region.path)

    def check_permission(self) -> None:
        if self.actor is not None:
            policies.require(self.actor, self.kind.edit_permission, self.region.path)

    def check_state(self) -> None:
        errors: list[CellError] = []
        self.points = [_points(draft, place, errors) for place, draft in enumerate(self.drafts, 1)]
        total = sum((item for item in self.points if item is not None), Decimal(0))
        if not self.reason:
            errors.append(CellError("必填，不能为空", column="修订说明"))
        if not errors and total != self.kind.total:
            errors.append(
                CellError(f"各项分值合计为 {shown(total)}，应为 {shown(self.kind.total)}", column="分值")
            )
        if errors:
            raise InputError(f"评分表有 {len(errors)} 处需要修改，没有保存。", errors)

    def perform(self) -> ScoreTemplate:
        store_first(self.kind)
        rows = ScoreTemplate.objects.filter(kind=self.kind.id, region=self.region)
        number = max(rows.values_list("number", flat=True), default=0) + 1
        row = self.record(
            kind=self.kind.id, number=number, reason=self.reason,
            items=[[draft.group, draft.text, draft.points, draft.veto] for draft in self.drafts],
        )  # fmt: skip
        made = ScoreTemplate.objects.create(
            kind=self.kind.id, region=self.region, number=number, valid_from=self.on, reason=self.reason,
            made_by=self.actor, recorded_at=row.at, ledger_row=row,
        )  # fmt: skip
        ScoreItem.objects.bulk_create(
            ScoreItem(
                template=made, position=place, key=draft.key, group=draft.group.strip(), text=draft.text.strip(),
                points=points, basis=draft.basis.strip(),
            )
            for place, (draft, points) in enumerate(zip(self.drafts, self.points, strict=True), 1)
        )  # fmt: skip
        return made


def _points(draft: ItemDraft, row: int, errors: list[CellError]) -> Decimal | None:
    if not draft.group.strip():
        errors.append(CellError("必填，不能为空", row=row, column="类别"))
    if not draft.text.strip():
        errors.append(CellError("必填，不能为空", row=row, column="检查内容"))
    if draft.veto:
        if draft.points.strip():
            errors.append(CellError("一票否决项不设分值", row=row, column="分值", value=draft.points))
        return None
    try:
        return number(draft.points, least=CENT)
    except ValueError as error:
        errors.append(CellError(str(error), row=row, column="分值", value=draft.points))
        return None


def number(text: str, least: Decimal = Decimal(0), most: Decimal = Decimal(9999)) -> Decimal:
    """Points as typed.

    Raises
    ------
    ValueError
        In words what is wrong.

    Examples
    --------
    >>> number("12.5"), number("７")
    (Decimal('12.5'), Decimal('7'))
    >>> number("5", most=Decimal(3))
    Traceback (most recent call last):
    ...
    ValueError: 应在 0 至 3 之间
    """
    try:
        found = Decimal(text.strip())
    except InvalidOperation:
        raise ValueError("请填数字") from None
    if not found.is_finite() or found != found.quantize(CENT):
        raise ValueError("请填数字，最多两位小数")
    if not least <= found <= most:
        raise ValueError(f"应在 {shown(least)} 至 {shown(most)} 之间")
    return found


def shown(points: Decimal | None) -> str:
    """Points without needless zeros.

    Examples
    --------
    >>> shown(Decimal("37.00")), shown(Decimal("0.50")), shown(None)
    ('37', '0.5', '')
    """
    if points is None:
        return ""
    text = f"{points:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
