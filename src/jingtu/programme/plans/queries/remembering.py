"""Answers kept until the next change: every change writes the ledger, so its head says whether any came."""

from __future__ import annotations

import functools
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from django.db import connection

from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.registers.models import Version
from jingtu.programme.plans.models import TaskUnit
from jingtu.programme.plans.queries.scope import Frame

_KEPT = 512
_OVERTAKEN = 1000  # rows that may commit after a later one (PostgreSQL gives numbers before commits)

REPORT_ACTION = "plans.task.report"
UNIT_ACTIONS = ("plans.confirm", "plans.carry_over")

Parameters = ParamSpec("Parameters")
Answer = TypeVar("Answer")


def change_stamp() -> Hashable:
    """What stands at the head of the ledger; equal stamps mean that nothing was changed in between."""
    head = LedgerRow.objects.order_by("-id").values_list("id", "uid").first()
    if head is None:
        return None
    # A row with a smaller number that commits later does not move the head, but it is one more.
    return (*head, LedgerRow.objects.filter(id__gt=head[0] - _OVERTAKEN).count())


def units_stamp() -> Hashable:
    """What changes when the units of tasks do: only these actions write them."""
    rows = LedgerRow.objects.filter(action__in=UNIT_ACTIONS)
    head = rows.order_by("-id").values_list("uid", flat=True).first()
    last = TaskUnit.objects.order_by("-id").values_list("id", flat=True).first()
    return head, rows.count(), last


def tasks_stamp() -> Hashable:
    """What changes when a task, its state or its deadlines do.

    A report that leaves the state of its task as it is writes the ledger and a progress row only: all
    other actions count, and so does every new version.
    """
    head = LedgerRow.objects.exclude(action=REPORT_ACTION).order_by("-id").values_list("id", "uid").first()
    version = Version.objects.order_by("-id").values_list("id", flat=True).first() or 0
    if head is None:
        return version
    later = LedgerRow.objects.exclude(action=REPORT_ACTION).filter(id__gt=head[0] - _OVERTAKEN).count()
    return (*head, later, version, Version.objects.filter(id__gt=version - _OVERTAKEN).count())


def remembered(
    function: Callable[Concatenate[Frame, Parameters], Answer],
    stamp: Callable[[], Hashable] = change_stamp,
) -> Callable[Concatenate[Frame, Parameters], Answer]:
    """Keep the answer of a query on a frame while ``stamp`` stays the same.

    The key holds the reach's fingerprint: callers who may read the same share an answer, others never do.
    Nothing is kept inside a transaction, which may have changed things and may yet be rolled back.
    Answers are shared: callers must not change them.
    """
    kept: OrderedDict[Hashable, Answer] = OrderedDict()
    lock = threading.Lock()

    @functools.wraps(function)
    def answer(frame: Frame, *args: Parameters.args, **kwargs: Parameters.kwargs) -> Answer:
        if connection.in_atomic_block:
            return function(frame, *args, **kwargs)
        key = (*_key(frame, args, kwargs), stamp())
        with lock:
            if key in kept:
                kept.move_to_end(key)
                return kept[key]
        found = function(frame, *args, **kwargs)
        with lock:
            kept[key] = found
            while len(kept) > _KEPT:
                kept.popitem(last=False)
        return found

    return cast("Callable[Concatenate[Frame, Parameters], Answer]", answer)


def _key(frame: Frame, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Hashable, ...]:
    place = (frame.region.uid, frame.year, frame.on, frame.known_at, frame.reach.fingerprint())
    return (place, args, tuple(sorted(kwargs.items())))
