"""Where an entry is shown: on the page of the registers, or on a page of its own app."""

from __future__ import annotations

import uuid

from django.urls import NoReverseMatch, reverse

from jingtu.platform.registers import declarations


def address_of(register_id: str, uid: uuid.UUID) -> str:
    """The address of an entry's page; empty where this build has none.

    A register with pages of its own says so: ``extra={"page": "<name of the URL taking the uid>"}``.
    """
    try:
        register = declarations.get(register_id)
        own = register.extra.get("page")
        if own:
            return reverse(own, args=[uid])
        return reverse("entry", args=[register_id, uid]) if register.listed else ""
    except (LookupError, NoReverseMatch):
        return ""
