"""Making a form: from the annex of a confirmed plan, or from a bureau's own rows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from jingtu.platform.clock import OPEN_DATE, OPEN_TIME
from jingtu.platform.registers.models import Version
from jingtu.programme.plans.forms.columns import DEFAULT_COLUMNS, DEFAULT_HEAD
from jingtu.programme.plans.forms.matching import Candidate, propose
from jingtu.programme.plans.forms.rows import statements_for
from jingtu.programme.plans.models import FormRow, Plan, ReportForm, Target

_QUARTERLY = re.compile(r"按季度?[^，。；]{0,4}报送|每季度")


def is_quarterly(item: str) -> bool:
    """Whether a row asks for a report by quarter.

    Examples
    --------
    >>> is_quarterly("技术应用试点情况（按季度报送，4月、7月、10月、1月分别报送上一季度进展情况）")
    True
    >>> is_quarterly("疑似地块名单建立情况")
    False
    """
    return bool(_QUARTERLY.search(item))


def candidates(plan: Plan) -> list[Candidate]:
    """Tasks and targets of a plan that can fill the rows of its form."""
    tasks = (
        Version.objects.filter(
            register="plan_tasks", recorded_to=OPEN_TIME, effective_to=OPEN_DATE, taskfacts__plan=plan
        )
        .select_related("entry", "taskfacts")
        .order_by("taskfacts__position")
    )
    found = [Candidate("task", task.entry.uid, task.name, task.taskfacts.text) for task in tasks]
    targets = Target.objects.filter(
        plan=plan, effective_to=OPEN_DATE, recorded_to=OPEN_TIME, parent__isnull=True
    )
    # The series outlives an amended plan, the row does not.
    found += [Candidate("target", target.series, target.indicator, target.text) for target in targets]
    return found


def build_form(
    plan: Plan,
    rows: Sequence[Mapping[str, Any]],
    *,
    name: str = "",
    head: Sequence[str] | None = None,
    columns: Sequence[Mapping[str, Any]] | None = None,
) -> ReportForm:
    """Create the form of a plan from rows in the shape of the command line contract (``report_form``).

    Called by the action that confirms the plan, in its transaction. Each row is tied to the tasks and
    targets its words match; a row that matches none is filled by hand.
    """
    form = ReportForm.objects.create(
        region=plan.region,
        plan=plan,
        name=name
        or f"{plan.region.name_on(date(plan.year, 1, 1))}{plan.year}年度土壤污染防治重点工作进展情况表",
        year=plan.year,
        head=list(head or DEFAULT_HEAD),
        columns=[dict(column) for column in (columns or DEFAULT_COLUMNS)],
        is_example=plan.is_example,
    )
    add_rows(form, rows, candidates(plan))
    return form


def add_rows(form: ReportForm, rows: Sequence[Mapping[str, Any]], sources: Sequence[Candidate]) -> None:
    """Append rows to a form and propose what fills them: tasks, targets, and what registers say."""
    FormRow.objects.bulk_create(
        FormRow(
            form=form,
            position=position,
            group=row.get("group") or "",
            number=row.get("number") or "",
            item=row["item"],
            units=[
                unit["raw"] if isinstance(unit, Mapping) else unit
                for unit in row.get("responsible_units", [])
            ],
            quarterly=is_quarterly(row["item"]),
            sources=propose(row["item"], sources) + statements_for(row.get("group") or "", row["item"]),
            spans=row.get("spans", []),
        )
        for position, row in enumerate(rows, start=1)
    )
