"""Likely doubles side by side; merged with a reason, kept apart, or taken apart again."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jingtu.errors import ConflictError, InputError, NotFoundError
from jingtu.platform.organisations import doubles, holdings, listing
from jingtu.platform.organisations.actions import KEEPABLE, KeepApart, MergeOrganisations, UndoMerge
from jingtu.platform.organisations.listing import Wanted
from jingtu.platform.organisations.models import Organisation, OrganisationMerge
from jingtu.platform.organisations.permissions import EDIT, READ
from jingtu.platform.organisations.views.common import editable, may_edit, readable
from jingtu.platform.pages.context import page_context, page_user
from jingtu.platform.pages.doors import act, needs
from jingtu.platform.people import policies

CHOICES = 20


@needs(READ.name)
@require_GET
def organisation_doubles(request: HttpRequest) -> HttpResponse:
    """Pairs that may be one body."""
    page = page_context(request)
    reach = policies.reach(page_user(request), READ.name)
    rows = listing.in_place(listing.shown(reach, page.on), page.region, reach)
    likely = doubles.proposals(rows)
    held = _held([item for pair in likely for item in (pair.first, pair.second)])
    pairs = [
        {
            "pair": pair,
            "sides": [_side(pair.first, held), _side(pair.second, held)],
            "may_edit": may_edit(request, pair.first.region) and may_edit(request, pair.second.region),
        }
        for pair in likely
    ]
    content = {
        "pairs": pairs,
        "most": doubles.MOST,
        "tab": "doubles",
        "may_edit": page.region is not None and may_edit(request, page.region),
    }
    return render(request, "organisations/doubles.html", content)


Counts = list[tuple[holdings.Holding, dict[int, int]]]


def _held(found: Iterable[Organisation]) -> Counts:
    """What some organisations hold, in as many queries as there are holdings."""
    keys = sorted({item.pk for item in found})
    return [(item, item.counts(keys)) for item in holdings.all_holdings()]


def _side(found: Organisation, held: Counts) -> dict[str, Any]:
    """What is shown of one of two entries."""
    return {
        "organisation": found,
        "code": listing.code_text(found),
        "aliases": [item.name for item in found.aliases.all()],
        "facilities": [item.name for item in found.facilities.all()],
        "held": [
            {"label": item.label, "unit": item.unit, "count": counts.get(found.pk, 0)}
            for item, counts in held
        ],
    }


@needs(EDIT.name)
@require_POST
def organisation_apart(request: HttpRequest) -> HttpResponse:
    """Two entries are two bodies."""
    first, second = (_named(request, request.POST.get(name, "")) for name in ("first", "second"))
    action = KeepApart(
        page_user(request), page_context(request).today, first, second, request.POST.get("reason", "")
    )
    return act(request, action, done="已记下，不再提示这一对。", to=reverse("organisation_doubles"))


@needs(EDIT.name)
@require_http_methods(["GET", "POST"])
def organisation_merge(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Choose the other entry, then see both side by side and what will move, then merge."""
    found = editable(request, uid)
    page = page_context(request)
    page.require_present()
    given = request.POST if request.method == "POST" else request.GET
    other = _named(request, given["other"]) if given.get("other") else None
    if request.method == "POST":
        if other is None:
            raise InputError("请先选择要合并的另一个单位。")
        return _merge(request, found, other)
    content: dict[str, Any] = {"organisation": found, "other": other, "words": given.get("q", "")}
    if other is None:
        content["choices"] = _choices(request, found, given.get("q", ""))
    else:
        held = _held([found, other])
        # The one that holds more stays, unless somebody turns it round.
        weights = [sum(counts.get(item.pk, 0) for _, counts in held) for item in (found, other)]
        named = {str(found.uid): found, str(other.uid): other}
        stays = named.get(given.get("into", ""), found if weights[0] >= weights[1] else other)
        goes = other if stays == found else found
        content |= {
            "stays": _side(stays, held),
            "goes": _side(goes, held),
            "swap": str(goes.uid),
            "fields": [
                {"name": name, "label": label, "values": [_value(stays, name), _value(goes, name)]}
                for name, label in KEEPABLE.items()
                if _value(stays, name) != _value(goes, name)
            ],
            "codes_differ": bool(stays.uscc and goes.uscc and stays.uscc != goes.uscc),
        }
    return render(request, "organisations/merge.html", content)


def _value(found: Organisation, name: str) -> str:
    return {"name": found.name, "kind": found.get_kind_display(), "region": found.region.name}[name]


def _merge(request: HttpRequest, found: Organisation, other: Organisation) -> HttpResponse:
    into = other if request.POST.get("into") == str(other.uid) else found
    duplicate = found if into == other else other
    keep = [name for name in KEEPABLE if request.POST.get(f"keep_{name}") == "goes"]
    action = MergeOrganisations(
        page_user(request), page_context(request).today, duplicate, into, request.POST.get("reason", ""), keep
    )
    back = f"{reverse('organisation_merge', args=[found.uid])}?other={other.uid}&into={into.uid}"
    done = f"“{duplicate.name}”已并入，名下的内容随之转来。"
    return act(request, action, done=done, to=reverse("organisation", args=[into.uid]), back=back)


def _choices(request: HttpRequest, found: Organisation, words: str) -> list[Organisation]:
    """Organisations that somebody searches for, or those that look like this one."""
    page = page_context(request)
    reach = policies.reach(page_user(request), EDIT.name)
    rows = listing.shown(reach, page.on).exclude(pk=found.pk)
    if words.strip():
        return list(listing.narrowed(rows, Wanted(words=words.strip()[:60])).order_by("name", "id")[:CHOICES])
    return doubles.alike(rows, found.name)[:CHOICES]


def _named(request: HttpRequest, text: str) -> Organisation:
    try:
        return editable(request, uuid.UUID(text))
    except ValueError as error:
        raise NotFoundError("没有找到这个单位。") from error


@needs(EDIT.name)
@require_POST
def organisation_merge_undo(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Take the merge of this entry back."""
    found = readable(request, uid)
    policies.require(page_user(request), EDIT.name, found.region.path)
    merge = (
        OrganisationMerge.objects.filter(duplicate=found, undone_at__isnull=True)
        .select_related("duplicate__region", "into__region")
        .first()
    )
    to = reverse("organisation", args=[found.uid])
    if merge is None:
        raise ConflictError(f"“{found.name}”没有合并，或已经撤销。")
    action = UndoMerge(page_user(request), page_context(request).today, merge, request.POST.get("reason", ""))
    return act(request, action, done="合并已撤销，两个单位各自恢复。", to=to)
