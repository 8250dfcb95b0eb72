"""Key units of the sample year: lists of two years, what the listed did and what they left undone."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import Any

from jingtu.platform.evidence.attaching import attach
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.organisations.resolutions import Proposal
from jingtu.platform.organisations.resolving import CreateOrganisation
from jingtu.platform.people.models import User
from jingtu.platform.registers.actions import CreateEntry
from jingtu.platform.registers.entry_records import AddRecord, CorrectRecord, believed_records
from jingtu.platform.registers.models import Entry
from jingtu.platform.registers.moves import MoveEntry
from jingtu.platform.scorecards.declarations import asked
from jingtu.platform.scorecards.filling import Answer, FillScorecard, points_of, proposals
from jingtu.platform.scorecards.templating import items_of, template_on
from jingtu.service.demo.places import COUNTY, SOURCE, Cast, rows

Step = tuple[date, Callable[[], Any]]
_OFFICERS = {
    "样本县": ("yangben", "yangbenju", "样本生态环境局"),
    "范例区": ("fanli", "fanliju", "范例生态环境局"),
}
_BUREAU = "示例生态环境局"
_START = date(2023, 3, 27)
_NEXT = date(2024, 3, 26)
_PLACES = (
    ("储罐区", "围堰有裂缝，未做防渗", "修补围堰并铺设防渗层"), ("污水处理站", "调节池池壁渗漏", "清空检修并做内防腐"),
    ("危废暂存间", "导流沟不通", "疏通导流沟并增设收集池"), ("原料装卸区", "地面硬化破损", "重做硬化地面和围挡"),
)  # fmt: skip


def key_unit_steps(cast: Cast) -> Iterator[Step]:
    """What happens to the key units of the sample county and its neighbours, each step with its day."""
    draw = random.Random(1209)  # noqa: S311 - invented figures, the same at every build
    for number, row in enumerate(rows("key_units")):
        unit = _Unit(cast, row, number, draw)
        yield from unit.steps()
    yield from _lists(cast)


@dataclass(slots=True)
class _Unit:
    cast: Cast
    row: dict[str, str]
    number: int
    draw: random.Random
    entry: Entry | None = None
    hazards: list[Entry] = field(default_factory=list)

    @property
    def local(self) -> bool:
        return self.row["county"] == COUNTY

    @property
    def officer(self) -> User:
        return self.cast.officer if self.local else self.cast.users[_OFFICERS[self.row["county"]][0]]

    @property
    def second(self) -> User:
        return self.cast.second if self.local else self.cast.users[_OFFICERS[self.row["county"]][1]]

    @property
    def holder(self) -> Organisation:
        return self.cast.bodies[self.row["name"]]

    @property
    def known(self) -> Entry:
        assert self.entry is not None
        return self.entry

    def steps(self) -> Iterator[Step]:
        row, fate = self.row, self.row["fate"]
        listed = date.fromisoformat(row["listed"])
        start = max(_START, listed)
        yield start, self.enlist
        state = fate if fate in {"drafted", "verified"} else "drafted" if fate == "rejected" else "published"
        yield start, lambda: self.create(start, listed, state)
        yield start, lambda: self.environment(start, state)
        if fate == "rejected":
            day = start + timedelta(days=20)
            yield day, lambda: self.move(day, "reject", reason="产排污量小，不符合筛选条件")
        if state != "published":
            return
        if row["inspected"]:
            day = date.fromisoformat(row["inspected"])
            when = max(start, day)
            yield when, lambda: self.inspect(day)
        if row["rechecked"]:
            again = date.fromisoformat(row["rechecked"])
            yield max(start, again), lambda: self.recheck(again)
        yield from self.fates(fate)
        if self.local and self.number < 9:
            yield from self.work()

    def fates(self, fate: str) -> Iterator[Step]:
        if fate == "removed":
            yield date(2024, 1, 12), lambda: self.move(
                date(2024, 1, 12), "propose_removal", reason="已关闭", proof=True,
                facts={"removal_reason": "2023年底关闭，设备已拆除", "operating": "closed", "closed_on": date(2023, 12, 20)},
            )  # fmt: skip
            yield date(2024, 2, 5), lambda: self.move(date(2024, 2, 5), "remove", actor=self.second)
            return
        if date.fromisoformat(self.row["listed"]) < _NEXT:
            facts = {"list_year": 2024, "published_on": _NEXT, "listing_reason": "上年度在册，继续列入"}
            yield _NEXT, lambda: self.move(_NEXT, "carry_over", facts=facts)
        if fate == "rechecking":
            yield date(2024, 6, 14), lambda: self.move(
                date(2024, 6, 14), "order_rectification", reason="回头看发现防渗措施未落实", proof=True,
                actor=self.second, facts={"recheck_due": date(2024, 12, 31)},
            )  # fmt: skip
        if fate == "leaving":
            yield date(2024, 11, 20), lambda: self.move(
                date(2024, 11, 20), "propose_removal", reason="停产满一年", proof=True,
                facts={"removal_reason": "长期停产，拟移出", "operating": "suspended"},
            )  # fmt: skip

    def work(self) -> Iterator[Step]:
        """What a unit of the sample county did over the year; one of them put a figure right."""
        for place in range(2):
            found = date(2024, 4, 8) + timedelta(days=self.number * 3 + place)
            yield found, partial(self.hazard, found, place)
            if (self.number + place) % 3:
                done = found + timedelta(days=45)
                yield done, partial(self.rectify, done, place)
                if (self.number + place) % 3 == 1:
                    seen = done + timedelta(days=9)
                    yield seen, partial(self.accept, seen, place)
        start = date(2024, 4, 1)
        for place in range(2 if self.number < 8 else 1):
            yield start, partial(self.monitoring_unit, start, place)
        report = date(2024, 1, 22)
        if self.number % 2 == 0:
            yield report, lambda: self.record("toxic_reports", report, year=2023, substances="镉、铅、砷")
        if self.number < 5:
            sampled = date(2024, 9, 3) + timedelta(days=self.number)
            yield sampled, lambda: self.record(
                "self_monitorings", sampled, year=2024, soil_points=6 + self.number, wells=4, laboratory="示例环境检测有限公司",
            )  # fmt: skip
        if self.number == 0:
            yield date(2024, 8, 12), self.correct
            yield date(2024, 7, 2), lambda: self.score(date(2024, 7, 2))
        if self.number == 5:
            yield date(2024, 7, 9), lambda: self.score(date(2024, 7, 9))
        if self.number == 2:
            day, starts = date(2024, 7, 10), date(2024, 8, 19)
            yield (
                day,
                lambda: self.record(
                    "demolitions", day, name="老镀铬线拆除", starts_on=starts, content="拆除镀槽和地沟"
                ),
            )
            filed = date(2024, 7, 24)
            yield filed, lambda: self.record(
                "demolition_filings", filed, name="老镀铬线拆除", plan="老镀铬线拆除污染防治方案", emergency_measures=True,
                ecology_receipt="示环备〔2024〕6号",
            )  # fmt: skip

    def enlist(self) -> None:
        name = self.row["name"]
        if name not in self.cast.bodies:
            proposal = Proposal(name, "enterprise", self.cast.places[self.row["county"]])
            self.cast.bodies[name] = CreateOrganisation(None, _START, proposal, source=SOURCE).execute()

    def header(self, name: str = "") -> dict[str, Any]:
        return {
            "name": name or self.row["name"], "region": self.cast.places[self.row["county"]], "holder": self.holder,
        }  # fmt: skip

    def create(self, day: date, listed: date, state: str) -> None:
        facts: dict[str, Any] = {
            "industry": self.row["industry"], "operating": "operating", "toxic_substances": "镉、铅、砷",
            "address": f"{self.row['county']}工业路（示例地址 {self.number + 1} 号）", "listing_reason": "涉有毒有害物质，符合筛选条件",
        }  # fmt: skip
        if state == "published":
            facts |= {
                "listed_on": listed,
                "list_year": day.year,
                "published_on": day,
                "list_document": f"示环发〔{day.year}〕5号",
            }
        self.entry = CreateEntry(
            self.officer, day, "key_regulated_units", self.header(), facts, code=self.row["code"], state=state,
            is_example=True,
        ).execute()  # fmt: skip

    def environment(self, day: date, state: str) -> None:
        facts: dict[str, Any] = {
            "industry": self.row["industry"], "listing_reason": "符合重点单位筛选条件", "list_year": day.year, "published_on": day,
        } | dict.fromkeys(self.row["kinds"].split(), True)  # fmt: skip
        CreateEntry(
            self.officer, day, "environment_key_units", self.header(), facts, code=f"H{self.row['code']}",
            state=state, is_example=True,
        ).execute()  # fmt: skip

    def proof(self, entry: Entry, text: str, actor: User) -> Any:
        content = f"示例数据\n{self.row['name']}\n{text}\n".encode()
        return attach(
            io.BytesIO(content), f"{text}.txt", subject_type=entry.register, subject_uid=entry.uid,
            read_permission="key_units.read", region_path=self.cast.places[self.row["county"]].path,
            organisations=[self.holder.pk], actor=actor,
        )  # fmt: skip

    def record(
        self, kind_id: str, day: date, /, entry: Entry | None = None, actor: User | None = None, **values: Any
    ) -> Any:
        entry, actor = entry or self.known, actor or self.officer
        return AddRecord(actor, day, entry, kind_id, values, [self.proof(entry, "佐证材料", actor)]).execute()

    def move(
        self, day: date, move: str, *, reason: str = "", facts: dict[str, Any] | None = None, proof: bool = False,
        actor: User | None = None, entry: Entry | None = None,
    ) -> None:  # fmt: skip
        entry, actor = entry or self.known, actor or self.officer
        files = [self.proof(entry, "现场核实记录", actor)] if proof else []
        MoveEntry(actor, day, entry, move, reason=reason, facts=facts or {}, evidence=files).execute()

    def inspect(self, day: date) -> None:
        kind = "first" if day.year == date.fromisoformat(self.row["listed"]).year else "regular"
        self.record(
            "hazard_inspections", day, kind=kind, report="隐患排查报告", hazards_found=self.draw.randint(2, 9)
        )

    def recheck(self, day: date) -> None:
        result = "problems" if self.row["fate"] == "rechecking" else "sound"
        self.record(
            "rechecks",
            day,
            actor=self.second,
            batch="第一批" if day.year == 2023 else "第二批",
            result=result,
        )

    def correct(self) -> None:
        """The report counted a hazard twice; the figure is put right long after."""
        row = believed_records("hazard_inspections").get(entry=self.known)
        CorrectRecord(
            self.officer, row.on, row, "hazard_inspections", {"hazards_found": row.hazards_found - 1},
            reason="同一隐患重复计数，按复核结果更正",
        ).execute()  # fmt: skip

    def hazard(self, day: date, place: int) -> None:
        where, problem, advice = _PLACES[(self.number + place) % len(_PLACES)]
        facts = {
            "unit_name": self.row["name"], "place": where, "problem": problem, "advice": advice, "found_on": day,
            "due": day + timedelta(days=90),
        }  # fmt: skip
        entry = CreateEntry(
            self.officer, day, "hazard_rectification_ledger", self.header(f"{where}隐患"), facts,
            code=f"YH{self.row['code'][2:]}-{place + 1}", is_example=True,
        ).execute()  # fmt: skip
        self.hazards.append(entry)

    def rectify(self, day: date, place: int) -> None:
        facts = {"measures": "已按建议整改并拍照", "rectified_on": day}
        self.move(day, "claim", facts=facts, proof=True, entry=self.hazards[place])

    def accept(self, day: date, place: int) -> None:
        self.move(day, "accept", facts={"checked_on": day}, actor=self.second, entry=self.hazards[place])

    def monitoring_unit(self, day: date, place: int) -> None:
        where = _PLACES[(self.number + place) % len(_PLACES)][0]
        state = ("first", "second", "first_sensitive", "second_sensitive")[(self.number + place) % 4]
        entry = CreateEntry(
            self.officer, day, "key_unit_monitoring_units", self.header(where),
            {"unit_name": self.row["name"], "places": where, "substances": "镉、铅、砷", "soil_points": 2, "wells": 1},
            code=f"DY{self.row['code'][2:]}-{place + 1}", state=state, is_example=True,
        ).execute()  # fmt: skip
        if self.number < 4:
            self.record(
                "groundwater_samplings",
                date(2024, 4, 1),
                entry=entry,
                points=1,
                laboratory="示例环境检测有限公司",
            )

    def score(self, day: date) -> None:
        kind = asked("key_unit_inspection")
        items = items_of(kind, template_on(kind, self.cast.places[self.row["county"]], day))
        said = proposals(kind, items, self.known, day)
        answers = {}
        for item in items:
            proposal = said.get(item.position)
            if item.points is None:
                answers[item.position] = Answer(hit=bool(proposal and proposal.hit))
            else:
                proposed = points_of(item, proposal)
                given = proposed if proposed is not None else item.points - 1
                answers[item.position] = Answer(str(given))
        FillScorecard(self.second, day, kind, self.known, answers, note="年度现场检查").execute()


def _lists(cast: Cast) -> Iterator[Step]:
    for county, (officer, head, bureau) in {COUNTY: ("jingban", "fuhe", _BUREAU), **_OFFICERS}.items():
        for kind, label in (("soil", "土壤污染重点监管单位名录"), ("environment", "环境监管重点单位名录")):
            for year in (2023, 2024):
                made = _List(cast, county, cast.users[officer], cast.users[head], bureau, kind, label, year)
                yield from made.steps()


@dataclass(slots=True)
class _List:
    cast: Cast
    county: str
    officer: User
    head: User
    bureau: str
    kind: str
    label: str
    year: int
    entry: Entry | None = None

    def steps(self) -> Iterator[Step]:
        first = max(_START, date(self.year, 1, 8))
        end = date(self.year, 3, 26) if self.year == 2024 else _START
        yield first, lambda: self.create(first)
        if self.year == 2023:
            yield date(2024, 1, 5), lambda: self.move(date(2024, 1, 5), "close")
            return
        yield date(2024, 2, 20), lambda: self.move(date(2024, 2, 20), "draft", facts={"units_listed": 11})
        if self.county == "范例区" and self.kind == "environment":
            return
        yield (
            date(2024, 3, 12),
            lambda: self.move(date(2024, 3, 12), "verify", facts={"units_listed": 11}, actor=self.head),
        )
        yield (
            end,
            lambda: self.move(
                end, "publish", facts={"published_on": end, "document": "示环发〔2024〕5号"}, proof=True
            ),
        )
        if self.kind == "soil":
            for quarter, day in ((1, date(2024, 3, 28)), (2, date(2024, 6, 26)), (3, date(2024, 9, 27))):
                if self.county == COUNTY or quarter == 1:
                    yield day, partial(self.returned, quarter, day)

    def create(self, day: date) -> None:
        facts: dict[str, Any] = {"year": self.year, "kind": self.kind}
        state = "preparing"
        if self.year == 2023:
            state = "published"
            facts |= {"published_on": day, "units_listed": 10}
        self.entry = CreateEntry(
            self.officer, day, "key_unit_lists",
            {
                "name": f"{self.county}{self.year}年度{self.label}", "region": self.cast.places[self.county],
                "holder": self.cast.bodies.get(self.bureau),
            },
            facts, code=f"{self.county}-{self.kind}-{self.year}", state=state, is_example=True,
        ).execute()  # fmt: skip

    def move(
        self, day: date, move: str, *, facts: dict[str, Any] | None = None, actor: User | None = None,
        proof: bool = False,
    ) -> None:  # fmt: skip
        assert self.entry is not None
        files = []
        if proof:
            files = [
                attach(
                    io.BytesIO(f"示例数据\n{self.label}\n".encode()), "名录公布文件.txt", subject_type="key_unit_lists",
                    subject_uid=self.entry.uid, read_permission="key_units.read",
                    region_path=self.cast.places[self.county].path, actor=self.officer,
                )
            ]  # fmt: skip
        MoveEntry(actor or self.officer, day, self.entry, move, facts=facts or {}, evidence=files).execute()

    def returned(self, quarter: int, day: date) -> None:
        assert self.entry is not None
        values = {
            "year": 2024,
            "quarter": quarter,
            "added": 0,
            "removed": 0,
            "content": "名录内单位无变化，隐患整改按期推进",
        }
        AddRecord(self.officer, day, self.entry, "quarter_returns", values).execute()
