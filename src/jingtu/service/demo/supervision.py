"""Self-assessments of the sample year: filled in, reported by the head, confirmed by the level above."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from jingtu.platform.evidence.attaching import attach
from jingtu.platform.people.models import User
from jingtu.platform.registers.actions import CreateEntry
from jingtu.platform.registers.models import Entry
from jingtu.platform.registers.moves import MoveEntry
from jingtu.platform.scorecards.declarations import asked
from jingtu.platform.scorecards.filling import Answer, FillScorecard, points_of, proposals
from jingtu.platform.scorecards.models import Scorecard
from jingtu.platform.scorecards.templating import items_of, template_on
from jingtu.service.demo.places import COUNTY, Cast

Step = tuple[date, Callable[[], Any]]
REGISTER, KIND = "self_assessments", "self_assessment"
_OPENED, _FILLED, _RETURNED, _PUT_RIGHT = (
    date(2024, 12, 2), date(2024, 12, 20), date(2024, 12, 24), date(2024, 12, 26),
)  # fmt: skip
_BEFORE = (date(2024, 1, 4), date(2024, 1, 10), date(2024, 1, 19))  # the year before, drafted to confirmed


def supervision_steps(cast: Cast) -> Iterator[Step]:
    """The county accounts for two years, its neighbours for one; the city looks at each."""
    last = _Assessment(cast, COUNTY, "jingban", "juling", 2023)
    yield _BEFORE[0], lambda: last.create(_BEFORE[0])
    yield _BEFORE[0], lambda: last.fill(_BEFORE[0])
    yield _BEFORE[1], lambda: last.report(_BEFORE[1])
    yield _BEFORE[2], lambda: last.confirm(_BEFORE[2], "台账齐全，同意自评结果")
    own = _Assessment(cast, COUNTY, "jingban", "juling", 2024)
    yield _OPENED, lambda: own.create(_OPENED)
    yield _FILLED, lambda: own.fill(_FILLED)
    yield _FILLED, lambda: own.report(_FILLED)
    yield _RETURNED, lambda: own.send_back(_RETURNED)
    yield _PUT_RIGHT, lambda: own.fill(_PUT_RIGHT, note="按市局意见补充资金执行的说明")
    yield _PUT_RIGHT, lambda: own.report(_PUT_RIGHT)
    yield date(2024, 12, 30), lambda: own.confirm(date(2024, 12, 30), "经现场核查，与台账一致")
    for county, officer, head in (("样本县", "yangben", "yangbenju"), ("范例区", "fanli", "fanliju")):
        other = _Assessment(cast, county, officer, head, 2024)
        yield _OPENED, other.creating(_OPENED)
        yield _PUT_RIGHT, other.filling(_PUT_RIGHT)
        if county == "样本县":
            yield _PUT_RIGHT, other.reporting(_PUT_RIGHT)


@dataclass(slots=True)
class _Assessment:
    cast: Cast
    county: str
    officer: str
    head: str
    year: int
    entry: Entry | None = None

    @property
    def known(self) -> Entry:
        assert self.entry is not None
        return self.entry

    def creating(self, day: date) -> Callable[[], Any]:
        return lambda: self.create(day)

    def filling(self, day: date) -> Callable[[], Any]:
        return lambda: self.fill(day)

    def reporting(self, day: date) -> Callable[[], Any]:
        return lambda: self.report(day)

    def create(self, day: date) -> None:
        bureau = self.cast.bodies[f"{self.county[:-1]}生态环境局"]
        header = {
            "name": f"{self.county}{self.year}年度自评", "region": self.cast.places[self.county],
            "holder": bureau,
        }  # fmt: skip
        self.entry = CreateEntry(
            self.cast.users[self.officer], day, REGISTER, header, {"year": self.year},
            code=f"ZP{self.cast.places[self.county].adcode}-{self.year}", is_example=True,
        ).execute()  # fmt: skip

    def fill(self, day: date, note: str = "") -> None:
        """Points as the lists propose them; what no list says is given by hand, a point short of all."""
        kind = asked(KIND)
        items = items_of(kind, template_on(kind, self.cast.places[self.county], day))
        said = proposals(kind, items, self.known, day)
        answers = {}
        for item in items:
            if item.points is None:
                answers[item.position] = Answer(hit=False)
                continue
            proposed = points_of(item, said.get(item.position))
            by_hand = "无自动计算结果，按台账自评" if proposed is None else ""
            given = item.points - 1 if proposed is None else proposed
            answers[item.position] = Answer(str(given), remark=by_hand)
        before = Scorecard.objects.filter(entry=self.known).order_by("-pk").first()
        FillScorecard(
            self.cast.users[self.officer], day, kind, self.known, answers, note=note, replaces=before
        ).execute()

    def report(self, day: date) -> None:
        self._move(self.cast.users[self.head], day, "report", {"reported_on": day}, "自评报告")

    def send_back(self, day: date) -> None:
        reason = "资金执行的扣分理由没有写明，请补充后重新报送"
        MoveEntry(self.cast.users["shangji"], day, self.known, "send_back", reason=reason).execute()

    def confirm(self, day: date, opinion: str) -> None:
        card = Scorecard.objects.filter(entry=self.known).order_by("-pk").first()
        assert card is not None
        points = max(card.total - Decimal(1), Decimal(0))
        facts = {
            "confirmed_points": str(points), "confirmed_grade": asked(KIND).grade_of(points),
            "confirmed_by": "示例市生态环境局", "opinion": opinion,
        }  # fmt: skip
        self._move(self.cast.users["shangji"], day, "confirm", facts)

    def _move(self, actor: User, day: date, move: str, facts: dict[str, Any], title: str = "") -> None:
        files = []
        if title:
            text = f"示例数据\n{self.county}{self.year}年度{title}\n"
            files = [
                attach(
                    io.BytesIO(text.encode()), f"{title}.txt", subject_type=REGISTER, subject_uid=self.known.uid,
                    read_permission="supervision.assessment.read",
                    region_path=self.cast.places[self.county].path, actor=actor,
                )
            ]  # fmt: skip
        MoveEntry(actor, day, self.known, move, facts=facts, evidence=files).execute()
