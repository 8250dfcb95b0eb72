"""One target: its reading, history and provenance; splitting it; typing in a reading."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jingtu.errors import CellError, ConflictError, InputError, JingtuError
from jingtu.platform.indicators import declarations
from jingtu.platform.pages.context import page_context, page_user
from jingtu.platform.pages.doors import act, needs, tell, uploads
from jingtu.platform.people import policies
from jingtu.programme.plans import bars, queries
from jingtu.programme.plans import targets as readings
from jingtu.programme.plans.actions.targets import EnterTargetReading, ShareInput, SplitTarget
from jingtu.programme.plans.models import Target
from jingtu.programme.plans.splitting import roll_up
from jingtu.programme.plans.views.common import may, readable_target, typed_lines


@needs("plans.read")
@require_GET
def target(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One target with its reading, history, shares and forms."""
    page = page_context(request)
    found = readable_target(request, uid)
    item = readings.read(found, page.on, page.known_at)
    declared = bool(found.indicator_id and declarations.get(found.indicator_id))
    computed = declared and not item.reading.manual
    silent = item.reading.status in readings.SILENT
    rolled = roll_up(found, page.on, page.known_at)
    path = found.region.path
    leads = _lead_organisations(request, found)
    return render(
        request,
        "plans/target.html",
        {
            "target": found,
            "item": item,
            "row": bars.row(item),
            "computed": computed,
            "chart": bars.series(item),
            "history": typed_lines(request, found, date.max),
            "shares": [bars.row(share) for share in rolled.shares],
            "rolled": rolled,
            "may_split": may(request, "plans.target.edit", path) and found.parent_id is None,
            "may_enter": (not computed or silent) and may(request, "plans.reading.enter", path, leads),
            "judged": found.kind in {"text", "rule", "reference"},
            "numeric": found.kind in {"number", "decrease"},
            "tab": "year",
        },
    )


def _lead_organisations(request: HttpRequest, found: Target) -> list[int]:
    """Organisations that lead the task a target was promoted from: they may type in its readings."""
    if found.task is None:
        return []
    page = page_context(request)
    return queries.assigned(found.task, page.on, page.known_at)


def _figure(text: str, label: str, errors: list[CellError]) -> Decimal | None:
    """A figure as people type it: full-width digits, a thousands comma, a per cent sign."""
    plain = text.strip().translate(str.maketrans("０１２３４５６７８９．％，－", "0123456789.%,-"))
    plain = plain.replace(",", "").removesuffix("%").strip()
    if not plain:
        return None
    try:
        found = Decimal(plain)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite():
        errors.append(CellError("应为数字", column=label, value=text[:40]))
        return None
    return found


@needs("plans.read")
@require_POST
def reading(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Type in what the target reads on a day, with evidence."""
    found = readable_target(request, uid)
    page = page_context(request)
    data = request.POST
    back = reverse("target", args=[uid])
    errors: list[CellError] = []
    value = _figure(data.get("value", ""), "数值", errors)
    numerator = _figure(data.get("numerator", ""), "分子", errors)
    denominator = _figure(data.get("denominator", ""), "分母", errors)
    try:
        day = date.fromisoformat(data.get("reading_on", "") or page.on.isoformat())
        if errors:
            raise InputError(f"填报内容有 {len(errors)} 处需要修改。", errors)
        action = EnterTargetReading(
            page_user(request),
            day,
            found,
            value=value,
            text=data.get("text", ""),
            numerator=numerator,
            denominator=denominator,
            note=data.get("note", ""),
            files=uploads(request),
            today=page.today,
        )
    except JingtuError as error:
        action_error: JingtuError | None = error
    except ValueError:
        action_error = InputError("日期应写成 2024-06-30 这样的年月日。")
    else:
        return act(request, action, done="读数已提交。", to=back, back=f"{back}#reading")
    # Who may not type in readings hears that first, not what is wrong with the form.
    policies.require(
        page_user(request), "plans.reading.enter", found.region.path, _lead_organisations(request, found)
    )
    assert action_error is not None
    tell(request, action_error)
    return HttpResponseRedirect(f"{back}#reading")


@needs("plans.read")
@require_http_methods(["GET", "POST"])
def split(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Split a target over the places below, with a check of the sum or the weighted mean."""
    found = readable_target(request, uid)
    page = page_context(request)
    policies.require(page_user(request), "plans.target.edit", found.region.path)
    places = list(
        found.region.children.filter(valid_from__lte=page.on, valid_to__gt=page.on)
        .prefetch_related("names")
        .order_by("path")
    )
    typed: dict[str, dict[str, str]] = {}
    difference = ""
    if request.method == "POST":
        typed = {
            str(place.uid): {
                "value": request.POST.get(f"value-{place.uid}", ""),
                "weight": request.POST.get(f"weight-{place.uid}", ""),
            }
            for place in places
        }
        try:
            page.require_present()
            SplitTarget(
                page_user(request),
                page.on,
                found,
                request.POST.get("rule", ""),
                _shares(found, places, typed),
                accept_difference=request.POST.get("accept") == "1",
            ).execute()
        except ConflictError as error:
            difference = error.message if "difference" in error.facts else ""
            tell(request, error)
        except InputError as error:
            tell(request, error)
        else:
            messages.success(request, "分解已保存，各地的目标随之生效。", extra_tags="saved")
            return HttpResponseRedirect(reverse("target", args=[uid]))
    rolled = roll_up(found, page.on, page.known_at)
    now = {item.target.region_id: item.target for item in rolled.shares}
    rows = []
    for place in places:
        share = now.get(place.pk)
        kept = {
            "value": readings.plain(share.value)
            if share and share.value is not None
            else (share.value_text if share else ""),
            "weight": readings.plain(share.weight) if share and share.weight is not None else "",
        }
        rows.append({"region": place, **(typed.get(str(place.uid)) or kept)})
    return render(
        request,
        "plans/split.html",
        {
            "target": found,
            "goal": readings.goal_text(found),
            "rows": rows,
            "rule": request.POST.get("rule") or found.split_rule or ("each" if found.unit == "%" else "sum"),
            "rules": [choice for choice in Target.SplitRule.choices if choice[0]],
            "difference": difference,
            "check": rolled.check if rolled.shares else None,
            "numeric": found.value is not None,
        },
        status=409 if difference else 200,
    )


def _shares(found: Target, places: list[Any], typed: dict[str, dict[str, str]]) -> list[ShareInput]:
    errors: list[CellError] = []
    shares = []
    for place in places:
        value, weight = (typed[str(place.uid)][name].strip() for name in ("value", "weight"))
        if not value:
            continue
        if found.value is None:
            shares.append(ShareInput(place, None, _figure(weight, "权重", errors), value))
        else:
            number = _figure(value, f"{place.name}的目标值", errors)
            shares.append(ShareInput(place, number, _figure(weight, f"{place.name}的权重", errors)))
    if errors:
        raise InputError(f"分解有 {len(errors)} 处需要修改。", errors)
    return shares
