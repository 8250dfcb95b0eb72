"""Django's SQLite back end with a fair queue of writers (see ``queue``)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

from jingtu.platform.sqlite.queue import WriteQueue, queue_of

_READS = ("SELECT", "PRAGMA", "EXPLAIN", "WITH", "BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "COMMIT")
_DEFAULT_TIMEOUT = 5.0  # that of the sqlite3 module


class DatabaseWrapper(base.DatabaseWrapper):
    """Transactions, and single statements that write, wait for their turn in the queue."""

    _holds_turn = False

    @property
    def write_queue(self) -> WriteQueue:
        return queue_of(str(self.settings_dict["NAME"]), in_memory=self.is_in_memory_db())

    @property
    def write_timeout(self) -> float:
        return float(self.settings_dict.get("OPTIONS", {}).get("timeout", _DEFAULT_TIMEOUT))

    def create_cursor(self, name: str | None = None) -> Any:  # noqa: ARG002 - the back end's signature
        return self.connection.cursor(factory=lambda connection: _Cursor(connection, self))

    def _start_transaction_under_autocommit(self) -> None:
        self.take_turn()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self.pass_turn()
            raise

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]
        self.pass_turn()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self.pass_turn()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self.pass_turn()

    def take_turn(self) -> None:
        """Wait to be the writer; raises Django's own error where the wait is too long."""
        if self._holds_turn:
            return
        if not self.write_queue.acquire(self.write_timeout):
            raise OperationalError("database is locked")
        self._holds_turn = True

    def pass_turn(self) -> None:
        """Let the next writer in."""
        if self._holds_turn:
            self._holds_turn = False
            self.write_queue.release()


class _Cursor(base.SQLiteCursorWrapper):
    """A cursor whose single writing statements, outside a transaction, wait for their turn too."""

    def __init__(self, connection: sqlite3.Connection, wrapper: DatabaseWrapper) -> None:
        super().__init__(connection)
        self._wrapper = wrapper

    def execute(self, query: str, params: Any = None) -> Any:
        if self.connection.in_transaction or query.lstrip().upper().startswith(_READS):
            return super().execute(query, params)
        self._wrapper.take_turn()
        try:
            return super().execute(query, params)
        finally:
            self._wrapper.pass_turn()

    def executemany(self, query: str, param_list: Iterable[Any]) -> Any:
        if self.connection.in_transaction:
            return super().executemany(query, param_list)
        self._wrapper.take_turn()
        try:
            return super().executemany(query, param_list)
        finally:
            self._wrapper.pass_turn()
