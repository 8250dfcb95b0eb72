"""``jingtu law``: which provision held on a day. Needs no database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from jingtu.service.cli.main import print_json

if TYPE_CHECKING:
    from datetime import datetime

    from jingtu.knowledge.law.provisions import Provision

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group(epilog="示例：jingtu law lookup 隐患排查整治 --on 2026-08-15")
def law() -> None:
    """查法律依据：哪一天适用哪一条，罚则从旧兼从轻，工作日计算。"""


@law.command(epilog="示例：jingtu law lookup 隐患排查整治 --on 2026-08-15 --json")
@click.argument("topic", metavar="事项")
@click.option(
    "--on", "on", metavar="日期", type=DAY, required=True, help="查哪一天有效的条款，如 2026-08-15。"
)
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档。")
def lookup(topic: str, on: datetime, *, as_json: bool) -> None:
    """查一个事项在某一天有效的条款；事项可写编号、中文名称或别名。"""
    from jingtu.knowledge.law import provisions

    found = provisions.lookup(topic, on.date())
    known = provisions.topic(topic)
    if as_json:
        print_json(
            {
                "topic": known.id,
                "name": known.name,
                "on": on.date().isoformat(),
                "provisions": [item.to_json() for item in found],
            }
        )
        return
    if not found:
        click.echo(f"{known.name}：{on.date().isoformat()} 没有收录有效的条款（未配置）。")
    for item in found:
        _show(item)


def _show(item: Provision) -> None:
    click.echo(f"{item.citation}  {item.summary}")
