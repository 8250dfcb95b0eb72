"""An invented list of parcels under priority supervision, with its history."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from jingtu.platform.evidence.attaching import attach
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region
from jingtu.platform.registers.actions import CreateEntry
from jingtu.platform.registers.models import Entry
from jingtu.platform.registers.moves import MoveEntry, RevokeMove

REGISTER = "priority_parcels"
_WORKS = (
    ("化工厂", "化学原料和化学制品制造业", "苯并[a]芘、镉"),
    ("电镀厂", "金属表面处理及热处理加工", "镍、六价铬"),
    ("农药厂", "农药制造", "六六六总量、滴滴涕总量"),
    ("冶炼厂", "常用有色金属冶炼", "砷、镉、铅"),
    ("焦化厂", "炼焦", "苯、苯并[a]芘"),
    ("皮革厂", "皮革鞣制加工", "六价铬"),
)
_NAMES = "永兴宏远金鑫华丰大同长青东升利民新源建业"
_USES = ("工业用地", "防护绿地", "商业服务业用地", "未明确")
_MEASURES = "设置围挡和警示标识，限制开发利用，每半年监测一次地下水"

Step = tuple[date, Callable[[], Any]]


@dataclass(frozen=True, slots=True)
class Actors:
    """Who keeps the list, who checks, and who holds the land."""

    officer: User
    second: User
    holder: Organisation


@dataclass(frozen=True, slots=True)
class Fate:
    """How far a parcel gets: where it stands at the end of the year, and when its control was confirmed."""

    listed_on: date
    last: str
    controlled_on: date | None = None


def parcel_steps(
    county: Region, towns: list[Region], code: str, fates: list[Fate], actors: Actors, seed: int
) -> Iterator[Step]:
    """What happens to the parcels of one county, each step with its day; not yet in order of days."""
    draw = random.Random(seed)  # noqa: S311 - invented areas and years, the same at every build
    for number, fate in enumerate(fates, start=1):
        work, industry, substances = _WORKS[number % len(_WORKS)]
        town = towns[number % len(towns)]
        start = (number * 2) % len(_NAMES)
        former = f"{county.name}{_NAMES[start : start + 2]}{work}"
        parcel = _Parcel(county, town, f"{code}{number:04}", former, actors)
        facts = {
            "former_enterprise": former,
            "industry": industry,
            "area_m2": Decimal(draw.randint(40, 900) * 100),
            "address": f"{town.name}（示例地址 {number} 号）",
            "closed_on": date(draw.randint(2005, 2019), draw.randint(1, 12), draw.randint(1, 28)),
            "planned_use": draw.choice(_USES),
        }
        yield from parcel.steps(fate, facts, substances)


@dataclass(slots=True)
class _Parcel:
    county: Region
    town: Region
    code: str
    former: str
    actors: Actors
    entry: Entry | None = None

    def steps(self, fate: Fate, facts: dict[str, Any], substances: str) -> Iterator[Step]:
        listed = {"listed_on": fate.listed_on, "entry_basis": "关闭企业地块，经核实纳入清单"}
        if fate.last in {"found", "excluded"}:
            yield fate.listed_on, lambda: self.create(fate.listed_on, facts, "found")
            if fate.last == "excluded":
                day = fate.listed_on + timedelta(days=20)
                yield (
                    day,
                    lambda: self.move(
                        day, "exclude", {"exclusion_reason": "已建成道路绿地，不再作为工业地块"}, proof=True
                    ),
                )
            return
        yield fate.listed_on, lambda: self.create(fate.listed_on, facts | listed, "listed")
        yield from self._after(fate, substances)

    def _after(self, fate: Fate, substances: str) -> Iterator[Step]:
        end = fate.controlled_on or date(2024, 12, 20)
        first = fate.listed_on + timedelta(days=12)
        plan: list[tuple[str, int, str, dict[str, Any], bool]] = [
            ("monitoring", 75, "start_monitoring", {}, False),
            (
                "over_standard", 48, "find_over",
                {"monitored_on": None, "exceeded_substances": substances, "monitoring_result": "土壤样品超标"},
                True,
            ),
            ("area_delimited", 25, "delimit", {"control_grade": "二级", "control_due": end}, False),
            (
                "control_claimed", 6, "claim_control",
                {"controlled_on": end - timedelta(days=6), "control_measures": _MEASURES}, True,
            ),
            ("controlled", 0, "confirm_control", {}, False),
        ]  # fmt: skip
        reached = [state for state, *_ in plan]
        if fate.last == "within_standard":
            start = fate.listed_on + timedelta(days=20)
            yield start, lambda: self.move(start, "start_monitoring", {})
            day = fate.listed_on + timedelta(days=60)
            within = {"monitored_on": day - timedelta(days=10), "monitoring_result": "各项指标未超标"}
            yield day, lambda: self.move(day, "find_within", within, proof=True)
            return
        if fate.last not in reached:
            return
        for state, before, move, given, proof in plan:
            day = max(end - timedelta(days=before), first)
            first = day
            sampled = {"monitored_on": day - timedelta(days=9)} if "monitored_on" in given else {}
            facts = given | sampled
            actor = self.actors.second if move == "confirm_control" else self.actors.officer
            yield day, self._later(day, move, facts, proof, actor)
            if state == fate.last:
                return

    def _later(
        self, day: date, move: str, facts: dict[str, Any], proof: bool, actor: User
    ) -> Callable[[], Any]:
        return lambda: self.move(day, move, facts, proof=proof, actor=actor)

    def create(self, day: date, facts: dict[str, Any], state: str) -> None:
        self.entry = CreateEntry(
            self.actors.officer, day, REGISTER,
            {"name": f"{self.former}地块", "region": self.town, "holder": self.actors.holder},
            facts, code=self.code, state=state, is_example=True,
        ).execute()  # fmt: skip

    def move(
        self, day: date, move: str, facts: dict[str, Any], *, proof: bool = False, actor: User | None = None
    ) -> None:
        assert self.entry is not None
        who = actor or self.actors.officer
        evidence = [self._proof(day, move, who)] if proof else []
        MoveEntry(who, day, self.entry, move, facts=facts, evidence=evidence).execute()

    def _proof(self, day: date, move: str, actor: User) -> Attachment:
        assert self.entry is not None
        titles = {
            "find_over": "重点监测报告摘要",
            "find_within": "重点监测报告摘要",
            "claim_control": "管控措施落实记录",
            "exclude": "现场核实记录",
        }
        text = f"示例数据\n{self.former}地块\n{titles[move]}\n{day.isoformat()}\n"
        return attach(
            io.BytesIO(text.encode()), f"{titles[move]}.txt", subject_type=REGISTER,
            subject_uid=self.entry.uid, read_permission="sites.parcel.read", region_path=self.town.path,
            organisations=[self.actors.holder.pk], actor=actor,
        )  # fmt: skip


def fates_of_county() -> list[Fate]:
    """The forty parcels of the sample county: 36 on the list at the base date, 28 under control at the end."""
    by_month = {3: 6, 4: 2, 5: 2, 6: 2, 7: 2, 8: 2, 9: 3, 10: 3, 11: 5, 12: 1}
    controlled = [
        date(2024, month, 4 + 3 * place) for month, count in by_month.items() for place in range(count)
    ]
    fates = [
        Fate(date(2023, 2 + place % 9, 5 + place % 20), "controlled", day)
        for place, day in enumerate(controlled)
    ]
    rest = (
        "listed", "listed", "monitoring", "within_standard", "within_standard", "over_standard",
        "area_delimited",
    )  # fmt: skip
    fates += [Fate(date(2024, 1, 8 + place), last) for place, last in enumerate(rest)]
    fates.append(Fate(date(2023, 11, 6), "control_claimed", date(2024, 6, 21)))
    fates += [Fate(date(2024, 4, 12), "found"), Fate(date(2024, 4, 15), "excluded")]
    return [*fates, Fate(date(2024, 5, 20), "listed"), Fate(date(2024, 9, 28), "monitoring")]


def fates_of_neighbour(total: int, june: int, september: int, december: int) -> list[Fate]:
    """Parcels of a neighbouring county: so many under control by the end of June, September, December."""
    fates = []
    for place in range(total):
        day = None
        if place < june:
            day = date(2024, 4, 2) + timedelta(days=place * 6)
        elif place < september:
            day = date(2024, 7, 10) + timedelta(days=(place - june) * 9)
        elif place < december:
            day = date(2024, 10, 15) + timedelta(days=(place - september) * 9)
        fates.append(Fate(date(2023, 9, 1 + place % 25), "controlled" if day else "listed", day))
    return fates


MISTAKEN = 36  # place of that parcel in ``fates_of_county``


def mistaken_control(entry_code: str, actors: Actors) -> Iterator[Step]:
    """One parcel is taken for controlled in June; in August the finding is taken back.

    The reading of the end of June differs, therefore, between what was known then and what is known now.
    """

    def entry() -> Entry:
        return Entry.objects.get(register=REGISTER, code=entry_code)

    def confirm() -> None:
        MoveEntry(actors.second, date(2024, 6, 21), entry(), "confirm_control").execute()

    def take_back() -> None:
        reason = "复核发现围挡未合拢，六月的核查结论撤回"
        RevokeMove(actors.second, date(2024, 8, 15), entry(), reason=reason).execute()

    yield date(2024, 6, 21), confirm
    yield date(2024, 8, 15), take_back
