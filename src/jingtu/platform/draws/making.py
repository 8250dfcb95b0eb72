"""A new draw: choose, see over what is drawn, fix it, draw; then what was found at each object."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from jingtu.errors import CellError, ConflictError, InputError, NotFoundError, PermissionDeniedError
from jingtu.platform.draws import population, reading
from jingtu.platform.draws.actions import CancelDraw, PerformDraw, PrepareDraw, RecordSeed
from jingtu.platform.draws.models import Draw
from jingtu.platform.draws.outcomes import RecordOutcome
from jingtu.platform.draws.permissions import MAKE, READ
from jingtu.platform.draws.population import Filter
from jingtu.platform.draws.rules import inspectors_on
from jingtu.platform.pages.context import page_context, page_user
from jingtu.platform.pages.doors import act, needs, tell
from jingtu.platform.people import policies
from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import declarations, filtering, versions
from jingtu.platform.registers.declarations import Register
from jingtu.platform.registers.exchange.exporting import visible_fields
from jingtu.platform.registers.views.common import attached, posted_day

SHOWN = 200
EXCLUDE = "exclude_"


@needs(MAKE.name)
@require_http_methods(["GET", "POST"])
def draw_new(request: HttpRequest) -> HttpResponse:
    """Choose register and filter, see the population, leave out with a reason, fix it."""
    page, user = page_context(request), page_user(request)
    page.require_present()
    region = page.require_region()
    given = request.POST if request.method == "POST" else request.GET
    offered = reading.registers_for(user)
    register = next((item for item in offered if item.id == given.get("register")), None)
    if request.method == "POST":
        return _prepare(request, register, region)
    content: dict[str, Any] = {"registers": offered, "register": register, "kinds": Draw.Kind.choices}
    content["kind"] = given.get("kind") if given.get("kind") in Draw.Kind.values else Draw.Kind.RANDOM.value
    if register is not None:
        policies.require(user, register.read_permission, region.path)
        content |= _choices(request, register, region, content["kind"])
    return render(request, "draws/draw_new.html", content)


def _choices(request: HttpRequest, register: Register, region: Region, kind: str) -> dict[str, Any]:
    page, user = page_context(request), page_user(request)
    parameters = request.GET.copy()
    if "state" not in parameters and "chosen" not in parameters and kind == Draw.Kind.LOOK_BACK:
        parameters.setlist("state", _looked_back_on(register))
    chosen = Filter.of(register, parameters)
    reach = policies.reach(user, register.read_permission)
    rows = chosen.rows(register, region, page.on, None, reach)
    fields = visible_fields(register, policies.roles(user))
    filters = filtering.wanted(fields, parameters)
    return {
        "states": [(item, item.id in chosen.states) for item in register.lifecycle.states],
        "words": parameters.get("q", ""),
        "place": parameters.get("place", ""),
        "places": Region.objects.filter(parent=region).order_by("path"),
        "controls": filtering.controls(fields, filters, parameters),
        "active_filters": filters,
        "total": rows.count(),
        "rows": [
            (row, register.lifecycle.state(row.state)) for row in rows.order_by("name", "entry_id")[:SHOWN]
        ],
        "most": SHOWN,
        "chosen": chosen,
        "strata": population.strata_of(register),
        "people": population.inspectors(region, page.on),
        "each": inspectors_on(page.on),
        "today": page.today,
        "query": [(name, value) for name, values in parameters.lists() for value in values if value],
    }


def _looked_back_on(register: Register) -> list[str]:
    """Where a second look usually goes: what can be taken up again, else what is done."""
    if register.reopen_move:
        return list(register.lifecycle.move(register.reopen_move).sources)
    return [item.id for item in register.lifecycle.states if item.tone == "done"]


def _prepare(request: HttpRequest, register: Register | None, region: Region) -> HttpResponse:
    page, user = page_context(request), page_user(request)
    back = reverse("draw_new")
    if register is None:
        tell(request, InputError("请先选择清单。", [CellError("请从列出的选项中选择", column="清单")]))
        return HttpResponseRedirect(back)
    try:
        people = User.objects.filter(uid__in=population.uids(request.POST.getlist("inspector")))
        share, number = _quantity(request)
        prepared = PrepareDraw(
            user, page.today, register, region,
            kind=request.POST.get("kind", ""),
            title=request.POST.get("title", ""),
            chosen=Filter.of(register, request.POST),
            share=share,
            number=number,
            strata=request.POST.get("strata", ""),
            at_least_one=bool(request.POST.get("at_least_one")),
            exclusions=_exclusions(request),
            pool=list(people) if request.POST.get("kind") == Draw.Kind.RANDOM else [],
            due=_day(request, "due"),
        ).execute()  # fmt: skip
    except (InputError, ConflictError) as error:
        tell(request, error)
        asked = request.POST.copy()
        for name in ("csrfmiddlewaretoken", "title", "share", "number", "due"):
            asked.pop(name, None)
        return HttpResponseRedirect(f"{back}?{_question(asked)}")
    messages.success(request, "名单已确定，可以抽取。", extra_tags="saved")
    return HttpResponseRedirect(reverse("draw", args=[prepared.uid]))


def _question(asked: Any) -> str:
    """The part of a form that chooses the population, as a query string."""
    for name in [*asked]:
        if name.startswith(EXCLUDE) or name in {"inspector", "at_least_one", "strata"}:
            asked.pop(name)
    return str(asked.urlencode())


def _quantity(request: HttpRequest) -> tuple[Decimal | None, int | None]:
    share, number = request.POST.get("share", "").strip(), request.POST.get("number", "").strip()
    try:
        return (
            Decimal(share.rstrip("%％")) if share else None,
            int(number) if number else None,
        )
    except (InvalidOperation, ValueError) as error:
        problem = CellError("应为数字", column="抽取数量", value=(share or number)[:20])
        raise InputError("抽取数量无法识别。", [problem]) from error


def _exclusions(request: HttpRequest) -> dict[str, str]:
    """Objects ticked to be left out, with their reasons."""
    ticked = [str(item) for item in population.uids(request.POST.getlist("exclude"))]
    return {uid: request.POST.get(f"{EXCLUDE}{uid}", "") for uid in ticked}


def _day(request: HttpRequest, name: str) -> date | None:
    text = request.POST.get(name, "").strip()
    return posted_day(request, name, date.min) if text else None


@needs(MAKE.name)
@require_POST
def draw_perform(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Record the seed, then draw: two steps that each stand for themselves."""
    user, page = page_user(request), page_context(request)
    found = reading.one(user, uid)
    to = reverse("draw", args=[uid])
    if found.state == Draw.State.PREPARED:
        try:
            page.require_present()
            RecordSeed(
                user, page.today, found,
                announced=request.POST.get("seed", ""), note=request.POST.get("note", ""),
            ).execute()  # fmt: skip
        except PermissionDeniedError:
            raise
        except (InputError, ConflictError) as error:
            tell(request, error)
            return HttpResponseRedirect(to)
    return act(request, PerformDraw(user, page.today, found), done="已抽取。", to=to)


@needs(MAKE.name)
@require_POST
def draw_cancel(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Give up a draw that has no seed yet."""
    user = page_user(request)
    found = reading.one(user, uid)
    action = CancelDraw(user, page_context(request).today, found, request.POST.get("reason", ""))
    return act(request, action, done="已取消。", to=reverse("draw", args=[uid]))


@needs(READ.name)
@require_POST
def draw_outcome(request: HttpRequest, uid: uuid.UUID, drawn: uuid.UUID) -> HttpResponse:
    """What was found at one object."""
    user, page = page_user(request), page_context(request)
    found = reading.one(user, uid)
    item = found.objects_drawn.select_related("entry", "draw__region").filter(uid=drawn).first()
    version = versions.version_on(item.entry, page.today) if item is not None else None
    if item is None or version is None:
        raise NotFoundError("没有找到这个对象。", uid=str(drawn))
    back = f"{reverse('draw', args=[uid])}#object-{item.position}"
    try:
        page.require_present()
        on = posted_day(request, "on", page.today)
        if on > page.today:
            raise InputError("检查日期不能晚于今天。", [CellError("不能晚于今天", column="检查日期")])
        with transaction.atomic():
            action = RecordOutcome(
                user, on, item, request.POST.get("result", ""), note=request.POST.get("note", ""),
                reopen=bool(request.POST.get("reopen")), reason=request.POST.get("reason", ""),
            )  # fmt: skip
            action.check_permission()
            register = declarations.get(found.register)
            action.evidence = attached(request, register, version, f"{found.title}检查")
            action.execute()
    except PermissionDeniedError:
        raise
    except (InputError, ConflictError) as error:
        tell(request, error)
        return HttpResponseRedirect(back)
    messages.success(request, "已登记检查结果。", extra_tags="saved")
    return HttpResponseRedirect(back)
