"""Lists out to spreadsheets and back: what was seen is what comes in, and errors all at once."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from openpyxl import load_workbook
from tests.platform.registers.books import HEAD, book
from tests.platform.registers.conftest import place

from jingtu.errors import ConflictError, InputError
from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import values, versions
from jingtu.platform.registers.actions import ChangeFacts
from jingtu.platform.registers.declarations import get
from jingtu.platform.registers.exchange.diffs import Diff
from jingtu.platform.registers.exchange.exporting import export
from jingtu.platform.registers.exchange.importing import ImportEntries, dry_run
from jingtu.platform.registers.models import Entry, Version

ON = date(2024, 6, 30)


def register() -> Any:
    return get("priority_parcels")


def look(
    stream: Any, actor: User | None = None, region: Any = None, name: str = "清单.xlsx", on: date = ON
) -> Diff:
    return dry_run(register(), stream, name, actor=actor, on=on, region=region)


def bring(rows: Sequence[Sequence[Any]], actor: User | None = None, on: date = ON) -> Diff:
    return ImportEntries(actor, on, look(book(rows), actor, on=on)).execute()


def seen(on: date = ON) -> list[Version]:
    rows = versions.versions("priority_parcels", on).prefetch_related("region__names").order_by("entry_id")
    return list(rows)


def out(on: date = ON) -> io.BytesIO:
    return io.BytesIO(export(register(), seen(on), register().fields, on=on))


def facts_of(name: str, on: date = ON) -> Any:
    return versions.facts_of(versions.versions("priority_parcels", on).get(name=name))


# --- there and back -----------------------------------------------------------------------------------

clean_text = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs"), include_characters="\n"), max_size=30
).map(lambda text: text.strip())
risky = st.sampled_from(
    ["=1+1", "+861", "-2", "@SUM(A1)", "'=x", "007", "1e5", "TRUE", "2024-01-01", "_x0041_", "无"]
)
# Signs for "as above" mean the cell above wherever they stand alone: no text of their own.
texts = st.one_of(clean_text, risky).filter(
    lambda text: text not in {"同上", "同前", "〃", "″", '"', "”", "''"}
)
names = texts.filter(bool)
days = st.one_of(st.none(), st.dates(date(1950, 1, 1), date(2024, 6, 1)))
areas = st.one_of(st.none(), st.decimals(0, Decimal("9999999999999.99"), places=2))


class RoundTrip(TestCase):
    """An export read back changes nothing, whatever the text looks like."""

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        st.lists(
            st.fixed_dictionaries(
                {
                    "name": names, "former_enterprise": texts, "note": texts, "area_m2": areas, "closed_on": days,
                    "coded": st.booleans(),
                }
            ),
            max_size=6, unique_by=lambda row: row["name"],
        )
    )  # fmt: skip
    def test_nothing_changes(self, rows: list[dict[str, Any]]) -> None:
        county = place("青禾县", Region.Level.COUNTY, "990122")
        for number, row in enumerate(rows):
            content = dict(row)
            code = f"0{number}" if content.pop("coded") else ""
            self._enter(county, code, content)
        diff = look(out())
        assert diff.errors == []
        assert [row.changes for row in diff.rows] == [[] for _ in rows]
        assert diff.count("unchanged") == len(rows)

    def _enter(self, county: Region, code: str, content: dict[str, Any]) -> None:
        from django.db import transaction

        from jingtu.platform.ledger import records

        name = content.pop("name")
        entry = Entry.objects.create(register="priority_parcels", code=code)
        with transaction.atomic():
            versions.write(
                entry,
                header={"name": name, "region": county, "holder": None, "state": "listed"},
                facts=values.blank_facts(register()) | content,
                effective_from=ON,
                ledger_row=records.append("test", on=ON, subject_type="test"),
            )


@pytest.mark.django_db
def test_an_export_is_a_sheet_that_a_clerk_can_work_with(county: Any) -> None:
    holder = Organisation.objects.create(name="=青禾化工厂", kind="enterprise", region=county)
    bring(
        [
            [*HEAD, "土地使用权人", "占地面积（亩）"],
            ["0012", "=HYPERLINK(1)", "青禾县", "已纳入", holder.name, 3],
        ]
    )
    made = load_workbook(out())
    sheet = made[register().label]
    heads = [cell.value for cell in sheet[1]]
    row = dict(zip(heads, sheet[2], strict=True))
    assert (row["地块编码"].value, row["地块编码"].data_type) == ("0012", "s")
    assert (row["地块名称"].value, row["地块名称"].data_type) == ("=HYPERLINK(1)", "s")
    assert row["地块名称"].quotePrefix
    assert (row["土地使用权人"].value, row["土地使用权人"].data_type) == ("=青禾化工厂", "s")
    assert row["占地面积（平方米）"].value == 2000
    assert sheet.freeze_panes == "C2"
    assert any("F2" in str(rule.sqref) for rule in sheet.data_validations.dataValidation)
    notes = {line[0].value: line[1].value for line in made["说明"].iter_rows()}
    assert notes["业务日期"] == "2024-06-30"
    assert notes["行数"] == "1"


# --- in: what a table may look like ------------------------------------------------------------------------


@pytest.mark.django_db
def test_headings_by_other_words_and_units_dates_in_many_forms(county: Any) -> None:
    head = [
        "序号",
        "名称",
        "县区",
        "企业名称",
        "面积(公顷)",
        "关停时间",
        "纳入时间",
        "统一社会信用代码",
        "备注1",
    ]
    rows = [
        ["某县地块清单"],
        head,
        [1, "甲", "青禾县", "甲厂", 1.5, "2019年3月1日", "2023.5.1", "91990122MA00000009", "x"],
        [2, "乙", "青禾县", "乙厂", "30亩", 43525, date(2023, 5, 1), "", ""],
    ]
    diff = look(book(rows))
    assert diff.errors == []
    assert diff.ignored == ["序号", "备注1"]
    ImportEntries(None, ON, diff).execute()
    first, second = facts_of("甲"), facts_of("乙")
    assert (first.area_m2, second.area_m2) == (Decimal(15_000), Decimal(20_000))
    assert (first.closed_on, second.closed_on) == (date(2019, 3, 1), date(2019, 3, 1))
    assert first.listed_on == second.listed_on == date(2023, 5, 1)
    assert first.uscc == "91990122MA00000009"


@pytest.mark.django_db
def test_mu_are_converted_by_the_unit_of_the_heading(county: Any) -> None:
    bring([["地块名称", "行政区", "占地面积（亩）"], ["甲", "青禾县", 45.3]])
    assert facts_of("甲").area_m2 == Decimal(30_200)  # 45.3 mu = 3.02 ha


@pytest.mark.django_db
def test_all_errors_are_told_at_once_with_their_place_and_nothing_is_kept(
    county: Any, neighbour: Any
) -> None:
    head = [*HEAD, "占地面积", "关闭日期", "统一社会信用代码"]
    rows = [
        head,
        ["1", "甲", "青禾县", "已纳入", "很大", "2024-02-30", "123"],
        ["1", "", "无此县", "在建", 5, None, None],
        ["3", "丙", "青禾县", "已纳入", -1, "去年", None],
    ]
    diff = look(book(rows, "地块"))
    found = {(error.row, error.column, error.value) for error in diff.errors}
    assert found == {
        (2, "E（占地面积）", "很大"),
        (2, "F（关闭日期）", "2024-02-30"),
        (2, "G（统一社会信用代码）", "123"),
        (3, "A（地块编码）", "1"),
        (3, "B（地块名称）", None),
        (3, "C（行政区）", "无此县"),
        (3, "D（状态）", "在建"),
        (4, "E（占地面积）", "-1"),
        (4, "F（关闭日期）", "去年"),
    }
    assert all((error.file, error.sheet) == ("清单.xlsx", "地块") for error in diff.errors)
    with pytest.raises(InputError, match="9 处"):
        ImportEntries(None, ON, diff).execute()
    assert not Entry.objects.exists()
    assert not LedgerRow.objects.exists()


@pytest.mark.django_db
def test_an_imported_list_keeps_its_past(county: Any) -> None:
    head = [*HEAD, "纳入日期", "重点监测日期", "落实管控日期"]
    bring([head, ["1", "甲", "青禾县", "已落实管控", "2023-05-01", "2023-09-01", "2024-04-02"]])
    states = {
        day: versions.versions("priority_parcels", date.fromisoformat(day)).get().state
        for day in ("2023-05-01", "2023-09-01", "2024-04-01", "2024-04-02")
    }
    assert list(states.values()) == ["listed", "monitoring", "monitoring", "controlled"]
    assert not versions.versions("priority_parcels", date(2023, 4, 30)).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("listed", "controlled", "words"),
    [("2024-05-01", "2024-04-01", "前后矛盾"), ("2023-05-01", "2024-07-01", "晚于")],
)
def test_a_past_that_contradicts_itself_is_an_error(
    county: Any, listed: str, controlled: str, words: str
) -> None:
    head = [*HEAD, "纳入日期", "落实管控日期"]
    diff = look(book([head, ["1", "甲", "青禾县", "已落实管控", listed, controlled]]))
    assert [words in error.message for error in diff.errors] == [True]


@pytest.mark.django_db
def test_the_diff_says_each_cell_that_changes_and_spares_columns_that_are_not_there(county: Any) -> None:
    bring([[*HEAD, "行业类别", "占地面积（平方米）"], ["1", "甲", "青禾县", "已纳入", "电镀", 500]])
    later = date(2024, 7, 10)
    rows = [
        ["地块编码", "地块名称", "行政区", "占地面积（亩）"],
        ["1", "甲厂", "青禾县", 1.5],
        ["2", "乙", "青禾县", 1],
    ]
    diff = look(book(rows), on=later)
    assert [(row.kind, row.number) for row in diff.rows] == [("changed", 2), ("added", 3)]
    changes = [(change.label, change.old, change.new) for change in diff.rows[0].changes]
    assert changes == [("地块名称", "甲", "甲厂"), ("占地面积", "500", "1000")]
    ImportEntries(None, later, diff).execute()
    assert facts_of("甲", ON).area_m2 == 500
    assert (facts_of("甲厂", later).area_m2, facts_of("甲厂", later).industry) == (1000, "电镀")


@pytest.mark.django_db
def test_rows_without_a_code_are_matched_by_name_and_place(county: Any, town: Any) -> None:
    bring([["地块名称", "行政区"], ["甲", "青禾县"], ["甲", "柳岸镇"]])
    rows = [["地块编码", "地块名称", "行政区", "备注"], ["K-1", "甲", "柳岸镇", "镇上"]]
    diff = look(book(rows))
    assert [change.label for change in diff.rows[0].changes] == ["备注", "地块编码"]
    ImportEntries(None, ON, diff).execute()
    assert {(item.region.name, item.entry.code) for item in seen()} == {("青禾县", ""), ("柳岸镇", "K-1")}


@pytest.mark.django_db
def test_a_state_does_not_change_by_import(county: Any) -> None:
    bring([HEAD, ["1", "甲", "青禾县", "已纳入"]])
    diff = look(book([HEAD, ["1", "甲", "青禾县", "已落实管控"]]))
    assert [(error.row, error.value) for error in diff.errors] == [(2, "已落实管控")]
    assert "按流程办理" in diff.errors[0].message


@pytest.mark.django_db
def test_an_importer_stays_within_reach(
    county: Any, neighbour: Any, officer: User, person: Callable[..., User]
) -> None:
    bring([HEAD, ["1", "甲", "红枫县", "已纳入"]])
    diff = look(book([HEAD, ["1", "甲", "青禾县", "已纳入"], ["2", "乙", "红枫县", "已纳入"]]), officer)
    assert [(error.row, error.value) for error in diff.errors] == [(2, "1"), (3, "红枫县")]


@pytest.mark.django_db
def test_a_diff_confirmed_too_late_changes_nothing(county: Any, officer: User) -> None:
    bring([[*HEAD, "备注"], ["1", "甲", "青禾县", "已纳入", "旧"]])
    rows = [[*HEAD, "备注"], ["1", "甲", "青禾县", "已纳入", "新"]]
    diff, shown = look(book(rows), officer), look(book(rows), officer).fingerprint()
    entry = Entry.objects.get()
    action = ImportEntries(officer, ON, diff, fingerprint=shown)
    action._make_ready()
    prepared = action.prepared
    ChangeFacts(officer, ON, entry, facts={"industry": "电镀"}).execute()
    stale = ImportEntries(officer, ON, diff, fingerprint=shown)
    stale._make_ready = lambda: setattr(stale, "prepared", prepared)  # type: ignore[method-assign]
    with pytest.raises(ConflictError, match="预览之后"):
        stale.execute()
    assert (facts_of("甲").note, facts_of("甲").industry) == ("旧", "电镀")
    ChangeFacts(officer, ON, entry, facts={"note": "别人写的"}).execute()
    with pytest.raises(ConflictError, match="预览之后"):
        ImportEntries(
            officer, ON, look(book([[*HEAD, "备注"], *rows[1:]]), officer), fingerprint="0"
        ).execute()


@pytest.mark.django_db
def test_one_import_is_one_row_of_the_ledger(county: Any) -> None:
    rows = LedgerRow.objects.count()
    bring(
        [
            [*HEAD, "管控责任人"],
            *([str(number), f"地块{number}", "青禾县", "已纳入", "张三"] for number in range(40)),
        ]
    )
    assert LedgerRow.objects.count() == rows + 1
    row = LedgerRow.objects.latest("id")
    assert (row.facts["added"], row.facts["changed"]) == (40, 0)
    assert len(row.facts["manifest"]) == 64
    assert "张三" not in str(row.facts)


@pytest.mark.django_db
def test_headings_that_do_not_fit_are_told(county: Any) -> None:
    with pytest.raises(InputError, match="没有找到表头"):
        look(book([["甲", "乙"], [1, 2]]))
    with pytest.raises(InputError) as caught:
        look(book([["地块名称", "名称", "占地面积（平方英里）"], ["甲", "乙", 1]]))
    assert {error.column for error in caught.value.errors} == {"B（名称）", "C（占地面积（平方英里））"}
