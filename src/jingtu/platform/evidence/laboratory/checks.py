"""What is checked of a file beyond the sheet itself: the survey it belongs to, and the laboratory's right.

A laboratory reports with its qualification (检验检测机构资质认定, CMA): the certificate has a number, days
between which it holds, and the items it covers.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from jingtu.errors import CellError
from jingtu.knowledge import labsheets
from jingtu.knowledge.labsheets import FIELDS, Finding, LabTable
from jingtu.platform.evidence.laboratory.models import Medium, Survey

FIELD_WORDS: dict[str, str] = {**FIELDS, "parent_code": FIELDS["parallel_of"]}
_LONGEST = {
    "sample": 80, "point": 80, "land_use": 20, "crop": 60, "batch": 60, "parallel_of": 80,
    "analyte": 80, "raw": 60, "unit": 30, "method": 120,
}  # fmt: skip
_NAMED = 8  # items in a sentence


def of_table(survey: Survey, table: LabTable, on: date) -> list[Finding]:
    """All findings of a table of a survey: those of the sheet, of its lengths, of the survey, of the laboratory."""
    return [
        *labsheets.check(table, on=on),
        *_lengths(table),
        *_medium(survey, table),
        *qualification(survey, table),
        *_laboratory(survey, table),
    ]


def _finding(
    table: LabTable, index: int, name: str, message: str, code: str, severity: str, advice: str
) -> Finding:
    sheet, row, column = table.place(index, name)
    value = table[name][index]
    error = CellError(message, table.file, sheet, row, column, None if value is None else str(value)[:80])
    return Finding(error, code, "error" if severity == "error" else "warning", advice)


def _whole(table: LabTable, message: str, code: str, advice: str) -> Finding:
    return Finding(CellError(message, table.file), code, "warning", advice)


def _lengths(table: LabTable) -> Iterable[Finding]:
    for name, longest in _LONGEST.items():
        words = FIELD_WORDS.get(name, "检测结果")
        for index, value in enumerate(table[name]):
            if isinstance(value, str) and len(value) > longest:
                yield _finding(
                    table, index, "value" if name == "raw" else name, f"{words}超过 {longest} 个字",
                    "too_long", "error", "请改短；说明文字请写在备注列",
                )  # fmt: skip


def _medium(survey: Survey, table: LabTable) -> Iterable[Finding]:
    wanted = Medium(survey.medium)
    told: set[Any] = set()
    for index, value in enumerate(table["medium"]):
        if value and value != wanted.value and table["sample"][index] not in told:
            told.add(table["sample"][index])
            known = Medium(value).label if value in Medium.values else str(value)
            yield _finding(
                table, index, "medium", f"样品类型为{known}，与本任务的{wanted.label}不符", "other_medium",
                "error", "请另建检测任务导入这类样品，或更正样品类型",
            )  # fmt: skip


def qualification(survey: Survey, table: LabTable) -> Iterable[Finding]:
    """Warnings where the laboratory's qualification is unknown, did not hold, or does not cover an item."""
    days = sorted({day for day in table["sampled_on"] if isinstance(day, date)})
    if not survey.qualified:
        yield _whole(
            table, "没有登记检测机构的资质认定证书和有效期", "no_qualification",
            "请在检测任务中补充证书编号和有效期；缺少资质认定的结果不能作为监管依据",
        )  # fmt: skip
    else:
        assert survey.cma_valid_to is not None
        outside = [
            day
            for day in days
            if day > survey.cma_valid_to or (survey.cma_valid_from and day < survey.cma_valid_from)
        ]
        if outside:
            yield _whole(
                table,
                f"采样日期 {_few(day.isoformat() for day in outside)} 不在资质认定证书 {survey.cma_number} 的有效期内",
                "qualification_expired",
                f"证书有效期至 {survey.cma_valid_to.isoformat()}；请核对证书，或改由有资质的机构检测",
            )
    scope = {item.strip() for item in survey.cma_scope.replace("，", "、").replace(",", "、").split("、")} - {
        ""
    }
    if not scope:
        yield _whole(
            table, "没有登记资质认定的项目范围，不能核对检测项目是否在范围内", "scope_unknown",
            "请在检测任务中补充证书附表所列项目",
        )  # fmt: skip
        return
    missing = [name for name in dict.fromkeys(table["analyte"]) if name and name not in scope]
    if missing:
        yield _whole(
            table, f"检测项目 {_few(missing)} 不在登记的资质认定范围内", "out_of_scope",
            "请核对证书附表；不在范围内的项目不能出具有资质认定标志的报告",
        )  # fmt: skip


def _laboratory(survey: Survey, table: LabTable) -> Iterable[Finding]:
    if survey.laboratory is None:
        return
    names = {survey.laboratory.name, *survey.laboratory.aliases.values_list("name", flat=True)}
    other = [name for name in dict.fromkeys(table["laboratory"]) if name and name not in names]
    if other:
        yield _whole(
            table, f"文件中的检测单位是{_few(other)}，本任务登记的是{survey.laboratory.name}", "other_laboratory",
            "请核对文件是否属于本任务；分包检测的，请另建检测任务",
        )  # fmt: skip


def _few(items: Iterable[str]) -> str:
    found = list(items)
    shown = "、".join(found[:_NAMED])
    return f"{shown}等 {len(found)} 项" if len(found) > _NAMED else shown
