"""Time limits of moves as duties: a state with a limit shows what is to be done with the entry by which day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from jingtu.platform.duties.declarations import DutyRule, OwedByState, all_rules, declare
from jingtu.platform.registers.declarations import Move, Register
from jingtu.platform.registers.models import Version


def declare_limits(register: Register) -> list[DutyRule]:
    """Declare a duty for every state of a register from which a move has a limit, and nothing else asks for the move.

    Called once by the app's ``duties.py``, after its own rules: where one of these is over with the move out of a
    state, the move is owed already and is not asked for twice. The duty is due on the earliest limit of the moves out of the state, moves
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
    owed_already = states_asked(register.id)
    for state in register.lifecycle.states:
        if state.id in owed_already:
            continue
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


def states_asked(register_id: str) -> set[str]:
    """States of a register out of which some declared rule asks for a move."""
    return {
        state
        for rule in all_rules()
        if rule.register == register_id and rule.ends_with_state and isinstance(rule.owed, OwedByState)
        for state in rule.owed.states
    }


def _earliest(moves: list[Move]) -> Callable[[Version], date | None]:
    """The earliest of the limits of some moves."""

    def due(version: Version) -> date | None:
        days = [move.limit(version) for move in moves if move.limit is not None]
        return min((day for day in days if day is not None), default=None)

    return due
