"""What actions on one organisation share."""

from __future__ import annotations

import hashlib
from typing import ClassVar

from jingtu.errors import CellError, InputError
from jingtu.platform.actions import Action, Result, Subject
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.organisations.permissions import EDIT

SHORTEST, LONGEST = 2, 120


class OrganisationAction(Action[Result]):
    """A change of one organisation, by whoever keeps the list where it belongs."""

    permission: ClassVar[str | None] = EDIT.name
    organisation: Organisation

    def subject(self) -> Subject:
        region = self.organisation.region
        return Subject("organisation", self.organisation.uid, region.path, (self.organisation.pk,))

    def lock(self) -> None:
        self.organisation = (
            Organisation.objects.select_for_update(of=("self",))
            .select_related("region")
            .get(pk=self.organisation.pk)
        )


def check_name(name: str, column: str) -> list[CellError]:
    """What is wrong with a name that somebody typed."""
    if SHORTEST <= len(name) <= LONGEST:
        return []
    return [CellError(f"应为 {SHORTEST} 至 {LONGEST} 字", column=column, value=name[:40])]


def refuse(message: str, problems: list[CellError]) -> None:
    """Raise where anything is wrong, with all of it."""
    if problems:
        raise InputError(message, problems)


def proof(text: str) -> str:
    """Free text may name people: the ledger proves it without holding it."""
    return hashlib.sha256(text.encode()).hexdigest()
