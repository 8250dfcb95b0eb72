"""``jingtu plan``: read plan documents; load them and show their state where there is a database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from jingtu.service.cli.main import LazyGroup, print_json, write_out

if TYPE_CHECKING:
    from rich.text import Text

    from jingtu.knowledge.plantext.model import Plan, Unit

# Those of the database live in their own module and are imported only when called.
COMMANDS: dict[str, tuple[str, str]] = {
    "text": ("jingtu.service.cli.plan:text", "打印计划文件的规范化文本。"),
    "read": ("jingtu.service.cli.plan:read", "读出计划的目标、任务、单位和期限。"),
    "load": ("jingtu.service.cli.plan_db:load", "把计划文件导入数据库，等待核对确认。"),
    "status": ("jingtu.service.cli.plan_db:status", "查看各项目标和任务的进度。"),
}

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(cls=LazyGroup, table=COMMANDS, epilog="示例：jingtu plan read 工作计划.docx")
def plan() -> None:
    """读取计划文件，导入计划，查看进度。"""


@click.command(epilog="示例：jingtu plan text 工作计划.pdf > 工作计划.txt")
@click.argument("file", metavar="文件", type=_FILE)
def text(file: Path) -> None:
    """打印计划文件的规范化文本，读取结果中的位置都按这份文本计数。"""
    from jingtu.knowledge.plantext import plan_text

    write_out(plan_text(file))


@click.command(epilog="示例：jingtu plan read 工作计划.docx --json > 结果.json")
@click.argument("file", metavar="文件", type=_FILE)
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档。")
def read(file: Path, *, as_json: bool) -> None:
    """读出计划的目标、任务、牵头单位、配合单位、责任单位和期限。"""
    from jingtu.knowledge.plantext import read_plan

    found = read_plan(file)
    if as_json:
        print_json(found.to_json())
        return
    _show(found)


def _show(found: Plan) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    console.print(Text(found.title or "（文中没有题目）", style="bold"))
    facts = [
        ("地区", found.region.name if found.region else None),
        ("年度", str(found.year) if found.year else None),
        ("文号", found.issue_number),
        ("印发日期", found.issued_on.isoformat() if found.issued_on else None),
        ("印发单位", found.issuer),
    ]
    console.print(Text("  ".join(f"{name}：{value or '未载明'}" for name, value in facts)))
    if found.targets:
        table = Table(title="目标指标", title_justify="left")
        for heading in ("指标", "范围", "要求", "期限"):
            table.add_column(heading, overflow="fold")
        for target in found.targets:
            due = target.due.isoformat() if target.due else ""
            table.add_row(Text(target.indicator), Text(target.scope or ""), Text(_demand(target)), due)
        console.print(table)
    table = Table(title="工作任务", title_justify="left")
    for heading in ("编号", "任务", "牵头单位", "配合单位", "责任单位", "期限"):
        table.add_column(heading, overflow="fold")
    for task in found.tasks:
        table.add_row(
            task.number or "",
            Text(task.title),
            _names(task.lead_units),
            _names(task.support_units),
            _names([*task.responsible_units, *task.inherited_units]),
            Text("、".join(deadline.text for deadline in task.deadlines)),
        )
    console.print(table)
    if found.report_form:
        console.print(Text(f"附有调度表，共 {len(found.report_form)} 行。"))
    for warning in found.warnings:
        console.print(Text(f"提示：{warning.message}", style="yellow"))


def _demand(target: object) -> str:
    words = {">=": "不低于", "<=": "不超过", "=": "", ">": "高于", "<": "低于", "≈": "约", "text": ""}
    comparator, value, unit, kind = (
        getattr(target, name) for name in ("comparator", "value", "unit", "kind")
    )
    head = "下降" if kind == "decrease" else ""
    tail = unit if unit and not isinstance(value, str) else ""
    cumulative = "累计" if getattr(target, "cumulative", False) else ""
    return f"{cumulative}{head}{words.get(comparator, '')}{value if value is not None else ''}{tail}"


def _names(units: list[Unit]) -> Text:
    from rich.text import Text

    return Text("、".join(unit.expanded + (f"（{unit.scope}）" if unit.scope else "") for unit in units))
