"""The page after too many failed log-ins: how long, and what to do."""

from __future__ import annotations

import math
from typing import Any

from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone


def locked(
    request: HttpRequest, _response: Any = None, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """Say for how many minutes the log-in stays closed."""
    username = (credentials or {}).get("username") or request.POST.get("login", "")
    cool_off = get_cool_off(request)
    minutes = math.ceil(cool_off.total_seconds() / 60) if cool_off else 0
    last = AccessAttempt.objects.filter(username=username).order_by("-attempt_time").first()
    if last is not None and cool_off:
        left = (last.attempt_time + cool_off - timezone.now()).total_seconds()
        minutes = max(1, math.ceil(left / 60))
    return render(request, "account/locked.html", {"minutes": minutes}, status=429)
