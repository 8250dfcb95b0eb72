"""The repository tells what it needs, never where a machine fetches it, and carries nobody else's files."""

from __future__ import annotations

import json
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = {".py", ".txt", ".toml", ".json", ".md", ".csv", ".html", ".css", ".js", ".mjs", ".yml", ".cfg", ""}


@cache
def tracked() -> list[Path]:
    """Files that a clone brings, and new ones that would be committed."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip
    if listing.returncode:
        pytest.skip("not a git checkout: an unpacked archive has nothing to leak")
    return [ROOT / name for name in listing.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def texts() -> list[tuple[Path, str]]:
    return [
        (path, path.read_text(encoding="utf-8", errors="replace"))
        for path in tracked()
        if path.suffix in TEXT and path != Path(__file__)
    ]


def pins(name: str) -> dict[str, list[str]]:
    """Requirement -> hashes of one requirements file."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text().replace("\\\n", " ")
    found = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            requirement, *hashes = line.split()
            found[requirement] = [item for item in hashes if item.startswith("--hash=sha256:")]
    return found


@pytest.mark.parametrize("name", ["base", "server", "dev", "build"])
def test_requirements_are_pinned_by_version_and_hash_without_an_address(name: str) -> None:
    found = pins(name)
    assert found
    assert [item for item, hashes in found.items() if "==" not in item or not hashes] == []
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    assert re.findall(r".*(?://|^-|file:|index|find-links).*", text, re.MULTILINE) == []


def test_the_smaller_requirements_are_part_of_the_larger() -> None:
    assert pins("base").keys() < pins("server").keys() < pins("dev").keys()


def test_the_node_lock_has_hashes_and_no_address() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    third_party = {name: package for name, package in packages.items() if name}
    assert third_party
    assert [name for name, package in third_party.items() if "integrity" not in package] == []
    assert "http" not in json.dumps(third_party)


FORBIDDEN = {
    "an address of a package registry": r"registry\.npmjs|pypi\.org|pythonhosted|deb\.debian\.org|--(?:extra-)?index-url",
    "a path of one machine": r"(?<![\w.])/(?:work|farm|root|home)/\w",
    "a content delivery network": r"(?:cdn\.|unpkg\.com|jsdelivr|cdnjs|googleapis)",
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_names(what: str) -> None:
    pattern = re.compile(FORBIDDEN[what])
    hits = [
        f"{path.relative_to(ROOT)}: {found.group()}"
        for path, text in texts()
        if (found := pattern.search(text))
    ]
    assert hits == []


def test_no_third_party_asset_is_committed() -> None:
    names = [str(path.relative_to(ROOT)) for path in tracked()]
    assert [name for name in names if "/vendor/" in name or ".min." in name or "node_modules" in name] == []


def test_nothing_is_left_half_done() -> None:
    marks = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X)\b|@pytest\.mark\.xfail")
    hits = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path, text in texts()
        if path.suffix in {".py", ".js", ".mjs", ".html", ".css"}
        for number, line in enumerate(text.splitlines(), 1)
        if marks.search(line)
    ]
    assert hits == []
