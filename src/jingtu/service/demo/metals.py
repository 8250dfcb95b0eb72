"""Enterprises that handle heavy metals in the sample year, what their permits say, and a quota ledger with a mistake."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from jingtu.platform.evidence.attaching import attach
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.organisations.resolutions import Proposal
from jingtu.platform.organisations.resolving import CreateOrganisation
from jingtu.platform.people.models import User
from jingtu.platform.registers.actions import ChangeFacts, CorrectFacts, CreateEntry
from jingtu.platform.registers.entry_records import AddRecord, CorrectRecord
from jingtu.platform.registers.models import Entry
from jingtu.platform.registers.moves import MoveEntry
from jingtu.programme.sources.metals.metals import NAMES, grams
from jingtu.programme.sources.metals.quotas.actions import Particulars
from jingtu.programme.sources.metals.quotas.kinds import (
    AllotPermit,
    OpenQuota,
    TransferBetween,
    TransferIn,
    TransferOut,
    VerifyReduction,
)
from jingtu.programme.sources.metals.quotas.models import ReductionSource
from jingtu.programme.sources.metals.quotas.projects import Reverse, UseSources
from jingtu.programme.sources.metals.quotas.rules import EnterReplacementRule
from jingtu.service.demo.places import CITY, SOURCE, Cast

Step = tuple[date, Callable[[], Any]]
REGISTER, PARKS = "heavy_metal_enterprises", "heavy_metal_parks"
CHECKS, CONFIRMATIONS = "heavy_metal_permit_checks", "heavy_metal_confirmations"
_FIRST = date(2023, 1, 10)
_ZONE = "示例经济技术开发区"
_OFFICERS = {"东冲镇": "yangben", "西坪镇": "yangben", "江湾镇": "fanli"}


@dataclass(frozen=True, slots=True)
class Plant:
    """One enterprise: where it lies, its trade, its first state, and what it emitted in 2020 in kilograms."""

    name: str
    place: str
    industry: str
    process: str
    base: Mapping[str, str] = field(default_factory=dict)
    state: str = "operating"
    kind: str = "existing"
    facts: Mapping[str, Any] = field(default_factory=dict)


_PLANTS = (
    Plant("云岭铅锌选矿厂", "云岭乡", "mining", "浮选", {"pb": "320", "cd": "18.5", "as": "42"}),
    Plant("云岭锡锑矿", "云岭乡", "mining", "重选、浮选", {"pb": "60", "as": "30.25", "sb": "55"}),
    Plant("石桥金鑫冶炼厂", "石桥镇", "smelting", "烧结、鼓风炉", {"pb": "480", "cd": "36.2", "as": "65"}, facts={"air_key_unit": True, "particulate_monitoring": "connected"}),
    Plant("石桥再生铅厂", "石桥镇", "smelting", "富氧熔炼", {"pb": "220", "cd": "9.3"}, facts={"air_key_unit": True, "particulate_monitoring": "installed"}),
    Plant("清河蓄电池厂", "清河镇", "battery", "极板、组装", {"pb": "150"}),
    Plant("东升蓄电池厂", _ZONE, "battery", "极板、组装", state="building", kind="new"),
    Plant("示例县宏远电镀有限公司", _ZONE, "plating", "镀铬、镀锌", {"cr": "180"}),
    Plant("石桥长青电镀厂", "石桥镇", "plating", "镀铬", {"cr": "48"}),
    Plant("华丰电镀厂", _ZONE, "plating", "镀铬", {"cr": "95"}, kind="expanded"),
    Plant("清河新源电镀厂", "清河镇", "plating", "镀铬", {"cr": "62"}),
    Plant("示例县永兴化工有限公司", _ZONE, "chemicals", "锌无机化合物（以工业固体废物为原料）", {"pb": "75", "cd": "6.75"}, facts={"supplement": "required"}),
    Plant("清河利民锌盐厂", "清河镇", "chemicals", "锌无机化合物（以工业固体废物为原料）", {"pb": "58", "cd": "4"}, facts={"supplement": "required"}),
    Plant("白鹭大同皮革厂", "白鹭镇", "tanning", "鞣制", {"cr": "110"}),
    Plant("白鹭建业皮革厂", "白鹭镇", "tanning", "鞣制", {"cr": "84"}, state="suspended"),
    Plant("柳溪同源五金厂", "柳溪乡", "other", "机械加工", {"cr": "2"}),
    Plant("石桥金鑫冶炼厂二厂", "石桥镇", "smelting", "烧结、鼓风炉", {"pb": "480"}),
    Plant("云岭兴隆铅锌矿", "云岭乡", "mining", "采矿", state="building", kind="new"),
    Plant("东冲冶炼厂", "东冲镇", "smelting", "鼓风炉", {"pb": "300", "cd": "12"}),
    Plant("西坪电镀厂", "西坪镇", "plating", "镀铬", {"cr": "70"}),
    Plant("江湾电镀厂", "江湾镇", "plating", "镀铬", {"cr": "55"}),
)  # fmt: skip
_PARKS = (
    ("示例县电镀集控区", _ZONE, "operating", {"industries": "电镀行业", "metals": "铬", "enterprise_count": 3}),
    ("云岭有色金属矿产加工区", "云岭乡", "operating", {"industries": "重有色金属矿采选业", "metals": "铅、镉、砷", "enterprise_count": 3}),
    ("石桥再生资源产业园", "石桥镇", "planned", {"industries": "重有色金属冶炼业", "metals": "铅、镉", "enterprise_count": 2}),
    ("东冲有色金属园", "东冲镇", "operating", {"industries": "重有色金属冶炼业", "metals": "铅、镉", "enterprise_count": 1}),
)  # fmt: skip
_MOVES: tuple[tuple[date, str, str, str, Mapping[str, Any]], ...] = (
    (date(2023, 6, 12), "石桥长青电镀厂", "close", "列入落后产能淘汰名单，自行关闭", {"closed_on": "2023-06-10"}),
    (date(2023, 9, 18), "云岭锡锑矿", "suspend", "市场原因停产", {}),
    (date(2023, 8, 7), "清河新源电镀厂", "suspend", "停产检修", {}),
    (date(2023, 11, 20), "清河新源电镀厂", "resume", "", {}),
    (date(2023, 4, 17), "柳溪同源五金厂", "remove", "核实后无涉重金属工序", {"removal_cause": "scope"}),
    (date(2023, 4, 18), "石桥金鑫冶炼厂二厂", "remove", "与石桥金鑫冶炼厂为同一企业", {"removal_cause": "double"}),
    (date(2024, 9, 9), "东升蓄电池厂", "commission", "", {}),
    (date(2024, 11, 18), "白鹭大同皮革厂", "close", "搬迁关闭", {"closed_on": "2024-11-15"}),
)  # fmt: skip
# Permits looked at: day, plant, measures, reductions, transfers.
_CHECKED = (
    (date(2023, 9, 5), "石桥金鑫冶炼厂", "yes", "no", "na"),
    (date(2023, 9, 5), "石桥再生铅厂", "yes", "yes", "na"),
    (date(2023, 9, 6), "示例县宏远电镀有限公司", "no", "no", "na"),
    (date(2023, 9, 6), "华丰电镀厂", "yes", "yes", "na"),
    (date(2023, 9, 7), "清河蓄电池厂", "yes", "yes", "na"),
    (date(2023, 9, 8), "云岭铅锌选矿厂", "yes", "yes", "na"),
    (date(2024, 3, 12), "石桥金鑫冶炼厂", "yes", "yes", "yes"),
    (date(2024, 4, 9), "清河利民锌盐厂", "no", "no", "na"),
    (date(2024, 4, 9), "示例县永兴化工有限公司", "yes", "yes", "na"),
    (date(2024, 10, 29), "示例县宏远电镀有限公司", "yes", "yes", "na"),
    (date(2024, 10, 30), "东升蓄电池厂", "yes", "no", "no"),
)
_CONFIRMED_2024 = (
    "云岭铅锌选矿厂", "石桥金鑫冶炼厂", "石桥再生铅厂", "清河蓄电池厂", "示例县宏远电镀有限公司", "华丰电镀厂",
    "清河新源电镀厂", "示例县永兴化工有限公司",
)  # fmt: skip


def metals_steps(cast: Cast) -> Iterator[Step]:
    """What happens to the enterprises and their quantities, each step with its day."""
    story = _Story(cast)
    yield date(2023, 1, 9), story.ratio
    for number, plant in enumerate(_PLANTS, start=1):
        yield _FIRST, story.entering(plant, number)
    for number, (name, place, state, park) in enumerate(_PARKS, start=1):
        yield _FIRST, story.park(name, place, state, park, number)
    for plant in _PLANTS:
        if plant.base and plant.name not in {"柳溪同源五金厂", "石桥金鑫冶炼厂二厂"}:
            yield date(2023, 1, 16), story.opening(plant)
    for day, name, move, reason, facts in _MOVES:
        yield day, story.moving(day, name, move, reason, facts)
    for day, name, *said in _CHECKED:
        yield day, story.checking(day, name, said)
    yield from _confirmations(story)
    yield from story.quantities()
    yield date(2024, 5, 20), story.supplemented
    yield date(2024, 7, 8), story.put_right


def _confirmations(story: _Story) -> Iterator[Step]:
    gone = {"柳溪同源五金厂", "石桥金鑫冶炼厂二厂"}
    for plant in _PLANTS:
        if plant.name not in gone:
            yield date(2023, 12, 6), story.confirming(date(2023, 12, 6), plant.name, "same")
    for name in _CONFIRMED_2024:
        outcome = "changed" if "化工" in name else "same"
        yield date(2024, 12, 3), story.confirming(date(2024, 12, 3), name, outcome)


@dataclass(slots=True)
class _Story:
    cast: Cast
    entries: dict[str, Entry] = field(default_factory=dict)
    sources: dict[str, ReductionSource] = field(default_factory=dict)

    # the list

    def officer(self, place: str) -> User:
        return self.cast.users[_OFFICERS.get(place, "jingban")]

    def entering(self, plant: Plant, number: int) -> Callable[[], Any]:
        def act() -> None:
            county = self.county(plant.place)
            facts: dict[str, Any] = {
                "industry": plant.industry, "process": plant.process, "project_kind": plant.kind,
                "address": f"{plant.place}（示例地址 {number} 号）", "listed_on": date(2022, 6, 20),
                "listing_reason": "涉重金属重点行业企业排查纳入", "permit_class": "key",
                "permit_number": f"SL{number:016}001P", "metals": "、".join(NAMES[code] for code in plant.base),
                "longitude": str(Decimal("109.10") + number * Decimal("0.013")),
                "latitude": str(Decimal("24.20") + number * Decimal("0.009")),
            }  # fmt: skip
            if plant.base:
                facts["base_year"] = 2020
            for code, mass in plant.base.items():
                facts |= {f"base_{code}": f"{mass}千克", f"permitted_{code}": f"{mass}千克"}
            header = {
                "name": plant.name,
                "region": self.cast.places[plant.place],
                "holder": self.holder(plant, county),
            }
            self.entries[plant.name] = CreateEntry(
                self.officer(plant.place), _FIRST, REGISTER, header, facts | dict(plant.facts),
                code=f"ZJS{number:04}", state=plant.state, is_example=True,
            ).execute()  # fmt: skip

        return act

    def county(self, place: str) -> str:
        region = self.cast.places[place].parent
        assert region is not None
        return region.name

    def holder(self, plant: Plant, county: str) -> Organisation:
        known = self.cast.bodies.get(plant.name)
        if known is not None:
            return known
        proposal = Proposal(
            f"{county}{plant.name}", Organisation.Kind.ENTERPRISE, self.cast.places[plant.place]
        )
        return CreateOrganisation(None, _FIRST, proposal, source=SOURCE).execute()

    def park(
        self, name: str, place: str, state: str, facts: Mapping[str, Any], number: int
    ) -> Callable[[], Any]:
        def act() -> None:
            header = {"name": name, "region": self.cast.places[place]}
            CreateEntry(
                self.officer(place), _FIRST, PARKS, header,
                dict(facts) | {"park_level": "local", "listed_on": date(2022, 6, 20), "area_m2": f"{number * 60}公顷"},
                code=f"ZJSYQ{number:02}", state=state, is_example=True,
            ).execute()  # fmt: skip

        return act

    def moving(
        self, day: date, name: str, move: str, reason: str, facts: Mapping[str, Any]
    ) -> Callable[[], Any]:
        def act() -> None:
            entry = self.entries[name]
            proof = attach(
                io.BytesIO(f"示例：{name}{move}的证明材料".encode()), "证明材料.txt", subject_type=REGISTER,
                subject_uid=entry.uid, read_permission="metals.enterprise.read",
                region_path=self.cast.places["示例县"].path, organisations=[], actor=self.cast.officer,
            )  # fmt: skip
            MoveEntry(
                self.cast.officer, day, entry, move, reason=reason, facts=dict(facts), evidence=[proof]
            ).execute()

        return act

    def checking(self, day: date, name: str, said: list[str]) -> Callable[[], Any]:
        def act() -> None:
            measures, reductions, transfers = said
            values = {
                "permit_number": f"SL{list(self.entries).index(name) + 1:016}001P", "measures": measures,
                "reductions": reductions, "transfers": transfers,
            }  # fmt: skip
            AddRecord(self.cast.officer, day, self.entries[name], CHECKS, values).execute()

        return act

    def confirming(self, day: date, name: str, outcome: str) -> Callable[[], Any]:
        def act() -> None:
            entry = self.entries[name]
            place = next(plant.place for plant in _PLANTS if plant.name == name)
            values = {"year": day.year, "outcome": outcome}
            AddRecord(self.officer(place), day, entry, CONFIRMATIONS, values).execute()

        return act

    def supplemented(self) -> None:
        """The zinc plant's data are complete."""
        facts = {"supplement": "done", "supplemented_on": "2024-05-20"}
        entry = self.entries["示例县永兴化工有限公司"]
        ChangeFacts(self.cast.officer, date(2024, 5, 20), entry, facts=facts).execute()

    def put_right(self) -> None:
        """Two things of the past are corrected: a check that was read wrongly, and a wrong process."""
        from jingtu.platform.registers.entry_records import believed_records

        day = date(2023, 9, 7)
        check = believed_records(CHECKS).get(entry=self.entries["清河蓄电池厂"], on=day)
        CorrectRecord(
            self.cast.officer, day, check, CHECKS, {"reductions": "no"}, reason="副本中未见减排量，原记录有误"
        ).execute()
        CorrectFacts(
            self.cast.officer, _FIRST, self.entries["华丰电镀厂"], facts={"process": "镀铬、镀镍"},
            reason="据环评文件更正",
        ).execute()  # fmt: skip

    # the quantities

    def ratio(self) -> None:
        """The city asks for equal replacement."""
        EnterReplacementRule(
            None, date(2023, 1, 9), self.cast.places[CITY], metal="", ratio=Decimal(1),
            source="示例市重金属污染防控工作方案（示例）", clause="新建、改建、扩建项目等量替代",
            valid_from=date(2022, 7, 1),
        ).execute()  # fmt: skip

    def opening(self, plant: Plant) -> Callable[[], Any]:
        def act() -> None:
            day, officer = date(2023, 1, 16), self.officer(plant.place)
            said = Particulars(document="示例市重金属排放总量核定表（2023年）")
            for code, mass in plant.base.items():
                OpenQuota(officer, day, self.entries[plant.name], code, grams(mass), said).execute()
                AllotPermit(officer, day, self.entries[plant.name], code, grams(mass), said).execute()

        return act

    def quantities(self) -> Iterator[Step]:
        """Reductions, projects and transfers of the two years; one entered wrongly and taken back."""
        reductions = (
            (date(2023, 7, 3), "石桥长青电镀厂", "cr", "48", "closure", "长青电镀厂关闭", "changqing"),
            (date(2023, 11, 14), "石桥金鑫冶炼厂", "pb", "4", "treatment", "烟气深度治理", "wrong"),
            (date(2023, 11, 14), "石桥金鑫冶炼厂", "as", "12.5", "treatment", "烟气深度治理", "arsenic"),
            (date(2024, 3, 20), "石桥再生铅厂", "pb", "8", "process", "富氧侧吹改造", "lead"),
            (date(2024, 10, 18), "示例县宏远电镀有限公司", "cr", "30", "process", "镀槽清洁生产改造", "hongyuan"),
        )  # fmt: skip
        for day, name, metal, mass, way, project, key in reductions:
            yield day, self.reducing(day, name, metal, mass, way, project, key)
        yield date(2023, 11, 27), self.corrected
        yield date(2024, 2, 26), self.used
        yield date(2024, 4, 15), self.expanded
        yield date(2024, 6, 11), self.given
        yield date(2024, 8, 5), self.received

    def reducing(
        self, day: date, name: str, metal: str, mass: str, way: str, project: str, key: str
    ) -> Callable[[], Any]:
        def act() -> None:
            said = Particulars(project=project, document=f"减排量核实意见（{day.year}年示例{day.month}号）")
            done = VerifyReduction(
                self.cast.officer, day, self.entries[name], metal, grams(mass), said, way=way
            ).execute()
            self.sources[key] = ReductionSource.objects.get(transaction=done)

        return act

    def corrected(self) -> None:
        """Four kilograms were entered where forty had been verified."""
        wrong = self.sources["wrong"].transaction
        Reverse(self.cast.officer, wrong, "数量少录一位，应为40千克").execute()
        self.reducing(wrong.on, "石桥金鑫冶炼厂", "pb", "40", "treatment", "烟气深度治理", "smelter")()

    def used(self) -> None:
        """The new battery plant takes up twelve kilograms of lead."""
        entry, day = self.entries["东升蓄电池厂"], date(2024, 2, 26)
        said = Particulars(project="年产极板项目", document="示环审〔2024〕3号（示例）")
        UseSources(
            self.cast.officer, day, entry, "pb", grams("12"), said, parts=[(self.sources["smelter"], grams("12.6"))]
        ).execute()  # fmt: skip

    def expanded(self) -> None:
        """A plating plant grows by eight kilograms, against the one that closed."""
        day, said = (
            date(2024, 4, 15),
            Particulars(project="二期扩建项目", document="示环审〔2024〕9号（示例）"),
        )
        officer, closed = self.cast.officer, self.entries["石桥长青电镀厂"]
        grown = self.entries["华丰电镀厂"]
        done = TransferBetween(
            officer, day, closed, "cr", grams("10"), Particulars(document="总量指标出让协议（示例）"),
            source=self.sources["changqing"], to=grown,
        ).execute()  # fmt: skip
        part = ReductionSource.objects.get(transaction=done)
        UseSources(officer, day, grown, "cr", grams("8"), said, parts=[(part, grams("8"))]).execute()

    def given(self) -> None:
        """Five kilograms of lead leave for another city."""
        said = Particulars(
            document="跨市总量指标调剂批复（示例）", counterpart="外市临江县铅蓄电池企业（示例）"
        )
        TransferOut(
            self.cast.officer, date(2024, 6, 11), self.entries["石桥金鑫冶炼厂"], "pb", grams("5"), said,
            source=self.sources["smelter"],
        ).execute()  # fmt: skip

    def received(self) -> None:
        """The neighbour takes over chromium from another city."""
        said = Particulars(
            project="外市电镀企业关闭",
            document="跨市总量指标调剂批复（示例）",
            counterpart="外市望江县（示例）",
        )
        TransferIn(
            self.officer("西坪镇"), date(2024, 8, 5), self.entries["西坪电镀厂"], "cr", grams("6"), said
        ).execute()
