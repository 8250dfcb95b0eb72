"""Projects and money of the sample year: from the reserve list to performance, one payment taken back."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from jingtu.platform.evidence.attaching import attach
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.people.models import User
from jingtu.platform.registers.actions import CreateEntry
from jingtu.platform.registers.entry_records import AddRecord, WithdrawRecord, believed_records
from jingtu.platform.registers.models import Entry
from jingtu.platform.registers.moves import MoveEntry
from jingtu.service.demo.places import COUNTY, Cast

Step = tuple[date, Callable[[], Any]]
REGISTER = "reserve_projects"
FUNDING, PAYMENTS, WORK = "project_funding", "project_payments", "project_work"
MILESTONES, EVALUATIONS = "project_milestones", "project_evaluations"
_FIRST = date(2023, 1, 9)
_DOCUMENTS = {2022: "示财环〔2022〕11号", 2023: "示财环〔2023〕8号", 2024: "示财环〔2024〕6号"}
_ORDER = ("enter_library", "fund", "start", "finish", "claim_acceptance", "confirm_acceptance", "evaluate")
_FIRST_STATE = {"pre_reserve": 0, "in_library": 1, "funded": 2, "started": 3}
_LAST = {
    "pre_reserve": 0, "in_library": 1, "funded": 2, "started": 3, "finished": 4, "acceptance_claimed": 5,
    "accepted": 6, "evaluated": 7,
}  # fmt: skip
_RETURNED = "白鹭镇受污染耕地安全利用项目"


@dataclass(frozen=True, slots=True)
class Fate:
    """One project: what it is, where its list begins and where it stands, its money and its payments.

    ``days`` are those of the moves from its first state on; amounts are in 万元. ``paid`` names day and amount.
    """

    name: str
    place: str
    kind: str
    first: str
    last: str
    days: tuple[date, ...]
    year: int = 0
    central: str = ""
    city: str = ""
    paid: tuple[tuple[date, str], ...] = ()
    work: tuple[tuple[date, str, str, str, str], ...] = ()


_FATES = (
    Fate(
        "石桥镇原电镀厂地块风险管控项目", "石桥镇", "建设用地", "started", "evaluated",
        (date(2023, 6, 20), date(2023, 11, 6), date(2023, 11, 20), date(2024, 3, 18)), 2022, "600", "50",
        ((date(2023, 3, 15), "240"), (date(2023, 8, 10), "210"), (date(2024, 2, 1), "132")),
    ),
    Fate(
        "清河镇废渣堆综合整治项目", "清河镇", "历史遗留矿渣", "started", "accepted",
        (date(2023, 12, 12), date(2024, 6, 3), date(2024, 6, 21)), 2022, "900", "",
        ((date(2023, 4, 20), "360"), (date(2023, 12, 25), "390"), (date(2024, 9, 9), "90")),
    ),
    Fate(
        "云岭乡矿区周边耕地成因排查项目", "云岭乡", "农用地", "started", "acceptance_claimed",
        (date(2024, 4, 26), date(2024, 11, 15)), 2023, "280", "",
        ((date(2023, 10, 19), "112"), (date(2024, 6, 20), "140")),
    ),
    Fate(
        "柳溪乡地下水环境状况调查评估项目", "柳溪乡", "地下水", "funded", "finished",
        (date(2023, 5, 29), date(2024, 8, 30)), 2023, "320", "",
        ((date(2023, 9, 14), "128"), (date(2024, 9, 20), "160")),
    ),
    Fate(
        _RETURNED, "白鹭镇", "农用地", "funded", "started", (date(2023, 8, 21),), 2023, "500", "",
        ((date(2023, 12, 5), "150"), (date(2024, 5, 16), "120"), (date(2024, 10, 25), "160")),
        (
            (date(2024, 3, 29), "土壤调理", "3200", "800", "亩"), (date(2024, 6, 28), "土壤调理", "3200", "1950", "亩"),
            (date(2024, 11, 29), "土壤调理", "3200", "2700", "亩"), (date(2024, 6, 28), "品种替代", "1300", "600", "亩"),
            (date(2024, 11, 29), "品种替代", "1300", "1080", "亩"),
        ),
    ),
    Fate(
        "示例经济技术开发区地下水监测井建设项目", "示例经济技术开发区", "地下水", "in_library", "started",
        (date(2024, 2, 19), date(2024, 5, 8)), 2024, "260", "40",
        ((date(2024, 7, 4), "78"), (date(2024, 11, 21), "65")),
        ((date(2024, 8, 30), "监测井", "12", "5", "口"), (date(2024, 11, 29), "监测井", "12", "10", "口")),
    ),
    Fate(
        "清河镇化工厂地块修复项目", "清河镇", "建设用地", "in_library", "started", (date(2024, 3, 4), date(2024, 8, 12)),
        2024, "740", "", ((date(2024, 9, 30), "222"), (date(2024, 12, 10), "190")),
    ),
    Fate("石桥镇涉重企业周边土壤调查项目", "石桥镇", "农用地", "in_library", "funded", (date(2024, 6, 6),), 2024, "120"),
    Fate("云岭乡尾矿库下游风险管控项目", "云岭乡", "历史遗留矿渣", "in_library", "in_library", ()),
    Fate("白鹭镇水源补给区调查项目", "白鹭镇", "地下水", "pre_reserve", "in_library", (date(2024, 4, 10),)),
    Fate("柳溪乡废弃矿井封堵项目", "柳溪乡", "地下水", "pre_reserve", "pre_reserve", ()),
    Fate("示例县农用地土壤监测网络项目", COUNTY, "农用地", "pre_reserve", "pre_reserve", ()),
    Fate("石桥镇旧砖窑地块调查项目", "石桥镇", "建设用地", "pre_reserve", "dropped", (date(2024, 9, 3),)),
    Fate(
        "东冲镇耕地安全利用项目", "东冲镇", "农用地", "funded", "started", (date(2023, 9, 4),), 2023, "300", "",
        ((date(2024, 1, 18), "90"), (date(2024, 7, 22), "120")),
    ),
    Fate("西坪镇废渣治理项目", "西坪镇", "历史遗留矿渣", "in_library", "funded", (date(2024, 5, 13),), 2024, "420"),
    Fate(
        "江湾镇地块管控项目", "江湾镇", "建设用地", "started", "finished", (date(2024, 5, 20),), 2022, "380", "",
        ((date(2023, 6, 12), "200"), (date(2024, 6, 17), "160")),
    ),
)  # fmt: skip
_OFFICERS = {"东冲镇": "yangben", "西坪镇": "yangben", "江湾镇": "fanli"}


def fund_steps(cast: Cast) -> Iterator[Step]:
    """What happens to the projects of the sample county and its neighbours, each step with its day."""
    for number, fate in enumerate(_FATES, start=1):
        project = _Project(cast, cast.users[_OFFICERS.get(fate.place, "jingban")], fate, number)
        yield _FIRST, project.create
        yield from project.moves()
        yield from project.money()
        yield from project.records()


@dataclass(slots=True)
class _Project:
    cast: Cast
    officer: User
    fate: Fate
    number: int
    entry: Entry | None = None

    @property
    def known(self) -> Entry:
        assert self.entry is not None
        return self.entry

    def create(self) -> None:
        fate = self.fate
        facts: dict[str, Any] = {
            "kind": fate.kind,
            "content": "示例项目，按实施方案完成调查、治理和监测",
            "total_investment": f"{int(fate.central or 150) + int(fate.city or 0)}万元",
        }
        if fate.first in {"in_library", "funded", "started"}:
            facts |= {"library_number": f"SL2022{self.number:03}", "library_on": date(2022, 6, 10)}
        if fate.first in {"funded", "started"}:
            facts |= {"funding_document": _DOCUMENTS[fate.year], "funded_on": date(2022, 11, 28)}
            facts |= {"planned_start": date(2023, 9, 30), "planned_finish": date(2024, 12, 20)}
        if fate.first == "started":
            facts["started_on"] = date(2022, 12, 15)
        header = {
            "name": fate.name, "region": self.cast.places[fate.place],
            "holder": self.cast.bodies.get(f"{fate.place}人民政府"),
        }  # fmt: skip
        self.entry = CreateEntry(
            self.officer, _FIRST, REGISTER, header, facts, code=f"XM2023{self.number:03}", state=fate.first,
            is_example=True,
        ).execute()  # fmt: skip

    def moves(self) -> Iterator[Step]:
        fate = self.fate
        if fate.last == "dropped":
            yield (
                fate.days[0],
                self._moving(fate.days[0], "drop", {"dropped_reason": "地块已由土地使用权人自行调查"}),
            )
            return
        done = _ORDER[_FIRST_STATE[fate.first] : _LAST[fate.last]]
        for day, move in zip(fate.days, done, strict=True):
            yield day, self._moving(day, move, self._facts(move, day))

    def _facts(self, move: str, day: date) -> dict[str, Any]:
        planned = {"planned_start": day + timedelta(days=75), "planned_finish": day + timedelta(days=420)}
        given: Mapping[str, dict[str, Any]] = {
            "enter_library": {"library_number": f"SL2024{self.number:03}", "library_on": day},
            "fund": {"funding_document": _DOCUMENTS.get(self.fate.year, ""), "funded_on": day} | planned,
            "start": {"started_on": day},
            "finish": {"finished_on": day},
            "claim_acceptance": {"accepted_on": day},
            "confirm_acceptance": {},
            "evaluate": {"evaluated_on": day, "grade": "良"},
        }
        return given[move]

    def _moving(self, day: date, move: str, facts: dict[str, Any]) -> Callable[[], Any]:
        second = move in {"confirm_acceptance", "evaluate"}

        def act() -> None:
            actor = self.cast.second if second else self.officer
            files = [] if move == "confirm_acceptance" else [self._proof("证明材料", actor)]
            reason = "不再需要中央资金支持" if move == "drop" else ""
            MoveEntry(actor, day, self.known, move, facts=facts, evidence=files, reason=reason).execute()

        return act

    def money(self) -> Iterator[Step]:
        fate = self.fate
        if not fate.year:
            return
        # A county has it once the document is out; what was granted in 2022 came in before the list began.
        received = _FIRST + timedelta(days=3) if fate.first in {"funded", "started"} else fate.days[0]
        line = {"year": fate.year, "level": "central", "document": _DOCUMENTS[fate.year]}
        yield received, self._adding(received, FUNDING, line | {"amount": f"{fate.central}万元"})
        if fate.city:
            own = line | {"level": "city", "amount": f"{fate.city}万元"}
            yield received, self._adding(received, FUNDING, own)
        for place, (day, amount) in enumerate(fate.paid, start=1):
            values = line | {
                "amount": f"{amount}万元", "payee": "示例土壤调查技术有限公司",
                "voucher": f"ZF{self.number:02}{place:02}",
            }  # fmt: skip
            yield day, self._adding(day, PAYMENTS, values, proof=True)
        if fate.name == _RETURNED:
            values = line | {"amount": "30万元", "payee": "示例县永兴化工有限公司", "voucher": "ZF0599"}
            yield date(2024, 6, 5), self._adding(date(2024, 6, 5), PAYMENTS, values, proof=True)
            yield date(2024, 8, 14), self._taking_back

    def records(self) -> Iterator[Step]:
        for day, item, planned, done, unit in self.fate.work:
            yield day, self._adding(day, WORK, {"item": item, "planned": planned, "done": done, "unit": unit})
        if self.fate.year and self.fate.last != "funded":
            day = max(date(2023, 10, 16), self.fate.days[-1] if self.fate.first == "in_library" else _FIRST)
            yield day, self._adding(day, MILESTONES, {"name": "实施方案评审", "planned_on": day})
        if self.fate.year in {2022, 2023} and self.fate.place not in _OFFICERS:
            day = date(2023, 12, 21)
            values = {
                "year": 2023,
                "score": f"{86 + self.number}",
                "grade": "优" if self.number > 3 else "良",
            }
            yield day, self._adding(day, EVALUATIONS, values, proof=True)

    def _adding(
        self, day: date, kind: str, values: dict[str, Any], *, proof: bool = False
    ) -> Callable[[], Any]:
        def act() -> None:
            files = [self._proof("凭证", self.officer)] if proof else []
            AddRecord(self.officer, day, self.known, kind, values, files).execute()

        return act

    def _taking_back(self) -> None:
        record = believed_records(PAYMENTS).get(entry=self.known, voucher="ZF0599")
        reason = "收款单位有误，银行已退回"
        WithdrawRecord(self.officer, date(2024, 8, 14), record, PAYMENTS, reason=reason).execute()

    def _proof(self, title: str, actor: User) -> Attachment:
        text = f"示例数据\n{self.fate.name}\n{title}\n"
        return attach(
            io.BytesIO(text.encode()), f"{title}.txt", subject_type=REGISTER, subject_uid=self.known.uid,
            read_permission="funds.project.read", region_path=self.cast.places[self.fate.place].path,
            organisations=(), actor=actor,
        )  # fmt: skip
