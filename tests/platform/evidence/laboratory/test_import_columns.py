"""Files of which nothing is recognised, and rows that are left out, as people meet them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.platform.evidence.laboratory.conftest import book
from tests.platform.evidence.laboratory.dropping import _own_folder, client, confirm, drop, text

from jingtu.platform.evidence.laboratory.models import Result, SheetMapping, Survey

__all__ = ["_own_folder", "client"]
pytestmark = pytest.mark.django_db


def name_columns(page: Any, **targets: tuple[str, str, str]) -> dict[str, str]:
    """The form of columns with what a person says, by heading: target, analyte, unit."""
    body = page.content.decode()
    form = {"step": "columns", "file": re.search(r'name="file" value="([^"]*)"', body)[1]}
    for heading, (target, analyte, unit) in targets.items():
        name = re.search(rf'<label for="(b\d+-c\d+)-target">{heading}</label>', body)[1]
        form |= {f"{name}-target": target, f"{name}-analyte": analyte, f"{name}-unit": unit}
    return form


WIDE = ["甲", "乙", "丙"]


def test_a_table_without_a_known_heading_is_named_column_by_column_and_remembered(
    client: Any, survey: Survey
) -> None:
    page = drop(client, survey, book([["S1-1", "2024-06-12", 12.5], ["S2-1", "2024-06-12", 70.5]], WIDE))
    assert "表头没有认出，请逐列指明" in text(page)
    form = name_columns(
        page, 甲=("sample", "", ""), 乙=("sampled_on", "", ""), 丙=("result", "砷", "mg/kg")
    )  # fmt: skip
    page = client.post(f"/surveys/{survey.uid}/import/", form, follow=True)
    confirm(client, survey, page, acknowledged="1")
    assert [(item.sample.code, item.analyte, item.value) for item in Result.objects.order_by("id")] == [
        ("S1-1", "砷", 12.5), ("S2-1", "砷", 70.5),
    ]  # fmt: skip
    assert SheetMapping.objects.count() == 1
    page = drop(client, survey, book([["S3-1", "2024-06-12", 3.5]], WIDE), "第二份.xlsx")
    assert "确认导入" in text(page), "the same headings go straight through"


def test_a_table_of_one_result_a_line_is_named_as_well(client: Any, survey: Survey) -> None:
    head = ["甲", "乙", "丙", "丁"]
    page = drop(client, survey, book([["S1-1", "总量", 12.5, "mg/kg"], ["S1-1", "其他", 0.2, "mg/kg"]], head))
    said = {
        "甲": ("sample", "", ""),
        "乙": ("analyte", "", ""),
        "丙": ("value", "", ""),
        "丁": ("unit", "", ""),
    }
    page = client.post(f"/surveys/{survey.uid}/import/", name_columns(page, **said), follow=True)
    assert "样品 1 结果 2" in text(page), text(page)


def test_rows_without_a_result_are_named_in_the_report(client: Any, survey: Survey) -> None:
    head = ["样品编号", "检测项目", "检测结果", "单位"]
    rows = [["S1-1", "砷", 12.5, "mg/kg"], ["S1-1", "镉", "未检测", "mg/kg"], ["S1-1", "铅", "-", "mg/kg"]]
    page = drop(client, survey, book(rows, head))
    words = text(page)
    assert "没有读取的工作表和行（2）" in words
    assert "第 3 行 没有检测的项目" in words
    assert "第 4 行 没有检测的项目" in words
