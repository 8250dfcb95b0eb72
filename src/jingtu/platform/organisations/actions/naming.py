"""What an organisation is called: its name, its code, its aliases."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from jingtu.errors import CellError, ConflictError, InputError
from jingtu.platform.actions import Subject
from jingtu.platform.clock import OPEN_DATE
from jingtu.platform.organisations import codes
from jingtu.platform.organisations.actions.base import OrganisationAction, check_name, proof, refuse
from jingtu.platform.organisations.models import FIRST_DAY, Organisation, OrganisationAlias
from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region

CODE = "统一社会信用代码"
REASON = "无代码原因"


def check_code(code: str, own: Organisation | None = None) -> list[CellError]:
    """What is wrong with a code; raises ``ConflictError`` where another organisation has it."""
    found = [
        CellError(f"{fault}（GB 32100-2015）", column=CODE, value=code[:40]) for fault in codes.faults(code)
    ]
    if not found:
        holder = Organisation.objects.filter(uscc=code).exclude(pk=own.pk if own else 0).first()
        if holder is not None:
            raise ConflictError(
                f"代码已登记在“{holder.name}”名下；如为同一单位，请合并。", code=code, holder=str(holder.uid)
            )
    return found


def taken(name: str, region: Region, own: Organisation | None = None) -> bool:
    """Whether another organisation of the place has this name."""
    rows = Organisation.objects.filter(region=region, name=name, merged_into__isnull=True)
    return rows.exclude(pk=own.pk if own else 0).exists()


class EnterOrganisation(OrganisationAction[Organisation]):
    """Enter an organisation by hand."""

    name = "organisations.enter"
    label = "登记单位"

    def __init__(
        self,
        actor: User | None,
        on: date,
        organisation_name: str,
        kind: str,
        region: Region,
        *,
        code: str = "",
        missing_reason: str = "",
    ) -> None:
        super().__init__(actor, on)
        self.organisation_name = "".join(organisation_name.split())
        self.kind = kind
        self.region = region
        self.code = codes.clean(code)
        self.missing_reason = missing_reason.strip()[:120]
        self.created: Organisation | None = None

    def subject(self) -> Subject:
        return Subject("organisation", self.created.uid if self.created else None, self.region.path)

    def lock(self) -> None:
        """Nothing is there yet; the database keeps names and codes apart."""

    def check_state(self) -> None:
        problems = check_name(self.organisation_name, "单位名称")
        if self.kind not in Organisation.Kind.values:
            problems.append(CellError("请从列出的选项中选择", column="单位类型", value=self.kind[:40]))
        if self.code:
            problems += check_code(self.code)
        refuse("单位没有登记，请改正后再提交。", problems)
        if taken(self.organisation_name, self.region):
            raise ConflictError(f"“{self.region.name}”已有名为“{self.organisation_name}”的单位。")

    def perform(self) -> Organisation:
        self.created = Organisation.objects.create(
            name=self.organisation_name,
            kind=self.kind,
            region=self.region,
            uscc=self.code or None,
            uscc_missing_reason="" if self.code else self.missing_reason,
            is_example=self.region.is_example,
        )
        self.record(name=self.created.name, kind=self.kind, uscc=self.created.uscc)
        return self.created


class RenameOrganisation(OrganisationAction[Organisation]):
    """Give an organisation a new name from a day on; the old one is kept as its former name."""

    name = "organisations.rename"
    label = "单位更名"

    def __init__(
        self, actor: User | None, on: date, organisation: Organisation, new_name: str, *, source: str
    ) -> None:
        super().__init__(actor, on)
        self.organisation = organisation
        self.new_name = "".join(new_name.split())
        self.source = source.strip()[:200]

    def check_state(self) -> None:
        problems = check_name(self.new_name, "新名称")
        if not self.source:
            problems.append(CellError("请写明更名的依据", column="依据"))
        since = _named_since(self.organisation)
        if self.on <= since:
            problems.append(
                CellError(
                    f"应晚于上一次更名的 {since.isoformat()}", column="更名日期", value=self.on.isoformat()
                )
            )
        refuse("单位没有更名，请改正后再提交。", problems)
        if self.new_name == self.organisation.name:
            raise ConflictError("新名称与现名称相同。")
        if taken(self.new_name, self.organisation.region, self.organisation):
            raise ConflictError(
                f"“{self.organisation.region.name}”已有名为“{self.new_name}”的单位；如为同一单位，请合并。"
            )

    def perform(self) -> Organisation:
        organisation = self.organisation
        OrganisationAlias.objects.create(
            organisation=organisation,
            name=organisation.name,
            kind=OrganisationAlias.Kind.FORMER,
            valid_from=_named_since(organisation),
            valid_to=self.on,
            source=self.source,
        )
        self.record(old=organisation.name, new=self.new_name, source=proof(self.source))
        organisation.name = self.new_name
        organisation.save(update_fields=["name"])
        return organisation


def _named_since(organisation: Organisation) -> date:
    """The day from which the present name holds."""
    last = organisation.aliases.filter(kind=OrganisationAlias.Kind.FORMER).order_by("-valid_to").first()
    return last.valid_to if last else min(organisation.valid_from, FIRST_DAY)


class SetKind(OrganisationAction[Organisation]):
    """Correct what kind of body an organisation is."""

    name = "organisations.set_kind"
    label = "更正单位类型"

    def __init__(self, actor: User | None, on: date, organisation: Organisation, kind: str) -> None:
        super().__init__(actor, on)
        self.organisation = organisation
        self.kind = kind

    def check_state(self) -> None:
        if self.kind not in Organisation.Kind.values:
            refuse(
                "请选择单位类型。",
                [CellError("请从列出的选项中选择", column="单位类型", value=self.kind[:40])],
            )
        if self.kind == self.organisation.kind:
            raise ConflictError("单位类型没有变化。")

    def perform(self) -> Organisation:
        self.record(old=self.organisation.kind, new=self.kind)
        self.organisation.kind = self.kind
        self.organisation.save(update_fields=["kind"])
        return self.organisation


class SetCode(OrganisationAction[Organisation]):
    """Enter the checked 统一社会信用代码, or say why there is none (a site closed long ago)."""

    name = "organisations.set_code"
    label = "登记统一社会信用代码"

    def __init__(
        self, actor: User | None, on: date, organisation: Organisation, code: str, missing_reason: str = ""
    ) -> None:
        super().__init__(actor, on)
        self.organisation = organisation
        self.code = codes.clean(code)
        self.missing_reason = missing_reason.strip()[:120]

    def check_state(self) -> None:
        if not self.code:
            if not self.missing_reason:
                raise InputError("没有代码时请写明原因。", [CellError("请写明原因", column=REASON)])
            return
        refuse("代码没有保存，请核对后重填。", check_code(self.code, self.organisation))

    def perform(self) -> Organisation:
        old = self.organisation.uscc
        self.organisation.uscc = self.code or None
        self.organisation.uscc_missing_reason = "" if self.code else self.missing_reason
        self.organisation.save(update_fields=["uscc", "uscc_missing_reason"])
        self.record(old=old, uscc=self.organisation.uscc)
        return self.organisation


class AddAlias(OrganisationAction[OrganisationAlias]):
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
        problems = check_name(self.alias, "别名")
        if not self.source:
            problems.append(CellError("请写明在哪份文件里这样称呼", column="出处"))
        if self.valid_from is not None and self.valid_to <= self.valid_from:
            problems.append(CellError("截止日期应晚于开始日期", column="截止日期"))
        refuse("别名没有登记，请改正后再提交。", problems)
        known = self.organisation.aliases.filter(name=self.alias)
        if known.filter(Q(valid_to=OPEN_DATE) | Q(kind=OrganisationAlias.Kind.FORMER)).exists():
            raise ConflictError(f"“{self.alias}”已登记为“{self.organisation.name}”的别名。")
        if self.alias == self.organisation.name:
            raise ConflictError("别名与单位名称相同，不必登记。")

    def perform(self) -> OrganisationAlias:
        alias = OrganisationAlias(
            organisation=self.organisation, name=self.alias, source=self.source, valid_to=self.valid_to
        )
        if self.valid_from is not None:
            alias.valid_from = self.valid_from
        alias.save()
        self.record(alias=self.alias)
        return alias


class WithdrawAlias(OrganisationAction[OrganisationAlias]):
    """Say that an organisation is no longer called so from a day on; the row stays."""

    name = "organisations.withdraw_alias"
    label = "停用别名"

    def __init__(self, actor: User | None, on: date, alias: OrganisationAlias, reason: str) -> None:
        super().__init__(actor, on)
        self.alias = alias
        self.organisation = alias.organisation
        self.reason = reason.strip()[:200]

    def lock(self) -> None:
        super().lock()
        self.alias = OrganisationAlias.objects.select_for_update().get(pk=self.alias.pk)

    def check_state(self) -> None:
        refuse("停用别名需要写明原因。", [] if self.reason else [CellError("请写明原因", column="原因")])
        if self.alias.kind == OrganisationAlias.Kind.FORMER:
            raise ConflictError("曾用名是更名的记录，不能停用。")
        if self.alias.valid_to <= self.on:
            raise ConflictError(f"“{self.alias.name}”已经停用。")

    def perform(self) -> OrganisationAlias:
        # An alias entered for a later day, or today by mistake, never held.
        self.alias.valid_to = max(self.on, self.alias.valid_from)
        self.alias.ended_reason = self.reason
        self.alias.save(update_fields=["valid_to", "ended_reason"])
        self.record(alias=self.alias.name, reason=proof(self.reason))
        return self.alias
