"""The pages of a register: list, entry, forms, import, export, as people use them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client, override_settings
from django.utils import timezone
from openpyxl import load_workbook
from tests.platform.registers.test_exchange import HEAD, book, bring

from jingtu.platform.evidence.models import Attachment
from jingtu.platform.jobs.models import Job
from jingtu.platform.people.models import User
from jingtu.platform.people.roles import Role
from jingtu.platform.registers import versions
from jingtu.platform.registers.actions import ChangeFacts
from jingtu.platform.registers.exchange import importing
from jingtu.platform.registers.models import Entry

pytestmark = pytest.mark.django_db
LIST = "/registers/priority_parcels/"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000 1f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082".replace(
        " ", ""
    )
)


@pytest.fixture
def client(officer: User) -> Client:
    found = Client()
    found.force_login(officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    return found


def as_person(user: User) -> Client:
    found = Client()
    found.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return found


def today() -> date:
    return timezone.localdate()


@pytest.fixture
def parcels(county: Any, town: Any) -> None:
    rows = [
        [*HEAD, "原企业名称", "占地面积（亩）", "纳入日期"],
        ["P-1", "甲地块", "青禾县", "已纳入", "甲厂", 3, "2023-05-01"],
        ["P-2", "乙地块", "柳岸镇", "超标", "乙厂", 6, "2023-05-01"],
        ["P-3", "丙<地块", "青禾县", "已推送", "=丙厂", None, None],
    ]
    bring(rows, on=today())


def text(response: Any) -> str:
    assert response.status_code == 200, response.content.decode()[:500]
    return str(response.content.decode())


def lit(page: str) -> str:
    """The one state that the drawing of the lifecycle lights; the words below it say the same."""
    found = re.findall(
        r'<g class="flow-state flow-now[^"]*">(?:<a[^>]*>)?<rect[^>]*></rect><text[^>]*>([^<]*)', page
    )
    assert len(found) == 1
    assert f"现在是“{found[0]}”" in page
    return str(found[0])


def body(page: str) -> list[str]:
    return re.findall(r"<a data-row href=\"[^\"]+\">([^<]+)</a>", page)


def test_the_index_counts_entries_by_state(client: Client, parcels: None) -> None:
    page = text(client.get("/registers/"))
    assert "优先监管地块清单" in page
    assert "3 块" in page
    assert "plan_tasks" not in page


def test_the_list_filters_sorts_and_sums_what_it_shows(client: Client, parcels: None) -> None:
    page = text(client.get(LIST))
    assert body(page) == ["甲地块", "乙地块", "丙&lt;地块"]
    assert "9.00 亩" in page
    page = text(client.get(LIST, {"state": "over_standard"}))
    assert body(page) == ["乙地块"]
    assert "6.00 亩" in page
    assert body(text(client.get(LIST, {"q": "P-3"}))) == ["丙&lt;地块"]
    assert body(text(client.get(LIST, {"sort": "-area_m2"}))) == ["乙地块", "甲地块", "丙&lt;地块"]
    assert body(text(client.get(LIST, {"sort": "listed_on"})))[0] == "丙&lt;地块"
    assert body(text(client.get(LIST, {"sort": "former_enterprise", "state": "nonsense"})))[0] == "丙&lt;地块"


def test_the_list_pages_by_key_without_skipping(client: Client, county: Any) -> None:
    rows = [[str(number), f"地块{number % 7}", "青禾县", "已纳入"] for number in range(120)]
    bring([HEAD, *rows], on=today())
    seen: list[str] = []
    address = f"{LIST}?sort=name&columns=name,code"
    while address:
        page = text(client.get(address))
        seen += re.findall(r"<td class=\"short\" data-label=\"地块编码\">(\d+)</td>", page)
        following = re.search(r"rel=\"next\" href=\"([^\"]+)\"", page)
        address = LIST + following[1].replace("&amp;", "&") if following else ""
    assert sorted(map(int, seen)) == list(range(120))


def test_a_past_day_and_what_was_known_then(client: Client, parcels: None, officer: User) -> None:
    page = text(client.get(LIST, {"on": "2023-06-01"}))
    assert body(page) == ["甲地块", "乙地块"]
    assert "正在查看" in page
    assert "/new/" not in page


def test_the_export_holds_the_rows_and_columns_of_the_list(client: Client, parcels: None) -> None:
    response = client.get(f"{LIST}export/", {"state": "listed", "columns": "name,area_m2"})
    book_ = load_workbook(io.BytesIO(response.content))
    rows = [[cell.value for cell in row] for row in book_["优先监管地块清单"].iter_rows()]
    assert rows[0][:2] == ["地块编码", "地块名称"]
    assert rows[0][-1] == "占地面积（平方米）"
    assert [(row[0], row[-1]) for row in rows[1:]] == [("P-1", 2000)]
    notes = {line[0].value: line[1].value for line in book_["说明"].iter_rows()}
    assert "状态：已纳入" in notes["筛选条件"]


def test_an_entry_shows_where_it_stands_and_the_next_step(client: Client, parcels: None) -> None:
    entry = Entry.objects.get(code="P-2")
    page = text(client.get(f"{LIST}{entry.uid}/"))
    assert lit(page) == "超标"
    assert "划定管控区" in page
    assert "导入登记" in page


def test_what_a_person_may_not_read_does_not_exist(
    parcels: None, neighbour: Any, person: Callable[..., User]
) -> None:
    stranger = as_person(person(region=neighbour))
    entry = Entry.objects.get(code="P-1")
    assert body(text(stranger.get(LIST))) == []
    assert stranger.get(f"{LIST}{entry.uid}/").status_code == 404
    assert stranger.post(f"{LIST}{entry.uid}/move/start_monitoring/").status_code == 404
    assert stranger.get(f"{LIST}{entry.uid}/edit/").status_code == 404


def test_who_reads_and_may_not_change_is_refused(parcels: None, person: Callable[..., User]) -> None:
    reviewer = as_person(person(Role.REVIEWER))
    entry = Entry.objects.get(code="P-1")
    page = text(reviewer.get(f"{LIST}{entry.uid}/"))
    assert "/move/" not in page
    assert reviewer.post(f"{LIST}{entry.uid}/move/start_monitoring/").status_code == 403
    assert reviewer.get(f"{LIST}{entry.uid}/edit/").status_code == 403
    assert reviewer.get(f"{LIST}new/").status_code == 403
    assert reviewer.get(f"{LIST}import/").status_code == 403
    assert Client().get(LIST).status_code == 302


def test_a_register_of_another_app_has_no_page_here(client: Client) -> None:
    assert client.get("/registers/plan_tasks/").status_code == 404
    assert client.get("/registers/nothing/").status_code == 404


def test_entering_by_the_form(client: Client, county: Any, town: Any) -> None:
    form = {
        "name": "丁地块",
        "code": "P-9",
        "region": str(town.uid),
        "f_area_m2": "1.5亩",
        "f_uscc": "1",
        "on": "",
    }
    refused = client.post(f"{LIST}new/", form)
    assert refused.status_code == 422
    assert "统一社会信用代码校验不通过" in refused.content.decode()
    assert 'value="丁地块"' in refused.content.decode()
    assert not Entry.objects.exists()
    assert client.post(f"{LIST}new/", form | {"f_uscc": ""}).status_code == 302
    version = versions.versions("priority_parcels", today()).get()
    assert (version.name, version.region, versions.facts_of(version).area_m2) == ("丁地块", town, 1000)


def test_editing_writes_only_what_was_changed(client: Client, parcels: None, officer: User) -> None:
    entry = Entry.objects.get(code="P-1")
    page = text(client.get(f"{LIST}{entry.uid}/edit/"))
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found
    form = {
        "version": found[1],
        "mode": "change",
        "on": today().isoformat(),
        "name": "甲地块",
        "f_industry": "电镀",
    }
    assert client.post(f"{LIST}{entry.uid}/edit/", form).status_code == 302
    late = client.post(f"{LIST}{entry.uid}/edit/", form | {"f_industry": "造纸"})
    assert late.status_code == 422
    assert "王科" in late.content.decode()
    version = versions.version_on(entry, today())
    assert version is not None
    assert versions.facts_of(version).industry == "电镀"


def test_a_correction_of_last_year_by_the_form(client: Client, parcels: None) -> None:
    entry = Entry.objects.get(code="P-1")
    form = {
        "mode": "correct", "on": "2023-06-01", "until": "2023-07-01", "name": "甲地块",
        "f_planned_use": "绿地", "reason": "规划有误",
    }  # fmt: skip
    assert client.post(f"{LIST}{entry.uid}/edit/", form).status_code == 302
    uses = [
        versions.facts_of(found).planned_use
        for day in (date(2023, 5, 31), date(2023, 6, 1), date(2023, 7, 1))
        if (found := versions.version_on(entry, day))
    ]
    assert uses == ["", "绿地", ""]


def test_a_move_with_its_evidence_and_the_way_back(client: Client, parcels: None) -> None:
    entry = Entry.objects.get(code="P-1")
    assert client.post(f"{LIST}{entry.uid}/move/start_monitoring/", {"on": ""}).status_code == 302
    address = f"{LIST}{entry.uid}/move/find_over/"
    facts = {"f_monitored_on": today().isoformat(), "f_exceeded_substances": "砷"}
    page = text(client.post(address, facts, follow=True))
    assert "请至少上传一份佐证材料" in page
    assert not Attachment.objects.exists()
    files = {"files": io.BytesIO(PNG)}
    files["files"].name = "照片.png"
    page = text(client.post(address, facts | files, follow=True))
    assert "已办理“监测超标”" in page
    assert Attachment.objects.get().subject_uid == entry.uid
    page = text(client.post(f"{LIST}{entry.uid}/move/revoke/", {"reason": "误点"}, follow=True))
    assert lit(page) == "重点监测"
    assert "误点" in page


def test_a_move_of_the_future_is_refused(client: Client, parcels: None) -> None:
    entry = Entry.objects.get(code="P-1")
    page = text(client.post(f"{LIST}{entry.uid}/move/start_monitoring/", {"on": "2999-01-01"}, follow=True))
    assert "不能晚于今天" in page


def upload(client: Client, rows: Any) -> Any:
    stream = book(rows)
    stream.name = "清单.xlsx"
    return client.post(f"{LIST}import/", {"table": stream})


def test_importing_shows_what_would_happen_before_it_does(client: Client, parcels: None) -> None:
    rows = [
        [*HEAD, "备注"],
        ["P-1", "甲地块", "青禾县", "已纳入", "新备注"],
        ["P-8", "戊地块", "青禾县", "已推送", ""],
    ]
    answer = upload(client, rows)
    assert answer.status_code == 302
    page = text(client.get(answer["Location"]))
    assert "新备注" in page
    assert "戊地块" in page
    assert not Entry.objects.filter(code="P-8").exists()
    hidden = dict(re.findall(r'type="hidden" name="(file|from|fingerprint|rows)" value="([^"]*)"', page))
    done = text(client.post(f"{LIST}import/", hidden, follow=True))
    assert "新增 1 条，变更 1 条，不变 0 条" in done
    assert Entry.objects.filter(code="P-8").exists()
    assert client.post(f"{LIST}import/", hidden).status_code == 404


def test_a_list_with_errors_is_shown_and_not_imported(client: Client, parcels: None) -> None:
    answer = upload(client, [HEAD, ["P-7", "己地块", "青禾县", "在建"]])
    page = text(client.get(answer["Location"]))
    assert "D（状态）" in page
    assert "确认导入" not in page
    errors = client.get(answer["Location"] + "&errors=1").content.decode()
    assert "在建" in errors


def test_what_is_no_table_is_refused_on_the_page(client: Client, county: Any) -> None:
    stream = io.BytesIO(b"%PDF-1.7")
    stream.name = "方案.pdf"
    answer = client.post(f"{LIST}import/", {"table": stream})
    assert answer.status_code == 422
    assert "不是表格" in answer.content.decode()


def test_an_upload_is_seen_by_its_owner_alone(
    client: Client, parcels: None, person: Callable[..., User]
) -> None:
    address = upload(client, [HEAD, ["P-7", "己地块", "青禾县", "已纳入"]])["Location"]
    assert as_person(person(name="赵工")).get(address).status_code == 404


@override_settings(TASKS={"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}})
def test_a_long_list_is_imported_as_a_job(
    client: Client, county: Any, monkeypatch: pytest.MonkeyPatch, person: Callable[..., User]
) -> None:
    monkeypatch.setattr(importing, "ROWS_FOR_A_JOB", 2)
    rows = [[str(number), f"地块{number}", "青禾县", "已纳入"] for number in range(5)]
    page = text(client.get(upload(client, [HEAD, *rows])["Location"]))
    hidden = dict(re.findall(r'type="hidden" name="(file|from|fingerprint|rows)" value="([^"]*)"', page))
    answer = client.post(f"{LIST}import/", hidden)
    job = Job.objects.get()
    assert answer["Location"] == f"/jobs/{job.uid}/"
    assert "新增 5 条" in text(client.get(answer["Location"]))
    assert as_person(person(name="赵工")).get(answer["Location"]).status_code == 404
    assert Entry.objects.count() == 5


def test_duties_of_parcels_are_listed_with_their_basis(client: Client, parcels: None, officer: User) -> None:
    from jingtu.platform.duties.ticking import tick

    ChangeFacts(officer, today(), Entry.objects.get(code="P-2"), facts={"industry": "电镀"}).execute()
    tick(today())
    page = text(client.get("/duties/"))
    assert "划定管控区" in page
    assert "开展重点监测" in page
    assert "期限未配置" in page
    assert "没有待办" in text(client.get("/duties/", {"when": "overdue"}))


def test_no_page_carries_inline_script_or_style(client: Client, parcels: None) -> None:
    entry = Entry.objects.get(code="P-1")
    addresses = ["/registers/", LIST, f"{LIST}new/", f"{LIST}import/", f"{LIST}{entry.uid}/", "/duties/"]
    for address in [*addresses, f"{LIST}{entry.uid}/edit/"]:
        page = text(client.get(address))
        assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=|javascript:", page), address
