"""Addresses of the API."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path
from django.views.decorators.http import require_safe

from jingtu.service.api import problems
from jingtu.service.api.api import build

api = build()
_patterns = api.urls
for _pattern in _patterns[0]:
    if isinstance(_pattern, URLPattern) and _pattern.name in {"openapi-json", "api-root"}:
        _pattern.callback = require_safe(_pattern.callback)

urlpatterns = [
    path("api/v1/", _patterns),
    # An unknown address below /api/ is answered in the API's way, not with a page.
    re_path(r"^api/", problems.not_found),
]
