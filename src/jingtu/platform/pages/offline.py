"""Pages that a browser may keep for the person who asked for them, to be opened without a network."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from jingtu.platform.pages.context import page_context, page_user

KEEP = "Jingtu-Keep"


def may_keep(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Let the browser's own store keep a page, under the person it was made for; no cache on the way may.

    A page that looks back is not kept: nothing can be reported from it.
    """
    response["Cache-Control"] = "private, no-store"
    if not page_context(request).is_past:
        response[KEEP] = str(page_user(request).uid)
    return response
