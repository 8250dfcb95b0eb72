"""Forms of the quota ledger: a new transaction of a plant, and taking one back."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from jingtu.errors import CellError, InputError, JingtuError, NotFoundError, PermissionDeniedError
from jingtu.platform.pages.context import page_context, page_user
from jingtu.platform.pages.doors import act, needs, tell
from jingtu.platform.people import policies
from jingtu.platform.registers.models import Version
from jingtu.programme.sources.metals.metals import METALS, NAMES, shown
from jingtu.programme.sources.metals.permissions import POST, READ
from jingtu.programme.sources.metals.quotas import queries, ratios
from jingtu.programme.sources.metals.quotas.building import Order, build
from jingtu.programme.sources.metals.quotas.models import QuotaTransaction, ReductionSource
from jingtu.programme.sources.metals.quotas.projects import KINDS, Reverse
from jingtu.programme.sources.metals.quotas.queries import View
from jingtu.programme.sources.metals.views.common import common, looked_at, plant, sheet_address

HELP = {
    "opening": "现有企业建账时的排放总量指标，以批复或核定文件为依据。新建项目不登记期初，其指标由替代取得。",
    "reduction": "经核实的减排量转为减排来源，从该企业的可用指标和许可排放量中核减，同一数量只能核减一次。",
    "use": "新建、改建、扩建项目取得指标：列出所用的减排来源，按所在区域当日有效的替代比例核对。",
    "transfer_out": "减排来源出让到本台账以外的地方，须写明去向。",
    "transfer_in": "从本台账以外调入减排来源，须写明来处。",
    "transfer": "减排来源出让给本台账内的另一家企业，出让后归受让企业使用。",
    "allotment": "把可用指标载入排污许可证，成为许可排放量。",
}
WITH_PROJECT = {"reduction", "use", "transfer_in"}
WITH_COUNTERPART = {"transfer_out": "出让去向", "transfer_in": "来处"}
FROM_SOURCE = {"transfer_out", "transfer"}


@needs(POST)
@require_http_methods(["GET", "HEAD", "POST"])
def post(request: HttpRequest, uid: uuid.UUID, kind: str) -> HttpResponse:
    """The form of one kind of transaction; what was typed stays where it is refused."""
    page, version = page_context(request), plant(request, uid)
    if kind not in KINDS:
        raise NotFoundError("没有这一种登记。", kind=kind)
    policies.require(page_user(request), POST, version.region.path, (version.holder_id,))
    errors: list[CellError] = []
    if request.method == "POST":
        try:
            page.require_present()
            done = build(page_user(request), version.entry, _order(request, kind)).execute()
        except PermissionDeniedError:
            raise
        except JingtuError as error:
            tell(request, error)
            errors = error.errors if isinstance(error, InputError) else []
        else:
            return _done(request, version, done)
    return render(request, "metals/post.html", _form(request, version, kind, errors))


def _done(request: HttpRequest, version: Version, done: QuotaTransaction) -> HttpResponse:
    from django.contrib import messages

    messages.success(request, f"已登记：{done.get_kind_display()}。", extra_tags="saved")
    return HttpResponseRedirect(sheet_address(version, done.metal))


def _order(request: HttpRequest, kind: str) -> Order:
    """What the form says, as text; ``build`` judges it."""
    data = request.POST
    parts = {
        name.removeprefix("part-"): value.strip()
        for name, value in data.items()
        if name.startswith("part-") and isinstance(value, str) and value.strip()
    }
    return Order(
        kind=kind,
        on=data.get("on", ""),
        metal=data.get("metal", ""),
        quantity=data.get("quantity", ""),
        year=data.get("year", ""),
        project=data.get("project", ""),
        document=data.get("document", ""),
        counterpart=data.get("counterpart", ""),
        note=data.get("note", ""),
        way=data.get("way", ""),
        source=data.get("source", ""),
        to=data.get("to", ""),
        parts=tuple(parts.items()),
    )


def _form(request: HttpRequest, version: Version, kind: str, errors: Sequence[CellError]) -> dict[str, Any]:
    page, view = page_context(request), looked_at(request)
    metal = request.POST.get("metal") or request.GET.get("metal", "")
    metal = metal if metal in NAMES else ""
    rows = _offered(view, version, kind, metal)
    rule = ratios.required(version.region.path, metal, page.on) if kind == "use" and metal else None
    by_column: dict[str, list[str]] = {}
    for error in errors:
        by_column.setdefault(error.column or "", []).append(error.message)
    return common("ledger") | {
        "version": version,
        "kind": kind,
        "label": QuotaTransaction.Kind(kind).label,
        "help": HELP[kind],
        "metal": metal,
        "metals": METALS,
        "today": page.today,
        "typed": request.POST,
        "errors": by_column,
        "sources": rows,
        "with_project": kind in WITH_PROJECT,
        "counterpart_label": WITH_COUNTERPART.get(kind, ""),
        "from_source": kind in FROM_SOURCE,
        "ways": [way for way in ReductionSource.Way.choices if way[0] != "imported"],
        "receivers": _receivers(view, version) if kind == "transfer" else [],
        "rule": rule,
        "ratio": ratios.ratio_text(rule.ratio) if rule else "",
        "asks_metal_first": kind in {"use", *FROM_SOURCE} and not metal,
    }


def _offered(view: View, version: Version, kind: str, metal: str) -> list[dict[str, Any]]:
    """Sources with a rest that the form may spend: of the plant, or for a project of any plant in reach."""
    if not metal or kind not in {"use", *FROM_SOURCE}:
        return []
    far = View(view.user, None, view.on, view.known_at)
    rows = far.sources().filter(account__metal=metal, pk__in=queries.with_rest(far))
    if kind in FROM_SOURCE:
        rows = rows.filter(account__entry=version.entry)
    listed = [row for row in rows.order_by("verified_on", "id") if _spendable(view, row)]
    rest = queries.remaining(listed, far)
    names = queries.names_of({row.account.entry_id for row in listed if row.account.entry_id})
    return [
        {
            "source": row,
            "owner": names.get(row.account.entry_id or 0, ""),
            "left": shown(rest[row.pk][1]),
        }
        for row in listed
    ]


def _spendable(view: View, source: ReductionSource) -> bool:
    """Whether the person may take from the plant that has the source."""
    reach = policies.reach(view.user, POST)
    entry = source.account.entry
    return entry is not None and view_version(entry.pk, view.on, reach) is not None


def view_version(entry: int, on: date, reach: policies.Reach) -> Version | None:
    """The plant on a day where a reach allows it."""
    from jingtu.platform.registers import versions

    rows = Version.objects.filter(versions.at(on), reach.q("region__path", "holder_id"), entry=entry)
    return rows.first()


def _receivers(view: View, version: Version) -> list[tuple[str, str]]:
    rows = View(view.user, None, view.on).plants().exclude(entry=version.entry).exclude(state="removed")
    return [
        (str(row.entry.uid), f"{row.name}（{row.region.name}）") for row in rows.order_by("name", "id")[:500]
    ]


@needs(POST)
@require_POST
def reverse_transaction(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Take a transaction back by its opposite."""
    found = queries.transaction(looked_at(request), uid)
    address = reverse("quota_transaction", args=[uid])
    return act(
        request,
        Reverse(page_user(request), found, request.POST.get("reason", "")),
        done="已冲正，原记录仍保留在台账中。",
        to=address,
    )


__all__ = ["READ", "post", "reverse_transaction"]
