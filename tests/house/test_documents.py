"""Documents cannot drift: what they list is what there is, and their links lead somewhere."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import pytest

import jingtu
from jingtu import errors
from jingtu.platform.indicators import declarations as indicators
from jingtu.platform.registers import declarations as registers
from jingtu.service.cli.main import main
from jingtu.service.web.config import Config

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PACKAGE = Path(jingtu.__file__).parent


def rows(name: str) -> list[list[str]]:
    """Cells of all table rows of a document, heads and rules apart."""
    lines = (DOCS / name).read_text(encoding="utf-8").splitlines()
    tables = [line.strip().strip("|") for line in lines if line.startswith("|")]
    return [[cell.strip() for cell in line.split(" | ")] for line in tables if not set(line) <= set("|- ")]


def named(name: str) -> list[list[str]]:
    """Rows whose first cell is an identifier."""
    return [[row[0].strip("`"), *row[1:]] for row in rows(name) if row[0].startswith("`")]


def test_every_setting_is_documented_with_its_default() -> None:
    documented = {row[0]: row[1:] for row in named("settings.md")}
    expected = {}
    for item in fields(Config):
        default = str(int(item.default) if isinstance(item.default, bool) else item.default)
        expected[f"JINGTU_{item.name.upper()}"] = [
            f"`{default}`" if default else "empty",
            item.metadata["purpose"],
        ]
    assert documented == expected


def classes(kind: type[errors.JingtuError]) -> Iterator[type[errors.JingtuError]]:
    yield kind
    for sub in kind.__subclasses__():
        # Those of tests are not the package's.
        if sub.__module__.startswith("jingtu."):
            yield from classes(sub)


def test_every_error_is_documented() -> None:
    documented = {row[0]: [row[1], row[2], row[4].strip("`")] for row in named("errors.md") if len(row) == 5}
    expected = {
        kind.code: [str(kind.status), kind.title, kind.__name__] for kind in classes(errors.JingtuError)
    }
    assert documented == expected


def test_every_answer_of_the_framework_is_documented() -> None:
    from jingtu.service.api import problems

    documented = {(row[0], int(row[1])) for row in named("errors.md") if len(row) == 3}
    own = {kind.code for kind in classes(errors.JingtuError)}
    answers = {(code, status) for status, (code, _, _) in problems.FRAMEWORK.items() if code not in own}
    assert documented == answers | {(problems.UNEXPECTED[0], 500)}


def commands(command: click.Command, words: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from commands(found, (*words, name))
    else:
        yield " ".join(words), command


COMMANDS = dict(commands(main))


def test_every_command_is_documented_and_no_other() -> None:
    text = (DOCS / "commands.md").read_text(encoding="utf-8")
    sections = {
        " ".join(word for word in head.split()[1:] if re.fullmatch(r"[a-z-]+", word)): body
        for head, body in re.findall(r"^## (jingtu .*?)\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    }
    assert sections.keys() == COMMANDS.keys()
    for name, command in COMMANDS.items():
        documented = set(re.findall(r"`(--[a-z-]+)`", sections[name]))
        options = {word for option in command.params for word in option.opts if word.startswith("--")}
        assert documented == options, name


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_shows_an_example_and_speaks_json(name: str) -> None:
    command = COMMANDS[name]
    told = f"{command.help} {command.epilog}"
    assert re.search(r"例[：:]", told), "no example in --help"
    assert f"jingtu {name}" in told, "the example does not call the command"
    takes = {word for option in command.params for word in option.opts}
    # A server and a text have nothing to say in JSON; a file that is written is the answer itself.
    assert name in {"serve", "plan text"} or takes & {"--json", "--json-lines"}


def test_every_indicator_and_register_is_documented() -> None:
    documented = {row[0]: row[1] for row in named("indicators.md")}
    expected = {item.id: item.name for item in indicators.all_indicators()}
    expected |= {item.id: item.label for item in registers.all_registers()}
    for name in ("indicators", "registers"):
        with (PACKAGE / "knowledge/plantext/data" / f"{name}.csv").open(encoding="utf-8") as stream:
            expected |= {row["identifier"]: row["name"] for row in csv.DictReader(stream)}
    assert documented == expected


def test_every_folder_of_the_platform_is_in_the_architecture() -> None:
    documented = {row[0].rstrip("/") for row in named("architecture.md") if row[0].endswith("/")}
    found = {path.parent.name for path in (PACKAGE / "platform").glob("*/__init__.py")}
    assert documented == found


def test_every_benchmark_is_described() -> None:
    scripts = {
        f"bench/{path.name}"
        for path in (ROOT / "bench").glob("*.py")
        if "__main__" in path.read_text(encoding="utf-8")
    }
    assert {row[0] for row in named("benchmarks.md") if row[0].endswith(".py")} == scripts


def test_decisions_are_numbered_without_a_gap_and_decide() -> None:
    found = sorted((DOCS / "decisions").glob("*.md"))
    assert [path.name[:4] for path in found] == [f"{number:04}" for number in range(1, len(found) + 1)]
    for path in found:
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"# {path.name[:4]} ")
        assert "**Decided.**" in text
        assert "**Why" in text


def test_the_glossary_has_three_columns_and_each_term_once() -> None:
    terms = [row for row in rows("glossary.md") if row[0] != "中文"]
    assert [row for row in terms if len(row) != 3 or not all(row)] == []
    names = [row[0] for row in terms]
    assert sorted({name for name in names if names.count(name) > 1}) == []


@pytest.mark.parametrize(
    "path", [path.relative_to(ROOT) for path in (*DOCS.rglob("*.md"), *ROOT.glob("*.md"))], ids=str
)
def test_links_lead_somewhere(path: Path) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    targets = [target.split("#")[0] for target in re.findall(r"\]\(([^)]+)\)", text) if "://" not in target]
    folder = (ROOT / path).parent
    assert [target for target in targets if target and not (folder / target).exists()] == []
