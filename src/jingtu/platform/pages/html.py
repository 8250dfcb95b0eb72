"""Small pieces of HTML that lists and pages of every app share."""

from __future__ import annotations

import functools

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

# A state has a colour, always with an icon and a word: what is red to one is brown to another.
TONE_ICONS = {
    "neutral": "circle-dashed",
    "active": "circle-half-2",
    "warning": "alert-triangle",
    "late": "clock-exclamation",
    "waiting": "hourglass",
    "done": "circle-check",
    "off": "circle-minus",
}


def icon(name: str, css: str = "") -> SafeString:
    """An icon of the sprite; decorative, so always beside a word."""
    return _icon(name, css, _sprite())


@functools.cache
def _sprite() -> str:
    # A list shows a hundred icons, and the storage works the address out anew each time.
    return static("vendor/icons/sprite.svg")


@functools.lru_cache(maxsize=512)
def _icon(name: str, css: str, sprite: str) -> SafeString:
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        css,
        sprite,
        name,
    )


def badge(label: str, tone: str = "neutral") -> SafeString:
    """A state: colour, icon and word."""
    tone = tone if tone in TONE_ICONS else "neutral"
    return _badge(label, tone, icon(TONE_ICONS[tone]))


@functools.lru_cache(maxsize=512, typed=True)  # a safe text is not the same text that is to be escaped
def _badge(label: str, tone: str, sign: SafeString) -> SafeString:
    return format_html('<span class="state state-{}">{}{}</span>', tone, sign, label)


def late(days: int) -> SafeString:
    """How many days something is overdue."""
    return badge(f"逾期 {days} 天", "late")
