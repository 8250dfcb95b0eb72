"""Names of organisations that lead to their pages."""

from __future__ import annotations

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils.html import format_html

from jingtu.platform.organisations.models import Organisation
from jingtu.platform.organisations.permissions import READ
from jingtu.platform.people import policies

register = template.Library()


@register.simple_tag(takes_context=True)
def organisation_link(context: Context, organisation: Organisation | None, words: str = "") -> str:
    """The name (or ``words``) as a link where the reader may open the page, else the name alone, or nothing."""
    if organisation is None:
        return ""
    reach = policies.reach(context["request"].user, READ.name)
    if not reach.allows(organisation.region.path, (organisation.pk,)):
        return "" if words else organisation.name
    address = reverse("organisation", args=[organisation.uid])
    return format_html('<a href="{}">{}</a>', address, words or organisation.name)
