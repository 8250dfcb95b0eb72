"""``jingtu lab``: results of laboratories, into the database."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from jingtu.service.cli.times import DAY

_IN = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def lab() -> None:
    """检测结果：列出检测任务，核对和导入检测机构的表格。"""


@lab.command("list", epilog="示例：jingtu lab list --json")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档。")
def list_surveys(*, as_json: bool) -> None:
    """列出检测任务和判定结果。"""
    from jingtu.service.cli.django import setup
    from jingtu.service.cli.main import print_json

    setup()
    from jingtu.platform.evidence.laboratory import verdicts
    from jingtu.platform.evidence.laboratory.models import Judgement, Survey, believed

    judged = {item.survey_id: item for item in Judgement.objects.filter(believed())}
    found = [
        {
            "code": item.code,
            "name": item.name,
            "state": item.state,
            "standard": item.standard,
            "land_class": item.land_class,
            "samples": judged[item.pk].samples if item.pk in judged else {},
            "editions": judged[item.pk].editions if item.pk in judged else [],
        }
        for item in Survey.objects.order_by("code")
    ]
    if as_json:
        print_json(found)
        return
    for line in found:
        click.echo(f"{line['code']}  {line['name']}  {verdicts.headline(line['samples'])}")


@lab.command("import", epilog="示例：jingtu lab import 检测结果.xlsx --survey JC990122-2024-001 --apply")
@click.argument("file", metavar="文件", type=_IN)
@click.option("--survey", "code", required=True, help="检测任务的编号。")
@click.option("--apply", "applied", is_flag=True, help="写入数据库；不写时只核对。")
@click.option("--acknowledge", is_flag=True, help="已核对各处提醒。")
@click.option("--reason", default="", help="改动已入库的结果时写明原因。")
@click.option("--on", "on", type=DAY, default=None, help="业务日期 YYYY-MM-DD；不写时为今天。")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档。")
def import_(
    file: Path,
    *,
    code: str,
    applied: bool,
    acknowledge: bool,
    reason: str,
    on: datetime | None,
    as_json: bool,
) -> int:
    """核对或导入检测机构的一份表格。有一处错误就什么也不写入。"""
    from jingtu.service.cli.django import setup
    from jingtu.service.cli.main import print_json

    setup()
    from jingtu.errors import InputError, NotFoundError
    from jingtu.platform import clock
    from jingtu.platform.evidence.laboratory import mappings, preparing, verdicts
    from jingtu.platform.evidence.laboratory.importing import ImportResults
    from jingtu.platform.evidence.laboratory.models import Survey
    from jingtu.platform.evidence.laboratory.prepared import document as prepared_document

    survey = Survey.objects.select_related("region", "laboratory").filter(code=code).first()
    if survey is None:
        raise NotFoundError(f"没有编号为“{code}”的检测任务；请先登记。", survey=code)
    day = on.date() if on else clock.business_date()
    with file.open("rb") as stream:
        prepared = preparing.prepare(
            survey, stream, file.name, remembered=mappings.remembered(survey), on=day
        )
    document: dict[str, Any] = prepared_document(prepared) | {"applied": False}
    if prepared.errors:
        error = InputError(
            f"“{file.name}”有 {len(prepared.errors)} 处错误，没有导入任何内容。",
            [item.error for item in prepared.errors],
        )
        if not as_json:
            raise error
        print_json(document | error.to_json())
        return 1
    same = prepared.repeats is not None or prepared.nothing_new
    if applied and not same:
        ImportResults(None, day, prepared, file, reason=reason, acknowledged=acknowledge).execute()
        document["applied"] = True
    if as_json:
        print_json(document | {"note": prepared.unchanged_words if same else ""})
        return 0
    for item in prepared.warnings:
        click.echo(f"提醒：{item.message}", err=True)
    if same:
        click.echo(prepared.unchanged_words, err=True)
        return 0
    done = "已导入" if document["applied"] else "核对"
    click.echo(
        f"{done}：新增 {prepared.added} 个，更正 {prepared.changed} 个，不变 {prepared.unchanged} 个结果；"
        f"{verdicts.headline(prepared.samples)}",
        err=True,
    )
    return 0
