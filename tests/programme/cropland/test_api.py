"""The ledger of cropland over the API: a plot, its test with the verdict, and how far a township reaches."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from tests.programme.cropland.conftest import DAY, plot

from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people.models import Membership, User
from jingtu.platform.people.roles import Role
from jingtu.platform.registers.actions import ChangeFacts

pytestmark = pytest.mark.django_db
HOME = "/api/v1/registers/farmland_plots"
TEST = {"season": "late", "crop": "稻谷", "sample": "N1", "cadmium": "0.25"}


def as_person(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_test_is_judged_corrected_and_counted(county: Any, officer: User) -> None:
    entry = plot("A", county, "safe_use", "10亩")
    client = as_person(officer)
    address = f"{HOME}/entries/{entry.uid}/records/farmland_crop_tests"
    body = {"on": "2024-10-30", "facts": TEST}
    made = client.post(address, body, content_type="application/json")
    assert (made.status_code, made.json()["facts"]["verdict"]) == (200, "exceed")
    assert "限量 0.2 mg/kg" in made.json()["facts"]["judged"]
    again = client.post(address, body, content_type="application/json")
    assert again.status_code == 409
    wrong = client.post(
        address, {"on": "2024-10-30", "facts": TEST | {"sample": "N2", "crop": "苎麻"}}, "application/json"
    )
    assert wrong.status_code == 422


def test_a_township_records_on_its_own_plots_alone(county: Any, town: Any) -> None:
    body = Organisation.objects.create(name="柳岸镇人民政府", kind="government", region=town)
    user = User.objects.create(username="xiangzhen", display_name="乡镇")
    Membership.objects.create(user=user, role=Role.TOWNSHIP, region=town, organisation=body)
    own, other = plot("A", town, "safe_use", "10亩"), plot("B", town, "safe_use", "10亩")
    ChangeFacts(None, DAY, own, header={"holder": body}).execute()
    client = as_person(user)
    answers = [
        client.post(
            f"{HOME}/entries/{entry.uid}/records/farmland_crop_tests",
            {"on": "2024-10-30", "facts": TEST}, content_type="application/json",
        ).status_code
        for entry in (own, other)
    ]  # fmt: skip
    assert answers[0] == 200
    assert answers[1] in {403, 404}
    listed = client.get(f"{HOME}/entries").json()
    assert [item["code"] for item in listed["entries"]] == ["A"]
