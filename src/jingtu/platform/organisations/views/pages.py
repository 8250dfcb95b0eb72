"""The page of one organisation."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_GET

from jingtu.platform.clock import OPEN_DATE
from jingtu.platform.organisations import facility_history, history, holdings, listing, memberships
from jingtu.platform.organisations.models import Organisation, OrganisationMerge
from jingtu.platform.organisations.permissions import READ
from jingtu.platform.organisations.views.common import may_edit, readable
from jingtu.platform.organisations.views.facilities import TONES
from jingtu.platform.pages.context import page_context, page_user
from jingtu.platform.pages.doors import needs
from jingtu.platform.people import policies
from jingtu.platform.registers import declarations, versions
from jingtu.platform.registers.addresses import address_of

ENTRIES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Held:
    """Entries of one register that an organisation holds."""

    label: str
    total: int
    rows: list[tuple[str, str, str]]  # address, name, state


@needs(READ.name)
@require_GET
def organisation(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Who it is, what it is called, where its plants stand, what it holds, what happened to it."""
    found = readable(request, uid)
    page = page_context(request)
    offered = may_edit(request, found.region)
    return render(
        request,
        "organisations/organisation.html",
        {
            "organisation": found,
            "name": found.name_on(page.on),
            "merge": _merge_of(found),
            "absorbed": _absorbed(found),
            "aliases": listing.aliases_on(found, page.on),
            "ended": [item for item in found.aliases.all() if item.ended_reason and item.valid_to <= page.on],
            "facilities": _facilities(request, found),
            "lists": memberships.memberships(found, page.on, page.known_at, user=page_user(request)),
            "past_lists": [
                item
                for item in memberships.history(found, page.known_at, user=page_user(request))
                if item.since <= page.on and not item.in_force(page.on)
            ],
            "held": _counts(found),
            "entries": _entries(request, found),
            "history": history.steps(found, page.known_at),
            "may_edit": offered and found.merged_into_id is None,
            "may_undo": offered,
            "open_date": OPEN_DATE,
        },
    )


def _merge_of(found: Organisation) -> OrganisationMerge | None:
    return found.merges.filter(undone_at__isnull=True).select_related("into").first()


def _absorbed(found: Organisation) -> list[OrganisationMerge]:
    return list(found.absorbed.filter(undone_at__isnull=True).select_related("duplicate").order_by("at"))


def _facilities(request: HttpRequest, found: Organisation) -> list[dict[str, Any]]:
    """The plants as they were on the page's day, as known then; those still there first."""
    page = page_context(request)
    rows = list(
        found.facilities.select_related("region")
        .filter(valid_from__lte=page.on)
        .prefetch_related("versions")
        .order_by("-valid_to", "name")
    )
    stood = facility_history.on_day(rows, page.on, page.known_at)
    result = []
    for row in rows:
        state = stood.get(row.pk)
        if state is None and row.versions.all():
            continue  # not known at that moment
        shown = state or row
        result.append(
            {
                "row": row,
                "shown": shown,
                "state": shown.get_status_display(),
                "tone": TONES[shown.status],
                "closed": shown.status == "closed" and row.valid_to <= page.on,
            }
        )
    return result


def _counts(found: Organisation) -> list[dict[str, Any]]:
    counts = []
    for item in holdings.all_holdings():
        number = item.count(found)
        try:
            address = reverse(item.page, args=[found.uid]) if item.page else ""
        except NoReverseMatch:
            address = ""
        counts.append({"label": item.label, "unit": item.unit, "count": number, "address": address})
    return counts


def _entries(request: HttpRequest, found: Organisation) -> list[Held]:
    """Entries on the lists that the user may read, with this organisation as their holder."""
    page, user = page_context(request), page_user(request)
    result = []
    for register in declarations.all_registers():
        if not register.listed or not policies.may(user, register.read_permission):
            continue
        reach = policies.reach(user, register.read_permission)
        rows = versions.versions(register.id, page.on, page.known_at).filter(
            reach.q("region__path", "holder_id"), holder=found
        )
        total = rows.count()
        if total:
            shown = [
                (address_of(register.id, row.entry.uid), row.name, register.lifecycle.state(row.state).label)
                for row in rows.order_by("name", "id")[:ENTRIES_SHOWN]
            ]
            result.append(Held(register.label, total, shown))
    return result
