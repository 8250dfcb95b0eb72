"""Duties follow whoever owes them when two organisations turn out to be one body."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from jingtu.platform.duties.models import Duty
from jingtu.platform.organisations.holdings import Holding, Move, Moved, declare, tally

_OPEN = Duty.NOT_OVER
_EXCHANGED = "exchanged"  # came over in the place of a twin that was over


def _counts(organisations: Iterable[int]) -> dict[int, int]:
    return tally(Duty.objects.filter(holder__in=list(organisations), state__in=_OPEN), "holder")


def _forward(move: Move) -> list[Moved]:
    """A duty that both owe is not owed twice, and one that either still owes is not lost.

    Of two that are open that of the duplicate is cancelled, unless it alone was handed in: then it comes in the place
    of the other, and so does an open one in the place of one that is over.
    """
    moved: list[Moved] = []
    for duty in Duty.objects.select_for_update().filter(holder=move.source).order_by("pk"):
        twin = _twin(duty, move)
        if twin is None:
            Duty.objects.filter(pk=duty.pk).update(holder=move.target)
            moved.append([duty.pk, duty.pk])
        elif duty.state in _OPEN and twin.state in _OPEN:
            handed_in = duty.state == Duty.State.SUBMITTED and twin.state == Duty.State.OPEN
            less = twin if handed_in else duty
            Duty.objects.filter(pk=less.pk).update(
                state=Duty.State.CANCELLED,
                closed_on=max(move.on, less.raised_on),
                closed_by=move.actor,
                closing_note=f"单位合并，由“{move.target.name}”办理",
            )
            moved.append([less.pk, 0, less.state])
            if handed_in:
                _exchange(duty, twin)
                moved.append([duty.pk, duty.pk, _EXCHANGED])
        elif duty.state in _OPEN:
            _exchange(duty, twin)
            moved.append([duty.pk, duty.pk, _EXCHANGED])
    return moved


def _twin(duty: Duty, move: Move) -> Duty | None:
    same = Duty.objects.filter(rule=duty.rule, entry=duty.entry_id, period=duty.period)
    return same.filter(holder=move.target).first()


def _exchange(duty: Duty, twin: Duty) -> None:
    """Each in the place of the other; in between one has a period of its own, for no two may be the same."""
    Duty.objects.filter(pk=twin.pk).update(holder=duty.holder_id, period=f"exchanged {twin.pk}")
    Duty.objects.filter(pk=duty.pk).update(holder=twin.holder_id)
    Duty.objects.filter(pk=twin.pk).update(period=twin.period)


def _back(move: Move, moved: Sequence[Moved]) -> None:
    for key, there, *state in moved:
        if not there:
            Duty.objects.filter(pk=key, holder=move.target, state=Duty.State.CANCELLED).update(
                state=state[0], closed_on=None, closed_by=None, closing_note=""
            )
            continue
        duty = Duty.objects.select_for_update().filter(pk=key, holder=move.source).first()
        if duty is None:
            continue
        twin = _twin(duty, move)
        if twin is None:
            Duty.objects.filter(pk=key).update(holder=move.target)
        elif state == [_EXCHANGED] or (duty.state in _OPEN and twin.state not in _OPEN):
            _exchange(duty, twin)


declare(Holding("duties.Duty.holder", "待办", "项", 40, _counts, _forward, _back))
