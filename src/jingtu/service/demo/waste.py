"""Tailings ponds and old waste of the sample year, and the receipts of the systems in which they also stand."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from jingtu.platform.duties.actions import CheckDuty
from jingtu.platform.duties.models import Duty
from jingtu.platform.evidence.attaching import attach
from jingtu.platform.filings.actions import RecordReceipt
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.organisations.resolutions import Proposal
from jingtu.platform.organisations.resolving import CreateOrganisation
from jingtu.platform.people.models import User
from jingtu.platform.registers import versions
from jingtu.platform.registers.actions import CorrectFacts, CreateEntry
from jingtu.platform.registers.entry_records import AddRecord
from jingtu.platform.registers.models import Entry
from jingtu.platform.registers.moves import MoveEntry
from jingtu.service.demo.places import COUNTY, SOURCE, Cast, rows

Step = tuple[date, Callable[[], Any]]
OPERATOR = "示例县北沟矿业有限公司"
_OTHERS = {"样本县": ("yangben", "yangbenju"), "范例区": ("fanli", "fanliju")}
_ORDER = ("listed", "rectifying", "claimed", "checked", "struck_off")


def waste_steps(cast: Cast) -> Iterator[Step]:
    """What happens to ponds and sites of the sample county and its neighbours, each step with its day."""
    founded = date(2023, 1, 9)
    proposal = Proposal(OPERATOR, Organisation.Kind.ENTERPRISE, cast.places[COUNTY])
    yield (
        founded,
        lambda: cast.bodies.update(
            {OPERATOR: CreateOrganisation(None, founded, proposal, source=SOURCE).execute()}
        ),
    )
    for number, row in enumerate(rows("ponds")):
        yield from _Pond(cast, row, number).steps()
    for number, row in enumerate(rows("waste_sites")):
        yield from _Site(cast, row, number).steps()
    yield date(2024, 12, 24), lambda: _credit(cast, date(2024, 12, 24))


def _credit(cast: Cast, day: date) -> None:
    """Two of three surveyed parcels have their firm's work on the credit record."""
    found = versions.versions("construction_parcels", day).filter(
        region__path__startswith=cast.places[COUNTY].path
    )
    with_firm = [
        version.entry
        for version in found.exclude(constructionparcelfacts__survey_firm="")
        .exclude(state__in=("to_survey", "withdrawn"))
        .order_by("entry__code")
    ]
    for number, entry in enumerate(with_firm):
        if number % 3:
            RecordReceipt(
                cast.officer, day, entry, "practice_credit_system", f"XY-2024-{number:03}"
            ).execute()


@dataclass
class _Kept:
    """An entry of the sample, its files, moves, records and receipts."""

    cast: Cast
    row: dict[str, str]
    number: int
    entry: Entry | None = None

    @property
    def known(self) -> Entry:
        assert self.entry is not None
        return self.entry

    @property
    def people(self) -> tuple[User, User]:
        if self.row["county"] == COUNTY:
            return self.cast.officer, self.cast.second
        one, two = _OTHERS[self.row["county"]]
        return self.cast.users[one], self.cast.users[two]

    def proof(self, text: str, actor: User) -> Any:
        content = f"示例数据\n{self.known.code}\n{text}\n".encode()
        return attach(
            io.BytesIO(content), f"{text}.txt", subject_type=self.known.register, subject_uid=self.known.uid,
            read_permission="waste.read", region_path=self.cast.places[self.row["county"]].path, actor=actor,
        )  # fmt: skip

    def create(self, day: date, register: str, state: str, facts: dict[str, Any], holder: str = "") -> None:
        header = {
            "name": self.row["name"], "region": self.cast.places[self.row["county"]],
            "holder": self.cast.bodies.get(holder),
        }  # fmt: skip
        self.entry = CreateEntry(
            self.people[0], day, register, header, facts, code=self.row["code"], state=state, is_example=True
        ).execute()

    def move(
        self, day: date, move: str, facts: dict[str, Any] | None = None, *, second: bool = False, reason: str = "",
        proof: str = "",
    ) -> None:  # fmt: skip
        actor = self.people[second]
        files = [self.proof(proof, actor)] if proof else []
        MoveEntry(actor, day, self.known, move, facts=facts or {}, reason=reason, evidence=files).execute()

    def record(self, day: date, kind: str, text: str, /, **values: Any) -> None:
        actor = self.people[0]
        AddRecord(actor, day, self.known, kind, values, [self.proof(text, actor)]).execute()

    def receipt(self, day: date, system: str, number: str) -> None:
        RecordReceipt(self.people[0], day, self.known, system, number).execute()


class _Pond(_Kept):
    """One pond: graded in April 2023, on the list of 2024 again, inspected before the rains, visited."""

    def steps(self) -> Iterator[Step]:
        fate, day = self.row["fate"], date(2023, 3, 9) + timedelta(days=self.number)
        facts = {
            "ore": self.row["ore"], "address": f"{self.row['county']}（示例地址）", "mine": f"{self.row['ore']}矿区",
            "operation": "running", "risk_grade": "larger" if self.row["grade"] == "1" else "general", "risk_year": 2022,
        }  # fmt: skip
        if fate in {"released", "at_rest"}:
            yield from self.old(day, facts)
            return
        if fate == "proposed":
            day = date(2024, 10, 22)
        holder = OPERATOR if self.row["code"] in {"WK01", "WK02", "WK03"} else ""
        yield day, lambda: self.create(day, "tailings_ponds", "proposed", facts, holder)
        if fate == "dropped":
            gone = day + timedelta(days=20)
            yield (
                gone,
                lambda: self.move(gone, "drop", reason="核实为废石场，不属尾矿库", proof="现场核实记录"),
            )
        if fate in {"kept", "raised", "closed"}:
            yield from self.graded(fate)

    def graded(self, fate: str) -> Iterator[Step]:
        listed, again = date(2023, 4, 20), date(2024, 4, 18)
        said = {
            "listed_on": listed, "list_year": 2023, "listing_reason": "省级清单",
            "list_document": "示环函〔2023〕12号",
        }  # fmt: skip
        yield listed, lambda: self.move(listed, f"grade_{self.row['grade']}", said, proof="清单文件")
        if self.number % 4:
            entered = listed + timedelta(days=30 + self.number)
            yield (
                entered,
                lambda: self.receipt(entered, "tailings_pond_system", f"WK-{self.row['code'][2:]}-2023"),
            )
        if self.number % 5:
            filed = date(2024, 1, 15) + timedelta(days=self.number)
            yield filed, lambda: self.receipt(filed, "solid_waste_platform", f"GF2024-{self.row['code'][2:]}")
        yield from self.looked_at()
        this_year = {"list_year": 2024, "list_document": "示环函〔2024〕15号"}
        if fate == "raised":
            yield again, lambda: self.move(again, "grade_1", this_year, proof="年度调整清单")
        elif fate == "closed":
            over = date(2024, 3, 6)
            shut = {"closed_on": over, "operation": "closed"}
            yield over, lambda: self.move(over, "close", shut, proof="封场验收意见")
        else:
            yield again, lambda: self.move(again, f"renew_level_{self.row['grade']}", this_year)

    def looked_at(self) -> Iterator[Step]:
        looked = date(2024, 2, 26) + timedelta(days=self.number)
        if self.number % 3 != 2 and self.row["fate"] != "closed":
            yield (
                looked,
                lambda: self.record(
                    looked, "pond_inspections", "隐患排查报告", kind="flood", conclusion="完成汛期前全面排查",
                    hazards=1 if self.row["hazard"] else 0,
                ),
            )  # fmt: skip
        if self.row["hazard"]:
            yield from self.hazard(looked)
        if self.row["visited"]:
            seen = date(2024, 3, 18) + timedelta(days=4 * self.number)
            values = {
                "kind": self.row["visited"],
                "result": "sound",
                "checked_by": "示例生态环境综合行政执法大队",
            }
            yield seen, partial(self.record, seen, "pond_checks", "现场检查记录", **values)
        if self.row["visited"] == "flood":
            later = date(2024, 9, 12) + timedelta(days=self.number)
            values = {"kind": "routine", "result": "sound", "checked_by": "示例生态环境综合行政执法大队"}
            yield later, partial(self.record, later, "pond_checks", "现场检查记录", **values)

    def hazard(self, found: date) -> Iterator[Step]:
        """Found in spring; put right in May but for the last pond, and checked by the second officer at two."""
        name, due = self.row["hazard"], date(2024, 6, 20)
        values = {"name": name, "problem": f"{name}，需整改", "place": "库区", "due": due}
        yield found, partial(self.record, found, "pond_hazards", "隐患照片", **values)
        if self.row["code"] == "WK07":
            return
        done = date(2024, 5, 22) + timedelta(days=self.number)
        right = {"name": name, "measures": "按整改方案完成治理"}
        yield done, partial(self.record, done, "pond_rectifications", "整改照片", **right)
        if self.row["code"] != "WK05":
            seen = done + timedelta(days=8)
            yield seen, lambda: self.accept(seen)

    def accept(self, day: date) -> None:
        waiting = Duty.objects.filter(
            entry=self.known, rule="waste.pond_rectification", state=Duty.State.SUBMITTED
        )
        for duty in waiting:
            CheckDuty(self.people[1], day, duty, accept=True, note="现场核实，隐患已消除").execute()

    def old(self, day: date, facts: dict[str, Any]) -> Iterator[Step]:
        """Closed years ago; one of them has been clean long enough."""
        rest = facts | {"operation": "closed", "closed_on": date(2021, 10, 20)}
        yield day, lambda: self.create(day, "tailings_ponds", "closed", rest)
        entered = day + timedelta(days=25)
        yield (
            entered,
            lambda: self.receipt(entered, "tailings_pond_system", f"WK-{self.row['code'][2:]}-2023"),
        )
        filed = date(2024, 1, 25)
        yield filed, lambda: self.receipt(filed, "solid_waste_platform", f"GF2024-{self.row['code'][2:]}")
        if self.row["fate"] == "released":
            gone = date(2024, 5, 16)
            clean = {"clean_since": date(2021, 11, 1)}
            yield gone, lambda: self.move(gone, "release", clean, second=True, proof="连续两年监测报告")


class _Site(_Kept):
    """One site from its survey to 销号; one is opened again by a later look."""

    def steps(self) -> Iterator[Step]:
        fate, day = self.row["fate"], date.fromisoformat(self.row["begun"])
        facts = {
            "site_kind": self.row["kind"], "waste": self.row["waste"], "metals": self.row["metals"],
            "amount_t": self.row["tonnes"], "address": f"{self.row['county']}（示例地址）",
        }  # fmt: skip
        yield day, lambda: self.create(day, "historic_solid_waste_sites", "clue", facts)
        if fate == "clue":
            return
        seen = day + timedelta(days=18)
        survey = {
            "surveyor": "示例土壤调查技术有限公司", "surveyed_on": seen, "problem": "露天堆存，雨水冲刷",
        }  # fmt: skip
        yield seen, lambda: self.move(seen, "survey", survey, proof="排查情况表")
        if fate == "excluded":
            gone = seen + timedelta(days=12)
            yield (
                gone,
                lambda: self.move(gone, "exclude", reason="浸出毒性检测未超标，周边无影响", proof="检测报告"),
            )
        if fate in {"surveyed", "excluded"}:
            return
        yield from self.listed(seen + timedelta(days=15), "struck_off" if fate == "reopened" else fate)
        if fate == "reopened":
            yield from self.opened_again(date(2024, 10, 16))

    def listed(self, day: date, last: str) -> Iterator[Step]:
        reached = _ORDER.index(last)
        wanted = self.row["kind"] != "other"
        said = {
            "listed_on": day, "list_year": day.year, "listing_reason": "排查发现环境风险", "in_platform": wanted,
        }  # fmt: skip
        yield day, lambda: self.move(day, "include", said)
        if self.number % 3 and wanted:
            entered = day + timedelta(days=21)
            yield (
                entered,
                lambda: self.receipt(
                    entered, "historic_waste_system", f"LS-{self.row['code'][2:]}-{day.year}"
                ),
            )
        if reached >= 1:
            start, due = day + timedelta(days=30), date(day.year, 11, 30)
            plan = {"plan": f"{self.row['name']}整治方案", "measures": "清运处置，覆土复绿", "due": due}
            yield start, lambda: self.move(start, "start", plan, proof="综合整治方案")
            halfway = start + timedelta(days=45)
            yield (
                halfway,
                lambda: self.record(halfway, "site_progress", "施工照片", percent=50, content="完成清运一半"),
            )
        done = day + timedelta(days=125)
        if reached >= 2:
            yield done, lambda: self.move(done, "claim", {"rectified_on": done}, proof="整治完成报告")
        if reached >= 3:
            seen = done + timedelta(days=14)
            yield seen, lambda: self.move(seen, "check", {"checked_on": seen}, second=True, proof="核查表")
        if reached >= 4:
            gone = done + timedelta(days=25)
            off = {"struck_off_on": gone, "confirmation": f"示环函〔{gone.year}〕21号"}
            yield gone, lambda: self.move(gone, "strike_off", off, second=True, proof="确认文件")
        if self.row["code"] == "GF01":
            late = date(2024, 2, 1)
            yield late, lambda: self.correct(late)

    def opened_again(self, day: date) -> Iterator[Step]:
        found = {"result": "problems", "problems": "覆土流失，渣体裸露", "checked_by": "示例市生态环境局"}
        yield day, partial(self.record, day, "site_looks", "抽查记录", **found)
        again = {"due": date(2025, 3, 31), "problem": "覆土流失，渣体裸露"}
        yield (
            day,
            lambda: self.move(
                day, "reopen", again, second=True, reason="回头看发现覆土流失", proof="抽查照片"
            ),
        )

    def correct(self, day: date) -> None:
        """How much lay there is put right for all of the time since the site was known."""
        CorrectFacts(
            self.people[0], date.fromisoformat(self.row["begun"]), self.known, facts={"amount_t": "13100"},
            reason=f"{day.isoformat()}复测堆存量，原数据漏记一处",
        ).execute()  # fmt: skip
