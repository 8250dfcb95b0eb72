"""One step of several entries at once, on the same evidence: each with its own ledger row, all or none."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models.base import ModelState

from jingtu.errors import CellError, InputError, JingtuError
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.ledger import records
from jingtu.platform.people.models import User
from jingtu.platform.registers.declarations import Move
from jingtu.platform.registers.models import Transition, Version
from jingtu.platform.registers.moves import MoveEntry

MOST = 200


def move_together(
    actor: User | None,
    on: date,
    rows: Sequence[Version],
    move: Move,
    *,
    reason: str = "",
    facts: Mapping[str, Any] | None = None,
    evidence: Callable[[Version], Sequence[Attachment]] = lambda _: (),
    seen_on: date | None = None,
) -> list[Transition]:
    """Move entries along their lifecycle on a day, whole or not at all.

    Parameters
    ----------
    rows : sequence of Version
        The entries as the person saw them; one that is no longer so is refused.
    evidence : callable
        Gives the attachments of one entry; called inside the transaction.

    Returns
    -------
    list of Transition
        In the order of the rows.

    Raises
    ------
    InputError
        With every refusal at once; ``column`` is the name of the entry.
    """
    if len(rows) > MOST:
        raise InputError(f"一次最多办理 {MOST} 个条目，请分几次办理。")
    refused: list[CellError] = []
    done: list[Transition] = []
    with records.operation(), transaction.atomic():
        for row in rows:
            try:
                with transaction.atomic():
                    step = MoveEntry(
                        actor,
                        on,
                        row.entry,
                        move.id,
                        reason=reason,
                        facts=facts,
                        evidence=evidence(row),
                        expected_version=row.pk,
                        seen_on=seen_on,
                    )
                    done.append(step.execute())
            except JingtuError as error:
                lines = error.errors if isinstance(error, InputError) else []
                words = [f"{item.column}：{item.message}" if item.column else item.message for item in lines]
                refused += [CellError(text, column=row.name) for text in words or [error.message]]
        if refused:
            count = len({item.column for item in refused})
            raise InputError(f"有 {count} 个条目不能办理“{move.label}”，全部没有办理。", refused)
    return done


def shared(item: Attachment, row: Version) -> Attachment:
    """A file of one entry, kept as evidence of another too; call it inside the transaction of the step."""
    made = copy(item)
    made.pk, made.uid, made.subject_uid = None, uuid.uuid4(), row.entry.uid
    made.region_path = row.region.path
    made.organisation_ids = [row.holder_id] if row.holder_id else []
    made._state = ModelState()
    made.save(force_insert=True)
    return made
