"""An entry of a list of enterprises over the API: the enterprise and its plant are found, entered, or doubted."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from tests.platform.registers.test_pages import as_person

from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.organisations.models import Facility, Organisation
from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region
from jingtu.platform.registers.models import Entry

pytestmark = pytest.mark.django_db
HOME = "/api/v1/registers/heavy_metal_enterprises/entries"
CODE = "9145020019860001X7"
OTHER_CODE = "91440300708461136T"


def enter(officer: User, region: Region, name: str = "甲冶炼有限公司", holder: str = "", **facts: Any) -> Any:
    body = {"name": name, "region": str(region.uid), "holder": holder, "facts": facts}
    return as_person(officer).post(HOME, json.dumps(body), content_type="application/json")


def test_who_is_not_known_is_entered_with_its_plant(officer: User, county: Region) -> None:
    found = enter(
        officer, county, uscc=CODE, permit_number="P-0001", address="工业路1号", permit_class="重点管理"
    )
    assert found.status_code == 200, found.json()
    made = Organisation.objects.get(uscc=CODE)
    plant = Facility.objects.get(organisation=made)
    assert (plant.permit_number, plant.address) == ("P-0001", "工业路1号")
    assert found.json()["holder"] == "甲冶炼有限公司"
    assert found.json()["facts"]["facility"] == str(plant.uid)
    assert plant.permit_class == "key"
    rows = {row.subject_uid for row in LedgerRow.objects.filter(actor_uid=officer.uid)}
    assert {made.uid, Entry.objects.get().uid} <= rows


def test_who_is_known_is_found_by_code_by_name_and_by_plant(officer: User, county: Region) -> None:
    first = enter(officer, county, uscc=CODE, permit_number="P-0001").json()
    plant = Facility.objects.get()
    for holder, facts in (
        (CODE, {}), ("甲冶炼有限公司", {}), ("甲冶炼有限公司", {"facility": str(plant.uid)}),
        ("甲冶炼有限公司", {"facility": "P-0001"}), ("甲冶炼有限公司", {"facility": plant.name}),
    ):  # fmt: skip
        again = enter(officer, county, "一号生产线", holder, **facts)
        assert again.status_code == 200, again.json()
        assert again.json()["holder"] == first["holder"]
    assert (Organisation.objects.filter(uscc=CODE).count(), Facility.objects.count()) == (1, 1)


def test_a_plant_of_a_new_name_is_entered(officer: User, county: Region) -> None:
    enter(officer, county, uscc=CODE, permit_number="P-0001")
    enter(officer, county, "二厂", "甲冶炼有限公司", facility="二厂区", permit_number="P-0002")
    assert set(Facility.objects.values_list("name", "permit_number")) == {
        ("甲冶炼有限公司", "P-0001"), ("二厂区", "P-0002"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "facts", "column"),
    [
        ("甲冶炼有限公司", {"uscc": "9145020019860001X8"}, "统一社会信用代码"),
        ("甲冶炼有限公司", {"uscc": OTHER_CODE}, "统一社会信用代码"),
        ("乙化工有限公司", {"uscc": CODE}, "统一社会信用代码"),
        ("青禾县甲冶炼厂", {"facility": "P-0001"}, "厂区"),
    ],
)
def test_a_doubtful_one_is_refused_with_its_field_and_nothing_is_kept(
    officer: User, county: Region, name: str, facts: dict[str, Any], column: str
) -> None:
    enter(officer, county, uscc=CODE, permit_number="P-0001")
    kept = (Organisation.objects.count(), Facility.objects.count(), Entry.objects.count())
    refused = enter(officer, county, name, **facts)
    assert refused.status_code == 422
    assert refused["Content-Type"] == "application/problem+json"
    assert refused.json()["errors"][0]["column"] == column
    assert (Organisation.objects.count(), Facility.objects.count(), Entry.objects.count()) == kept


def test_all_that_is_wrong_is_said_at_once_and_a_bad_value_keeps_no_organisation(
    officer: User, county: Region
) -> None:
    both = enter(officer, county, uscc="9145020019860001X8", base_year="去年").json()["errors"]
    assert len(both) == 2
    before = Organisation.objects.count()
    assert enter(officer, county, base_year="去年").status_code == 422
    assert Organisation.objects.count() == before


def test_the_form_does_the_same(officer: User, county: Region) -> None:
    client: Client = as_person(officer)
    form = {
        "name": "甲冶炼有限公司", "region": str(county.uid), "on": "2024-06-30", "f_uscc": CODE,
        "f_facility": "东厂区", "f_permit_number": "P-0001",
    }  # fmt: skip
    client.post("/registers/heavy_metal_enterprises/new/", form)
    assert Facility.objects.get().name == "东厂区"
    refused = client.post("/registers/heavy_metal_enterprises/new/", form | {"f_uscc": OTHER_CODE})
    assert refused.status_code == 422
    assert "与本行不同" in refused.content.decode()
