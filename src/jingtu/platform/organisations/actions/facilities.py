"""The plants (厂区) of an organisation: entered, corrected, closed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from jingtu.errors import CellError, ConflictError
from jingtu.platform.actions import Subject
from jingtu.platform.clock import OPEN_DATE
from jingtu.platform.organisations import facility_history, industries
from jingtu.platform.organisations.actions.base import OrganisationAction, check_name, proof, refuse
from jingtu.platform.organisations.models import Facility, Organisation
from jingtu.platform.organisations.permissions import EDIT
from jingtu.platform.people import policies
from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region
from jingtu.platform.registers.quantities import degrees

NAME = "厂区名称"
_STEP = Decimal("0.0000001")
_LONGEST = {"address": ("地址", 200), "permit_number": ("排污许可证编号", 40)}
_CHOICES = {
    "status": ("状态", Facility.Status),
    "permit_class": ("许可管理类别", Facility.PermitClass),
}
_AXES = {"longitude": "经度", "latitude": "纬度"}


def check_values(values: Mapping[str, Any]) -> list[CellError]:
    """What is wrong with the columns of a plant."""
    found = []
    for column, (label, longest) in _LONGEST.items():
        if len(values.get(column, "")) > longest:
            found.append(CellError(f"不能超过 {longest} 字", column=label, value=values[column][:40]))
    code = values.get("industry_code", "")
    wrong = industries.fault(code) if code else ""
    if wrong:
        found.append(CellError(wrong, column="行业代码", value=code[:40]))
    for column, (label, choices) in _CHOICES.items():
        value = values.get(column, "")
        if value and value not in choices.values:
            found.append(CellError("请从列出的选项中选择", column=label, value=value[:40]))
    if "status" in values and not values["status"]:
        found.append(CellError("请从列出的选项中选择", column="状态"))
    for column, label in _AXES.items():
        value = values.get(column)
        if isinstance(value, str) and value:
            try:
                degrees(value, column)
            except ValueError as error:
                found.append(CellError(str(error), column=label, value=value[:40]))
    given = [bool(values[column]) for column in _AXES if column in values]
    if len(given) == 2 and given[0] != given[1]:
        found.append(CellError("经度和纬度应一并填写", column="纬度" if given[0] else "经度"))
    return found


def typed(values: Mapping[str, Any]) -> dict[str, Any]:
    """Checked values as the columns hold them."""
    found = dict(values)
    for column in _AXES:
        if column in found and isinstance(found[column], str):
            text = found[column]
            found[column] = degrees(text, column).quantize(_STEP) if text else None
    if found.get("industry_code"):
        found["industry_code"] = found["industry_code"].upper()
    return found


def plain(value: Any) -> Any:
    """A value as the ledger keeps it."""
    return str(value) if isinstance(value, Decimal) else value


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
            organisation=self.organisation,
            name=self.facility_name,
            region=self.region,
            **typed(self.values),
        )
        row = self.record(facility=str(facility.uid), name=facility.name)
        facility_history.begin(facility, row)
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
    """Say what is different of a plant from a day on, or what was said wrongly; what was said before stays known.

    A column keeps what a later day says of it already.

    Parameters
    ----------
    on : date
        The day from which it is so.
    mistake : bool
        What stands on ``on`` was wrong: it is said anew for the whole time during which it was said so.
    """

    name = "organisations.edit_facility"
    label = "更正厂区"

    def __init__(
        self,
        actor: User | None,
        on: date,
        facility: Facility,
        facility_name: str,
        region: Region,
        *,
        mistake: bool = False,
        **values: str,
    ) -> None:
        super().__init__(actor, on)
        self.facility = facility
        self.organisation = facility.organisation
        self.facility_name = " ".join(facility_name.split())
        self.region = region
        self.mistake = mistake
        self.values = {name: value.strip() for name, value in values.items()}

    def check_permission(self) -> None:
        super().check_permission()
        if self.actor is not None and self.region.pk != self.facility.region_id:
            policies.require(self.actor, EDIT.name, self.region.path)

    def check_state(self) -> None:
        problems = check_name(self.facility_name, NAME) + check_values(self.values)
        before = self._before()
        if self.values.get("status") == Facility.Status.CLOSED and before["status"] != Facility.Status.CLOSED:
            problems.append(CellError("关闭厂区请用“关闭厂区”，写明日期和原因", column="状态"))
        if self.on < self.facility.valid_from:
            problems.append(CellError("不能早于厂区开始的日期", column="变化日期", value=self.on.isoformat()))
        refuse("厂区没有保存，请改正后再提交。", problems)
        same = self.organisation.facilities.filter(name=self.facility_name).exclude(pk=self.facility.pk)
        if same.exists():
            raise ConflictError(f"“{self.organisation.name}”已有名为“{self.facility_name}”的厂区。")
        if not self._changes():
            raise ConflictError("没有改动。")

    def _before(self) -> dict[str, Any]:
        """What is believed of the day of the change."""
        known = facility_history.on_day([self.facility], self.on).get(self.facility.pk)
        return facility_history.values_of(known or self.facility)

    def _changes(self) -> dict[str, list[Any]]:
        before = self._before()
        wanted = {"name": self.facility_name, **typed(self.values)}
        found = {
            column: [before[column], value] for column, value in wanted.items() if before[column] != value
        }
        if self.region.pk != before["region_id"]:
            found["region_id"] = [before["region_id"], self.region.pk]
        return found

    def perform(self) -> Facility:
        changes = self._changes()
        told = {column: [plain(value) for value in pair] for column, pair in changes.items()}
        if "region_id" in told:
            told["region"] = [str(self.facility.region.uid), str(self.region.uid)]
            del told["region_id"]
        row = self.record(
            facility=str(self.facility.uid), name=self.facility_name, changes=told, mistake=self.mistake
        )
        if not self.facility.versions.exists():
            facility_history.begin(self.facility, row)
        for column, (_, value) in changes.items():
            # As far as what stood there reaches: a later change of the same column stays.
            first, end = facility_history.run_of(self.facility, self.on, column)
            facility_history.tell(
                self.facility,
                {column: value},
                since=first if self.mistake else self.on,
                until=end,
                ledger_row=row,
            )
        if self.facility.status != Facility.Status.CLOSED:
            self.facility.valid_to, self.facility.closed_reason = OPEN_DATE, ""
            self.facility.save(update_fields=["valid_to", "closed_reason"])
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
        row = self.record(facility=str(self.facility.uid), name=self.facility.name, reason=proof(self.reason))
        facility_history.tell(
            self.facility, {"status": Facility.Status.CLOSED.value}, since=self.on, ledger_row=row
        )
        self.facility.valid_to = self.on
        self.facility.closed_reason = self.reason
        self.facility.save(update_fields=["valid_to", "closed_reason"])
        return self.facility
