"""The URL table: each app brings its own pages; the shell adds what belongs to none."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.http import require_safe

from jingtu.service.web import offline, pages

APPS = (
    "jingtu.programme.plans.urls",
    "jingtu.programme.plans.forms.urls",
    "jingtu.platform.organisations.urls",
    "jingtu.programme.sources.metals.urls",  # before the registers: it lies below one of them
    "jingtu.platform.registers.urls",
    "jingtu.platform.draws.urls",
    "jingtu.platform.filings.urls",
    "jingtu.platform.duties.urls",
    "jingtu.platform.indicators.urls",
    "jingtu.platform.evidence.urls",
    "jingtu.platform.evidence.laboratory.urls",
    "jingtu.platform.scorecards.urls",
    "jingtu.platform.jobs.urls",
    "jingtu.platform.rulebooks.urls",
    "jingtu.service.web.accounts.urls",
    "jingtu.service.web.admin_urls",
    "jingtu.service.web.ledger_urls",
    "jingtu.service.api.urls",
)


@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """Say that the server answers."""
    return HttpResponse("ok", content_type="text/plain")


urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("service-worker.js", offline.service_worker, name="service_worker"),
    path("offline/", offline.offline, name="offline"),
    path("offline/sender/", offline.sender, name="offline_sender"),
    path("outbox/", offline.outbox, name="outbox"),
    path("shell/regions/", pages.regions, name="shell_regions"),
    path("views/save/", pages.view_save, name="view_save"),
    path("views/<int:key>/delete/", pages.view_delete, name="view_delete"),
    path("search/", pages.search, name="search"),
    *(path("", include(module)) for module in APPS),
]
