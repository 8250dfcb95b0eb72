"""Names in documents that are tied to no organisation yet."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from jingtu.errors import CellError, InputError
from jingtu.platform.organisations import unresolved
from jingtu.platform.organisations.actions import AssignName
from jingtu.platform.organisations.permissions import EDIT, READ
from jingtu.platform.organisations.views.common import may_edit
from jingtu.platform.pages.context import page_context, page_user
from jingtu.platform.pages.doors import act, needs, tell
from jingtu.platform.people import policies
from jingtu.platform.registers.exchange.places import Organisations


@needs(READ.name)
@require_GET
def organisation_unresolved(request: HttpRequest) -> HttpResponse:
    """The names, and for each the organisation that it means, to be typed."""
    page = page_context(request)
    reach = policies.reach(page_user(request), READ.name)
    region = page.region
    sees = region is not None and reach.allows(region.path)
    content = {
        "names": unresolved.names(region.path, page.on, page.known_at) if sees and region else [],
        "tab": "unresolved",
        "may_edit": region is not None and may_edit(request, region),
    }
    return render(request, "organisations/unresolved.html", content)


@needs(EDIT.name)
@require_POST
def organisation_assign(request: HttpRequest) -> HttpResponse:
    """Tie a name to an organisation."""
    page = page_context(request)
    region = page.require_region()
    back = reverse("organisation_unresolved")
    words, text = request.POST.get("words", ""), request.POST.get("organisation", "").strip()
    try:
        if not text:
            raise InputError("请写明对应的单位。", [CellError("请填单位全称或代码", column="对应的单位")])
        try:
            found = Organisations().find(text, region)
        except ValueError as error:
            raise InputError(
                "没有对应。", [CellError(str(error), column="对应的单位", value=text[:40])]
            ) from error
    except InputError as error:
        tell(request, error)
        return HttpResponseRedirect(back)
    action = AssignName(page_user(request), page.today, words, region, found)
    return act(request, action, done=f"“{words}”已对应到“{found.name}”。", to=back)
