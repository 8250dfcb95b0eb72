"""Where the collector of cycles need not walk: over what is loaded for good, and over many small objects of large work."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


class _Rest:
    """How many works go on, and whether the collector was awake before the first."""

    def __init__(self) -> None:
        self.lock, self.works, self.was_awake = Lock(), 0, False

    def begin(self) -> None:
        with self.lock:
            if not self.works:
                self.was_awake = gc.isenabled()
                gc.disable()
            self.works += 1

    def end(self) -> None:
        with self.lock:
            self.works -= 1
            if not self.works and self.was_awake:
                gc.enable()


_REST = _Rest()


@contextmanager
def uncollected() -> Iterator[None]:
    """Let no cycles be collected while the context lasts, in any thread.

    Twenty thousand rows of a table are millions of objects that refer to each other without a cycle; that the
    collector visits them at every step cost a third of an import's time. What is freed by counting references
    is freed as always.

    Examples
    --------
    >>> with uncollected():
    ...     gc.isenabled()
    False
    >>> gc.isenabled()
    True
    """
    _REST.begin()
    try:
        yield
    finally:
        _REST.end()


def settle() -> None:
    """Leave what is loaded by now out of all collections of cycles to come: it stays as long as the process.

    Once in some dozens of pages the collector visited the whole program, and whoever asked for that page waited
    a tenth of a second longer.

    Examples
    --------
    >>> settle()
    >>> gc.get_freeze_count() > 0
    True
    >>> gc.unfreeze()
    """
    gc.collect()
    gc.freeze()
