"""Tags of the quota ledger's pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

from jingtu.programme.sources.metals.metals import shown

register = template.Library()


@register.filter
def kilograms(grams: int | None) -> str:
    """Whole grams in kilograms, exactly."""
    return shown(grams)


@register.filter
def without_sign(grams: int) -> int:
    """A quantity that goes out, as people write it."""
    return abs(grams)


@register.filter
def item(mapping: Mapping[str, Any], key: str) -> Any:
    """What a mapping has under a key, or nothing."""
    return mapping.get(key, "")


@register.simple_tag
def part_of(typed: Mapping[str, Any], uid: Any) -> str:
    """What was typed for one source of a form that came back."""
    return str(typed.get(f"part-{uid}", ""))
