"""Which other systems an entry has to be entered in: declared by the app whose register it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from jingtu.platform.indicators.declarations import Rule
from jingtu.platform.registers import declarations as registers
from jingtu.platform.registers.models import Version


@dataclass(frozen=True, slots=True)
class FilingSystem:
    """A national or provincial system in which entries of a register have to stand as well.

    Parameters
    ----------
    id : str
        Stable; the register names it in ``Register.filings``.
    label : str
        The system's name as officials call it.
    authority : str
        Who runs it.
    register : str
        Id of the register.
    states : tuple of str
        States in which an entry has to stand there.
    basis : tuple of Rule
        Where it is said, with the days on which it holds: outside of them nothing is owed.
    number_label : str
        What the number on the receipt is called there.
    due : callable, optional
        ``due(version)``: the last day by which the entry has to be there; ``None`` where no text says
        (期限未配置).
    applies : Q, optional
        Which versions of the register are meant at all; all are where it is not given.
    yearly : callable, optional
        It is filed anew every year for the year before: ``yearly(year)`` gives the last day of the year for that,
        or ``None``. Owed by what stood in one of the states at the end of the year before, whatever its state is now.
    """

    id: str
    label: str
    authority: str
    register: str
    states: tuple[str, ...]
    basis: tuple[Rule, ...]
    number_label: str = "编号"
    due: Callable[[Version], date | None] | None = None
    applies: Q | None = None
    yearly: Callable[[int], date | None] | None = None

    def period_on(self, on: date) -> str:
        """The period whose receipt counts on a day: the year where it is filed every year, else one for all time."""
        return str(on.year) if self.is_yearly else ""

    def due_of(self, version: Version, on: date) -> date | None:
        """The last day for a version, of the period of the day asked."""
        if self.yearly is not None:
            return self.yearly(on.year)
        return self.due(version) if self.due is not None else None

    @property
    def is_yearly(self) -> bool:
        """Whether it is filed anew every year."""
        return self.yearly is not None

    @property
    def state_labels(self) -> tuple[str, ...]:
        """The states in which an entry has to stand there, as the register calls them."""
        lifecycle = registers.get(self.register).lifecycle
        return tuple(lifecycle.state(state).label for state in self.states)

    def rule_on(self, on: date) -> Rule | None:
        """The rule in force on a day, or ``None`` where nothing is owed then."""
        return next((rule for rule in self.basis if rule.in_force(on)), None)


_declared: dict[str, FilingSystem] = {}


def declare(system: FilingSystem) -> FilingSystem:
    """Declare a system; the same id twice with other content is a programming error."""
    known = _declared.get(system.id)
    if known is not None and known != system:
        raise ValueError(f"filing system {system.id} is declared twice")
    _declared[system.id] = system
    return system


def get(system_id: str) -> FilingSystem:
    """The declared system; raises ``LookupError``."""
    try:
        return _declared[system_id]
    except KeyError:
        raise LookupError(f"no filing system {system_id}") from None


def all_systems() -> list[FilingSystem]:
    """All declared systems in order of declaration."""
    return list(_declared.values())


def systems_of(register_id: str, on: date | None = None) -> list[FilingSystem]:
    """Systems of one register; with ``on`` only those in force that day."""
    return [
        item
        for item in _declared.values()
        if item.register == register_id and (on is None or item.rule_on(on) is not None)
    ]
