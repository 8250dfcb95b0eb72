"""待填报: the list, the receipt on the entry's page, the workbook, the operations."""

from __future__ import annotations

import dataclasses
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook
from tests.platform.draws.conftest import *  # noqa: F403
from tests.platform.draws.conftest import ON

from jingtu.platform.filings.models import FilingReceipt
from jingtu.platform.people.models import User
from jingtu.platform.people.roles import Role
from jingtu.platform.regions.models import Region
from jingtu.platform.registers.actions import CreateEntry
from jingtu.platform.registers.models import Entry

LAND, SYSTEM = "construction_parcels", "construction_land_system"


@pytest.fixture(autouse=True)
def _day(settings: Any, tmp_path: Any) -> None:
    settings.CONFIG = dataclasses.replace(settings.CONFIG, today=ON.isoformat())
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def land(county: Region) -> list[Entry]:
    return [
        CreateEntry(
            None, ON.replace(month=5), LAND, {"name": name, "region": county, "holder": None}, {},
            state="in_review",
        ).execute()
        for name in ("东街地块", "西街地块")
    ]  # fmt: skip


@pytest.fixture
def desk(officer: User) -> Client:
    client = Client()
    client.force_login(officer)
    return client


def text(client: Client, path: str, **query: Any) -> str:
    answer = client.get(path, query)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


def test_missing_recorded_corrected_withdrawn(desk: Client, land: list[Entry]) -> None:
    page = text(desk, "/filings/", system=SYSTEM)
    for word in ("东街地块", "西街地块", "应填报起", "2024-05-30", "31", "期限未配置"):
        assert word in page
    assert "待填报 <span" in text(desk, "/registers/")
    entry = f"/registers/{LAND}/{land[0].uid}/"
    assert "登记回执" in text(desk, entry)
    path = f"/filings/{SYSTEM}/{land[0].uid}/"
    scan = SimpleUploadedFile("回执.txt", "回执".encode(), "text/plain")
    assert desk.post(path, {"number": "4501-1", "filed_on": "2024-06-20", "files": scan}).status_code == 302
    page = text(desk, entry)
    for word in ("4501-1", "2024-06-20", "已填报", "更正回执"):
        assert word in page
    assert "东街地块" not in text(desk, "/filings/", system=SYSTEM)
    assert "4501-1" in text(desk, "/filings/", system=SYSTEM, show="filed")
    refused = desk.post(path, {"number": "4501-2", "filed_on": "2024-06-20"}, follow=True).content.decode()
    assert "更正须写明原因" in refused
    desk.post(path, {"number": "4501-2", "filed_on": "2024-06-21", "reason": "抄错"})
    book = load_workbook(
        io.BytesIO(desk.get("/filings/export/", {"system": SYSTEM, "show": "filed"}).content)
    )
    assert "4501-2" in [cell.value for row in book.active.iter_rows() for cell in row]
    desk.post(f"{path}withdraw/", {"reason": "填错地块"})
    assert "东街地块" in text(desk, "/filings/", system=SYSTEM)
    assert FilingReceipt.objects.count() == 2
    assert "填错地块" in text(desk, entry)


def test_the_operations(
    desk: Client, land: list[Entry], person: Callable[..., User], neighbour: Region
) -> None:
    (found,) = [item for item in desk.get("/api/v1/filings").json() if item["id"] == SYSTEM]
    assert (found["missing"], found["register_id"]) == (2, LAND)
    assert found["basis"]
    missing = desk.get(f"/api/v1/filings/{SYSTEM}/missing").json()
    assert missing["total"] == 2
    assert {item["days_owed"] for item in missing["entries"]} == {31}
    path = f"/api/v1/filings/{SYSTEM}/entries/{land[0].uid}"
    body = json.dumps({"number": "4501-1"})
    assert desk.post(path, body, content_type="application/json").json()["filed_on"] == ON.isoformat()
    other = f"/api/v1/filings/{SYSTEM}/entries/{land[1].uid}"
    assert desk.post(other, body, content_type="application/json").status_code in {400, 422}
    gone = desk.post(f"{path}/withdraw", json.dumps({"reason": "错"}), content_type="application/json")
    assert gone.status_code == 200
    stranger = Client()
    stranger.force_login(person("外县", Role.OFFICER, neighbour))
    assert stranger.get(f"/api/v1/filings/{SYSTEM}/missing").json()["total"] == 0
    assert stranger.post(path, body, content_type="application/json").status_code == 404
    assert desk.get("/api/v1/filings/none/missing").status_code == 404
