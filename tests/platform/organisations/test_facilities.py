"""A plant in two times: what it was on a day, as known then and as known now; its lists and entries."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as trials
from hypothesis import strategies as st
from tests.platform.organisations.test_pages import ON, text

from jingtu.errors import ConflictError, InputError
from jingtu.platform import clock
from jingtu.platform.clock import OPEN_DATE, OPEN_TIME
from jingtu.platform.organisations import facility_history, memberships
from jingtu.platform.organisations.actions import (
    AddFacility,
    CloseFacility,
    EditFacility,
    MergeOrganisations,
    UndoMerge,
)
from jingtu.platform.organisations.models import Facility, FacilityVersion, Organisation, OrganisationMerge
from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import declarations
from jingtu.platform.registers.actions import ChangeFacts, CorrectFacts, CreateEntry
from jingtu.platform.registers.models import Entry
from jingtu.platform.registers.versions import facts_of, version_on
from jingtu.programme.sources.key_units.units import ON_THE_LIST

KEY_UNITS = "key_regulated_units"


@pytest.fixture
def office(officer: User, settings: Any) -> Client:
    settings.CONFIG = dataclasses.replace(settings.CONFIG, today=ON.isoformat())
    client = Client()
    client.force_login(officer)
    return client


@pytest.fixture
def works(officer: User, plant: Organisation, county: Region) -> Facility:
    with clock.replaying(datetime(2024, 1, 2, tzinfo=UTC)):
        return AddFacility(
            officer, date(2024, 1, 2), plant, "一厂", county, permit_number="P-1", industry_code="c2611"
        ).execute()


def edit(officer: User, works: Facility, on: date, **values: Any) -> Facility:
    works.refresh_from_db()
    return EditFacility(officer, on, works, works.name, works.region, **values).execute()


def status(works: Facility, on: date, known_at: datetime | None = None) -> str | None:
    found = facility_history.on_day([works], on, known_at).get(works.pk)
    return found.status if found else None


def test_a_change_holds_from_its_day_and_a_mistake_is_corrected_for_its_whole_time(
    officer: User, works: Facility
) -> None:
    edit(officer, works, date(2024, 3, 1), status="suspended")
    edit(officer, works, date(2024, 5, 1), status="operating", permit_number="P-2")
    before = datetime.now(UTC)
    edit(officer, works, date(2024, 4, 1), status="building", mistake=True)
    days = [date(2024, 2, 1), date(2024, 3, 1), date(2024, 4, 30), date(2024, 5, 1)]
    assert [status(works, day) for day in days] == ["operating", "building", "building", "operating"]
    assert [status(works, day, before) for day in days] == [
        "operating", "suspended", "suspended", "operating",
    ]  # fmt: skip
    assert status(works, ON, datetime(2024, 1, 1, tzinfo=UTC)) is None, "nobody knew it then"
    works.refresh_from_db()
    assert (works.status, works.permit_number, works.industry_code) == ("operating", "P-2", "C2611")


def test_what_was_entered_of_later_days_stays(officer: User, works: Facility) -> None:
    edit(officer, works, date(2024, 5, 1), permit_number="P-2")
    edit(officer, works, date(2024, 2, 1), status="suspended")
    rows = {row.effective_from: row for row in facility_history.history(works)}
    assert (rows[date(2024, 5, 1)].status, rows[date(2024, 5, 1)].permit_number) == ("suspended", "P-2")
    assert rows[date(2024, 2, 1)].permit_number == "P-1"


def test_closed_and_opened_again(officer: User, works: Facility) -> None:
    CloseFacility(officer, date(2024, 4, 1), works, "搬迁").execute()
    assert (status(works, date(2024, 3, 31)), status(works, ON)) == ("operating", "closed")
    edit(officer, works, date(2024, 6, 1), status="operating")
    assert [status(works, day) for day in (date(2024, 5, 1), ON)] == ["closed", "operating"]
    works.refresh_from_db()
    assert works.valid_to == OPEN_DATE


@pytest.mark.parametrize(
    ("values", "column"),
    [
        ({"industry_code": "B2611"}, "行业代码"),
        ({"industry_code": "9911"}, "行业代码"),
        ({"permit_class": "gold"}, "许可管理类别"),
        ({"longitude": "209.5", "latitude": "24"}, "经度"),
        ({"longitude": "109.5"}, "纬度"),
        ({"status": "closed"}, "状态"),
    ],
)
def test_what_is_not_possible_is_refused(
    officer: User, works: Facility, values: dict[str, str], column: str
) -> None:
    values = {"latitude": "", **values} if "longitude" in values else values
    with pytest.raises(InputError) as refused:
        edit(officer, works, ON, **values)
    assert [item.column for item in refused.value.errors] == [column]
    assert FacilityVersion.objects.count() == 1


def test_coordinates_as_people_write_them(officer: User, works: Facility) -> None:
    found = edit(officer, works, ON, longitude="109°30′36″", latitude="24.25")
    assert (found.longitude, found.latitude) == (Decimal("109.51"), Decimal("24.25"))
    with pytest.raises(ConflictError, match="没有改动"):
        edit(officer, works, ON, longitude="109.51", latitude="24.25")


DAYS = st.integers(0, 120).map(lambda number: date(2024, 1, 3) + timedelta(days=number))
CHANGES = st.lists(
    st.tuples(DAYS, st.sampled_from(["operating", "suspended", "building"]), st.booleans()), max_size=6
)


@given(CHANGES)
@trials(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_days_are_always_covered_once(
    officer: User, plant: Organisation, county: Region, changes: list[tuple[date, str, bool]]
) -> None:
    """Whatever is said in whatever order: every day has one believed version.

    A change reaches as far as what stood there; a mistake is corrected as far back as well.
    """
    name = f"厂{Facility.objects.count()}"
    works = AddFacility(officer, date(2024, 1, 2), plant, name, county).execute()
    said: dict[date, str] = {}
    every = [date(2024, 1, 2) + timedelta(days=number) for number in range(130)]
    said = dict.fromkeys(every, "operating")
    for on, value, mistake in changes:
        if said[on] == value:
            continue
        edit(officer, works, on, status=value, mistake=mistake)
        first = end = every.index(on)
        while mistake and first > 0 and said[every[first - 1]] == said[on]:
            first -= 1
        while end + 1 < len(every) and said[every[end + 1]] == said[on]:
            end += 1
        said |= dict.fromkeys(every[first : end + 1], value)
    for day in every:
        rows = FacilityVersion.objects.filter(facility_history.at(day), facility=works)
        assert [row.status for row in rows] == [said[day]]
    believed = FacilityVersion.objects.filter(facility=works, recorded_to=OPEN_TIME).order_by(
        "effective_from"
    )
    ends = [(row.effective_from, row.effective_to) for row in believed]
    assert ends[-1][1] == OPEN_DATE
    assert all(one[1] == other[0] for one, other in pairwise(ends))


# Lists


def unit(works: Facility, on: date, year: int) -> Entry:
    organisation = works.organisation
    header = {"name": f"{organisation.name}{year}", "region": organisation.region, "holder": organisation}
    register = declarations.get(KEY_UNITS)
    facts = {"list_year": year, "facility": works.pk, "listing_reason": "有色金属冶炼"}
    state = next(item for item in register.lifecycle.initial if item in ON_THE_LIST)
    return CreateEntry(None, on, KEY_UNITS, header, facts, state=state).execute()


def test_lists_by_year_and_reason_as_of_a_day(works: Facility, plant: Organisation) -> None:
    unit(works, date(2023, 3, 1), 2023)
    later = unit(works, date(2024, 3, 1), 2024)
    before = datetime.now(UTC)
    assert [item.year for item in memberships.memberships(plant, date(2023, 6, 1))] == ["2023"]
    assert [item.year for item in memberships.memberships(plant, ON)] == ["2024", "2023"]
    assert memberships.memberships(plant, date(2023, 2, 1)) == []
    assert memberships.memberships(plant, ON, facility=works) == memberships.memberships(plant, ON)
    # A change of another column is no break; a corrected year is another membership, and then known as before.
    ChangeFacts(None, date(2024, 4, 1), later, header={"name": "改名"}).execute()
    (now,) = [item for item in memberships.memberships(plant, ON) if item.year == "2024"]
    assert (now.since, now.until, now.name) == (date(2024, 3, 1), None, "改名")
    assert now.reason
    CorrectFacts(None, date(2024, 3, 1), later, facts={"list_year": 2025}, reason="年度录错").execute()
    assert [item.year for item in memberships.memberships(plant, ON)] == ["2025", "2023"]
    assert [item.year for item in memberships.memberships(plant, ON, before)] == ["2024", "2023"]


def test_the_pages_filter_by_industry_status_and_list(
    office: Client,
    officer: User,
    works: Facility,
    plant: Organisation,
    county: Region,
) -> None:
    Organisation.objects.create(name="某县水利局", kind="department", region=county)
    unit(works, date(2024, 3, 1), 2024)
    for query in ({"industry": "C"}, {"industry": "26"}, {"status": "operating"}, {"listed": KEY_UNITS}):
        page = text(office, "/organisations/", **query)
        assert "某某化工有限公司" in page
        assert "水利局" not in page, query
        export = office.get("/organisations/export/", query)
        assert export.status_code == 200
    for query in ({"industry": "B"}, {"status": "closed"}, {"listed": "cadmium_sources"}):
        assert "某某化工" not in text(office, "/organisations/", **query), query
    own = f"/organisations/{plant.uid}/"
    assert "土壤污染重点监管单位" in text(office, own)
    page = text(office, f"{own}facilities/{works.uid}/")
    for word in ("制造业", "P-1", "在产", "2024年", "登记时"):
        assert word in page
    answer = office.post(
        f"{own}facilities/{works.uid}/edit/",
        {
            "name": "一厂", "region": str(county.uid), "status": "suspended", "since": "2024-05-01",
            "why": "change", "permit_number": "P-1",
        },
    )  # fmt: skip
    assert answer.status_code == 302
    assert "停产" in text(office, f"{own}facilities/{works.uid}/")
    assert "停产" not in text(office, f"{own}facilities/{works.uid}/", on="2024-04-30")
    assert status(works, date(2024, 4, 30)) == "operating"


def test_the_operations_tell_the_same(
    office: Client,
    works: Facility,
    plant: Organisation,
    neighbour: Region,
) -> None:
    other = Organisation.objects.create(name="邻县公司", kind="enterprise", region=neighbour)
    unit(works, date(2024, 3, 1), 2024)
    found = office.get("/api/v1/organisations", {"listed": KEY_UNITS, "industry": "c"}).json()
    assert [item["name"] for item in found["organisations"]] == ["某某化工有限公司"]
    assert office.get(f"/api/v1/organisations/{other.uid}").status_code == 404
    one = office.get(f"/api/v1/organisations/{plant.uid}").json()
    assert [(item["name"], item["status"]) for item in one["facilities"]] == [("一厂", "operating")]
    (listed,) = office.get(f"/api/v1/organisations/{plant.uid}/memberships").json()
    assert (listed["register_id"], listed["year"], listed["since"]) == (KEY_UNITS, "2024", "2024-03-01")
    plants = office.get("/api/v1/facilities", {"status": "operating"}).json()
    assert plants["total"] == 1
    assert office.get(f"/api/v1/facilities/{works.uid}").json()["permit_number"] == "P-1"
    then = office.get(f"/api/v1/facilities/{works.uid}", {"known_at": "2024-01-01T00:00:00+08:00"})
    assert then.status_code == 404


# Merging


@given(st.lists(st.booleans(), max_size=3), st.integers(0, 2))
@trials(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_everything_is_reachable_from_the_one_that_stays_and_goes_back(
    officer: User, county: Region, shared_names: list[bool], entries: int
) -> None:
    """Plants of one name or another, entries, lists: merged they are the other's, taken back they are as before."""
    number = Organisation.objects.count()
    stays, goes = (
        Organisation.objects.create(name=f"{name}{number}公司", kind="enterprise", region=county)
        for name in ("甲", "乙")
    )
    for index, same in enumerate(shared_names):
        AddFacility(officer, date(2024, 1, 2), goes, f"厂{index}", county).execute()
        if same:
            AddFacility(officer, date(2024, 1, 2), stays, f"厂{index}", county).execute()
    if not goes.facilities.exists():
        AddFacility(officer, date(2024, 1, 2), goes, "独厂", county).execute()
    first = goes.facilities.order_by("pk")[0]
    made = [unit(first, date(2024, 3, 1), 2023 + index) for index in range(entries)]

    def held(body: Organisation) -> tuple[list[str], list[str], set[int]]:
        lists = memberships.memberships(body, ON)
        names = sorted(body.facilities.values_list("name", flat=True))
        return names, sorted(item.year for item in lists), {item.entry.pk for item in lists}

    before = held(stays), held(goes)
    MergeOrganisations(officer, ON, goes, stays, "同一单位").execute()
    assert held(goes) == ([], [], set())
    names, years, listed = held(stays)
    assert len(names) == len(before[0][0]) + len(before[1][0]) == len(set(names))
    assert (years, listed) == (before[1][1], {entry.pk for entry in made})
    merge = OrganisationMerge.objects.get(duplicate=goes, undone_at__isnull=True)
    UndoMerge(officer, ON, merge, "两个单位").execute()
    assert (held(stays), held(goes)) == before


# Entering with an entry


def test_an_entry_of_a_list_of_enterprises_brings_its_enterprise(office: Client, county: Region) -> None:
    code = "9145020019860001X7"
    form = {
        "name": "新生铅锌有限公司", "region": str(county.uid), "on": ON.isoformat(), "f_uscc": code,
        "f_permit_number": "P-9", "f_address": "东路 1 号",
    }  # fmt: skip
    path = f"/registers/{KEY_UNITS}/new/"
    wrong = office.post(path, form | {"f_uscc": f"{code[:-1]}8"})
    assert wrong.status_code == 422
    assert not Organisation.objects.filter(name="新生铅锌有限公司").exists()
    assert office.post(path, form).status_code == 302
    body = Organisation.objects.get(uscc=code)
    entry = Entry.objects.get()
    version = version_on(entry, ON)
    assert version is not None
    assert version.holder == body
    plant = body.facilities.get()
    assert (plant.permit_number, plant.address) == ("P-9", "东路 1 号")
    assert facts_of(version).facility == plant  # type: ignore[attr-defined]
