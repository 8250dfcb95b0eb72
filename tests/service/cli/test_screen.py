"""``jingtu screen`` as scripts call it."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import openpyxl
import pytest

LONG = """样品编号,检测项目,检测结果,单位,pH,土地利用类型,采样日期
S1,镉,0.31,mg/kg,5.5,水田,2024-05-01
S1,总砷,<0.5,mg/kg,5.5,水田,2024-05-01
S1,汞,ND,mg/kg,5.5,水田,2024-05-01
S2,镉,300,μg/kg,5.5,水田,2024-05-01
S2,铜,60,mg/kg,5.9,茶园,2024-05-01
S2,六价铬,1,mg/kg,5.9,茶园,2024-05-01
"""
WIDE = """样品编号,砷(mg/kg),镉(mg/kg),四氯化碳(μg/kg)
T1,19.9,<0.01,1.3L
T2,25,70,950
"""


def run(*words: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "jingtu.service.cli.main", "screen", *words]
    return subprocess.run(
        command,
        capture_output=True,
        timeout=60,
        env={"LC_ALL": "C", "PATH": "", "TZ": "Asia/Shanghai"},
        check=False,
    )


def judged(*words: str, code: int = 0) -> dict[str, Any]:
    done = run(*words, "--json")
    assert done.returncode == code, done.stderr.decode("utf-8", "replace")
    document: dict[str, Any] = json.loads(done.stdout)
    return document


@pytest.fixture
def long(tmp_path: Path) -> str:
    path = tmp_path / "结果.csv"
    path.write_text(LONG, encoding="utf-8")
    return str(path)


@pytest.fixture
def wide(tmp_path: Path) -> str:
    path = tmp_path / "宽表.csv"
    path.write_text(WIDE, encoding="utf-8")
    return str(path)


def test_a_long_sheet(long: str) -> None:
    found = judged(long, "--standard", "gb15618", "--on", "2026-11-22")
    assert found["edition"]["number"] == "GB 15618-2018"
    assert [(one["sample"], one["analyte"], one["verdict"], one["reason"]) for one in found["results"]] == [
        ("S1", "镉", "between", None),
        ("S1", "总砷", "below_screening", None),
        ("S1", "汞", "not_evaluable", "no_detection_limit"),
        ("S2", "镉", "below_screening", None),
        ("S2", "铜", "above_screening", None),
        ("S2", "六价铬", "not_covered", "species_not_covered"),
    ]
    cadmium, arsenic = found["results"][3], found["results"][1]
    assert (cadmium["value"], cadmium["unit"], cadmium["reported"]) == (
        0.3,
        "mg/kg",
        {"value": "300", "unit": "μg/kg"},
    )
    assert (cadmium["detected"], cadmium["ratio"], cadmium["place"]["row"]) == (True, 1.0, 5)
    assert (arsenic["detected"], arsenic["value"], arsenic["detection_limit"]) == (False, None, 0.5)
    assert {(limit["name"], limit["value"], limit["unit"]) for limit in cadmium["limits"]} == {
        ("screening", 0.3, "mg/kg"),
        ("intervention", 1.5, "mg/kg"),
    }
    assert all(limit["clause"] for limit in cadmium["limits"])
    assert [(one["sample"], one["verdict"], one["driver"]) for one in found["samples"]] == [
        ("S1", "between", "镉"),
        ("S2", "above_screening", "铜"),
    ]


def test_a_wide_sheet_and_both_classes(wide: str) -> None:
    first = judged(wide, "--standard", "gb36600", "--land-class", "1")
    second = judged(wide, "--standard", "gb36600", "--land-class", "2")
    assert [one["verdict"] for one in first["samples"]] == ["below_screening", "above_intervention"]
    assert [one["verdict"] for one in second["samples"]] == ["below_screening", "between"]
    unclear = judged(wide, "--standard", "gb36600")
    assert [one["verdict"] for one in unclear["results"]] == [one["verdict"] for one in first["results"]]
    assert all("land_class_unclear" in one["flags"] for one in unclear["results"])


def test_a_missing_unit_is_an_error_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "缺单位.csv"
    path.write_text(LONG.replace("0.31,mg/kg", "0.31,").replace("60,mg/kg", "60,担"), encoding="utf-8")
    found = judged(str(path), "--standard", "gb15618", code=1)
    assert found["error"]["code"] == "bad_input"
    assert [(error["file"], error["row"], error["column"]) for error in found["errors"]] == [
        ("缺单位.csv", 2, "D"),
        ("缺单位.csv", 6, "D"),
    ]
    assert "没有写明单位" in found["errors"][0]["message"]
    assert found["results"][0]["unit"] is None
    assert [one["reason"] for one in found["results"] if one["verdict"] == "not_evaluable"] == [
        "missing_unit",
        "no_detection_limit",
        "unknown_unit",
    ]


def test_before_any_edition(long: str) -> None:
    found = judged(long, "--standard", "gb15618", "--on", "2018-07-31", code=1)
    assert found["error"]["code"] == "not_configured"
    assert judged(long, "--standard", "gb15618", "--on", "2018-07-31", "--by-sampling-date")["samples"]


def test_a_file_that_is_no_sheet(tmp_path: Path) -> None:
    path = tmp_path / "坏.xlsx"
    path.write_bytes(b"PK\x03\x04 not a workbook")
    assert judged(str(path), "--standard", "gb15618", code=1)["error"]["code"]


@pytest.mark.parametrize(
    "words",
    [
        ("--standard", "gb1"),
        ("--land-class", "3", "--standard", "gb36600"),
        ("--standard", "gb36600", "--on", "昨天"),
        ("--standard", "gb36600", "-o", "结果.pdf"),
        (),
    ],
)
def test_wrong_use(long: str, words: tuple[str, ...]) -> None:
    assert run(long, *words).returncode == 2
    assert run("没有.csv", "--standard", "gb36600").returncode == 2


def test_for_people(long: str) -> None:
    done = run(long, "--standard", "gb15618")
    text = done.stdout.decode("utf-8")
    assert done.returncode == 0
    for word in ("GB 15618-2018", "超过筛选值", "样品结论", "决定项目"):
        assert word in text
    for code in ("below_screening", "not_evaluable", "no_detection_limit"):
        assert code not in text


def test_written_as_a_workbook_in_which_nothing_is_a_formula(tmp_path: Path) -> None:
    source, target = tmp_path / "结果.csv", tmp_path / "判定.xlsx"
    source.write_text(LONG.replace("S1,镉", "=1+1,镉"), encoding="utf-8")
    assert run(str(source), "--standard", "gb15618", "-o", str(target)).returncode == 0
    book = openpyxl.load_workbook(target)
    assert book.sheetnames == ["逐项结果", "样品结论", "依据"]
    rows = list(book["逐项结果"].iter_rows(values_only=True))
    assert rows[0][:3] == ("样品编号", "检测项目", "报出结果")
    assert rows[1][4] == 0.31
    assert rows[4][4:6] == (0.3, "mg/kg")
    assert "f" not in {cell.data_type for row in book["逐项结果"].iter_rows() for cell in row}


def test_written_as_text(long: str, tmp_path: Path) -> None:
    target = tmp_path / "判定.csv"
    assert run(long, "--standard", "gb15618", "-o", str(target)).returncode == 0
    with target.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert rows[0]["判定"] == "超过筛选值、未超过管制值"
    assert rows[0]["限值"] == "筛选值 0.3；管制值 1.5"


def test_help_is_quick() -> None:
    took = []
    for _ in range(3):
        start = time.perf_counter()
        assert run("--help").returncode == 0
        took.append(time.perf_counter() - start)
    assert min(took) < 0.3


def test_ph_given_as_a_result_is_the_ph_of_its_sample(tmp_path: Path) -> None:
    path = tmp_path / "pH.csv"
    lines = [
        "sample,analyte,value,unit",
        "S1,pH,5.5,无量纲",
        "S1,锌,201,mg/kg",
        "S2,pH,7.6,",
        "S2,锌,201,mg/kg",
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    found = judged(str(path), "--standard", "gb15618")
    assert [(one["sample"], one["analyte"], one["verdict"]) for one in found["results"]] == [
        ("S1", "锌", "above_screening"),
        ("S2", "锌", "below_screening"),
    ]


def test_a_table_of_ones_own(tmp_path: Path) -> None:
    own = Path(__file__).resolve().parents[3] / "examples" / "standards" / "示例标准.csv"
    with own.open(encoding="utf-8-sig") as stream:
        limit = next(csv.DictReader(stream))
    path = tmp_path / "结果.csv"
    path.write_text(
        f"sample,analyte,value,unit\nS1,{limit['项目']},100000000,{limit['单位']}\n", encoding="utf-8"
    )
    found = judged(str(path), "--standard", limit["代号"], "--table", str(own), "--on", limit["施行日期"])
    assert found["edition"]["number"] == limit["标准号"]
    assert found["results"][0]["verdict"] != "not_covered"
    assert run(str(path), "--standard", limit["代号"]).returncode == 2


def test_a_table_that_is_none(long: str, tmp_path: Path) -> None:
    bad = tmp_path / "限值.csv"
    bad.write_text("甲,乙\n1,2\n", encoding="utf-8")
    found = judged(long, "--standard", "gb15618", "--table", str(bad), code=1)
    assert found["errors"][0]["file"] == "限值.csv"


def test_rows_that_say_not_tested_are_named(tmp_path: Path) -> None:
    file = tmp_path / "结果.csv"
    file.write_text("sample,analyte,value,unit\nS1,镉,0.2,mg/kg\nS1,铅,-,mg/kg\n", encoding="utf-8")
    done = run(str(file), "--standard", "gb36600", "--land-class", "1", "--json")
    document = json.loads(done.stdout)
    assert [item["analyte"] for item in document["results"]] == ["镉"]
    assert [(item["row"], item["why"]) for item in document["left_out"]] == [(3, "没有检测的项目")]
    assert "第3行：没有读取：没有检测的项目" in done.stderr.decode("utf-8")


BACKGROUND = """sample,analyte,value,unit
S1,砷,25,mg/kg
S1,钴,21000,μg/kg
S2,砷,31,mg/kg
S2,镉,30,mg/kg
"""


def test_a_background_is_a_flag_beside_the_verdict(tmp_path: Path) -> None:
    file = tmp_path / "结果.csv"
    file.write_text(BACKGROUND, encoding="utf-8")
    given = ("--standard", "gb36600", "--land-class", "1", "--background", "As=30", "--background", "钴=22")
    document = judged(str(file), *given, "--background-source", "某地土壤环境背景值调查报告，2020年")
    assert [(item["verdict"], item["flags"]) for item in document["results"]] == [
        ("between", ["within_background"]), ("between", ["unit_converted", "within_background"]),
        ("between", ["above_background"]), ("between", []),
    ]  # fmt: skip
    document = judged(str(file), *given)
    assert "background_unsourced" in document["results"][0]["flags"], (
        "a number without a source changes nothing"
    )


@pytest.mark.parametrize("word", ["砷", "砷=", "砷=-1", "砷=nan", "某物=3", "=3"])
def test_a_background_that_means_nothing_is_wrong_use(tmp_path: Path, word: str) -> None:
    file = tmp_path / "结果.csv"
    file.write_text(BACKGROUND, encoding="utf-8")
    assert run(str(file), "--standard", "gb36600", "--background", word).returncode == 2
    assert run(str(file), "--standard", "gb15618", "--background", "砷=20").returncode == 2
