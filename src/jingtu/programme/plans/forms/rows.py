"""Which registers say something for a row of a form: a table of the rows such forms have."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

KIND = "statement"


@dataclass(frozen=True, slots=True)
class KnownRow:
    """One row of the table: its group and words as patterns, and the statements that fill it.

    ``computed``: registers say it; else a unit types it in. ``note`` names the register.
    """

    group: str
    pattern: re.Pattern[str]
    computed: bool
    statements: tuple[str, ...]
    note: str


@cache
def known_rows() -> tuple[KnownRow, ...]:
    """The table, in its order; the first row that fits is taken."""
    file = resources.files("jingtu.programme.plans") / "data" / "form_rows.csv"
    rows = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    return tuple(
        KnownRow(
            row["group"],
            re.compile(row["pattern"]),
            row["how"] == "computed",
            tuple(name for name in row["statements"].split(";") if name),
            row["note"],
        )
        for row in rows
    )


def row_for(group: str, item: str) -> KnownRow | None:
    """The known row that the words of a form's row fit, or ``None``.

    Where the form prints groups, the group must fit as well: two rows of different groups may use one word.

    Examples
    --------
    >>> row_for("源头预防", "重点监管单位拆除活动的情况").statements
    ('key_units.demolition',)
    >>> row_for("", "宣传培训情况") is None
    True
    """
    for row in known_rows():
        if (not group or row.group in group) and row.pattern.search(item):
            return row
    return None


def statements_for(group: str, item: str) -> list[dict[str, str]]:
    """Sources of a row as ``FormRow.sources`` keeps them."""
    row = row_for(group, item)
    return [{"kind": KIND, "uid": name} for name in row.statements] if row else []
