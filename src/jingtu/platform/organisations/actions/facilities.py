"""The plants (厂区) of an organisation: entered, corrected, closed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from jingtu.errors import CellError, ConflictError
from jingtu.platform.actions import Subject
from jingtu.platform.clock import OPEN_DATE
from jingtu.platform.organisations.actions.base import OrganisationAction, check_name, proof, refuse
from jingtu.platform.organisations.models import Facility, Organisation
from jingtu.platform.organisations.permissions import EDIT
from jingtu.platform.people import policies
from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region

NAME = "厂区名称"
# GB/T 4754: a letter for the section, then two to four figures; lists often leave the letter out.
_INDUSTRY = re.compile(r"[A-T]?\d{2,4}")
_LONGEST = {"address": ("地址", 200), "permit_number": ("排污许可证编号", 40)}


def check_values(values: Mapping[str, str]) -> list[CellError]:
    """What is wrong with the columns of a plant."""
    found = []
    for column, (label, longest) in _LONGEST.items():
        if len(values.get(column, "")) > longest:
            found.append(CellError(f"不能超过 {longest} 字", column=label, value=values[column][:40]))
    code = values.get("industry_code", "")
    if code and not _INDUSTRY.fullmatch(code):
        found.append(
            CellError("应为国民经济行业分类代码，如 2611 或 C2611", column="行业代码", value=code[:40])
        )
    status = values.get("status", Facility.Status.OPERATING)
    if status not in Facility.Status.values:
        found.append(CellError("请从列出的选项中选择", column="状态", value=status[:40]))
    return found


class AddFacility(OrganisationAction[Facility]):
    """Enter a plant of an organisation; one company has several."""

    name = "organisations.add_facility"
    label = "登记厂区"

    def __init__(
        self,
        actor: User | None,
        on: date,
        organisation: Organisation,
        facility_name: str,
        region: Region,
        **values: str,
    ) -> None:
        super().__init__(actor, on)
        self.organisation = organisation
        self.facility_name = " ".join(facility_name.split())
        self.region = region
        self.values = {name: value.strip() for name, value in values.items()}

    def subject(self) -> Subject:
        # Where the plant stands decides, not where the company is registered.
        return Subject("organisation", self.organisation.uid, self.region.path)

    def check_state(self) -> None:
        refuse(
            "厂区没有登记，请改正后再提交。", check_name(self.facility_name, NAME) + check_values(self.values)
        )
        if self.organisation.merged_into_id is not None:
            raise ConflictError(f"“{self.organisation.name}”已经合并，请在合并后的单位下登记。")
        if self.organisation.facilities.filter(name=self.facility_name).exists():
            raise ConflictError(f"“{self.organisation.name}”已有名为“{self.facility_name}”的厂区。")

    def perform(self) -> Facility:
        facility = Facility.objects.create(
            organisation=self.organisation, name=self.facility_name, region=self.region, **self.values
        )
        self.record(facility=str(facility.uid), name=facility.name)
        return facility


class _FacilityAction(OrganisationAction[Facility]):
    facility: Facility

    def subject(self) -> Subject:
        return Subject("organisation", self.organisation.uid, self.facility.region.path)

    def lock(self) -> None:
        self.facility = (
            Facility.objects.select_for_update(of=("self",))
            .select_related("region", "organisation")
            .get(pk=self.facility.pk)
        )
        self.organisation = self.facility.organisation


class EditFacility(_FacilityAction):
    """Correct what is said of a plant, or open a closed one again; the ledger keeps what it said before."""

    name = "organisations.edit_facility"
    label = "更正厂区"

    def __init__(
        self,
        actor: User | None,
        on: date,
        facility: Facility,
        facility_name: str,
        region: Region,
        **values: str,
    ) -> None:
        super().__init__(actor, on)
        self.facility = facility
        self.organisation = facility.organisation
        self.facility_name = " ".join(facility_name.split())
        self.region = region
        self.values = {name: value.strip() for name, value in values.items()}

    def check_permission(self) -> None:
        super().check_permission()
        if self.actor is not None and self.region.pk != self.facility.region_id:
            policies.require(self.actor, EDIT.name, self.region.path)

    def check_state(self) -> None:
        problems = check_name(self.facility_name, NAME) + check_values(self.values)
        if (
            self.values.get("status") == Facility.Status.CLOSED
            and self.facility.status != Facility.Status.CLOSED
        ):
            problems.append(CellError("关闭厂区请用“关闭厂区”，写明日期和原因", column="状态"))
        refuse("厂区没有保存，请改正后再提交。", problems)
        same = self.organisation.facilities.filter(name=self.facility_name).exclude(pk=self.facility.pk)
        if same.exists():
            raise ConflictError(f"“{self.organisation.name}”已有名为“{self.facility_name}”的厂区。")
        if not self._changes():
            raise ConflictError("没有改动。")

    def _changes(self) -> dict[str, list[Any]]:
        wanted = {"name": self.facility_name, **self.values}
        found = {
            column: [getattr(self.facility, column), value]
            for column, value in wanted.items()
            if getattr(self.facility, column) != value
        }
        if self.region.pk != self.facility.region_id:
            found["region"] = [str(self.facility.region.uid), str(self.region.uid)]
        return found

    def perform(self) -> Facility:
        changes = self._changes()
        self.record(facility=str(self.facility.uid), name=self.facility_name, changes=changes)
        self.facility.name, self.facility.region = self.facility_name, self.region
        for column, value in self.values.items():
            setattr(self.facility, column, value)
        if self.facility.status != Facility.Status.CLOSED:
            self.facility.valid_to, self.facility.closed_reason = OPEN_DATE, ""
        self.facility.save()
        return self.facility


class CloseFacility(_FacilityAction):
    """Say that a plant was closed on a day."""

    name = "organisations.close_facility"
    label = "关闭厂区"

    def __init__(self, actor: User | None, on: date, facility: Facility, reason: str) -> None:
        super().__init__(actor, on)
        self.facility = facility
        self.organisation = facility.organisation
        self.reason = reason.strip()[:200]

    def check_state(self) -> None:
        problems = [] if self.reason else [CellError("请写明原因", column="原因")]
        if self.on <= self.facility.valid_from:
            problems.append(CellError("应晚于厂区开始的日期", column="关闭日期", value=self.on.isoformat()))
        refuse("厂区没有关闭，请改正后再提交。", problems)
        if self.facility.status == Facility.Status.CLOSED:
            raise ConflictError(f"厂区“{self.facility.name}”已经关闭。")

    def perform(self) -> Facility:
        self.record(facility=str(self.facility.uid), name=self.facility.name, reason=proof(self.reason))
        self.facility.status = Facility.Status.CLOSED
        self.facility.valid_to = self.on
        self.facility.closed_reason = self.reason
        self.facility.save(update_fields=["status", "valid_to", "closed_reason"])
        return self.facility
