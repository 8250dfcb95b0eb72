"""The frame of every page: the places of this build that a user may enter, and what waits for the user."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from jingtu.platform.duties.mine import mine
from jingtu.platform.duties.models import Duty
from jingtu.platform.pages.context import page_context, page_user
from jingtu.platform.people import policies
from jingtu.platform.people.models import User
from jingtu.platform.registers.reading import reads_some
from jingtu.programme.plans.models import Plan

COUNT_SHOWN_UP_TO = 99


@dataclass(frozen=True, slots=True)
class Place:
    """A place on the left: shown where its page exists in this build and the user may enter it."""

    id: str
    label: str
    icon: str
    url_name: str
    permission: str | Callable[[User], bool]
    prefixes: tuple[str, ...]


PLACES = (
    Place(
        "year",
        "今年",
        "calendar",
        "year",
        "plans.read",
        ("/plans/", "/targets/", "/counties/", "/calendar/", "/indicators/"),
    ),
    Place(
        "tasks",
        "任务",
        "checklist",
        "tasks",
        "plans.read",
        ("/tasks/", "/deliverables/", "/units/", "/outbox/"),
    ),
    Place(
        "registers",
        "清单",
        "list-details",
        "registers",
        reads_some,
        ("/registers/", "/organisations/", "/draws/", "/filings/", "/scorecards/"),
    ),
    Place("surveys", "监测", "flask", "surveys", "laboratory.read", ("/surveys/",)),
    Place("forms", "报表", "report", "forms", "plans.form.read", ("/forms/",)),
    Place("duties", "待办", "calendar-due", "duties", "duties.read", ("/duties/",)),
    Place("ledger", "台账", "archive", "ledger", "ledger.read", ("/ledger/",)),
    Place("accounts", "账号", "users", "accounts", "people.accounts", ("/admin/accounts/",)),
    Place("roles", "授权", "shield-lock", "roles", "people.roles", ("/admin/roles/",)),
)


def places(request: HttpRequest) -> list[tuple[Place, str, bool]]:
    """Places with their addresses, and whether the page belongs to them."""
    found = []
    for place in PLACES:
        asked = place.permission
        if not (asked(page_user(request)) if callable(asked) else may(request, asked)):
            continue
        try:
            address = reverse(place.url_name)
        except NoReverseMatch:
            continue
        here = request.path == address or request.path.startswith(place.prefixes)
        found.append((place, address, here))
    return found


def may(request: HttpRequest, permission: str) -> bool:
    """Whether the user has a permission that this build declares."""
    try:
        return policies.may(request.user, permission)
    except LookupError:
        return False


def open_duties(request: HttpRequest) -> int | None:
    """Duties that wait for the user; ``None`` where the user has nothing to do with duties."""
    if not may(request, "duties.read"):
        return None
    # By state, which has an index: every page asks this, and a bureau's closed duties are many.
    rows = mine(page_user(request), page_context(request).on).filter(state__in=Duty.NOT_OVER).order_by()
    return rows[: COUNT_SHOWN_UP_TO + 1].count()


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of the page frame."""
    context = getattr(request, "jingtu", None)
    if context is None or not request.user.is_authenticated or request.headers.get("HX-Request"):
        return {"shell_places": [], "page": context}
    waiting = open_duties(request)
    return {
        "shell_places": places(request),
        "page": context,
        "shell_reports": may(request, "plans.task.report"),
        "shell_rules": may(request, "rulebooks.read"),
        "shell_waiting": waiting,
        "shell_waiting_text": f"{COUNT_SHOWN_UP_TO}+" if waiting and waiting > COUNT_SHOWN_UP_TO else waiting,
        "shell_example": context.region is not None
        and Plan.objects.filter(region=context.region, year=context.year, is_example=True).exists(),
        "shell_years": range(context.on.year + 1, context.on.year - 7, -1),
    }
