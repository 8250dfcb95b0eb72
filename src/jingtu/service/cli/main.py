"""The command ``jingtu``: a table of commands, each loaded only when it is called.

A command is one row of :data:`COMMANDS`; the module behind it may import what it likes, ``--help``
never imports it. Errors of the one hierarchy become exit code 1 here, wrong use becomes 2.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import click

from jingtu.errors import CellError, InputError, JingtuError

# name: (module:attribute, one line of help)
COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("jingtu.service.cli.init:init", "建立或升级数据库，导入行政区划，开通管理员账号。"),
    "demo": ("jingtu.service.cli.demo:demo", "在空库中建立示例年度，用来熟悉系统。"),
    "trial": ("jingtu.service.cli.trial:trial", "给已有计划的地方各开通一个经办人账号，便于试用。"),
    "serve": ("jingtu.service.cli.serve:serve", "启动网页服务和后台任务。"),
    "tick": ("jingtu.service.cli.tick:tick", "推进到某一天：职责、逾期、快照、封存。"),
    "backup": ("jingtu.service.cli.backup:backup", "备份数据库和佐证材料，不停服务。"),
    "restore": ("jingtu.service.cli.restore:restore", "从备份恢复，并核验台账。"),
    "ledger": ("jingtu.service.cli.ledger:ledger", "核验台账，输出链头。"),
    "plan": ("jingtu.service.cli.plan:plan", "读取计划文件，导入计划，查看进度。"),
    "lab": ("jingtu.service.cli.lab:lab", "核对和导入检测机构的结果，列出检测任务。"),
    "register": ("jingtu.service.cli.register:register", "查看、导出和导入清单。"),
    "indicator": ("jingtu.service.cli.indicator:indicator", "读指标：分子、分母、依据、是否达到。"),
    "draws": ("jingtu.service.cli.draws:draws", "核验双随机和回头看的抽取。"),
    "duties": ("jingtu.service.cli.duties:duties", "列出到期和逾期的待办。"),
    "regions": ("jingtu.service.cli.regions:regions", "导入行政区划代码表，登记开发区，查找行政区。"),
    "law": ("jingtu.service.cli.law:law", "查法律依据：哪一天适用哪一条，罚则，工作日。"),
    "screen": ("jingtu.service.cli.screen:screen", "按标准判定土壤、地下水和农产品的检测结果。"),
    "risk": ("jingtu.service.cli.risk:risk", "推导风险控制值，评估健康风险（HJ 25.3）。"),
    "report": ("jingtu.service.cli.report:report", "生成月度调度表等报表。"),
}


class LazyGroup(click.Group):
    """A group whose commands stand in a table and are imported on use.

    Parameters
    ----------
    table : mapping of str to (str, str)
        For each command its place (``module:attribute``) and its line of help.

    Examples
    --------
    >>> group = LazyGroup("plan", table={"text": ("jingtu.service.cli.plan:text", "打印规范化文本。")})
    >>> group.list_commands(click.Context(group))
    ['text']
    """

    def __init__(self, *args: Any, table: Mapping[str, tuple[str, str]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.table = table if table is not None else {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *self.table})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        row = self.table.get(cmd_name)
        if row is None:
            return super().get_command(ctx, cmd_name)
        module, attribute = row[0].split(":")
        command = getattr(importlib.import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(row[0])
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [
            (name, self.table[name][1] if name in self.table else _help_of(super().get_command(ctx, name)))
            for name in self.list_commands(ctx)
        ]
        if rows:
            with formatter.section("命令"):
                formatter.write_dl(rows)


class RootGroup(LazyGroup):
    """The outermost group: turns errors into messages and exit codes."""

    codes: ClassVar[dict[str, int]] = {"judged": 1, "usage": 2}

    def main(self, args: Sequence[str] | None = None, **extra: Any) -> Any:  # type: ignore[override]
        words = list(sys.argv[1:] if args is None else args)
        if not extra.pop("standalone_mode", True):
            return super().main(words, standalone_mode=False, **extra)
        as_json = any(word in {"--json", "--json-lines"} for word in words)
        try:
            result = super().main(words, standalone_mode=False, **extra)
        except JingtuError as error:
            report_error(error, as_json=as_json)
            sys.exit(self.codes["judged"])
        except click.UsageError as error:
            error.show()
            sys.exit(self.codes["usage"])
        except click.ClickException as error:
            error.show()
            sys.exit(error.exit_code)
        except (click.Abort, KeyboardInterrupt):
            click.echo("已取消。", err=True)
            sys.exit(130)
        except BrokenPipeError:
            # The reader of our output has gone; nothing is left to say, not even at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(self.codes["judged"])
        sys.exit(result if isinstance(result, int) else 0)


def _help_of(command: click.Command | None) -> str:
    return command.get_short_help_str(80) if command is not None else ""


def print_json(document: Any) -> None:
    """Print one JSON document on stdout: UTF-8, no ASCII escapes, whatever the locale says."""
    text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    write_out(text)


def write_out(text: str) -> None:
    """Write text on stdout as UTF-8, whatever the locale says."""
    stream = sys.stdout.buffer
    stream.write(text.encode("utf-8", errors="replace"))
    stream.flush()


def report_error(error: JingtuError, *, as_json: bool) -> None:
    """Show an error to the caller: the error document on stdout, or Chinese lines on stderr."""
    if as_json:
        print_json(error.to_json())
        return
    click.echo(f"{error.title}：{error.message}", err=True)
    if isinstance(error, InputError):
        for item in error.errors:
            click.echo("  " + _place(item) + item.message, err=True)


def _place(item: CellError) -> str:
    parts = [
        item.file,
        f"工作表“{item.sheet}”" if item.sheet else None,
        f"第{item.row}行" if item.row is not None else None,
        f"{item.column}列" if item.column else None,
        f"值“{item.value}”" if item.value is not None else None,
    ]
    words = " ".join(part for part in parts if part)
    return f"{words}：" if words else ""


@click.group(
    cls=RootGroup,
    table=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="示例：jingtu plan read 工作计划.docx --json",
)
@click.version_option(package_name="jingtu", message="净土 %(version)s")
def main() -> None:
    """净土：土壤和地下水污染防治工作的计划、清单、指标和报表。"""


if __name__ == "__main__":
    main()
