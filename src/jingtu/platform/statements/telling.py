"""The usual statements: how a register stands, what was recorded, what was owed and done, what an indicator reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q

from jingtu.platform.clock import OPEN_DATE
from jingtu.platform.duties.models import Duty
from jingtu.platform.indicators import service
from jingtu.platform.pages.formats import figure, measured
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import declarations as registers
from jingtu.platform.registers import versions
from jingtu.platform.registers.entry_records.declarations import kind_of
from jingtu.platform.registers.entry_records.queries import believed_records
from jingtu.platform.registers.models import Transition, Version
from jingtu.platform.statements.declarations import Told

_FEW = 500  # entries that are asked for by their keys; of more all moves of the register are read


@dataclass(frozen=True, slots=True)
class Standing:
    """How a register stands at the end of the days, and what moved in them.

    Parameters
    ----------
    register : str
        Which register.
    states : tuple of str, optional
        Only entries in these states are spoken of; all of them where not given.
    which : Q, optional
        Narrows the versions further (a kind of list, an origin), with its column names.
    noun : str
        What is counted: ``地块``; the label of the register where not given.
    moves : tuple of str, optional
        Moves that are told when they happened in the days; every move where not given, none for ``()``.
    since_january : bool
        Moves are told from the beginning of the year (年度内).
    """

    register: str
    states: tuple[str, ...] = ()
    which: Q = field(default_factory=Q)
    noun: str = ""
    moves: tuple[str, ...] | None = None
    since_january: bool = False

    def __call__(self, region: Region, first: date, last: date, known_at: datetime | None) -> Told | None:
        declared = registers.get(self.register)
        if self.since_january:
            first = date(last.year, 1, 1)
        unit, lifecycle = declared.unit, declared.lifecycle
        here = Version.objects.filter(
            versions.at(last, known_at),
            self.which,
            register=self.register,
            region__path__startswith=region.path,
        )
        if self.states:
            here = here.filter(state__in=self.states)
        now = dict(here.values_list("entry_id", "state"))
        moved = self._moved(region, first, last, known_at)
        if not now and not moved:
            return None
        counts = Counter(now.values())
        parts = [f"{state.label}{counts[state.id]}{unit}" for state in lifecycle.states if counts[state.id]]
        noun = self.noun or declared.label
        text = f"截至{han(last)}，{noun}共{len(now)}{unit}"
        if len(parts) > 1 or (parts and len(lifecycle.states) > 1 and len(self.states) != 1):
            text += f"，其中{'、'.join(parts)}"
        told = Counter(move for move, _ in moved)
        if told:
            labels = {"create": "新登记"} | {move.id: move.label for move in lifecycle.moves}
            text += f"；{f'{last.year}年以来' if self.since_january else span(first, last)}" + "、".join(
                f"{labels[move]}{count}{unit}"
                for move, count in sorted(told.items(), key=lambda item: _rank(item[0], labels))
            )
        return Told(text + "。", tuple(sorted(now.keys() | {entry for _, entry in moved})))

    def _moved(
        self, region: Region, first: date, last: date, known_at: datetime | None
    ) -> list[tuple[str, int]]:
        """Moves of the days that still hold, each entry once a move."""
        if self.moves == ():
            return []
        known = Q() if known_at is None else Q(at__lte=known_at)
        then = Version.objects.filter(
            versions.believed(known_at),
            self.which,
            register=self.register,
            region__path__startswith=region.path,
        )
        here = set(then.values_list("entry_id", flat=True))
        rows = Transition.objects.filter(known, entry__register=self.register, on__lte=last)
        if len(here) <= _FEW:
            rows = rows.filter(entry__in=here)
        kept: dict[int, list[tuple[str, date]]] = {}
        for entry, move, on in rows.order_by("at", "id").values_list("entry_id", "transition", "on"):
            if entry not in here:
                continue
            steps = kept.setdefault(entry, [])
            if move == "revoke":
                if steps:
                    steps.pop()
            else:
                steps.append((move, on))
        wanted = None if self.moves is None else set(self.moves)
        return sorted(
            {
                (move, entry)
                for entry, steps in kept.items()
                for move, on in steps
                if first <= on <= last and (wanted is None or move in wanted)
            }
        )


def _rank(move: str, labels: Mapping[str, str]) -> int:
    return list(labels).index(move)


@dataclass(frozen=True, slots=True)
class Recorded:
    """How many records of a kind the days have, of how many entries, and since the beginning of the year.

    ``what``: the work in words (``开展日常巡护``); ``which`` narrows the records.
    """

    kind: str
    what: str
    which: Q = field(default_factory=Q)

    def __call__(self, region: Region, first: date, last: date, known_at: datetime | None) -> Told | None:
        kind = kind_of(self.kind)
        unit = registers.get(kind.register).unit
        lying = Version.objects.filter(
            versions.at(last, known_at), register=kind.register, region__path__startswith=region.path
        )
        rows = list(
            believed_records(self.kind, known_at)
            .filter(self.which, on__gte=date(last.year, 1, 1), on__lte=last, entry__in=lying.values("entry"))
            .values_list("entry_id", "on")
        )
        if not rows:
            return None
        now = [entry for entry, on in rows if on >= first]
        year = f"{last.year}年以来共{len(rows)}{kind.unit}"
        if not now:
            return Told(
                f"{span(first, last)}没有{self.what}的记录，{year}。",
                tuple(sorted({entry for entry, _ in rows})),
            )
        entries = tuple(sorted(set(now)))
        return Told(
            f"{span(first, last)}{self.what}{len(now)}{kind.unit}，涉及{len(entries)}{unit}；{year}。",
            entries,
        )


@dataclass(frozen=True, slots=True)
class Owed:
    """What was due by the end of the days in their year, how much of it is done and how much is late."""

    rules: tuple[str, ...]
    what: str

    def __call__(self, region: Region, _first: date, last: date, _known_at: datetime | None) -> Told | None:
        found = Duty.objects.filter(
            rule__in=self.rules, region_path__startswith=region.path, raised_on__lte=last
        ).exclude(state=Duty.State.CANCELLED)
        found = found.filter(
            Q(due__gte=date(last.year, 1, 1), due__lte=date(last.year, 12, 31))
            | Q(due__isnull=True, raised_on__year=last.year)
        )
        rows = list(found.values_list("entry_id", "due", "closed_on"))
        if not rows:
            return None
        done = [row for row in rows if row[2] is not None and row[2] <= last]
        late = [
            row for row in rows if row[1] is not None and row[1] < last and (row[2] is None or row[2] > last)
        ]
        text = f"{last.year}年应{self.what}{len(rows)}项，截至{han(last)}已完成{len(done)}项"
        text += f"，逾期未完成{len(late)}项" if late else ""
        return Told(text + "。", tuple(sorted({row[0] for row in rows})))


@dataclass(frozen=True, slots=True)
class Read:
    """What an indicator reads at the end of the days."""

    indicator: str
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def __call__(self, region: Region, _first: date, last: date, known_at: datetime | None) -> Told | None:
        reading = service.read(self.indicator, region, last, known_at, self.parameters)
        if reading.value is None and not reading.text:
            return None
        value = reading.text if reading.value is None else measured(figure(reading.value), reading.unit, "")
        text = f"截至{han(last)}，{reading.name}为{value}"
        if reading.numerator is not None and reading.denominator:
            text += f"（{figure(reading.numerator)}/{figure(reading.denominator)}）"
        return Told(text + "。", reading.counted_entries)


@dataclass(frozen=True, slots=True)
class Together:
    """Several statements, one after the other; what nobody can say is passed over."""

    parts: Sequence[Any]

    def __call__(self, region: Region, first: date, last: date, known_at: datetime | None) -> Told | None:
        told = [found for part in self.parts if (found := part(region, first, last, known_at)) is not None]
        if not told:
            return None
        return Told(
            "".join(item.text for item in told), tuple(sorted({key for item in told for key in item.entries}))
        )


def han(day: date) -> str:
    """A day as an official text writes it.

    Examples
    --------
    >>> han(date(2024, 6, 30))
    '2024年6月30日'
    """
    return f"{day.year}年{day.month}月{day.day}日"


def span(first: date, last: date) -> str:
    """A span of days in words: a month, a quarter, else both days.

    Examples
    --------
    >>> span(date(2024, 6, 1), date(2024, 6, 30)), span(date(2024, 4, 1), date(2024, 6, 30))
    ('6月', '第二季度')
    >>> span(date(2024, 6, 1), date(2024, 6, 20)), span(date(2023, 12, 1), date(2024, 1, 31))
    ('6月', '2023年12月1日至2024年1月31日')
    >>> span(date(2024, 1, 1), date(2024, 12, 31))
    '全年'
    """
    ends_month = last == OPEN_DATE or (last + timedelta(days=1)).day == 1
    if first.day == 1 and (first.year, first.month) == (last.year, last.month):
        return f"{first.month}月"
    if first.day == 1 and first.year == last.year and ends_month:
        if (first.month, last.month) == (1, 12):
            return "全年"
        if first.month in {1, 4, 7, 10} and last.month == first.month + 2:
            return f"第{'一二三四'[first.month // 3]}季度"
    return f"{han(first)}至{han(last)}"
