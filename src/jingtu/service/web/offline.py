"""What a phone needs where there is no network: the service worker, the page of the outbox, who sends."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_GET

from jingtu.platform.pages.context import page_user
from jingtu.platform.pages.doors import needs
from jingtu.platform.pages.offline import may_keep

# What a form and the outbox need to look and to work; charts and the like do without.
_SCRIPTS = Path(__file__).parent / "static" / "js"
_STYLES = ("vendor/tabler/tabler.min.css", "css/jingtu.css", "css/phone.css")
_OTHERS = ("vendor/htmx/htmx.min.js", "vendor/icons/sprite.svg", "img/mark.svg")


@cache
def shell_files() -> tuple[tuple[str, ...], str]:
    """Names of the static files of the shell, and a version that changes with any of their bytes."""
    scripts = [path.relative_to(_SCRIPTS.parent).as_posix() for path in sorted(_SCRIPTS.rglob("*.js"))]
    digest, names = hashlib.sha256(), []
    for name in (*_STYLES, *_OTHERS, *scripts):
        found = finders.find(name)
        if found is None:
            continue
        names.append(name)
        digest.update(name.encode() + b"\0" + Path(str(found)).read_bytes())
    return tuple(names), digest.hexdigest()[:16]


@require_GET
def service_worker(_request: HttpRequest) -> HttpResponse:
    """The service worker: at the root, because it may serve only what lies below its own address."""
    names, version = shell_files()
    settings = {
        "version": version,
        "files": [static(name) for name in names],
        "offline": reverse("offline"),
        "sender": reverse("offline_sender"),
    }
    module = json.dumps(static("js/offline/worker.js"))
    text = f"import {{ startWorker }} from {module};\nstartWorker({json.dumps(settings)});\n"
    response = HttpResponse(text, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    response["Service-Worker-Allowed"] = "/"
    return response


@require_GET
def offline(request: HttpRequest) -> HttpResponse:
    """What is shown in place of a page that was not kept; it knows nobody and holds no business."""
    return render(request, "offline/offline.html")


@needs("plans.task.report")
@require_GET
def outbox(request: HttpRequest) -> HttpResponse:
    """Reports that wait on this phone for a network; the page is empty, the browser fills it."""
    return may_keep(request, render(request, "offline/outbox.html"))


@login_required
@require_GET
def sender(request: HttpRequest) -> HttpResponse:
    """Who is logged in, and a fresh token: asked before anything from the outbox is sent."""
    response = JsonResponse({"user": str(page_user(request).uid), "token": get_token(request)})
    response["Cache-Control"] = "no-store"
    return response


def clearing(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view after which nobody is logged in leaves nothing of the person in the browser either."""

    @wraps(view)
    def wrapped(request: HttpRequest, *arguments: Any, **keywords: Any) -> HttpResponse:
        before = request.user.is_authenticated
        response = view(request, *arguments, **keywords)
        if before and not request.user.is_authenticated:
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response

    return wrapped
