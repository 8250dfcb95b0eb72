"""What the columns of a laboratory's workbooks are: confirmed once, remembered by the headings."""

from __future__ import annotations

import copy
from datetime import date

from jingtu.errors import InputError
from jingtu.knowledge.labsheets import RESULT, Mapping
from jingtu.platform.actions import Action, Subject
from jingtu.platform.evidence.laboratory.models import SheetMapping, Survey
from jingtu.platform.evidence.laboratory.permissions import IMPORT
from jingtu.platform.people import policies
from jingtu.platform.people.models import User

_MOST = 50  # of one laboratory


def remembered(survey: Survey) -> list[Mapping]:
    """Mappings that were confirmed for the laboratory of a survey, the latest first."""
    if survey.laboratory_id is None:
        return []
    rows = SheetMapping.objects.filter(laboratory=survey.laboratory_id).order_by("-confirmed_at", "-pk")
    found = []
    for row in rows[:_MOST]:
        try:
            found.append(Mapping.from_json(row.mapping))
        except InputError:  # kept by an older version: it is asked for again
            continue
    return found


class RememberSheet(Action[SheetMapping]):
    """Remember how a laboratory's workbooks are read; the same headings are then not asked about again."""

    name = "laboratory.remember_columns"
    label = "记住列的对照"
    permission = IMPORT.name

    def __init__(self, actor: User | None, on: date, survey: Survey, mapping: Mapping) -> None:
        super().__init__(actor, on)
        if survey.laboratory is None or not mapping.fingerprint:
            raise ValueError("a mapping is remembered for a laboratory and for headings")
        self.survey, self.laboratory = survey, survey.laboratory
        self.mapping = without_units_of_the_sheet(mapping, _before(survey, mapping))

    def subject(self) -> Subject:
        return Subject("organisation", self.laboratory.uid, self.survey.region.path, self.survey.uploaders)

    def check_permission(self) -> None:
        if self.actor is not None:
            policies.require(self.actor, IMPORT.name, self.survey.region.path, self.survey.uploaders)

    def perform(self) -> SheetMapping:
        row = self.record(laboratory=str(self.laboratory.uid), fingerprint=self.mapping.fingerprint)
        found, _ = SheetMapping.objects.update_or_create(
            laboratory=self.laboratory,
            fingerprint=self.mapping.fingerprint,
            defaults={
                "mapping": self.mapping.to_json(),
                "confirmed_by": self.actor,
                "confirmed_at": row.at,
                "ledger_row": row,
            },
        )
        return found


def worth_remembering(survey: Survey, mapping: Mapping) -> bool:
    """Whether a mapping is new for the laboratory, or a person changed what was remembered."""
    if survey.laboratory_id is None or not mapping.fingerprint:
        return False
    return not mapping.remembered or _before(survey, mapping) is None


def without_units_of_the_sheet(mapping: Mapping, before: Mapping | None) -> Mapping:
    """A mapping with those units only that a person gave.

    A unit that the sheet prints is read from each sheet anew: remembered, it would stand in for one that
    is missing from the next.
    """
    found = copy.deepcopy(mapping)
    known = {
        (number, column.position): column.unit
        for number, block in enumerate(before.blocks if before else [])
        for column in block.columns
    }
    for number, block in enumerate(found.blocks):
        for column in block.columns:
            if column.target == RESULT and column.why != "person":
                column.unit = known.get((number, column.position), "") if column.why == "memory" else ""
    return found


def _before(survey: Survey, mapping: Mapping) -> Mapping | None:
    row = SheetMapping.objects.filter(
        laboratory=survey.laboratory_id, fingerprint=mapping.fingerprint
    ).first()
    return Mapping.from_json(row.mapping) if row else None
