"""``jingtu ledger``: verify the record of all decisions, and hand its head on."""

from __future__ import annotations

import json
from pathlib import Path

import click


@click.group()
def ledger() -> None:
    """台账：核验全部记录和封存链，输出链头交上级留存。"""


@ledger.command()
@click.option(
    "--anchor",
    type=click.Path(path_type=Path, dir_okay=False),
    multiple=True,
    help="以前留存的链头文件（JSON，每行一个或一个列表）；可写多次",
)
@click.option("--json", "as_json", is_flag=True, help="在标准输出打印一份 JSON")
@click.pass_context
def verify(context: click.Context, anchor: tuple[Path, ...], as_json: bool) -> None:
    """重新计算每条记录和整条链；与本机和留存的链头比对。有不一致时退出码为 1。

    \b
    例：jingtu ledger verify --anchor 上级留存的链头.json
    """  # noqa: D301 - click reads the escape as the character it is
    from jingtu.service.cli.django import setup
    from jingtu.service.cli.main import print_json

    setup()
    from django.conf import settings
    from rich.console import Console
    from rich.progress import Progress

    from jingtu.platform.ledger import chain

    anchors = chain.read_heads(settings.CONFIG.heads_path, missing_ok=True)
    for path in anchor:
        anchors += chain.read_heads(path)
    with Progress(console=Console(stderr=True), transient=True, disable=as_json) as bar:
        task = bar.add_task("核验台账", total=None)
        found = chain.verify(anchors, lambda done, total: bar.update(task, completed=done, total=total))
    document = found.to_json()
    if found.first_broken is not None:
        document |= {
            "error": {
                "code": "ledger_broken",
                "message": found.reason,
                "facts": {"first_broken": found.first_broken},
            },
            "errors": [],
        }
    if as_json:
        print_json(document)
    elif found.first_broken is None:
        click.echo(
            f"台账完好：记录 {found.rows} 条，已封存 {found.sealed} 条，比对链头 {len(anchors)} 个", err=True
        )
    else:
        click.echo(
            f"台账有问题：第 {found.first_broken} 条，{found.reason}。请保留数据库现状，查明原因后再处理。",
            err=True,
        )
    context.exit(0 if found.first_broken is None else 1)


@ledger.command()
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="写入文件；不写时打印到标准输出"
)
@click.option("--json", "as_json", is_flag=True, help="在标准输出打印一份 JSON（即默认格式）")
def head(output: Path | None, as_json: bool) -> None:  # noqa: ARG001 - every command takes --json
    """封存到最新并输出链头，交上级或打印留存；日后用 ledger verify --anchor 比对。

    \b
    例：jingtu ledger head -o 链头2024-06-30.json
    """  # noqa: D301 - click reads the escape as the character it is
    from jingtu.errors import NotFoundError
    from jingtu.service.cli.django import setup
    from jingtu.service.cli.main import print_json

    setup()
    from jingtu.platform.ledger import chain

    chain.seal_all()
    current = chain.head()
    if current is None:
        raise NotFoundError("台账还没有任何记录，没有链头可输出。")
    if output is None:
        print_json(current.to_json())
        return
    output.write_text(json.dumps(current.to_json(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    click.echo(f"链头第 {current.seq} 号已写入 {output}", err=True)
