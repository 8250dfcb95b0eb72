"""A provision beside another; the source of a rule as a link to what it cites."""

from __future__ import annotations

from typing import Any

from django import template

from jingtu.knowledge.law import wording
from jingtu.knowledge.law.citations import resolve
from jingtu.knowledge.law.provisions import Provision
from jingtu.platform.rulebooks.addresses import provision_address

register = template.Library()


@register.inclusion_tag("rulebooks/side.html")
def provision_side(item: Provision | None, *, change: bool = False) -> dict[str, Any]:
    """One side of a comparison, with what changed where nothing else says it."""
    return {
        "item": item,
        "fine": wording.fine_words(item) if item else "",
        "change": item.change if item and change else "",
    }


@register.inclusion_tag("rulebooks/citation.html")
def cited(source: str, clause: str = "") -> dict[str, Any]:
    """A source with its clause; where the law holds what they cite, the way to its page."""
    citation = resolve(source or "", clause or "")
    links = [(provision_address(item.id), item) for item in citation.provisions]
    return {"source": source, "clause": clause, "links": links}
