"""``jingtu plan load`` and ``jingtu plan status``: plans in the database."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from jingtu.platform.regions.models import Region
    from jingtu.programme.plans.actions import LoadPlan
    from jingtu.programme.plans.models import Plan

_FILE = click.Path(exists=True, path_type=Path)
_ENDINGS = frozenset({".docx", ".pdf", ".txt"})
_DAY = click.DateTime(["%Y-%m-%d"])
_SIGNS = {">=": "≥", "<=": "≤", ">": "＞", "<": "＜", "≈": "约"}


@click.command(epilog="示例：jingtu plan load 工作计划.docx --confirm")
@click.argument("files", metavar="文件...", nargs=-1, required=True, type=_FILE)
@click.option("--confirm", is_flag=True, help="不逐条核对，全部按读取结果确认生效。")
@click.option("--region", "place", default="", help="行政区划代码或名称；文件里没有写明时必须给出。")
@click.option(
    "--year", type=click.IntRange(2000, 2099), default=None, help="年度；文件里没有写明时必须给出。"
)
@click.option("--effective-from", type=_DAY, default=None, help="生效日期；首份计划默认为当年 1 月 1 日。")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档。")
def load(
    files: tuple[Path, ...],
    *,
    confirm: bool,
    place: str,
    year: int | None,
    effective_from: datetime | None,
    as_json: bool,
) -> None:
    """把计划文件导入数据库；给文件夹则导入其中的 Word、PDF 和文本文件。有一份读不出来，就一份也不导入。"""
    from jingtu.service.cli.django import setup
    from jingtu.service.cli.main import print_json

    setup()
    from django.db import transaction

    from jingtu.platform import clock
    from jingtu.programme.plans import actions

    on = clock.business_date()
    region = find_region(place) if place else None
    loading = [
        actions.LoadPlan(None, on, file_name=path.name, content=path.read_bytes(), region=region, year=year)
        for path in documents(files)
    ]
    _judge(loading)
    found = []
    with transaction.atomic():
        for action in loading:
            loaded = action.execute()
            changes = changes_of(loaded.plan)
            if confirm and loaded.plan.state == loaded.plan.State.DRAFT:
                start = effective_from.date() if effective_from else None
                actions.ConfirmPlan(
                    None, on, loaded.plan, confirm_pending=True, effective_from=start
                ).execute()
                loaded.plan.refresh_from_db()
            click.echo(f"{action.file_name}：{loaded.message}", err=True)
            found.append(plan_document(loaded.plan) | {"changes": changes, "duplicate": loaded.duplicate})
    if as_json:
        print_json({"plans": found})
        return
    for plan in found:
        click.echo(
            f"{plan['title'] or '（文中没有题目）'}  {plan['region_name']} {plan['year']}  "
            f"目标 {plan['targets']} 项，任务 {plan['tasks']} 项，{plan['state_label']}"
        )


def documents(paths: Iterable[Path]) -> list[Path]:
    """The files named, and in place of a folder the documents that lie in it, by name.

    Raises
    ------
    InputError
        A folder holds no document that can be read.
    """
    from jingtu.errors import InputError

    found: list[Path] = []
    for path in paths:
        if not path.is_dir():
            found.append(path)
            continue
        inside = sorted(
            item
            for item in path.iterdir()
            if item.suffix.lower() in _ENDINGS and not item.name.startswith(("~", "."))
        )
        if not inside:
            raise InputError(f"文件夹“{path.name}”里没有 .docx、.pdf 或 .txt 文件", folder=path.name)
        found += inside
    return found


def _judge(loading: list[LoadPlan]) -> None:
    """Read all files before anything is written; every bad one is named."""
    from jingtu.errors import CellError, InputError

    errors: list[CellError] = []
    first: InputError | None = None
    for action in loading:
        try:
            action.read()
        except InputError as error:
            first = first or error
            errors += error.errors or [CellError(error.message, file=action.file_name)]
    if first is None:
        return
    if len(loading) == 1:
        raise first
    raise InputError(
        f"{len(errors)} 份文件不能导入，已全部放弃。", errors, files=[item.file for item in errors]
    )


def plan_document(plan: Plan) -> dict[str, Any]:
    """One plan in the document of ``plan load``."""
    counts = {
        kind: plan.items.filter(kind=kind)
        .exclude(change="removed")
        .exclude(state__in=("rejected", "replaced"))
        .count()
        for kind in ("target", "task")
    }
    return {
        "id": str(plan.uid),
        "title": plan.title or None,
        "year": plan.year,
        "region": plan.region.adcode or plan.region.name,
        "region_name": plan.region.name,
        "state": plan.state,
        "state_label": plan.get_state_display(),
        "amends": str(plan.amends.uid) if plan.amends else None,
        "targets": counts["target"],
        "tasks": counts["task"],
    }


def changes_of(plan: Plan) -> list[dict[str, Any]]:
    """What an amended plan changes, item by item; empty for a first plan."""
    from jingtu.programme.plans.drafting import title_of

    if plan.amends is None:
        return []
    return [
        {
            "kind": item.kind,
            "change": item.change,
            "title": title_of(item.kind, item.content),
            "differences": item.differences,
        }
        for item in plan.items.exclude(change="same").order_by("position", "pk")
    ]


@click.command(epilog="示例：jingtu plan status --year 2024 --region 450300 --on 2024-06-30 --json")
@click.option("--year", type=click.IntRange(2000, 2099), default=None, help="年度；不写时为业务日期所在年。")
@click.option("--region", "place", default="", help="行政区划代码或名称；不写时为所有有计划的地区。")
@click.option("--on", "on", type=_DAY, default=None, help="业务日期 YYYY-MM-DD；不写时为今天。")
@click.option("--known-at", type=click.DateTime(), default=None, help="只看这一时刻以前录入的内容。")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档。")
def status(
    *, year: int | None, place: str, on: datetime | None, known_at: datetime | None, as_json: bool
) -> None:
    """查看各项目标和任务的进度：读数、状态、期限、各单位进展和逾期天数。"""
    from jingtu.service.cli.django import setup
    from jingtu.service.cli.main import print_json

    setup()
    from django.utils import timezone

    from jingtu.platform import clock

    day = on.date() if on else clock.business_date()
    moment = timezone.make_aware(known_at) if known_at and known_at.tzinfo is None else known_at
    document = status_document(day, moment, place, year)
    if as_json:
        print_json(document)
        return
    _show(document, day)


def status_document(
    on: date, known_at: datetime | None, place: str = "", year: int | None = None
) -> dict[str, Any]:
    """The document of ``plan status`` over one region, or over all that have a plan in force."""
    from jingtu.errors import NotFoundError
    from jingtu.programme.plans.models import Plan
    from jingtu.programme.plans.queries import Frame
    from jingtu.programme.plans.queries import status as status_of

    plans = Plan.objects.filter(state=Plan.State.CONFIRMED).select_related("region")
    if place:
        plans = plans.filter(region=find_region(place))
    if year is None:
        years = set(plans.values_list("year", flat=True))
        year = on.year if on.year in years or not years else max(years)
    plans = plans.filter(year=year).order_by("region__path")
    if place and not plans:
        raise NotFoundError(f"{place}没有{year}年已生效的计划。", region=place, year=year)
    document: dict[str, Any] = {"on": on.isoformat(), "year": year, "targets": [], "tasks": []}
    for plan in plans:
        part = status_of(Frame(plan.region, plan.year, on, known_at))
        document["targets"] += part["targets"]
        document["tasks"] += part["tasks"]
    return document


def find_region(place: str) -> Region:
    """The region with a code or a name; several of one name have to be told apart by code."""
    from jingtu.errors import InputError, NotFoundError
    from jingtu.platform.regions.tree import find_by_code, find_by_name

    if place.isdigit():
        region = find_by_code(place)
        if region is None:
            raise NotFoundError(f"没有代码为“{place}”的行政区。", region=place)
        return region
    found = find_by_name(place)
    if not found:
        raise NotFoundError(f"没有名为“{place}”的行政区。", region=place)
    if len(found) > 1 and found[0].name == found[1].name:
        raise InputError(f"名为“{place}”的行政区不止一个，请用代码指明。", region=place)
    return found[0]


def goal_of(reading: dict[str, Any]) -> str:
    """What a reading is held against, in words."""
    from jingtu.platform.pages.formats import RATIO, measured

    goal = "" if reading["target"] is None else str(reading["target"])
    said = measured(goal, RATIO) if reading["unit"] == RATIO else goal
    return _SIGNS.get(reading["comparator"], "") + said


def _show(document: dict[str, Any], on: date) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from jingtu.platform.pages.formats import measured
    from jingtu.programme.plans.queries.scope import STATE_LABELS

    console = Console()
    table = Table(title=f"目标（{on.isoformat()}）", title_justify="left")
    for heading in ("指标", "读数", "要求", "达到"):
        table.add_column(heading, overflow="fold")
    for reading in document["targets"]:
        met = {True: "是", False: "否", None: "未判定"}[reading["met"]]
        value = "无数据" if reading["value"] is None else measured(str(reading["value"]), reading["unit"])
        table.add_row(Text(reading["name"]), Text(value), Text(goal_of(reading)), met)
    console.print(table)
    table = Table(title="任务", title_justify="left")
    for heading in ("编号", "任务", "状态", "期限", "牵头单位", "逾期"):
        table.add_column(heading, overflow="fold")
    for task in document["tasks"]:
        late = f"{task['overdue_days']} 天" if task["overdue_days"] else ""
        table.add_row(
            task["number"] or "",
            Text(task["title"]),
            STATE_LABELS[task["state"]],
            task["due"] or "",
            Text(task["lead"]),
            late,
        )
    console.print(table)
