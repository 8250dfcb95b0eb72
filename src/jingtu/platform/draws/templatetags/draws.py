"""Links to draws, for whoever may see or make them."""

from __future__ import annotations

from django import template
from django.template.context import Context

from jingtu.platform.draws.permissions import MAKE, READ
from jingtu.platform.draws.reading import registers_for
from jingtu.platform.pages.context import page_context, page_user
from jingtu.platform.people import policies
from jingtu.platform.registers.declarations import Register

register = template.Library()


@register.simple_tag(takes_context=True)
def sees_draws(context: Context) -> bool:
    """Whether the reader sees draws anywhere."""
    return policies.may(page_user(context["request"]), READ.name)


@register.simple_tag(takes_context=True)
def may_draw(context: Context, source: Register) -> bool:
    """Whether the reader may draw from a register now."""
    request = context["request"]
    user = page_user(request)
    return (
        not page_context(request).is_past
        and policies.may(user, MAKE.name)
        and source.id in {item.id for item in registers_for(user)}
    )
