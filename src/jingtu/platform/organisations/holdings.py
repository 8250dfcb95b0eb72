"""Who holds rows of an organisation, and how they follow when two entries turn out to be one body.

An app that points to ``Organisation`` declares the column here when it starts; a test holds the declarations
against the models, so that no merge leaves rows behind unseen. A merge says that two entries always were one
body: what is believed is told anew under the remaining one, for all its days, and what was believed before
stays readable under the old one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models

from jingtu.platform.clock import OPEN_TIME, recorded_now
from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people.models import User

# One row that came over, as JSON keeps it: its old key, its new one (0: the other had it already), and more.
Moved = list[Any]


@dataclass(frozen=True, slots=True)
class Move:
    """From which organisation to which, when, recorded where."""

    source: Organisation
    target: Organisation
    on: date
    ledger_row: LedgerRow
    actor: User | None


@dataclass(frozen=True, slots=True)
class Holding:
    """A column that points to an organisation.

    Parameters
    ----------
    field : str
        ``app.Model.field``.
    label, unit : str
        What the rows are called on pages, and how they are counted.
    position : int
        Where it stands among the others on pages.
    counts : callable
        Rows in force of some organisations: key of the organisation -> number.
    forward : callable
        Lets the rows of ``move.source`` follow to ``move.target``; gives back what came over.
    back : callable
        Takes that back: ``move.source`` is the one that had received them.
    page : str
        Name of the URL, taking the organisation's uid, that shows the rows; empty where there is none.
    """

    field: str
    label: str
    unit: str
    position: int
    counts: Callable[[Iterable[int]], dict[int, int]]
    forward: Callable[[Move], list[Moved]]
    back: Callable[[Move, Sequence[Moved]], None]
    page: str = ""

    def count(self, organisation: Organisation) -> int:
        """Rows in force of one organisation."""
        return self.counts([organisation.pk]).get(organisation.pk, 0)


_declared: dict[str, Holding] = {}


def declare(holding: Holding) -> Holding:
    """Declare a column; twice the same counts once."""
    _declared[holding.field] = holding
    return holding


def all_holdings() -> list[Holding]:
    """All declared columns, in the order of pages."""
    return sorted(_declared.values(), key=lambda item: (item.position, item.field))


def tally(rows: models.QuerySet[Any], holder: str, distinct: str = "pk") -> dict[int, int]:
    """How many rows, or different values of a column, each organisation has."""
    pairs = rows.order_by().values_list(holder).annotate(found=models.Count(distinct, distinct=True))
    return dict(pairs)


def retell(
    row: models.Model, holder: str, target: Organisation | None, **changes: Any
) -> models.Model | None:
    """Close a row in recorded time and tell it anew of ``target``; ``None``: only close it.

    For rows with ``recorded_from`` and ``recorded_to``. The new row keeps all other columns.
    """
    manager = type(row)._default_manager
    started: datetime = getattr(row, "recorded_from")  # noqa: B009 - not a column of every model
    now = max(recorded_now(), started + timedelta(microseconds=1))
    manager.filter(pk=row.pk, recorded_to=OPEN_TIME).update(recorded_to=now)
    return None if target is None else told(row, holder, target, now, **changes)


def told(
    row: models.Model, holder: str, target: Organisation, now: datetime | None = None, **changes: Any
) -> models.Model:
    """What a row said, told of ``target`` from now on."""
    kind = type(row)
    values = {
        column.attname: getattr(row, column.attname)
        for column in kind._meta.concrete_fields
        if not column.primary_key
    }
    values |= {f"{holder}_id": target.pk, "recorded_from": now or recorded_now(), "recorded_to": OPEN_TIME}
    return kind._default_manager.create(**(values | changes))
