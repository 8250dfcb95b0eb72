"""What a list of enterprises enters in the register of organisations.

Whoever enters an entry of a register has been allowed to; these actions belong to that step and ask for no
permission of their own, like the organisations that a confirmed plan names.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import ClassVar

from jingtu.platform.actions import Subject
from jingtu.platform.organisations import facility_history
from jingtu.platform.organisations.actions.base import OrganisationAction, refuse
from jingtu.platform.organisations.actions.facilities import AddFacility, check_values
from jingtu.platform.organisations.actions.naming import EnterOrganisation, check_code
from jingtu.platform.organisations.models import Facility, Organisation
from jingtu.platform.people.models import User


class EnlistOrganisation(EnterOrganisation):
    """Enter an enterprise that a register names."""

    name = "organisations.enlist"
    label = "随清单登记单位"
    permission: ClassVar[str | None] = None


class EnlistFacility(AddFacility):
    """Enter the plant of an enterprise that a register names."""

    name = "organisations.enlist_facility"
    label = "随清单登记厂区"
    permission: ClassVar[str | None] = None


class FillIn(OrganisationAction[Organisation]):
    """Enter what nobody knew of an organisation or its plant and a register says; nothing known is changed.

    Parameters
    ----------
    code : str
        The checked code, where the organisation has none.
    facility, values : Facility, mapping
        Columns of the plant that are empty.
    """

    name = "organisations.fill_in"
    label = "随清单补登"
    permission: ClassVar[str | None] = None

    def __init__(
        self,
        actor: User | None,
        on: date,
        organisation: Organisation,
        *,
        code: str = "",
        facility: Facility | None = None,
        values: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(actor, on)
        self.organisation, self.code = organisation, code
        self.facility, self.values = facility, dict(values or {})
        self._given = organisation

    def subject(self) -> Subject:
        region = self.facility.region if self.facility else self.organisation.region
        return Subject("organisation", self.organisation.uid, region.path)

    def lock(self) -> None:
        super().lock()
        if self.facility is not None:
            self.facility = Facility.objects.select_related("region").get(pk=self.facility.pk)

    def check_state(self) -> None:
        problems = check_values(self.values)
        if self.code:
            problems += check_code(self.code, self.organisation)
        refuse("没有补登，请改正后再提交。", problems)

    def perform(self) -> Organisation:
        if self.code and not self.organisation.uscc:
            self.organisation.uscc, self.organisation.uscc_missing_reason = self.code, ""
            self.organisation.save(update_fields=["uscc", "uscc_missing_reason"])
            self._given.uscc = self.code
        plant = self.facility
        gaps = {name: value for name, value in self.values.items() if plant and not getattr(plant, name)}
        row = self.record(
            uscc=self.organisation.uscc,
            facility=str(plant.uid) if plant else None,
            changes={name: ["", value] for name, value in gaps.items()},
        )
        if plant is not None:
            for name, value in gaps.items():
                first, end = facility_history.run_of(plant, max(self.on, plant.valid_from), name)
                facility_history.tell(plant, {name: value}, since=first, until=end, ledger_row=row)
        return self.organisation
