"""A card over the API: what is asked, what is proposed, what is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from jingtu.platform.clock import business_date
from jingtu.platform.registers.models import Entry
from jingtu.platform.scorecards.declarations import ScorecardKind

pytestmark = pytest.mark.django_db
BASE = "/api/v1/scorecards/test_card"


def test_a_card_from_the_sheet_to_the_list(
    kind: ScorecardKind, parcel: Entry, person: Callable[..., Any], client: Client
) -> None:
    client.force_login(person())
    day: date = business_date()
    sheet = client.get(f"{BASE}/sheet", {"entry": str(parcel.uid), "on": day.isoformat()}).json()
    assert [(line["position"], line["most"] and float(line["most"])) for line in sheet["lines"]] == [
        (1, 40), (2, 60), (3, None),
    ]  # fmt: skip
    assert float(sheet["lines"][0]["proposed"]) == 20
    body: dict[str, Any] = {
        "entry": str(parcel.uid),
        "on": day.isoformat(),
        "answers": [{"position": 1, "points": "41"}],
    }
    refused = client.post(BASE, body, content_type="application/json")
    assert refused.status_code == 422
    assert [(error["row"], error["column"]) for error in refused.json()["errors"]] == [
        (1, "得分"), (2, "得分"), (3, "一票否决"),
    ]  # fmt: skip
    body["answers"] = [
        {"position": 1, "points": "38"}, {"position": 2, "points": "50"}, {"position": 3, "hit": False},
    ]  # fmt: skip
    made = client.post(BASE, body, content_type="application/json")
    assert (made.status_code, float(made.json()["total"]), made.json()["grade"]) == (201, 88, "良好")
    listed = client.get(BASE).json()["scorecards"]
    assert [card["id"] for card in listed] == [made.json()["id"]]
    again = body | {"replaces": made.json()["id"], "note": "少看一份台账"}
    right = client.post(BASE, again, content_type="application/json").json()
    assert client.get(f"{BASE}/{made.json()['id']}").json()["replaced_by"] == right["id"]
    assert [card["id"] for card in client.get(BASE).json()["scorecards"]] == [right["id"]]
