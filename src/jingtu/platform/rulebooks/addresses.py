"""Addresses of law and standards for whoever shows a clause or a limit."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse


def edition_slug(number: str) -> str:
    """The number of an edition as part of an address.

    Examples
    --------
    >>> edition_slug("GB/T 14848-2017")
    'gb-t-14848-2017'
    """
    return re.sub(r"[^0-9a-z]+", "-", number.casefold()).strip("-") or "-"


def standard_address(key: str, number: str) -> str:
    """The page of one edition of a standard."""
    return reverse("rulebooks:standard", args=[key, edition_slug(number)])


def limit_address(key: str, number: str, analyte: str, **conditions: Any) -> str:
    """The page of one limit: value, unit, clause, table, dates, source.

    Parameters
    ----------
    key : str
        Key of the standard, ``gb36600``.
    number : str
        Number of the edition, ``GB 36600-2018``.
    analyte : str
        Id of the item within the standard.
    conditions
        What picks the row of the table: ``land_use``, ``ph``, ``land_class``, ``crop``; empty ones are left out.
    """
    asked = urlencode({name: value for name, value in conditions.items() if value not in {None, ""}})
    address = reverse("rulebooks:limit", args=[key, edition_slug(number), analyte])
    return f"{address}?{asked}" if asked else address


def provision_address(text_id: str) -> str:
    """The page of one provision."""
    return reverse("rulebooks:provision", args=[text_id])
