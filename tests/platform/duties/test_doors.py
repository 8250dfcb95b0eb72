"""The pages of duties as people use them: the list, one duty, closing, checking, urging; and the API."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook
from tests.platform.duties.conftest import listed, sit_down, text, today

from jingtu.errors import ConflictError, InputError
from jingtu.platform.duties import detail
from jingtu.platform.duties.actions import CheckDuty
from jingtu.platform.duties.mine import mine
from jingtu.platform.duties.models import Duty
from jingtu.platform.duties.steps import EscalateDuty, escalate_together
from jingtu.platform.duties.ticking import tick
from jingtu.platform.evidence.attaching import WithdrawEvidence
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people.models import Membership, User
from jingtu.platform.people.roles import Role
from jingtu.platform.registers.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules")]


def photo(name: str = "围挡.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, f"{name}现场情况".encode())


# One duty


def test_the_page_says_what_is_owed_and_on_what_it_rests(officer: User, owe: Callable[..., Duty]) -> None:
    duty = owe(days=-3)
    page = text(sit_down(officer).get(f"/duties/{duty.uid}/"))
    for words in (
        "核查围挡",
        "青禾生态环境局",
        "试验办法，第三条",
        "已逾期 3 天",
        "青禾化工厂地块",
        "产生待办",
    ):
        assert words in page, words
    assert f"/registers/priority_parcels/{duty.entry.uid}/" in page
    none = text(sit_down(officer).get(f"/duties/{owe('没有期限', days=None, holder=None).uid}/"))
    assert "期限未配置" in none
    assert "责任单位待明确" in none
    assert "逾期" not in re.sub(r"<header class=\"top\">.*?</header>|不计逾期", "", none, flags=re.DOTALL)


def test_from_closing_to_checking_with_one_sent_back(
    officer: User, person: Callable[..., User], owe: Callable[..., Duty]
) -> None:
    duty, head = owe(), person(Role.HEAD, "陈局")
    address = f"/duties/{duty.uid}/"
    clerk, leader = sit_down(officer), sit_down(head)

    refused = text(clerk.post(address + "close/", {"note": "看过"}, follow=True))
    assert "请至少上传一份佐证材料" in refused
    assert not Attachment.objects.exists()

    page = text(clerk.post(address + "close/", {"note": "围挡完好", "files": photo()}, follow=True))
    assert "等待另一人核查" in page
    assert "应由另一人核查" in page
    assert 'value="accept"' not in page
    clerk.post(address + "check/", {"decision": "accept"})
    duty.refresh_from_db()
    assert duty.state == "submitted", "nobody checks the own work"

    page = text(leader.post(address + "check/", {"decision": "return"}, follow=True))
    assert "退回时请写明原因" in page
    page = text(leader.post(address + "check/", {"decision": "return", "note": "缺全景"}, follow=True))
    assert "核查退回：缺全景" in page
    page = text(clerk.post(address + "close/", {"note": "补了全景"}, follow=True))
    assert "等待另一人核查" in page, "the file of the first time still proves it"
    page = text(leader.post(address + "check/", {"decision": "accept", "note": "属实"}, follow=True))
    history = re.findall(r"<strong>([^<]+)</strong><span class=\"tabular\">", page)
    assert history == [
        "核查通过，办结", "提交办理，等待核查", "核查退回", "提交办理，等待核查", "产生待办",
    ]  # fmt: skip
    duty.refresh_from_db()
    assert (duty.state, duty.closed_by, duty.closed_on) == ("closed", head, today())


def test_a_duty_of_a_state_is_met_on_the_page_of_its_entry(officer: User, entry: Entry) -> None:
    duty = Duty.objects.get(rule="sites.verify")
    clerk = sit_down(officer)
    page = text(clerk.get(f"/duties/{duty.uid}/"))
    assert "到条目办理" in page
    assert "/close/" not in page
    assert "请到条目页面办理相应流转" in text(clerk.post(f"/duties/{duty.uid}/close/", follow=True))
    clerk.post(f"/registers/priority_parcels/{entry.uid}/move/verify/", {"files": photo("核实意见.txt")})
    duty.refresh_from_db()
    assert duty.state == "closed"
    page = text(clerk.get(f"/duties/{duty.uid}/"))
    assert "状态变化后自动办结" in page
    assert f"/evidence/{Attachment.objects.get().uid}/" in page, "the file of the move is what proves it"


def test_the_past_offers_nothing_to_do(officer: User, owe: Callable[..., Duty]) -> None:
    duty = owe()
    page = text(sit_down(officer).get(f"/duties/{duty.uid}/?on={today() - timedelta(days=2)}"))
    assert "/close/" not in page
    assert "记入督促" not in page
    assert "当日还没有这项待办" in text(
        sit_down(officer).get(f"/duties/{duty.uid}/?on={today() - timedelta(days=60)}")
    )


def test_evidence_that_is_all_taken_back_proves_nothing(
    officer: User, person: Callable[..., User], owe: Callable[..., Duty]
) -> None:
    duty, head = owe(), person(Role.HEAD, "陈局")
    sit_down(officer).post(f"/duties/{duty.uid}/close/", {"note": "看过", "files": photo()})
    WithdrawEvidence(officer, today(), Attachment.objects.get(), "拍错地块").execute()
    with pytest.raises(ConflictError, match="全部作废"):
        CheckDuty(head, today(), duty, accept=True).execute()
    page = text(sit_down(head).get(f"/duties/{duty.uid}/"))
    assert "所附佐证材料已全部作废" in page
    assert "拍错地块" in page
    sit_down(head).post(f"/duties/{duty.uid}/check/", {"decision": "return", "note": "重拍"})
    assert "请至少上传一份佐证材料" in text(
        sit_down(officer).post(f"/duties/{duty.uid}/close/", {"note": "看过"}, follow=True)
    )


def test_a_note_that_would_be_cut_is_refused(officer: User, owe: Callable[..., Duty]) -> None:
    duty = owe(rule="tests.plain")
    page = text(sit_down(officer).post(f"/duties/{duty.uid}/close/", {"note": "详" * 301}, follow=True))
    assert "不能超过 300 个字" in page
    duty.refresh_from_db()
    assert duty.state == "open"


# Urging


def test_urging_is_recorded_with_its_letter_and_goes_up_only(officer: User, owe: Callable[..., Duty]) -> None:
    duty, clerk = owe(days=-20), sit_down(officer)
    address = f"/duties/{duty.uid}/"
    clerk.post(address + "escalate/", {"step": "supervised", "note": "督办函〔2024〕1号"})
    page = text(clerk.get(address))
    assert "督办函〔2024〕1号" in page
    offered = re.findall(r"<option value=\"(\w+)\"", page)
    # Two rungs are above, two below.
    assert offered == ["interviewed", "accountability", "reminded", "none"]
    assert "请选择提醒" in text(clerk.post(address + "escalate/", {"step": "none", "note": "x"}, follow=True))


def test_what_days_marked_by_themselves_is_told_from_what_people_did(
    officer: User, owe: Callable[..., Duty], monkeypatch: pytest.MonkeyPatch
) -> None:
    def told(duty: Duty) -> list[str]:
        duty.refresh_from_db()
        return [f"{item.label} {item.who}" for item in detail.happenings(duty, today())]

    marked, by_hand = owe("甲", days=-9), owe("乙", days=-9)
    EscalateDuty(officer, today(), by_hand, Duty.Step.SUPERVISED, "督办函1号").execute()
    assert told(by_hand) == ["督办 王科", "产生待办 系统"]
    tick(today() - timedelta(days=2))
    tick(today())
    assert told(marked) == ["已提醒 系统", "产生待办 系统"]
    assert detail.happenings(marked, today())[0].on == today() - timedelta(days=2), (
        "the first day that was ticked"
    )
    EscalateDuty(officer, today(), marked, Duty.Step.SUPERVISED, "督办函2号").execute()
    assert told(marked) == ["督办 王科", "已提醒 系统", "产生待办 系统"]
    assert told(by_hand) == ["督办 王科", "产生待办 系统"]


def test_one_letter_for_several_duties_or_for_none(officer: User, owe: Callable[..., Duty]) -> None:
    late, later = owe("甲", days=-9), owe("乙", days=-8)
    done = owe("丙", state="closed", closed_on=today())
    with pytest.raises(InputError) as caught:
        escalate_together(officer, today(), [late, done, later], Duty.Step.SUPERVISED, "督办函1号")
    assert [item.column for item in caught.value.errors] == ["丙"]
    assert set(Duty.objects.filter(rule="tests.checked").values_list("step", flat=True)) == {"none"}
    page = text(
        sit_down(officer).post(
            "/duties/escalate/",
            {
                "duty": [late.uid, later.uid],
                "step": "supervised",
                "note": "督办函1号",
                "query": "when=overdue",
            },
            follow=True,
        )
    )
    assert "已对 2 项待办记为" in page
    assert listed(page) == ["甲", "乙"]
    rows = LedgerRow.objects.filter(action="duties.escalate")
    assert rows.count() == 2
    assert len(set(rows.values_list("operation", flat=True))) == 1, "one letter, one operation"
    assert "请先勾选" in text(
        sit_down(officer).post("/duties/escalate/", {"step": "supervised"}, follow=True)
    )


# The list


def test_tabs_chips_and_export_agree(officer: User, owe: Callable[..., Duty], entry: Entry) -> None:
    Duty.objects.all().delete()
    monday = today() - timedelta(days=today().weekday())
    week = (monday + timedelta(days=6) - today()).days
    owe("本周末", days=week)
    owe("下周一", days=week + 1)
    owe("上月", days=-30)
    owe("无期限", days=None)
    owe("待查", state="submitted", days=20)
    owe("办过", state="closed", closed_on=today(), closing_note="办妥", days=-5)
    owe("不办了", state="cancelled", closed_on=today(), days=-5)
    clerk = sit_down(officer)
    for query, expected in (
        ("", ["上月", "本周末", "下周一", "待查", "无期限"]),
        ("when=week", ["本周末"]),
        ("when=overdue", ["上月"]),
        ("when=none", ["无期限"]),
        ("state=submitted", ["待查"]),
        ("state=closed", ["办过"]),
        ("state=cancelled", ["不办了"]),
        ("sort=-due", ["无期限", "待查", "下周一", "本周末", "上月"]),
        ("q=周", ["本周末", "下周一"]),
    ):
        page = text(clerk.get(f"/duties/?{query}"))
        assert listed(page) == expected, query
        answer = clerk.get(f"/duties/export/?{query}&columns=what,state")
        rows = list(load_workbook(io.BytesIO(answer.content)).active.values)
        assert rows[1] == ("事项", "状态")
        assert [row[0] for row in rows[2:]] == expected, query
    assert "办妥" in str(list(load_workbook(io.BytesIO(
        clerk.get("/duties/export/?state=closed&columns=what,note").content)).active.values))  # fmt: skip


def test_a_long_list_pages_without_skipping(officer: User, owe: Callable[..., Duty]) -> None:
    for number in range(60):
        owe(f"第{number:02d}项", days=number // 7)
    clerk, seen, address = sit_down(officer), [], "/duties/?q=项"
    for _ in range(2):
        page = text(clerk.get(address))
        seen += listed(page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = "/duties/" + following[1].replace("&amp;", "&") if following else ""
    assert seen == [f"第{number:02d}项" for number in range(60)]
    assert not address


# Mine


def test_what_waits_for_whom(
    officer: User, person: Callable[..., User], owe: Callable[..., Duty], county: Any, entry: Entry
) -> None:
    """The unit sees what it owes, the office what it alone can check or move, nobody the rest."""
    plant = Organisation.objects.create(name="甲厂", kind="enterprise", region=county)
    worker = User.objects.create(username="gong", display_name="工")
    Membership.objects.create(user=worker, role=Role.ENTERPRISE, organisation=plant)
    head = person(Role.HEAD, "陈局")
    superior = User.objects.create(username="shang", display_name="上")
    Membership.objects.create(user=superior, role=Role.SUPERIOR, region=county.parent)
    Duty.objects.filter(rule="sites.verify").update(holder=plant)
    owe("甲厂报送", rule="tests.plain", holder=plant)
    owe("本局报送", rule="tests.plain")
    owe("无人", rule="tests.plain", holder=None)
    owe("我交的", state="submitted", submitted_by=officer)
    owe("别人交的", state="submitted", submitted_by=head)
    owe("下月的", rule="tests.plain", days=30)
    Duty.objects.filter(what="下月的").update(raised_on=today() + timedelta(days=1))

    def names(user: User) -> set[str]:
        return set(mine(user, today()).values_list("what", flat=True))

    # A plant cannot verify a parcel, though the parcel is its own: that waits for the bureau.
    assert names(worker) == {"甲厂报送"}
    assert names(officer) == {"核实推送的地块", "本局报送", "无人", "别人交的"}
    assert names(head) == {"我交的"}
    assert names(superior) == set()
    page = text(sit_down(officer).get("/duties/?mine=yes"))
    assert set(listed(page)) == names(officer)
    assert re.search(r"href=\"/duties/\?mine=yes\">待办 <strong>4</strong>", page)


def test_an_officer_without_a_unit_acts_for_the_bureau_of_the_place(
    county: Any, owe: Callable[..., Duty]
) -> None:
    owe("本局报送", rule="tests.plain")
    user = User.objects.create(username="danwu", display_name="单")
    Membership.objects.create(user=user, role=Role.OFFICER, region=county)
    assert "本局报送" in set(mine(user, today()).values_list("what", flat=True))


# API


def call(client: Client, path: str, **body: Any) -> Any:
    return client.post(f"/api/v1/duties/{path}", json.dumps(body), content_type="application/json")


def test_the_api_closes_checks_and_urges(
    officer: User, person: Callable[..., User], owe: Callable[..., Duty]
) -> None:
    duty, clerk, leader = owe(days=-3), sit_down(officer), sit_down(person(Role.HEAD, "陈局"))
    urged = call(clerk, f"{duty.uid}/escalate", step="supervised", note="督办函2号").json()
    assert (urged["step"], urged["basis"]["clause"]) == ("supervised", "第三条")
    assert call(clerk, f"{duty.uid}/close", note="看过").status_code == 422
    proof = Attachment.objects.create(
        file_id=_file(),
        name="照片.txt",
        subject_type="duty",
        subject_uid=duty.uid,
        read_permission="duties.read",
    )
    sent = call(clerk, f"{duty.uid}/close", note="看过", evidence=[str(proof.uid)]).json()
    assert (sent["state"], sent["evidence"]) == ("submitted", [str(proof.uid)])
    assert call(clerk, f"{duty.uid}/check", accept=True).status_code == 409
    done = call(leader, f"{duty.uid}/check", accept=True).json()
    assert (done["state"], done["closed_on"], done["warnings"]) == (
        "closed", today().isoformat(), ["逾期 3 天办结"],
    )  # fmt: skip


def _file() -> int:
    from jingtu.platform.evidence import storage

    return storage.store(io.BytesIO("现场".encode()), "照片.txt").pk


# A file of an entry


def test_a_file_of_an_entry_is_taken_back_on_its_page(officer: User, entry: Entry) -> None:
    clerk, address = sit_down(officer), f"/registers/priority_parcels/{entry.uid}/"
    clerk.post(f"{address}move/verify/", {"files": photo("核实意见.txt")})
    file = Attachment.objects.get()
    page = text(clerk.get(address))
    assert page.count(f"/evidence/{file.uid}/withdraw/") == 1, "offered once, though listed with its move too"
    page = text(
        clerk.post(f"/evidence/{file.uid}/withdraw/", {"reason": "盖错章", "back": address}, follow=True)
    )
    assert page.count("盖错章") == 2
    assert f"/evidence/{file.uid}/" not in page
    assert clerk.get(f"/evidence/{file.uid}/").status_code == 404
