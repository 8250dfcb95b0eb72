"""State changes of forms: make, fill, edit, submit, take back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from jingtu.errors import CellError, ConflictError, InputError
from jingtu.platform.actions import Action, Subject
from jingtu.platform.clock import recorded_now
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region
from jingtu.programme.plans.forms import building, filling
from jingtu.programme.plans.forms.sentences import reading_sentence
from jingtu.programme.plans.models import FormFilling, FormRow, Plan, ReportForm

_LONGEST = 4000  # characters a cell may hold: two printed pages, more belongs in an attachment


class _FormAction(Action[FormFilling]):
    permission = "plans.form.edit"

    def __init__(self, actor: User | None, on: date, form: ReportForm, month: str) -> None:
        super().__init__(actor, on)
        filling.month_end(month)
        self.form = form
        self.month = month
        self.current: FormFilling | None = None

    def subject(self) -> Subject:
        return Subject("report_form", self.form.uid, self.form.region.path)

    def lock(self) -> None:
        # The form's own row is there before its first filling is: two people who fill at once queue here.
        ReportForm.objects.select_for_update().get(pk=self.form.pk)
        self.current = (
            FormFilling.objects.select_for_update().filter(form=self.form, month=self.month).first()
        )

    def require_draft(self, revision: int | None = None) -> FormFilling:
        if self.current is None:
            raise ConflictError("这个月的报表还没有生成，请先提取数据")
        if self.current.state == FormFilling.State.SUBMITTED:
            raise ConflictError("报表已报送；如需修改，请先退回修改")
        if revision is not None and revision != self.current.revision:
            name = self.current.edited_by.display_name if self.current.edited_by else "他人"
            raise ConflictError(
                f"{name}已修改过这份报表，您的内容没有保存；请刷新后对照修改", revision=self.current.revision
            )
        return self.current


class FillForm(_FormAction):
    """Fill a month's form from progress and readings; cells that people wrote are kept."""

    name = "plans.form.fill"
    label = "提取报表数据"

    def check_state(self) -> None:
        if self.current is not None:
            self.require_draft()

    def perform(self) -> FormFilling:
        filled_at = recorded_now()
        fresh = filling.fill(self.form, self.month, self.on, filled_at, reading_sentence)
        current = self.current or FormFilling(form=self.form, month=self.month, head=self._head())
        for row, cells in fresh.items():
            kept = current.cells.get(row, {})
            if kept.get("progress", {}).get("source") == "manual":
                cells["progress"] = kept["progress"]
            current.cells[row] = {**kept, **cells}
        current.edited_by, current.edited_at = self.actor, recorded_now()
        current.filled_on, current.filled_at = self.on, filled_at
        current.revision += 1
        self.record(month=self.month, revision=current.revision, content=_digest(current.cells))
        current.save()
        return current

    def _head(self) -> dict[str, str]:
        """What the last month's head said, else who fills the form in and for which office."""
        last = FormFilling.objects.filter(form=self.form, month__lt=self.month).order_by("-month").first()
        known = last.head if last else self._filler()
        return {label: known.get(label, "") for label in self.form.head}

    def _filler(self) -> dict[str, str]:
        office = (
            Organisation.objects.filter(
                region=self.form.region, kind=Organisation.Kind.ECOLOGY, merged_into__isnull=True
            )
            .order_by("pk")
            .first()
        )
        found = {"填报单位": office.name if office else ""}
        if self.actor is not None:
            found |= {"填报人": self.actor.display_name, "联系电话": self.actor.phone}
        return found


class SaveForm(_FormAction):
    """Keep what somebody typed; ``revision`` is the one the page was opened with."""

    name = "plans.form.save"
    label = "保存报表"

    def __init__(
        self,
        actor: User | None,
        on: date,
        form: ReportForm,
        month: str,
        *,
        revision: int,
        head: Mapping[str, str],
        cells: Mapping[str, Mapping[str, str]],
    ) -> None:
        super().__init__(actor, on, form, month)
        self.revision = revision
        self.head = head
        self.cells = cells

    def check_state(self) -> None:
        self.require_draft(self.revision)
        rows = {str(row.pk): row for row in self.form.rows.all()}
        errors = [
            CellError(
                f"内容超过 {_LONGEST} 字，请精简或作为附件报送",
                row=rows[key].position if key in rows else None,
                column=column,
                value=text[:20],
            )
            for key, columns in self.cells.items()
            for column, text in columns.items()
            if len(text) > _LONGEST
        ]
        if errors:
            raise InputError("报表中有内容过长，未保存", errors)

    def perform(self) -> FormFilling:
        current = self.require_draft()
        changed: list[str] = []
        known = {str(row.pk) for row in self.form.rows.all()}
        for key, columns in self.cells.items():
            if key not in known:
                continue
            cells = current.cells.setdefault(key, {})
            for column, text in columns.items():
                plain = text.replace("\r\n", "\n").strip()
                if cells.get(column, {}).get("text", "") != plain:
                    cells[column] = {
                        "text": plain,
                        "source": "manual" if plain else "none",
                        "hint": "",
                        "refs": [],
                    }
                    changed.append(f"{key}.{column}")
        current.head = {label: str(self.head.get(label, "")).strip()[:120] for label in self.form.head}
        current.edited_by, current.edited_at = self.actor, recorded_now()
        current.revision += 1
        # The head names a person: the ledger keeps the digest only.
        self.record(
            month=self.month, revision=current.revision, changed=changed, content=_digest(current.cells)
        )
        current.save()
        return current


class SubmitForm(_FormAction):
    """Report the form: every row says something, and from then on it does not change."""

    name = "plans.form.submit"
    label = "报送报表"
    permission = "plans.form.submit"

    def check_state(self) -> None:
        current = self.require_draft()
        errors = [
            CellError(
                f"“{row.item[:30]}”未填写进展；没有此项任务的填写“无此项任务”",
                row=row.position,
                column="进展情况",
            )
            for row in self.form.rows.all()
            if not current.cells.get(str(row.pk), {}).get("progress", {}).get("text", "").strip()
        ]
        errors += [
            CellError(f"“{label}”未填写", column=label)
            for label in self.form.head
            if not current.head.get(label)
        ]
        if errors:
            raise InputError(f"还有 {len(errors)} 处未填写，未报送", errors)

    def perform(self) -> FormFilling:
        current = self.require_draft()
        current.state = FormFilling.State.SUBMITTED
        current.revision += 1
        self.record(month=self.month, revision=current.revision, content=_digest(current.cells))
        current.save()
        return current


class ReopenForm(_FormAction):
    """Take a submitted form back for correction, with a reason."""

    name = "plans.form.reopen"
    label = "退回修改"
    permission = "plans.form.submit"

    def __init__(self, actor: User | None, on: date, form: ReportForm, month: str, reason: str) -> None:
        super().__init__(actor, on, form, month)
        self.reason = reason.strip()

    def check_state(self) -> None:
        if self.current is None or self.current.state != FormFilling.State.SUBMITTED:
            raise ConflictError("报表尚未报送，无须退回")
        if not self.reason:
            raise InputError("请填写退回原因", [CellError("请填写退回原因", column="退回原因")])

    def perform(self) -> FormFilling:
        assert self.current is not None
        self.current.state = FormFilling.State.DRAFT
        self.current.revision += 1
        self.record(month=self.month, revision=self.current.revision, reason=self.reason)
        self.current.save()
        return self.current


class CreateForm(Action[ReportForm]):
    """Make a bureau's own form from rows read off its spreadsheet or typed in."""

    name = "plans.form.create"
    label = "新建报表"
    permission = "plans.form.edit"

    def __init__(
        self,
        actor: User | None,
        on: date,
        region: Region,
        *,
        form_name: str,
        year: int,
        columns: Sequence[Mapping[str, Any]],
        rows: Sequence[Mapping[str, Any]],
        head: Sequence[str],
        plan: Plan | None = None,
    ) -> None:
        super().__init__(actor, on)
        self.region = region
        self.form_name = form_name.strip()
        self.year = year
        self.columns = columns
        self.rows = rows
        self.head = head
        self.plan = plan

    def subject(self) -> Subject:
        return Subject("report_form", None, self.region.path)

    def check_state(self) -> None:
        errors = []
        if not self.form_name:
            errors.append(CellError("请填写报表名称", column="报表名称"))
        if not self.rows:
            errors.append(CellError("报表没有任何事项", column="事项"))
        roles = [column["role"] for column in self.columns]
        errors += [
            CellError(f"报表缺少“{label}”一列", column=label)
            for role, label in (("item", "事项"), ("progress", "进展情况"))
            if role not in roles
        ]
        if errors:
            raise InputError("报表不能建立", errors)

    def perform(self) -> ReportForm:
        form = ReportForm.objects.create(
            region=self.region,
            plan=self.plan,
            name=self.form_name,
            year=self.year,
            head=list(self.head),
            columns=[dict(column) for column in self.columns],
            is_example=self.region.is_example,
        )
        building.add_rows(form, self.rows, building.candidates(self.plan) if self.plan else [])
        self.record(form=str(form.uid), year=self.year, rows=len(self.rows))
        return form


class SetRowSources(Action[FormRow]):
    """Say which tasks and targets fill a row."""

    name = "plans.form.sources"
    label = "选择来源任务"
    permission = "plans.form.edit"

    def __init__(
        self, actor: User | None, on: date, row: FormRow, sources: Sequence[Mapping[str, str]]
    ) -> None:
        super().__init__(actor, on)
        self.row = row
        self.sources = [{"kind": source["kind"], "uid": source["uid"]} for source in sources]

    def subject(self) -> Subject:
        return Subject("report_form", self.row.form.uid, self.row.form.region.path)

    def perform(self) -> FormRow:
        self.record(row=self.row.pk, sources=self.sources)
        self.row.sources = self.sources
        self.row.save(update_fields=["sources"])
        return self.row


def _digest(cells: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(cells, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
