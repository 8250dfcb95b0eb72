"""What ``jingtu risk`` shows to people: tables and what was left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from jingtu.knowledge.risk.derive import Derivation
    from jingtu.knowledge.risk.runs import Run

_MOST_SHOWN = 60  # rows of a table on the screen


def _console() -> Console:
    from rich.console import Console

    return Console()


def print_table(
    title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], right: tuple[int, int] = (0, 0)
) -> None:
    """Print a table; columns from ``right[0]`` up to ``right[1]`` hold numbers."""
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, title_justify="left")
    for index, head in enumerate(heads):
        numeric = right[0] <= index < right[1]
        table.add_column(head, overflow="fold", justify="right" if numeric else "left", no_wrap=numeric)
    for row in rows[:_MOST_SHOWN]:
        table.add_row(*(Text(cell) for cell in row))
    console = _console()
    console.print(table)
    if len(rows) > _MOST_SHOWN:
        console.print(f"共 {len(rows)} 行，此处列前 {_MOST_SHOWN} 行；全部见 --json 或 --report。")


def show_derivation(found: Derivation) -> None:
    """Control values, one line a substance, and their notes."""
    from jingtu.knowledge.papers import shown
    from jingtu.knowledge.risk.report.words import DRIVERS, land_class_name

    document = found.to_json()
    rows = [
        [
            item["name"],
            item["cas"] or "",
            *(shown(item[name]) for name in ("rcvs", "hcvs", "cvspgw", "control_value")),
            DRIVERS.get(item["driver"] or "", "—"),
        ]
        for item in document["results"]
    ]
    title = f"{land_class_name(found.model.land_class)}土壤风险控制值（mg/kg），参数集 {document['parameter_set']}"
    print_table(title, ["物质", "CAS", "致癌", "非致癌", "保护地下水", "控制值", "取自"], rows, right=(2, 6))
    for item in document["results"][:_MOST_SHOWN]:
        for note in item["notes"]:
            click.echo(f"{item['name']}：{note}")


def show_run(run: Run) -> None:
    """Risk and hazard, one line a substance and sample, and what was not assessed."""
    from jingtu.knowledge.papers import shown
    from jingtu.knowledge.risk.report.words import land_class_name, verdict

    identity = run.request.identity
    title = (
        f"{land_class_name(run.request.land_class)}健康风险，参数集 {identity['name']}@{identity['version']}"
    )
    simulated = run.simulation is not None
    rows = []
    for item in run.results():
        spread = item["percentiles"] or {}
        extra = [shown(spread[name]["p95"]) for name in ("cr_total", "hi")] if simulated else []
        rows.append(
            [
                item["sample"],
                item["name"],
                shown(item["cr_total"]),
                shown(item["hi"]),
                *extra,
                verdict(item["acceptable"], item["bound"]),
            ]
        )
    heads = ["样品", "物质", "致癌风险", "危害指数"]
    heads += ["致癌风险 P95", "危害指数 P95"] if simulated else []
    print_table(title, [*heads, "判断"], rows, right=(2, len(heads)))
    over = [item for item in run.totals() if item["acceptable"] is False]
    click.echo(
        f"{len(run.concentrations.samples)} 个样品，{len(over)} 个有物质超过可接受水平。"
        if over
        else f"{len(run.concentrations.samples)} 个样品，各物质均未超过可接受水平。"
    )
    _say_left_out(run)


def _say_left_out(run: Run) -> None:
    from collections import Counter

    from jingtu.knowledge.risk.concentrations import REASONS

    counted = Counter(
        (
            item.analyte if item.reason in {"unknown_substance", "no_model"} else "",
            item.detail or REASONS[item.reason],
        )
        for item in run.left_out
    )
    for (analyte, reason), count in counted.items():
        click.echo(f"未评估 {count} 个结果：{analyte + '，' if analyte else ''}{reason}。", err=True)
