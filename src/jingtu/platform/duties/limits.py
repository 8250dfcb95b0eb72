"""Time limits of moves as duties: a state with a limit shows what is to be done with the entry by which day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from jingtu.platform.duties.declarations import DutyRule, OwedByState, declare
from jingtu.platform.registers.declarations import Move, Register
from jingtu.platform.registers.models import Version


def declare_limits(register: Register) -> list[DutyRule]:
    """Declare a duty for every state of a register from which a move has a limit.

    Called once by the app's ``duties.py``. The duty is due on the earliest limit of the moves out of the state, moves
    with the entry's facts, is over when the entry leaves the state, and has no last day where no limit gives one.

    Parameters
    ----------
    register : Register
        The declared register.

    Returns
    -------
    list of DutyRule
        One rule a state, ``<register>.limit.<state>``.
    """
    rules = []
    for state in register.lifecycle.states:
        moves = [move for move in register.lifecycle.moves_from(state.id) if move.limit is not None]
        if not moves:
            continue
        what = f"办理{'或'.join(f'“{move.label}”' for move in moves)}"
        rules.append(
            declare(
                DutyRule(
                    id=f"{register.id}.limit.{state.id}",
                    label=what,
                    register=register.id,
                    owed=OwedByState(register.id, (state.id,), what, _earliest(moves)),
                    basis=tuple(rule for move in moves for rule in move.limit_basis),
                    while_states=(state.id,),
                )
            )
        )
    return rules


def _earliest(moves: list[Move]) -> Callable[[Version], date | None]:
    """The earliest of the limits of some moves."""

    def due(version: Version) -> date | None:
        days = [move.limit(version) for move in moves if move.limit is not None]
        return min((day for day in days if day is not None), default=None)

    return due
