"""Two entries that are one body: merged, taken back, or found to be two after all."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar

from django.db.models import F

from jingtu.errors import CellError, ConflictError
from jingtu.platform.actions import Subject
from jingtu.platform.clock import OPEN_DATE, recorded_now
from jingtu.platform.events import Event
from jingtu.platform.organisations import holdings
from jingtu.platform.organisations.actions.base import OrganisationAction, proof, refuse
from jingtu.platform.organisations.holdings import Move
from jingtu.platform.organisations.models import (
    FIRST_DAY,
    DistinctOrganisations,
    Facility,
    Organisation,
    OrganisationAlias,
    OrganisationMerge,
)
from jingtu.platform.organisations.permissions import EDIT
from jingtu.platform.people import policies
from jingtu.platform.people.models import User

# Columns of which the duplicate's may be kept; its code is kept where the other has none.
KEEPABLE = {"name": "单位名称", "kind": "单位类型", "region": "行政区"}
_COLUMNS = ("name", "kind", "region_id", "uscc", "uscc_missing_reason")


class _PairAction(OrganisationAction[Any]):
    """What actions on two organisations share: both locked, both within reach."""

    into: Organisation

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


class MergeOrganisations(_PairAction):
    """Say that two entries are one body: the duplicate ends, its name stays as an alias of the other.

    What is believed to be the duplicate's is told anew under the remaining body (``holdings``); views of
    what was known before still show the duplicate.

    Parameters
    ----------
    keep : iterable of str
        Columns (``KEEPABLE``) of which the duplicate's value is kept.
    """

    name = "organisations.merge"
    label = "合并单位"

    def __init__(
        self,
        actor: User | None,
        on: date,
        duplicate: Organisation,
        into: Organisation,
        reason: str,
        keep: Iterable[str] = (),
    ) -> None:
        super().__init__(actor, on)
        self.organisation = duplicate
        self.into = into
        self.reason = reason.strip()[:200]
        self.keep = frozenset(keep)

    def check_state(self) -> None:
        problems = [] if self.reason else [CellError("请写明原因", column="原因")]
        if not self.keep <= KEEPABLE.keys():
            problems.append(CellError("请从列出的选项中选择", column="保留的内容"))
        refuse("合并单位需要写明原因。" if not self.reason else "单位没有合并。", problems)
        if self.organisation.pk == self.into.pk:
            raise ConflictError("不能与自己合并。")
        for item in (self.organisation, self.into):
            if item.merged_into_id is not None:
                raise ConflictError(f"“{item.name}”已经合并，不能再次合并。")
        if self.organisation.uscc and self.into.uscc and self.organisation.uscc != self.into.uscc:
            raise ConflictError("两个单位的统一社会信用代码不同，不是同一单位。")
        name, region = self._kept("name"), self._kept("region_id")
        others = Organisation.objects.filter(name=name, region=region, merged_into__isnull=True)
        if others.exclude(pk__in=[self.organisation.pk, self.into.pk]).exists():
            raise ConflictError(f"那里还有一个名为“{name}”的单位，请先把它合并，或保留另一个名称。")

    def _kept(self, column: str) -> Any:
        chosen = self.organisation if column.removesuffix("_id") in self.keep else self.into
        return getattr(chosen, column)

    def perform(self) -> Organisation:
        duplicate, into = self.organisation, self.into
        row = self.record(
            into=str(into.uid),
            code_moved=bool(duplicate.uscc and not into.uscc),
            kept=sorted(self.keep),
            reason=proof(self.reason),
            held={item.field: item.count(duplicate) for item in holdings.all_holdings()},
        )
        merge = OrganisationMerge(duplicate=duplicate, into=into, on=self.on, at=row.at, reason=self.reason)
        merge.before = {
            "into": {column: getattr(into, column) for column in _COLUMNS},
            "duplicate": {"uscc": duplicate.uscc, "uscc_missing_reason": duplicate.uscc_missing_reason}
            | {"valid_to": duplicate.valid_to.isoformat()},
        }
        self._end(duplicate, into)
        merge.before["after"] = {column: getattr(into, column) for column in _COLUMNS}
        merge.before["aliases"] = self._aliases(merge)
        merge.before["facilities"] = self._plants()
        move = Move(duplicate, into, self.on, row, self.actor)
        merge.moved = {item.field: item.forward(move) for item in holdings.all_holdings()}
        merge.save()
        return into

    def _end(self, duplicate: Organisation, into: Organisation) -> None:
        """End the duplicate first: name and code are free for the remaining body then."""
        kept = {column: self._kept(column) for column in ("name", "kind", "region_id")}
        code = duplicate.uscc
        duplicate.merged_into = into
        duplicate.valid_to = max(self.on, duplicate.valid_from)
        if code and not into.uscc:
            duplicate.uscc, duplicate.uscc_missing_reason = None, "已合并"
        duplicate.save()
        if code and not into.uscc:
            into.uscc, into.uscc_missing_reason = code, ""
        for column, value in kept.items():
            setattr(into, column, value)
        into.save()

    def _plants(self) -> list[list[Any]]:
        """All plants come along; one whose name the remaining body has already says whose it was."""
        moved: list[list[Any]] = []
        taken = set(self.into.facilities.values_list("name", flat=True))
        for plant in list(self.organisation.facilities.order_by("pk")):
            moved.append([plant.pk, plant.name])
            name, number = plant.name, 1
            while name in taken:
                suffix = f"（原{self.organisation.name}{number if number > 1 else ''}）"
                name, number = f"{plant.name[: 120 - len(suffix)]}{suffix}", number + 1
            taken.add(name)
            Facility.objects.filter(pk=plant.pk).update(organisation=self.into, name=name)
        return moved

    def _aliases(self, merge: OrganisationMerge) -> list[int]:
        """Names by which the duplicate is known become aliases of the remaining body."""
        duplicate, into = self.organisation, self.into
        source = f"合并自“{duplicate.name}”"[:200]
        now = {into.name, *into.aliases.filter(valid_to=OPEN_DATE).values_list("name", flat=True)}
        wanted: list[tuple[str, str, date, date]] = [
            (duplicate.name, OrganisationAlias.Kind.ALIAS, FIRST_DAY, OPEN_DATE)
        ]
        wanted.append((merge.before["into"]["name"], OrganisationAlias.Kind.ALIAS, FIRST_DAY, OPEN_DATE))
        wanted += duplicate.aliases.values_list("name", "kind", "valid_from", "valid_to")
        created = []
        for name, kind, since, until in wanted:
            if name in now:
                continue
            now.add(name)
            alias = OrganisationAlias.objects.create(
                organisation=into, name=name, kind=kind, valid_from=since, valid_to=until, source=source
            )
            created.append(alias.pk)
        return created

    def events(self) -> list[Event]:
        facts = {"duplicate": self.organisation.pk, "into": self.into.pk}
        return [Event("organisations.merged", self.on, facts)]


class UndoMerge(_PairAction):
    """Take a merge back: both bodies stand again, and what came over and was not changed since goes back."""

    name = "organisations.undo_merge"
    label = "撤销合并"
    permission: ClassVar[str | None] = EDIT.name

    def __init__(self, actor: User | None, on: date, merge: OrganisationMerge, reason: str) -> None:
        super().__init__(actor, on)
        self.merge = merge
        self.organisation = merge.duplicate
        self.into = merge.into
        self.reason = reason.strip()[:200]

    def lock(self) -> None:
        super().lock()
        self.merge = OrganisationMerge.objects.select_for_update().get(pk=self.merge.pk)

    def check_state(self) -> None:
        refuse("撤销合并需要写明原因。", [] if self.reason else [CellError("请写明原因", column="原因")])
        if self.merge.undone_at is not None:
            raise ConflictError("这次合并已经撤销。")
        if self.into.merged_into_id is not None:
            raise ConflictError(f"“{self.into.name}”后来又并入其他单位，请先撤销那一次合并。")
        name = self.organisation.name
        others = Organisation.objects.filter(
            name=name, region=self.organisation.region, merged_into__isnull=True
        )
        if others.exclude(pk=self.into.pk).exists():
            raise ConflictError(f"“{self.organisation.region.name}”已有另一个名为“{name}”的单位，不能撤销。")
        code = self.merge.before["duplicate"]["uscc"]
        if code and Organisation.objects.filter(uscc=code).exclude(pk__in=self._pair()).exists():
            raise ConflictError("代码已登记在另一个单位名下，不能撤销。", code=code)

    def _pair(self) -> list[int]:
        return [self.organisation.pk, self.into.pk]

    def perform(self) -> Organisation:
        duplicate, into, before = self.organisation, self.into, self.merge.before
        row = self.record(into=str(into.uid), reason=proof(self.reason))
        for column in _COLUMNS:
            # What was changed since stays.
            if getattr(into, column) == before["after"][column]:
                setattr(into, column, before["into"][column])
        into.save()
        duplicate.merged_into = None
        duplicate.valid_to = date.fromisoformat(before["duplicate"]["valid_to"])
        duplicate.uscc = before["duplicate"]["uscc"]
        duplicate.uscc_missing_reason = before["duplicate"]["uscc_missing_reason"]
        duplicate.save()
        aliases = OrganisationAlias.objects.filter(pk__in=before["aliases"], valid_to=OPEN_DATE)
        aliases.filter(valid_from__lt=self.on).update(valid_to=self.on)
        aliases.filter(valid_from__gte=self.on).update(valid_to=F("valid_from"))
        taken = set(duplicate.facilities.values_list("name", flat=True))
        for key, name in before["facilities"]:
            if name not in taken:
                Facility.objects.filter(pk=key, organisation=into).update(organisation=duplicate, name=name)
        move = Move(into, duplicate, self.on, row, self.actor)
        for item in holdings.all_holdings():
            item.back(move, self.merge.moved.get(item.field, []))
        self.merge.undone_on, self.merge.undone_at = self.on, recorded_now()
        self.merge.undone_reason = self.reason
        self.merge.save(update_fields=["undone_on", "undone_at", "undone_reason"])
        return duplicate

    def events(self) -> list[Event]:
        facts = {"duplicate": self.organisation.pk, "into": self.into.pk}
        return [Event("organisations.merge_undone", self.on, facts)]


class KeepApart(_PairAction):
    """Say that two entries that look alike are two bodies: they are not proposed again."""

    name = "organisations.keep_apart"
    label = "确认不是同一单位"

    def __init__(
        self, actor: User | None, on: date, first: Organisation, second: Organisation, reason: str
    ) -> None:
        super().__init__(actor, on)
        self.organisation, self.into = sorted([first, second], key=lambda item: item.pk)
        self.reason = reason.strip()[:200]

    def check_state(self) -> None:
        refuse("请写明为什么不是同一单位。", [] if self.reason else [CellError("请写明原因", column="原因")])
        if self.organisation.pk == self.into.pk:
            raise ConflictError("请选择两个单位。")
        if DistinctOrganisations.objects.filter(first=self.organisation, second=self.into).exists():
            raise ConflictError("这两个单位已经确认不是同一单位。")

    def perform(self) -> DistinctOrganisations:
        self.record(other=str(self.into.uid), reason=proof(self.reason))
        return DistinctOrganisations.objects.create(
            first=self.organisation, second=self.into, on=self.on, reason=self.reason
        )
