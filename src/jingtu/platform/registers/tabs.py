"""The tabs above a list: the views that every list of its kind has, then those a person saved."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from jingtu.platform.people.models import User
from jingtu.platform.registers.models import SavedView


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
