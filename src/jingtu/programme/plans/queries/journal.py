"""What has changed since an answer was made, read from the ledger: every change writes a row there."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.registers.models import Entry
from jingtu.programme.plans.lifecycle import DELIVERABLES, TASKS

OWN_REGISTERS = (TASKS, DELIVERABLES)
# Actions that move or report on one task or document and leave its units, deadlines and first day alone.
_ON_ONE = ("plans.task.", "plans.deliverable.")
# Actions on other things than tasks. One that is neither here nor about a task counts as changing them all.
_ELSEWHERE = (
    "duties.", "evidence.", "indicators.", "people.", "plans.form.", "plans.item.", "plans.items.",
    "plans.load", "plans.quantity.", "plans.reading.", "plans.target.", "registers.",
)  # fmt: skip

_LATE = 1000  # rows that may commit after a later one (PostgreSQL gives numbers before commits)
_NOTED = 2000


@dataclass(frozen=True, slots=True)
class Change:
    """One row of the ledger; ``entry`` and ``uid`` where a task or document was moved or reported on."""

    action: str
    register: str = ""
    uid: UUID | None = None
    entry: int | None = None

    @property
    def of_tasks(self) -> bool:
        """Whether any task, document, unit or place may be different now."""
        return self.register in OWN_REGISTERS or not self.action.startswith(_ELSEWHERE)

    @property
    def of_parts(self) -> bool:
        """Whether there may be other tasks, units in them or deadlines now."""
        return self.of_tasks and self.entry is None


class Journal:
    """The changes that this process has seen, in the order of their rows.

    ``look`` costs one statement where nothing was changed. A position counts changes; where the ledger is
    not the one that was seen before (rows that came late, another database), all positions end.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._changes: deque[Change] = deque()
        self._first = 0  # position of the first change kept
        self._ids: deque[int] = deque()  # the last rows seen, from above ``_floor`` up to the head
        self._floor = 0
        self._head_uid: object = None

    @property
    def _position(self) -> int:
        return self._first + len(self._changes)

    @property
    def _head(self) -> int:
        return self._ids[-1] if self._ids else 0

    def look(self) -> int:
        """The position after all changes that are committed now."""
        with self._lock:
            count, last, uid = self._ask(
                "SELECT COUNT(*), MAX(id), (SELECT uid FROM {table} WHERE id = %s) FROM {table} WHERE id > %s",
                [self._head, self._floor],
            )[0]
            if uid != self._head_uid or (last or 0) < self._head or (last or 0) - self._head > _LATE:
                self._start_anew()
            elif count != len(self._ids):
                self._note()
            return self._position

    def since(self, position: int) -> list[Change] | None:
        """The changes after a position; ``None`` where they are not known any more."""
        with self._lock:
            if not self._first <= position <= self._position:
                return None
            return [self._changes[place] for place in range(position - self._first, len(self._changes))]

    def _note(self) -> None:
        """Note the rows after the head; anew where one came late below it."""
        rows = self._ask(
            # One statement, so that both halves see the same rows.
            "SELECT id, uid, action, subject_type, subject_uid FROM {table} WHERE id > %s "
            "UNION ALL SELECT -COUNT(*), NULL, '', '', NULL FROM {table} WHERE id > %s AND id <= %s",
            [self._head, self._floor, self._head],
        )
        rows.sort(key=lambda row: row[0])
        (known, *_), *new = rows
        if -known != len(self._ids) or not new:
            self._start_anew()
            return
        subjects = {UUID(str(raw)) for *_, action, _, raw in new if raw and action.startswith(_ON_ONE)}
        entries = dict(Entry.objects.filter(uid__in=subjects).values_list("uid", "pk")) if subjects else {}
        for key, _, action, register, raw in new:
            uid = UUID(str(raw)) if raw and action.startswith(_ON_ONE) else None
            self._changes.append(Change(action, register, uid, entries.get(uid) if uid else None))
            self._ids.append(key)
        while len(self._changes) > _NOTED:
            self._changes.popleft()
            self._first += 1
        self._floor = max(self._floor, self._head - _LATE)
        while self._ids[0] <= self._floor:
            self._ids.popleft()
        self._head_uid = new[-1][1]

    def _start_anew(self) -> None:
        self._first = self._position + 1
        self._changes.clear()
        rows = self._ask(
            "SELECT id, uid FROM {table} WHERE id > (SELECT COALESCE(MAX(id), 0) FROM {table}) - %s ORDER BY id",
            [_LATE],
        )
        self._ids = deque(key for key, _ in rows)
        self._head_uid = rows[-1][1] if rows else None
        self._floor = self._head - _LATE

    def _ask(self, statement: str, values: list[int]) -> list[tuple[Any, ...]]:
        # By hand: this is asked several times for every page.
        with connection.cursor() as cursor:
            cursor.execute(statement.format(table=LedgerRow._meta.db_table), values)
            return list(cursor.fetchall())


journal = Journal()
