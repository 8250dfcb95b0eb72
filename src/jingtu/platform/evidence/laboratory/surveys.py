"""Registering a survey and changing what is said of it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, ClassVar

from django.db import IntegrityError

from jingtu.errors import CellError, ConflictError, InputError
from jingtu.platform.actions import Action, Subject
from jingtu.platform.evidence.laboratory import standards
from jingtu.platform.evidence.laboratory.models import Medium, Survey
from jingtu.platform.evidence.laboratory.permissions import MANAGE
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people import policies
from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region
from jingtu.platform.registers.models import Entry

LABELS = {
    "name": "任务名称",
    "code": "任务编号",
    "purpose": "目的",
    "region": "行政区",
    "holder": "受检单位",
    "organisation": "调查单位",
    "laboratory": "检测机构",
    "cma_number": "资质认定证书编号",
    "cma_valid_from": "证书有效期自",
    "cma_valid_to": "证书有效期至",
    "cma_scope": "资质认定项目",
    "medium": "样品类型",
    "standard": "执行标准",
    "land_class": "用地类别",
    "entry": "关联条目",
}
_LONGEST = {"name": 120, "code": 60, "purpose": 200, "cma_number": 40, "cma_scope": 4000}
_CODE = re.compile(r"[^\s/\\?#%]+")
_TEXTS = ("name", "code", "purpose", "cma_number", "cma_scope", "medium", "standard")


@dataclass(slots=True)
class Said:
    """What a form or a command says of a survey; ``cma_valid_to`` is the last day of the certificate."""

    name: str
    code: str
    region: Region
    standard: str
    medium: str = Medium.SOIL.value
    purpose: str = ""
    holder: Organisation | None = None
    organisation: Organisation | None = None
    laboratory: Organisation | None = None
    cma_number: str = ""
    cma_valid_from: date | None = None
    cma_valid_to: date | None = None
    cma_scope: str = ""
    land_class: int | None = None
    entry: Entry | None = None

    def __post_init__(self) -> None:
        for name in _TEXTS:
            setattr(self, name, " ".join(str(getattr(self, name)).split()))


def check(said: Said, on: date) -> list[CellError]:
    """Everything that is wrong with what is said of a survey."""
    found = [
        CellError("必填，不能为空", column=LABELS[name])
        for name in ("name", "code", "standard")
        if not getattr(said, name)
    ]
    for name, longest in _LONGEST.items():
        if len(getattr(said, name)) > longest:
            found.append(CellError(f"不能超过 {longest} 个字", column=LABELS[name]))
    if said.code and not _CODE.fullmatch(said.code):
        found.append(CellError("不能有空格和 / \\ ? # %", column=LABELS["code"], value=said.code[:40]))
    if said.medium not in Medium.values:
        found.append(CellError("请从列出的选项中选择", column=LABELS["medium"], value=said.medium[:40]))
    if said.cma_valid_from and said.cma_valid_to and said.cma_valid_to < said.cma_valid_from:
        found.append(CellError("不能早于有效期的开始", column=LABELS["cma_valid_to"]))
    if said.cma_valid_to and not said.cma_number:
        found.append(CellError("写了有效期的，应写证书编号", column=LABELS["cma_number"]))
    if said.standard:
        found += _check_standard(said, on)
    return found


def _check_standard(said: Said, on: date) -> list[CellError]:
    known = standards.find(said.standard, on, said.region.path)
    if known is None:
        return [CellError("请从列出的标准中选择", column=LABELS["standard"], value=said.standard[:40])]
    if known.needs_land_class and said.land_class not in {1, 2}:
        return [CellError("按本标准评价须选第一类或第二类用地", column=LABELS["land_class"])]
    if not known.needs_land_class:
        said.land_class = None
    return []


class SurveyAction(Action[Survey]):
    """Base of actions on one survey."""

    permission: ClassVar[str | None] = MANAGE.name
    survey: Survey

    def subject(self) -> Subject:
        return Subject("survey", self.survey.uid, self.survey.region.path, self.survey.uploaders)

    def lock(self) -> None:
        self.survey = (
            Survey.objects.select_for_update(of=("self",))
            .select_related("region", "holder", "organisation", "laboratory", "entry")
            .get(pk=self.survey.pk)
        )


class CreateSurvey(SurveyAction):
    """Register a survey; its results come later, from the laboratory's file."""

    name = "laboratory.create_survey"
    label = "登记检测任务"

    def __init__(self, actor: User | None, on: date, said: Said, *, is_example: bool = False) -> None:
        super().__init__(actor, on)
        self.said, self.is_example = said, is_example
        self.survey = Survey(uid=uuid.uuid4(), region=said.region)

    def lock(self) -> None:
        """Nothing yet to be locked."""

    def subject(self) -> Subject:
        return Subject("survey", self.survey.uid, self.said.region.path)

    def check_state(self) -> None:
        errors = check(self.said, self.on)
        if errors:
            raise InputError("检测任务没有登记，请改正后再提交。", errors)
        _refuse_taken(self.said.code)

    def perform(self) -> Survey:
        survey = self.survey
        for item in fields(self.said):
            setattr(survey, item.name, getattr(self.said, item.name))
        survey.created_by, survey.is_example = self.actor, self.is_example
        self.record(**{name: after for name, (_, after) in _changes(Survey(), self.said).items() if after})
        try:
            survey.save(force_insert=True)
        except IntegrityError as error:
            raise _taken(self.said.code) from error
        return survey


class EditSurvey(SurveyAction):
    """Change what is said of a survey; the ledger keeps what was said before.

    A corrected standard or land class does not change verdicts by itself: ``RejudgeSurvey`` does.
    """

    name = "laboratory.edit_survey"
    label = "更正检测任务"

    def __init__(
        self, actor: User | None, on: date, survey: Survey, said: Said, *, version: int | None = None
    ) -> None:
        super().__init__(actor, on)
        self.survey, self.said, self.version = survey, said, version

    def check_permission(self) -> None:
        super().check_permission()
        if self.actor is not None and self.said.region.pk != self.survey.region_id:
            policies.require(self.actor, MANAGE.name, self.said.region.path)

    def check_state(self) -> None:
        errors = check(self.said, self.on)
        if errors:
            raise InputError("检测任务没有保存，请改正后再提交。", errors)
        if self.version is not None and self.version != self.survey.version:
            raise ConflictError("有人刚刚改过这项检测任务，您的改动没有保存；请核对后再改。")
        if not _changes(self.survey, self.said):
            raise ConflictError("没有改动。")
        if self.said.code != self.survey.code:
            _refuse_taken(self.said.code)

    def perform(self) -> Survey:
        changes = _changes(self.survey, self.said)
        self.record(survey=self.survey.code, changes=changes)
        for item in fields(self.said):
            setattr(self.survey, item.name, getattr(self.said, item.name))
        self.survey.version += 1
        self.survey.save()
        return self.survey


def _changes(survey: Survey, said: Said) -> dict[str, list[Any]]:
    """Columns that become different: what was, what is to be, as the ledger keeps them."""
    found = {}
    for item in fields(said):
        before = getattr(survey, item.name) if survey.pk or item.name not in _LINKS else None
        after = getattr(said, item.name)
        if before != after:
            found[item.name] = [_plain(before), _plain(after)]
    return found


_LINKS = frozenset({"region", "holder", "organisation", "laboratory", "entry"})


def _plain(value: Any) -> Any:
    if isinstance(value, Region | Organisation | Entry):
        return str(value.uid)
    return value.isoformat() if isinstance(value, date) else value


def _refuse_taken(code: str) -> None:
    if Survey.objects.filter(code=code).exists():
        raise _taken(code)


def _taken(code: str) -> ConflictError:
    return ConflictError(f"任务编号“{code}”已经用过，请换一个编号。", survey=code)


def next_code(region: Region, on: date) -> str:
    """A code for a new survey: the place, the year, the next number there.

    The number is only a proposal: who registers at the same moment is told to take another.
    """
    start = f"JC{region.adcode or ''}-{on:%Y}-"
    used = Survey.objects.filter(code__startswith=start).values_list("code", flat=True)
    numbers = [int(code.removeprefix(start)) for code in used if code.removeprefix(start).isdecimal()]
    return f"{start}{max(numbers, default=0) + 1:03}"


def values_of(survey: Survey) -> Mapping[str, Any]:
    """What is said of a survey now, as a form shows it."""
    return {item.name: getattr(survey, item.name) for item in fields(Said)}
