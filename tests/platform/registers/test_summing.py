"""Counts and sums that are remembered and brought up to date are those of counting anew."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.platform.registers.test_exchange import HEAD, bring

from jingtu.platform.people.models import User
from jingtu.platform.people.policies import Reach
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import declarations, listing, summing, versions
from jingtu.platform.registers.models import Entry, Version

pytestmark = pytest.mark.django_db
SINCE, DAY = date(2024, 1, 1), date(2024, 6, 1)


def counted(county: Region, on: date = DAY, known_at: datetime | None = None) -> summing.Summary:
    register = declarations.get("priority_parcels")

    def rows(moment: datetime | None) -> Any:
        return listing.readable(register, county, on, moment, Reach(everywhere=True))

    fields = [register.field("area_m2")]
    return summing.summary(register, rows, fields, county.path, on, known_at=known_at)


@pytest.fixture
def parcels(county: Region, neighbour: Region) -> list[Entry]:
    cache.clear()
    head = [*HEAD, "占地面积（平方米）", "纳入日期"]
    bring(
        [head, *([f"P-{n}", f"第{n}块", "青禾县", "已纳入", 100 * n, "2023-05-01"] for n in range(1, 9))],
        on=SINCE,
    )
    return list(Entry.objects.filter(register="priority_parcels").order_by("pk"))


def rewrite(entry: Entry, since: date, area: int, **header: Any) -> None:
    """Say something else of an entry since a day."""
    old = versions.history(entry)[-1]
    versions.write(
        entry,
        header=versions.header_values(old) | header,
        facts=versions.column_values(versions.facts_of(old)) | {"area_m2": Decimal(area)},
        effective_from=since,
        ledger_row=old.ledger_row,
    )


@pytest.mark.parametrize("seed", range(6))
def test_what_is_kept_up_is_what_counting_anew_gives(
    parcels: list[Entry], county: Region, neighbour: Region, seed: int
) -> None:
    draw = Random(seed)
    for _ in range(12):
        for _ in range(draw.randrange(1, 4)):
            rewrite(
                draw.choice(parcels),
                SINCE + timedelta(days=draw.randrange(300)),
                draw.randrange(1, 900),
                state=draw.choice(["listed", "monitoring", "controlled"]),
                region_id=draw.choice([county.pk, neighbour.pk]),
            )
        kept = counted(county)
        register = declarations.get("priority_parcels")
        rows = listing.readable(register, county, DAY, None, Reach(everywhere=True))
        assert kept.counts == listing.counts_by_state(rows)
        areas: dict[str, Decimal] = {}
        for row in rows:
            areas[row.state] = areas.get(row.state, Decimal(0)) + versions.facts_of(row).area_m2  # type: ignore[attr-defined]
        assert {state: area for state, area in kept.sums["area_m2"].items() if area} == areas


def test_after_a_change_only_what_changed_is_counted(parcels: list[Entry], county: Region) -> None:
    assert counted(county).counts == {"listed": 8}
    rewrite(parcels[2], DAY, 300, state="monitoring")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert counted(county).counts == {"listed": 7, "monitoring": 1}
    counting = [query["sql"] for query in asked if "COUNT" in query["sql"] or "SUM" in query["sql"]]
    assert counting
    assert all('"entry_id" IN' in sql for sql in counting)
    with CaptureQueriesContext(connection) as asked:
        counted(county)
    assert len(asked) == 1


def test_what_was_known_is_counted_once(parcels: list[Entry], county: Region) -> None:
    then = timezone.now()
    rewrite(parcels[0], DAY, 1, state="controlled")
    assert counted(county, known_at=then).counts == {"listed": 8}
    with CaptureQueriesContext(connection) as asked:
        assert counted(county, known_at=then).counts == {"listed": 8}
    assert not [query for query in asked if "COUNT" in query["sql"]]


def test_two_writes_of_one_moment_are_counted_anew(parcels: list[Entry], county: Region) -> None:
    """Which of them was counted cannot be told from their moment."""
    counted(county)
    rewrite(parcels[0], DAY, 1, state="controlled")
    last = Version.objects.latest("pk")
    Version.objects.filter(recorded_to=last.recorded_from).update(
        recorded_to=parcels_recorded(parcels[1]) + timedelta(microseconds=1)
    )
    Version.objects.filter(pk=last.pk).update(recorded_from=parcels_recorded(parcels[1]))
    assert counted(county).counts == {"listed": 7, "controlled": 1}


def parcels_recorded(entry: Entry) -> datetime:
    return versions.history(entry)[0].recorded_from


def test_a_past_day_of_a_long_register_is_counted_on_request(
    parcels: list[Entry], officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summing, "SUMMED_UP_TO", 5)
    client = Client()
    client.force_login(officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    address = "/registers/priority_parcels/?on=2024-02-01"
    page = client.get(address).content.decode()
    assert "往日的条数没有计算" in page
    assert "已纳入 <span" not in page
    page = client.get(f"{address}&counts=1").content.decode()
    assert "往日的条数没有计算" not in page
    assert '共 <strong class="tabular">8</strong> 项' in page
