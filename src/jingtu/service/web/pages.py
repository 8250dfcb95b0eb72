"""Pages of the shell itself: choosing a region, and searching."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from jingtu.errors import NotFoundError
from jingtu.platform.pages.context import page_context, page_user
from jingtu.platform.pages.doors import needs
from jingtu.platform.registers.models import SavedView
from jingtu.platform.registers.reading import reads_some
from jingtu.service.web import searching
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
@needs("plans.read", reads_some)
def search(request: HttpRequest) -> HttpResponse:
    """Tasks, units, entries and plans by name or code, each only where the user may read it."""
    words = request.GET.get("q", "").strip()[:60]
    found = searching.search(request.user, page_context(request), words) if words else []
    return render(
        request,
        "search.html",
        {"search_words": words, "groups": found, "total": sum(len(group.hits) for group in found)},
    )


@require_POST
@login_required
def view_save(request: HttpRequest) -> HttpResponse:
    """Keep the filters, sort and columns of a list under a name."""
    name = request.POST.get("name", "").strip()[:20]
    query = request.POST.get("query", "").lstrip("?")[:1000]
    page = request.POST.get("page", "")[:60]
    back = _back(request)
    if not name or not page:
        messages.error(request, "请填写视图名称。")
        return HttpResponseRedirect(back)
    SavedView.objects.update_or_create(
        user=page_user(request), page=page, name=name, defaults={"query": query}
    )
    messages.success(request, f"已保存视图“{name}”。")
    return HttpResponseRedirect(f"{back}?{query}" if query else back)


@require_POST
@login_required
def view_delete(request: HttpRequest, key: int) -> HttpResponse:
    """Delete one of the user's own views."""
    deleted, _ = SavedView.objects.filter(user=page_user(request), pk=key).delete()
    if not deleted:
        raise NotFoundError("没有找到这个视图，可能已经删除。")
    messages.success(request, "已删除视图。")
    return HttpResponseRedirect(_back(request))


def _back(request: HttpRequest) -> str:
    wanted = request.POST.get("back", "")
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    return "/"
