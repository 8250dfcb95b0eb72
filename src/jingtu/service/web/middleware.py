"""Region, year and business date of a request."""
from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class ContextMiddleware:
    """Puts region, year and business date on the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)
