"""The awkward examples, each cell that should be read written by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from tests.knowledge.labsheets import oldbook
from tests.platform.registers.conftest import place

from jingtu.errors import InputError
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import versions
from jingtu.platform.registers.declarations import get
from jingtu.platform.registers.exchange import looking
from jingtu.platform.registers.exchange.diffs import Diff
from jingtu.platform.registers.exchange.importing import ImportEntries, dry_run
from jingtu.platform.registers.exchange.said import Said
from jingtu.platform.registers.models import Entry

pytestmark = pytest.mark.django_db
ON = date(2024, 6, 30)
FOLDER = Path("examples/registers/awkward")


@pytest.fixture
def example(db: None) -> Region:
    county = place("示例县", Region.Level.COUNTY, "990122")
    for number, name in enumerate(("清河镇", "石桥镇", "白鹭镇")):
        place(name, Region.Level.TOWN, f"99012210{number}", county)
    return county


def read(start: str, region: Region | None, said: Said | None = None) -> Diff:
    (path,) = FOLDER.glob(f"{start}*")
    with path.open("rb") as stream:
        return dry_run(
            get("priority_parcels"), stream, path.name, actor=None, on=ON, region=region, mapping=said
        )


def enter(diff: Diff) -> None:
    assert [item.message for item in diff.obstacles()] == []
    ImportEntries(None, ON, diff).execute()


def entries() -> dict[str, Any]:
    rows = versions.versions("priority_parcels", ON)
    return {row.name: (row.entry.code, row.region.name, versions.facts_of(row)) for row in rows}


def skipped(diff: Diff) -> list[tuple[int, str]]:
    return [(item.number, item.reason) for item in diff.skipped]


def asked(diff: Diff) -> list[tuple[str, str]]:
    return [(item.kind, item.key) for item in diff.questions]


def test_titles_sums_and_merged_towns(example: Region) -> None:
    diff = read("1-", example)
    assert asked(diff) == [("day", "时间/关停时间")]
    assert diff.questions[0].examples == ("2011年6月", "2015年12月", "98年7月")
    assert skipped(diff) == [(7, "合计行"), (9, "合计行"), (10, "说明"), (11, "说明")]
    assert diff.ignored == ["序号", "占地/四至"]
    with pytest.raises(InputError, match="1 处需要说明"):
        ImportEntries(None, ON, diff).execute()
    assert not Entry.objects.exists()

    enter(read("1-", example, Said(answers={"时间/关停时间": "last"})))
    found = entries()
    assert {name: (town, facts.area_m2, facts.listed_on, facts.closed_on) for name, (_, town, facts) in found.items()} == {
        # 36.5 亩 = 24,333.33 平方米; 64.75 亩 = 43,166.67; 18.2 亩 = 12,133.33
        "原清河农药厂地块": ("清河镇", Decimal("24333.33"), date(2023, 5, 10), date(2011, 6, 30)),
        "原清河化肥厂地块": ("清河镇", Decimal("43166.67"), date(2023, 9, 6), date(2015, 12, 31)),
        "原石桥电镀厂地块": ("石桥镇", Decimal("12133.33"), date(2023, 5, 10), date(1998, 7, 31)),
    }  # fmt: skip


def test_a_sheet_for_each_town(example: Region) -> None:
    diff = read("2-", example)
    assert diff.sheets == ["清河镇", "石桥镇"]
    enter(diff)
    assert {
        name: (code, town, facts.area_m2, facts.note) for name, (code, town, facts) in entries().items()
    } == {
        "原清河造纸厂地块": ("QH-01", "清河镇", 24_000, "已平整"),
        "原清河铸造厂地块": ("QH-02", "清河镇", 8_500, ""),
        "原石桥印染厂地块": ("SQ-01", "石桥镇", 20_000, ""),
    }
    assert skipped(diff) == [(3, "合计行")]
    again = read("2-", example)
    assert (again.count("unchanged"), len(again.rows)) == (3, 3)


def test_serial_numbers_are_no_codes(example: Region) -> None:
    diff = read("3-", example)
    assert asked(diff) == [("serial", "编号")]
    assert skipped(diff) == [(6, "合计行"), (7, "说明")]
    enter(read("3-", example, Said(answers={"编号": "serial"})))
    found = entries()
    assert {name: (code, facts.closed_on, facts.area_m2) for name, (code, _, facts) in found.items()} == {
        "原示例县甲厂地块": ("", date(2019, 3, 1), Decimal("8333.33")),
        "原示例县乙厂地块": ("", date(2019, 3, 1), 20_000),
        "原示例县丙厂地块": ("", date(2019, 3, 1), Decimal("5333.33")),
    }
    # Next time the same rows are the same entries, though they have no code.
    again = read("3-", example, Said(answers={"编号": "serial"}))
    assert (again.count("unchanged"), len(again.rows)) == (3, 3)


def test_serial_numbers_may_be_codes_where_a_person_says_so(example: Region) -> None:
    enter(read("3-", example, Said(answers={"编号": "code"})))
    assert sorted(code for code, _, _ in entries().values()) == ["1", "2", "3"]
    assert asked(read("3-", example)) == []  # now they are known


def test_hidden_rows_and_headings_again(example: Region) -> None:
    diff = read("4-", example)
    assert asked(diff) == [("unit", "占地面积"), ("hidden", "")]
    assert diff.questions[0].examples == ("22", "88.4", "120")
    assert skipped(diff) == [(4, "重复的表头")]
    said = Said(answers={"占地面积": "亩"}, hidden="skip")
    enter(read("4-", example, said))
    assert {
        name: (code, town, facts.area_m2, facts.industry) for name, (code, town, facts) in entries().items()
    } == {
        "原白鹭皮革厂地块": ("BL-01", "白鹭镇", Decimal("14666.67"), "皮革鞣制加工"),
        "原白鹭冶炼厂地块": ("BL-02", "白鹭镇", Decimal("58933.33"), "皮革鞣制加工"),
        "原白鹭焦化厂地块": ("BL-03", "白鹭镇", 80_000, "炼焦"),
    }
    assert skipped(read("4-", example, said)) == [(4, "重复的表头"), (6, "隐藏行")]
    taken = read("4-", example, replace(said, hidden="take"))
    assert [(row.kind, row.name) for row in taken.rows if row.kind != "unchanged"] == [
        ("added", "原白鹭石灰厂地块")
    ]


def test_codes_with_names_and_doubts(example: Region) -> None:
    known = versions_of(example, "原示例县恒丰化工有限公司地块")
    diff = read("5-", example)
    assert [(item.row, item.value) for item in diff.errors] == [
        (4, "SL-003、SL-004 原示例县两厂地块"), (5, "原示例县无号地块"), (5, "2024年元月"),
    ]  # fmt: skip
    assert asked(diff) == [("unit", "面积")]  # one cell of all names none
    (doubt,) = diff.doubts
    assert (doubt.number, [(item.name, item.why) for item in doubt.candidates]) == (
        2, [("原示例县恒丰化工有限公司地块", "名称相近")],
    )  # fmt: skip
    same = read("5-", example, Said(rows={doubt.key: str(known.uid)}))
    assert [(row.number, row.kind, row.entry) for row in same.rows] == [
        (2, "changed", known),
        (3, "added", None),
    ]
    assert {change.label: (change.old, change.new) for change in same.rows[0].changes} == {
        "地块名称": ("原示例县恒丰化工有限公司地块", "原示例县恒丰化工有限责任公司地块"),
        "占地面积": ("", "30000"), "纳入日期": ("", "2024-01-15"), "地块编码": ("", "SL-001"),
    }  # fmt: skip
    new = read("5-", example, Said(rows={doubt.key: "new"}))
    assert [(row.number, row.kind) for row in new.rows] == [(2, "added"), (3, "added")]
    assert (new.rows[1].code, new.rows[1].facts["area_m2"], new.rows[1].facts["listed_on"]) == (
        "SL-002", 12_000, date(2024, 1, 15),
    )  # fmt: skip


def versions_of(region: Region, name: str) -> Entry:
    from tests.platform.registers.books import book

    rows = [["地块名称", "行政区"], [name, region.name]]
    diff = dry_run(get("priority_parcels"), book(rows), "原有.xlsx", actor=None, on=ON, region=region)
    ImportEntries(None, ON, diff).execute()
    return Entry.objects.get()


def test_a_marked_copy_is_corrected_and_comes_in(example: Region, tmp_path: Path) -> None:
    diff = read("5-", example)
    (path,) = FOLDER.glob("5-*")
    marked = tmp_path / "标注.xlsx"
    marked.write_bytes(looking.marked_copy(path, path.name, diff.obstacles()))
    book = load_workbook(marked)
    sheet = book["Sheet1"]
    assert {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment} == {
        "A4",
        "A5",
        "C5",
        "E5",
    }
    assert "一格里" in sheet["A4"].comment.text or "编号" in sheet["A4"].comment.text
    sheet["A4"], sheet["A5"], sheet["C5"], sheet["E5"] = (
        "SL-003 原示例县两厂地块",
        "SL-005 原示例县新号地块",
        "12亩",
        "2024-01-31",
    )
    book.save(marked)
    with marked.open("rb") as stream:
        again = dry_run(get("priority_parcels"), stream, "标注.xlsx", actor=None, on=ON, region=example)
    assert again.sheets == ["Sheet1"]
    enter(again)
    assert {code for code, _, _ in entries().values()} == {"SL-001", "SL-002", "SL-003", "SL-005"}


def test_an_old_workbook_is_read(example: Region, tmp_path: Path) -> None:
    rows = [
        ["某县清单"],
        ["地块名称", "乡镇", "占地面积（亩）"],
        ["原甲厂地块", "清河镇", 3.0],
        ["合计", None, 3.0],
    ]
    path = tmp_path / "旧.xls"
    path.write_bytes(oldbook.old_book(rows))
    with path.open("rb") as stream:
        diff = dry_run(get("priority_parcels"), stream, path.name, actor=None, on=ON, region=example)
    enter(diff)
    assert entries()["原甲厂地块"][2].area_m2 == 2000


def test_the_examples_are_those_that_the_script_makes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import runpy

    made: dict[str, Any] = runpy.run_path(str(FOLDER / "build.py"))
    main: Callable[[], None] = made["main"]
    main.__globals__["HERE"] = tmp_path
    main()
    names = sorted(path.name for path in FOLDER.iterdir() if path.suffix in {".xlsx", ".csv"})
    assert sorted(path.name for path in tmp_path.iterdir()) == names
    for name in names:
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes(), name
