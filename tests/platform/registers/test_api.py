"""Registers, indicators and duties over the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.platform.registers.test_exchange import HEAD, bring
from tests.platform.registers.test_pages import as_person

from jingtu.platform.people.models import User
from jingtu.platform.registers.actions import ChangeFacts
from jingtu.platform.registers.models import Entry

pytestmark = pytest.mark.django_db
HOME = "/api/v1/registers/priority_parcels/entries"


@pytest.fixture
def client(officer: User, county: Any) -> Client:
    rows = [[str(number), f"地块{number}", "青禾县", "已纳入", "2024-01-10"] for number in range(5)]
    bring([[*HEAD, "纳入日期"], *rows], on=timezone.localdate())
    return as_person(officer)


def test_pages_of_entries_follow_each_other(client: Client) -> None:
    first = client.get(HOME, {"limit": 3, "sort": "code"}).json()
    second = client.get(HOME, {"limit": 3, "sort": "code", "cursor": first["following"]}).json()
    assert first["total"] == 5
    assert [item["code"] for item in first["entries"] + second["entries"]] == list("01234")
    assert second["following"] == ""


def test_an_entry_on_a_day(client: Client) -> None:
    entry = Entry.objects.get(code="1")
    found = client.get(f"{HOME}/{entry.uid}").json()
    assert (found["state"], found["facts"]["listed_on"]) == ("listed", "2024-01-10")
    missing = client.get(f"{HOME}/{entry.uid}", {"on": "2024-01-09"})
    assert missing.status_code == 404
    assert missing["Content-Type"] == "application/problem+json"


def test_a_move_is_refused_when_somebody_was_faster(client: Client, person: Callable[..., User]) -> None:
    entry = Entry.objects.get(code="1")
    seen = client.get(f"{HOME}/{entry.uid}").json()["version"]
    ChangeFacts(person(name="赵工"), timezone.localdate(), entry, facts={"note": "快"}).execute()
    address = f"{HOME}/{entry.uid}/moves/start_monitoring"
    late = client.post(address, {"version": seen}, content_type="application/json")
    assert (late.status_code, "赵工" in late.json()["detail"]) == (409, True)
    done = client.post(address, {}, content_type="application/json")
    assert (done.status_code, done.json()["to_state"]) == (200, "monitoring")


def test_a_move_changes_only_its_own_fields(client: Client) -> None:
    entry = Entry.objects.get(code="1")
    body = {"facts": {"area_m2": 5}}
    answer = client.post(f"{HOME}/{entry.uid}/moves/start_monitoring", body, content_type="application/json")
    assert answer.status_code == 422


def test_a_reading_and_its_rule(client: Client, county: Any, neighbour: Any) -> None:
    address = "/api/v1/indicators/priority_parcel_control_ratio"
    query = {"region": str(county.uid), "on": "2024-06-30", "base": "2024-03-31"}
    found = client.get(address, query).json()
    assert (found["value"], found["numerator"], found["denominator"]) == (0, 0, 5)
    assert found["rule"]["valid_to"] == "2026-01-01"
    late = client.get(address, query | {"on": "2026-01-01"}).json()
    assert (late["status"], late["value"], late["rule"]) == ("not_configured", None, None)
    assert client.get(address, query | {"region": str(neighbour.uid)}).status_code == 404
    assert client.get(address, query | {"known_at": "2024-06-30T00:00:00"}).status_code == 422


def test_duties_over_the_api(client: Client) -> None:
    from jingtu.platform.duties.ticking import tick

    tick(timezone.localdate())
    found = client.get("/api/v1/duties").json()["duties"]
    assert {item["rule"] for item in found} == {"sites.monitor"}
    assert {item["due"] for item in found} == {None}
