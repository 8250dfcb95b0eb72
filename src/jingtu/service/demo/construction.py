"""Construction parcels of the sample year: surveyed before supply but for one, which is punished and put right."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from jingtu.platform.evidence.attaching import attach
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.people.models import User
from jingtu.platform.registers.actions import CreateEntry
from jingtu.platform.registers.entry_records import AddRecord, CorrectRecord, believed_records
from jingtu.platform.registers.models import Entry
from jingtu.platform.registers.moves import MoveEntry
from jingtu.service.demo.places import COUNTY, Cast, rows

Step = tuple[date, Callable[[], Any]]
REGISTER = "construction_parcels"
_FIRST = date(2024, 1, 8)
_FIRM = "示例土壤调查技术有限公司"
_OFFICERS = {"样本县": "yangben", "范例区": "fanli"}


def construction_steps(cast: Cast) -> Iterator[Step]:
    """What happens to the parcels of the sample county and its neighbours, each step with its day."""
    for row in rows("construction"):
        local = row["county"] == COUNTY
        officer = cast.officer if local else cast.users[_OFFICERS[row["county"]]]
        yield from _Parcel(cast, row, officer, cast.second if local else officer).steps()


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


@dataclass(slots=True)
class _Parcel:
    cast: Cast
    row: dict[str, str]
    officer: User
    second: User
    entry: Entry | None = None

    @property
    def known(self) -> Entry:
        assert self.entry is not None
        return self.entry

    @property
    def reviewed(self) -> date:
        return _day(self.row["reviewed"]) or date(2024, 12, 2)

    @property
    def supplied(self) -> date | None:
        return _day(self.row["supplied"])

    def steps(self) -> Iterator[Step]:
        row = self.row
        changed, supplied = _day(row["changed"]), self.supplied
        if row["state"] != "to_survey":  # entered when all was done
            entered = supplied or self.reviewed
            facts = {
                "changed_on": changed, "reviewed_on": self.reviewed, "survey_result": "fit", "survey_firm": _FIRM,
                "supplied_on": supplied, "supply_kind": "granted" if supplied else "",
            }  # fmt: skip
            yield entered, lambda: self.create(entered, row["state"], facts)
            return
        first = changed or (_FIRST if self.reviewed.year >= _FIRST.year else date(2023, 4, 3))
        yield first, lambda: self.create(first, "to_survey", {"changed_on": changed})
        fates: dict[str, Callable[[], Iterator[Step]]] = {
            "fit": lambda: self._fit("fit"),
            "acceptable": lambda: self._over("acceptable"),
            "listed": lambda: self._over("listed"),
            "over": lambda: self._over("over"),
            "removed": lambda: self._over("removed"),
            "in_review": lambda: self._reported(date(2024, 11, 26)),
            "unlawful": self._unlawful,
            "violating": self._violating,
            "rectifying": self._unlawful,
        }
        if row["fate"] in fates:
            yield from fates[row["fate"]]()
        elif row["fate"] == "withdrawn":
            last = date(2024, 9, 18)
            yield (
                last,
                lambda: self.move(last, "withdraw", {"leaving_reason": "规划调整，不再变更用途"}, "会议纪要"),
            )

    def _reported(self, day: date) -> Iterator[Step]:
        facts = {"survey_firm": _FIRM, "reported_on": day}
        yield day, lambda: self.move(day, "report", facts, "调查报告")

    def _fit(self, result: str) -> Iterator[Step]:
        yield from self._reported(self.reviewed - timedelta(days=15))
        day = self.reviewed
        yield (
            day,
            lambda: self.move(day, "pass_review", {"reviewed_on": day, "survey_result": result}, "评审意见"),
        )
        yield from self._supply()

    def _over(self, last: str) -> Iterator[Step]:
        yield from self._reported(self.reviewed - timedelta(days=20))
        day = self.reviewed
        over = {"reviewed_on": day, "exceeded_substances": "砷、镉"}
        yield day, lambda: self.move(day, "find_over", over, "评审意见")
        if last == "over":
            return
        assessed = day + timedelta(days=32)
        facts: dict[str, Any] = {"assessed_on": assessed}
        if last == "acceptable":
            facts["survey_result"] = "acceptable"
            yield assessed, lambda: self.move(assessed, "accept_risk", facts, "风险评估评审意见")
            yield from self._supply()
            return
        listed = {**facts, "survey_result": "over", "listed_on": assessed}
        yield assessed, lambda: self.move(assessed, "enter_list", listed, "名录公告")
        if last == "removed":
            gone = date(2024, 8, 29)
            yield gone, lambda: self.move(gone, "leave_list", {"removed_on": gone}, "移出公告")

    def _supply(self) -> Iterator[Step]:
        day = self.supplied
        if day is not None:
            facts = {"supplied_on": day, "supply_kind": "granted"}
            yield day, lambda: self.move(day, "supply", facts, "")

    def _violating(self) -> Iterator[Step]:
        assert self.supplied is not None
        found, supplied = self.supplied + timedelta(days=50), self.supplied
        yield (
            found,
            lambda: self.move(
                found, "find_unlawful", {"supplied_on": supplied, "supply_kind": "granted"}, "现场检查笔录"
            ),
        )

    def _unlawful(self) -> Iterator[Step]:
        yield from self._violating()
        assert self.supplied is not None
        found = self.supplied + timedelta(days=50)
        if self.row["fate"] == "unlawful":
            yield found, lambda: self.report_case(found)
            later = date(2024, 9, 5)
            yield later, lambda: self.settle_case(later)
        day = max(self.reviewed, found) + timedelta(days=6)
        facts = {"reviewed_on": self.reviewed, "survey_result": "fit"}
        yield day, lambda: self.move(day, "claim_corrected", facts, "整改报告")
        if self.row["fate"] == "unlawful":
            checked = day + timedelta(days=8)
            yield checked, lambda: self.move(checked, "confirm_corrected", {}, "", self.second)

    def report_case(self, day: date) -> None:
        content = {
            "what": "未完成土壤污染状况调查即供地并动工",
            "punished_on": date(2024, 7, 3),
            "penalty": "责令停工，罚款",
        }
        AddRecord(self.officer, day, self.known, "unlawful_development", content).execute()

    def settle_case(self, day: date) -> None:
        """In September it is recorded that all was put right in August."""
        record = believed_records("unlawful_development").get(entry=self.known)
        content = {"corrected_on": date(2024, 8, 27), "risk_to_people": False}
        CorrectRecord(
            self.officer, record.on, record, "unlawful_development", content,
            [self._proof(day, "整改验收意见", self.officer)], reason="补记整改完成情况",
        ).execute()  # fmt: skip

    def create(self, day: date, state: str, facts: dict[str, Any]) -> None:
        row = self.row
        common = {
            "area_m2": Decimal(row["area"]), "former_use": row["former_use"], "new_use": row["new_use"],
            "use_classes": "2023", "address": f"{row['town']}（示例地址）",
        }  # fmt: skip
        self.entry = CreateEntry(
            self.officer, day, REGISTER, {"name": row["name"], "region": self.cast.places[row["town"]]},
            {**common, **facts}, code=row["code"], state=state, is_example=True,
        ).execute()  # fmt: skip

    def move(
        self, day: date, move: str, facts: dict[str, Any], title: str, actor: User | None = None
    ) -> None:
        who = actor or self.officer
        files = [self._proof(day, title, who)] if title else []
        MoveEntry(who, day, self.known, move, facts=facts, evidence=files).execute()

    def _proof(self, day: date, title: str, actor: User) -> Attachment:
        place = self.cast.places[self.row["town"]]
        text = f"示例数据\n{self.row['name']}\n{title}\n{day.isoformat()}\n"
        return attach(
            io.BytesIO(text.encode()), f"{title}{day:%Y%m%d}.txt", subject_type=REGISTER,
            subject_uid=self.known.uid, read_permission="sites.land.read", region_path=place.path,
            organisations=[], actor=actor,
        )  # fmt: skip
