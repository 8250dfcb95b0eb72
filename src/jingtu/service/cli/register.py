"""``jingtu register``: lists in the database, out to workbooks and in from tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jingtu.service.cli.times import DAY, MOMENT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jingtu.platform.registers.declarations import Register
    from jingtu.platform.registers.exchange.questions import Question

_IN = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUT = click.Path(dir_okay=False, path_type=Path)


@click.group()
def register() -> None:
    """清单：查看、导出、导入。"""


@register.command("list", epilog="示例：jingtu register list --json")
@click.option("--on", "on", type=DAY, default=None, help="业务日期 YYYY-MM-DD；不写时为今天。")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档。")
def list_registers(*, on: datetime | None, as_json: bool) -> None:
    """列出各清单的条目数和状态分布。"""
    from jingtu.service.cli.django import setup
    from jingtu.service.cli.main import print_json

    setup()
    from jingtu.platform import clock
    from jingtu.platform.registers import declarations, listing, versions

    day = on.date() if on else clock.business_date()
    found = []
    for item in declarations.all_registers():
        states = listing.counts_by_state(versions.versions(item.id, day))
        found.append({"id": item.id, "name": item.label, "entries": sum(states.values()), "states": states})
    if as_json:
        print_json(found)
        return
    for line in found:
        click.echo(f"{line['id']}  {line['name']}  {line['entries']} 条")


@register.command(epilog="示例：jingtu register export priority_parcels -o 清单.xlsx --on 2024-06-30")
@click.argument("register_id", metavar="清单")
@click.option("-o", "--output", type=_OUT, required=True, help="写到哪个 .xlsx 文件。")
@click.option("--on", "on", type=DAY, default=None, help="业务日期 YYYY-MM-DD；不写时为今天。")
@click.option("--known-at", type=MOMENT, default=None, help="只看这一时刻以前录入的内容。")
@click.option("--region", "place", default="", help="行政区划代码或名称；不写时为全部。")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档。")
def export(
    register_id: str,
    *,
    output: Path,
    on: datetime | None,
    known_at: datetime | None,
    place: str,
    as_json: bool,
) -> None:
    """把清单导出成表格，改过后可以再导入。"""
    from jingtu.service.cli.django import setup
    from jingtu.service.cli.main import print_json

    setup()
    from jingtu.platform import clock
    from jingtu.platform.registers import versions
    from jingtu.platform.registers.exchange import exporting
    from jingtu.service.cli.plan_db import find_region

    found = _register(register_id)
    day = on.date() if on else clock.business_date()
    rows = versions.versions(found.id, day, known_at).prefetch_related("region__names").order_by("entry_id")
    if place:
        rows = rows.filter(region__path__startswith=find_region(place).path)
    content = exporting.export(found, list(rows), found.fields, on=day, known_at=known_at, filters=place)
    output.write_bytes(content)
    count = rows.count()
    if as_json:
        print_json({"file": str(output), "register": found.id, "on": day.isoformat(), "entries": count})
    else:
        click.echo(f"已导出 {count} 条到 {output}", err=True)


@register.command(
    "import", epilog="示例：jingtu register import priority_parcels 清单.xlsx --region 990122 --apply"
)
@click.argument("register_id", metavar="清单")
@click.argument("file", metavar="文件", type=_IN)
@click.option(
    "--mapping", default=None, help="对照表：已记住的名称，或 .json 文件；不写时按栏目名称和常见叫法识别。"
)
@click.option("--sheet", "chosen", multiple=True, help="读哪张工作表，可写几次；不写时由表格本身判断。")
@click.option(
    "--hidden",
    type=click.Choice(["take", "skip"]),
    default=None,
    help="隐藏或筛掉的行：take 一并导入，skip 不导入。",
)
@click.option(
    "--answer",
    "answers",
    multiple=True,
    metavar="表头=说明",
    help="对一列的说明，可写几次：单位（面积=亩），只写年月的日期按哪天（first 或 last），新增条目的状态（状态=…）。",
)
@click.option(
    "--row",
    "rows",
    multiple=True,
    metavar="工作表!行=条目",
    help="某行是哪一条目，可写几次：条目的标识，或 new 表示新条目。",
)
@click.option("--marked", type=_OUT, default=None, help="有问题时，把标注了问题的表格写到哪个 .xlsx 文件。")
@click.option("--apply", "applied", is_flag=True, help="写入数据库；不写时只预览。")
@click.option("--on", "on", type=DAY, default=None, help="生效日期 YYYY-MM-DD；不写时为今天。")
@click.option("--region", "place", default="", help="表中没有行政区一列时，各行所在的行政区。")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档。")
def import_(
    register_id: str,
    file: Path,
    *,
    mapping: str | None,
    chosen: tuple[str, ...],
    hidden: str | None,
    answers: tuple[str, ...],
    rows: tuple[str, ...],
    marked: Path | None,
    applied: bool,
    on: datetime | None,
    place: str,
    as_json: bool,
) -> int:
    """预览或导入一份表格。有一处错误、或有一个问题没有说明，就什么也不写入。"""
    from jingtu.service.cli.django import setup
    from jingtu.service.cli.main import print_json

    setup()
    from jingtu.errors import InputError
    from jingtu.platform import clock
    from jingtu.platform.registers.exchange import importing, looking, mappings
    from jingtu.platform.registers.exchange.said import Said
    from jingtu.service.cli.plan_db import find_region

    found = _register(register_id)
    day = on.date() if on else clock.business_date()
    region = find_region(place) if place else None
    said = mappings.chosen(found, mapping, region) if mapping else Said()
    said = replace(
        said,
        sheets=chosen or said.sheets,
        hidden=hidden or said.hidden,
        answers={**said.answers, **_pairs(answers)},
        rows={**said.rows, **_pairs(rows)},
    )
    with file.open("rb") as stream:
        diff = importing.dry_run(
            found,
            stream,
            file.name,
            actor=None,
            on=day,
            region=region,
            mapping=said,
        )
    document: dict[str, Any] = diff.to_json() | {"applied": False}
    if diff.blocked:
        obstacles = diff.obstacles()
        what = "错误" if diff.errors else "需要说明"
        error = InputError(f"“{file.name}”有 {len(obstacles)} 处{what}，没有导入任何内容。", obstacles)
        if marked is not None:
            marked.write_bytes(looking.marked_copy(file, file.name, obstacles))
        if not as_json:
            for line in _how_to_answer(diff.questions):
                click.echo(line, err=True)
            raise error
        print_json(document | error.to_json())
        return 1
    if applied:
        digest = importing.sha256_of(file)
        importing.ImportEntries(None, day, diff, file_sha256=digest).execute()
        document["applied"] = True
    if as_json:
        print_json(document)
        return 0
    done = "已导入" if applied else "预览"
    click.echo(
        f"{done}：新增 {document['added']} 条，变更 {document['changed']} 条，不变 {document['unchanged']} 条",
        err=True,
    )
    if document["new_organisations"] or document["new_facilities"]:
        new = f"单位 {document['new_organisations']} 家、厂区 {document['new_facilities']} 个"
        click.echo(f"{'已' if applied else '将'}新建{new}", err=True)
    if diff.skipped:
        click.echo(f"没有导入的行（表头、合计、说明等）：{len(diff.skipped)} 行", err=True)
    if diff.ignored:
        click.echo(f"没有对应栏目、不导入的列：{'、'.join(diff.ignored)}", err=True)
    return 0


def _how_to_answer(asked: Sequence[Question]) -> list[str]:
    """How each open question is answered on the command line."""
    lines = []
    for item in asked:
        offered = "，".join(
            value if value == label else f"{value}（{label}）" for value, label in item.choices
        )
        option = f"--answer '{item.key}=…'" if item.key else "--sheet" if item.several else "--hidden"
        lines.append(f"需要说明：{item.prompt}。请加 {option}，可选：{offered}")
    return lines


def _pairs(given: tuple[str, ...]) -> dict[str, str]:
    """``a=b`` as a pair; the last sign of equality divides."""
    found = {}
    for item in given:
        left, sign, right = item.rpartition("=")
        if not sign or not left or not right:
            raise click.UsageError(f"“{item}”应写成 表头=说明 的样式")
        found[left] = right
    return found


def _register(register_id: str) -> Register:
    from jingtu.errors import NotFoundError
    from jingtu.platform.registers import declarations

    try:
        return declarations.get(register_id)
    except LookupError:
        known = "、".join(item.id for item in declarations.all_registers())
        raise NotFoundError(f"没有“{register_id}”这份清单（现有：{known}）。", register=register_id) from None
