"""How many entries of a register are missing in other systems, for the index of registers."""

from __future__ import annotations

from django import template
from django.template.context import Context

from jingtu.platform.filings import declarations, missing
from jingtu.platform.pages.context import page_context, page_user
from jingtu.platform.people import policies
from jingtu.platform.registers.declarations import Register

register = template.Library()


@register.simple_tag(takes_context=True)
def missing_filings(context: Context, source: Register) -> list[tuple[declarations.FilingSystem, int]]:
    """Systems in which entries of the register are missing on the page's day, with how many."""
    request = context["request"]
    page = page_context(request)
    reach = policies.reach(page_user(request), source.read_permission)
    found = [
        (system, missing.count(system, page.region, page.on, page.known_at, reach))
        for system in declarations.systems_of(source.id, page.on)
    ]
    return [(system, count) for system, count in found if count]


@register.simple_tag
def has_systems() -> bool:
    """Whether any system is declared."""
    return bool(declarations.all_systems())
