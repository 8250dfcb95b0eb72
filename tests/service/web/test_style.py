"""The style sheet and the pages: contrast of the tokens, icons and classes that exist, nothing inline."""

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


ICONS = {
    line.strip()
    for line in (WEB / "icons.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
}


def told() -> str:
    """All that pages are made of, apart from styles."""
    kinds = {".html", ".py", ".js", ".csv"}
    files = (path for path in SOURCE.rglob("*") if path.suffix in kinds and "vendor" not in path.parts)
    return "".join(path.read_text(encoding="utf-8") for path in files)


def test_every_icon_is_in_the_sprite() -> None:
    used = set(re.findall(r"""{%\s*icon\s+["']([a-z0-9-]+)["']""", told()))
    shell = re.findall(r'Place\("\w+", "\w+", "([a-z-]+)"', (WEB / "shell.py").read_text(encoding="utf-8"))
    assert shell
    assert used
    assert (used | set(shell)) - ICONS == set()


def test_every_icon_of_the_sprite_is_shown() -> None:
    assert ICONS - set(re.findall(r"[a-z0-9][a-z0-9-]*", told())) == set()


def classes(path: Path) -> set[str]:
    """Classes that the rules of a sheet speak of."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return set(re.findall(r"\.(-?[A-Za-z_][\w-]*)", re.sub(r"\{[^{}]*\}", "{}", text)))


def test_every_class_of_a_page_has_a_style() -> None:
    sheets = [*SOURCE.rglob("static/**/*.css")]
    if not any(path.name == "tabler.min.css" for path in sheets):
        pytest.skip("the web assets are not built")
    styled = set().union(*map(classes, sheets))
    bare = {
        (name, path.name)
        for path in TEMPLATES
        for given in re.findall(r'\sclass="([^"]*)"', path.read_text(encoding="utf-8"))
        # What the template fills in is not known here, nor what it is glued to.
        for name in re.sub(r"\{%.*?%\}", " ", re.sub(r"[\w-]*\{\{.*?\}\}[\w-]*", " ", given)).split()
        if name not in styled
    }
    assert bare == set()


def test_every_style_of_our_own_is_worn() -> None:
    # "state-{}" and "due-{{ kind }}" stand for all that begin so.
    begins = tuple(set(re.findall(r"[\"\s]([a-z]+-)\{", told())))
    words = set(re.findall(r"[\w-]+", told()))
    ours = set().union(*(classes(p) for p in SOURCE.rglob("static/**/*.css") if "vendor" not in p.parts))
    assert {name for name in ours - words if not name.startswith(begins)} == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_nothing_inline(path: Path) -> None:
    """The security policy forbids it; a browser would silently drop it."""
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|hx-on|hx-vals=.js:", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"https?://(?!www\.w3\.org)", text)
