"""The part of an entry's page that tells in which other systems it stands."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest

from jingtu.platform.evidence.showing import offer
from jingtu.platform.filings import missing
from jingtu.platform.filings.declarations import FilingSystem, systems_of
from jingtu.platform.filings.models import FilingReceipt
from jingtu.platform.pages.context import page_context, page_user
from jingtu.platform.people import policies
from jingtu.platform.registers.declarations import Register
from jingtu.platform.registers.models import Version
from jingtu.platform.registers.tabs import EntryPart, declare_part


def context(request: HttpRequest, register: Register, version: Version) -> dict[str, Any] | None:
    """Systems of the entry with the receipt, or what is missing; ``None`` where it has to stand in none."""
    page, user = page_context(request), page_user(request)
    shown = []
    for system in systems_of(register.id):
        if system.applies is not None and not meant(system.applies, version):
            continue
        receipt = (
            missing.receipts(system, page.on, page.known_at)
            .filter(entry=version.entry)
            .select_related("recorded_by", "attachment__file")
            .first()
        )
        owed = _owing(request, system, version)
        if receipt is None and not owed:
            continue
        row = missing.rows_of(system, [version], page.on, page.known_at)[0] if owed and not receipt else None
        file = receipt.attachment if receipt else None
        shown.append(
            {
                "system": system,
                "rule": system.rule_on(page.on),
                "receipt": receipt,
                "files": offer(user, [file], changing=False) if file else [],
                "missing": row,
                "year": f"{system.period_on(page.on)}年" if system.is_yearly else "",
                "earlier": _earlier(version, system.id, receipt),
            }
        )
    if not shown:
        return None
    reach = policies.reach(user, register.edit_permission)
    changing = not page.is_past and reach.allows(version.region.path, (version.holder_id,))
    return {"systems": shown, "changing": changing, "today": page.today, "entry": version.entry}


def _owing(request: HttpRequest, system: FilingSystem, version: Version) -> bool:
    """Whether the entry has to stand in the system on the page's day."""
    page = page_context(request)
    rows = missing.owing(system, None, page.on, page.known_at, policies.Reach(everywhere=True))
    return rows.filter(entry=version.entry).exists()


def meant(applies: Q, version: Version) -> bool:
    """Whether a system is meant for this version."""
    return Version.objects.filter(applies, pk=version.pk).exists()


def _earlier(version: Version, system: str, receipt: FilingReceipt | None) -> list[FilingReceipt]:
    """What was recorded before: corrected or withdrawn since, or for an earlier year."""
    rows = FilingReceipt.objects.filter(entry=version.entry, system=system).select_related("recorded_by")
    return [item for item in rows.order_by("-recorded_from") if receipt is None or item.pk != receipt.pk]


declare_part(EntryPart("filings", "外部系统填报", "filings/part.html", context, 40))
