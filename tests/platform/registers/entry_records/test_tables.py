"""Records out of tables as offices keep them: read like entries, asked about like entries."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from openpyxl import Workbook
from tests.platform.registers.books import book

from jingtu.platform.ledger import records as ledger
from jingtu.platform.registers import values, versions
from jingtu.platform.registers.declarations import get
from jingtu.platform.registers.entry_records import believed_records
from jingtu.platform.registers.entry_records.declarations import kind_of
from jingtu.platform.registers.entry_records.importing import RecordDiff, apply, dry_run
from jingtu.platform.registers.models import Entry

pytestmark = pytest.mark.django_db
ON = date(2024, 6, 30)
HEAD = ["地块编号", "年度", "季别", "措施", "实施面积（亩）", "实施日期"]


@pytest.fixture
def plot(county: Any) -> Entry:
    register = get("farmland_plots")
    entry = Entry.objects.create(register=register.id, code="FP-1")
    with transaction.atomic():
        versions.write(
            entry, header={"name": "柳岸一号地块", "region": county, "holder": None, "state": "safe_use"},
            facts=values.blank_facts(register), effective_from=date(2024, 1, 1),
            ledger_row=ledger.append("test", on=ON, subject_type="test"),
        )  # fmt: skip
    return entry


def look(stream: Any) -> RecordDiff:
    return dry_run(kind_of("farmland_measures"), stream, "措施.xlsx", actor=None, on=ON)


def words_of_first_choices() -> tuple[str, str]:
    kind = kind_of("farmland_measures")
    return kind.field("season").choices[0][1], kind.field("measure").choices[0][1]


def test_titles_sums_and_merged_entries(plot: Entry) -> None:
    season, measure = words_of_first_choices()
    code = get("farmland_plots").code_label
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for row in (
        ["某县措施台账"],
        [code, *HEAD[1:]],
        ["FP-1", "2024年", season, measure, 3, "2024.3.5"],
        ["合计", None, None, None, 3, None],
        ["注：面积以实测为准。"],
    ):
        sheet.append(row)
    sheet.merge_cells("A1:F1")
    stream = io.BytesIO()
    made.save(stream)
    stream.seek(0)
    diff = look(stream)
    assert [item.to_json() for item in diff.errors] == []
    apply(diff, actor=None)
    (record,) = believed_records("farmland_measures")
    assert (record.on, record.year, record.area_m2) == (date(2024, 3, 5), 2024, Decimal(2000))
    stream.seek(0)
    assert [line.what for line in look(stream).lines] == ["unchanged"]


def test_an_area_without_a_unit_is_not_taken_for_square_metres(plot: Entry) -> None:
    season, measure = words_of_first_choices()
    code = get("farmland_plots").code_label
    rows = [
        [code, "年度", "季别", "措施", "实施面积", "实施日期"],
        ["FP-1", 2024, season, measure, 3, "2024.3"],
    ]
    diff = look(book(rows))
    assert [error.message[:9] for error in diff.errors] == ["面积没有写明单位，", "有的日期只写到年月"]
