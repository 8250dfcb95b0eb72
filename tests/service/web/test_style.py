"""The style sheet and the pages: contrast of the tokens, icons that exist, nothing inline."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[3] / "src" / "jingtu"
WEB = SOURCE / "service" / "web"
CSS = (WEB / "static" / "css" / "jingtu.css").read_text(encoding="utf-8")
TOKENS = dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{6});", CSS))
TEMPLATES = sorted(SOURCE.rglob("templates/**/*.html"))

# Text on ground, as the style sheet pairs them; WCAG 2.1 AA asks for 4.5 to 1.
TEXT = [
    *((name, f"{name}-soft") for name in ("neutral", "active", "warning", "late", "waiting", "done", "off")),
    ("ink", "paper"), ("ink", "ground"), ("ink-soft", "paper"), ("ink-soft", "ground"), ("ochre", "ochre-soft"),
    ("jade-dark", "paper"), ("jade-dark", "jade-soft"), ("past", "past-soft"), ("jade", "paper"),
]  # fmt: skip
# Shapes that carry meaning: 3 to 1 (WCAG 1.4.11).
SHAPES = [("jade", "paper"), ("late", "paper"), ("ink", "paper")]


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.1, glossary)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


def test_the_measure_itself() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)  # the well-known near miss


@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_text_is_readable(text: str, ground: str) -> None:
    assert contrast(TOKENS[text], TOKENS[ground]) >= 4.5


@pytest.mark.parametrize(("shape", "ground"), SHAPES)
def test_shapes_are_visible(shape: str, ground: str) -> None:
    assert contrast(TOKENS[shape], TOKENS[ground]) >= 3


def test_white_on_the_action_colours() -> None:
    for name in ("jade", "jade-dark", "late"):
        assert contrast("#ffffff", TOKENS[name]) >= 4.5


def test_every_icon_is_in_the_sprite() -> None:
    listed = {
        line.strip()
        for line in (WEB / "icons.txt").read_text().splitlines()
        if line and not line.startswith("#")
    }
    used = {
        name
        for path in [*TEMPLATES, *SOURCE.rglob("*.py")]
        for name in re.findall(r"""{%\s*icon\s+["']([a-z0-9-]+)["']""", path.read_text(encoding="utf-8"))
    }
    shell = re.findall(r'Place\("\w+", "\w+", "([a-z-]+)"', (WEB / "shell.py").read_text(encoding="utf-8"))
    assert shell
    assert used
    assert (used | set(shell)) - listed == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_nothing_inline(path: Path) -> None:
    """The security policy forbids it; a browser would silently drop it."""
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|hx-on|hx-vals=.js:", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"https?://(?!www\.w3\.org)", text)
