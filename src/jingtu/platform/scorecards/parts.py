"""The part of an entry's page that lists its cards."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from jingtu.platform.pages.context import page_context, page_user
from jingtu.platform.people import policies
from jingtu.platform.registers.declarations import Register
from jingtu.platform.registers.models import Version
from jingtu.platform.registers.tabs import EntryPart, declare_part
from jingtu.platform.scorecards import declarations, reading
from jingtu.platform.scorecards.templating import shown


def context(request: HttpRequest, register: Register, version: Version) -> dict[str, Any] | None:
    """Cards of the entry up to the page's day, by kind; ``None`` where the register is not scored."""
    page, user = page_context(request), page_user(request)
    found = []
    for kind in declarations.of_register(register.id):
        if not policies.may(user, kind.read_permission):
            continue
        rows = reading.cards(user, kind).filter(entry=version.entry, on__lte=page.on).order_by("-on", "-pk")
        reach = policies.reach(user, kind.fill_permission)
        found.append(
            {
                "kind": kind,
                "cards": [{"card": card, "total": shown(card.total)} for card in rows[:10]],
                "may_fill": not page.is_past and reach.allows(version.region.path, [version.holder_id]),
            }
        )
    return {"kinds": found, "entry": version.entry} if found else None


PART = declare_part(EntryPart("scorecards", "评分检查", "scorecards/part.html", context, 60))
