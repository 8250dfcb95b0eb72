"""``jingtu report``: the month's official form as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click


@click.group()
def report() -> None:
    """报表：按月生成官方格式的进展情况表。"""


@report.command()
@click.option("--region", "adcode", required=True, help="行政区划代码，如 450300；无代码的地方写名称")
@click.option("--month", required=True, help="月份 YYYY-MM")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help=".xlsx 或 .docx 文件",
)
@click.option("--form", "form_name", default=None, help="报表名称；当年只有一份报表时不必写")
@click.option("--json", "as_json", is_flag=True, help="在标准输出打印一份 JSON")
def monthly(adcode: str, month: str, output: Path, form_name: str | None, as_json: bool) -> None:
    """生成一个月的进展情况表。

    \b
    例：jingtu report monthly --region 450300 --month 2024-06 -o 六月.xlsx
    """  # noqa: D301 - click reads the escape as the character it is
    from jingtu.service.cli.django import setup

    setup()
    _monthly(adcode, month, output, form_name, as_json)


def _monthly(adcode: str, month: str, output: Path, form_name: str | None, as_json: bool) -> None:
    import json

    from django.utils import timezone

    from jingtu.errors import InputError, NotFoundError
    from jingtu.platform import clock
    from jingtu.platform.regions.models import Region
    from jingtu.programme.plans.forms import filling, printing
    from jingtu.programme.plans.forms.sentences import reading_sentence
    from jingtu.programme.plans.models import FormFilling, ReportForm

    kind = output.suffix.lower().lstrip(".")
    if kind not in printing.MEDIA_TYPES:
        raise InputError("输出文件应以 .xlsx 或 .docx 结尾", value=output.name)
    end = filling.month_end(month)
    named = (
        Region.objects.filter(names__code=adcode)
        if adcode.isdigit()
        else Region.objects.filter(names__name=adcode)
    )
    region = named.distinct().first()
    if region is None:
        raise NotFoundError(f"没有找到行政区“{adcode}”", region=adcode)
    forms = ReportForm.objects.filter(region=region, year=end.year)
    found = list(forms.filter(name=form_name) if form_name else forms)
    if len(found) != 1:
        names = "、".join(form.name for form in forms) or "无"
        raise NotFoundError(
            f"{end.year}年的报表不止一份或没有，请用 --form 指明；现有：{names}", forms=len(found)
        )
    form = found[0]
    current = FormFilling.objects.filter(form=form, month=month).first()
    cells: dict[str, Any] = (
        current.cells if current else filling.fill(form, month, clock.business_date(), None, reading_sentence)
    )
    table = printing.month_table(form, month, current, cells, printed_at=timezone.localtime())
    output.write_bytes(printing.print_form(table, kind))
    filled = sum(1 for row in cells.values() if row.get("progress", {}).get("text", "").strip())
    facts = {
        "form": form.name,
        "month": month,
        "rows": form.rows.count(),
        "filled": filled,
        "file": str(output),
    }
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False))
    else:
        click.echo(f"已生成 {output}：{facts['rows']} 项，已填 {filled} 项。", err=True)
