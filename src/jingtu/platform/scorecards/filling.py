"""A card is filled in, or put right by another that replaces it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import ClassVar

from jingtu.errors import CellError, ConflictError, InputError
from jingtu.platform.actions import Action, Subject
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.people import policies
from jingtu.platform.people.models import User
from jingtu.platform.registers import versions
from jingtu.platform.registers.models import Entry, Version
from jingtu.platform.scorecards.declarations import Proposal, ScorecardKind
from jingtu.platform.scorecards.models import Scorecard, ScoreItem, ScoreLine
from jingtu.platform.scorecards.templating import items_of, number, store_first, template_on


@dataclass(slots=True)
class Answer:
    """What a person says of one item."""

    points: str = ""
    hit: bool | None = None
    remark: str = ""
    evidence: Sequence[Attachment] = field(default_factory=tuple)


def proposals(kind: ScorecardKind, items: Iterable[ScoreItem], entry: Entry, on: date) -> dict[int, Proposal]:
    """What the registers propose for the items of a version, by position."""
    found: dict[int, Proposal] = {}
    for item in items:
        propose = kind.proposals.get(item.key)
        said = propose(entry, on) if propose else None
        if said is not None:
            found[item.position] = said
    return found


def points_of(item: ScoreItem, proposal: Proposal | None) -> Decimal | None:
    """The points that a proposal comes to."""
    if proposal is None or proposal.share is None or item.points is None:
        return None
    return (item.points * proposal.share).quantize(Decimal("0.01"))


def answer_files(card: Scorecard | None) -> set[uuid.UUID]:
    """What the files of a card and of those that it put right were attached to."""
    found: set[uuid.UUID] = set()
    while card is not None:
        found.add(card.uid)
        card = card.replaces
    return found


class FillScorecard(Action[Scorecard]):
    """Fill a card in for an entry as of a day, by the version in force there that day.

    Parameters
    ----------
    answers : mapping
        By position of the item. Every item with points needs points, every veto a yes or no.
    replaces : Scorecard, optional
        The card that this one puts right; it keeps its version, and a reason is needed.
    uid : UUID, optional
        Of the card, where files were attached to it before.

    Raises
    ------
    InputError
        Every item whose answer is missing or not possible.
    ConflictError
        The card was put right already, or the entry is not known on that day.
    """

    name = "scorecards.fill"
    label = "填写评分表"
    permission: ClassVar[str | None] = None

    def __init__(
        self, actor: User | None, on: date, kind: ScorecardKind, entry: Entry, answers: Mapping[int, Answer],
        *, note: str = "", replaces: Scorecard | None = None, uid: uuid.UUID | None = None,
    ) -> None:  # fmt: skip
        super().__init__(actor, on)
        self.kind, self.entry, self.answers = kind, entry, answers
        self.note, self.replaces, self.uid = note.strip(), replaces, uid or uuid.uuid4()
        self._version: Version | None = None

    @property
    def version(self) -> Version:
        """The entry on the day of the card."""
        if self._version is None:
            self._version = versions.version_on(self.entry, self.on)
        if self._version is None or self.entry.register != self.kind.register:
            raise ConflictError(
                f"该条目在{self.on.isoformat()}尚未登记，请核对检查日期。", entry=str(self.entry.uid)
            )
        return self._version

    def subject(self) -> Subject:
        holder = self.version.holder_id
        return Subject("scorecard", self.uid, self.version.region.path, (holder,) if holder else ())

    def check_permission(self) -> None:
        if self.actor is not None:
            subject = self.subject()
            policies.require(
                self.actor, self.kind.fill_permission, subject.region_path, subject.organisations
            )

    def check_state(self) -> None:
        if self.replaces is not None and Scorecard.objects.filter(replaces=self.replaces).exists():
            raise ConflictError("这张评分表已经更正过，请打开最新的一张。", card=str(self.replaces.uid))
        if self.replaces is not None and not self.note:
            raise InputError("请写明更正的原因。", [CellError("必填，不能为空", column="说明")])
        self.template = (
            self.replaces.template if self.replaces else template_on(self.kind, self.version.region, self.on)
        )
        self.items = items_of(self.kind, self.template)
        errors: list[CellError] = []
        self.points = {item.position: self._judge(item, errors) for item in self.items}
        if errors:
            raise InputError(f"评分表有 {len(errors)} 处需要补充或修改，没有保存。", errors)

    def _judge(self, item: ScoreItem, errors: list[CellError]) -> Decimal | None:
        answer = self.answers.get(item.position) or Answer()
        # What proved the card that is put right proves this one as well.
        own = {self.uid, *answer_files(self.replaces)}
        if any(file.subject_uid not in own or file.withdrawn_at for file in answer.evidence):
            errors.append(CellError("佐证材料不属于本表，或已撤回", row=item.position, column="佐证材料"))
        if item.points is None:
            if answer.hit is None:
                errors.append(CellError(f"“{item.text}”请选择是或否", row=item.position, column="一票否决"))
            return None
        if not answer.points.strip():
            errors.append(CellError(f"“{item.text}”尚未评分", row=item.position, column="得分"))
            return None
        try:
            return number(answer.points, most=item.points)
        except ValueError as error:
            errors.append(
                CellError(f"“{item.text}”：{error}", row=item.position, column="得分", value=answer.points)
            )
            return None

    def perform(self) -> Scorecard:
        if self.template.pk is None:
            self.template = store_first(self.kind)
            self.items = items_of(self.kind, self.template)
        total = sum((found for found in self.points.values() if found is not None), Decimal(0))
        hits = [item.text for item in self.items if item.points is None and self.answers[item.position].hit]
        grade = "一票否决" if hits else self.kind.grade_of(total)
        row = self.record(
            kind=self.kind.id, template=str(self.template.uid), entry=str(self.entry.uid), total=str(total),
            vetoes=hits, grade=grade, replaces=str(self.replaces.uid) if self.replaces else None,
            points=[str(self.points[item.position]) for item in self.items],
        )  # fmt: skip
        card = Scorecard.objects.create(
            uid=self.uid, template=self.template, kind=self.kind.id, entry=self.entry, name=self.version.name,
            region=self.version.region, holder_id=self.version.holder_id, on=self.on, total=total,
            vetoed=bool(hits), grade=grade, note=self.note, replaces=self.replaces, filled_by=self.actor,
            recorded_at=row.at, ledger_row=row,
        )  # fmt: skip
        said = proposals(self.kind, self.items, self.entry, self.on)
        for item in self.items:
            answer, proposal = self.answers[item.position], said.get(item.position)
            line = ScoreLine.objects.create(
                card=card, item=item, points=self.points[item.position],
                hit=answer.hit if item.points is None else None, remark=answer.remark.strip()[:300],
                proposed=points_of(item, proposal), source=proposal.source[:300] if proposal else "",
            )  # fmt: skip
            line.evidence.set(answer.evidence)
        return card
