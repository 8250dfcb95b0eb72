"""Units of tasks whose name is tied to no organisation: nobody can report for them."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Count, QuerySet

from jingtu.platform.clock import OPEN_TIME
from jingtu.platform.duties.models import Duty
from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.organisations.holdings import retell
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.organisations.unresolved import Name, Source, declare
from jingtu.platform.registers import versions
from jingtu.platform.registers.models import Entry, Version
from jingtu.programme.plans.models import TaskUnit

_CLASS = "class"  # 各有关单位: no single body


def _open(region_path: str) -> QuerySet[TaskUnit]:
    here = Version.objects.filter(taskfacts__isnull=False, region__path__startswith=region_path)
    return TaskUnit.objects.filter(
        organisation=None, class_unit=None, entry__in=here.values("entry_id")
    ).exclude(kind=_CLASS)


def _names(region_path: str, on: date, known_at: datetime | None) -> list[Name]:
    rows = _open(region_path).filter(versions.believed(known_at), effective_to__gt=on).order_by()
    counts = rows.values_list("expanded").annotate(found=Count("entry", distinct=True))
    return [Name(words, count, "项任务") for words, count in counts]


def _assign(words: str, region_path: str, organisation: Organisation, row: LedgerRow) -> int:
    units = _open(region_path).filter(expanded=words, recorded_to=OPEN_TIME).select_for_update(of=("self",))
    found = list(units.order_by("pk"))
    for unit in found:
        twin = TaskUnit.objects.filter(
            entry=unit.entry_id, role=unit.role, organisation=organisation, class_unit=None,
            recorded_to=OPEN_TIME, effective_from__lte=unit.effective_from,
            effective_to__gte=unit.effective_to,
        )  # fmt: skip
        retell(unit, "organisation", None if twin.exists() else organisation)
        if unit.role == TaskUnit.Role.LEAD:
            _lead(unit, organisation, row)
    return len({unit.entry_id for unit in found})


def _lead(unit: TaskUnit, organisation: Organisation, row: LedgerRow) -> None:
    """A task without a known lead has one now, and what it owed without a holder has one too."""
    entry = Entry.objects.select_for_update().get(pk=unit.entry_id)
    alone = Version.objects.filter(versions.believed(), entry=entry, holder=None)
    for version in list(alone.order_by("effective_from")):
        versions.amend(
            entry,
            header={"holder": organisation},
            effective_from=version.effective_from,
            effective_to=version.effective_to,
            ledger_row=row,
            reason="对应单位名称",
        )
    owed = Duty.objects.filter(entry=entry, holder=None, state__in=(Duty.State.OPEN, Duty.State.SUBMITTED))
    for duty in owed:
        same = Duty.objects.filter(rule=duty.rule, entry=entry, period=duty.period, holder=organisation)
        if not same.exists():
            Duty.objects.filter(pk=duty.pk).update(holder=organisation)


declare(Source("plans.TaskUnit", _names, _assign))
