"""``jingtu risk``: control values and risk of contaminated land after HJ 25.3. Needs no database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from jingtu.service.cli.main import print_json
from jingtu.service.cli.risk_requests import land_class_of, numbers_of, options_of, request_of
from jingtu.service.cli.risk_shown import print_table, show_derivation, show_run

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Literal

    from jingtu.knowledge.risk.runs import Request, Run

Result = TypeVar("Result")
DEFAULT_SET = "gb36600-consistent"
_MOST_DIFFERENCES = 200
_MOST_WORKED = 12  # substances whose equations are worked out on paper; the workbook has all
_IN = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUT = click.Path(dir_okay=False, path_type=Path)

AS_JSON = click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档。")
SET = click.option(
    "--set",
    "set_name",
    default=DEFAULT_SET,
    show_default=True,
    help="参数集的名称或文件，见 jingtu risk sets。",
)
OPTION = click.option(
    "--option", "switches", multiple=True, metavar="名称=取值", help="模型选项，如 exponent=3.33；可写多次。"
)
PARAMETER = click.option(
    "--parameter",
    "parameters",
    multiple=True,
    metavar="参数=数值",
    help="本地块的参数，如 fom=22；可写多次。",
)


@click.group(epilog="示例：jingtu risk derive --land-class 1 --substance 苯")
def risk() -> None:
    """按 HJ 25.3 推导风险控制值，评估健康风险。"""


@risk.command(epilog="示例：jingtu risk sets --json")
@AS_JSON
def sets(*, as_json: bool) -> None:
    """列出随系统提供的参数集。"""
    from jingtu.knowledge.risk.parameters import load, shipped

    found = [load(name) for name in shipped()]
    if as_json:
        print_json(
            [
                {
                    **item.identity(),
                    "substances": len(item.substances),
                    "flagged": {flag: len(item.flagged(flag)) for flag in ("adjusted", "inferred")},
                }
                for item in found
            ]
        )
        return
    print_table(
        "参数集",
        ["名称", "版本", "说明", "物质", "调整过的参数", "校验值"],
        [
            [
                item.name,
                item.version,
                item.title,
                str(len(item.substances)),
                str(len(item.flagged("adjusted"))),
                item.sha256[:12],
            ]
            for item in found
        ],
    )


@risk.command(epilog="示例：jingtu risk derive --land-class 1 --substance 苯 --substance 7440-43-9 --json")
@click.option(
    "--land-class", required=True, type=click.Choice(["1", "2"]), help="1 第一类用地，2 第二类用地。"
)
@click.option("--substance", "substances", multiple=True, help="CAS 号或名称；可写多次，不写时为全部。")
@SET
@OPTION
@PARAMETER
@click.option(
    "--groundwater-target",
    "targets",
    multiple=True,
    metavar="物质=数值",
    help="地下水的目标浓度（mg/L），据此计算保护地下水的控制值；可写多次。",
)
@AS_JSON
def derive(
    *,
    land_class: str,
    substances: tuple[str, ...],
    set_name: str,
    switches: tuple[str, ...],
    parameters: tuple[str, ...],
    targets: tuple[str, ...],
    as_json: bool,
) -> None:
    """推导土壤和地下水的风险控制值。"""
    import numpy as np

    from jingtu.knowledge.risk.derive import derive as derived
    from jingtu.knowledge.risk.parameters import load

    chosen = load(set_name)
    wanted = chosen.chosen(list(substances) or None)
    kept = np.full(len(wanted), np.nan)
    for word, value in numbers_of(targets, "--groundwater-target").items():
        named = chosen.substance(word)
        kept[[item.id == named.id for item in wanted]] = value
    found = derived(
        chosen,
        land_class_of(land_class),
        [item.id for item in wanted],
        options_of(switches),
        replace=numbers_of(parameters, "--parameter"),
        groundwater_target=kept,
    )
    if as_json:
        print_json(found.to_json())
        return
    show_derivation(found)


@risk.command(
    epilog="示例：jingtu risk assess 检测结果.xlsx --land-class 1 --report 计算书.docx --save 复核.json"
)
@click.argument("file", metavar="文件", type=_IN, required=False)
@click.option("--land-class", type=click.Choice(["1", "2"]), help="1 第一类用地，2 第二类用地。")
@SET
@OPTION
@PARAMETER
@click.option("--draws", type=click.IntRange(min=1), help="抽样次数。")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="随机种子。")
@click.option(
    "--distributions",
    type=_IN,
    help="参数的分布表（CSV），每行写明来源；不写时体重、呼吸量等在已发布的取值之间抽样。",
)
@click.option(
    "--non-detects",
    type=click.Choice(["limit", "half", "omit"]),
    default="limit",
    show_default=True,
    help="未检出的结果：limit 按检出限计（上限），half 按一半计，omit 不参加计算。",
)
@click.option(
    "--unknown-depth",
    type=click.Choice(["both", "surface", "subsurface"]),
    default="both",
    show_default=True,
    help="没有采样深度的土壤样品按哪一层计。",
)
@click.option(
    "--by",
    type=click.Choice(["sample", "point"]),
    default="sample",
    show_default=True,
    help="逐个样品评估，或按点位取各层最高值。",
)
@click.option("--report", type=_OUT, help="把计算书写到 .docx 或 .xlsx 文件。")
@click.option("--save", type=_OUT, help="把输入、参数和全部结果存成 JSON，供 --replay 复核。")
@click.option("--replay", "replayed", type=_IN, help="重新计算保存的 JSON，逐位比对。")
@AS_JSON
def assess(
    *,
    file: Path | None,
    land_class: str | None,
    set_name: str,
    switches: tuple[str, ...],
    parameters: tuple[str, ...],
    draws: int | None,
    seed: int,
    distributions: Path | None,
    non_detects: Literal["limit", "half", "omit"],
    unknown_depth: Literal["both", "surface", "subsurface"],
    by: Literal["sample", "point"],
    report: Path | None,
    save: Path | None,
    replayed: Path | None,
    as_json: bool,
) -> None:
    """评估一份检测结果的致癌风险和危害商；或复核以前的评估。"""
    from jingtu.knowledge.risk.concentrations import Rules

    _check_outputs(report, save)
    if replayed is not None:
        if file is not None:
            raise click.UsageError("--replay 已含全部输入，不再需要文件。")
        run, said = _replay(replayed, as_json)
    else:
        if file is None or land_class is None:
            raise click.UsageError("请写明检测结果文件和 --land-class；复核时写 --replay。")
        rules = Rules(non_detects=non_detects, unknown_depth=unknown_depth, by=by)
        request = request_of(
            file, land_class, set_name, switches, parameters, rules, draws, seed, distributions
        )
        run, said = _computed(request, as_json), {}
    if report is not None:
        _write_report(run, report)
    if save is not None:
        import json

        record = json.dumps(run.record(), ensure_ascii=False, allow_nan=False, indent=1)
        _write(save, record.encode("utf-8", errors="surrogatepass"))
    written = {"report": str(report) if report else None, "saved": str(save) if save else None}
    if as_json:
        print_json({**run.to_json(), **written, **said})
        return
    if said:
        click.echo("复核一致：重新计算的全部数值与保存的逐位相同。")
    show_run(run)
    for path in (report, save):
        if path is not None:
            click.echo(f"已写入 {path}", err=True)


def _check_outputs(report: Path | None, save: Path | None) -> None:
    from jingtu.errors import InputError

    if report is not None and report.suffix.lower() not in {".docx", ".xlsx"}:
        raise click.UsageError("--report 的文件应以 .docx 或 .xlsx 结尾。")
    for path in (report, save):
        if path is not None and not path.resolve().parent.is_dir():
            raise InputError(f"文件夹不存在：{path.parent}", file=str(path))


# --- work --------------------------------------------------------------------------------------------


def _computed(request: Request, as_json: bool) -> Run:
    from jingtu.knowledge.risk.runs import compute

    return _with_progress(lambda tell: compute(request, tell), as_json or not request.draws)


def _with_progress(work: Callable[[Callable[[float], None]], Result], quiet: bool) -> Result:
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True, disable=quiet) as bar:
        job = bar.add_task("抽样计算", total=1.0)
        return work(lambda share: bar.update(job, completed=share))


def _replay(path: Path, as_json: bool) -> tuple[Run, dict[str, Any]]:
    import json

    from jingtu.errors import CellError, InputError
    from jingtu.knowledge.risk.replay import replay

    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError, OSError) as error:
        raise InputError("复核记录不是有效的 JSON 文件，请使用原始文件。", file=path.name) from error
    found = _with_progress(lambda tell: replay(document, tell), as_json)
    if found.same:
        return found.run, {"replay": {"same": True, "software": found.software}}
    errors = [
        CellError(
            f"{item.place}：保存的是 {_told(item.saved)}，重新计算是 {_told(item.now)}",
            file=path.name,
        )
        for item in found.differences[:_MOST_DIFFERENCES]
    ]
    words = [f"有 {len(found.differences)} 个数值与保存的不同" if errors else "数值相同"]
    if not found.intact:
        words.append("文件内容与其校验值不符，保存以后改动过")
    if found.software:
        changes = "、".join(f"{name} {was} → {now}" for name, (was, now) in found.software.items())
        words.append(f"软件版本不同：{changes}")
    raise InputError(
        f"复核不一致：{'；'.join(words)}。", errors, differences=len(found.differences), intact=found.intact
    )


def _told(value: Any) -> str:
    return "无" if value is None else repr(value) if isinstance(value, float) else str(value)[:80]


def _write_report(run: Run, path: Path) -> None:
    from jingtu.knowledge.risk.report import paper
    from jingtu.platform.documents import write_paper_docx, write_paper_xlsx

    if path.suffix.lower() == ".docx":
        _write(path, write_paper_docx(paper(run, most_worked=_MOST_WORKED)))
    else:
        _write(path, write_paper_xlsx(paper(run)))


def _write(path: Path, content: bytes) -> None:
    """Write beside and put in place, so that a half-written file is never found."""
    import os

    from jingtu.errors import InputError

    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise InputError(f"不能写入文件“{path}”，请检查文件夹和权限。", file=str(path)) from error
