"""Forms: enter an organisation, rename it, enter its code, add and end aliases."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from jingtu.errors import NotFoundError
from jingtu.platform.organisations import doubles
from jingtu.platform.organisations.actions import (
    AddAlias,
    EnterOrganisation,
    RenameOrganisation,
    SetCode,
    SetKind,
    WithdrawAlias,
)
from jingtu.platform.organisations.models import Organisation, OrganisationAlias
from jingtu.platform.organisations.permissions import EDIT, READ
from jingtu.platform.organisations.views.common import (
    attempt,
    by_field,
    day_of,
    editable,
    places,
)
from jingtu.platform.pages.context import page_context, page_user, posted_region
from jingtu.platform.pages.doors import act, needs
from jingtu.platform.people import policies

LABELS = {
    "name": "单位名称",
    "kind": "单位类型",
    "region": "行政区",
    "code": "统一社会信用代码",
    "missing": "无代码原因",
    "new_name": "新名称",
    "since": "更名日期",
    "source": "依据",
    "alias": "别名",
    "where": "出处",
}


@needs(EDIT.name)
@require_http_methods(["GET", "POST"])
def organisation_new(request: HttpRequest) -> HttpResponse:
    """Enter an organisation; where one much like it is there already, say so first."""
    page = page_context(request)
    page.require_present()
    errors: dict[str, list[str]] = {}
    alike: list[Organisation] = []
    if request.method == "POST":
        made: list[Organisation] = []

        def step() -> None:
            region = posted_region(request)
            action = EnterOrganisation(
                page_user(request),
                page.today,
                request.POST.get("name", ""),
                request.POST.get("kind", ""),
                region,
                code=request.POST.get("code", ""),
                missing_reason=request.POST.get("missing", ""),
            )
            if not request.POST.get("sure"):
                alike.extend(_alike(request, action.organisation_name))
            if not alike:
                made.append(action.execute())

        errors = by_field(attempt(step), LABELS)
        if made:
            messages.success(request, "已登记。", extra_tags="saved")
            return HttpResponseRedirect(reverse("organisation", args=[made[0].uid]))
    content = {
        "errors": errors,
        "alike": alike,
        "values": request.POST or request.GET,
        "kinds": Organisation.Kind.choices,
        "places": places(request),
        "chosen": request.POST.get("region") or (str(page.region.uid) if page.region else ""),
    }
    return render(
        request, "organisations/organisation_new.html", content, status=422 if errors or alike else 200
    )


def _alike(request: HttpRequest, name: str) -> list[Organisation]:
    """Organisations within reach whose name, or an alias, is the same in another form."""
    reach = policies.reach(page_user(request), READ.name)
    rows = Organisation.objects.filter(reach.q("region__path", "pk"), merged_into__isnull=True)
    return doubles.alike(rows.select_related("region").prefetch_related("aliases"), name)


@needs(EDIT.name)
@require_http_methods(["GET", "POST"])
def organisation_edit(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Four short forms on one page; each is an action of its own."""
    found = editable(request, uid)
    page = page_context(request)
    page.require_present()
    errors: dict[str, list[str]] = {}
    what = request.POST.get("what", "")
    if request.method == "POST":
        problems = attempt(lambda: _change(request, found, what))
        if not problems:
            messages.success(request, "已保存。", extra_tags="saved")
            return HttpResponseRedirect(reverse("organisation", args=[found.uid]))
        errors = by_field(problems, LABELS)
        found.refresh_from_db()
    return render(
        request,
        "organisations/organisation_edit.html",
        {
            "organisation": found,
            "errors": errors,
            "what": what,
            "values": request.POST,
            "kinds": Organisation.Kind.choices,
            "today": page.today,
        },
        status=422 if errors else 200,
    )


def _change(request: HttpRequest, found: Organisation, what: str) -> Any:
    user, page, given = page_user(request), page_context(request), request.POST
    if what == "rename":
        on = day_of(request, "since", LABELS["since"])
        return RenameOrganisation(
            user, on, found, given.get("new_name", ""), source=given.get("source", "")
        ).execute()
    if what == "code":
        return SetCode(user, page.today, found, given.get("code", ""), given.get("missing", "")).execute()
    if what == "kind":
        return SetKind(user, page.today, found, given.get("kind", "")).execute()
    if what == "alias":
        return AddAlias(
            user, page.today, found, given.get("alias", ""), source=given.get("where", "")
        ).execute()
    raise NotFoundError("没有这一步。", what=what[:20])


@needs(EDIT.name)
@require_POST
def organisation_alias_withdraw(request: HttpRequest, uid: uuid.UUID, key: int) -> HttpResponse:
    """End an alias with a reason."""
    found = editable(request, uid)
    alias = (
        OrganisationAlias.objects.filter(pk=key, organisation=found).select_related("organisation").first()
    )
    if alias is None:
        raise NotFoundError("没有找到这个别名。", key=key)
    action = WithdrawAlias(
        page_user(request), page_context(request).today, alias, request.POST.get("reason", "")
    )
    return act(
        request, action, done=f"别名“{alias.name}”已停用。", to=reverse("organisation", args=[found.uid])
    )
