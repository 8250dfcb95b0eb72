"""Region, year and dates of a page: what is chosen, what is kept, what is refused."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.contrib.sessions.backends.cache import SessionStore
from django.test import Client, RequestFactory

from jingtu.errors import InputError, JingtuError, NotFoundError
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.pages.context import PageContext
from jingtu.platform.people.models import Membership, User
from jingtu.platform.people.roles import Role
from jingtu.platform.regions.models import Region
from jingtu.platform.regions.tree import create_region
from jingtu.service.web.middleware import read_context, selectable

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(settings: Any) -> None:
    settings.CONFIG = dataclasses.replace(settings.CONFIG, today="2024-06-30")


@pytest.fixture
def places() -> dict[str, Region]:
    province = create_region("白省", Region.Level.PROVINCE, None, code="990000", source="测试")
    city = create_region("白石市", Region.Level.CITY, province, code="990100", source="测试")
    county = create_region("青禾县", Region.Level.COUNTY, city, code="990122", source="测试")
    other = create_region("红枫县", Region.Level.COUNTY, city, code="990123", source="测试")
    town = create_region("柳岸镇", Region.Level.TOWN, county, code="990122100", source="测试")
    village = create_region("柳岸村", Region.Level.VILLAGE, town, code="990122100201", source="测试")
    return {"city": city, "county": county, "other": other, "town": town, "village": village}


def person(role: Role, region: Region | None = None, organisation: Organisation | None = None) -> User:
    user = User.objects.create(username=f"u{User.objects.count()}", display_name="某人")
    Membership.objects.create(user=user, role=role, region=region, organisation=organisation)
    return user


def context(user: User, session: SessionStore, **query: str) -> PageContext:
    request = RequestFactory().get("/", query)
    request.user, request.session = user, session
    return read_context(request)


def test_the_default_is_the_own_place_today(places: dict[str, Region]) -> None:
    found = context(person(Role.OFFICER, places["county"]), SessionStore())
    assert found == PageContext(places["county"], 2024, date(2024, 6, 30), None, date(2024, 6, 30))
    assert not found.is_past
    found.require_present()


def test_a_choice_is_kept_and_an_empty_one_takes_it_back(places: dict[str, Region]) -> None:
    user, session = person(Role.SUPERIOR, places["city"]), SessionStore()
    context(user, session, region="990122", year="2023", on="2023-11-01", known_at="2023-12-05")
    kept = context(user, session)
    assert (kept.region, kept.year, kept.on) == (places["county"], 2023, date(2023, 11, 1))
    # A day without an hour means all that was known by its end, in the office's time.
    assert kept.known_at == datetime(2023, 12, 5, 15, 59, 59, 999_999, tzinfo=UTC)
    assert kept.is_past
    with pytest.raises(JingtuError, match="返回今天"):
        kept.require_present()
    back = context(user, session, on="", known_at="", year="", region="")
    assert (back.region, back.year, back.on, back.known_at) == (places["city"], 2024, date(2024, 6, 30), None)


@pytest.mark.parametrize(
    ("name", "value"),
    [("on", "2024-13-01"), ("on", "昨天"), ("known_at", "2024-06-31"), ("year", "24"), ("year", "1999"),
     ("year", "２０２４"), ("region", "青禾"), ("region", "' OR 1=1")],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(places: dict[str, Region], name: str, value: str) -> None:
    with pytest.raises(InputError):
        context(person(Role.OFFICER, places["county"]), SessionStore(), **{name: value})


@pytest.mark.parametrize("wanted", ["990123", "990100", "999999"])
def test_a_place_beyond_reach_is_not_found(places: dict[str, Region], wanted: str) -> None:
    user = person(Role.OFFICER, places["county"])
    with pytest.raises(NotFoundError):
        context(user, SessionStore(), region=wanted)


def test_a_lost_right_does_not_lock_the_user_out(places: dict[str, Region]) -> None:
    user, session = person(Role.SUPERIOR, places["city"]), SessionStore()
    context(user, session, region="990123")
    Membership.objects.filter(user=user).update(region=places["county"])
    user.__dict__.pop("_memberships")
    assert context(user, session).region == places["county"]


def test_a_township_works_in_the_programme_of_its_county(places: dict[str, Region]) -> None:
    for key in ("town", "village"):
        body = Organisation.objects.create(
            name=f"{key}政府", kind=Organisation.Kind.GOVERNMENT, region=places[key]
        )
        user = person(Role.TOWNSHIP, None, body)
        found = context(user, SessionStore())
        assert found.region == places["county"]


def test_the_menu_offers_what_may_be_chosen(places: dict[str, Region]) -> None:
    request = RequestFactory().get("/")
    request.user = person(Role.SUPERIOR, places["city"])
    assert {region.pk for region in selectable(request)} == {
        places[key].pk for key in ("city", "county", "other")
    }
    request.user = person(Role.DEPARTMENT, places["town"])
    assert {region.pk for region in selectable(request)} == {places["county"].pk}


def test_errors_are_pages_that_say_what_to_do(places: dict[str, Region], client: Client) -> None:
    client.force_login(
        person(Role.OFFICER, places["county"]), "allauth.account.auth_backends.AuthenticationBackend"
    )
    wrong = client.get("/tasks/?on=xx")
    assert wrong.status_code == 422
    assert "2024-06-30 这样的年月日" in wrong.content.decode()
    missing = client.get("/tasks/00000000-0000-4000-8000-000000000000/")
    assert missing.status_code == 404
    assert "没有找到" in missing.content.decode()
    fragment = client.get(
        "/targets/00000000-0000-4000-8000-000000000000/provenance/", headers={"HX-Request": "true"}
    )
    assert fragment.status_code == 404
    assert "<html" not in fragment.content.decode()
    policy = missing.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
