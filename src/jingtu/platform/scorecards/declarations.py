"""Kinds of scorecards: what is scored, by which items at first, who may fill it in, and what is proposed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from jingtu.errors import NotFoundError
from jingtu.platform.registers.models import Entry


@dataclass(frozen=True, slots=True)
class ItemSpec:
    """An item of the first version of a template.

    ``key`` ties it to what can be proposed from the registers; ``points`` is its most, or ``None`` for a veto.
    """

    key: str
    group: str
    text: str
    points: Decimal | None
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the registers say about an item: the share of its points, or whether a veto is hit, and the source."""

    share: Decimal | None
    source: str
    hit: bool | None = None


Propose = Callable[[Entry, date], Proposal | None]


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade for totals from ``least`` points on."""

    least: Decimal
    label: str


@dataclass(frozen=True, slots=True)
class ScorecardKind:
    """One kind of scorecard.

    Parameters
    ----------
    id, label : str
        Stable id, and how people call it.
    register : str
        The register whose entries are scored.
    items : sequence of ItemSpec
        The first version; later ones are edited by people.
    read_permission, fill_permission, edit_permission : str
        Who reads cards, who fills them in, who changes the template.
    total : Decimal
        What the points of all items add up to.
    grades : sequence of Grade
        Highest first; none where no text gives any, then the points stand alone.
    proposals : mapping
        By item key what the registers propose.
    """

    id: str
    label: str
    register: str
    items: Sequence[ItemSpec]
    read_permission: str
    fill_permission: str
    edit_permission: str
    total: Decimal = Decimal(100)
    grades: Sequence[Grade] = ()
    proposals: Mapping[str, Propose] = field(default_factory=dict)
    basis: str = ""

    def grade_of(self, points: Decimal) -> str:
        """The grade of a total, ``""`` where none is declared.

        Examples
        --------
        >>> four = [Grade(Decimal(90), "优秀"), Grade(Decimal(80), "良好"), Grade(Decimal(60), "合格"), Grade(Decimal(0), "不合格")]
        >>> kind = ScorecardKind("self", "自评", "", (), "", "", "", grades=four)
        >>> [kind.grade_of(Decimal(text)) for text in ("90", "89.99", "60", "59.5")]
        ['优秀', '良好', '合格', '不合格']
        """
        return next((grade.label for grade in self.grades if points >= grade.least), "")


_kinds: dict[str, ScorecardKind] = {}


def declare(kind: ScorecardKind) -> ScorecardKind:
    """Declare a kind; a second one with the same id, or points that miss the total, is a programming error."""
    if kind.id in _kinds and _kinds[kind.id] is not kind:
        raise ValueError(f"scorecard {kind.id} is declared twice")
    if sum(item.points or 0 for item in kind.items) != kind.total:
        raise ValueError(f"scorecard {kind.id}: points do not add up to {kind.total}")
    _kinds[kind.id] = kind
    return kind


def all_kinds() -> list[ScorecardKind]:
    """All declared kinds in order of declaration."""
    return list(_kinds.values())


def asked(kind_id: str) -> ScorecardKind:
    """The kind that an address names; raises ``NotFoundError``."""
    try:
        return _kinds[kind_id]
    except KeyError:
        raise NotFoundError("没有这种评分表。", kind=kind_id) from None


def of_register(register_id: str) -> list[ScorecardKind]:
    """The kinds that score entries of a register."""
    return [kind for kind in _kinds.values() if kind.register == register_id]
