"""Contaminated cropland of the sample year: plots, what was done and found on them, and one result put right."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from jingtu.platform.evidence.attaching import attach
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people.models import User
from jingtu.platform.registers.actions import CreateEntry
from jingtu.platform.registers.entry_records import AddRecord, CorrectRecord, believed_records
from jingtu.platform.registers.models import Entry
from jingtu.platform.registers.moves import MoveEntry
from jingtu.service.demo.places import COUNTY, Cast, rows

Step = tuple[date, Callable[[], Any]]
REGISTER = "farmland_plots"
_FIRST = date(2024, 1, 4)
_AGRICULTURE = "示例县农业农村局"
_SPRING = ("lime", "organic_manure", "foliar")
_LATE = ("variety", "water", "foliar")
_STRICT = ("restructuring", "fallow", "restructuring", "return_forest")


def cropland_steps(cast: Cast) -> Iterator[Step]:
    """What happens to the plots of the sample county and its neighbours, each step with its day."""
    draw = random.Random(2024)  # noqa: S311 - invented results, the same at every build
    for number, row in enumerate(rows("cropland")):
        plot = _plot(cast, row, number, draw)
        yield _FIRST, plot.create
        yield from plot.fate()


def _plot(cast: Cast, row: dict[str, str], number: int, draw: random.Random) -> _Plot:
    local = row["county"] == COUNTY
    town = f"{row['town']}人民政府"
    holder = cast.bodies.get(town) or (cast.bodies[_AGRICULTURE] if local else None)
    officer = cast.officer if local else cast.users[{"样本县": "yangben", "范例区": "fanli"}[row["county"]]]
    keeper = cast.user_of(holder.name) if local and holder is not None else officer
    return _Plot(cast, row, number, draw, officer, keeper, holder)


@dataclass(slots=True)
class _Plot:
    cast: Cast
    row: dict[str, str]
    number: int
    draw: random.Random
    officer: User
    keeper: User  # who answers for the plot
    holder: Organisation | None
    entry: Entry | None = None

    @property
    def known(self) -> Entry:
        assert self.entry is not None
        return self.entry

    def create(self) -> None:
        row = self.row
        facts: dict[str, Any] = {
            "village": row["village"],
            "area_m2": f"{row['area']}亩" if row["area"] else None,
            "degree": row["degree"],
            "land_type": row["land_type"],
            "pollutants": row["pollutants"],
            "near_source": "矿" in row["village"] or "窑" in row["village"],
            "crops": "水稻" if row["land_type"] == "paddy" else "玉米、蔬菜",
        }
        if row["state"] != "pending":
            facts |= {"class_basis": "耕地土壤环境质量类别划分成果", "classified_on": date(2020, 12, 25)}
        self.entry = CreateEntry(
            self.officer, _FIRST, REGISTER,
            {"name": f"{row['village']}{row['code'][-2:]}号地块", "region": self.cast.places[row["town"]],
             "holder": self.holder},
            facts, code=row["code"], state=row["state"], is_example=True,
        ).execute()  # fmt: skip

    def fate(self) -> Iterator[Step]:
        fate = self.row["fate"]
        shift = timedelta(days=self.number % 9)
        if fate == "protect":
            yield self.measure(date(2024, 3, 18) + shift, "year", "organic_manure")
        elif fate in {"both", "late", "partly", "corrected"}:
            yield from self._safe_use(fate, shift)
        elif fate == "strict":
            yield from self._strict(shift)
        elif fate == "classified":
            day = date(2024, 5, 16)
            yield day, lambda: self.classify(day)
            yield self.measure(date(2024, 7, 25), "late", "lime")
        elif fate == "left":
            last = date(2024, 9, 12)
            yield last, lambda: self.leave(last)

    def _safe_use(self, fate: str, shift: timedelta) -> Iterator[Step]:
        spring, summer = date(2024, 3, 25) + shift, date(2024, 7, 22) + shift
        code = self.row["code"]
        if fate == "both":
            yield self.measure(spring, "early", _SPRING[self.number % 2 * 2])
            yield self.test(date(2024, 7, 10) + shift, "early", f"{code}-Z", self._cadmium())
        area = "980亩" if fate == "partly" else None
        yield self.measure(summer, "late", _LATE[self.number % 3], area)
        if self.number % 3 == 0:
            yield self.measure(summer + timedelta(days=20), "late", "lime", area, stacked=True)
        harvest = date(2024, 10, 24) + shift
        if fate == "corrected":
            early = date(2024, 7, 15)
            yield self.measure(spring, "early", "lime")
            yield self.test(early, "early", f"{code}-Z", "0.14")
            found = date(2024, 9, 3)
            yield found, lambda: self.put_right(f"{code}-Z", "0.24")
        yield self.test(harvest, "late", f"{code}-W", self._cadmium())

    def _strict(self, shift: timedelta) -> Iterator[Step]:
        yield self.measure(date(2024, 3, 12) + shift, "year", _STRICT[self.number % 4])
        phases = [("before", date(2024, 3, 20)), ("during", date(2024, 8, 6)), ("after", date(2024, 11, 8))]
        for phase, day in phases[: 2 if self.number % 4 == 1 else 3]:
            yield self.check(day + shift, phase, agrees=not (phase == "during" and self.number % 5 == 0))
        if self.number % 2 == 0:
            seen = date(2024, 9, 2) + shift
            yield seen, lambda: self._image(seen)

    def _cadmium(self) -> str:
        return f"0.{self.draw.randint(30, 188):03}" if self.draw.random() > 0.15 else "<0.01"

    def measure(
        self, day: date, season: str, name: str, area: str | None = None, *, stacked: bool = False
    ) -> Step:
        content = {
            "year": day.year, "season": season, "measure": name, "area_m2": area, "stacked": stacked or None,
            "done_by": "县农业技术推广站", "cost": f"{self.draw.randint(4, 60)}000",
        }  # fmt: skip
        return day, lambda: self.add(
            day, "farmland_measures", content, "现场照片" if self.number % 4 == 0 else ""
        )

    def test(self, day: date, season: str, sample: str, cadmium: str) -> Step:
        crop = "稻谷" if self.row["land_type"] != "dry" else "玉米"
        value = cadmium if crop == "稻谷" or cadmium.startswith("<") else "0.052"
        content = {
            "season": season, "crop": crop, "sample": sample, "cadmium": value, "lead": "<0.05",
            "laboratory": "示例环境检测有限公司",
        }  # fmt: skip
        return day, lambda: self.add(day, "farmland_crop_tests", content, "检测报告")

    def check(self, day: date, phase: str, *, agrees: bool) -> Step:
        content = {
            "year": day.year, "season": "year", "phase": phase, "agrees": agrees, "crop_seen": "无食用农作物",
        }  # fmt: skip
        if not agrees:
            content |= {"crop_seen": "零星蔬菜", "found": "地头零星种植蔬菜，已当场清除并告知农户"}
        return day, lambda: self.add(day, "farmland_strict_checks", content, "核查照片")

    def _image(self, day: date) -> None:
        content = {"image_source": "高分影像", "agrees": True, "crop_seen": "未见水稻"}
        self.add(day, "farmland_image_checks", content, "")

    def add(self, day: date, kind: str, content: dict[str, Any], title: str) -> None:
        files = [self._proof(day, title, self.keeper)] if title else []
        given = {name: value for name, value in content.items() if value is not None}
        AddRecord(self.keeper, day, self.known, kind, given, files).execute()

    def put_right(self, sample: str, cadmium: str) -> None:
        record = believed_records("farmland_crop_tests").get(entry=self.known, sample=sample)
        CorrectRecord(
            self.keeper, record.on, record, "farmland_crop_tests", {"cadmium": cadmium},
            reason="与检测报告核对，镉的结果抄录有误",
        ).execute()  # fmt: skip

    def classify(self, day: date) -> None:
        MoveEntry(
            self.officer, day, self.known, "class_safe_use",
            facts={"degree": "light_medium", "class_basis": "加密调查成果", "classified_on": day},
            evidence=[self._proof(day, "类别划定批复", self.officer)],
        ).execute()  # fmt: skip

    def leave(self, day: date) -> None:
        MoveEntry(
            self.officer, day, self.known, "leave", facts={"leaving_reason": "经批准转为建设用地"},
            evidence=[self._proof(day, "转用批复", self.officer)],
        ).execute()  # fmt: skip

    def _proof(self, day: date, title: str, actor: User) -> Attachment:
        place = self.cast.places[self.row["town"]]
        text = f"示例数据\n{self.row['village']}{self.row['code']}\n{title}\n{day.isoformat()}\n"
        return attach(
            io.BytesIO(text.encode()), f"{title}{day:%Y%m%d}.txt", subject_type=REGISTER,
            subject_uid=self.known.uid, read_permission="cropland.plot.read", region_path=place.path,
            organisations=[self.holder.pk] if self.holder else [], actor=actor,
        )  # fmt: skip
