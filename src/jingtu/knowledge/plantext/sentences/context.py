"""What a sentence cannot say itself: the plan's year, its title, and the notes under a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Context:
    """The document a sentence stands in.

    Parameters
    ----------
    year : int or None
        The year the plan is for; dates without a year are resolved against it.
    title : str or None
        The plan's title.
    notes : mapping of str to str
        Definitions by their mark (``①``), as :func:`read_notes` finds them under a target table.
    issued : int or None
        The year the document is dated: that of 6月底前 where the plan is for no single year.
    since : int or None
        The first year of a plan for several (2021 of 2021—2025); what lies before it is past.
    """

    year: int | None = None
    title: str | None = None
    notes: Mapping[str, str] = field(default_factory=dict)
    issued: int | None = None
    since: int | None = None

    @property
    def first_year(self) -> int | None:
        """The year before which nothing is due any more."""
        return self.since if self.since is not None else self.year

    @property
    def year_end(self) -> date | None:
        """31 December of the plan year: the due date of a target without date words."""
        return date(self.year, 12, 31) if self.year is not None else None
