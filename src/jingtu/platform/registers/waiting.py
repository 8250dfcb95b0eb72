"""The last day of the step that an entry waits for, in a list: shown, sorted by, marked where it is past."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Case, DateField, Expression, F, Value, When
from django.db.models.functions import Coalesce, Least
from django.utils.html import format_html

from jingtu.platform.clock import OPEN_DATE
from jingtu.platform.pages import html
from jingtu.platform.pages.tables import Column
from jingtu.platform.registers import timeline, versions
from jingtu.platform.registers.declarations import Move, Register
from jingtu.platform.registers.models import Version

LIMIT = "limit"


def limited(register: Register) -> dict[str, list[Move]]:
    """By state the moves out of it that have a last day."""
    return {
        state.id: moves
        for state in register.lifecycle.states
        if (moves := [item for item in register.lifecycle.moves_from(state.id) if item.limit is not None])
    }


def sortable(register: Register) -> bool:
    """Whether a database can sort by the last days: each stands in a column."""
    found = limited(register)
    return bool(found) and all(move.limit_field for moves in found.values() for move in moves)


def last_day(register: Register) -> Expression:
    """The earliest last day of each version; where there is none, the end of all days: what is pressing comes first."""
    facts = versions.facts_name(register.facts)
    whens = []
    for state, moves in limited(register).items():
        days = [
            Coalesce(F(f"{facts}__{name}"), Value(OPEN_DATE), output_field=DateField())
            for name in dict.fromkeys(move.limit_field for move in moves)
        ]
        whens.append(When(state=state, then=days[0] if len(days) == 1 else Least(*days)))
    return Case(*whens, default=Value(OPEN_DATE), output_field=DateField())


def column(register: Register, on: date) -> Column | None:
    """The column of a list; ``None`` for a register without last days."""
    if not limited(register):
        return None

    def cell(row: Version) -> Any:
        found = timeline.limits(register, row, on)
        if not found:
            return ""
        first = found[0]
        late = first.late_by(on)
        return format_html(
            '<span class="tabular" title="{}">{}</span>{}', first.move.label, first.due.isoformat(),
            format_html(" {}", html.late(late)) if late else "",
        )  # fmt: skip

    return Column(LIMIT, "下一步时限", cell, sort=LIMIT if sortable(register) else "", css="short")
