"""Targets: a reading typed in, a task's figure promoted, a whole split over the places below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from jingtu.errors import CellError, ConflictError, InputError
from jingtu.knowledge.plantext.sentences.identify import identify_indicator
from jingtu.platform.actions import Action, Subject
from jingtu.platform.clock import OPEN_TIME, recorded_now
from jingtu.platform.indicators import declarations
from jingtu.platform.indicators.actions import EnterReading
from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import versions
from jingtu.programme.plans.actions.base import Upload, attach_all
from jingtu.programme.plans.actions.confirming import target_columns
from jingtu.programme.plans.figures import asked_of
from jingtu.programme.plans.lifecycle import TASKS
from jingtu.programme.plans.models import Target, TaskQuantity, TaskUnit
from jingtu.programme.plans.splitting import Share, check_split
from jingtu.programme.plans.targets import named_project, question_of


class EnterTargetReading(EnterReading):
    """Type in what a target reads on a day (人工填报), with evidence; the same day again corrects it.

    For a target in words, ``value`` 1 says 达到 and 0 says 未达到, ``text`` says why.
    """

    name = "plans.reading.enter"

    def __init__(
        self,
        actor: User | None,
        on: date,
        target: Target,
        *,
        value: Decimal | None = None,
        text: str = "",
        numerator: Decimal | None = None,
        denominator: Decimal | None = None,
        note: str = "",
        files: Sequence[Upload] = (),
        today: date | None = None,
        expected: UUID | None = None,
    ) -> None:
        super().__init__(
            actor, on, permission="plans.reading.enter", series=target.series, region=target.region,
            indicator=target.indicator_id, value=value, text=text, unit=target.unit, numerator=numerator,
            denominator=denominator, note=note, organisations=leads_of(target, on), today=today,
            expected=expected,
        )  # fmt: skip
        self.target, self.files = target, list(files)

    def check_state(self) -> None:
        if self.value is None and self.numerator is not None and self.denominator and self.target.unit == "%":
            self.value = (self.numerator * 100 / self.denominator).quantize(Decimal("0.000001"))
        self.evidence += attach_all(
            self.files, subject_type="reading", subject_uid=self.series, region_path=self.region.path,
            organisations=self.organisations, actor=self.actor,
        )  # fmt: skip
        super().check_state()


def leads_of(target: Target, on: date) -> tuple[int, ...]:
    """Lead units of the task that a target was promoted from."""
    if target.task_id is None:
        return ()
    rows = TaskUnit.objects.filter(versions.at(on), entry=target.task_id, role=TaskUnit.Role.LEAD)
    return tuple(sorted(set(rows.exclude(organisation=None).values_list("organisation_id", flat=True))))


class PromoteQuantity(Action[Target]):
    """A figure of a task becomes a target of the year, in one step; its task goes on as before."""

    name = "plans.quantity.promote"
    label = "升为目标"
    permission = "plans.target.edit"

    def __init__(self, actor: User | None, on: date, quantity: TaskQuantity) -> None:
        super().__init__(actor, on)
        self.quantity = quantity

    def lock(self) -> None:
        self.quantity = (
            TaskQuantity.objects.select_for_update(of=("self",))
            .select_related("entry", "target")
            .get(pk=self.quantity.pk)
        )
        self.version = versions.version_on(self.quantity.entry, self.on)

    def subject(self) -> Subject:
        path = self.version.region.path if self.version else ""
        return Subject(TASKS, self.quantity.entry.uid, path)

    def check_permission(self) -> None:
        if self.version is None:
            raise ConflictError("任务在所选日期尚未开始，请核对业务日期。")
        super().check_permission()

    def check_state(self) -> None:
        if self.quantity.target is not None:
            raise ConflictError("这一量化要求已经是目标。", target=str(self.quantity.target.uid))

    def perform(self) -> Target:
        assert self.version is not None
        facts, content = self.version.taskfacts, self.quantity.content
        columns = target_columns(
            {
                "indicator": self._called(content),
                "text": self.quantity.text,
                "scope": self._scope(content, facts.text),
                **{
                    name: content.get(name) for name in ("indicator_id", "due", "base", "cumulative", "spans")
                },
                **asked_of(content, self.quantity.text),
            }
        )
        due = columns.pop("due") or facts.due or date(facts.plan.year, 12, 31)
        last = Target.objects.filter(region=self.version.region, plan__year=facts.plan.year)
        position = last.order_by("-position").values_list("position", flat=True).first() or 0
        self.record(quantity=str(self.quantity.uid), words=self.quantity.text, indicator=columns["indicator"])
        target = Target.objects.create(
            plan=facts.plan, region=self.version.region, position=position + 1, task=self.quantity.entry,
            due=due, effective_from=facts.plan.effective_from or self.on, recorded_from=recorded_now(),
            **columns,
        )  # fmt: skip
        self.quantity.target = target
        self.quantity.save(update_fields=["target"])
        return target

    def _called(self, content: Mapping[str, Any]) -> str:
        """The sentence's own name of the figure, where it says enough to be known again outside its task."""
        assert self.version is not None
        words, known = content.get("subject") or "", declarations.get(content.get("indicator_id") or "")
        if known is not None and identify_indicator(words) != known.id:
            return known.name
        return words or self.version.name

    def _scope(self, content: Mapping[str, Any], text: str) -> str:
        """The project that the task names, for an indicator that reads one thing alone."""
        indicator = declarations.get(content.get("indicator_id") or "")
        if indicator is None or "scope" not in indicator.parameters:
            return ""
        return named_project(text, self.quantity.text)


@dataclass(frozen=True, slots=True)
class ShareInput:
    """A share as a person types it: the place below, its value, and its weight where weighted."""

    region: Region
    value: Decimal | None
    weight: Decimal | None = None
    value_text: str = ""


class SplitTarget(Action[list[Target]]):
    """Split a target over the places below, or replace an earlier split; an empty list undoes it.

    Parameters
    ----------
    rule : str
        ``sum`` (合计), ``weighted`` (加权平均) or ``each`` (各自达到).
    accept_difference : bool
        Keep a split that does not add up; without it the difference is refused with its figures.

    Raises
    ------
    ConflictError
        The shares do not give the whole and ``accept_difference`` is not set; ``facts`` has the figures.
    """

    name = "plans.target.split"
    label = "分解目标"
    permission = "plans.target.edit"

    def __init__(
        self,
        actor: User | None,
        on: date,
        target: Target,
        rule: str,
        shares: Sequence[ShareInput],
        *,
        accept_difference: bool = False,
    ) -> None:
        super().__init__(actor, on)
        self.target, self.rule, self.shares = target, rule, list(shares)
        self.accept_difference = accept_difference

    def lock(self) -> None:
        self.target = (
            Target.objects.select_for_update(of=("self",))
            .select_related("plan", "region")
            .get(pk=self.target.pk)
        )

    def subject(self) -> Subject:
        return Subject("target", self.target.uid, self.target.region.path)

    def check_state(self) -> None:
        if self.target.recorded_to != OPEN_TIME:
            raise ConflictError("目标刚刚被调整，请刷新页面后重试。", target=str(self.target.uid))
        errors = []
        if self.shares and self.rule not in {"sum", "weighted", "each"}:
            errors.append(CellError("请选择合计、加权平均或各自达到", column="分解方式", value=self.rule))
        seen = set()
        for share in self.shares:
            name = share.region.name
            if (
                not share.region.path.startswith(self.target.region.path)
                or share.region == self.target.region
            ):
                errors.append(CellError("不在本行政区以下", column="行政区", value=name))
            if share.region.pk in seen:
                errors.append(CellError("重复", column="行政区", value=name))
            seen.add(share.region.pk)
            if share.value is None and not share.value_text:
                errors.append(CellError(f"请填写{name}的目标值", column="目标值"))
            if self.rule == "weighted" and (share.weight is None or share.weight <= 0):
                errors.append(CellError(f"请填写{name}的权重，应大于零", column="权重"))
        if errors:
            raise InputError(f"分解有 {len(errors)} 处需要修改。", errors)
        parts = [Share(share.value, share.weight) for share in self.shares]
        check = check_split(self.rule, self.target.comparator, self.target.value, parts)
        if self.shares and check.holds is False and not self.accept_difference:
            raise ConflictError(
                f"{check.words}，请调整，或确认保留差额。",
                **check.facts(),
            )  # fmt: skip

    def perform(self) -> list[Target]:
        self.record(
            target=str(self.target.uid),
            rule=self.rule,
            shares=[
                {"region": str(share.region.uid), "value": share.value, "weight": share.weight}
                for share in self.shares
            ],
        )
        now = recorded_now()
        old = {
            share.region_id: share
            for share in Target.objects.filter(parent=self.target, recorded_to=OPEN_TIME)
        }
        Target.objects.filter(pk__in=[share.pk for share in old.values()]).update(recorded_to=now)
        Target.objects.filter(pk=self.target.pk).update(split_rule=self.rule if self.shares else "")
        return [self._share(share, old.get(share.region.pk), now) for share in self.shares]

    def _share(self, share: ShareInput, old: Target | None, now: Any) -> Target:
        names = (
            "plan", "position", "indicator_id", "indicator", "scope", "comparator", "unit", "kind",
            "cumulative", "base", "due", "definition", "text", "spans", "parameters", "effective_from",
        )  # fmt: skip
        made = Target(
            **{name: getattr(self.target, name) for name in names},
            region=share.region, value=share.value, value_text=share.value_text[:120], weight=share.weight,
            parent=self.target, recorded_from=now,
        )  # fmt: skip
        own = Target.objects.filter(
            region=share.region, plan__year=self.target.plan.year, parent=None, recorded_to=OPEN_TIME,
            indicator_id=self.target.indicator_id,
        ).exclude(indicator_id="")  # fmt: skip
        known = old or next((one for one in own if question_of(one) == question_of(self.target)), None)
        if known is not None:
            made.series = known.series
        made.save(force_insert=True)
        return made
