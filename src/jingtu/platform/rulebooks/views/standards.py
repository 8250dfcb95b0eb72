"""Standards: editions, their tables, and one limit."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from jingtu.platform.pages.doors import needs
from jingtu.platform.rulebooks import permissions


@needs(permissions.READ)
@require_GET
def standard_list(request: HttpRequest) -> HttpResponse:
    """All standards with their editions."""
    return render(request, "rulebooks/standard_list.html")


@needs(permissions.READ)
@require_GET
def standard(request: HttpRequest, key: str, edition: str) -> HttpResponse:
    """The table of one edition."""
    return render(request, "rulebooks/standard.html", {"key": key, "edition": edition})


@needs(permissions.READ)
@require_GET
def limit(request: HttpRequest, key: str, edition: str, analyte: str) -> HttpResponse:
    """One limit with its clause."""
    return render(request, "rulebooks/limit.html", {"key": key, "edition": edition, "analyte": analyte})
