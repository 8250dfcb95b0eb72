"""Sources of cadmium of the sample year on the way to 销号, and the surveys of what contaminated the cropland."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from jingtu.platform.evidence.attaching import attach
from jingtu.platform.people.models import User
from jingtu.platform.registers.actions import CorrectFacts, CreateEntry
from jingtu.platform.registers.entry_records import AddRecord
from jingtu.platform.registers.models import Entry
from jingtu.platform.registers.moves import MoveEntry
from jingtu.service.demo.places import COUNTY, Cast, rows

Step = tuple[date, Callable[[], Any]]
_OTHERS = {"样本县": ("yangben", "yangbenju"), "范例区": ("fanli", "fanliju")}
_PAPERS = (
    ("plan", "整治方案"), ("before", "整治前照片"), ("after", "整治后照片"), ("monitoring", "整治后监测报告"),
    ("check", "核查表"), ("confirmation", "确认文件"),
)  # fmt: skip
_ORDER = ("listed", "rectifying", "claimed", "checked", "struck")
_AREAS = (
    ("CY01", "清河片区", "county", "cut_off"), ("CY02", "石桥片区", "county", "cutting"),
    ("CY03", "示例经济技术开发区", "zone", "causes_found"), ("CY04", "北岭片区", "town", "surveying"),
    ("CY05", "南岭片区", "town", "no_source"), ("CY06", "东湖片区", "town", "chosen"),
)  # fmt: skip


def cadmium_steps(cast: Cast) -> Iterator[Step]:
    """What happens to the sources and areas of the sample county and its neighbours, each step with its day."""
    for row in rows("cadmium"):
        yield from _Source(cast, row).steps()
    for code, name, kind, fate in _AREAS:
        yield from _Area(cast, code, name, kind, fate).steps()


def _people(cast: Cast, county: str) -> tuple[User, User]:
    if county == COUNTY:
        return cast.officer, cast.second
    one, two = _OTHERS[county]
    return cast.users[one], cast.users[two]


class _Kept:
    """An entry of the sample, its files and its moves."""

    entry: Entry | None
    cast: Cast
    county: str

    @property
    def known(self) -> Entry:
        assert self.entry is not None
        return self.entry

    def proof(self, text: str, actor: User) -> Any:
        content = f"示例数据\n{self.known.code}\n{text}\n".encode()
        return attach(
            io.BytesIO(content), f"{text}.txt", subject_type=self.known.register, subject_uid=self.known.uid,
            read_permission="cadmium.read", region_path=self.cast.places[self.county].path, actor=actor,
        )  # fmt: skip

    def move(
        self, day: date, move: str, facts: dict[str, Any] | None = None, *, second: bool = False, reason: str = "",
        proof: str = "",
    ) -> None:  # fmt: skip
        actor = _people(self.cast, self.county)[second]
        files = [self.proof(proof, actor)] if proof else []
        MoveEntry(actor, day, self.known, move, facts=facts or {}, reason=reason, evidence=files).execute()

    def record(self, kind: str, day: date, values: dict[str, Any], text: str = "佐证材料") -> None:
        actor = _people(self.cast, self.county)[0]
        AddRecord(actor, day, self.known, kind, values, [self.proof(text, actor)]).execute()


@dataclass
class _Source(_Kept):
    cast: Cast
    row: dict[str, str]
    entry: Entry | None = None

    @property
    def county(self) -> str:  # type: ignore[override]
        return self.row["county"]

    def steps(self) -> Iterator[Step]:
        day, fate = date.fromisoformat(self.row["listed"]), self.row["fate"]
        clue = day - timedelta(days=40)
        yield clue, lambda: self.create(clue)
        if fate == "clue":
            return
        survey = day - timedelta(days=20)
        yield survey, lambda: self.move(survey, "survey")
        if fate == "excluded":
            yield day, lambda: self.move(day, "exclude", reason="经采样未发现超标", proof="现场核实记录")
        if fate in {"surveyed", "excluded"}:
            return
        listed = {"listed_on": day, "list_year": day.year, "listing_reason": "排查发现，周边耕地超标"}
        yield day, lambda: self.move(day, "include", listed | {"problem": "废渣露天堆存，雨污未分流"})
        yield from self.on_the_list(day, fate)

    def on_the_list(self, day: date, fate: str) -> Iterator[Step]:
        carried = fate.startswith("carried_")
        last = "struck" if fate == "reopened" else fate.removeprefix("carried_")
        start = day + timedelta(days=35)
        due = date(day.year + carried, 11, 30)
        reached = _ORDER.index(last)
        if reached >= 1:
            plan = {"plan": f"{self.row['name']}整治方案", "measures": "清运废渣，建截洪沟", "due": due}
            yield start, lambda: self.move(start, "start", plan, proof="整治方案")
            halfway = start + timedelta(days=40)
            yield (
                halfway,
                lambda: self.record("source_progress", halfway, {"percent": 45, "content": "完成废渣清运"}),
            )
        if carried:
            new_year = date(day.year + 1, 1, 16)
            yield (
                new_year,
                lambda: self.move(
                    new_year, "carry_over_rectifying", {"list_year": day.year + 1}, reason="上年未完成，结转"
                ),
            )
        done = date(2024, 5, 14) if carried else start + timedelta(days=95)
        yield from self.settled(done, reached)
        if fate == "reopened":
            again = done + timedelta(days=60)
            yield (
                again,
                lambda: self.record(
                    "source_spot_checks", again, {"result": "problems", "problems": "截洪沟淤堵"}, "抽查记录"
                ),
            )
            yield (
                again,
                lambda: self.move(
                    again,
                    "reopen",
                    {"due": date(2024, 12, 25)},
                    second=True,
                    reason="抽查发现截洪沟淤堵",
                    proof="抽查照片",
                ),
            )

    def settled(self, done: date, reached: int) -> Iterator[Step]:
        if reached >= 2:
            yield done, lambda: self.move(done, "claim", {"rectified_on": done}, proof="整治完成报告")
        if reached >= 3:
            seen = done + timedelta(days=12)
            yield seen, lambda: self.move(seen, "check", {"checked_on": seen}, second=True, proof="核查表")
        if reached >= 4:
            gone = done + timedelta(days=24)
            for kind, title in _PAPERS:
                yield (
                    gone,
                    partial(self.record, "source_materials", gone, {"kind": kind, "title": title}, title),
                )
            yield (
                gone,
                lambda: self.move(
                    gone,
                    "strike_off",
                    {"struck_off_on": gone, "confirmation": "示环函〔2024〕18号"},
                    second=True,
                ),
            )
            if self.row["code"] == "CD04":
                late = gone + timedelta(days=30)
                yield late, lambda: self.correct(late)

    def create(self, day: date) -> None:
        row = self.row
        facts = {
            "source_kind": row["kind"], "metals": row["metals"], "clue": "土壤污染状况详查",
            "address": f"{row['county']}（示例地址）",
        }  # fmt: skip
        header = {
            "name": row["name"], "region": self.cast.places[row["county"]], "holder": self.cast.bodies.get(row["name"]),
        }  # fmt: skip
        self.entry = CreateEntry(
            _people(self.cast, row["county"])[0],
            day,
            "cadmium_sources",
            header,
            facts,
            code=row["code"],
            is_example=True,
        ).execute()

    def correct(self, day: date) -> None:
        """What metals were found is put right for all of the time since the source was known."""
        since = date.fromisoformat(self.row["listed"])
        CorrectFacts(
            _people(self.cast, self.county)[0], since, self.known, facts={"metals": "镉、锰、铊"},
            reason=f"{day.isoformat()}复核检测报告，补记铊",
        ).execute()  # fmt: skip


@dataclass
class _Area(_Kept):
    cast: Cast
    code: str
    name: str
    kind: str
    fate: str
    county: str = COUNTY
    entry: Entry | None = None

    def steps(self) -> Iterator[Step]:
        begun, done, cut = date(2024, 3, 20), date(2024, 8, 22), date(2024, 11, 12)
        yield date(2024, 2, 27), lambda: self.create(date(2024, 2, 27))
        if self.fate == "chosen":
            return
        yield (
            begun,
            lambda: self.move(
                begun, "begin", {"surveyor": "示例土壤调查技术有限公司", "survey_due": date(2024, 10, 31)}
            ),
        )
        if self.fate == "surveying":
            return
        found = {
            "surveyed_on": done,
            "causes": "历史冶炼废渣淋溶，经灌渠进入耕地",
            "report": f"{self.name}成因排查报告",
        }
        if self.fate == "no_source":
            yield (
                done,
                lambda: self.move(
                    done, "conclude_without", found | {"causes": "地质高背景"}, proof="成因排查报告"
                ),
            )
            return
        yield done, lambda: self.move(done, "conclude", found | {"sources_found": 2}, proof="成因排查报告")
        for name, kind, pathway in (("旧渣堆场", "waste", "solid"), ("灌渠底泥", "irrigation", "water")):
            gone = cut if self.fate == "cut_off" or kind == "waste" else None
            values = {"name": f"{self.name}{name}", "kind": kind, "pathway": pathway}
            day = cut if gone else done
            yield (
                day,
                partial(self.record, "found_sources", done, values | {"cut_on": gone}),
            )
        if self.fate == "causes_found":
            return
        plan = {"measures": "封存渣场，清淤灌渠", "cut_due": date(2024, 12, 20)}
        yield done + timedelta(days=12), lambda: self.move(done + timedelta(days=12), "start_cutting", plan)
        if self.fate == "cut_off":
            yield cut, lambda: self.move(cut, "claim_cut", {"cut_on": cut}, proof="断源完成照片")
            yield (
                cut + timedelta(days=9),
                lambda: self.move(cut + timedelta(days=9), "confirm_cut", second=True),
            )

    def create(self, day: date) -> None:
        facts = {"area_kind": self.kind, "area_m2": "1200亩", "metals": "镉", "list_year": 2024}
        header = {
            "name": self.name,
            "region": self.cast.places[COUNTY],
            "holder": self.cast.bodies.get("示例生态环境局"),
        }
        self.entry = CreateEntry(
            self.cast.officer, day, "farmland_cause_surveys", header, facts, code=self.code, is_example=True
        ).execute()
