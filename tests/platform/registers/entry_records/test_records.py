"""Records of entries: entered, corrected, withdrawn, in two times; out of a table and back into one."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from tests.platform.registers.books import book

from jingtu.errors import ConflictError, InputError, PermissionDeniedError
from jingtu.platform import clock, events
from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people.models import User
from jingtu.platform.people.roles import Role
from jingtu.platform.regions.models import Region
from jingtu.platform.registers.actions import CreateEntry
from jingtu.platform.registers.entry_records import (
    RECORD_ADDED,
    AddRecord,
    CorrectRecord,
    WithdrawRecord,
    believed_records,
    importing,
)
from jingtu.platform.registers.entry_records.declarations import kind_of
from jingtu.platform.registers.models import Entry

PLOTS, IMAGES = "farmland_plots", "farmland_image_checks"
KIND = kind_of(IMAGES)
DAY = date(2024, 3, 5)
SAID = {"image_source": "卫星一号", "agrees": "是", "crop_seen": "水稻", "verifier": "李判读"}
pytestmark = pytest.mark.django_db


@pytest.fixture
def plot(county: Region, bureau: Organisation) -> Entry:
    header = {"name": "东坡田块", "region": county, "holder": bureau}
    return CreateEntry(None, date(2024, 1, 1), PLOTS, header, {}, code="T-1").execute()


def test_a_record_is_corrected_and_withdrawn_and_every_word_stays_known(plot: Entry, officer: User) -> None:
    made = AddRecord(officer, DAY, plot, IMAGES, SAID).execute()
    then = clock.recorded_now()
    made.entry = plot
    right = CorrectRecord(
        officer, date(2024, 3, 6), made, IMAGES, {"agrees": "否"}, reason="看错了"
    ).execute()
    assert (right.uid, right.on, right.agrees, right.crop_seen) == (made.uid, date(2024, 3, 6), False, "水稻")
    before = believed_records(IMAGES, then).get()
    assert (before.on, before.agrees) == (DAY, True)
    later = clock.recorded_now()
    right.entry = plot
    WithdrawRecord(officer, date(2024, 4, 1), right, IMAGES, reason="不是这块地").execute()
    assert not believed_records(IMAGES).exists()
    assert believed_records(IMAGES, later).get().pk == right.pk
    assert KIND.model._default_manager.count() == 2
    actions = list(
        LedgerRow.objects.filter(subject_uid=plot.uid).order_by("id").values_list("action", flat=True)
    )
    assert actions[-3:] == ["registers.record_add", "registers.record_correct", "registers.record_withdraw"]
    assert "李判读" not in str(list(LedgerRow.objects.values_list("facts", flat=True)))


def test_what_is_not_possible_is_refused_and_leaves_nothing(plot: Entry, officer: User) -> None:
    with pytest.raises(InputError) as error:
        AddRecord(officer, DAY, plot, IMAGES, {"agrees": "也许", "colour": "红"}).execute()
    told = {(item.column, item.message) for item in error.value.errors}
    assert told == {
        ("影像来源", "必填，不能为空"), ("与台账一致", "应为 是 或 否"), ("colour", "这种记录没有这一栏"),
    }  # fmt: skip
    made = AddRecord(officer, DAY, plot, IMAGES, SAID).execute()
    with pytest.raises(ConflictError, match="影像日期、影像来源相同"):
        AddRecord(officer, DAY, plot, IMAGES, SAID).execute()
    made.entry = plot
    with pytest.raises(InputError, match="没有改动"):
        CorrectRecord(officer, DAY, made, IMAGES, {"agrees": "是"}, reason="再看").execute()
    with pytest.raises(InputError):
        CorrectRecord(officer, DAY, made, IMAGES, {"agrees": "否"}, reason=" ").execute()
    assert believed_records(IMAGES).count() == 1


def test_only_who_enters_records_of_the_place_may(
    plot: Entry, person: Callable[..., User], neighbour: Region
) -> None:
    for user in (person(Role.HEAD), person(Role.OFFICER, region=neighbour)):
        with pytest.raises(PermissionDeniedError):
            AddRecord(user, DAY, plot, IMAGES, SAID).execute()
    assert not believed_records(IMAGES).exists()


def test_who_was_faster_is_not_overwritten(plot: Entry, officer: User) -> None:
    seen = AddRecord(officer, DAY, plot, IMAGES, SAID).execute()
    seen.entry = plot
    CorrectRecord(officer, DAY, seen, IMAGES, {"crop_seen": "玉米"}, reason="更正").execute()
    with pytest.raises(ConflictError, match="刚刚被更正或撤回"):
        CorrectRecord(officer, DAY, seen, IMAGES, {"crop_seen": "小麦"}, reason="更正").execute()
    assert believed_records(IMAGES).get().crop_seen == "玉米"


def test_others_hear_of_a_record(plot: Entry, officer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[events.Event] = []
    monkeypatch.setitem(events._handlers, RECORD_ADDED, [heard.append])
    made = AddRecord(officer, DAY, plot, IMAGES, SAID).execute()
    assert [(item.facts["kind"], item.facts["record"].pk, item.on) for item in heard] == [
        (IMAGES, made.pk, DAY)
    ]


def test_a_table_comes_back_as_a_diff(plot: Entry, officer: User) -> None:
    today = date(2024, 6, 30)
    head = ["地块编码", "影像日期", "影像来源", "影像所见作物", "与台账一致"]
    rows = [
        head,
        ["T-1", "2024-03-05", "卫星一号", "水稻", "是"],
        ["T-1", "2024-04-05", "卫星一号", "油菜", "是"],
    ]
    diff = importing.dry_run(KIND, book(rows), "影像.xlsx", actor=officer, on=today)
    assert (diff.count("added"), diff.errors) == (2, [])
    importing.apply(diff, actor=officer, fingerprint=diff.fingerprint())
    assert believed_records(IMAGES).count() == 2
    rows[2][3] = "小麦"
    again = importing.dry_run(KIND, book(rows), "影像.xlsx", actor=officer, on=today)
    assert [line.what for line in again.lines] == ["unchanged", "changed"]
    assert again.lines[1].changes == [("影像所见作物", "油菜", "小麦")]
    importing.apply(again, actor=officer)
    assert set(believed_records(IMAGES).values_list("crop_seen", flat=True)) == {"水稻", "小麦"}
    with pytest.raises(ConflictError, match="重新预览"):
        importing.apply(again, actor=officer, fingerprint="0" * 64)


def test_every_bad_row_is_told_and_nothing_is_kept(plot: Entry, officer: User) -> None:
    rows = [
        ["地块编码", "影像日期", "影像来源", "与台账一致"],
        ["T-1", "2024-03-05", "卫星一号", "是"],
        ["T-9", "2024-03-05", "卫星一号", "是"],
        ["T-1", "2024-13-05", "卫星一号", "是"],
        ["T-1", "2099-03-05", "卫星一号", "是"],
        ["T-1", "2024-03-05", "卫星一号", "否"],
    ]
    diff = importing.dry_run(KIND, book(rows), "影像.xlsx", actor=officer, on=date(2024, 6, 30))
    assert sorted({item.row for item in diff.errors}) == [3, 4, 5, 6]
    with pytest.raises(InputError):
        importing.apply(diff, actor=officer)
    assert not believed_records(IMAGES).exists()


def test_the_pages_of_a_record(plot: Entry, officer: User, client: Client) -> None:
    client.force_login(officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    home = f"/registers/{PLOTS}/{plot.uid}/"
    given = {f"f_{key}": value for key, value in SAID.items()} | {"on": "2024-03-05"}
    page = client.post(f"{home}records/{IMAGES}/new/", given, follow=True).content.decode()
    assert "已记录" in page
    assert "卫星一号" in page
    made = believed_records(IMAGES).get()
    listed = f"/registers/{PLOTS}/records/{IMAGES}/"
    assert "东坡田块" in client.get(listed).content.decode()
    for query, found in (
        ("f_crop_seen=水稻", True), ("f_crop_seen=玉米", False), ("f_agrees=0", False),
        ("f_on_from=2024-03-06", False), ("f_on_to=2024-03-05", True),
    ):  # fmt: skip
        assert ("东坡田块" in client.get(f"{listed}?{query}").content.decode()) is found, query
    assert "应为完整日期" in client.get(f"{listed}?f_on_from=三月").content.decode()
    past = Client()  # a day once chosen stays
    past.force_login(officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "东坡田块" not in past.get(f"{listed}?on=2024-03-01").content.decode()
    one = f"{home}records/{IMAGES}/{made.uid}/"
    wrong = given | {"row": str(made.pk), "f_agrees": "否"}
    assert client.post(one, wrong | {"reason": ""}).status_code == 422
    page = client.post(one, wrong | {"reason": "看错了"}, follow=True).content.decode()
    assert "看错了" in page
    assert "与台账一致：" in page
    content = client.get(f"{listed}export/").content
    diff = importing.dry_run(KIND, io.BytesIO(content), "导出.xlsx", actor=officer, on=date(2024, 6, 30))
    assert ([line.what for line in diff.lines], diff.errors) == (["unchanged"], [])
    client.post(f"{one}withdraw/", {"reason": "重复"})
    assert not believed_records(IMAGES).exists()
    assert client.get(one).status_code == 404
