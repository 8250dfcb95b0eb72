"""A list read along an index shows what the database would show by itself, page for page."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.utils import timezone
from tests.platform.registers.test_summing import DAY, SINCE, parcels, rewrite  # noqa: F401 - a fixture

from jingtu.platform.clock import recorded_now
from jingtu.platform.people.policies import Reach
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import declarations, listing, walking
from jingtu.platform.registers.models import Entry, Version

pytestmark = pytest.mark.django_db
QUESTIONS = (
    "", "sort=-entry", "sort=name", "sort=-name", "sort=state", "sort=-area_m2", "state=monitoring",
    "f_area_m2_from=0.5", "q=第", "state=controlled&sort=name",
)  # fmt: skip


def shown(county: Region, asked: str, on: date, known_at: datetime | None, size: int) -> list[int]:
    """Every row of a list, page after page, and back to the first."""
    register = declarations.get("priority_parcels")
    wanted = listing.wanted_of(register, register.fields, QueryDict(asked))

    def question(walk: str) -> Any:
        rows = listing.readable(register, county, on, known_at, Reach(everywhere=True), walk)
        return listing.narrowed(register, rows, wanted, on, known_at)

    found: list[int] = []
    pages = []
    cursor = ""
    while True:
        page = listing.page(register, question, wanted, cursor, size)
        pages.append([row.pk for row in page.rows])
        found += pages[-1]
        if not page.next:
            break
        cursor = page.next
    while page.previous:
        page = listing.page(register, question, wanted, page.previous, size)
        pages.pop()
        assert [row.pk for row in page.rows] == pages[-1]
    return found


def plainly(county: Region, asked: str, on: date, known_at: datetime | None) -> list[int]:
    """The same rows asked for by nothing but their columns, all at once."""
    register = declarations.get("priority_parcels")
    wanted = listing.wanted_of(register, register.fields, QueryDict(asked))
    rows = Version.objects.filter(
        register=register.id,
        effective_from__lte=on,
        effective_to__gt=on,
        region__path__startswith=county.path,
    )
    moment = known_at or recorded_now()
    rows = rows.filter(recorded_from__lte=moment, recorded_to__gt=moment)
    ordered, order = listing.ordered(
        register, listing.narrowed(register, rows, wanted, on, known_at), wanted.sort
    )
    return [row.pk for row in ordered.order_by(*order)]


@pytest.mark.parametrize("near", [2, 1_500])
@pytest.mark.parametrize("seed", range(3))
def test_pages_are_those_of_the_plain_question(
    parcels: list[Entry],  # noqa: F811
    county: Region,
    neighbour: Region,
    monkeypatch: pytest.MonkeyPatch,
    seed: int,
    near: int,
) -> None:
    monkeypatch.setattr(listing, "NEAR", near)
    draw = Random(seed)
    then = timezone.now()
    for step in range(30):
        rewrite(
            draw.choice(parcels),
            SINCE + timedelta(days=draw.randrange(300)),
            draw.randrange(1, 900),
            state=draw.choice(["listed", "monitoring", "controlled"]),
            name=draw.choice("甲乙丙丁") + "地块",
            region_id=draw.choice([county.pk, county.pk, neighbour.pk]),
        )
        if step == 14:
            then = timezone.now()
    for asked in QUESTIONS:
        for on in (DAY, SINCE + timedelta(days=20)):
            for known_at in (None, then):
                expected = plainly(county, asked, on, known_at)
                assert shown(county, asked, on, known_at, size=2) == expected, (asked, on, known_at)


@pytest.mark.parametrize("few", [0, 200])
def test_a_chosen_place_is_all_of_it_and_nothing_else(
    parcels: list[Entry],  # noqa: F811
    county: Region,
    town: Region,
    neighbour: Region,
    monkeypatch: pytest.MonkeyPatch,
    few: int,
) -> None:
    monkeypatch.setattr(walking, "FEW", few)
    rewrite(parcels[0], SINCE, 10, region_id=town.pk)
    rewrite(parcels[1], SINCE, 20, region_id=neighbour.pk)
    city = county.parent
    assert city is not None
    names = {}
    for place in (town, county, neighbour, city):
        rows = shown(city, f"place={place.uid}", DAY, None, size=3)
        names[place.name] = sorted(Version.objects.filter(pk__in=rows).values_list("entry__code", flat=True))
    rest = [f"P-{number}" for number in range(3, 9)]
    assert names == {
        "柳岸镇": ["P-1"], "青禾县": ["P-1", *rest], "红枫县": ["P-2"], "白石市": ["P-1", "P-2", *rest],
    }  # fmt: skip
    assert shown(city, "place=00000000-0000-0000-0000-000000000001", DAY, None, size=3) == []


@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="PostgreSQL weighs the rows that are asked for itself"
)
@pytest.mark.parametrize(
    ("walk", "index"), [(walking.BY_ENTRY, "version_list"), (walking.BY_NAME, "version_name")]
)
def test_sqlite_reads_the_index_of_the_order(
    parcels: list[Entry],  # noqa: F811
    county: Region,
    walk: str,
    index: str,
) -> None:
    register = declarations.get("priority_parcels")
    rows = listing.readable(register, county, DAY, None, Reach(everywhere=True), walk).select_related(None)
    rows, order = listing.ordered(register, rows, walk)
    plan = rows.order_by(*order)[:51].explain()
    assert f"USING INDEX {index}" in plan
    assert "TEMP B-TREE" not in plan.replace("LAST TERM OF ORDER BY", "")
