"""Tags and filters of the pages: icons, badges, dates, areas, bullet bars, lists."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django import template
from django.conf import settings
from django.template.context import Context
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html

from jingtu.platform.clock import OPEN_DATE
from jingtu.platform.pages import formats, html
from jingtu.platform.pages.tables import query
from jingtu.platform.people import policies

register = template.Library()

register.simple_tag(html.icon, name="icon")
register.simple_tag(html.badge, name="badge")
register.simple_tag(html.late, name="state_late")


@register.simple_tag(takes_context=True)
def may(context: Context, permission: str) -> bool:
    """Whether the reader of the page has a permission: no link leads to a refusal."""
    request = context.get("request")
    return request is not None and policies.may(request.user, permission)


@register.simple_tag
def evidence_url(attachment: Any) -> str:
    """Address of a file of evidence; empty where this build serves none."""
    try:
        return reverse("evidence", args=[attachment.uid])
    except NoReverseMatch:
        return ""


@register.simple_tag
def position(attachment: Any) -> str:
    """Where a photograph was taken, as the phone said."""
    north, east = attachment.latitude, attachment.longitude
    accuracy = "" if attachment.accuracy is None else f" ±{attachment.accuracy} 米"
    return f"{'北' if north >= 0 else '南'}纬 {abs(north):.5f} {'东' if east >= 0 else '西'}经 {abs(east):.5f}{accuracy}"


@register.filter
def iso(value: date | datetime | None) -> str:
    """A day in a table: 2024-06-30."""
    return formats.short_date(value)


@register.filter
def last_day(end: date | None) -> str:
    """The last day of a half-open interval: what ends before 2026-01-01 holds until 2025-12-31."""
    if end is None or end == OPEN_DATE:
        return ""
    return formats.short_date(end - timedelta(days=1))


@register.filter
def han(value: date | datetime | None) -> str:
    """A day in running text: 2024年6月30日."""
    return formats.long_date(value)


@register.filter
def moment(value: datetime | None) -> str:
    """A moment: 2024-06-30 09:15."""
    return formats.moment(value)


@register.filter
def month(value: str) -> str:
    """A period ``2024-06`` as 2024年6月; other keys (a quarter, a day) stay as they are."""
    parts = str(value).split("-")
    if len(parts) == 2 and all(part.isdigit() for part in parts):
        return f"{parts[0]}年{int(parts[1])}月"
    return str(value)


@register.filter
def figure(value: Any, decimals: int | None = None) -> str:
    """A figure with thousands separators."""
    if value is None or value == "":
        return ""
    try:
        return formats.figure(Decimal(str(value)), decimals)
    except InvalidOperation:
        return str(value)


@register.filter
def measured(text: str, unit: str | None) -> str:
    """A figure with its unit; a ratio is so many to one."""
    return formats.measured(str(text), unit or "")


@register.filter
def asked_in(unit: str) -> str:
    """What a field says of its unit; of a ratio only the first part is filled in."""
    return "比，1.2:1 填 1.2" if unit == formats.RATIO else unit


@register.filter
def area(square_metres: Decimal | None) -> Any:
    """An area in 亩 and 公顷, with the square metres in the tooltip."""
    if square_metres is None:
        return "无数据"
    number = Decimal(square_metres)
    return format_html(
        '<span class="area" title="{} 平方米" tabindex="0">{} 亩 <span class="muted">（{} 公顷）</span></span>',
        formats.figure(number, 2),
        formats.area_mu(number),
        formats.area_hectares(number),
    )


@register.filter
def percentage(share: float | None) -> str:
    """A share between 0 and 1 as per cent, without the sign."""
    return "" if share is None else f"{share * 100:.0f}"


@register.filter
def size(value: int) -> str:
    """A file size."""
    return formats.file_size(value)


@register.filter
def known(value: Any) -> Any:
    """A value, or 无数据: never blank, never zero."""
    return "无数据" if value is None or value == "" else value


@register.filter
def item(mapping: Any, key: Any) -> Any:
    """``mapping[key]``, or that of the key's text, or nothing."""
    for name in (key, str(key)):
        try:
            return mapping[name]
        except (KeyError, IndexError, TypeError):
            continue
    return ""


@register.simple_tag(takes_context=True)
def with_query(context: Context, **changes: Any) -> str:
    """The page's query string with some parameters changed; an empty value takes one away."""
    cleaned = {name: (None if value in {"", None} else value) for name, value in changes.items()}
    return query(context["request"].GET, **cleaned)


@register.simple_tag
def upload_limit() -> str:
    """The largest file an upload field takes, as people say it."""
    return f"{settings.CONFIG.upload_mib} MB"


@register.simple_tag
def upload_bytes() -> int:
    """The largest file an upload field takes, in bytes."""
    return int(settings.UPLOAD_BYTES)


@register.inclusion_tag("components/field_errors.html")
def field_errors(errors: Any, field: str) -> dict[str, Any]:
    """The messages of one field of a form."""
    return {"errors": (errors or {}).get(field, []), "field": field}
