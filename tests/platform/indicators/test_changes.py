"""What changed since a snapshot, worked out by hand on the eight parcels of the control ratio."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from tests.programme.sites.test_control_ratio import BASE, parcel, read

from jingtu.platform.indicators import changes, provenance, snapshots
from jingtu.platform.indicators.models import Snapshot
from jingtu.platform.ledger import records
from jingtu.platform.people.models import User
from jingtu.platform.registers import versions
from jingtu.platform.registers.models import Entry

pytestmark = pytest.mark.django_db
RATIO = "priority_parcel_control_ratio"
MAY, JUNE = date(2024, 5, 31), date(2024, 6, 30)


def taken(region: Any, on: date = MAY, base: dict[str, str] = BASE) -> Snapshot:
    found = snapshots.take(RATIO, region, on, base)
    assert found is not None
    return found


def amend(entry: Entry, day: str, state: str, reason: str) -> None:
    with transaction.atomic():
        row = records.append("test", on=date.fromisoformat(day), subject_type="test")
        versions.amend(
            entry,
            header={"state": state},
            effective_from=date.fromisoformat(day),
            ledger_row=row,
            reason=reason,
        )


def told(change: changes.Change) -> dict[str, tuple[str, str, str, bool]]:
    names = Entry.objects.in_bulk([item.key for item in change.movements])
    return {names[item.key].code: (item.kind, item.was, item.now, item.late) for item in change.movements}


def test_each_cause_is_told_apart(county: Any, parcels: dict[str, Entry]) -> None:
    snapshot = taken(county)  # 05-31: A and H of A, B, C, H
    amend(parcels["B"], "2024-06-12", "controlled", "六月落实")  # happened since
    amend(parcels["C"], "2024-04-20", "controlled", "漏报补录")  # was so before the snapshot, told after it
    parcel("L", county, ("2024-03-05", "listed"))  # on the base list, entered late
    parcel("N", county, ("2024-06-20", "listed"))  # came on the list since, and does not count
    change = changes.since(snapshot, read(county, JUNE), BASE)
    assert told(change) == {
        "B": ("moved", "计入分母，未计入分子", "计入分子", False),
        "C": ("corrected", "计入分母，未计入分子", "计入分子", True),
        "L": ("entered", "不在统计范围", "计入分母，未计入分子", True),
        "N": ("entered", "不在统计范围", "基数日后纳入，不计入基数", False),
    }
    # What moves the number comes first: N does not.
    assert Entry.objects.get(pk=change.movements[-1].key).code == "N"
    assert change.difference == Decimal(30)  # 2 of 4, then 4 of 5
    assert (
        change.words
        == "2024-05-31 留存为 50 %（分子 2，分母 4），现在为 80 %（分子 4，分母 5），增加 30 个百分点。"
    )
    assert dict(change.counts) == {"新进入统计范围": 2, "状态变化": 1, "补录或更正": 1}
    assert change.rule is None
    assert change.parameters == ()


def test_another_base_and_another_rule_are_named(county: Any, parcels: dict[str, Entry]) -> None:
    snapshot = taken(county, base={"base": "2024-04-01"})
    old = snapshot.reading["rule"] | {"clause": "旧条文"}
    Snapshot.objects.filter(pk=snapshot.pk).update(reading=snapshot.reading | {"rule": old})
    snapshot.refresh_from_db()
    change = changes.since(snapshot, read(county, MAY), BASE)
    assert change.parameters == (("基数日期", "2024-04-01", "2024-03-31"),)
    assert change.rule is not None
    assert "旧条文" in change.rule[0]
    assert "旧条文" not in change.rule[1]
    # D was listed on 04-01: with the earlier base it no longer counts.
    assert told(change)["D"][:3] == ("moved", "计入分母，未计入分子", "基数日后纳入，不计入基数")


def test_recomputing_says_in_one_sentence_whether_it_gave_the_same(
    county: Any,
    parcels: dict[str, Entry],
) -> None:
    snapshot = taken(county)
    assert changes.check(snapshot).words == "重新计算与留存一致：2024-05-31 仍为 50 %（分子 2，分母 4）。"
    amend(parcels["C"], "2024-04-20", "area_delimited", "补录")
    assert changes.check(snapshot).same
    amend(parcels["C"], "2024-04-20", "controlled", "漏报补录")
    late = changes.check(snapshot)
    assert not late.same
    assert "结果与留存一致：2024-05-31 为 50 %" in late.words
    assert "1 个条目补录或更正，按现有内容重新计算为 75 %（分子 3，分母 4）" in late.words
    Snapshot.objects.filter(pk=snapshot.pk).update(reading=snapshot.reading | {"value": 99})
    snapshot.refresh_from_db()
    assert "不一致" in changes.check(snapshot).words
    assert "核验台账" in changes.check(snapshot).words


def test_the_snapshot_to_compare_with(county: Any, parcels: dict[str, Entry]) -> None:
    april, may = taken(county, date(2024, 4, 30)), taken(county)
    kept = changes.kept_before(RATIO, county, MAY)
    assert kept == [may, april]
    # The same day says nothing new, until it is corrected.
    assert changes.latest(kept, read(county, MAY)) == april
    amend(parcels["C"], "2024-04-20", "controlled", "漏报补录")
    assert changes.latest(kept, read(county, MAY)) == may
    assert changes.kept_before(RATIO, county, MAY, april.known_at) == [april]


def test_series_are_kept_apart_by_base_and_read_in_one_query(
    county: Any,
    town: Any,
    parcels: dict[str, Entry],
    django_assert_num_queries: Any,
) -> None:
    taken(county)
    taken(county, JUNE)
    taken(county, JUNE, {"base": "2024-04-01"})
    taken(town)
    keys = [snapshots.series_of(RATIO, place, BASE) for place in (county, town)]
    with django_assert_num_queries(1):
        found = snapshots.kept_series(keys, JUNE)
    assert found == {
        keys[0]: [(MAY, Decimal("50.00")), (JUNE, Decimal("50.00"))],
        keys[1]: [(MAY, Decimal("100.00"))],
    }


def test_places_add_up_with_what_lies_in_none_of_them(
    county: Any, town: Any, parcels: dict[str, Entry]
) -> None:
    places = provenance.by_place(read(county), BASE)
    assert [(one.region, one.numerator, one.denominator) for one in places.readings] == [(town, 1, 1)]
    assert places.rest == (1, 3)
    assert provenance.place_within(county, str(town.uid), JUNE) == town
    assert provenance.place_within(town, str(county.uid), JUNE) is None


def test_long_lists_are_cut_and_the_reach_is_kept(
    county: Any,
    neighbour: Any,
    officer: User,
    parcels: dict[str, Entry],
) -> None:
    keys = [parcel(f"K{number:03d}", county, ("2024-01-10", "listed")).pk for number in range(120)]
    foreign = parcel("F1", neighbour, ("2024-01-10", "listed")).pk
    third = provenance.cut([*keys, foreign], officer, JUNE, None, 3)
    assert [line.code for line in third.lines] == [f"K{number:03d}" for number in range(100, 120)]
    assert (third.first, third.last, third.total, third.hidden, third.after) == (101, 121, 121, 1, 0)
    assert provenance.cut(keys, officer, JUNE, None, 99).page == 3
    rows = list(provenance.sheet(read(county), officer))
    assert [row[:2] for row in rows if row[0] == "计入分子"] == [("计入分子", "A"), ("计入分子", "H")]
    assert len([row for row in rows if row[0] == "计入分母，未计入分子"]) == 2 + 120
    assert ("未计入：已排除", "E") in [row[:2] for row in rows]
