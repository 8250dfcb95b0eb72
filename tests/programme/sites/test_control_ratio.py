"""The control ratio worked out by hand: eight parcels of one county, base list of 2024-03-31.

A listed in January, controlled 05-20. B listed in February, never controlled until told late. C listed on
the base day itself. D listed the day after, controlled 06-10. E excluded. F only pushed. G listed and
removed before the base day. H controlled 04-15 and removed 06-01. Base list: A, B, C, H.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from jingtu.platform.clock import recorded_now
from jingtu.platform.indicators import service, snapshots
from jingtu.platform.indicators.declarations import Reading
from jingtu.platform.ledger import records
from jingtu.platform.people.models import User
from jingtu.platform.people.roles import Role
from jingtu.platform.registers import values, versions
from jingtu.platform.registers.declarations import get
from jingtu.platform.registers.models import Entry
from jingtu.platform.registers.moves import MoveEntry, RevokeMove

pytestmark = pytest.mark.django_db
BASE = {"base": "2024-03-31"}
JUNE_END = date(2024, 6, 30)


def parcel(name: str, region: Any, *states: tuple[str, str], **facts: Any) -> Entry:
    entry = Entry.objects.create(register="priority_parcels", code=name)
    with transaction.atomic():
        row = records.append("test", on=date(2024, 1, 1), subject_type="test")
        for day, state in states:
            versions.write(
                entry,
                header={"name": name, "region": region, "holder": None, "state": state},
                facts=values.blank_facts(get("priority_parcels")) | facts,
                effective_from=date.fromisoformat(day),
                ledger_row=row,
            )
    return entry


@pytest.fixture
def parcels(county: Any, town: Any) -> dict[str, Entry]:
    listed = {"listed_on": date(2024, 1, 10)}
    return {
        "A": parcel(
            "A", town, ("2024-01-10", "listed"), ("2024-05-20", "controlled"),
            **listed, controlled_on=date(2024, 5, 20),
        ),
        "B": parcel(
            "B", county, ("2024-02-01", "listed"), ("2024-05-01", "area_delimited"), listed_on=date(2024, 2, 1)
        ),
        "C": parcel("C", county, ("2024-03-31", "listed")),
        "D": parcel("D", town, ("2024-04-01", "listed"), ("2024-06-10", "controlled")),
        "E": parcel("E", county, ("2024-03-01", "excluded")),
        "F": parcel("F", county, ("2024-03-01", "found")),
        "G": parcel("G", county, ("2024-01-10", "listed"), ("2024-03-15", "removed")),
        "H": parcel(
            "H", county, ("2024-01-10", "listed"), ("2024-04-15", "controlled"), ("2024-06-01", "removed"), **listed
        ),
    }  # fmt: skip


def read(region: Any, on: date = JUNE_END, known_at: Any = None, **parameters: str) -> Reading:
    return service.read("priority_parcel_control_ratio", region, on, known_at, parameters or BASE)


def test_the_base_list_is_frozen_and_control_is_cumulative(county: Any, parcels: dict[str, Entry]) -> None:
    reading = read(county)
    assert (reading.numerator, reading.denominator, reading.value) == (2, 4, Decimal("50.00"))
    assert set(reading.counted_entries) == {parcels[name].pk for name in "ABCH"}
    assert set(reading.numerator_entries) == {parcels["A"].pk, parcels["H"].pk}
    assert {item.reason: item.entries for item in reading.left_out} == {
        "基数日后纳入，不计入基数": (parcels["D"].pk,),
        "已排除": (parcels["E"].pk,),
        "尚未核实纳入": (parcels["F"].pk,),
        "基数日前已移出": (parcels["G"].pk,),
    }
    # C has no date of listing on record; A, B and H have all that the count rests on.
    assert reading.completeness == 0.75


@pytest.mark.parametrize(
    ("on", "numerator"),
    [("2024-04-14", 0), ("2024-04-15", 1), ("2024-05-19", 1), ("2024-05-20", 2), ("2024-12-31", 2)],
)
def test_the_ratio_follows_the_day(county: Any, parcels: dict[str, Entry], on: str, numerator: int) -> None:
    reading = read(county, date.fromisoformat(on))
    assert (reading.numerator, reading.denominator) == (numerator, 4)


def test_a_town_and_the_city_above_read_their_own_subtree(
    city: Any, town: Any, neighbour: Any, parcels: dict[str, Entry]
) -> None:
    parcel("N", neighbour, ("2024-01-10", "listed"))
    assert (read(town).numerator, read(town).denominator) == (1, 1)
    assert (read(city).numerator, read(city).denominator) == (2, 5)
    assert read(city).value == Decimal("40.00")


def test_without_a_base_date_the_list_of_the_day_counts_and_says_so(
    county: Any, parcels: dict[str, Entry]
) -> None:
    reading = service.read("priority_parcel_control_ratio", county, JUNE_END)
    # On the list on 06-30: A, B, C, D; controlled: A, D. H has left.
    assert (reading.numerator, reading.denominator) == (2, 4)
    assert "未写明基数日期" in reading.extra["note"]
    assert read(county).extra["note"] == ""


def test_before_the_base_day_the_list_of_the_day_counts(county: Any, parcels: dict[str, Entry]) -> None:
    reading = read(county, date(2024, 2, 15))
    assert (reading.numerator, reading.denominator) == (0, 4)  # A, B, G, H
    assert "尚未到基数日期" in reading.extra["note"]


def test_an_empty_base_list_is_not_applicable_and_an_empty_register_is_no_data(
    neighbour: Any, parcels: dict[str, Entry]
) -> None:
    assert (read(neighbour).status, read(neighbour).value) == ("no_data", None)
    parcel("N", neighbour, ("2024-05-01", "found"))
    assert (read(neighbour).status, read(neighbour).value) == ("not_applicable", None)
    assert read(neighbour).denominator == 0


@pytest.mark.parametrize(
    ("on", "status"),
    [("2022-12-31", "not_configured"), ("2025-12-31", "ok"), ("2026-01-01", "not_configured")],
)
def test_a_rule_that_has_run_out_is_not_used(
    county: Any, parcels: dict[str, Entry], on: str, status: str
) -> None:
    reading = read(county, date.fromisoformat(on))
    assert reading.status == status
    assert (reading.value is None) == (status == "not_configured")
    assert (reading.rule is None) == (status == "not_configured")


def test_a_control_entered_late_changes_last_month_but_not_what_was_said_then(
    county: Any, parcels: dict[str, Entry], officer: User, person: Callable[..., User]
) -> None:
    from tests.platform.registers.test_actions import proof

    snapshot = snapshots.take("priority_parcel_control_ratio", county, JUNE_END, BASE)
    assert snapshot is not None
    assert snapshot.value == 50
    then = recorded_now()
    entry = parcels["B"]
    facts = {"controlled_on": "2024-06-25", "control_measures": "围挡、监测"}
    MoveEntry(
        officer, date(2024, 6, 25), entry, "claim_control", facts=facts, evidence=[proof(entry)]
    ).execute()
    assert read(county).numerator == 2  # claimed is not confirmed
    MoveEntry(person(Role.HEAD, "陈局"), date(2024, 6, 25), entry, "confirm_control").execute()
    assert read(county).value == Decimal("75.00")
    assert read(county, known_at=then).value == Decimal("50.00")
    assert read(county, date(2024, 6, 24)).value == Decimal("50.00")

    comparison = snapshots.compare(snapshot)
    assert not comparison.same
    assert comparison.reproducible
    assert [(cause.entry, cause.was, cause.now) for cause in comparison.causes] == [
        (entry, "计入分母，未计入分子", "计入分子")
    ]


def test_a_parcel_listed_by_mistake_leaves_the_base_list_once_corrected(
    county: Any, parcels: dict[str, Entry], officer: User
) -> None:
    entry = parcel("M", county, ("2024-03-01", "verified"))
    said = {"listed_on": "2024-03-20", "entry_basis": "推送"}
    MoveEntry(officer, date(2024, 3, 20), entry, "include", facts=said).execute()
    assert read(county).denominator == 5
    then = recorded_now()
    RevokeMove(officer, date(2024, 4, 10), entry, reason="纳入日期记错").execute()
    MoveEntry(officer, date(2024, 4, 2), entry, "include", facts=said | {"listed_on": "2024-04-02"}).execute()
    assert read(county).denominator == 4
    assert read(county, known_at=then).denominator == 5


def test_a_snapshot_nobody_contradicts_is_the_same(county: Any, parcels: dict[str, Entry]) -> None:
    snapshot = snapshots.take("priority_parcel_control_ratio", county, JUNE_END, BASE)
    assert snapshot is not None
    assert snapshots.take("priority_parcel_control_ratio", county, JUNE_END, BASE) is None
    parcel("Z", county, ("2024-07-05", "found"))  # later, and so no matter of June
    assert snapshots.compare(snapshot).same
    type(snapshot).objects.filter(pk=snapshot.pk).update(reading=snapshot.reading | {"value": 99})
    snapshot.refresh_from_db()
    comparison = snapshots.compare(snapshot)
    assert not comparison.same
    assert not comparison.reproducible
