"""Keeping the list of organisations: codes, aliases, plants, duplicates."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.core.exceptions import ValidationError

from jingtu.errors import CellError, ConflictError, InputError
from jingtu.platform.actions import Action, Result, Subject
from jingtu.platform.clock import OPEN_DATE
from jingtu.platform.events import Event
from jingtu.platform.organisations.models import Facility, Organisation, OrganisationAlias, validate_uscc
from jingtu.platform.organisations.permissions import EDIT
from jingtu.platform.people import policies
from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region


class _OrganisationAction(Action[Result]):
    """What actions on one organisation share."""

    permission: ClassVar[str | None] = EDIT.name
    organisation: Organisation

    def subject(self) -> Subject:
        region = self.organisation.region
        return Subject("organisation", self.organisation.uid, region.path, (self.organisation.pk,))


class SetCode(_OrganisationAction[Organisation]):
    """Enter the checked 统一社会信用代码, or say why there is none (a site closed long ago)."""

    name = "organisations.set_code"
    label = "登记统一社会信用代码"

    def __init__(
        self, actor: User | None, on: date, organisation: Organisation, code: str, missing_reason: str = ""
    ) -> None:
        super().__init__(actor, on)
        self.organisation = organisation
        self.code = code.strip().upper()
        self.missing_reason = missing_reason.strip()[:120]

    def check_state(self) -> None:
        if not self.code:
            if not self.missing_reason:
                raise InputError("没有代码时请写明原因。", [CellError("请写明原因", column="无代码原因")])
            return
        try:
            validate_uscc(self.code)
        except ValidationError as error:
            problem = CellError(error.messages[0], column="统一社会信用代码", value=self.code[:40])
            raise InputError(error.messages[0], [problem]) from error
        holder = Organisation.objects.filter(uscc=self.code).exclude(pk=self.organisation.pk).first()
        if holder is not None:
            raise ConflictError(f"代码已登记在“{holder.name}”名下；如为同一单位，请合并。", code=self.code)

    def perform(self) -> Organisation:
        self.organisation.uscc = self.code or None
        self.organisation.uscc_missing_reason = "" if self.code else self.missing_reason
        self.organisation.save(update_fields=["uscc", "uscc_missing_reason"])
        self.record(uscc=self.organisation.uscc)
        return self.organisation


class AddAlias(_OrganisationAction[OrganisationAlias]):
    """Say that documents call an organisation by another name, perhaps only between two days."""

    name = "organisations.add_alias"
    label = "登记别名"

    def __init__(
        self,
        actor: User | None,
        on: date,
        organisation: Organisation,
        alias: str,
        *,
        source: str,
        valid_from: date | None = None,
        valid_to: date = OPEN_DATE,
    ) -> None:
        super().__init__(actor, on)
        self.organisation = organisation
        self.alias = "".join(alias.split())
        self.source = source.strip()[:200]
        self.valid_from = valid_from
        self.valid_to = valid_to

    def check_state(self) -> None:
        if not 2 <= len(self.alias) <= 120:
            raise InputError("别名应为 2 至 120 字。", [CellError("别名应为 2 至 120 字", column="别名")])
        if self.organisation.aliases.filter(name=self.alias).exists():
            raise ConflictError(f"“{self.alias}”已登记为“{self.organisation.name}”的别名。")
        if self.valid_from is not None and self.valid_to <= self.valid_from:
            raise InputError(
                "截止日期应晚于开始日期。", [CellError("截止日期应晚于开始日期", column="截止日期")]
            )

    def perform(self) -> OrganisationAlias:
        alias = OrganisationAlias(
            organisation=self.organisation, name=self.alias, source=self.source, valid_to=self.valid_to
        )
        if self.valid_from is not None:
            alias.valid_from = self.valid_from
        alias.save()
        self.record(alias=self.alias)
        return alias


class AddFacility(_OrganisationAction[Facility]):
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
        self.values = values

    def subject(self) -> Subject:
        # Where the plant stands decides, not where the company is registered.
        return Subject("organisation", self.organisation.uid, self.region.path)

    def check_state(self) -> None:
        if not 2 <= len(self.facility_name) <= 120:
            raise InputError(
                "厂区名称应为 2 至 120 字。", [CellError("厂区名称应为 2 至 120 字", column="厂区名称")]
            )
        if self.organisation.facilities.filter(name=self.facility_name).exists():
            raise ConflictError(f"“{self.organisation.name}”已有名为“{self.facility_name}”的厂区。")

    def perform(self) -> Facility:
        facility = Facility.objects.create(
            organisation=self.organisation, name=self.facility_name, region=self.region, **self.values
        )
        self.record(facility=str(facility.uid))
        return facility


class MergeOrganisations(_OrganisationAction[Organisation]):
    """Say that two entries are one body: the duplicate ends, its name stays as an alias of the other.

    What was recorded for the duplicate keeps pointing to it, so the past stays as it was; whoever acts
    for the remaining body reaches those rows too.
    """

    name = "organisations.merge"
    label = "合并单位"

    def __init__(
        self, actor: User | None, on: date, duplicate: Organisation, into: Organisation, reason: str
    ) -> None:
        super().__init__(actor, on)
        self.organisation = duplicate
        self.into = into
        self.reason = reason.strip()[:200]

    def lock(self) -> None:
        keys = sorted([self.organisation.pk, self.into.pk])
        found = {
            item.pk: item
            for item in Organisation.objects.select_for_update(of=("self",))
            .select_related("region")
            .filter(pk__in=keys)
            .order_by("pk")
        }
        self.organisation, self.into = found[self.organisation.pk], found[self.into.pk]

    def check_permission(self) -> None:
        super().check_permission()
        other = Subject("organisation", self.into.uid, self.into.region.path, (self.into.pk,))
        if self.actor is not None:
            policies.require(self.actor, EDIT.name, other.region_path, other.organisations)

    def check_state(self) -> None:
        if not self.reason:
            raise InputError("合并单位需要写明原因。", [CellError("请写明原因", column="原因")])
        if self.organisation.pk == self.into.pk:
            raise ConflictError("不能与自己合并。")
        for item in (self.organisation, self.into):
            if item.merged_into_id is not None:
                raise ConflictError(f"“{item.name}”已经合并，不能再次合并。")
        if self.organisation.uscc and self.into.uscc and self.organisation.uscc != self.into.uscc:
            raise ConflictError("两个单位的统一社会信用代码不同，不是同一单位。")

    def perform(self) -> Organisation:
        duplicate, into = self.organisation, self.into
        code = duplicate.uscc
        duplicate.merged_into = into
        duplicate.valid_to = self.on
        if code and not into.uscc:
            duplicate.uscc = None
            duplicate.uscc_missing_reason = "已合并"
        duplicate.save()
        if code and not into.uscc:
            into.uscc, into.uscc_missing_reason = code, ""
            into.save(update_fields=["uscc", "uscc_missing_reason"])
        held = {into.name, *into.aliases.values_list("name", flat=True)}
        for alias in [duplicate.name, *duplicate.aliases.values_list("name", flat=True)]:
            if alias not in held:
                held.add(alias)
                OrganisationAlias.objects.create(
                    organisation=into, name=alias, source=f"合并自“{duplicate.name}”"[:200]
                )
        own = list(into.facilities.values_list("name", flat=True))
        duplicate.facilities.exclude(name__in=own).update(organisation=into)
        self.record(into=str(into.uid), code_moved=bool(code and into.uscc == code))
        return into

    def events(self) -> list[Event]:
        facts = {"duplicate": self.organisation.pk, "into": self.into.pk}
        return [Event("organisations.merged", self.on, facts)]
