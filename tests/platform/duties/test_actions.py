"""What people do with a duty: close it, check it as another, urge it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from jingtu.errors import ConflictError, InputError, PermissionDeniedError
from jingtu.platform.duties import declarations
from jingtu.platform.duties.actions import CheckDuty, CloseDuty
from jingtu.platform.duties.declarations import DutyRule, OwedByState
from jingtu.platform.duties.models import Duty
from jingtu.platform.duties.steps import EscalateDuty
from jingtu.platform.evidence.models import Attachment, StoredFile
from jingtu.platform.people.models import User
from jingtu.platform.people.roles import Role
from jingtu.platform.registers.actions import CreateEntry

pytestmark = pytest.mark.django_db
DAY = date(2024, 6, 3)


@pytest.fixture
def duty(officer: User, county: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Duty]:
    monkeypatch.setattr(declarations, "_rules", {})
    owed = OwedByState("priority_parcels", ("found",), "现场核查", lambda _version: date(2024, 6, 10))
    declarations.declare(
        DutyRule("tests.visit", "核查", "priority_parcels", owed, evidence_required=True, checked=True)
    )
    header = {"name": "青禾化工厂地块", "region": county}
    CreateEntry(officer, DAY, "priority_parcels", header, {}).execute()
    return Duty.objects.get()


def proof(duty: Duty) -> Attachment:
    stored = StoredFile.objects.create(sha256="0" * 64, size=1, media_type="application/pdf")
    return Attachment.objects.create(
        file=stored, name="照片.pdf", subject_type="duty", subject_uid=duty.uid, read_permission="duties.read"
    )


def test_evidence_first_then_another_person(duty: Duty, officer: User, person: Callable[..., User]) -> None:
    with pytest.raises(InputError):
        CloseDuty(officer, DAY, duty, "看过").execute()
    CloseDuty(officer, DAY, duty, "看过", [proof(duty)]).execute()
    with pytest.raises(ConflictError, match="另一人"):
        CheckDuty(officer, DAY, duty, accept=True).execute()
    head = person(Role.HEAD, "陈局")
    with pytest.raises(InputError):
        CheckDuty(head, DAY, duty, accept=False).execute()
    CheckDuty(head, DAY, duty, accept=True).execute()
    duty.refresh_from_db()
    assert (duty.state, duty.closed_on, duty.closed_by, duty.closing_note) == ("closed", DAY, head, "看过")


def test_a_duty_sent_back_is_open_again(duty: Duty, officer: User, person: Callable[..., User]) -> None:
    CloseDuty(officer, DAY, duty, "看过", [proof(duty)]).execute()
    CheckDuty(person(Role.HEAD, "陈局"), DAY, duty, accept=False, note="照片不清").execute()
    duty.refresh_from_db()
    assert (duty.state, duty.submitted_by, duty.closed_on) == ("open", None, None)


def test_urging_goes_up_only_with_a_reason(duty: Duty, officer: User) -> None:
    with pytest.raises(InputError):
        EscalateDuty(officer, DAY, duty, Duty.Step.SUPERVISED, " ").execute()
    EscalateDuty(officer, DAY, duty, Duty.Step.SUPERVISED, "督办函〔2024〕1号").execute()
    with pytest.raises(ConflictError):
        EscalateDuty(officer, DAY, duty, Duty.Step.REMINDED, "提醒").execute()
    duty.refresh_from_db()
    assert duty.step == "supervised"


def test_a_neighbour_may_not(duty: Duty, person: Callable[..., User], neighbour: Any) -> None:
    with pytest.raises(PermissionDeniedError):
        EscalateDuty(person(region=neighbour), DAY, duty, Duty.Step.SUPERVISED, "督办").execute()
