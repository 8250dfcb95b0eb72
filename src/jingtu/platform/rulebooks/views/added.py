"""Tables that users enter: the list, the form, one table, its withdrawal, and templates for download."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jingtu.errors import CellError, InputError, JingtuError, NotFoundError, PermissionDeniedError
from jingtu.knowledge.standards.rates import own_rules
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.evidence.showing import offer
from jingtu.platform.pages.context import page_context, page_user, posted_region
from jingtu.platform.pages.doors import act, needs, uploads
from jingtu.platform.people import policies
from jingtu.platform.regions.models import Region
from jingtu.platform.rulebooks import deadlines, local, permissions, queries, reading
from jingtu.platform.rulebooks import standardlists as lists
from jingtu.platform.rulebooks.actions import AddTable, WithdrawTable
from jingtu.platform.rulebooks.addresses import standard_address
from jingtu.platform.rulebooks.models import AddedTable

ERRORS_SHOWN = 200


@needs(permissions.READ)
@require_GET
def added_list(request: HttpRequest) -> HttpResponse:
    """Tables that users entered, and which rates have a rule on the day."""
    page = page_context(request)
    tables = AddedTable.objects.select_related("region", "added_by").all()
    path = page.region.path if page.region else ""
    rules = (*queries.added_rates(path), *own_rules())
    names = dict.fromkeys((rule.key, rule.name) for rule in rules)
    rates = []
    for key, name in names:
        rule = next((item for item in rules if item.key == key and item.in_force(page.on)), None)
        known = rule is not None and bool(rule.terms or rule.decisions)
        last = next((item.valid_to for item in rules if item.key == key and item.valid_to), None)
        rates.append((name, rule if known else None, last - timedelta(days=1) if last else None))
    content = {
        "tables": tables,
        "rates": rates,
        "on": page.on,
        "may_add": policies.may(page_user(request), permissions.ADD) and not page.is_past,
    }
    return render(request, "rulebooks/added_list.html", content)


@needs(permissions.ADD)
@require_http_methods(["GET", "POST"])
def added_new(request: HttpRequest) -> HttpResponse:
    """The form, and what is wrong with a file that was not taken."""
    user, page = page_user(request), page_context(request)
    problem: JingtuError | None = None
    errors: list[CellError] = []
    if request.method == "POST":
        try:
            action = _action(request)
            action.check_permission()
            page.require_present()
            action.check_state()
        except PermissionDeniedError:
            raise
        except JingtuError as error:
            problem = error
            errors = error.errors if isinstance(error, InputError) else []
        else:
            return act(
                request,
                action,
                done="已录入；有效期内的新判定会用到这张表。",
                to=lambda table: reverse("rulebooks:added", args=[table.uid]),
                back=reverse("rulebooks:added_new"),
            )
    reach = policies.reach(user, permissions.ADD)
    content = {
        "regions": Region.objects.filter(reach.q("path"), level__in=("province", "city", "county")).order_by(
            "path"
        ),
        "here": page.region,
        "problem": problem,
        "errors": errors[:ERRORS_SHOWN],
        "left_out": max(0, len(errors) - ERRORS_SHOWN),
        "formats": reading.formats(),
        "past": page.is_past,
    }
    return render(request, "rulebooks/added_new.html", content, status=422 if problem else 200)


def _action(request: HttpRequest) -> AddTable:
    region = posted_region(request)
    files = uploads(request)
    if len(files) != 1:
        raise InputError("请选择一个表格文件。", [CellError("请选择一个文件", column="文件")])
    name, stream = files[0]
    return AddTable(page_user(request), page_context(request).today, region, stream, name)


@needs(permissions.READ)
@require_GET
def added(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One table: what it says, for where and when, the file, and what became of it."""
    user, page = page_user(request), page_context(request)
    table = queries.table_by(uid)
    if table.kind == AddedTable.Kind.RULES:
        return _rule(request, table)
    read = reading.kept(table.content)
    reachable = policies.reach(user, permissions.ADD).allows(table.region.path)
    content = {
        "table": table,
        "last_day": table.valid_to - timedelta(days=1) if table.valid_to else None,
        "rules": read.rates,
        "editions": [
            {
                "edition": edition,
                "last_day": lists.last_day(edition),
                "address": standard_address(edition.standard, edition.number),
                "limits": [
                    (
                        limit,
                        lists.words("limit", limit.kind),
                        lists.printed(limit),
                        lists.conditions(limit, ""),
                    )
                    for limit in edition.table.limits
                ],
            }
            for edition in read.editions
        ],
        "files": offer(
            user,
            Attachment.objects.filter(subject_uid=table.uid).select_related("file", "withdrawn_by"),
            changing=False,
        ),
        "may_withdraw": reachable and table.withdrawn_at is None and not page.is_past,
    }
    return render(request, "rulebooks/added.html", content)


def _rule(request: HttpRequest, table: AddedTable) -> HttpResponse:
    """The value that a document of the place sets."""
    user, page = page_user(request), page_context(request)
    provision = local.provision_of(table)
    rows = Attachment.objects.filter(subject_uid=table.uid).select_related("file", "withdrawn_by")
    reachable = policies.reach(user, permissions.ADD).allows(table.region.path)
    content = {
        "table": table,
        "provision": provision,
        "label": deadlines.label_of(provision.subject),
        "parameter": local.PARAMETERS.get(provision.parameter, ""),
        "value": deadlines.value_words(provision),
        "last_day": table.valid_to - timedelta(days=1) if table.valid_to else None,
        "files": offer(user, rows, changing=False),
        "may_withdraw": reachable and table.withdrawn_at is None and not page.is_past,
    }
    return render(request, "rulebooks/added.html", content)


@needs(permissions.ADD)
@require_POST
def added_withdraw(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take a table back."""
    table = queries.table_by(uid)
    return act(
        request,
        WithdrawTable(page_user(request), page_context(request).today, table, request.POST.get("reason", "")),
        done=f"“{table.title}”已作废，不再用于新的判定。",
        to=reverse("rulebooks:added", args=[uid]),
    )


@needs(permissions.READ)
@require_GET
def added_template(_request: HttpRequest, kind: str) -> HttpResponse:
    """An empty table file to fill in."""
    if kind not in reading.TEMPLATES:
        raise NotFoundError("没有这种模板。", kind=kind)
    return reading.template(kind)
