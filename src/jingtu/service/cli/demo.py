"""``jingtu demo``: a sample year to look around in."""

from __future__ import annotations

import sys

import click


@click.command(epilog="示例：JINGTU_DATA=demo jingtu demo --password 只用于演示的口令")
@click.option("--password", default=None, help="示例账号的口令（至少 10 位）；不写时随机生成。")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档。")
def demo(password: str | None, *, as_json: bool) -> None:
    """在空库中建立示例年度：虚构的县、计划、清单、进展和账号，处处标明示例数据。"""
    from jingtu.service.cli.django import setup
    from jingtu.service.cli.main import print_json

    if password is not None and len(password) < 10:
        raise click.BadParameter("口令至少 10 位。", param_hint="--password")
    setup(initialised=False)
    from dataclasses import asdict

    from jingtu.service.cli.init import initialise
    from jingtu.service.demo import build

    first = initialise()
    with click.progressbar(length=1, label="建立示例年度", file=sys.stderr) as bar:

        def advance(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        result = build(password, advance)
    document = asdict(result) | {"administrators": first["accounts"]}
    if as_json:
        print_json(document)
        return
    click.echo(
        f"示例年度已建立：计划 {result.plans} 份，任务 {result.tasks} 项，地块 {result.parcels} 块，"
        f"进展 {result.reports} 条，待办 {result.duties} 项。以下账号仅供演示，"
        f"口令均为 {result.accounts[0]['password']}（只显示一次）："
    )
    for account in result.accounts:
        click.echo(f"  {account['username']:<10} {account['role']}  {account['organisation']}")
