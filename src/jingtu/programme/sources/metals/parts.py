"""What the page of an enterprise shows of its quantities."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from jingtu.platform.registers.declarations import Register
from jingtu.platform.registers.models import Version
from jingtu.platform.registers.tabs import EntryPart, declare_part
from jingtu.programme.sources.metals.lifecycle import REGISTER_ID
from jingtu.programme.sources.metals.metals import NAMES
from jingtu.programme.sources.metals.quotas.balances import postings
from jingtu.programme.sources.metals.quotas.queries import Balance
from jingtu.programme.sources.metals.views.common import looked_at, sheet_address


def _context(request: HttpRequest, register: Register, version: Version) -> Mapping[str, Any] | None:
    if register.id != REGISTER_ID:
        return None
    view = looked_at(request)
    found: dict[str, Balance] = {}
    rows = postings(view.on, view.known_at).filter(account__entry=version.entry_id)
    for metal, head, grams in rows.values_list("account__metal", "account__head", "grams"):
        heads = found.setdefault(metal, Balance()).heads
        heads[head] = heads.get(head, 0) + grams
    ordered = [(name, found[code]) for code, name in NAMES.items() if code in found]
    return {"rows": ordered, "address": sheet_address(version)}


QUOTAS = declare_part(EntryPart("quotas", "重金属总量指标", "metals/part.html", _context, position=40))
