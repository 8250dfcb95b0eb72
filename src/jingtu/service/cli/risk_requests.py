"""What a command of ``jingtu risk`` was asked: options, figures of the place, the laboratory's table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Literal

    from jingtu.knowledge.risk.options import Options
    from jingtu.knowledge.risk.runs import Request


def land_class_of(word: str) -> Literal[1, 2]:
    """The land class of an option."""
    return 1 if word == "1" else 2


def _pairs(words: Sequence[str], option: str) -> Iterator[tuple[str, str]]:
    for word in words:
        name, sign, value = word.replace("＝", "=").partition("=")
        if not sign or not name.strip() or not value.strip():
            raise click.UsageError(f"{option} 应写成 名称=取值：{word}")
        yield name.strip(), value.strip()


def numbers_of(words: Sequence[str], option: str) -> dict[str, float]:
    """Figures by name, of an option that stands once for each."""
    found: dict[str, float] = {}
    for name, value in _pairs(words, option):
        try:
            found[name] = float(value)
        except ValueError:
            raise click.UsageError(f"{option} {name} 的值不是数：{value}") from None
    return found


def options_of(words: Sequence[str]) -> Options:
    """Switches of the model; what is no switch or no choice is refused."""
    from jingtu.knowledge.risk.options import Options

    document: dict[str, Any] = {}
    for name, value in _pairs(words, "--option"):
        if name == "pathways":
            document[name] = [part.strip() for part in value.replace("，", ",").split(",")]
        elif name == "mass_limit":
            document[name] = {"true": True, "false": False, "是": True, "否": False}.get(value.lower(), value)
        else:
            document[name] = value
    return Options.from_json(document)


def request_of(
    file: Path,
    land_class: str,
    set_name: str,
    switches: Sequence[str],
    parameters: Sequence[str],
    rules: Any,
    draws: int | None,
    seed: int,
    distributions: Path | None,
) -> Request:
    """All that a run needs; the laboratory's table is read here."""
    import hashlib

    from jingtu.knowledge.risk.distribution_files import load as load_distributions
    from jingtu.knowledge.risk.distribution_files import published
    from jingtu.knowledge.risk.parameters import definitions, load
    from jingtu.knowledge.risk.runs import Request

    if distributions is not None and draws is None:
        raise click.UsageError("给出 --distributions 时，请用 --draws 写明抽样次数。")
    parameter_set = load(set_name)
    replace = numbers_of(parameters, "--parameter")
    drawn = load_distributions(distributions) if distributions is not None else []
    if draws and distributions is None:
        drawn = published(parameter_set, land_class_of(land_class), replace)
        named = "、".join(definitions()[item.parameter].name for item in drawn)
        if drawn:
            click.echo(
                f"提示：没有给出参数的分布，只让{named}在已发布的取值之间变化，不代表本地人群；"
                "请用 --distributions 给出分布。",
                err=True,
            )
    options = options_of(switches)
    return Request(
        columns=_columns(file),
        parameter_set=parameter_set,
        land_class=land_class_of(land_class),
        options=options,
        rules=rules,
        replace=replace,
        distributions=drawn,
        draws=draws or 0,
        seed=seed,
        file=file.name,
        file_sha256=hashlib.sha256(file.read_bytes()).hexdigest(),
    )


def _columns(file: Path) -> Mapping[str, Sequence[Any]]:
    """The laboratory's table; what its reader found doubtful goes to stderr."""
    from jingtu.knowledge.labsheets import read_results

    table, findings = read_results(file, "gb36600")
    for finding in findings:
        place = " ".join(
            part
            for part in (
                finding.sheet,
                None if finding.row is None else f"第{finding.row}行",
                None if not finding.column else f"{finding.column}列",
            )
            if part
        )
        click.echo(f"提示：{place + '：' if place else ''}{finding.message}", err=True)
    return table.columns
