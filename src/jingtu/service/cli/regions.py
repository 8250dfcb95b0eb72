"""``jingtu regions``: places of other provinces, development zones, looking a place up."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click


@click.group()
def regions() -> None:
    """导入行政区划代码表，登记开发区，查找行政区。"""


@regions.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="在标准输出打印一份 JSON")
def load(file: Path, as_json: bool) -> None:
    """导入一份行政区划代码表（CSV）。可以重复导入：已有的保留，改名的从当天起用新名。

    \b
    表中要有“代码”“名称”两列（国家统计局格式，2、4、6、9、12 位代码均可），
    也可以另有“级别”“上级代码”两列。有一处错误就整份不导入，并列出全部错误。

    \b
    例：jingtu regions load 陕西省区划代码.csv
    """  # noqa: D301 - click reads the escape as the character it is
    from dataclasses import asdict

    from jingtu.service.cli.django import setup
    from jingtu.service.cli.main import print_json

    setup()
    from jingtu.platform import clock
    from jingtu.platform.regions.loading import load_regions

    loaded = load_regions(file, on=clock.business_date())
    if as_json:
        print_json(asdict(loaded))
        return
    click.echo(
        f"已导入：新增 {loaded.added} 个，改名 {loaded.renamed} 个，未变 {loaded.unchanged} 个", err=True
    )


@regions.command()
@click.argument("name")
@click.option("--in", "parent", required=True, metavar="代码", help="所在市或县的行政区划代码")
@click.option(
    "--from", "valid_from", type=click.DateTime(["%Y-%m-%d"]), default=None, help="设立日期 YYYY-MM-DD"
)
@click.option("--json", "as_json", is_flag=True, help="在标准输出打印一份 JSON")
def zone(name: str, parent: str, valid_from: datetime | None, as_json: bool) -> None:
    """登记一个没有行政区划代码的开发区、园区或管理区。

    \b
    例：jingtu regions zone 城东工业园区 --in 130102
    """  # noqa: D301 - click reads the escape as the character it is
    from jingtu.service.cli.django import setup
    from jingtu.service.cli.main import print_json

    setup()
    from jingtu.platform import clock
    from jingtu.platform.regions.loading import AddZone

    day = valid_from.date() if valid_from else None
    region = AddZone(None, clock.business_date(), name, parent, valid_from=day).execute()
    if as_json:
        print_json({"id": str(region.uid), "name": region.name})
        return
    click.echo(f"已登记“{region.name}”。", err=True)


@regions.command()
@click.argument("words")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), default=None, help="按这一天的建制，YYYY-MM-DD")
@click.option("--json", "as_json", is_flag=True, help="在标准输出打印一份 JSON")
def find(words: str, on: datetime | None, as_json: bool) -> None:
    """按代码或名称（正式名称、曾用名、简称）查找行政区。

    \b
    例：jingtu regions find 长安区
    """  # noqa: D301 - click reads the escape as the character it is
    from jingtu.service.cli.django import setup
    from jingtu.service.cli.main import print_json, write_out

    setup()
    from jingtu.platform.regions.tree import ancestors, find_by_code, find_by_name

    day = on.date() if on else None
    by_code = find_by_code(words, day)
    found = [by_code] if by_code else find_by_name(words, on=day)
    rows = [
        {
            "id": str(region.uid),
            "name": region.name_on(day) if day else region.name,
            "adcode": region.adcode,
            "level": region.level,
            "above": [item.name for item in ancestors(region)],
        }
        for region in found
    ]
    if as_json:
        print_json(rows)
        return
    for region, row in zip(found, rows, strict=True):
        above = "".join(item.name for item in ancestors(region))
        write_out(f"{row['adcode'] or '无代码'}\t{above}{row['name']}\t{region.get_level_display()}\n")
    if not rows:
        click.echo("没有找到。", err=True)
