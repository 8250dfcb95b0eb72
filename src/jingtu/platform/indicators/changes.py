"""What changed since a snapshot was kept, and why; and whether recomputing it gives the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from jingtu.platform.indicators import service, snapshots
from jingtu.platform.indicators.declarations import Reading
from jingtu.platform.indicators.models import Snapshot
from jingtu.platform.indicators.parameters import of as parameter_of
from jingtu.platform.indicators.provenance import Line, lines
from jingtu.platform.indicators.snapshots import ABSENT, IN_DENOMINATOR, IN_NUMERATOR, document_of, standings
from jingtu.platform.pages.formats import RATIO, figure, measured
from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import declarations, versions
from jingtu.platform.registers.models import Version

ENTERED, LEFT, CORRECTED, MOVED = "entered", "left", "corrected", "moved"
KINDS = {
    ENTERED: "新进入统计范围",
    LEFT: "退出统计范围",
    MOVED: "状态变化",
    CORRECTED: "补录或更正",
}
_COUNTED = frozenset({IN_NUMERATOR, IN_DENOMINATOR})
_STATUS = {"no_data": "无数据", "not_configured": "未配置", "not_applicable": "不适用"}


@dataclass(frozen=True, slots=True)
class Movement:
    """One entry that stands otherwise than it did; ``late``: told after the snapshot, of a day before it."""

    key: int
    kind: str
    was: str
    now: str
    late: bool

    @property
    def label(self) -> str:
        return KINDS[self.kind]

    @property
    def moves_the_number(self) -> bool:
        return self.was in _COUNTED or self.now in _COUNTED


@dataclass(frozen=True, slots=True)
class Told:
    """A movement as a reader sees it: the entry, its state then and now, when it was told and why."""

    movement: Movement
    line: Line
    state_was: str
    since: date | None
    recorded: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Change:
    """A reading beside an earlier snapshot of the same number.

    ``rule`` and ``parameters`` are pairs of (was, now) in words, where they differ.
    """

    snapshot: Snapshot
    reading: Reading
    difference: Decimal | None
    movements: tuple[Movement, ...]
    rule: tuple[str, str] | None = None
    parameters: tuple[tuple[str, str, str], ...] = ()

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many entries moved in which way, those that move nothing left out."""
        found = dict.fromkeys(KINDS, 0)
        for item in self.movements:
            found[item.kind] += 1
        return [(KINDS[kind], count) for kind, count in found.items() if count]

    @property
    def words(self) -> str:
        """What became of the number, in one sentence."""
        was, now = said(self.snapshot.reading), said(self.reading.to_json())
        since = f"{self.snapshot.on.isoformat()} 留存为 {was}"
        if self.difference is None:
            return f"{since}，现在为 {now}。" if was != now else f"{since}，没有变化。"
        if not self.difference:
            return f"{since}，现在仍为 {now}。"
        unit = (
            "个百分点"
            if self.reading.unit == "%"
            else ""
            if self.reading.unit == RATIO
            else self.reading.unit
        )
        verb = "增加" if self.difference > 0 else "减少"
        return f"{since}，现在为 {now}，{verb} {figure(abs(self.difference))} {unit}".rstrip() + "。"


def said(document: dict[str, Any]) -> str:
    """The number of a kept or fresh reading in words.

    Examples
    --------
    >>> said({"value": 41.67, "unit": "%", "numerator": 5, "denominator": 12, "status": "ok"})
    '41.67 %（分子 5，分母 12）'
    >>> said({"value": None, "unit": "%", "numerator": None, "denominator": None, "status": "no_data"})
    '无数据'
    """
    value = document.get("value")
    if value is None:
        return _STATUS.get(document.get("status", ""), "无数据")
    text = value if isinstance(value, str) else measured(figure(value), document.get("unit") or "")
    above, below = document.get("numerator"), document.get("denominator")
    return text if above is None or below is None else f"{text}（分子 {figure(above)}，分母 {figure(below)}）"


def kept_before(
    indicator_id: str, region: Region, on: date, known_at: datetime | None = None
) -> list[Snapshot]:
    """All snapshots of a number up to a day, newest first, whatever their base date."""
    found = snapshots.history(known_at).filter(indicator=indicator_id, region=region, on__lte=on)
    return list(found.select_related("region", "ledger_row").order_by("-on", "-id"))


def latest(kept: list[Snapshot], reading: Reading) -> Snapshot | None:
    """The snapshot to hold a reading against: the last one of another day, or of this day if it differs."""
    for item in kept:
        if item.on < reading.on or snapshots.figures(item.reading) != snapshots.figures(reading.to_json()):
            return item
    return None


def since(snapshot: Snapshot, reading: Reading, parameters: dict[str, Any] | None = None) -> Change:
    """What changed between a snapshot and a reading of the same number on that day or later.

    The day of the snapshot is read again as known now: where that differs already, somebody told
    something late (补录) or corrected it; what differs only from there on happened since.

    Parameters
    ----------
    snapshot : Snapshot
        What was kept.
    reading : Reading
        What is read now, of the same indicator and region.
    parameters : mapping, optional
        Those of ``reading``; the snapshot carries its own.

    Returns
    -------
    Change
        With every entry that stands otherwise than in the snapshot; those that move the number first.
    """
    own = snapshot.reading.get("parameters", {})
    again = service.read(snapshot.indicator, snapshot.region, snapshot.on, reading.known_at, own)
    kept = standings(snapshot.reading)
    middle, fresh = standings(document_of(again, own)), standings(document_of(reading, parameters))
    found = []
    for key in kept.keys() | fresh.keys():
        was, now, told = kept.get(key, ABSENT), fresh.get(key, ABSENT), middle.get(key, ABSENT)
        if was == now:
            continue
        late = was != told
        kind = ENTERED if was == ABSENT else LEFT if now == ABSENT else CORRECTED if late else MOVED
        found.append(Movement(key, kind, was, now, late))
    order = list(KINDS)
    found.sort(key=lambda item: (not item.moves_the_number, order.index(item.kind), item.key))
    rules = _rule(snapshot.reading.get("rule")), _rule(reading.rule.to_json() if reading.rule else None)
    chosen = parameters or {}
    return Change(
        snapshot,
        reading,
        None if snapshot.value is None or reading.value is None else reading.value - snapshot.value,
        tuple(found),
        rules if rules[0] != rules[1] else None,
        tuple(
            (parameter_of(name).label, str(own.get(name) or "未设"), str(chosen.get(name) or "未设"))
            for name in sorted(own.keys() | chosen.keys())
            if str(own.get(name) or "") != str(chosen.get(name) or "")
        ),
    )


def _rule(rule: dict[str, Any] | None) -> str:
    if rule is None:
        return "未配置"
    end = f"至 {rule['valid_to']} 前" if rule["valid_to"] else "起施行"
    return "，".join(part for part in (rule["source"], rule["clause"], f"{rule['valid_from']} {end}") if part)


def tell(change: Change, movements: tuple[Movement, ...], user: User) -> list[Told]:
    """Movements of one page with their entries, states and reasons, those within the reader's reach."""
    keys = [item.key for item in movements]
    reading, snapshot = change.reading, change.snapshot
    shown = {item.key: item for item in lines(keys, user, reading.on, reading.known_at)}
    then = {
        item.entry_id: item
        for item in Version.objects.filter(versions.at(snapshot.on, snapshot.known_at), entry__in=shown)
    }
    now = {
        item.entry_id: item
        for item in Version.objects.filter(
            versions.at(reading.on, reading.known_at), entry__in=shown
        ).select_related("ledger_row")
    }
    found = []
    for item in movements:
        if item.key not in shown:
            continue
        before, after = then.get(item.key), now.get(item.key)
        found.append(
            Told(
                item,
                shown[item.key],
                _state(before),
                after.effective_from if after else None,
                after.ledger_row.at if after and after.ledger_row.at > snapshot.known_at else None,
                after.reason if after else "",
            )
        )
    return found


def _state(version: Version | None) -> str:
    if version is None:
        return "尚未登记"
    return declarations.get(version.register).lifecycle.state(version.state).label


@dataclass(frozen=True, slots=True)
class Check:
    """Whether recomputing a snapshot gave the same, as one sentence; ``tone`` of the message."""

    snapshot: Snapshot
    same: bool
    words: str


def check(snapshot: Snapshot, known_at: datetime | None = None) -> Check:
    """Recompute the day of a snapshot, once as known when it was kept and once as known now."""
    found = snapshots.compare(snapshot, known_at)
    kept, now = said(snapshot.reading), said(found.now.to_json())
    day = snapshot.on.isoformat()
    if not found.reproducible:
        then = said(found.then.to_json())
        return Check(
            snapshot,
            False,
            f"重新计算与留存不一致：{day} 留存为 {kept}，按当时已知的内容重新计算为 {then}。"
            "计算规则或留存的内容可能已被改动，请联系审计管理员核验台账。",
        )
    if found.same:
        return Check(snapshot, True, f"重新计算与留存一致：{day} 仍为 {kept}。")
    if snapshots.figures(found.now.to_json()) == snapshots.figures(snapshot.reading):
        return Check(
            snapshot,
            True,
            f"重新计算与留存一致：{day} 仍为 {kept}；此后有 {len(found.causes)} 个条目补录或更正，总数没有变。",
        )
    return Check(
        snapshot,
        False,
        f"按留存时已知的内容重新计算，结果与留存一致：{day} 为 {kept}。"
        f"此后有 {len(found.causes)} 个条目补录或更正，按现有内容重新计算为 {now}。",
    )
