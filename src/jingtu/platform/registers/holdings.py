"""Entries follow their holder when two organisations turn out to be one body."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from jingtu.platform.organisations.holdings import Holding, Move, Moved, declare, tally
from jingtu.platform.registers import versions
from jingtu.platform.registers.models import Entry, Version


def _counts(organisations: Iterable[int]) -> dict[int, int]:
    rows = Version.objects.filter(versions.believed(), holder__in=list(organisations))
    return tally(rows, "holder", "entry")


def _locked(entries: Iterable[int]) -> dict[int, Entry]:
    rows = Entry.objects.select_for_update().filter(pk__in=list(entries)).order_by("pk")
    return {entry.pk: entry for entry in rows}


def _forward(move: Move) -> list[Moved]:
    """Every believed version of the one is told of the other, over its own days."""
    held = Version.objects.filter(versions.believed(), holder=move.source)
    entries = _locked(held.values_list("entry_id", flat=True).distinct())
    moved: list[Moved] = []
    for version in list(held.filter(entry__in=entries).order_by("entry_id", "effective_from")):
        versions.amend(
            entries[version.entry_id],
            header={"holder": move.target},
            effective_from=version.effective_from,
            effective_to=version.effective_to,
            ledger_row=move.ledger_row,
            reason="单位合并",
        )
        days = [version.effective_from.isoformat(), version.effective_to.isoformat()]
        moved.append([version.entry_id, *days])
    return moved


def _back(move: Move, moved: Sequence[Moved]) -> None:
    """The same days go back, as far as the entry still has the remaining body as its holder."""
    entries = _locked(entry for entry, _, _ in moved)
    for entry, start, end in moved:
        since, until = date.fromisoformat(start), date.fromisoformat(end)
        held = Version.objects.filter(
            versions.believed(),
            entry=entry,
            holder=move.source,
            effective_from__lt=until,
            effective_to__gt=since,
        )
        for version in list(held.order_by("effective_from")):
            versions.amend(
                entries[entry],
                header={"holder": move.target},
                effective_from=max(version.effective_from, since),
                effective_to=min(version.effective_to, until),
                ledger_row=move.ledger_row,
                reason="撤销单位合并",
            )


declare(Holding("registers.Version.holder", "清单条目", "条", 30, _counts, _forward, _back))
