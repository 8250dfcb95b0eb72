"""数从何来 as answers of the server: what is taken along, and what lies out of reach."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from openpyxl import load_workbook

from jingtu.platform.people.models import User
from jingtu.platform.people.roles import Role
from jingtu.platform.regions.models import Region
from jingtu.programme.plans.actions.targets import EnterTargetReading
from jingtu.programme.plans.models import Plan, Target

pytestmark = pytest.mark.django_db
MAY = date(2024, 5, 31)


def at_desk(user: User) -> Client:
    found = Client()
    found.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return found


@pytest.fixture
def target(confirmed: Plan) -> Target:
    return Target.objects.get(plan=confirmed, indicator="受污染耕地安全利用率")


def test_typed_readings_are_taken_along_with_what_they_corrected(officer: User, target: Target) -> None:
    EnterTargetReading(officer, MAY, target, value=Decimal(90), note="初报").execute()
    files = [("核算表.txt", io.BytesIO("核算".encode()))]
    EnterTargetReading(officer, MAY, target, value=Decimal(91), note="=复核", files=files).execute()
    answer = at_desk(officer).get(f"/targets/{target.uid}/provenance/export/")
    rows = list(load_workbook(io.BytesIO(answer.content)).active.values)
    lines = [dict(zip(rows[1], row, strict=True)) for row in rows[2:]]
    assert [(line["数值"], line["说明"], line["证明材料"], line["更正情况"]) for line in lines] == [
        (91, "'=复核", "核算表.txt", None),
        (90, "初报", None, "已更正"),
    ]
    assert {line["填报人"] for line in lines} == {"王科"}


def test_the_drawer_is_a_piece_and_the_page_is_whole(officer: User, target: Target) -> None:
    desk, address = at_desk(officer), f"/targets/{target.uid}/provenance/"
    piece = desk.get(address, headers={"HX-Request": "true"})
    assert b"<html" not in piece.content
    assert "HX-Request" in piece["Vary"]
    assert b"<html" in desk.get(address).content


def test_places_out_of_the_target_and_people_out_of_reach_find_nothing(
    officer: User, target: Target, neighbour: Region, person: Callable[..., User]
) -> None:
    desk, address = at_desk(officer), f"/targets/{target.uid}/provenance/"
    assert desk.get(f"{address}?place={neighbour.uid}").status_code == 404
    assert desk.get(f"{address}?place=x").status_code == 404
    town = target.region.children.first()
    assert town is not None
    assert desk.get(f"{address}?place={town.uid}").status_code == 200
    stranger = at_desk(person(Role.OFFICER, region=neighbour))
    assert stranger.get(address).status_code == 404
    assert stranger.get(f"{address}export/").status_code == 404
