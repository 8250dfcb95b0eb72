"""Writers of one SQLite file in a queue, first come first served.

SQLite lets one writer in at a time; the others sleep and look again at growing intervals, and whoever
looks at the right moment gets in, so that under load one of them may wait for seconds while others pass.
Here the threads of a process stand in a queue, and only the first of them competes with other processes.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import threading
import time
from collections import deque
from pathlib import Path

_POLL_SECONDS = 0.0005
_YIELD_SECONDS = 0.002


class WriteQueue:
    """The right to write to one database file.

    Parameters
    ----------
    path : Path or None
        The database; its lock file lies beside it. ``None`` for one in memory, which no other process has.
    """

    def __init__(self, path: Path | None) -> None:
        self._mutex = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._taken = False
        self._others = _OtherProcesses(path) if path is not None else None

    def acquire(self, timeout: float) -> bool:
        """Wait for the right to write, at most ``timeout`` seconds; ``False`` where it did not come."""
        deadline = time.monotonic() + timeout
        if not self._take_turn(timeout):
            return False
        if self._others is None or self._others.lock(deadline):
            return True
        self._pass_turn()
        return False

    def release(self) -> None:
        """Give the right on."""
        if self._others is not None:
            self._others.unlock()
        self._pass_turn()

    def _take_turn(self, timeout: float) -> bool:
        with self._mutex:
            if not self._taken:
                self._taken = True
                return True
            turn = threading.Event()
            self._waiting.append(turn)
        if turn.wait(timeout):
            return True
        with self._mutex:
            if turn.is_set():  # it came between the end of the wait and here
                return True
            self._waiting.remove(turn)
        return False

    def _pass_turn(self) -> None:
        with self._mutex:
            if self._waiting:
                self._waiting.popleft().set()  # stays taken, by the next in the queue
            else:
                self._taken = False


class _OtherProcesses:
    """The competition with other processes, by locks on two files beside the database.

    One is held while writing. The other is held, shared, while waiting for the first: a process that
    sees it held after a write lets the others go first.
    """

    def __init__(self, path: Path) -> None:
        self._paths = [path.with_name(f"{path.name}.{name}") for name in ("writing", "waiting")]
        self._files: list[int] = []
        self._owner = 0

    def _open(self) -> tuple[int, int]:
        # After a fork the child would share its parent's locks: it opens the files anew.
        if self._owner != os.getpid():
            self._files = [os.open(path, os.O_RDWR | os.O_CREAT, 0o600) for path in self._paths]
            self._owner = os.getpid()
        return self._files[0], self._files[1]

    def lock(self, deadline: float) -> bool:
        writing, waiting = self._open()
        if _try(writing, fcntl.LOCK_EX):
            return True
        fcntl.flock(waiting, fcntl.LOCK_SH)
        try:
            while not _try(writing, fcntl.LOCK_EX):
                if time.monotonic() > deadline:
                    return False
                time.sleep(_POLL_SECONDS)
            return True
        finally:
            fcntl.flock(waiting, fcntl.LOCK_UN)

    def unlock(self) -> None:
        writing, waiting = self._open()
        fcntl.flock(writing, fcntl.LOCK_UN)
        if _try(waiting, fcntl.LOCK_EX):
            fcntl.flock(waiting, fcntl.LOCK_UN)
        else:
            time.sleep(_YIELD_SECONDS)


def _try(file: int, kind: int) -> bool:
    with contextlib.suppress(BlockingIOError):
        fcntl.flock(file, kind | fcntl.LOCK_NB)
        return True
    return False


_queues: dict[str, WriteQueue] = {}
_queues_mutex = threading.Lock()


def queue_of(name: str, *, in_memory: bool) -> WriteQueue:
    """The one queue of a database in this process."""
    with _queues_mutex:
        if name not in _queues:
            _queues[name] = WriteQueue(None if in_memory else Path(name))
        return _queues[name]
