"""``jingtu indicator``: readings computed from registers, or typed in."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click

from jingtu.service.cli.times import DAY, MOMENT

if TYPE_CHECKING:
    from jingtu.platform.regions.models import Region


@click.group()
def indicator() -> None:
    """指标：读数、分子分母、依据。"""


@indicator.command(
    epilog="示例：jingtu indicator read priority_parcel_control_ratio --region 990122 --on 2024-06-30 --json"
)
@click.argument("indicator_id", metavar="指标")
@click.option("--region", "place", required=True, help="行政区划代码或名称。")
@click.option("--on", "on", type=DAY, default=None, help="业务日期 YYYY-MM-DD；不写时为今天。")
@click.option("--known-at", type=MOMENT, default=None, help="只看这一时刻以前录入的内容。")
@click.option("--base", type=DAY, default=None, help="基数日期；不写时按当年计划的目标。")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档。")
def read(
    indicator_id: str,
    *,
    place: str,
    on: datetime | None,
    known_at: datetime | None,
    base: datetime | None,
    as_json: bool,
) -> None:
    """读一个地区的一项指标；当年计划有这项目标的，一并判断是否达到。"""
    from jingtu.service.cli.django import setup
    from jingtu.service.cli.main import print_json

    setup()
    from jingtu.platform import clock
    from jingtu.service.cli.plan_db import find_region

    day = on.date() if on else clock.business_date()
    document = reading_document(
        indicator_id, find_region(place), day, known_at, base.date() if base else None
    )
    if as_json:
        print_json(document)
        return
    held = document.get("targets", [document])
    for one in held:
        _show(one, day, several=len(held) > 1)


def reading_document(
    indicator_id: str, region: Region, on: date, known_at: datetime | None, base: date | None
) -> dict[str, Any]:
    """The reading, held against the targets of the year's plan where there are any.

    A plan may ask one indicator several times: of several points, since several days. Then the document is that of
    the first, and ``targets`` beside it has those of all, in the order of the plan.
    """
    from jingtu.platform.indicators import service
    from jingtu.programme.plans import targets

    held = targets.targets_of(region, on.year, on, known_at).filter(indicator_id=indicator_id)
    found = [] if base is not None else [item.to_json() for item in targets.read_all(held, on, known_at)]
    if not found:
        parameters = {"base": base.isoformat()} if base else {}
        return service.read(indicator_id, region, on, known_at, parameters).to_json()
    return {**found[0], "targets": found} if len(found) > 1 else found[0]


def _show(document: dict[str, Any], on: date, *, several: bool = False) -> None:
    from jingtu.platform.pages.formats import measured
    from jingtu.service.cli.plan_db import goal_of

    status = {"not_configured": "未配置", "not_applicable": "不适用", "no_data": "无数据"}
    value = document["value"]
    if value is None:
        words = status.get(document["status"], "无数据")
    else:
        words = measured(str(value), document["unit"])
    name = f"{document['name']}（{document['scope']}）" if document.get("scope") else document["name"]
    click.echo(f"{name}  {document['region']}  {on}：{words}")
    if several:
        met = {True: "达到", False: "未达到", None: "未判定"}[document["met"]]
        click.echo(f"目标 {goal_of(document)}，{met}")
    if document["denominator"] is not None:
        click.echo(f"分子 {document['numerator']}，分母 {document['denominator']}")
    for item in document["entries"]["left_out"]:
        click.echo(f"未计入：{item['reason']} {item['count']} 条")
