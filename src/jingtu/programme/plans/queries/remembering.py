"""Answers kept until a change concerns them, and then renewed for the tasks that changed only."""

from __future__ import annotations

import functools
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

from django.db import connection

from jingtu.programme.plans.queries.journal import Change, journal
from jingtu.programme.plans.queries.scope import Frame

_KEPT = 128
_RENEWED = 200  # with more changed tasks than this, reading all is as fast

Query = TypeVar("Query", bound=Callable[..., Any])  # its first argument is the frame


def remembered(
    concerns: Callable[[Change], bool] | None = None, renew: Callable[..., Any] | None = None
) -> Callable[[Query], Query]:
    """Keep the answers of a query on a frame.

    Parameters
    ----------
    concerns : callable
        Whether the answer may be different after a change; any change concerns it where not given.
    renew : callable
        ``renew(frame, answer, changes, ...)`` gives the answer after changes of single tasks: the same as
        asking anew, from the old answer and the tasks that changed. It must not alter the old answer, and
        must do no harm where the old answer knew of the change already.

    The key holds the reach's fingerprint: callers who may read the same share an answer, others never do.
    Nothing is kept inside a transaction, which may have changed things and may yet be rolled back.
    Answers are shared: callers must not change them.
    """

    def decorate(function: Query) -> Query:
        kept: OrderedDict[Hashable, tuple[int, Any]] = OrderedDict()
        lock = threading.Lock()

        def brought_up(old: tuple[int, Any], frame: Frame, *args: Any, **kwargs: Any) -> Any:
            changes = journal.since(old[0])
            if changes is None:
                return function(frame, *args, **kwargs)
            changes = [change for change in changes if concerns is None or concerns(change)]
            if not changes:
                return old[1]
            entries = {change.entry for change in changes}
            if renew is None or None in entries or len(entries) > _RENEWED:
                return function(frame, *args, **kwargs)
            return renew(frame, old[1], changes, *args, **kwargs)

        @functools.wraps(function)
        def answer(frame: Frame, *args: Any, **kwargs: Any) -> Any:
            if connection.in_atomic_block:
                return function(frame, *args, **kwargs)
            key = _key(frame, args, kwargs)
            # The position comes first: what is committed while the answer is made will be looked at again.
            position = journal.look()
            with lock:
                old = kept.get(key)
            if old is None:
                found = function(frame, *args, **kwargs)
            elif old[0] == position:
                found = old[1]
            else:
                found = brought_up(old, frame, *args, **kwargs)
            with lock:
                kept[key] = (position, found)
                kept.move_to_end(key)
                while len(kept) > _KEPT:
                    kept.popitem(last=False)
            return found

        return cast("Query", answer)

    return decorate


def _key(frame: Frame, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Hashable, ...]:
    place = (frame.region.uid, frame.year, frame.on, frame.known_at, frame.reach.fingerprint())
    return (place, args, tuple(sorted(kwargs.items())))
