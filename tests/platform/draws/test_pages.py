"""The pages and operations of draws: chosen, fixed, drawn, checked, found, exported."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from docx import Document
from openpyxl import load_workbook
from tests.platform.draws.conftest import ON, REGISTER

from jingtu.platform.draws.models import Draw
from jingtu.platform.people.models import User
from jingtu.platform.people.roles import Role
from jingtu.platform.regions.models import Region
from jingtu.platform.registers.models import Entry
from jingtu.platform.registers.versions import version_on


@pytest.fixture(autouse=True)
def _day(settings: Any, tmp_path: Any) -> None:
    settings.CONFIG = dataclasses.replace(settings.CONFIG, today=ON.isoformat())
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def desk(officer: User) -> Client:
    client = Client()
    client.force_login(officer)
    return client


def text(client: Client, path: str, **query: Any) -> str:
    answer = client.get(path, query)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


def test_a_draw_from_the_form_to_a_reopened_entry(
    reopening: None, desk: Client, team: list[User], parcels: list[Entry], county: Region
) -> None:
    page = text(desk, "/draws/new/", register=REGISTER, kind="look_back")
    assert "10</strong>" in page
    assert 'value="listed" checked' in page, "what can be taken up again is proposed"
    left_out = parcels[0]
    form = {
        "register": REGISTER, "kind": "random", "state": ["listed"], "title": "二季度双随机", "number": "2",
        "inspector": [str(user.uid) for user in team], "exclude": [str(left_out.uid)],
        f"exclude_{left_out.uid}": "本季度已查", "due": "2024-07-15",
    }  # fmt: skip
    wrong = desk.post("/draws/new/", form | {"number": "", f"exclude_{left_out.uid}": ""}, follow=True)
    assert "请填比例或数量中的一项" in wrong.content.decode()
    assert "排除的对象须写明原因" in wrong.content.decode()
    assert not Draw.objects.exists()
    to = desk.post("/draws/new/", form)
    draw = Draw.objects.get()
    assert to["Location"] == f"/draws/{draw.uid}/"
    assert (draw.population_size, draw.state) == (9, "prepared")
    page = text(desk, f"/draws/{draw.uid}/")
    assert "本季度已查" in page
    assert draw.population_hash in page
    desk.post(f"/draws/{draw.uid}/perform/")
    draw.refresh_from_db()
    assert draw.state == "drawn"
    assert "与记录一致" in text(desk, f"/draws/{draw.uid}/verify/")

    # The record that anybody can take away is enough to find the objects with nothing but SHA-256.
    record = json.loads(desk.get(f"/draws/{draw.uid}/export/json/").content)
    order = sorted(
        (item["uid"] for item in record["population"]),
        key=lambda uid: hashlib.sha256(
            f"sha256-smallest\n1\nobject\n{record['seed']}\n{uid}".encode()
        ).hexdigest(),
    )
    first, second = draw.objects_drawn.select_related("entry")
    assert [str(first.entry.uid), str(second.entry.uid)] == order[:2]

    # What was found.
    outcome = f"/draws/{draw.uid}/objects/{first.uid}/"
    refused = desk.post(outcome, {"result": "found", "on": ON.isoformat()}, follow=True).content.decode()
    assert "请写明发现的问题" in refused
    photo = SimpleUploadedFile("照片.txt", "现场".encode(), "text/plain")
    desk.post(
        outcome,
        {"result": "found", "on": ON.isoformat(), "note": "围堰破损", "reopen": "1", "files": photo},
    )
    version = version_on(first.entry, ON)
    assert version is not None
    assert version.state == "over_standard"
    page = text(desk, f"/draws/{draw.uid}/")
    for word in ("围堰破损", "二季度双随机检查", "重新整改", "发现问题"):
        assert word in page
    assert "已检查 1/2" in text(desk, "/draws/")

    book = load_workbook(io.BytesIO(desk.get(f"/draws/{draw.uid}/export/xlsx/").content))
    assert draw.seed in str(book.active.cell(1, 1).value)
    assert book.active.cell(3, 7).value == "发现问题"
    sheet = Document(io.BytesIO(desk.get(f"/draws/{draw.uid}/export/docx/").content))
    assert len(sheet.tables[0].rows) == 3
    assert desk.get(f"/draws/{draw.uid}/export/pdf/").status_code == 404


def test_the_operations(
    desk: Client, team: list[User], parcels: list[Entry], county: Region, person: Callable[..., User],
    neighbour: Region,
) -> None:  # fmt: skip
    body = {
        "kind": "random", "title": "接口抽取", "register_id": REGISTER, "region": str(county.uid), "share": "30",
        "inspectors": [str(user.uid) for user in team], "seed": "0471", "seed_note": "公开摇号",
    }  # fmt: skip
    answer = desk.post("/api/v1/draws", json.dumps(body), content_type="application/json")
    assert answer.status_code == 200, answer.content
    made = answer.json()
    assert (made["population_size"], len(made["objects"]), made["seed"]) == (10, 3, "0471")
    assert all(item["good"] for item in desk.get(f"/api/v1/draws/{made['uid']}/verification").json())
    one = made["objects"][0]
    path = f"/api/v1/draws/{made['uid']}/objects/{one['uid']}/outcome"
    done = desk.post(path, json.dumps({"result": "good"}), content_type="application/json").json()
    assert (done["result"], done["checked_on"]) == ("good", ON.isoformat())
    wrong = desk.post("/api/v1/draws", json.dumps(body | {"share": "300"}), content_type="application/json")
    assert wrong.status_code in {400, 422}
    assert [item["title"] for item in desk.get("/api/v1/draws").json()] == ["接口抽取"]
    stranger = Client()
    stranger.force_login(person("外县", Role.OFFICER, neighbour))
    assert stranger.get("/api/v1/draws").json() == []
    assert stranger.get(f"/api/v1/draws/{made['uid']}").status_code == 404
    later = desk.get(f"/draws/{made['uid']}/", {"on": "2024-06-29"})
    assert "登记检查结果" not in later.content.decode(), "a page that looks back offers nothing"
