"""``jingtu duties``: what is due."""

from __future__ import annotations

from datetime import datetime

import click

from jingtu.service.cli.times import DAY


@click.group()
def duties() -> None:
    """待办：到期和逾期的事项。"""


@duties.command(epilog="示例：jingtu duties due --on 2024-06-30 --json")
@click.option("--on", "on", type=DAY, default=None, help="业务日期 YYYY-MM-DD；不写时为今天。")
@click.option("--region", "place", default="", help="行政区划代码或名称；不写时为全部。")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档。")
def due(*, on: datetime | None, place: str, as_json: bool) -> None:
    """列出某一天尚未办结的待办，最急的在前。"""
    from jingtu.service.cli.django import setup
    from jingtu.service.cli.main import print_json

    setup()
    from jingtu.platform import clock
    from jingtu.platform.duties import queries
    from jingtu.service.cli.plan_db import find_region

    day = on.date() if on else clock.business_date()
    rows = queries.due(day)
    if place:
        rows = rows.filter(region_path__startswith=find_region(place).path)
    found = [queries.document(item) for item in rows]
    if as_json:
        print_json(found)
        return
    for item in found:
        late = (day - datetime.fromisoformat(item["due"]).date()).days if item["due"] else 0
        note = f"  逾期 {late} 天" if late > 0 else ""
        click.echo(f"{item['due'] or '期限未配置'}  {item['what']}  {item['holder'] or '单位待明确'}{note}")
