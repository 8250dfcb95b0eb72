"""Pages of the shell itself: choosing a region, and searching."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from jingtu.service.web.middleware import selectable

REGIONS_SHOWN = 60


@require_GET
@login_required
def regions(request: HttpRequest) -> HttpResponse:
    """The regions that the user may choose, as a fragment for the menu."""
    words = request.GET.get("q", "").strip()[:30]
    here = request.GET.get("here", "/")
    found = selectable(request).prefetch_related("names").distinct().order_by("path")
    if words:
        found = found.filter(names__name__contains=words)
    content = {
        "regions": found[:REGIONS_SHOWN],
        "more": found.count() > REGIONS_SHOWN,
        "here": here if here.startswith("/") and not here.startswith("//") else "/",
        "words": words,
    }
    return render(request, "components/regions.html", content)


@require_GET
@login_required
def search(request: HttpRequest) -> HttpResponse:
    """Tasks, units, entries and plans by name or code."""
    return render(request, "search.html", {"search_words": request.GET.get("q", "")[:60]})
