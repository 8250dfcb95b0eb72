"""Pages of the three administrators: accounts, roles, ledger."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, timedelta

import pytest
from axes.models import AccessAttempt
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from jingtu.platform.jobs.models import Job
from jingtu.platform.jobs.running import run_job
from jingtu.platform.ledger import chain
from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people.actions import CreateAccount
from jingtu.platform.people.bootstrap import bootstrap_administrators
from jingtu.platform.people.models import Membership, User
from jingtu.platform.regions.models import Region
from jingtu.platform.regions.tree import create_region

TODAY = date(2024, 6, 30)
PASSWORD = "Guan-Tian-2024"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def administrators() -> None:
    cache.clear()
    bootstrap_administrators(TODAY)
    User.objects.update(must_change_password=False)


def as_user(username: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=username))
    return client


@pytest.fixture
def county() -> Region:
    return create_region(
        "某县", "county", create_region("某市", "city", source="试验"), code="990121", source="试验"
    )


@pytest.fixture
def person() -> User:
    return CreateAccount(None, TODAY, username="zhang.san", display_name="张三").execute().user


# Accounts


def test_a_new_account_shows_its_password_once_and_it_works(client: Client) -> None:
    admin = as_user("sysadmin")
    answer = admin.post("/admin/accounts/new/", {"username": "Li.Si", "display_name": "李四"})
    page = answer.content.decode()
    found = re.search(r"<strong>([A-Za-z0-9]{4}(?:-[A-Za-z0-9]{4}){3})</strong>", page)
    assert found
    assert "no-store" in answer["Cache-Control"]
    assert found[1] not in admin.get("/admin/accounts/").content.decode()
    client.post("/account/login/", {"login": "li.si", "password": found[1]})
    assert client.get("/")["Location"] == "/account/password/"


def test_a_bad_account_is_told_with_everything_typed(client: Client) -> None:
    answer = as_user("sysadmin").post(
        "/admin/accounts/new/", {"username": "李四", "display_name": "", "phone": "<b>1</b>"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    for label in ("登录名：", "姓名：", "联系电话："):
        assert label in page
    assert 'value="李四"' in page
    assert "<b>1</b>" not in page
    assert User.objects.count() == 3


def test_disabling_asks_for_a_reason_and_enabling_ends_a_lock_out(person: User) -> None:
    admin = as_user("sysadmin")
    address = f"/admin/accounts/{person.uid}/"
    page = admin.post(address + "disable/", {}, follow=True).content.decode()
    assert "请写明原因" in page
    admin.post(address + "disable/", {"reason": "离职"})
    person.refresh_from_db()
    assert not person.is_active
    assert "已停用" in admin.get("/admin/accounts/?state=disabled").content.decode()
    AccessAttempt.objects.create(username="zhang.san", ip_address="127.0.0.1", failures_since_start=9)
    admin.post(address + "enable/", {})
    person.refresh_from_db()
    assert person.is_active
    assert not AccessAttempt.objects.exists()
    assert admin.post(address + "promote/", {}).status_code == 404


def test_accounts_are_found_by_name_and_paged(person: User) -> None:
    admin = as_user("sysadmin")
    User.objects.bulk_create(
        User(username=f"user{number:03}", display_name=f"人员{number}", password="x") for number in range(120)
    )
    first = admin.get("/admin/accounts/")
    assert len(first.context["page_rows"].rows) == 50
    assert "124" in first.content.decode()
    found = admin.get("/admin/accounts/", {"q": "张三"}).context["page_rows"].rows
    assert [user.username for user in found] == ["zhang.san"]
    seen = set()
    after = ""
    for _ in range(3):
        page = admin.get("/admin/accounts/", {"after": after}).context["page_rows"]
        seen |= {user.username for user in page.rows}
        after = page.next
    assert len(seen) == 124
    assert after == ""


# Roles


def test_granting_walks_from_the_user_over_place_and_unit_to_the_role(person: User, county: Region) -> None:
    admin = as_user("secadmin")
    body = Organisation.objects.create(name="某县农业农村局", kind="department", region=county)
    page = admin.get(
        "/admin/roles/", {"user": str(person.uid), "grant": "department", "where": "某县", "unit": "农业农村"}
    )
    assert page.context["regions"] == [(county, "某市")]
    assert page.context["organisations"] == [body]
    admin.post(
        "/admin/roles/grant/",
        {
            "user": str(person.uid),
            "role": "department",
            "region": str(county.uid),
            "organisation": str(body.uid),
        },
    )
    membership = Membership.objects.get(user=person)
    assert (membership.role, membership.region, membership.organisation) == ("department", county, body)
    assert membership.granted_by is not None
    assert membership.granted_by.username == "secadmin"
    listed = admin.get("/admin/roles/", {"role": "department"}).content.decode()
    assert "部门联络员（某县农业农村局）" in listed
    admin.post(f"/admin/roles/{membership.pk}/revoke/", {"reason": "岗位调整"})
    history = admin.get("/admin/roles/", {"user": str(person.uid)}).content.decode()
    assert "岗位调整" in history
    assert not Membership.objects.filter(user=person, valid_to__gt=timezone.localdate()).exists()


def test_a_grant_may_begin_and_end_on_a_day(person: User, county: Region) -> None:
    admin = as_user("secadmin")
    form = {"user": str(person.uid), "role": "officer", "region": str(county.uid)}
    later = timezone.localdate() + timedelta(days=30)
    page = admin.post("/admin/roles/grant/", form | {"valid_to": "明天"}, follow=True).content.decode()
    assert "日期应写成" in page
    admin.post("/admin/roles/grant/", form | {"valid_to": later.isoformat()})
    assert Membership.objects.get(user=person).valid_to == later


@pytest.mark.parametrize(
    "changes",
    [
        {"role": "emperor"},
        {"region": "not-a-uid"},
        {"region": ""},
        {"role": "public"},
        {"role": "audit_admin"},
    ],
)
def test_a_bad_grant_is_told_and_changes_nothing(
    person: User, county: Region, changes: dict[str, str]
) -> None:
    admin = as_user("secadmin")
    form = {"user": str(person.uid), "role": "officer", "region": str(county.uid)} | changes
    answer = admin.post("/admin/roles/grant/", form, follow=True)
    assert "message-error" in answer.content.decode()
    assert not Membership.objects.filter(user=person).exists()


def test_the_own_roles_are_left_to_another(county: Region) -> None:
    admin = as_user("secadmin")
    own = User.objects.get(username="secadmin")
    page = admin.get("/admin/roles/", {"user": str(own.uid)}).content.decode()
    assert "不能给自己授权" in page
    form = {"user": str(own.uid), "role": "officer", "region": str(county.uid)}
    assert admin.post("/admin/roles/grant/", form).status_code == 403
    assert admin.post(f"/admin/roles/{own.memberships.get().pk}/revoke/", {"reason": "x"}).status_code == 403
    assert admin.get("/admin/roles/", {"user": "nonsense"}).status_code == 404


def test_the_list_of_roles_costs_a_fixed_number_of_queries(
    county: Region, django_assert_max_num_queries
) -> None:
    admin = as_user("secadmin")
    admin.get("/admin/roles/")
    for number in range(40):
        user = User.objects.create_user(f"user{number}", display_name=f"人员{number}")
        Membership.objects.create(user=user, role="officer", region=county)
    with django_assert_max_num_queries(12):
        assert len(admin.get("/admin/roles/").context["people"]) == 43


# The ledger


def test_the_ledger_is_filtered_by_what_by_whom_and_when(person: User) -> None:
    auditor = as_user("auditor")
    rows = auditor.get("/ledger/", {"action": "people.create_account"}).context["rows"]
    assert {item["label"] for item in rows} == {"新建账号"}
    assert len(rows) == 4
    one = auditor.get("/ledger/", {"subject": str(person.uid)}).context["rows"]
    assert [item["row"].subject_uid for item in one] == [person.uid]
    together = auditor.get("/ledger/", {"operation": str(one[0]["row"].operation)}).context["rows"]
    assert [item["row"].pk for item in together] == [one[0]["row"].pk]
    today = timezone.localdate()
    assert auditor.get("/ledger/", {"to": (today - timedelta(days=1)).isoformat()}).context["rows"] == []
    assert (
        len(auditor.get("/ledger/", {"from": today.isoformat()}).context["rows"]) == LedgerRow.objects.count()
    )
    assert auditor.get("/ledger/", {"subject": "zhang"}).status_code == 422
    assert auditor.get("/ledger/", {"from": "30.6.2024"}).status_code == 422


def test_every_action_has_a_name_that_an_official_reads() -> None:
    auditor = as_user("auditor")
    page = auditor.get("/ledger/").content.decode()
    visible = re.sub(r"<pre.*?</pre>|<[^>]+>", " ", page, flags=re.DOTALL)
    assert not re.search(r"\b[a-z_]+\.[a-z_]+\b", visible)
    assert "其他事项" not in visible


def test_verification_runs_in_the_background_and_tells_what_it_found() -> None:
    auditor = as_user("auditor")
    chain.seal_all()
    auditor.post("/ledger/verify/")
    assert "正在核验" in auditor.get("/ledger/").content.decode()
    job = Job.objects.get(kind="ledger.verify")
    run_job.func(str(job.uid))
    page = auditor.get("/ledger/").content.decode()
    assert f"核验通过：共 {LedgerRow.objects.count()} 条" in page
    Job.objects.filter(pk=job.pk).update(
        result={"rows": 9, "sealed": 9, "first_broken": 4, "reason": "记录内容与其校验值不一致"}
    )
    page = auditor.get("/ledger/").content.decode()
    assert "核验不通过：记录内容与其校验值不一致（第 4 条起）" in page


def test_the_export_has_every_row_and_no_formula(person: User) -> None:
    LedgerRow.objects.filter(pk=-1)
    auditor = as_user("auditor")
    answer = auditor.get("/ledger/export/", {"action": "people.create_account"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 4
    stored = LedgerRow.objects.filter(action="people.create_account").order_by("pk")
    assert [row["记录校验值"] for row in rows] == [row.row_hash for row in stored]
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "@"))]


def test_a_long_ledger_is_paged_at_a_fixed_cost(django_assert_max_num_queries) -> None:
    from django.db import transaction

    from jingtu.platform.ledger import records

    with transaction.atomic():
        for _ in range(120):
            records.append("people.login", on=TODAY, subject_type="account")
    auditor = as_user("auditor")
    auditor.get("/ledger/")
    with django_assert_max_num_queries(14):
        page = auditor.get("/ledger/")
    assert len(page.context["rows"]) == 50
    second = auditor.get("/ledger/", {"after": page.context["page_rows"].next}).context["rows"]
    assert second[0]["row"].pk == page.context["rows"][-1]["row"].pk - 1
