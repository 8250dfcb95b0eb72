"""Addresses of the API."""

from __future__ import annotations

from django.urls import path, re_path

from jingtu.service.api import problems
from jingtu.service.api.api import build

api = build()

urlpatterns = [
    path("api/v1/", api.urls),
    # An unknown address below /api/ is answered in the API's way, not with a page.
    re_path(r"^api/", problems.not_found),
]
