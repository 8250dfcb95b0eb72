"""A draw in its steps: prepared, seeded, drawn. Each leaves its row; none is done twice."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar

from jingtu.errors import CellError, ConflictError, InputError
from jingtu.platform.actions import Action, Subject
from jingtu.platform.clock import recorded_now
from jingtu.platform.draws import drawing, population
from jingtu.platform.draws.drawing import Candidate
from jingtu.platform.draws.models import Draw, DrawnInspector, DrawnObject
from jingtu.platform.draws.permissions import MAKE
from jingtu.platform.draws.population import Filter
from jingtu.platform.draws.rules import inspectors_on
from jingtu.platform.people import policies
from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region
from jingtu.platform.registers.declarations import Register
from jingtu.platform.registers.models import Entry

Result = TypeVar("Result")
LONGEST_SEED = 80
SYSTEM_SEED_BYTES = 16


class PrepareDraw(Action[Draw]):
    """Fix over what will be drawn, before anybody can know the seed.

    Parameters
    ----------
    chosen : Filter
        Which entries of the register.
    share, number : Decimal, int, optional
        Percentage of the population, or how many; one of the two.
    strata : str
        ``region`` or a choice of the register; ``""`` draws from all together.
    at_least_one : bool
        At least one of every stratum.
    exclusions : mapping
        Uid of an entry -> the reason why it is left out.
    pool : sequence of User
        Who may be drawn as an inspector; none where only objects are drawn.
    due : date, optional
        The day by which all should have been looked at.
    """

    name = "draws.prepare"
    label = "准备抽取"
    permission = MAKE.name

    def __init__(
        self,
        actor: User | None,
        on: date,
        register: Register,
        region: Region,
        *,
        kind: str,
        title: str,
        chosen: Filter | None = None,
        share: Decimal | None = None,
        number: int | None = None,
        strata: str = "",
        at_least_one: bool = False,
        exclusions: Mapping[str, str] | None = None,
        pool: Sequence[User] = (),
        due: date | None = None,
    ) -> None:
        super().__init__(actor, on)
        self.register, self.region, self.kind = register, region, kind
        self.title = " ".join(title.split())
        self.chosen = chosen or Filter()
        self.share, self.number, self.strata, self.at_least_one = share, number, strata, at_least_one
        self.exclusions = {uid: reason.strip()[:200] for uid, reason in (exclusions or {}).items()}
        self.pool, self.due = list(pool), due
        self.draw: Draw | None = None

    def subject(self) -> Subject:
        return Subject("draw", self.draw.uid if self.draw else None, self.region.path)

    def check_permission(self) -> None:
        super().check_permission()
        if self.actor is not None:
            # The population is what the person may read, all of it: no draw over a part unseen.
            policies.require(self.actor, self.register.read_permission, self.region.path)

    def check_state(self) -> None:
        problems = self._said()
        self.known_at = recorded_now()
        rows = list(
            self.chosen.rows(self.register, self.region, self.on, None, policies.Reach(everywhere=True))
        )
        known = {str(row.entry.uid) for row in rows}
        for uid, reason in self.exclusions.items():
            if uid not in known:
                problems.append(CellError("不在抽取范围内，不必排除", column="排除"))
            elif not reason:
                problems.append(CellError("排除的对象须写明原因", column="排除"))
        self.left = [row for row in rows if str(row.entry.uid) not in self.exclusions]
        if not self.left:
            problems.append(CellError("没有符合条件的对象", column="抽取范围"))
        self.problems_of_pool(problems)
        if problems:
            raise InputError(f"抽取没有准备好，有 {len(problems)} 处需要补充或修改。", problems)
        self.population = population.candidates(self.register, self.left, self.strata)

    def _said(self) -> list[CellError]:
        problems = []
        if self.kind not in Draw.Kind.values:
            problems.append(CellError("请从列出的选项中选择", column="抽取类型", value=self.kind[:20]))
        if not 2 <= len(self.title) <= 80:
            problems.append(CellError("应为 2 至 80 字", column="抽取名称", value=self.title[:40]))
        if (self.share is None) == (self.number is None):
            problems.append(CellError("请填比例或数量中的一项", column="抽取数量"))
        if self.share is not None and not 0 < self.share <= 100:
            problems.append(CellError("应大于 0，不超过 100", column="抽取比例", value=str(self.share)))
        if self.number is not None and self.number < 1:
            problems.append(CellError("至少为 1", column="抽取数量", value=str(self.number)))
        if self.due is not None and self.due < self.on:
            problems.append(CellError("不能早于抽取日期", column="完成期限", value=self.due.isoformat()))
        return problems

    def problems_of_pool(self, problems: list[CellError]) -> None:
        """So many inspectors an object as the rule asks, none of its own unit: say beforehand where the pool cannot give them."""
        self.barred: dict[str, list[str]] = {}
        self.each = 0
        if not self.pool:
            if self.kind == Draw.Kind.RANDOM:
                problems.append(CellError("双随机须选定检查人员名单", column="检查人员"))
            return
        allowed = {user.pk for user in population.inspectors(self.region, self.on)}
        if any(user.pk not in allowed for user in self.pool):
            problems.append(CellError("名单中有不能参加检查的人员", column="检查人员"))
        self.barred = population.barred(self.left, self.pool, self.on)
        fewest = min((len(self.pool) - len(found) for found in self.barred.values()), default=len(self.pool))
        each = inspectors_on(self.on)
        if each is None:
            problems.append(CellError("当日有效的检查人数规定未配置，不能抽取检查人员", column="检查人员"))
            return
        self.each = each
        if min(fewest, len(self.pool)) < each:
            problems.append(
                CellError(f"每个对象须有 {each} 名非本单位的检查人员，请补充名单", column="检查人员")
            )

    def perform(self) -> Draw:
        digest = drawing.population_hash(self.population)
        draw = Draw(
            kind=self.kind, title=self.title, register=self.register.id, region=self.region, on=self.on,
            known_at=self.known_at, filter=self.chosen.as_json(), strata=self.strata,
            at_least_one=self.at_least_one, share=self.share, number=self.number,
            population=sorted([item.uid, item.stratum] for item in self.population),
            population_size=len(self.population), population_hash=digest,
            exclusions=[{"uid": uid, "reason": reason} for uid, reason in sorted(self.exclusions.items())],
            pool=sorted(str(user.uid) for user in self.pool), barred=self.barred,
            inspectors_each=self.each, algorithm=drawing.ALGORITHM, algorithm_version=drawing.VERSION, due=self.due,
            drawn_by=self.actor, is_example=self.region.is_example, prepared_at=self.known_at,
        )  # fmt: skip
        self.draw = draw
        draw.ledger_row = self.record(
            register=self.register.id, kind=self.kind, population=digest, size=draw.population_size,
            share=str(self.share) if self.share is not None else None, number=self.number, strata=self.strata,
            at_least_one=self.at_least_one, excluded=sorted(self.exclusions), pool=draw.pool,
            inspectors_each=self.each,
            algorithm=[drawing.ALGORITHM, drawing.VERSION], filter=draw.filter,
        )  # fmt: skip
        draw.save()
        return draw


class _DrawAction(Action[Result]):
    """A step of one draw, under its lock."""

    permission = MAKE.name
    wanted = Draw.State.PREPARED

    def __init__(self, actor: User | None, on: date, draw: Draw) -> None:
        super().__init__(actor, on)
        self.draw = draw

    def subject(self) -> Subject:
        return Subject("draw", self.draw.uid, self.draw.region.path)

    def lock(self) -> None:
        rows = Draw.objects.select_for_update(of=("self",)).select_related("region")
        self.draw = rows.get(pk=self.draw.pk)

    def check_state(self) -> None:
        if self.draw.state != self.wanted:
            raise ConflictError(f"这次抽取{self.draw.get_state_display()}，不能再办理“{self.label}”。")


class RecordSeed(_DrawAction[Draw]):
    """Record the seed: drawn by the operating system, or announced by a person before everybody.

    Parameters
    ----------
    announced : str
        The seed that was announced; ``""`` lets the system draw one.
    note : str
        Where an announced seed comes from (a public lottery's numbers of a day).
    """

    name = "draws.seed"
    label = "确定种子"

    def __init__(
        self, actor: User | None, on: date, draw: Draw, *, announced: str = "", note: str = ""
    ) -> None:
        super().__init__(actor, on, draw)
        self.announced, self.note = " ".join(announced.split()), note.strip()[:120]

    def check_state(self) -> None:
        super().check_state()
        problems = []
        if len(self.announced) > LONGEST_SEED:
            problems.append(CellError(f"不能超过 {LONGEST_SEED} 字", column="种子"))
        if self.announced and not self.note:
            problems.append(CellError("请写明种子从何而来", column="种子来源"))
        if problems:
            raise InputError("种子没有记录，请改正后再提交。", problems)

    def perform(self) -> Draw:
        draw = self.draw
        sources = Draw.SeedSource
        draw.seed = self.announced or secrets.token_hex(SYSTEM_SEED_BYTES)
        draw.seed_source = sources.ANNOUNCED if self.announced else sources.SYSTEM
        draw.seed_note = self.note
        draw.state = Draw.State.SEEDED
        draw.seed_row = self.record(seed=draw.seed, source=draw.seed_source, population=draw.population_hash)
        draw.seeded_at = draw.seed_row.at
        draw.save(update_fields=["seed", "seed_source", "seed_note", "seeded_at", "state", "seed_row"])
        return draw


class PerformDraw(_DrawAction[Draw]):
    """Draw objects and inspectors from what was fixed and the recorded seed."""

    name = "draws.draw"
    label = "抽取"
    wanted = Draw.State.SEEDED

    def perform(self) -> Draw:
        draw = self.draw
        drawn, pairs = result(draw)
        row = self.record(
            objects=[item.uid for item in drawn], inspectors={uid: list(pair) for uid, pair in pairs.items()},
            seed=draw.seed, population=draw.population_hash,
        )  # fmt: skip
        entries = {str(item.uid): item for item in Entry.objects.filter(uid__in=[item.uid for item in drawn])}
        people = {str(item.uid): item for item in User.objects.filter(uid__in=draw.pool)}
        for position, item in enumerate(drawn, start=1):
            stored = DrawnObject.objects.create(
                draw=draw, entry=entries[item.uid], position=position, stratum=item.stratum[:80]
            )
            for place, uid in enumerate(pairs.get(item.uid, ()), start=1):
                DrawnInspector.objects.create(drawn=stored, person=people[uid], position=place)
        draw.state, draw.drawn_at, draw.draw_row = Draw.State.DRAWN, row.at, row
        draw.save(update_fields=["state", "drawn_at", "draw_row"])
        return draw


class CancelDraw(_DrawAction[Draw]):
    """Give up a draw that has no seed yet; once there is one it is carried out."""

    name = "draws.cancel"
    label = "取消抽取"

    def __init__(self, actor: User | None, on: date, draw: Draw, reason: str) -> None:
        super().__init__(actor, on, draw)
        self.reason = reason.strip()[:200]

    def check_state(self) -> None:
        super().check_state()
        if not self.reason:
            raise InputError("请写明取消的原因。", [CellError("必填，不能为空", column="原因")])

    def perform(self) -> Draw:
        self.record(population=self.draw.population_hash)
        self.draw.state, self.draw.cancelled_reason = Draw.State.CANCELLED, self.reason
        self.draw.save(update_fields=["state", "cancelled_reason"])
        return self.draw


def result(draw: Draw) -> tuple[list[Candidate], dict[str, tuple[str, ...]]]:
    """What the record of a draw gives: objects in order, and their inspectors; nothing else is read.

    Raises
    ------
    ConflictError
        The record names another algorithm than this program has.
    """
    if (draw.algorithm, draw.algorithm_version) != (drawing.ALGORITHM, drawing.VERSION):
        raise ConflictError("这次抽取用的是另一版算法，请用相应版本的程序核验。")
    people = [Candidate(uid, stratum) for uid, stratum in draw.population]
    share = Fraction(draw.share) / 100 if draw.share is not None else None
    wanted = drawing.sizes(people, share=share, number=draw.number, at_least_one=draw.at_least_one)
    drawn = drawing.draw(draw.seed, people, wanted)
    pairs: dict[str, tuple[str, ...]] = {}
    if draw.pool:
        pairs = drawing.assign(draw.seed, drawn, draw.pool, draw.barred, draw.inspectors_each)
    return drawn, pairs


def said(draw: Draw) -> dict[str, Any]:
    """The published record, by which anybody can draw again."""
    return {
        "algorithm": draw.algorithm, "version": draw.algorithm_version, "seed": draw.seed,
        "population": [asdict(Candidate(uid, stratum)) for uid, stratum in draw.population],
        "population_hash": draw.population_hash, "share": str(draw.share) if draw.share is not None else None,
        "number": draw.number, "at_least_one": draw.at_least_one, "pool": draw.pool, "barred": draw.barred,
        "inspectors_each": draw.inspectors_each,
    }  # fmt: skip
