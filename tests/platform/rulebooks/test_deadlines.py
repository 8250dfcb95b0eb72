"""Days and intervals on a page, what nobody has set first; and the value that a document of the place sets."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.platform.rulebooks.conftest import World

from jingtu.errors import ConflictError, InputError, PermissionDeniedError
from jingtu.platform import rules
from jingtu.platform.duties.models import Duty
from jingtu.platform.duties.ticking import tick
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.people.models import Membership, User
from jingtu.platform.people.roles import Role
from jingtu.platform.regions.models import Region
from jingtu.platform.registers.actions import CreateEntry
from jingtu.platform.rulebooks import deadlines, local
from jingtu.platform.rulebooks.actions import WithdrawTable
from jingtu.platform.rulebooks.local import AddRule
from jingtu.platform.rulebooks.models import AddedTable

TODAY = date(2024, 6, 30)
CHECK = ("cadmium_check", "days")
LIST, NEW = "/rules/", "/rules/new/"


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    """What is remembered for a minute is not remembered into the next test."""
    local.forget()
    yield
    local.forget()


def enter(world: World, value: str = "20", region: Region | None = None, **more: Any) -> AddedTable:
    said: dict[str, Any] = {
        "value": value, "source": "示例县整治工作办法", "clause": "第八条", "valid_from": date(2024, 1, 1),
        "stream": io.BytesIO(b"%PDF-1.4 text"), "file_name": "办法.txt",
    } | more  # fmt: skip
    said["stream"] = said["stream"] and io.BytesIO("示例县整治工作办法".encode())
    return AddRule(world.officer, TODAY, region or world.county, *more.pop("key", CHECK), **{
        name: item for name, item in said.items() if name != "key"
    }).execute()  # fmt: skip


def test_what_nobody_has_set_comes_first_and_every_row_says_what_it_is_for() -> None:
    found = deadlines.lines("", TODAY)
    assert len(found) > 30
    unset = [not line.value for line in found]
    assert unset == sorted(unset, reverse=True)
    assert any(unset)
    assert not all(unset)
    assert all(line.label and line.provision.subject not in line.label for line in found)
    assert all(line.provision.rule.in_force(TODAY) for line in found)


@given(st.dates(date(2015, 1, 1), date(2030, 1, 1)))
def test_a_row_is_there_on_the_days_of_its_rule_alone(on: date) -> None:
    found = {id(line.provision) for line in deadlines.lines("", on)}
    expected = {
        id(item)
        for table in rules.tables()
        for item in table.provisions
        if item.parameter in local.PARAMETERS and item.rule.valid_from <= on < item.rule.valid_to
    }
    assert found == expected


def test_a_value_of_the_place_goes_before_there_and_below_and_nowhere_else(world: World) -> None:
    table = enter(world, valid_to=date(2025, 1, 1))
    assert local.value_at(*CHECK, TODAY, world.county.path) == "20"
    assert local.value_at(*CHECK, TODAY, f"{world.county.path}9/") == "20"
    assert local.value_at(*CHECK, TODAY, world.neighbour.path) is None
    assert local.value_at(*CHECK, TODAY, world.city.path) is None
    assert local.value_at(*CHECK, date(2023, 12, 31), world.county.path) is None
    (line,) = (one for one in deadlines.lines(world.county.path, TODAY) if one.own)
    assert (line.value, line.shown.rule.source) == ("20 日", "示例县整治工作办法")
    enter(world, "45", world.county, valid_from=date(2025, 1, 1))
    assert local.value_at(*CHECK, date(2025, 3, 1), world.county.path) == "45"
    row = LedgerRow.objects.get(subject_uid=table.uid)
    assert (row.action, row.facts["value"], row.facts["clause"]) == ("rulebooks.add_rule", "20", "第八条")
    assert Attachment.objects.filter(subject_uid=table.uid).count() == 1


def test_the_nearest_place_counts(world: World) -> None:
    above = User.objects.create_user("shiju", "qing-shan-lv-shui-2024", display_name="赵科")
    Membership.objects.create(user=above, role=Role.OFFICER, region=world.city)
    enter(replace(world, officer=above), "60", world.city)
    enter(world, "20", world.county)
    assert local.value_at(*CHECK, TODAY, world.county.path) == "20"
    assert local.value_at(*CHECK, TODAY, world.neighbour.path) == "60"


def test_it_is_taken_back_and_stays_known(world: World) -> None:
    table = enter(world)
    then = timezone.now()
    WithdrawTable(world.officer, TODAY, table, "文件废止").execute()
    assert local.value_at(*CHECK, TODAY, world.county.path) is None
    assert local.entered(world.county.path, TODAY) == {}
    assert local.entered(world.county.path, TODAY, then)[CHECK].provision.value == "20"
    assert enter(world, "25").pk != table.pk


def test_all_that_is_wrong_is_said_at_once(world: World) -> None:
    with pytest.raises(InputError) as refused:
        enter(world, "二十", source=" ", clause="", valid_from=None, stream=None)
    assert {item.column for item in refused.value.errors} == {"数值", "依据文件", "条款", "施行日期", "文件"}
    with pytest.raises(InputError):
        enter(world, valid_to=date(2023, 1, 1))
    with pytest.raises(InputError):
        enter(world, key=("cadmium_check", "nothing"))
    with pytest.raises(PermissionDeniedError):
        enter(world, region=world.neighbour)
    enter(world)
    with pytest.raises(ConflictError):
        enter(world, "30", valid_from=date(2024, 12, 31))
    enter_before = enter(world, "30", valid_from=date(2023, 1, 1), valid_to=date(2024, 1, 1))
    assert enter_before.valid_to == date(2024, 1, 1)
    assert AddedTable.objects.count() == 2


def test_a_duty_falls_due_by_it(world: World) -> None:
    """A source whose rectification is claimed on 3 June: 20 days by the county's own rule, next door no day at all."""
    enter(world)
    on = date(2024, 6, 3)
    for place in (world.county, world.neighbour):
        CreateEntry(
            None, on, "cadmium_sources", {"name": f"{place.name}一号", "region": place},
            {"list_year": 2024}, state="claimed",
        ).execute()  # fmt: skip
    tick(TODAY)
    found = {duty.region_path: duty.due for duty in Duty.objects.filter(rule="cadmium.check")}
    assert found == {world.county.path: on + timedelta(days=20), world.neighbour.path: None}


def test_a_duty_by_schedule_falls_due_by_it(world: World) -> None:
    key = ("key_unit_toxic_report", "month_day")
    enter(world, "02-15", key=key)
    for place in (world.county, world.neighbour):
        CreateEntry(
            None, date(2023, 3, 1), "key_regulated_units", {"name": f"{place.name}冶炼厂", "region": place},
            {"list_year": 2023, "listed_on": "2023-03-01", "published_on": "2023-03-01", "listing_reason": "冶炼"},
            state="published",
        ).execute()  # fmt: skip
    tick(date(2024, 2, 1))
    found = {
        duty.region_path: duty.due
        for duty in Duty.objects.filter(rule="key_units.toxic_report", period="2024")
    }
    assert found == {world.county.path: date(2024, 2, 15), world.neighbour.path: None}


def test_the_pages(client: Client, world: World) -> None:
    text = client.get(LIST).content.decode()
    assert text.index("未配置") < text.index("12 月")
    assert f"{NEW}?subject={CHECK[0]}" in text
    only = client.get(LIST, {"unset": "1"}).content.decode()
    assert "12 月" not in only
    assert "没有符合条件的规定" in client.get(LIST, {"q": "没有这样的词"}).content.decode()
    asked = {"subject": CHECK[0], "parameter": CHECK[1]}
    assert client.get(NEW, asked).status_code == 200
    assert client.get(NEW, {"subject": "plan_deadline", "parameter": "days_ahead"}).status_code == 404
    form = asked | {
        "region": str(world.county.uid), "value": "20", "source": "示例县整治工作办法", "clause": "第八条",
        "valid_from": "2024-01-01", "valid_to": "2024-12-31",
    }  # fmt: skip
    refused = client.post(NEW, form)
    assert refused.status_code == 422
    assert "请上传依据文件" in refused.content.decode()
    assert 'value="第八条"' in refused.content.decode(), "what was typed stays"
    done = client.post(NEW, form | {"files": SimpleUploadedFile("办法.txt", "办法".encode())})
    assert done.status_code == 302
    table = AddedTable.objects.get()
    assert table.valid_to == date(2025, 1, 1)
    page = client.get(done["Location"]).content.decode()
    assert ("20 日" in page, "第八条" in page, "作废这张表" in page) == (True, True, True)
    assert "示例县整治工作办法" in client.get(LIST, {"on": "2024-06-30"}).content.decode()
    assert "示例县整治工作办法" not in client.get(LIST, {"on": "2025-06-30"}).content.decode()


def test_who_only_reads_enters_nothing(world: World) -> None:
    client = Client()
    client.force_login(world.reader)
    assert NEW not in client.get(LIST).content.decode()
    assert client.get(NEW, {"subject": CHECK[0], "parameter": CHECK[1]}).status_code == 403
