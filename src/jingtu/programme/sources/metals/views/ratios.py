"""Replacement ratios of places: what is in force, entering one, withdrawing one."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from jingtu.errors import CellError, InputError, JingtuError, NotFoundError, PermissionDeniedError
from jingtu.platform.clock import OPEN_DATE
from jingtu.platform.pages.context import page_context, page_user, posted_region
from jingtu.platform.pages.doors import act, needs, tell
from jingtu.platform.people import policies
from jingtu.platform.regions.models import Region
from jingtu.platform.registers.versions import believed
from jingtu.programme.sources.metals.metals import METALS, NAMES
from jingtu.programme.sources.metals.permissions import RATIO, READ
from jingtu.programme.sources.metals.quotas.models import ReplacementRule
from jingtu.programme.sources.metals.quotas.ratios import ratio_text
from jingtu.programme.sources.metals.quotas.rules import EnterReplacementRule, WithdrawReplacementRule
from jingtu.programme.sources.metals.views.common import common

_MOST_PLACES = 400


def visible(region: Region | None, known_at: Any = None) -> list[ReplacementRule]:
    """Rules that bear on a place: its own, those above it and those below it."""
    rules = ReplacementRule.objects.filter(believed(known_at)).select_related("region", "entered_by")
    rows = rules.order_by("region__path", "metal", "-valid_from")
    if region is None:
        return []
    return [
        rule
        for rule in rows
        if region.path.startswith(rule.region.path) or rule.region.path.startswith(region.path)
    ]


@needs(READ)
@require_http_methods(["GET", "HEAD", "POST"])
def ratios(request: HttpRequest) -> HttpResponse:
    """The ratios that bear on the page's place, and the form for a new one."""
    page, user = page_context(request), page_user(request)
    reach = policies.reach(user, RATIO)
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        policies.require_some(user, RATIO)
        try:
            page.require_present()
            _entered(request).execute()
        except PermissionDeniedError:
            raise
        except JingtuError as error:
            tell(request, error)
            for item in error.errors if isinstance(error, InputError) else []:
                errors.setdefault(item.column or "", []).append(item.message)
        else:
            messages.success(request, "已登记替代比例。", extra_tags="saved")
            return HttpResponseRedirect(reverse("quota_ratios"))
    rows = [
        {
            "rule": rule,
            "ratio": ratio_text(rule.ratio),
            "metal": NAMES.get(rule.metal, "全部金属"),
            "in_force": rule.valid_from <= page.on < rule.valid_to,
            "may_withdraw": not page.is_past and reach.allows(rule.region.path),
        }
        for rule in visible(page.region, page.known_at)
    ]
    places = _places(reach, page.region) if page.region and not page.is_past else []
    context = common("ratios") | {
        "rows": rows, "places": places, "here": page.region, "metals": METALS, "typed": request.POST,
        "errors": errors, "today": page.today,
    }  # fmt: skip
    return render(request, "metals/ratios.html", context)


def _entered(request: HttpRequest) -> EnterReplacementRule:
    data, page = request.POST, page_context(request)
    errors: list[CellError] = []
    region = posted_region(request)
    try:
        ratio = Decimal(data.get("ratio", "").strip().removesuffix(":1").removesuffix("：1"))
        if not ratio.is_finite():
            raise InvalidOperation
    except InvalidOperation:
        ratio = Decimal(0)
        errors.append(CellError("应为数字，例如 1 或 1.2", column="比例", value=data.get("ratio", "")[:20]))
    since = _day(data.get("valid_from", ""), "生效日期", errors)
    until = _day(data.get("valid_to", ""), "失效日期", errors) if data.get("valid_to") else OPEN_DATE
    for name, label, longest in (("source", "依据", 200), ("clause", "条款", 200)):
        if len(data.get(name, "")) > longest:
            errors.append(CellError(f"最多 {longest} 个字", column=label))
    if errors or since is None or until is None:
        raise InputError(f"替代比例有 {len(errors)} 处需要修改。", errors)
    return EnterReplacementRule(
        page_user(request), page.today, region, metal=data.get("metal", ""), ratio=ratio,
        source=data.get("source", ""), clause=data.get("clause", ""), valid_from=since, valid_to=until,
    )  # fmt: skip


def _day(text: str, label: str, errors: list[CellError]) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        errors.append(CellError("应为 2024-06-30 的样式", column=label, value=text[:20]))
        return None


def _places(reach: policies.Reach, near: Region) -> list[Region]:
    rows = Region.objects.filter(reach.q("path"), path__startswith=near.path).prefetch_related("names")
    return list(rows.order_by("path")[:_MOST_PLACES])


@needs(RATIO)
@require_POST
def withdraw(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Take a ratio back; it stays known."""
    page = page_context(request)
    found = next((rule for rule in visible(page.region) if rule.uid == uid), None)
    if found is None:
        raise NotFoundError("没有找到这条替代比例，或已经撤回。", uid=str(uid))
    return act(
        request,
        WithdrawReplacementRule(page_user(request), page.today, found, request.POST.get("reason", "")),
        done="已撤回替代比例，原记录仍保留。",
        to=reverse("quota_ratios"),
    )
