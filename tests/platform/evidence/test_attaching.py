"""Evidence: who reads it, how it leaves the server, how it is taken back."""

from __future__ import annotations

import io
import uuid
from datetime import date
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.test import Client
from tests.platform.evidence import samples

from jingtu.errors import ConflictError, InputError, PermissionDeniedError
from jingtu.platform.evidence import storage
from jingtu.platform.evidence.attaching import WithdrawEvidence, attach
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.evidence.showing import offer
from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people.models import Membership, User
from jingtu.platform.regions.models import Region
from jingtu.platform.regions.tree import create_region

ON = date(2024, 6, 30)


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings) -> None:
    settings.MEDIA_ROOT = tmp_path / "evidence"


@pytest.fixture
def county(db: None) -> Region:
    return create_region("某县", "county", create_region("某市", "city", source="试验"), source="试验")


def member(
    name: str, role: str, region: Region | None = None, organisation: Organisation | None = None
) -> User:
    user = User.objects.create_user(name, "x", display_name=name)
    Membership.objects.create(user=user, role=role, region=region, organisation=organisation)
    return user


@pytest.fixture
def plant(county: Region) -> Organisation:
    return Organisation.objects.create(name="某公司", kind="enterprise", region=county)


def evidence(
    county: Region, organisation: Organisation | None = None, name: str = "现场照片.png"
) -> Attachment:
    return attach(
        io.BytesIO(samples.PNG),
        name,
        subject_type="task",
        subject_uid=uuid.uuid4(),
        read_permission="plans.read",
        region_path=county.path,
        organisations=[organisation.pk] if organisation else [],
    )


def get(user: User | None, item: Attachment):
    client = Client()
    if user:
        client.force_login(user)
    return client.get(f"/evidence/{item.uid}/")


def test_whoever_reads_the_subject_reads_the_file(county: Region, plant: Organisation) -> None:
    other_county = create_region("邻县", "county", county.parent, source="试验")
    item = evidence(county, plant)
    assert get(member("officer", "officer", county), item).status_code == 200
    assert get(member("plant", "enterprise", organisation=plant), item).status_code == 200
    assert get(member("above", "superior", county.parent), item).status_code == 200
    stranger = Organisation.objects.create(name="别家", kind="enterprise", region=county)
    for user in (
        member("neighbour", "officer", other_county),
        member("stranger", "enterprise", organisation=stranger),
        member("sys", "system_admin"),
        member("sec", "security_admin"),
        member("audit", "audit_admin"),
        User.objects.create_user("nobody", "x", display_name="无"),
    ):
        assert get(user, item).status_code == 404, user.username
    assert get(None, item).status_code == 302


def test_the_answer_is_a_file_and_nothing_a_browser_runs(county: Region) -> None:
    item = evidence(county, name="点位\r\nX-Evil: 1 照片.png")
    response = get(member("officer", "officer", county), item)
    assert b"".join(response.streaming_content) == samples.PNG
    assert response["Content-Disposition"].startswith("attachment; filename")
    assert "%E7%82%B9%E4%BD%8D" in response["Content-Disposition"]
    assert "X-Evil" not in response
    assert response["Content-Type"] == "image/png"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "no-store" in response["Cache-Control"]


def test_a_file_gone_from_the_disk_is_said_plainly(county: Region) -> None:
    item = evidence(county)
    storage.path_of(item.file.sha256).unlink()
    response = get(member("officer", "officer", county), item)
    assert response.status_code == 404
    assert "备份" in response.content.decode()


def test_the_name_shows_what_the_content_is(county: Region) -> None:
    assert evidence(county, name="照片.exe").name == "照片.exe.png"


def test_withdrawing_needs_a_reason_keeps_the_row_and_hides_the_file(
    county: Region, plant: Organisation
) -> None:
    officer, item = member("officer", "officer", county), evidence(county, plant)
    with pytest.raises(InputError):
        WithdrawEvidence(officer, ON, item, " ").execute()
    with pytest.raises(PermissionDeniedError):
        WithdrawEvidence(member("above", "superior", county.parent), ON, item, "传错").execute()
    WithdrawEvidence(member("plant", "enterprise", organisation=plant), ON, item, "传错文件").execute()
    item.refresh_from_db()
    assert item.withdrawn_at is not None
    response = get(officer, item)
    assert response.status_code == 404
    assert "传错文件" in response.content.decode()
    with pytest.raises(ConflictError):
        WithdrawEvidence(officer, ON, item, "再次").execute()
    assert storage.check(item.file), "the bytes stay"
    assert LedgerRow.objects.filter(action="evidence.withdraw", subject_uid=item.uid).count() == 1


def test_a_unit_takes_back_its_own_file_and_not_the_bureaus_about_it(
    county: Region, plant: Organisation
) -> None:
    officer, worker = member("officer", "officer", county), member("a", "enterprise", organisation=plant)
    colleague = member("b", "enterprise", organisation=plant)
    by_bureau, by_colleague = evidence(county, plant), evidence(county, plant)
    Attachment.objects.filter(pk=by_bureau.pk).update(uploaded_by=officer)
    Attachment.objects.filter(pk=by_colleague.pk).update(uploaded_by=colleague)
    items = list(Attachment.objects.order_by("pk"))
    assert [item.may_withdraw for item in offer(worker, items)] == [False, True]
    with pytest.raises(PermissionDeniedError, match="其他单位上传"):
        WithdrawEvidence(worker, ON, items[0], "不想让人看").execute()
    WithdrawEvidence(worker, ON, items[1], "传错").execute()
    assert [item.may_withdraw for item in offer(officer, Attachment.objects.order_by("pk"))] == [True, False]
    assert not any(item.may_withdraw for item in offer(officer, Attachment.objects.all(), changing=False))


def test_taking_back_from_a_page_says_who_when_and_why(county: Region) -> None:
    item, officer = evidence(county), member("officer", "officer", county)
    client = Client()
    client.force_login(officer)
    address = f"/evidence/{item.uid}/withdraw/"
    assert client.get(address).status_code == 405
    answer = client.post(address, {"reason": "", "back": "/tasks/"}, follow=True)
    assert "作废材料需要写明原因" in answer.content.decode()
    answer = client.post(address, {"reason": "详" * 201, "back": "/tasks/"}, follow=True)
    assert "不能超过 200 个字" in answer.content.decode()
    assert client.post(address, {"reason": "传错", "back": "//evil.example/"})["Location"] == "/"
    item.refresh_from_db()
    assert (item.withdrawn_by, item.withdrawn_reason) == (officer, "传错")
    shown = render_to_string("components/evidence.html", {"items": offer(officer, [item])})
    for words in ("现场照片.png", "已作废", "officer", "传错"):
        assert words in shown, words
    assert f"/evidence/{item.uid}/" not in shown
    row = LedgerRow.objects.get(action="evidence.withdraw")
    assert "传错" not in str(row.facts), "free text may name people"


def test_a_misspelt_permission_is_refused_before_a_file_is_kept(county: Region, tmp_path: Path) -> None:
    with pytest.raises(LookupError):
        attach(
            io.BytesIO(samples.PNG), "a.png", subject_type="task", subject_uid=uuid.uuid4(),
            read_permission="plans.raed", region_path=county.path,
        )  # fmt: skip
    assert not (tmp_path / "evidence").exists()
