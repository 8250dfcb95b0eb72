"""Region, year and business date of a request; errors that a person may see, as pages."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from jingtu.errors import InputError, JingtuError, NotFoundError
from jingtu.platform import clock
from jingtu.platform.pages.context import PageContext
from jingtu.platform.pages.doors import by_script
from jingtu.platform.people import policies
from jingtu.platform.regions.models import Region
from jingtu.service.api import problems

SESSION = "jingtu_page"
FIRST_YEAR, LAST_YEAR = 2000, 2099
PROGRAMME_LEVELS = (Region.Level.PROVINCE, Region.Level.CITY, Region.Level.COUNTY, Region.Level.ZONE)


class ContextMiddleware:
    """Puts ``request.jingtu`` on the request; ``?region=``, ``?year=``, ``?on=``, ``?known_at=`` change it.

    What is chosen is kept in the session. An empty value goes back to the default. The region is limited
    to the places of the user's memberships.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            request.jingtu = read_context(request)  # type: ignore[attr-defined]
        except JingtuError as error:
            today = clock.business_date()
            request.jingtu = PageContext(None, today.year, today, None, today)  # type: ignore[attr-defined]
            return error_page(request, error)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Show an error of ours as a page; others are faults and go on to the 500 page."""
        return error_page(request, exception) if isinstance(exception, JingtuError) else None


def error_page(request: HttpRequest, error: JingtuError) -> HttpResponse:
    """The page of an error: what, where, why, what to do next; for a script its problem document."""
    if request.path.startswith("/api/") or by_script(request):
        return problems.from_error(request, error)
    details = error.errors if isinstance(error, InputError) else []
    content = {"error": error, "details": details}
    template = "components/error_fragment.html" if request.headers.get("HX-Request") else "error.html"
    return render(request, template, content, status=error.status)


def read_context(request: HttpRequest) -> PageContext:
    """Read what was chosen now or earlier in the session."""
    today = clock.business_date()
    given = request.GET
    kept: dict[str, Any] = request.session.get(SESSION, {}) if request.user.is_authenticated else {}
    chosen = dict(kept)
    for name in ("on", "known_at", "year", "region"):
        if name in given and len(given[name]) <= 40:
            chosen[name] = given[name].strip()
    on = _date(chosen.get("on", "")) or today
    known_at = _moment(chosen.get("known_at", ""))
    year = _year(chosen.get("year", "")) or on.year
    if on == today:
        chosen.pop("on", None)
    region = None
    if request.user.is_authenticated:
        region = _region(request, chosen)
        chosen = {name: value for name, value in chosen.items() if value}
        if chosen != kept:
            request.session[SESSION] = chosen
    return PageContext(region, year, on, known_at, today)


def _date(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError("业务日期应写成 2024-06-30 这样的年月日。", value=text) from error


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise InputError("已知时点应写成 2024-06-30 或 2024-06-30T18:00 这样的时间。", value=text) from error
    if len(text) == len("2024-06-30"):
        found = found.replace(hour=23, minute=59, second=59, microsecond=999_999)
    return found if found.tzinfo else timezone.make_aware(found)


def _year(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and FIRST_YEAR <= int(text) <= LAST_YEAR):
        raise InputError(f"年度应在 {FIRST_YEAR} 与 {LAST_YEAR} 之间。", value=text)
    return int(text)


def home_regions(request: HttpRequest) -> list[tuple[Region, bool]]:
    """Places of the user's memberships, and whether what lies below may be chosen too."""
    found: list[tuple[Region, bool]] = []
    for membership in policies.memberships(request.user):
        if membership.region is not None:
            found.append((membership.region, True))
        elif membership.organisation is not None:
            found.append((membership.organisation.region, False))
    return found


def selectable(request: HttpRequest) -> Any:
    """The regions that a user may choose: those of the memberships, and the county a town belongs to."""
    wanted: set[int] = set()
    below = Region.objects.none()
    for home, with_below in home_regions(request):
        wanted.update(_programme_chain(home))
        if with_below and home.level in PROGRAMME_LEVELS:
            below = below | Region.objects.filter(home.subtree(), level__in=PROGRAMME_LEVELS)
    return Region.objects.filter(pk__in=wanted) | below


def _programme_chain(home: Region) -> list[int]:
    """Key of the place whose programme covers ``home``: itself, or the county above a town or village."""
    keys = [int(part) for part in home.path.strip("/").split("/") if part]
    if home.level == Region.Level.VILLAGE:
        return keys[-3:-2]
    if home.level == Region.Level.TOWN:
        return keys[-2:-1]
    return keys[-1:]


def _region(request: HttpRequest, chosen: dict[str, Any]) -> Region | None:
    homes = home_regions(request)
    if not homes:
        chosen.pop("region", None)
        return None
    wanted = str(chosen.get("region", ""))
    query = Region.objects.prefetch_related("names")
    if wanted:
        rows = query.filter(names__code=wanted) if wanted.isdigit() else query.filter(uid=_uid(wanted))
        found = rows.distinct().first()
        if found is not None and _may_choose(homes, found):
            chosen["region"] = str(found.uid)
            return found
        if "region" in request.GET:
            raise NotFoundError("没有找到这个行政区，或不在您的权限范围内；请从页面上方的行政区列表选择。")
        chosen.pop("region", None)
    keys = _programme_chain(homes[0][0])
    return query.filter(pk__in=keys).first()


def _may_choose(homes: list[tuple[Region, bool]], wanted: Region) -> bool:
    for home, with_below in homes:
        if wanted.pk in _programme_chain(home) or (with_below and wanted.path.startswith(home.path)):
            return True
    return False


def _uid(text: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError as error:
        raise InputError("行政区应从列表中选择，或写六位行政区划代码。", value=text) from error
