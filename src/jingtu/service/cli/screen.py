"""``jingtu screen``: judge a laboratory's results by a standard. Needs no database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jingtu.service.cli.main import print_json
from jingtu.service.cli.screen_backgrounds import columns_of
from jingtu.service.cli.times import DAY

if TYPE_CHECKING:
    from datetime import date, datetime

    from jingtu.errors import CellError
    from jingtu.knowledge.labsheets import Finding, LabTable
    from jingtu.knowledge.standards.editions import Edition
    from jingtu.knowledge.standards.results import Screening

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
# What a reader of the sheet finds that leaves a result without its meaning.
_BLOCKING = frozenset({"required_sample", "required_analyte"})
# What it finds of units; the same is told of every result that it touches.
_OF_UNITS = frozenset({"required_unit", "unknown_unit", "unit_of_medium"})
_HEADINGS = (
    ("sample", "样品编号"),
    ("analyte", "检测项目"),
    ("reported_value", "报出结果"),
    ("reported_unit", "报出单位"),
    ("value", "结果"),
    ("unit", "单位"),
    ("limits", "限值"),
    ("clause", "条款"),
    ("ratio", "与限值之比"),
    ("verdict", "判定"),
    ("remark", "说明"),
)
_TONES = {
    "above_intervention": "red",
    "V": "red",
    "exceed": "red",
    "between": "yellow",
    "above_screening": "yellow",
}


@click.command(epilog="示例：jingtu screen 检测结果.xlsx --standard gb36600 --land-class 1 --json")
@click.argument("file", metavar="文件", type=_FILE)
@click.option(
    "--standard",
    required=True,
    metavar="标准",
    help="gb15618、gb36600、gbt14848、gb2762，或自带限值表中的标准代号。",
)
@click.option(
    "--land-class",
    type=click.Choice(["1", "2"]),
    help="GB 36600 的用地类别；不写时按表中的用地类型，不明确的按第一类。",
)
@click.option(
    "--on", "on", metavar="日期", type=DAY, help="按这一天实施的版本判定，YYYY-MM-DD；不写时为今天。"
)
@click.option(
    "--by-sampling-date", is_flag=True, help="按每个样品采样日期实施的版本判定；没有采样日期的按 --on。"
)
@click.option(
    "--table",
    "tables",
    metavar="限值表",
    type=_FILE,
    multiple=True,
    help="自带的限值表（CSV 或 Excel）；可写多次。",
)
@click.option(
    "--background",
    "backgrounds",
    metavar="项目=数值",
    multiple=True,
    help="土壤环境背景值（mg/kg），用于 GB 36600 注①的砷、钴、钒；可写多次。",
)
@click.option(
    "--background-source", default="", metavar="出处", help="背景值的出处；没有出处的不据此改变结论。"
)
@click.option(
    "-o",
    "--output",
    metavar="文件",
    type=click.Path(dir_okay=False, path_type=Path),
    help="把结果写成 .xlsx 或 .csv。",
)
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档。")
def screen(
    file: Path,
    standard: str,
    land_class: str | None,
    on: datetime | None,
    tables: tuple[Path, ...],
    backgrounds: tuple[str, ...],
    background_source: str,
    output: Path | None,
    *,
    by_sampling_date: bool,
    as_json: bool,
) -> int:
    """按标准判定检测结果：CSV 或 Excel，一行一个结果或一列一个项目。

    没有写明单位、单位不能识别的结果逐个列出，退出码为 1，其余结果照常判定。
    """
    from datetime import datetime as clock

    from jingtu.errors import CellError

    if output is not None and output.suffix.lower() not in {".xlsx", ".csv"}:
        raise click.UsageError("-o 的文件应以 .xlsx 或 .csv 结尾。")
    added = _added(tables)
    _check_standard(standard, added)
    day = on.date() if on else clock.now().astimezone().date()
    judged, table, findings = _judged(
        file, standard, day, land_class, added, (backgrounds, background_source.strip()),
        by_sampling_date=by_sampling_date,
    )  # fmt: skip
    errors = _errors(judged, table, findings)
    told = {(error.sheet, error.row) for error in errors}
    for finding in findings:
        if finding.code not in _OF_UNITS or (finding.sheet, finding.row) not in told:
            click.echo(f"提示：{_place(finding.error)}{finding.message}", err=True)
    for item in table.ignored:
        where = _place(CellError(item.why, sheet=item.sheet, row=item.row))
        click.echo(f"提示：{where}没有读取：{item.why}", err=True)
    if output is not None:
        _write(judged, output)
        click.echo(f"已写入 {output}。", err=True)
    if as_json:
        print_json(_document(judged, table, findings, errors))
    elif output is None:
        _show(judged)
    if errors and not as_json:
        click.echo(f"输入有误：有{len(errors)}个结果不能判定，请改正后重新运行。", err=True)
        for error in errors:
            click.echo(f"  {_place(error)}{error.message}", err=True)
    return 1 if errors else 0


def _added(tables: tuple[Path, ...]) -> list[Edition]:
    found: list[Edition] = []
    for path in tables:
        from jingtu.knowledge.standards.added import read_added_file

        found += read_added_file(path).editions
    return found


def _check_standard(standard: str, added: list[Edition]) -> None:
    from jingtu.knowledge.standards.editions import editions

    keys = list(dict.fromkeys(edition.standard for edition in (*editions(), *added)))
    if standard not in keys:
        raise click.BadParameter(
            f"没有标准“{standard}”；可用的有{'、'.join(keys)}。", param_hint="--standard"
        )


def _judged(
    file: Path,
    standard: str,
    on: date,
    land_class: str | None,
    added: list[Edition],
    backgrounds: tuple[tuple[str, ...], str],
    *,
    by_sampling_date: bool,
) -> tuple[Screening, LabTable, list[Finding]]:
    from jingtu.knowledge.labsheets import read_results
    from jingtu.knowledge.standards.screening import screen as judge

    table, findings = read_results(file, standard)
    # Blanks, parallels of the laboratory and recoveries check the laboratory, not the soil.
    kept = [place for place, kind in enumerate(table["qc_kind"]) if not kind or kind == "parallel"]
    if len(kept) < len(table):
        click.echo(f"提示：有{len(table) - len(kept)}个质控样结果，不作判定。", err=True)
        table = table.take(kept)
    columns = {name: values for name, values in table.columns.items() if name != "value"}
    columns["value"] = columns.pop("raw")
    if backgrounds[0]:
        columns |= columns_of(*backgrounds, standard, on, added, columns["analyte"], columns["unit"])
    judged = judge(
        columns,
        standard,
        on,
        land_class=int(land_class) if land_class else None,
        added=added,
        by_sampling_date=by_sampling_date,
    )
    return judged, table, findings


def _errors(judged: Screening, table: LabTable, findings: list[Finding]) -> list[CellError]:
    """What is wrong with the input itself: results without a unit, or in one that means nothing here."""
    from jingtu.errors import CellError
    from jingtu.knowledge.standards.reasons import REASON, words_of

    found = [finding.error for finding in findings if finding.blocks and finding.code in _BLOCKING]
    places = {
        (finding.sheet, finding.row): finding.column for finding in findings if finding.code in _OF_UNITS
    }
    codes = {
        REASON[code]: code for code in ("missing_unit", "unknown_unit", "unit_mismatch", "unit_conflict")
    }
    for row, reason in enumerate(judged.reason_code.tolist()):
        if reason not in codes or judged.source[row] < 0:
            continue
        at = int(judged.source[row])
        sheet, line, column = table.place(at)
        if codes[reason] != "unit_conflict":
            column = places.get((sheet, line), column)
        unit = judged.reported_unit[row]
        name, result = judged.analyte[row] or "", judged.reported_value[row]
        message = f"{name}的结果{result}{words_of('reason', codes[reason])}"
        value = None if unit is None else str(unit)
        found.append(CellError(message, file=table.file, sheet=sheet, row=line, column=column, value=value))
    return found


def _document(
    judged: Screening, table: LabTable, findings: list[Finding], errors: list[CellError]
) -> dict[str, Any]:
    document = judged.to_json()
    for result in document["results"]:
        at = result.pop("row")
        sheet, line, column = table.place(at) if at is not None else (None, None, None)
        result["place"] = (
            {"file": table.file, "sheet": sheet, "row": line, "column": column} if line else None
        )
    document["warnings"] = [finding.to_json() for finding in findings]
    document["left_out"] = [
        {"sheet": item.sheet, "row": item.row, "text": item.text, "why": item.why} for item in table.ignored
    ]
    if not errors:
        return document
    error = {
        "code": "bad_input",
        "message": f"有{len(errors)}个结果不能判定，请改正后重新运行。",
        "facts": {"results": len(judged), "errors": len(errors)},
    }
    return {"error": error, "errors": [one.to_json() for one in errors], **document}


def _place(error: CellError) -> str:
    parts = (
        f"工作表“{error.sheet}”" if error.sheet else "",
        f"第{error.row}行" if error.row is not None else "",
        f"{error.column}列" if error.column else "",
    )
    words = " ".join(part for part in parts if part)
    return f"{words}：" if words else ""


def _lines(judged: Screening) -> list[dict[str, Any]]:
    """One line a result, in the words of people."""
    from jingtu.knowledge.standards.reasons import words_of

    lines: list[dict[str, Any]] = []
    for row in judged.frame().iter_rows(named=True):
        limits = judged.limits_of(len(lines))
        lines.append(
            {
                **{name: row[name] for name, _ in _HEADINGS if name in row},
                "value": None if row["value"] is None else float(f"{row['value']:.6g}"),
                "limits": "；".join(f"{words_of('limit', one['name'])} {one['printed']}" for one in limits),
                "clause": "；".join(dict.fromkeys(one["clause"] for one in limits)),
                "ratio": None if row["ratio"] is None else round(row["ratio"], 3),
                "verdict": row["verdict_words"],
                "remark": "；".join(part for part in (row["reason_words"], row["flag_words"]) if part),
                "code": row["verdict"],
            }
        )
    return lines


def _samples(judged: Screening) -> list[tuple[str, str, str, str]]:
    """One line a sample; the mildest verdict has nothing that drives it."""
    from jingtu.knowledge.standards.reasons import RANKS, VERDICT, words_of

    return [
        (
            sample["sample"] or "",
            words_of("verdict", sample["verdict"]),
            "" if RANKS[VERDICT[sample["verdict"]]] == 1 else "、".join(sample["drivers"]),
            "；".join(
                f"{count}项{words_of('verdict', code)}"
                for code in ("not_evaluable", "not_covered")
                if (count := sample[code])
            ),
        )
        for sample in judged.samples
    ]


def _show(judged: Screening) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    editions = "；".join(f"{edition.number} {edition.title}" for edition in judged.editions)
    console.print(Text(editions, style="bold"))
    table = Table(title="逐项结果", title_justify="left")
    for heading in ("样品", "项目", "结果", "限值", "判定", "说明"):
        table.add_column(heading, overflow="fold")
    for line in _lines(judged):
        printed = line["reported_value"]
        result = f"{line['value'] if printed is None else printed} {line['reported_unit'] or ''}"
        verdict = Text(line["verdict"], style=_TONES.get(line["code"], ""))
        table.add_row(
            Text(line["sample"] or ""),
            Text(line["analyte"] or ""),
            Text(result),
            Text(line["limits"]),
            verdict,
            Text(line["remark"]),
        )
    console.print(table)
    table = Table(title="样品结论", title_justify="left")
    for heading in ("样品", "结论", "决定项目", "未判定"):
        table.add_column(heading, overflow="fold")
    for cells in _samples(judged):
        table.add_row(*(Text(cell) for cell in cells))
    console.print(table)


def _write(judged: Screening, path: Path) -> None:
    lines = [[line[name] for name, _ in _HEADINGS] for line in _lines(judged)]
    headings = [heading for _, heading in _HEADINGS]
    if path.suffix.lower() == ".csv":
        content = _csv([headings, *lines])
    else:
        samples = [("样品编号", "结论", "决定项目", "未判定"), *_samples(judged)]
        editions = [("标准号", "名称", "实施日期")] + [
            (edition.number, edition.title, edition.valid_from.isoformat()) for edition in judged.editions
        ]
        content = _workbook({"逐项结果": [headings, *lines], "样品结论": samples, "依据": editions})
    from jingtu.errors import InputError

    try:
        path.write_bytes(content)
    except OSError as error:
        raise InputError(f"文件不能写入：{path}", file=str(path)) from error


def _csv(rows: list[list[Any]]) -> bytes:
    import csv
    import io

    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    for row in rows:
        # A cell that begins like a formula must stay text in a spreadsheet.
        writer.writerow(
            [
                f"'{cell}" if isinstance(cell, str) and cell.startswith(tuple("=+-@\t\r")) else cell
                for cell in row
            ]
        )
    # With the mark that makes Excel read it as UTF-8.
    return stream.getvalue().encode("utf-8-sig")


def _workbook(sheets: dict[str, Any]) -> bytes:
    import io

    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    from jingtu.platform.documents.xlsx import put_text

    book = Workbook()
    del book[book.sheetnames[0]]
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        sheet.freeze_panes = "A2"
        widths: dict[int, int] = {}
        for line, row in enumerate(rows, start=1):
            for place, value in enumerate(row, start=1):
                cell = sheet.cell(line, place)
                if isinstance(value, str):
                    put_text(cell, value)
                    widths[place] = min(60, max(widths.get(place, 8), 2 * len(value) + 2))
                else:
                    cell.value = value
                if line == 1:
                    cell.font = Font(bold=True)
        for place, width in widths.items():
            sheet.column_dimensions[get_column_letter(place)].width = width
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
