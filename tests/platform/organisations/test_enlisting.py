"""Enterprises as a list names them: found, entered, or refused where the match is doubtful."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.organisations.actions import AddFacility, RenameOrganisation
from jingtu.platform.organisations.enlisting import Enlister, EnterpriseColumns
from jingtu.platform.organisations.models import Facility, Organisation
from jingtu.platform.people import policies
from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region

ON = date(2024, 6, 30)
CODE = "9145020019860001X7"
OTHER_CODE = "91440300708461136T"


@pytest.fixture
def enlister(officer: User, county: Region) -> Enlister:
    return Enlister(ON, policies.reach(officer, "organisations.read"), county, officer)


def rows(**more: Any) -> dict[str, Any]:
    return {"name": "某某化工有限公司", **more}


def test_found_by_code_by_name_and_by_former_name(
    enlister: Enlister, officer: User, plant: Organisation
) -> None:
    assert enlister.plan(rows()).how == "name"
    Organisation.objects.filter(pk=plant.pk).update(uscc=CODE)
    RenameOrganisation(officer, ON, plant, "某某新材料有限公司", source="变更登记").execute()
    fresh = Enlister(ON, enlister.reach, enlister.region, officer)
    found = [fresh.plan(rows()), fresh.plan(rows(name="某某新材料有限责任公司", uscc=CODE))]
    assert [(item.how, item.organisation) for item in found] == [("alias", plant), ("code", plant)]
    assert not any(item.new_organisation for item in found)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"name": "", "uscc": ""}, "请填单位名称"),
        ({"name": "新公司", "uscc": "9145020019860001X8"}, "第 18 位校验码"),
        ({"name": "别的有限公司", "uscc": CODE}, "登记在“某某化工有限公司”名下"),
        ({"name": "某某化工有限公司", "uscc": OTHER_CODE}, "与本行不同"),
        ({"name": "某某化工有限责任公司"}, "写法相近"),
    ],
)
def test_what_is_doubtful_is_refused(
    enlister: Enlister, plant: Organisation, row: dict[str, str], words: str
) -> None:
    Organisation.objects.filter(pk=plant.pk).update(uscc=CODE)
    with pytest.raises(ValueError, match=words):
        enlister.plan(row)


def test_the_same_name_elsewhere_is_not_taken_for_the_same_body(
    county: Region, neighbour: Region, plant: Organisation, django_user_model: Any
) -> None:
    reach = policies.Reach(everywhere=True)
    with pytest.raises(ValueError, match="别处有同名单位"):
        Enlister(ON, reach, neighbour).plan(rows())


def test_a_new_enterprise_named_twice_is_entered_once_with_both_plants(
    enlister: Enlister, county: Region
) -> None:
    planned = [
        enlister.plan(rows(name="新铅锌有限公司", facility="一厂", address="东路 1 号")),
        enlister.plan(rows(name="新铅锌有限公司", uscc=CODE, facility="二厂", industry_code="C3212")),
        enlister.plan(rows(name="新铅锌有限公司", facility="一厂")),
    ]
    assert [item.new_organisation for item in planned] == [True, False, False]
    entered = [enlister.apply(item) for item in planned]
    assert {organisation.pk for organisation, _ in entered} == {Organisation.objects.get(uscc=CODE).pk}
    assert sorted(Facility.objects.values_list("name", "industry_code")) == [("一厂", ""), ("二厂", "C3212")]
    actions = LedgerRow.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == [
        "organisations.enlist",
        "organisations.enlist_facility",
        "organisations.fill_in",
        "organisations.enlist_facility",
    ]


def test_a_plant_is_found_by_its_permit_and_gaps_are_filled_without_changing_what_is_known(
    enlister: Enlister, officer: User, plant: Organisation, county: Region
) -> None:
    made = AddFacility(
        officer, ON, plant, "老厂", county, permit_number=f"{CODE}001P", industry_code="2611"
    ).execute()
    found = enlister.plan(rows(permit_number=f"{CODE}001P", industry_code="C3212", address="西路 2 号"))
    assert (found.facility, found.new_facility) == (made, False)
    assert found.notes == ["行业代码：名录为“2611”，本行为“C3212”"]
    assert enlister.apply(found) == (plant, made)
    made.refresh_from_db()
    assert (made.industry_code, made.address) == ("2611", "西路 2 号")


def test_a_permit_of_another_enterprise_is_refused(
    enlister: Enlister, officer: User, plant: Organisation, county: Region
) -> None:
    AddFacility(officer, ON, plant, "老厂", county, permit_number="P-1").execute()
    with pytest.raises(ValueError, match="登记在“某某化工有限公司”名下"):
        enlister.plan(rows(name="别的公司", permit_number="P-1"))


def test_the_columns_of_a_register_make_the_row() -> None:
    columns = EnterpriseColumns(uscc="code", permit="permit", name="company", facility="plant")
    row = columns.row("某厂区", {"code": CODE, "permit": None, "company": "甲公司"})
    assert row == {"name": "甲公司", "region": None, "uscc": CODE, "permit_number": "", "facility": ""}
