"""The law: what binds whom on a day."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from jingtu.knowledge.law import provisions
from jingtu.platform.pages.context import page_context
from jingtu.platform.pages.doors import needs
from jingtu.platform.rulebooks import permissions


@needs(permissions.READ)
@require_GET
def law(request: HttpRequest) -> HttpResponse:
    """Provisions by kind of unit, topic and day."""
    return render(request, "rulebooks/law.html", {"on": page_context(request).on})


@needs(permissions.READ)
@require_GET
def law_export(request: HttpRequest, kind: str) -> HttpResponse:
    """The list as a file."""
    return render(request, "rulebooks/law.html", {"on": page_context(request).on, "kind": kind})


@needs(permissions.READ)
@require_GET
def provision(request: HttpRequest, text_id: str) -> HttpResponse:
    """One provision with what came before and after it."""
    return render(request, "rulebooks/provision.html", {"item": provisions.provision(text_id)})
