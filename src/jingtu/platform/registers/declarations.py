"""What a register is: its fields, its lifecycle, who may do what. Everything else follows from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from jingtu.errors import NotFoundError
from jingtu.platform.indicators.declarations import Rule
from jingtu.platform.people.roles import Role
from jingtu.platform.registers.models import Entry, Facts, Version

if TYPE_CHECKING:
    from jingtu.platform.organisations.enlisting import EnterpriseColumns

Kind = Literal[
    "text", "long_text", "integer", "decimal", "date", "boolean", "choice", "uscc", "area", "phone",
    "year", "money", "mass", "coordinate", "facility",
]  # fmt: skip
GROUPS = ("企业与污染源", "农用地", "建设用地", "地下水", "项目资金")
OTHER_GROUP = "其他清单"


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a register's facts, as people see it.

    ``visible_to``: roles that may read it (``None``: whoever reads the entry).
    ``unit`` is shown and exported; an ``area`` is stored in square metres, ``money`` in yuan, ``mass`` in
    whole grams, a ``coordinate`` in decimal degrees; a ``facility`` is a key to ``organisations.Facility``.
    ``personal``: names a person; its value never enters the ledger.
    ``synonyms``: other headings under which imported tables carry it.
    ``fold``: less important; the page of an entry shows it on request.
    ``summed``: whether figures of several entries may be added (a depth may not).
    """

    id: str
    label: str
    kind: Kind = "text"
    required: bool = False
    unit: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    help: str = ""
    in_list: bool = True
    synonyms: tuple[str, ...] = ()
    visible_to: frozenset[Role] | None = None
    personal: bool = False
    fold: bool = False
    summed: bool = True


@dataclass(frozen=True, slots=True)
class State:
    """A state of a lifecycle. ``tone`` chooses the colour: neutral, active, warning, done, off.

    ``synonyms``: other words by which imported tables call it.
    """

    id: str
    label: str
    tone: Literal["neutral", "active", "warning", "done", "off"] = "neutral"
    final: bool = False
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Move:
    """A transition of a lifecycle.

    ``guard(entry, version, on)`` returns the reason why the move is not possible, or ``None``.
    ``distinct_from`` names moves whose actor must be another person (整改与核查由不同的人).
    ``fields`` are asked for with the move, and so is what must be known once it is done (``required_fields``).
    ``limit(version)`` is the last day on which the move should be made of an entry that waits for it in one
    of ``sources``; ``None`` where no text and no date entered sets one. ``limit_basis`` cites the rules. Where
    that day stands in a column, ``limit_field`` names it instead, and lists can sort by it.
    ``opens``: the move takes up again what was settled (回头看).
    """

    id: str
    label: str
    sources: tuple[str, ...]
    target: str
    permission: str
    evidence_required: bool = False
    reason_required: bool = False
    distinct_from: tuple[str, ...] = ()
    guard: Callable[[Entry, Version, date], str | None] | None = None
    fields: tuple[str, ...] = ()
    required_fields: tuple[str, ...] = ()
    limit: Callable[[Version], date | None] | None = None
    limit_basis: tuple[Rule, ...] = ()
    opens: bool = False
    limit_field: str = ""

    def __post_init__(self) -> None:
        if self.limit_field and self.limit is None:
            object.__setattr__(self, "limit", _column_of(self.limit_field))

    @property
    def asked(self) -> tuple[str, ...]:
        """The fields that come with the move: those that it changes, and those that it cannot do without."""
        return tuple(dict.fromkeys((*self.fields, *self.required_fields)))


def _column_of(name: str) -> Callable[[Version], date | None]:
    def read(version: Version) -> date | None:
        found: date | None = getattr(getattr(version, get(version.register).facts.__name__.lower()), name)
        return found

    return read


@dataclass(frozen=True, slots=True)
class Membership:
    """How entries of a register put an organisation on a list: in which states, why, for which year.

    ``reason_field`` and ``year_field`` name fields of the register; ``""`` where it has none.
    """

    states: tuple[str, ...]
    reason_field: str = ""
    year_field: str = ""


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """States and moves; ``initial`` lists the states in which an entry may begin."""

    states: tuple[State, ...]
    moves: tuple[Move, ...]
    initial: tuple[str, ...]

    def state(self, state_id: str) -> State:
        for state in self.states:
            if state.id == state_id:
                return state
        raise LookupError(f"no state {state_id}")

    def move(self, move_id: str) -> Move:
        for move in self.moves:
            if move.id == move_id:
                return move
        raise LookupError(f"no move {move_id}")

    @property
    def words(self) -> dict[str, str]:
        """Every word by which tables call a state, with the id of the state."""
        return {word: state.id for state in self.states for word in (*state.synonyms, state.label)}

    def moves_from(self, state_id: str) -> list[Move]:
        return [move for move in self.moves if state_id in move.sources]


@dataclass(frozen=True, slots=True)
class Register:
    """A register (清单, 名录, 台账): one declaration, from which pages, import, export and API come.

    ``code_maker(header, on)`` numbers an entry that comes without a code. ``stages(facts, state, on)``
    reads the dated facts of an entry that comes from outside in some state and says since when it was in
    which: an imported list of old keeps its past. ``mappings`` are named tables of headings to field ids, for
    tables that other systems export.

    ``enterprise``: the holder of an entry is the enterprise itself, known by these columns. ``membership``:
    an entry puts its holder on a list. ``filings``: other systems in which it has to be entered as well.
    ``group`` is the heading under which it stands among the registers, one of ``GROUPS``. ``reopen_move``
    takes up again what a later look finds wrong.
    """

    id: str
    label: str
    facts: type[Facts]
    fields: tuple[Field, ...]
    lifecycle: Lifecycle
    read_permission: str
    edit_permission: str
    import_permission: str
    code_label: str = "编号"
    name_label: str = "名称"
    holder_label: str = "责任单位"
    basis: str = ""
    listed: bool = True  # shown under 清单
    code_maker: Callable[[Any, date], str] | None = None
    stages: Callable[[Mapping[str, Any], str, date], list[tuple[date, str]]] | None = None
    unit: str = "条"  # counted in (块, 家, 口)
    state_synonyms: tuple[str, ...] = ()  # headings under which tables carry the state (类别)
    code_synonyms: tuple[str, ...] = ()
    name_synonyms: tuple[str, ...] = ()
    mappings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)
    enterprise: EnterpriseColumns | None = None
    membership: Membership | None = None
    filings: tuple[str, ...] = ()
    group: str = OTHER_GROUP
    reopen_move: str = ""

    def field(self, field_id: str) -> Field:
        for item in self.fields:
            if item.id == field_id:
                return item
        raise LookupError(f"no field {field_id}")


_registers: dict[str, Register] = {}


def declare(register: Register) -> Register:
    """Declare a register; a second one with the same id is a programming error."""
    if register.id in _registers and _registers[register.id] is not register:
        raise ValueError(f"register {register.id} is declared twice")
    column_names = {column.name for column in register.facts._meta.get_fields()}
    named = [item.id for item in register.fields]
    named += [move.limit_field for move in register.lifecycle.moves if move.limit_field]
    missing = [name for name in named if name not in column_names]
    if missing:
        raise ValueError(f"register {register.id}: no such columns {missing}")
    _registers[register.id] = register
    return register


def get(register_id: str) -> Register:
    """The declared register; raises ``LookupError``."""
    try:
        return _registers[register_id]
    except KeyError:
        raise LookupError(f"no register {register_id}") from None


def listed(register_id: str) -> Register:
    """A register with pages and operations of its own kind; raises ``NotFoundError`` for all others."""
    register = _registers.get(register_id)
    if register is None or not register.listed:
        raise NotFoundError("没有这份清单。", register=register_id)
    return register


def all_registers() -> Sequence[Register]:
    """All declared registers in order of declaration."""
    return list(_registers.values())
