"""Duties follow whoever owes them when two organisations turn out to be one body."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from jingtu.platform.duties.models import Duty
from jingtu.platform.organisations.holdings import Holding, Move, Moved, declare, tally

_OPEN = (Duty.State.OPEN, Duty.State.SUBMITTED)


def _counts(organisations: Iterable[int]) -> dict[int, int]:
    return tally(Duty.objects.filter(holder__in=list(organisations), state__in=_OPEN), "holder")


def _forward(move: Move) -> list[Moved]:
    """A duty that the other owes as well is not owed twice: an open one of the duplicate is cancelled."""
    moved: list[Moved] = []
    for duty in Duty.objects.select_for_update().filter(holder=move.source).order_by("pk"):
        if not _twin(duty, move):
            Duty.objects.filter(pk=duty.pk).update(holder=move.target)
            moved.append([duty.pk, duty.pk])
        elif duty.state in _OPEN:
            Duty.objects.filter(pk=duty.pk).update(
                state=Duty.State.CANCELLED,
                closed_on=max(move.on, duty.raised_on),
                closed_by=move.actor,
                closing_note=f"单位合并，由“{move.target.name}”办理",
            )
            moved.append([duty.pk, 0, duty.state])
    return moved


def _twin(duty: Duty, move: Move) -> bool:
    return Duty.objects.filter(
        rule=duty.rule, entry=duty.entry_id, period=duty.period, holder=move.target
    ).exists()


def _back(move: Move, moved: Sequence[Moved]) -> None:
    for key, there, *state in moved:
        if not there:
            Duty.objects.filter(pk=key, holder=move.target, state=Duty.State.CANCELLED).update(
                state=state[0], closed_on=None, closed_by=None, closing_note=""
            )
            continue
        duty = Duty.objects.select_for_update().filter(pk=key, holder=move.source).first()
        if duty is not None and not _twin(duty, move):
            Duty.objects.filter(pk=key).update(holder=move.target)


declare(Holding("duties.Duty.holder", "待办", "项", 40, _counts, _forward, _back))
