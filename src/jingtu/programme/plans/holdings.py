"""Parts in tasks, and reports on them, follow the unit when two organisations turn out to be one body."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence

from jingtu.platform.clock import OPEN_TIME
from jingtu.platform.evidence.attaching import carry
from jingtu.platform.organisations.holdings import Holding, Move, Moved, declare, retell, tally, told
from jingtu.programme.plans.models import Progress, TaskUnit


def _parts(organisations: Iterable[int]) -> dict[int, int]:
    rows = TaskUnit.objects.filter(organisation__in=list(organisations), recorded_to=OPEN_TIME)
    return tally(rows, "organisation", "entry")


def _forward_parts(move: Move) -> list[Moved]:
    """A part that the other has as well, in the same role over the same days, is one part."""
    moved: list[Moved] = []
    rows = TaskUnit.objects.select_for_update().filter(organisation=move.source, recorded_to=OPEN_TIME)
    for row in list(rows.order_by("pk")):
        twin = TaskUnit.objects.filter(
            entry=row.entry_id,
            role=row.role,
            class_unit=row.class_unit_id,
            organisation=move.target,
            recorded_to=OPEN_TIME,
            effective_from__lte=row.effective_from,
            effective_to__gte=row.effective_to,
        )
        new = retell(row, "organisation", None if twin.exists() else move.target)
        moved.append([row.pk, new.pk if new else 0])
    return moved


def _back_parts(move: Move, moved: Sequence[Moved]) -> None:
    for old, there in moved:
        if there:
            row = TaskUnit.objects.filter(pk=there, organisation=move.source, recorded_to=OPEN_TIME).first()
            if row is not None:
                retell(row, "organisation", move.target)
            continue
        row = TaskUnit.objects.get(pk=old)
        twin = TaskUnit.objects.filter(
            entry=row.entry_id, role=row.role, organisation=move.source, recorded_to=OPEN_TIME
        )
        if twin.exists():  # the task is still theirs
            told(row, "organisation", move.target)


def _reports(organisations: Iterable[int]) -> dict[int, int]:
    rows = Progress.objects.filter(organisation__in=list(organisations), recorded_to=OPEN_TIME)
    return tally(rows, "organisation")


def _forward_reports(move: Move) -> list[Moved]:
    """Where both reported the same month the report of the remaining unit stands; the other stays as it was."""
    rows = Progress.objects.select_for_update().filter(organisation=move.source, recorded_to=OPEN_TIME)
    return [[row.pk, _retold(row, move)] for row in list(rows.order_by("pk")) if not _reported(row, move)]


def _back_reports(move: Move, moved: Sequence[Moved]) -> None:
    rows = Progress.objects.select_for_update().filter(
        pk__in=[there for _, there in moved], organisation=move.source, recorded_to=OPEN_TIME
    )
    for row in list(rows.order_by("pk")):
        if not _reported(row, move):
            _retold(row, move)


def _reported(row: Progress, move: Move) -> bool:
    return Progress.objects.filter(
        entry=row.entry_id, organisation=move.target, period=row.period, recorded_to=OPEN_TIME
    ).exists()


def _retold(row: Progress, move: Move) -> int:
    new = retell(row, "organisation", move.target, uid=uuid.uuid4())
    assert isinstance(new, Progress)
    carry(row.uid, new.uid, (move.target.pk,))
    return new.pk


declare(
    Holding("plans.TaskUnit.organisation", "任务", "项", 10, _parts, _forward_parts, _back_parts, page="unit")
)
declare(
    Holding("plans.Progress.organisation", "进展填报", "条", 20, _reports, _forward_reports, _back_reports)
)
