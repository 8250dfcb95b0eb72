"""Tables that users enter: whole or not at all, for a place and below, dated, withdrawn and never deleted."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from tests.platform.rulebooks.conftest import Enter, World, limits

from jingtu.errors import ConflictError, InputError, NotConfiguredError, PermissionDeniedError
from jingtu.knowledge.standards.editions import edition_on
from jingtu.knowledge.standards.rates import rate_on
from jingtu.knowledge.standards.screening import screen
from jingtu.platform import clock
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.rulebooks import queries
from jingtu.platform.rulebooks.actions import AddTable, WithdrawTable
from jingtu.platform.rulebooks.models import AddedTable

EXAMPLES = Path(__file__).parents[3] / "examples" / "standards"
ON = date(2026, 11, 22)


def test_a_table_judges_by_its_limits_in_its_place_and_below_only(world: World, enter: Enter) -> None:
    table = enter(limits("镉,mg/kg,筛选值,0.5"))
    (edition,) = queries.added_editions(world.county.path)
    assert queries.added_editions(world.neighbour.path) == ()
    assert queries.added_editions(world.city.path) == ()
    judged = screen(
        {"sample": ["1", "2"], "analyte": ["镉", "镉"], "value": ["0.4", "0.6"], "unit": ["mg/kg"] * 2},
        table.keys[0],
        ON,
        added=[edition],
    )
    assert [row["verdict"] for row in judged.to_json()["results"]] == ["below_screening", "above_screening"]


def test_a_table_of_the_city_holds_in_its_counties(world: World, enter: Enter) -> None:
    enter(limits("镉,mg/kg,筛选值,0.5"), world.city)
    assert len(queries.added_editions(world.county.path)) == 1
    assert len(queries.added_editions(world.neighbour.path)) == 1


def test_the_days_of_a_table_are_half_open(world: World, enter: Enter) -> None:
    enter(limits("镉,mg/kg,筛选值,0.5", valid_to="2026-07-01"))
    path = world.county.path
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1)]
    assert [queries.added_tables(day, path).exists() for day in days] == [False, True, True, False]


def test_all_errors_are_told_by_cell_and_nothing_is_kept(world: World, enter: Enter) -> None:
    with pytest.raises(InputError) as caught:
        enter(limits("镉,mg/kg,筛选值,-1", "铅,斤,筛选值,70", "汞,mg/kg,筛选值,很小"))
    assert {error.row for error in caught.value.errors} == {2, 3, 4}
    assert not AddedTable.objects.exists()
    assert not Attachment.objects.exists()
    assert not LedgerRow.objects.filter(action="rulebooks.add").exists()


def test_entering_leaves_a_ledger_row_and_the_file(world: World, enter: Enter) -> None:
    content = limits("镉,mg/kg,筛选值,0.5")
    table = enter(content, name="地方标准.csv")
    row = LedgerRow.objects.get(action="rulebooks.add")
    assert row.subject_uid == table.uid
    assert row.facts["keys"] == table.keys
    kept = Attachment.objects.get(subject_uid=table.uid)
    assert kept.name == "地方标准.csv"
    assert kept.file.size == len(content)


def test_the_same_file_twice_changes_nothing(world: World, enter: Enter) -> None:
    enter(limits("镉,mg/kg,筛选值,0.5"))
    with pytest.raises(ConflictError, match="没有再次录入"):
        enter(limits("镉,mg/kg,筛选值,0.5"))
    assert AddedTable.objects.count() == 1


def test_two_tables_of_one_standard_never_hold_on_one_day(world: World, enter: Enter) -> None:
    enter(limits("镉,mg/kg,筛选值,0.5", valid_to="2026-07-01"))
    with pytest.raises(ConflictError, match="同一时期"):
        enter(limits("镉,mg/kg,筛选值,0.4", number="DB99/T 1-2027", valid_from="2026-06-30"))
    enter(limits("镉,mg/kg,筛选值,0.4", number="DB99/T 1-2027", valid_from="2026-07-01"))
    editions = queries.added_editions(world.county.path)
    found = [edition_on("db99t1", day, editions).number for day in (date(2026, 6, 30), date(2026, 7, 1))]
    assert found == ["DB99/T 1-2026", "DB99/T 1-2027"]


def test_a_withdrawn_table_judges_nothing_new_and_stays_on_record(world: World, enter: Enter) -> None:
    table = enter(limits("镉,mg/kg,筛选值,0.5"))
    before = clock.recorded_now()
    with pytest.raises(InputError, match="原因"):
        WithdrawTable(world.officer, ON, table, " ").execute()
    WithdrawTable(world.officer, ON, table, "抄录有误").execute()
    assert queries.added_editions(world.county.path) == ()
    assert len(queries.added_editions(world.county.path, known_at=before)) == 1
    assert AddedTable.objects.get().withdrawn_reason == "抄录有误"
    assert AddedTable.objects.get().withdrawn_at == LedgerRow.objects.get(action="rulebooks.withdraw").at
    with pytest.raises(ConflictError, match="已经作废"):
        WithdrawTable(world.officer, ON, table, "再次").execute()
    enter(limits("镉,mg/kg,筛选值,0.5"))
    assert AddedTable.objects.count() == 2


def test_only_the_officer_of_the_place_enters_and_withdraws(world: World, enter: Enter) -> None:
    content = limits("镉,mg/kg,筛选值,0.5")
    for actor, region in (
        (world.officer, world.neighbour),
        (world.officer, world.city),
        (world.reader, world.county),
    ):
        with pytest.raises(PermissionDeniedError):
            AddTable(actor, ON, region, io.BytesIO(content), "表.csv").execute()
    elsewhere = enter(content, world.neighbour)
    with pytest.raises(PermissionDeniedError):
        WithdrawTable(world.officer, ON, elsewhere, "不对").execute()


def test_a_rate_is_not_configured_until_its_rule_is_entered(world: World, enter: Enter) -> None:
    rules = queries.added_rates(world.county.path)
    with pytest.raises(NotConfiguredError):
        rate_on("contaminated_farmland_safe_use_rate", ON, rules)
    text = (
        "指标代号,指标名称,角色,符号,含义,单位,施行日期,条款,来源\n"
        "contaminated_farmland_safe_use_rate,受污染耕地安全利用率,分子,B,落实措施面积,亩,2026-01-01,B/E,示例\n"
        "contaminated_farmland_safe_use_rate,受污染耕地安全利用率,分母,E,受污染耕地面积,亩,2026-01-01,B/E,示例\n"
    )
    enter(text.encode(), name="规则.csv")
    rules = queries.added_rates(world.county.path)
    assert rate_on("contaminated_farmland_safe_use_rate", ON, rules).clause == "B/E"
    assert rate_on("contaminated_farmland_safe_use_rate", date(2025, 12, 31), rules).clause != "B/E"


def test_rates_of_many_places_go_to_those_below_the_nearest_first(world: World, enter: Enter) -> None:
    for clause, place in (("市", world.city), ("县", world.county)):
        text = (
            "指标代号,指标名称,角色,符号,含义,单位,施行日期,条款,来源\n"
            f"safe_share,安全利用率,分子,B,落实措施面积,亩,2026-01-01,{clause},示例\n"
            f"safe_share,安全利用率,分母,E,受污染耕地面积,亩,2026-01-01,{clause},示例\n"
        )
        enter(text.encode(), place, f"{clause}.csv")
    places = [world.city, world.county, world.neighbour]
    found = queries.added_rates_of([place.path for place in places], ON)
    assert [[rule.clause for rule in found[place.path]] for place in places] == [["市"], ["县", "市"], ["市"]]


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.csv")), ids=lambda path: path.stem)
def test_the_examples_can_be_entered(world: World, enter: Enter, path: Path) -> None:
    table = enter(path.read_bytes(), name=path.name)
    assert table.lines > 0
