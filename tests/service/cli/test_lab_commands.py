"""``jingtu lab`` as scripts call it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from tests.conftest import Installation

SURVEY = "JC-1"
REGISTER = """
from datetime import date
from jingtu.platform.evidence.laboratory.surveys import CreateSurvey, Said
from jingtu.platform.regions.models import Region
region = Region.objects.filter(adcode="450300").get()
said = Said(name="试验调查", code="JC-1", region=region, standard="gb36600", land_class=2)
CreateSurvey(None, date(2024, 6, 3), said).execute()
"""


@pytest.fixture
def surveyed(ready: Installation) -> Installation:
    ready.environment["JINGTU_TODAY"] = "2024-06-30"
    script = "from jingtu.service.cli.django import setup; setup()\n" + REGISTER
    with ready.start("-c", script) as process:
        assert process.wait(60) == 0
    return ready


def table(path: Path, *values: Any) -> str:
    book = Workbook()
    assert book.active is not None
    book.active.append(["样品编号", "采样日期", "检测项目", "检测结果", "单位"])
    for number, value in enumerate(values, start=1):
        book.active.append([f"S{number}", date(2024, 6, 12), "砷", value, "mg/kg"])
    book.save(path)
    return str(path)


def call(ready: Installation, *words: str, code: int = 0) -> Any:
    done = ready.run("lab", *words, "--json")
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout)


def test_a_file_is_checked_stored_and_known_again(surveyed: Installation, tmp_path: Path) -> None:
    words = ("import", table(tmp_path / "结果.xlsx", 12, 80, 150), "--survey", SURVEY)
    preview = call(surveyed, *words)
    assert (preview["applied"], preview["added"]) == (False, 3)
    expected = {"below_screening": 1, "between": 1, "above_intervention": 1}
    assert preview["verdicts_of_samples"] == expected
    assert preview["warnings"], "nothing is known of the laboratory's qualification"
    assert call(surveyed, "list")[0]["samples"] == {}, "a check stores nothing"

    refused = call(surveyed, *words, "--apply", code=1)
    assert "已核对" in refused["error"]["message"]
    assert call(surveyed, *words, "--apply", "--acknowledge")["applied"]
    (after,) = call(surveyed, "list")
    assert after["samples"] == expected
    assert after["editions"][0]["number"] == "GB 36600-2018"

    again = call(surveyed, *words, "--apply", "--acknowledge")
    assert (again["applied"], again["unchanged"]) == (False, 3)
    assert "内容没有变化" in again["note"]


def test_a_file_with_errors_names_its_cells(surveyed: Installation, tmp_path: Path) -> None:
    file = table(tmp_path / "结果.xlsx", 12, "一百", -3)
    found = call(surveyed, "import", file, "--survey", SURVEY, "--apply", "--acknowledge", code=1)
    assert found["error"]["code"] == "bad_input"
    assert {(item["row"], item["column"]) for item in found["errors"]} == {(3, "D"), (4, "D")}
    assert call(surveyed, "list")[0]["samples"] == {}


def test_an_unknown_survey_is_said(surveyed: Installation, tmp_path: Path) -> None:
    file = table(tmp_path / "结果.xlsx", 12)
    found = call(surveyed, "import", file, "--survey", "没有", code=1)
    assert found["error"]["code"] == "not_found"
