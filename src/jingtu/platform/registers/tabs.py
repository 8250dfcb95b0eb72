"""Tabs: the views above a list, and what other apps add to the page of an entry."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from jingtu.platform.people.models import User
from jingtu.platform.registers.declarations import Register
from jingtu.platform.registers.models import SavedView, Version


@dataclass(frozen=True, slots=True)
class EntryPart:
    """A part that another app adds to the page of an entry.

    ``context(request, register, version)`` gives what its template needs, or ``None`` where this entry has no
    such part. The request's page context says on which day, and as known when; what the user may not read is
    left out there. The template renders one ``<section class="panel">`` with ``part`` as its context.
    """

    id: str
    label: str
    template: str
    context: Callable[[HttpRequest, Register, Version], Mapping[str, Any] | None]
    position: int = 50


_parts: dict[str, EntryPart] = {}


def declare_part(part: EntryPart) -> EntryPart:
    """Add a part to the pages of entries; the same id twice is a programming error."""
    if part.id in _parts and _parts[part.id] is not part:
        raise ValueError(f"part {part.id} is declared twice")
    _parts[part.id] = part
    return part


def parts_of(request: HttpRequest, register: Register, version: Version) -> list[dict[str, Any]]:
    """The parts of one entry's page in their order, each with its template and context."""
    found = []
    for part in sorted(_parts.values(), key=lambda item: item.position):
        context = part.context(request, register, version)
        if context is not None:
            found.append({"id": part.id, "label": part.label, "template": part.template, "context": context})
    return found


def tabs(user: User, page: str, built_in: Iterable[tuple[str, str]], shown: str) -> list[dict[str, Any]]:
    """Tabs as ``components/saved_views.html`` shows them.

    Parameters
    ----------
    page : str
        Name of the list, as views are saved under.
    built_in : iterable of (name, query)
        What everybody has, first.
    shown : str
        The page's own query string; its tab is lit.
    """
    now = shown.lstrip("?")
    found: list[dict[str, Any]] = [
        {"name": name, "query": query, "active": query == now, "saved": None} for name, query in built_in
    ]
    return found + [
        {"name": view.name, "query": view.query, "active": view.query == now, "saved": view.pk}
        for view in SavedView.objects.filter(user=user, page=page)
    ]
