"""A state change is an action object: permission, guard, change, ledger row, in one transaction.

Web, API, command line, import and jobs all execute actions; nothing else writes versions. The shape
follows Wagtail's actions: one class a verb, ``check`` before ``perform``, callers differ in nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from django.db import transaction

from jingtu.platform import events
from jingtu.platform.ledger import records
from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.people import policies

if TYPE_CHECKING:
    from jingtu.platform.people.models import User

Result = TypeVar("Result")


@dataclass(slots=True)
class Subject:
    """What an action is about, for the permission check and for the ledger."""

    type: str
    uid: uuid.UUID | None = None
    region_path: str = ""
    organisations: tuple[int, ...] = field(default_factory=tuple)


class Action(Generic[Result]):
    """Base of all actions.

    Subclasses set ``name`` (stable, dotted, in the ledger for good), ``permission`` and ``label``, and
    implement ``subject`` and ``perform``. ``check_state`` raises ``ConflictError`` or ``InputError``
    where the state of the world does not allow the step; it runs inside the transaction, after ``lock``.

    Parameters
    ----------
    actor : User or None
        Who acts; ``None`` for the system itself (``tick``, the demo), which needs no permission.
    on : date
        The business date on which the change is effective.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    permission: ClassVar[str | None]

    def __init__(self, actor: User | None, on: date) -> None:
        self.actor = actor
        self.on = on
        self.ledger_row: LedgerRow | None = None

    def subject(self) -> Subject:
        raise NotImplementedError

    def lock(self) -> None:
        """Take the row locks that ``check_state`` relies on."""

    def check_permission(self) -> None:
        if self.actor is None or self.permission is None:
            return
        subject = self.subject()
        policies.require(self.actor, self.permission, subject.region_path, subject.organisations)

    def check_state(self) -> None:
        """Raise where the step is not possible now."""

    def record(self, **facts: Any) -> LedgerRow:
        """Write the ledger row of this action; ``perform`` calls it before it writes versions."""
        subject = self.subject()
        self.ledger_row = records.append(
            self.name,
            on=self.on,
            subject_type=subject.type,
            subject_uid=subject.uid,
            actor_uid=self.actor.uid if self.actor else None,
            region_path=subject.region_path,
            facts=facts,
        )
        return self.ledger_row

    def perform(self) -> Result:
        raise NotImplementedError

    def events(self) -> Iterable[events.Event]:
        """What others should hear once the change is committed."""
        return ()

    def execute(self) -> Result:
        """Check and perform in one transaction; the ledger row commits with the change."""
        with records.operation(), transaction.atomic():
            self.lock()
            self.check_permission()
            self.check_state()
            result = self.perform()
            if self.ledger_row is None:
                raise RuntimeError(f"{self.name} changed state without a ledger row")
            raised = list(self.events())
            for event in raised:
                events.emit(event)
        return result
