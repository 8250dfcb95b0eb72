"""register, indicator, duties and report as scripts call them: the documents of the contract."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from tests.conftest import Installation

REGION = "450300"  # a real code of the built-in table; nothing else of the place is used
HEADINGS = ["地块编码", "地块名称", "状态", "纳入日期", "落实管控日期"]


def table(path: Path, *rows: list[Any]) -> str:
    book = Workbook()
    assert book.active is not None
    book.active.append(HEADINGS)
    for row in rows:
        book.active.append(row)
    book.save(path)
    return str(path)


def call(ready: Installation, *words: str, code: int = 0) -> Any:
    done = ready.run(*words, "--json")
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout)


def test_a_list_goes_in_is_counted_and_comes_out(ready: Installation, tmp_path: Path) -> None:
    ready.environment["JINGTU_TODAY"] = "2024-06-30"
    rows = [
        ["P-1", "甲地块", "已落实管控", date(2024, 1, 15), date(2024, 5, 20)],
        ["P-2", "乙地块", "已纳入", date(2024, 1, 15), None],
        ["P-3", "丙地块", "已纳入", date(2024, 5, 15), None],  # after the base date
    ]
    file = table(tmp_path / "清单.xlsx", *rows)
    words = ("register", "import", "priority_parcels", file, "--region", REGION)

    preview = call(ready, *words)
    assert (preview["added"], preview["changed"], preview["unchanged"], preview["errors"]) == (3, 0, 0, [])
    (before,) = (item for item in call(ready, "register", "list") if item["id"] == "priority_parcels")
    assert before["entries"] == 0, "a preview writes nothing"

    assert call(ready, *words, "--apply")["added"] == 3
    (after,) = (item for item in call(ready, "register", "list") if item["id"] == "priority_parcels")
    assert after["entries"] == 3
    assert sum(after["states"].values()) == 3

    reading = call(
        ready, "indicator", "read", "priority_parcel_control_ratio",
        "--region", REGION, "--on", "2024-06-30", "--base", "2024-03-31",
    )  # fmt: skip
    assert (reading["value"], reading["numerator"], reading["denominator"]) == (50, 1, 2)
    assert reading["entries"]["left_out"], (
        "the parcel listed after the base date is left out, with its reason"
    )
    assert reading["rule"]["valid_from"] <= "2024-06-30"

    exported = tmp_path / "导出.xlsx"
    ready.run("register", "export", "priority_parcels", "-o", str(exported), "--on", "2024-06-30")
    texts = {cell.value for row in load_workbook(exported).worksheets[0].iter_rows() for cell in row}
    assert {"P-1", "P-2", "P-3"} <= texts
    again = call(ready, "register", "import", "priority_parcels", str(exported))
    assert (again["added"], again["changed"], again["unchanged"]) == (0, 0, 3)

    assert isinstance(call(ready, "duties", "due", "--on", "2024-06-30"), list)


def test_every_bad_cell_is_named_and_nothing_goes_in(ready: Installation, tmp_path: Path) -> None:
    file = table(
        tmp_path / "坏.xlsx", ["P-1", "甲地块", "没有的状态", "昨天", None], ["P-1", "", "已纳入", None, None]
    )
    words = ("register", "import", "priority_parcels", file, "--region", REGION, "--apply")
    document = call(ready, *words, code=1)
    assert document["error"]["code"] == "bad_input"
    places = {(error["row"], error["value"]) for error in document["errors"]}
    assert {(2, "没有的状态"), (2, "昨天")} <= places
    assert all(error["file"] == "坏.xlsx" for error in document["errors"])
    (after,) = (item for item in call(ready, "register", "list") if item["id"] == "priority_parcels")
    assert after["entries"] == 0


@pytest.mark.parametrize("ending", ["xlsx", "docx"])
def test_the_months_form_is_a_file(ready: Installation, tmp_path: Path, ending: str) -> None:
    ready.environment["JINGTU_TODAY"] = "2024-06-30"
    plan = next((Path(__file__).parents[3] / "examples" / "plan").glob("*计划.docx"))
    loaded = ready.run("plan", "load", str(plan), "--confirm", "--region", REGION)
    assert loaded.returncode == 0, loaded.stderr
    target = tmp_path / f"六月.{ending}"
    made = call(ready, "report", "monthly", "--region", REGION, "--month", "2024-06", "-o", str(target))
    assert made["rows"] == 12
    assert target.stat().st_size > 5000

    wrong = call(
        ready, "report", "monthly", "--region", REGION, "--month", "2024-13", "-o", str(target), code=1
    )
    assert wrong["error"]["code"] == "bad_input"


def test_a_mapping_in_a_file_says_which_column_is_which(ready: Installation, tmp_path: Path) -> None:
    ready.environment["JINGTU_TODAY"] = "2024-06-30"
    book = Workbook()
    assert book.active is not None
    book.active.append(["宗地标识", "宗地叫法", "地块名称"])
    book.active.append(["M-1", "甲地块", "旧名"])
    file = tmp_path / "外系统.xlsx"
    book.save(file)
    mapping = tmp_path / "对照.json"
    columns = {"宗地标识": "code", "宗地叫法": "name", "地块名称": None}
    mapping.write_text(json.dumps({"columns": columns}, ensure_ascii=False), encoding="utf-8")
    words = ("register", "import", "priority_parcels", str(file), "--region", REGION)
    answer = call(ready, *words, "--mapping", str(mapping))
    assert (answer["added"], answer["ignored_columns"]) == (1, ["地块名称"])
    unknown = call(ready, *words, "--mapping", "没有的", code=1)
    assert "没有的" in unknown["error"]["message"]
    mapping.write_text('{"columns": {"宗地叫法": "没有这一栏"}}', encoding="utf-8")
    wrong = call(ready, *words, "--mapping", str(mapping), code=1)
    assert [item["column"] for item in wrong["errors"]] == ["宗地叫法", "地块名称"]
