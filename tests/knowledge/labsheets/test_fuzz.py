"""Whatever a laboratory sends, there is an answer: a table with findings, or a refusal in words. Never a trace."""

from __future__ import annotations

import io
import random
import re
import zipfile
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from tests.knowledge.labsheets.oldbook import old_book
from tests.knowledge.labsheets.sheets_of import EXAMPLES, lines, read, text, workbook

from jingtu.errors import InputError, JingtuError
from jingtu.knowledge.labsheets import (
    LabTable,
    Mapping,
    check,
    extract,
    mark,
    propose,
    read_book,
)

SOME = settings(
    max_examples=60, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
FEW = settings(SOME, max_examples=25)

WORDS = st.sampled_from(
    [
        "样品编号", "采样点位", "深度(cm)", "检测项目", "检测结果", "单位", "检出限", "pH", "镉(mg/kg)", "铅\nmg/kg", "砷", "苯",
        "采样日期", "检测方法", "质控类型", "经度", "纬度", "方法检出限", "编制：", "注：", "合计", "检测单位：甲", "S1", "S1-P", "运输空白",
        "平行样", "mg/kg", "μg/L", "%", "0.01L", "ND", "<0.5", "1.2×10^-3", ">2000", "未检出", "/", "—", "O.1", "-3", "2026年5月3日",
        "2026-13-40", "0-0.5", "5-1", "土壤", "水田", "=1+1", "@SUM(A1)", "#DIV/0!", "　", "\u200b", "𠮷", "x" * 400,
        "第一批次", "单位：mg/kg", "采样日期：2026年5月3日~5日",
    ]
)  # fmt: skip
CELLS = st.one_of(
    st.none(), WORDS, WORDS, st.text(max_size=12), st.integers(-(10**20), 10**20), st.floats(), st.booleans(),
    st.dates(date(1901, 1, 1), date(9999, 12, 31)), st.datetimes(datetime(1901, 1, 1), datetime(9999, 12, 30)),
    st.times(), st.timedeltas(timedelta(0), timedelta(days=400)),
)  # fmt: skip
GRIDS = st.lists(st.lists(CELLS, max_size=8), max_size=14)
AREAS = st.lists(
    st.tuples(st.integers(1, 12), st.integers(1, 7), st.integers(0, 5), st.integers(0, 4)), max_size=4
)


def usable(cell: Any) -> Any:
    """What openpyxl can write of it."""
    if isinstance(cell, str):
        return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", cell)
    if isinstance(cell, float) and (cell != cell or cell in (float("inf"), float("-inf"))):
        return str(cell)
    if isinstance(cell, int) and not isinstance(cell, bool):
        return float(cell)
    return cell


def built(sheets: list[tuple[list[list[Any]], list[tuple[int, int, int, int]], bool]]) -> bytes:
    """A workbook of random tables; text that begins like a formula stays text in every second sheet."""
    book = Workbook()
    for place, (rows, areas, hidden) in enumerate(sheets):
        sheet = book.create_sheet(f"表{place}")
        for row in rows:
            sheet.append([usable(cell) for cell in row])
        for row in sheet.iter_rows() if place % 2 else ():
            for cell in row:
                if cell.data_type == "f":
                    cell.data_type = "s"
        taken: set[tuple[int, int]] = set()
        for top, left, high, wide in areas:
            cells = {(r, c) for r in range(top, top + high + 1) for c in range(left, left + wide + 1)}
            if not cells & taken:
                taken |= cells
                sheet.merge_cells(
                    f"{get_column_letter(left)}{top}:{get_column_letter(left + wide)}{top + high}"
                )
        if hidden:
            sheet.sheet_state = "hidden"
            sheet.row_dimensions[2].hidden = True
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def told(error: JingtuError) -> None:
    """A refusal says what is wrong, in words for a person."""
    assert re.search(r"[\u4e00-\u9fff]", error.message)


def goes_through(content: bytes, name: str = "检测结果.xlsx") -> LabTable | None:
    """The whole way of a file; anything but a refusal in words would trace."""
    try:
        book = read_book(io.BytesIO(content), name)
        mapping = propose(book)
        assert Mapping.from_json(mapping.to_json()) == mapping
        table = extract(book, mapping)
    except InputError as error:
        told(error)
        return None
    assert len({len(column) for column in table.columns.values()}) == 1
    findings = check(table, on=date(2026, 11, 22))
    for item in findings:
        assert item.message
        assert item.advice
        assert item.row is None or item.row >= 1
    if not any(item.blocks for item in findings):
        # What may be stored has one row a sample and analyte.
        keys = lines(table, "sample", "analyte")
        assert len(set(keys)) == len(keys)
        assert all(sample and analyte for sample, analyte in keys)
    marked = mark(content, findings, name)
    again = read_book(io.BytesIO(marked), name)
    assert "问题清单" not in [sheet.name for sheet in again.sheets]
    return table


@SOME
@given(st.lists(st.tuples(GRIDS, AREAS, st.booleans()), min_size=1, max_size=3))
def test_a_random_workbook_is_read_or_refused(
    sheets: list[tuple[list[list[Any]], list[tuple[int, int, int, int]], bool]],
) -> None:
    goes_through(built(sheets))


HEAD = ["样品编号", "采样点位", "采样深度", "采样日期", "检测项目", "检测结果", "单位", "检出限", "质控类型"]


@SOME
@given(st.lists(st.lists(CELLS, min_size=9, max_size=9), min_size=1, max_size=12), AREAS)
def test_random_cells_below_a_good_heading_are_read_or_named(
    rows: list[list[Any]], areas: list[tuple[int, int, int, int]]
) -> None:
    goes_through(built([([HEAD, *rows], [(top + 1, *rest) for top, *rest in areas], False)]))


@SOME
@given(
    st.lists(st.lists(st.one_of(WORDS, st.text(max_size=8)), max_size=8), min_size=1, max_size=10), st.data()
)
def test_random_text_is_read_or_refused(rows: list[list[str]], data: st.DataObject) -> None:
    delimiter = data.draw(st.sampled_from([",", "\t", ";"]))
    content = "\n".join(delimiter.join(row) for row in rows)
    encoding = data.draw(st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]))
    goes_through(content.encode(encoding, "replace"), "检测结果.csv")


@FEW
@given(st.binary(max_size=400))
@example(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600)
@example(b"PK\x03\x04")
def test_random_bytes_are_read_or_refused(content: bytes) -> None:
    goes_through(content)


FILES = sorted(path.name for path in EXAMPLES.iterdir() if path.suffix in {".xlsx", ".csv"})


@pytest.mark.parametrize("name", FILES)
def test_a_damaged_example_is_read_or_refused(name: str) -> None:
    content = (EXAMPLES / name).read_bytes()
    chance = random.Random(name)
    for _ in range(25):
        damaged = bytearray(content)
        if chance.random() < 0.3:
            del damaged[chance.randrange(len(damaged)) :]
        for _ in range(chance.randrange(1, 12)):
            if damaged:
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        goes_through(bytes(damaged), name)


def test_damaged_parts_inside_a_sound_container_are_read_or_refused() -> None:
    content = (EXAMPLES / "示例检测结果.xlsx").read_bytes()
    chance = random.Random(7)
    with zipfile.ZipFile(io.BytesIO(content)) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    for _ in range(60):
        stream = io.BytesIO()
        victim = chance.choice([name for name in parts if name.startswith("xl/")])
        with zipfile.ZipFile(stream, "w") as new:
            for name, part in parts.items():
                damaged = bytearray(part)
                if name == victim:
                    for _ in range(chance.randrange(1, 6)):
                        place = chance.randrange(len(damaged))
                        if chance.random() < 0.5:
                            damaged[place] = chance.choice(b"0123456789<>/\"'AZaz=&; ")
                        else:
                            del damaged[place : place + chance.randrange(1, 30)]
                new.writestr(name, bytes(damaged))
        goes_through(stream.getvalue())


def test_a_damaged_old_workbook_is_read_or_refused() -> None:
    content = old_book([["样品编号", "镉(mg/kg)"], ["S1", 0.3], ["S2", "ND"]])
    chance = random.Random(11)
    for _ in range(60):
        damaged = bytearray(content)
        if chance.random() < 0.3:
            del damaged[chance.randrange(len(damaged)) :]
        for _ in range(chance.randrange(1, 8)):
            if damaged:
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        goes_through(bytes(damaged), "检测结果.xls")


@FEW
@given(st.data())
def test_a_mapping_that_a_person_garbled_is_refused_in_words(data: st.DataObject) -> None:
    book = read_book(io.BytesIO((EXAMPLES / "示例检测结果.xlsx").read_bytes()), "示例.xlsx")
    document = propose(book).to_json()
    block = data.draw(st.sampled_from(document["blocks"]))
    key = data.draw(st.sampled_from(sorted(block)))
    block[key] = data.draw(st.sampled_from([None, -1, "", "long", 10**9, [], {}, 2.5, True]))
    try:
        table = extract(book, Mapping.from_json(document))
        check(table)
    except JingtuError as error:
        told(error)


# What is the same, however it is laid out.

CODES = st.lists(st.from_regex(r"[A-Z][0-9]{1,3}", fullmatch=True), min_size=1, max_size=5, unique=True)
ANALYTES = ["镉", "铅", "砷", "汞", "铜", "镍"]
VALUES = st.sampled_from(["0.3", "12.50", "<0.01", "0.05L", "ND", "1.2×10^-3", "1,234", ">2000"])


@st.composite
def measured(draw: st.DrawFn) -> dict[tuple[str, str], str]:
    """Results of samples and analytes; some were not tested."""
    found = {}
    for code in draw(CODES):
        for analyte in draw(st.lists(st.sampled_from(ANALYTES), min_size=2, max_size=5, unique=True)):
            found[code, analyte] = draw(VALUES)
    return found


def results(table: LabTable) -> set[tuple[Any, ...]]:
    names = ("sample", "analyte", "raw", "value", "unit", "detection_limit", "depth_top", "ph", "qc_kind")
    return set(lines(table, *names))


def long_form(found: dict[tuple[str, str], str]) -> bytes:
    rows = [[code, analyte, value, "mg/kg", "0.01"] for (code, analyte), value in found.items()]
    return workbook([["样品编号", "检测项目", "检测结果", "单位", "检出限"], *rows])


def wide_form(found: dict[tuple[str, str], str]) -> bytes:
    names = list(dict.fromkeys(name for _, name in found))
    rows = [
        [code, *(found.get((code, name)) for name in names)]
        for code in dict.fromkeys(code for code, _ in found)
    ]
    head = ["样品编号", *(f"{name}(mg/kg)" for name in names)]
    return workbook([head, ["检出限", *["0.01"] * len(names)], *rows])


def turned_form(found: dict[tuple[str, str], str]) -> bytes:
    codes = list(dict.fromkeys(code for code, _ in found))
    names = list(dict.fromkeys(name for _, name in found))
    rows = [[name, "mg/kg", "0.01", *(found.get((code, name)) for code in codes)] for name in names]
    return workbook([["检测项目", "单位", "检出限", *codes], *rows])


@SOME
@given(measured())
def test_long_wide_and_turned_forms_give_the_same_results(found: dict[tuple[str, str], str]) -> None:
    expected = results(read(long_form(found)))
    assert len(expected) == len(found)
    assert results(read(wide_form(found))) == expected
    assert results(read(turned_form(found))) == expected


@FEW
@given(measured(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(
    found: dict[tuple[str, str], str], chance: random.Random
) -> None:
    shuffled = list(found.items())
    chance.shuffle(shuffled)
    assert results(read(long_form(dict(shuffled)))) == results(read(long_form(found)))


def test_what_a_text_holds_comes_as_from_a_workbook() -> None:
    found = {("S1", "镉"): "0.30", ("S1", "铅"): "<0.01", ("S2", "镉"): "ND"}
    content = text(
        "样品编号,检测项目,检测结果,单位,检出限",
        *(f"{code},{name},{value},mg/kg,0.01" for (code, name), value in found.items()),
    )
    assert results(read(content, "检测结果.csv")) == results(read(long_form(found)))


def test_times_and_durations_in_cells_of_results_are_named() -> None:
    table = goes_through(
        workbook([["样品编号", "镉(mg/kg)"], ["S1", time(3, 4)], ["S2", timedelta(hours=30)]])
    )
    assert table is not None
    assert [item.code for item in check(table) if item.blocks] == ["type_value", "type_value"]
