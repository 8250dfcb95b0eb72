"""``jingtu tick``: let time pass."""

from __future__ import annotations

from datetime import datetime

import click


@click.command()
@click.option(
    "--on", "on", type=click.DateTime(["%Y-%m-%d"]), default=None, help="业务日期 YYYY-MM-DD；不写时为今天"
)
@click.option("--json", "as_json", is_flag=True, help="在标准输出打印一份 JSON")
def tick(on: datetime | None, as_json: bool) -> None:
    """推进到某一天：产生到期职责，标记逾期，留存指标快照，封存台账。可以重复运行，漏掉的日子会补上。

    \b
    例：jingtu tick --on 2024-06-30
    """  # noqa: D301 - click reads the escape as the character it is
    from jingtu.service.cli.django import setup
    from jingtu.service.cli.main import print_json

    setup()
    from django.conf import settings

    from jingtu.platform import clock
    from jingtu.platform.duties import ticking
    from jingtu.platform.ledger import chain

    day = on.date() if on else clock.business_date()
    report = ticking.tick(day)
    sealed = chain.seal_all()
    head = chain.write_head(settings.CONFIG.heads_path, day.isoformat())
    document = report.to_json() | {"sealed": sealed, "head": head.to_json() if head else None}
    if as_json:
        print_json(document)
        return
    click.echo(
        f"已推进到 {day}：处理 {len(report.days)} 天，新增职责 {report.raised} 项，办结 {report.closed} 项，"
        f"升级 {report.escalated} 项，留存快照 {report.snapshots} 份，封存台账 {sealed} 条",
        err=True,
    )
