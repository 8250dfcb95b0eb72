"""Codes, aliases, plants and duplicates."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from jingtu.errors import ConflictError, InputError, PermissionDeniedError
from jingtu.platform.organisations.actions import AddAlias, AddFacility, MergeOrganisations, SetCode
from jingtu.platform.organisations.models import Organisation, validate_uscc
from jingtu.platform.organisations.resolving import resolve_unit
from jingtu.platform.people import policies
from jingtu.platform.people.models import Membership, User
from jingtu.platform.regions.models import Region
from jingtu.platform.regions.tree import create_region

ON = date(2024, 6, 30)
CODE, OTHER_CODE = "9145020019860001X7", "1145020000760500AK"
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def golden() -> list[dict[str, str]]:
    with (Path(__file__).parent / "uscc_golden.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize("row", golden(), ids=lambda row: row["why"])
def test_codes_of_gb_32100(row: dict[str, str]) -> None:
    if row["valid"] == "yes":
        validate_uscc(row["code"])
    else:
        with pytest.raises(ValidationError, match=r"GB 32100-2015"):
            validate_uscc(row["code"])


@given(place=st.integers(0, 16), sign=st.sampled_from(ALPHABET))
def test_every_single_wrong_character_is_found(place: int, sign: str) -> None:
    """Weights are powers of 3 modulo the prime 31: no single change keeps the check character."""
    changed = CODE[:place] + sign + CODE[place + 1 :]
    if changed != CODE:
        with pytest.raises(ValidationError):
            validate_uscc(changed)


def test_a_code_is_checked_and_belongs_to_one(officer: User, plant: Organisation, county: Region) -> None:
    with pytest.raises(InputError):
        SetCode(officer, ON, plant, "9145020019860001X8").execute()
    with pytest.raises(InputError):
        SetCode(officer, ON, plant, "").execute()
    SetCode(officer, ON, plant, "", "企业早年关闭，无代码").execute()
    SetCode(officer, ON, plant, " 9145020019860001x7 ").execute()
    plant.refresh_from_db()
    assert (plant.uscc, plant.uscc_missing_reason) == (CODE, "")
    twin = Organisation.objects.create(name="某某化工厂", kind="enterprise", region=county)
    with pytest.raises(ConflictError, match="某某化工有限公司"):
        SetCode(officer, ON, twin, CODE).execute()


def test_one_company_has_several_plants_also_in_another_county(
    officer: User, plant: Organisation, county: Region
) -> None:
    neighbour = create_region("邻县", "county", county.parent, source="试验")
    AddFacility(officer, ON, plant, "一厂", county).execute()
    AddFacility(officer, ON, plant, "二厂", county, status="closed").execute()
    with pytest.raises(ConflictError):
        AddFacility(officer, ON, plant, "一厂", county).execute()
    with pytest.raises(PermissionDeniedError):
        AddFacility(officer, ON, plant, "三厂", neighbour).execute()
    assert plant.facilities.count() == 2


def test_merging_keeps_name_code_and_plants(officer: User, plant: Organisation, county: Region) -> None:
    twin = Organisation.objects.create(name="某某化工厂", kind="enterprise", region=county, uscc=CODE)
    AddAlias(officer, ON, twin, "老化工厂", source="档案").execute()
    AddFacility(officer, ON, twin, "一厂", county).execute()
    MergeOrganisations(officer, ON, twin, plant, "同一企业，改制更名").execute()
    plant.refresh_from_db()
    twin.refresh_from_db()
    assert (plant.uscc, twin.uscc) == (CODE, None)
    assert (twin.merged_into, twin.valid_to) == (plant, ON)
    assert set(plant.aliases.values_list("name", flat=True)) == {"某某化工厂", "老化工厂"}
    assert plant.facilities.get().name == "一厂"
    for name in ("某某化工厂", "老化工厂", "某某化工有限公司"):
        assert resolve_unit(name, "enterprise", county, ON).organisation == plant


def test_whoever_acts_for_one_acts_for_what_was_recorded_under_the_other(
    officer: User, plant: Organisation, county: Region
) -> None:
    twin = Organisation.objects.create(name="某某化工厂", kind="enterprise", region=county)
    people = []
    for name, body in (("new", plant), ("old", twin)):
        user = User.objects.create_user(name, "x", display_name=name)
        Membership.objects.create(user=user, role="enterprise", organisation=body)
        people.append(user)
    MergeOrganisations(officer, ON, twin, plant, "同一企业").execute()
    for user in people:
        reach = policies.reach(User.objects.get(pk=user.pk), "plans.task.report")
        assert set(reach.organisations) == {plant.pk, twin.pk}


def test_what_is_not_one_body_is_not_merged(officer: User, plant: Organisation, county: Region) -> None:
    other = Organisation.objects.create(name="某某农药厂", kind="enterprise", region=county, uscc=OTHER_CODE)
    far = Organisation.objects.create(name="某某公司", kind="enterprise", region=county.parent)
    with pytest.raises(InputError):
        MergeOrganisations(officer, ON, other, plant, " ").execute()
    with pytest.raises(ConflictError):
        MergeOrganisations(officer, ON, plant, plant, "同一").execute()
    with pytest.raises(PermissionDeniedError):
        MergeOrganisations(officer, ON, plant, far, "同一").execute()
    plant.uscc = CODE
    plant.save()
    with pytest.raises(ConflictError):
        MergeOrganisations(officer, ON, other, plant, "同一").execute()
    Organisation.objects.filter(pk=other.pk).update(uscc=None)
    MergeOrganisations(officer, ON, other, plant, "同一").execute()
    third = Organisation.objects.create(name="某某油漆厂", kind="enterprise", region=county)
    with pytest.raises(ConflictError):
        MergeOrganisations(officer, ON, third, other, "同一").execute()


def test_an_alias_is_entered_once_and_ends_after_it_begins(officer: User, plant: Organisation) -> None:
    AddAlias(officer, ON, plant, "化工公司", source="档案").execute()
    with pytest.raises(ConflictError):
        AddAlias(officer, ON, plant, "化工 公司", source="档案").execute()
    with pytest.raises(InputError):
        AddAlias(
            officer,
            ON,
            plant,
            "旧化工",
            source="档案",
            valid_from=date(2020, 1, 1),
            valid_to=date(2020, 1, 1),
        ).execute()
