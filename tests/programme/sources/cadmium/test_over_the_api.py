"""From the clue to 销号 over the API alone: papers uploaded, steps refused to the same person, numbers that follow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.platform.registers.test_pages import as_person
from tests.programme.sources.cadmium.conftest import PAPERS

from jingtu.platform.clock import business_date
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.people.models import User
from jingtu.platform.people.roles import Role

pytestmark = pytest.mark.django_db

HOME = "/api/v1/registers/cadmium_sources/entries"
INDICATOR = "/api/v1/indicators/cadmium_source_completion_rate"


def send(client: Client, path: str, **body: Any) -> Any:
    return client.post(f"{HOME}/{path}", body, content_type="application/json")


def paper(client: Client, path: str, text: str = "示例佐证") -> str:
    """Upload a paper for a step or a kind of records; its uid."""
    file = SimpleUploadedFile("佐证.txt", text.encode(), "text/plain")
    answer = client.post(f"{HOME}/{path}/evidence", {"file": file})
    assert answer.status_code == 200, answer.content
    return str(answer.json()["uid"])


def test_a_source_from_its_clue_to_its_end_and_back(
    person: Callable[..., User], county: Any, neighbour: Any
) -> None:
    one, two = as_person(person(Role.OFFICER, "甲")), as_person(person(Role.OFFICER, "乙"))
    today = business_date().isoformat()
    made = one.post(
        HOME, {"name": "河西旧电镀厂", "region": str(county.uid), "code": "G-01", "state": "clue"}, "application/json"
    ).json()  # fmt: skip
    uid = made["uid"]

    def step(client: Client, move: str, *, proof: bool = False, reason: str = "", **facts: Any) -> Any:
        files = [paper(client, f"{uid}/moves/{move}")] if proof else []
        return send(client, f"{uid}/moves/{move}", facts=facts, evidence=files, reason=reason)

    assert step(one, "survey").json()["to_state"] == "surveyed"
    refused = step(one, "include", listed_on=today)
    assert refused.status_code == 422
    assert {item["column"] for item in refused.json()["errors"]} == {"清单年度", "列入理由"}
    listed = {"listed_on": today, "list_year": int(today[:4]), "listing_reason": "排查发现"}
    assert step(one, "include", **listed).status_code == 200
    assert step(one, "start", plan="一源一策", due=today).status_code == 422  # the plan itself is missing
    assert step(one, "start", proof=True, plan="一源一策", due=today).status_code == 200
    assert step(one, "claim", proof=True, rectified_on=today).status_code == 200
    same = step(one, "check", proof=True, checked_on=today)
    assert same.status_code == 409
    assert "另一人" in same.json()["detail"]
    assert step(two, "check", proof=True, checked_on=today).status_code == 200
    early = step(two, "strike_off", struck_off_on=today)
    assert (early.status_code, "还缺" in early.json()["detail"]) == (409, True)
    for kind in PAPERS:
        files = [paper(one, f"{uid}/records/source_materials", kind)]
        facts = {"kind": kind, "title": f"{kind}材料"}
        answer = send(one, f"{uid}/records/source_materials", on=today, facts=facts, evidence=files)
        assert answer.status_code == 200, answer.content
    assert step(two, "strike_off", struck_off_on=today).json()["to_state"] == "struck_off"
    asked = {"region": str(county.uid), "on": today}
    assert one.get(INDICATOR, asked).json()["value"] == 100
    assert step(one, "reopen", proof=True, reason="雨后渗漏", due=today).status_code == 200
    assert one.get(INDICATOR, asked).json()["value"] == 0

    # Every paper has its row in the ledger; no stranger brings one, and none counts for another entry.
    assert LedgerRow.objects.filter(action="registers.upload_evidence").count() == Attachment.objects.count()
    far = as_person(person(Role.OFFICER, "外县", neighbour))
    file = SimpleUploadedFile("佐证.txt", "示例".encode())
    assert far.post(f"{HOME}/{uid}/moves/check/evidence", {"file": file}).status_code == 404
    other = one.post(
        HOME, {"name": "另一处", "region": str(county.uid), "state": "clue"}, "application/json"
    ).json()["uid"]  # fmt: skip
    stray = [paper(one, f"{other}/moves/exclude")]
    wrong = send(one, f"{uid}/moves/claim", facts={"rectified_on": today}, evidence=stray)
    assert wrong.status_code == 422


def test_no_file_or_no_step_is_told(source: Callable[..., Any], officer: User) -> None:
    entry, client = source("A"), as_person(officer)
    empty = client.post(f"{HOME}/{entry.uid}/moves/start/evidence")
    assert (empty.status_code, "file" in empty.json()["detail"]) == (422, True)
    assert client.post(f"{HOME}/{entry.uid}/moves/nothing/evidence").status_code == 404
    program = SimpleUploadedFile("run.exe", b"MZ\x90\x00" * 50)
    refused = client.post(f"{HOME}/{entry.uid}/moves/start/evidence", {"file": program})
    assert refused.status_code in {400, 415, 422}
    assert not Attachment.objects.exists()
