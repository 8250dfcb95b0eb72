"""What the pages of the quota ledger share."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from jingtu.platform.pages.context import page_context, page_user
from jingtu.platform.people import policies
from jingtu.platform.registers.models import Version
from jingtu.programme.sources.metals.metals import METALS, NAMES, shown
from jingtu.programme.sources.metals.quotas.queries import View

TABS = (
    ("ledger", "分企业", "quota_ledger"),
    ("transactions", "流水", "quota_transactions"),
    ("sources", "减排来源", "quota_sources"),
    ("permits", "许可证载明", "quota_permits"),
    ("ratios", "替代比例", "quota_ratios"),
)


def looked_at(request: HttpRequest) -> View:
    """What the page shows: its place, day and moment of knowledge."""
    page = page_context(request)
    return View(page_user(request), page.region, page.on, page.known_at)


def plant(request: HttpRequest, uid: uuid.UUID) -> Version:
    """The plant of a page; raises ``NotFoundError``."""
    return looked_at(request).plant(uid)


def may(request: HttpRequest, permission: str, version: Version) -> bool:
    """Whether a step is offered here and today."""
    if page_context(request).is_past:
        return False
    return policies.reach(page_user(request), permission).allows(version.region.path, (version.holder_id,))


def chosen_metal(request: HttpRequest) -> str:
    """The metal that the address names; ``""`` for all."""
    wanted = request.GET.get("metal", "")
    return wanted if wanted in NAMES else ""


def common(tab: str) -> dict[str, Any]:
    """What every template of the ledger needs."""
    return {"tab": tab, "tabs": TABS, "metals": METALS, "metal_names": NAMES}


def sheet_address(version: Version, metal: str = "") -> str:
    """The account sheet of a plant."""
    address = reverse("quota_account", args=[version.entry.uid])
    return f"{address}?metal={metal}" if metal else address


def linked(address: str, text: str) -> Any:
    """The main cell of a row."""
    return format_html('<a data-row href="{}">{}</a>', address, text)


def mass(grams: int) -> str:
    """Kilograms for a cell; nothing is a plain dash, so that columns of zeros stay readable."""
    return shown(grams) if grams else "0"
