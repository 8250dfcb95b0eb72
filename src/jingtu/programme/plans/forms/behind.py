"""What is behind a cell of a form: the entries that each sentence counts, and who reported the rest."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from jingtu.errors import NotFoundError
from jingtu.platform.indicators.provenance import Slice, cut
from jingtu.platform.pages.context import page_context, page_user
from jingtu.platform.pages.doors import needs
from jingtu.platform.registers.versions import at, believed
from jingtu.platform.statements.declarations import Statement, Told
from jingtu.programme.plans.forms import filling
from jingtu.programme.plans.forms.views import form_of
from jingtu.programme.plans.models import FormFilling, Progress, Target


@dataclass(frozen=True, slots=True)
class Behind:
    """One sentence of a register with its entries, those that the reader may see."""

    statement: Statement
    told: Told
    slice: Slice


@needs("plans.form.read")
@require_GET
def form_behind(request: HttpRequest, uid: UUID, month: str, row: int) -> HttpResponse:
    """The entries, reports and targets behind one row, as they were known when the month was filled in."""
    page, user = page_context(request), page_user(request)
    form = form_of(request, uid)
    item = form.rows.filter(pk=row).first()
    if item is None:
        raise NotFoundError("没有找到报表的这一行。")
    kept = FormFilling.objects.filter(form=form, month=month).first()
    drawn = kept if kept is not None and kept.filled_on is not None and not page.is_past else None
    known_at = drawn.filled_at if drawn else page.known_at
    end = min(filling.month_end(month), (drawn and drawn.filled_on) or page.on)
    number = request.GET.get("sheet", "")
    sheet = max(int(number), 1) if number.isdecimal() and len(number) < 7 else 1
    found = [
        Behind(statement, told, cut(told.entries, user, end, known_at, sheet))
        for statement, told in filling.register_lines(form, item, month, end, known_at)
    ]
    chosen = request.GET.get("statement", "")
    tasks = [source["uid"] for source in item.sources if source["kind"] == "task"]
    periods = filling.quarter_months(item.item, month) if item.quarterly else [month]
    series = [source["uid"] for source in item.sources if source["kind"] == "target"]
    return render(
        request,
        "forms/behind.html",
        {
            "form": form,
            "row": item,
            "month": month,
            "drawn": drawn,
            "behind": [one for one in found if not chosen or one.statement.id == chosen],
            "reports": Progress.objects.filter(
                believed(known_at), entry__uid__in=tasks, period__in=periods or [month]
            ).select_related("organisation", "entry"),
            "targets": Target.objects.filter(at(end, known_at), series__in=series).select_related("plan"),
        },
    )
