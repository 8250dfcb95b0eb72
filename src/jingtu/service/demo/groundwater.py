"""Groundwater of the sample year: wells and patrols, points and their results, one value put right."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from jingtu.platform.duties.actions import CheckDuty, CloseDuty
from jingtu.platform.duties.models import Duty
from jingtu.platform.evidence.attaching import attach
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people.models import User
from jingtu.platform.registers.actions import CreateEntry
from jingtu.platform.registers.entry_records import AddRecord, CorrectRecord, believed_records
from jingtu.platform.registers.models import Entry
from jingtu.platform.registers.moves import MoveEntry
from jingtu.platform.rulebooks.actions import AddTable
from jingtu.service.demo.places import CITY, Cast

Step = tuple[date, Callable[[], Any]]
WELLS, PATROLS = "groundwater_wells", "groundwater_well_patrols"
POINTS, RESULTS = "groundwater_points", "groundwater_point_results"
_LISTED = date(2024, 1, 3)
_TOWNS = ("清河镇", "石桥镇", "白鹭镇", "云岭乡", "柳溪乡")
_AQUIFERS = ("孔隙潜水", "岩溶水", "孔隙承压水")
_ROUTES = (date(2024, 2, 26), date(2024, 5, 20), date(2024, 8, 19), date(2024, 11, 11))
_BASIS = "示例县地下水监测井巡护办法（示例）"
# Places of wells among the sixteen of the county, and what becomes of them.
_REPAIRED, _CLAIMED, _BROKEN, _CLOSING, _REMOVING, _SEALED, _REMOVED = 2, 5, 8, 10, 12, 14, 15
_DRY, _WET_BEFORE, _WET = date(2024, 4, 16), date(2023, 9, 14), date(2024, 9, 18)
_PUT_RIGHT = date(2024, 8, 6)

# Name, kind, place, target class, base class, ammonia and manganese in three rounds (mg/L).
_POINTS = (
    ("清河一号点", "national", "清河镇", "III", "III", ("0.21", "0.35", "0.28"), ("0.06", "0.08", "0.07")),
    ("石桥二号点", "national", "石桥镇", "IV", "IV", ("0.82", "0.95", "0.77"), ("0.09", "0.08", "0.09")),
    ("白鹭三号点", "national", "白鹭镇", "III", "III", ("0.11", "0.09", "0.14"), ("0.05", "0.04", "0.05")),
    ("云岭四号点", "national", "云岭乡", "V", "V", ("1.80", "1.62", "1.71"), ("0.31", "0.28", "0.30")),
    ("清河水源点", "source", "清河镇", "III", "III", ("0.04", "0.06", "0.05"), ("0.04", "0.03", "0.03")),
    ("石桥水源点", "source", "石桥镇", "III", "III", ("0.12", "0.10", "0.11"), ("0.02", "0.02", "0.03")),
    ("白鹭水源点", "source", "白鹭镇", "III", "IV", ("0.08", "0.05", "0.07"), ("0.42", "0.38", "0.40")),
    ("柳溪水源点", "source", "柳溪乡", "III", "III", ("0.16", "0.20", "0.18"), ("0.05", "0.06", "0.06")),
    ("老厂区监控点", "risk", "石桥镇", "IV", "V", ("1.95", "2.40", "1.88"), ("0.60", "0.72", "0.66")),
    ("填埋场监控点", "risk", "清河镇", "V", "IV", ("1.10", "1.32", "1.21"), ("0.20", "0.18", "0.22")),
    ("尾矿库监控点", "risk", "云岭乡", "IV", "IV", ("0.30", "0.26", "0.33"), ("0.52", "0.61", "0.58")),
    ("旧灌溉井点", "other", "柳溪乡", "", "", (), ()),
    ("东冲一号点", "national", "东冲镇", "III", "III", ("", "0.22", "0.26"), ("", "0.05", "0.06")),
    ("西坪水源点", "source", "西坪镇", "III", "III", ("", "0.09", "0.61"), ("", "0.03", "0.04")),
    ("城北一号点", "national", "城北街道", "IV", "IV", ("", "0.91", "1.02"), ("", "0.07", "0.06")),
    ("江湾监控点", "risk", "江湾镇", "IV", "IV", ("", "0.44", "0.41"), ("", "0.30", "0.33")),
)  # fmt: skip
_NATURAL, _PLANNED, _MISTAKEN, _RETIRED = "白鹭水源点", "老厂区监控点", "白鹭三号点", "旧灌溉井点"


def groundwater_steps(cast: Cast) -> Iterator[Step]:
    """What happens to wells and points of the sample county and its neighbours, each step with its day."""
    yield date(2023, 2, 20), lambda: _enter_rule(cast)
    yield from _wells(cast)
    yield from _points(cast)


def stability_table() -> bytes:
    """The rule of 总体保持稳定 that the sample city entered, as a table of rates."""
    heading = "指标代号,指标名称,角色,比率下限,比率上限,结论,施行日期,废止日期,条款,来源,可信度,备注"
    clause = "类别不劣于基准类别的点位占比达到100%,示例市地下水水质稳定性判定办法（示例）,低,示例规则"
    names = {
        "groundwater_point_quality": "地下水考核点位水质",
        "groundwater_dual_source_point_quality": "地下水“双源”点位水质",
    }
    lines = [heading]
    for key, name in names.items():
        lines.append(f"{key},{name},判定,100,,保持稳定,2023-01-01,2026-01-01,{clause}")
        lines.append(f"{key},{name},判定,,100,未保持稳定,2023-01-01,2026-01-01,{clause}")
    return "\n".join(lines).encode()


def _enter_rule(cast: Cast) -> None:
    file = io.BytesIO(stability_table())
    AddTable(
        cast.users["shiju"], date(2023, 2, 20), cast.places[CITY], file, "水质稳定性判定规则.csv"
    ).execute()


def _wells(cast: Cast) -> Iterator[Step]:
    draw = random.Random(1411)  # noqa: S311 - invented depths, the same at every build
    for place in range(16):
        town = _TOWNS[place % len(_TOWNS)]
        facts: dict[str, Any] = {
            "kind": "区域监测井" if place % 3 else "水源地监测井",
            "aquifer": _AQUIFERS[place % len(_AQUIFERS)],
            "depth_m": f"{draw.randint(180, 920) / 10}",
            "longitude": f"{110.2 + place * 0.013:.6f}",
            "latitude": f"{23.1 + (place * 7 % 16) * 0.011:.6f}",
            "built_on": date(2015 + place % 6, 1 + place % 12, 10),
        }
        if place not in {6, 11}:  # two of them follow no frequency yet: 未配置
            facts |= {"patrols_a_year": 4, "patrol_basis": _BASIS}
        well = _Well(
            cast, cast.officer, town, f"GW990121{place + 1:03}", f"{town}{place // 5 + 1}号井", place
        )
        yield _LISTED, well.creating(facts)
        yield from well.fate()
    for number, (town, user) in enumerate(
        (("东冲镇", "yangben"), ("西坪镇", "yangben"), ("江湾镇", "fanli"))
    ):
        well = _Well(cast, cast.users[user], town, f"GW99012{number + 2}901", f"{town}监测井", -1)
        yield _LISTED, well.creating({"aquifer": "孔隙潜水", "patrols_a_year": 2, "patrol_basis": "示例办法"})
        yield date(2024, 5, 9), well.walking(date(2024, 5, 9))


@dataclass(slots=True)
class _Well:
    cast: Cast
    officer: User
    town: str
    code: str
    name: str
    place: int
    entry: Entry | None = None

    @property
    def keeper(self) -> Organisation | None:
        return self.cast.bodies.get(f"{self.town}人民政府")

    @property
    def walker(self) -> User:
        return self.cast.user_of(self.keeper.name) if self.keeper is not None else self.officer

    def creating(self, facts: dict[str, Any]) -> Callable[[], Any]:
        return lambda: self._create(facts)

    def _create(self, facts: dict[str, Any]) -> None:
        header = {"name": self.name, "region": self.cast.places[self.town], "holder": self.keeper}
        self.entry = CreateEntry(
            self.officer, _LISTED, WELLS, header, facts, code=self.code, is_example=True
        ).execute()

    def fate(self) -> Iterator[Step]:
        last = {_SEALED: 0, _REMOVED: 1}.get(self.place, 4)
        for number, route in enumerate(_ROUTES[:last]):
            day = route + timedelta(days=self.place % 9)
            found = (self.place, number) in {(_REPAIRED, 1), (_CLAIMED, 2), (_BROKEN, 3)}
            yield day, self.walking(day, "井锁锈死，保护管开裂" if found else "")
        if self.place in {_REPAIRED, _CLAIMED}:
            day = date(2024, 6, 12) if self.place == _REPAIRED else date(2024, 12, 5)
            yield day, self.moving(day, "repair", {"repaired_on": day}, proof=True)
        if self.place == _REPAIRED:
            checked = date(2024, 6, 20)
            yield checked, self.moving(checked, "accept_repair", {}, second=True)
        if self.place in {_CLOSING, _SEALED}:
            day = date(2024, 12, 16) if self.place == _CLOSING else date(2024, 1, 15)
            yield day, self.moving(day, "seal", _closing("成井年久，滤管堵塞", day), proof=True)
        if self.place in {_REMOVING, _REMOVED}:
            day = date(2024, 12, 18) if self.place == _REMOVING else date(2024, 4, 8)
            yield day, self.moving(day, "remove", _closing("道路建设占用", day), proof=True)
        if self.place == _SEALED:
            yield date(2024, 1, 22), self.moving(date(2024, 1, 22), "confirm_seal", {}, second=True)
        if self.place == _REMOVED:
            yield date(2024, 4, 15), self.moving(date(2024, 4, 15), "confirm_removal", {}, second=True)

    def walking(self, day: date, damage: str = "") -> Callable[[], Any]:
        values = {
            "lock": "broken" if damage else "ok", "pipe": "broken" if damage else "ok", "platform": "ok",
            "sign": "ok", "finding": "damaged" if damage else "sound", "detail": damage,
        }  # fmt: skip
        return lambda: AddRecord(self.walker, day, self.known, PATROLS, values).execute()

    def moving(
        self, day: date, move: str, facts: dict[str, Any], *, proof: bool = False, second: bool = False
    ) -> Callable[[], Any]:
        actor = self.cast.second if second else self.officer

        def act() -> None:
            files = [_proof(self.known, self.town, "现场照片和记录", self.cast, actor)] if proof else []
            MoveEntry(actor, day, self.known, move, facts=facts, evidence=files).execute()

        return act

    @property
    def known(self) -> Entry:
        assert self.entry is not None
        return self.entry


def _closing(reason: str, day: date) -> dict[str, Any]:
    return {"closing_reason": reason, "closed_on": day}


def _points(cast: Cast) -> Iterator[Step]:
    for number, (name, kind, town, target, base, ammonia, manganese) in enumerate(_POINTS, start=1):
        officer = cast.users[_OFFICERS.get(town, "jingban")]
        point = _Point(cast, officer, name, town, f"GK9901{number:03}")
        facts = {
            "kind": kind,
            "target_class": target,
            "base_class": base,
            "base_year": 2020 if base else None,
        }
        if target:
            facts["target_basis"] = "年度目标任务书（示例）"
        if name == _NATURAL:
            facts |= {"background_items": "锰", "background_basis": "示例县水文地质调查报告（示例）"}
        yield date(2023, 3, 20), point.creating(facts)
        for day, season, first, second in (
            zip((_WET_BEFORE, _DRY, _WET), ("wet", "dry", "wet"), ammonia, manganese, strict=True)
            if ammonia
            else ()
        ):
            if not first:
                continue
            # A decimal point slipped once, and was put right in August.
            wrong = name == _MISTAKEN and day == _DRY
            yield day + timedelta(days=12), point.sampled(day, season, "氨氮", "0.9" if wrong else first)
            yield day + timedelta(days=12), point.sampled(day, season, "锰", second)
        if name == _MISTAKEN:
            yield _PUT_RIGHT, point.putting_right("0.09")
        if name == _PLANNED:
            yield date(2024, 10, 22), point.planning
            yield date(2024, 10, 29), point.checking
        if name == _RETIRED:
            yield date(2023, 12, 4), point.retiring


_OFFICERS = {"东冲镇": "yangben", "西坪镇": "yangben", "城北街道": "fanli", "江湾镇": "fanli"}


@dataclass(slots=True)
class _Point:
    cast: Cast
    officer: User
    name: str
    town: str
    code: str
    entry: Entry | None = None

    @property
    def known(self) -> Entry:
        assert self.entry is not None
        return self.entry

    def creating(self, facts: dict[str, Any]) -> Callable[[], Any]:
        return lambda: self._create(facts)

    def _create(self, facts: dict[str, Any]) -> None:
        header = {"name": self.name, "region": self.cast.places[self.town]}
        self.entry = CreateEntry(
            self.officer, date(2023, 3, 20), POINTS, header, facts, code=self.code, is_example=True
        ).execute()

    def sampled(self, day: date, season: str, item: str, value: str) -> Callable[[], Any]:
        values = {"season": season, "item": item, "value": value, "unit": "mg/L"}
        return lambda: AddRecord(self.officer, day, self.known, RESULTS, values).execute()

    def putting_right(self, value: str) -> Callable[[], Any]:
        def act() -> None:
            record = believed_records(RESULTS).get(entry=self.known, on=_DRY, item="氨氮")
            reason = "与检测报告核对，小数点错位"
            CorrectRecord(self.officer, _DRY, record, RESULTS, {"value": value}, reason=reason).execute()

        return act

    def planning(self) -> None:
        duty = self._plan()
        file = attach(
            io.BytesIO("示例数据\n水质改善方案\n".encode()), "水质改善方案.txt", subject_type="duty",
            subject_uid=duty.uid, read_permission="groundwater.point.read", region_path=duty.region_path,
            organisations=(), actor=self.officer,
        )  # fmt: skip
        CloseDuty(self.officer, date(2024, 10, 22), duty, "方案已印发实施", evidence=[file]).execute()

    def checking(self) -> None:
        CheckDuty(self.cast.second, date(2024, 10, 29), self._plan(), accept=True).execute()

    def _plan(self) -> Duty:
        return Duty.objects.get(rule="groundwater.point_plan", entry=self.known, period="2024")

    def retiring(self) -> None:
        day = date(2023, 12, 4)
        file = _proof(self.known, self.town, "停用说明", self.cast, self.officer)
        MoveEntry(
            self.officer, day, self.known, "retire", reason="灌溉井报废，另设监控点", evidence=[file]
        ).execute()


def _proof(entry: Entry, town: str, title: str, cast: Cast, actor: User) -> Attachment:
    text = f"示例数据\n{entry.code}\n{title}\n"
    return attach(
        io.BytesIO(text.encode()), f"{title}.txt", subject_type=entry.register, subject_uid=entry.uid,
        read_permission="groundwater.well.read" if entry.register == WELLS else "groundwater.point.read",
        region_path=cast.places[town].path, organisations=(), actor=actor,
    )  # fmt: skip
