"""What the pages of the list show, to whom, and on which day."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from jingtu.platform.organisations.actions import AddAlias, MergeOrganisations, RenameOrganisation, SetCode
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people.models import Membership, User
from jingtu.platform.people.roles import Role
from jingtu.platform.regions.models import Region

ON = date(2024, 6, 30)
CODE = "9145020019860001X7"


@pytest.fixture(autouse=True)
def _business_date(settings: Any) -> None:
    settings.CONFIG = dataclasses.replace(settings.CONFIG, today=ON.isoformat())


@pytest.fixture
def desk(officer: User) -> Client:
    client = Client()
    client.force_login(officer)
    return client


def text(client: Client, path: str, **query: str) -> str:
    answer = client.get(path, query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_the_list_finds_by_name_alias_former_name_and_code(
    desk: Client, officer: User, plant: Organisation, county: Region, neighbour: Region
) -> None:
    Organisation.objects.create(name="别处化工厂", kind="enterprise", region=neighbour)
    Organisation.objects.create(name="某县水利局", kind="department", region=county)
    SetCode(officer, ON, plant, CODE).execute()
    AddAlias(officer, ON, plant, "老厂", source="档案").execute()
    RenameOrganisation(officer, date(2024, 5, 1), plant, "某某材料有限公司", source="变更通知").execute()
    for words in ("材料", "老厂", "某某化工", CODE, CODE.lower(), CODE[:8]):
        page = text(desk, "/organisations/", q=words)
        assert "某某材料有限公司" in page, words
        assert "水利局" not in page, words
    assert "别处化工厂" not in text(desk, "/organisations/")
    page = text(desk, "/organisations/", code="none")
    assert "某县水利局" in page
    assert "某某材料" not in page
    assert "水利局" not in text(desk, "/organisations/", kind="enterprise")
    # On a day before the change of name it is called as it was.
    assert "某某化工有限公司" in text(desk, "/organisations/", on="2024-04-01")


def test_a_duplicate_stands_on_the_list_until_it_was_known_to_be_one(
    desk: Client, officer: User, plant: Organisation, county: Region
) -> None:
    twin = Organisation.objects.create(name="某某化工厂", kind="enterprise", region=county)
    before = datetime.now(UTC) - timedelta(seconds=1)
    MergeOrganisations(officer, ON, twin, plant, "同一企业").execute()
    address = f"/organisations/{twin.uid}/"
    assert address not in text(desk, "/organisations/")
    assert address in text(desk, "/organisations/", on="2024-06-01")
    desk.get("/organisations/", {"on": "", "known_at": ""})
    assert address in text(desk, "/organisations/", known_at=before.isoformat())
    desk.get("/organisations/", {"on": "", "known_at": ""})
    page = text(desk, address)
    assert "并入" in page
    assert "撤销合并" in page
    assert f'href="{address}"' in text(desk, f"/organisations/{plant.uid}/")


def test_a_unit_reads_its_own_and_changes_nothing(plant: Organisation, county: Region) -> None:
    other = Organisation.objects.create(name="另一家公司", kind="enterprise", region=county)
    user = User.objects.create_user("plant", "x", display_name="厂方")
    Membership.objects.create(user=user, role=Role.ENTERPRISE, organisation=plant)
    client = Client()
    client.force_login(user)
    page = text(client, "/organisations/")
    assert plant.name in page
    assert other.name not in page
    assert "登记单位" not in page
    page = text(client, f"/organisations/{plant.uid}/")
    assert f"/organisations/{plant.uid}/edit/" not in page
    assert client.get(f"/organisations/{other.uid}/").status_code == 404
    assert (
        client.post(f"/organisations/{plant.uid}/edit/", {"what": "kind", "kind": "other"}).status_code == 403
    )


def test_a_wrong_code_is_said_at_its_field_and_kept_as_typed(desk: Client, plant: Organisation) -> None:
    answer = desk.post(f"/organisations/{plant.uid}/edit/", {"what": "code", "code": CODE[:-1] + "8"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert f'value="{CODE[:-1]}8"' in page
    assert "第 18 位校验码" in page
    plant.refresh_from_db()
    assert plant.uscc is None


def test_one_much_like_it_is_shown_before_another_is_entered(
    desk: Client, plant: Organisation, county: Region
) -> None:
    typed = {"name": "某县某某化工有限责任公司", "kind": "enterprise", "region": str(county.uid)}
    answer = desk.post("/organisations/new/", typed)
    assert answer.status_code == 422
    assert f"/organisations/{plant.uid}/" in answer.content.decode()
    assert Organisation.objects.count() == 1
    assert desk.post("/organisations/new/", typed | {"sure": "1"}).status_code == 302
    assert Organisation.objects.filter(name=typed["name"]).exists()
    # And afterwards the two stand among the likely doubles.
    page = text(desk, "/organisations/doubles/")
    assert page.count("对照并合并") == 1


def test_nothing_is_changed_from_a_page_that_looks_back(desk: Client, plant: Organisation) -> None:
    desk.get("/organisations/", {"on": "2024-01-31"})
    assert "更名、代码、别名" not in text(desk, f"/organisations/{plant.uid}/")
    answer = desk.post(f"/organisations/{plant.uid}/edit/", {"what": "kind", "kind": "other"})
    assert answer.status_code == 409


def test_the_list_is_exported_as_it_is_shown(desk: Client, officer: User, plant: Organisation) -> None:
    import io

    from openpyxl import load_workbook

    SetCode(officer, ON, plant, CODE).execute()
    answer = desk.get("/organisations/export/", {"q": CODE, "columns": "name,code"})
    rows = [[cell.value for cell in row] for row in load_workbook(io.BytesIO(answer.content)).active.rows]
    assert rows[-2:] == [["单位名称", "统一社会信用代码"], [plant.name, CODE]]
