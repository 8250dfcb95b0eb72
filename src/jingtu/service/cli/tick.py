"""``jingtu tick``: let time pass."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from jingtu.platform.duties.ticking import Progress

BAR_AFTER_SECONDS = 2.0


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
    with _bar() as progress:
        report = ticking.tick(day, progress)
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


@contextmanager
def _bar() -> Iterator[Progress]:
    """A bar on standard error that appears only where the work takes longer than two seconds."""
    from rich.console import Console
    from rich.progress import Progress as Bar

    begun = time.monotonic()
    bar = Bar(console=Console(stderr=True), transient=True)
    task = bar.add_task("推进", total=None)
    shown = False

    def tell(done: int, steps: int, what: str) -> None:
        nonlocal shown
        if not shown and time.monotonic() - begun > BAR_AFTER_SECONDS:
            bar.start()
            shown = True
        bar.update(task, completed=done, total=steps, description=f"推进　{what}")

    try:
        yield tell
    finally:
        if shown:
            bar.stop()
