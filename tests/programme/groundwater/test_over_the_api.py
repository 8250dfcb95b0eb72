"""A result over the API: judged, refused with the place of the fault, corrected; a stranger sees nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from tests.platform.registers.test_pages import as_person

from jingtu.platform.indicators import service
from jingtu.platform.people.models import User
from jingtu.platform.people.roles import Role
from jingtu.platform.registers.models import Entry

pytestmark = pytest.mark.django_db


def test_a_result_is_entered_judged_and_corrected(
    point: Callable[..., Entry], officer: User, person: Callable[..., User], county: Any, neighbour: Any
) -> None:
    entry = point("N1", target_class="III")
    address = f"/api/v1/registers/groundwater_points/entries/{entry.uid}/records/groundwater_point_results"
    client = as_person(officer)

    def send(path: str, **body: Any) -> Any:
        return client.post(path, body, content_type="application/json")

    facts = {"season": "wet", "item": "氨氮", "value": "1.2", "unit": "mg/L"}
    refused = send(address, on="2024-09-12", facts=facts | {"unit": ""})
    assert (refused.status_code, refused["Content-Type"]) == (422, "application/problem+json")
    assert "没有写明单位" in refused.content.decode()
    made = send(address, on="2024-09-12", facts=facts).json()
    assert (made["facts"]["quality"], float(made["facts"]["limit_value"])) == ("IV", 0.5)
    fixed = send(
        f"{address}/{made['uid']}/correct", row=made["row"], facts={"value": "0.4"}, reason="小数点记错"
    )
    assert fixed.json()["facts"]["quality"] == "III"
    reading = service.read("groundwater_point_quality", county, date(2024, 12, 31), None, {"scope": "N1"})
    assert reading.text == "Ⅲ类"
    assert as_person(person(Role.OFFICER, "外县", neighbour)).get(address).status_code == 404
