"""What closes a duty: a record of its period, one that is withdrawn again, one a second person has to check."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from jingtu.platform.duties import declarations, detail
from jingtu.platform.duties.actions import CheckDuty
from jingtu.platform.duties.declarations import Closing, DutyRule
from jingtu.platform.duties.models import Duty
from jingtu.platform.duties.schedules import AnySchedule, EveryYears, OwedOnSchedule, QuarterEnd, WithinMonths
from jingtu.platform.duties.ticking import tick
from jingtu.platform.evidence.models import Attachment, StoredFile
from jingtu.platform.people.models import User
from jingtu.platform.people.roles import Role
from jingtu.platform.registers.actions import CreateEntry
from jingtu.platform.registers.entry_records import AddRecord, CorrectRecord, WithdrawRecord
from jingtu.platform.registers.models import Entry

pytestmark = pytest.mark.django_db
REGISTER, KIND = "construction_parcels", "unlawful_development"
START = date(2024, 1, 10)


@pytest.fixture
def rule(monkeypatch: pytest.MonkeyPatch) -> Callable[..., DutyRule]:
    monkeypatch.setattr(declarations, "_rules", {})

    def make(schedule: AnySchedule, **more: Any) -> DutyRule:
        from jingtu.platform.registers import declarations as registers

        states = tuple(state.id for state in registers.get(REGISTER).lifecycle.states)
        owed = OwedOnSchedule(REGISTER, states, "巡查", schedule)
        values = {"closes_on": (KIND,)} | more
        return declarations.declare(DutyRule("tests.patrol", "巡查", REGISTER, owed, **values))

    return make


@pytest.fixture
def entry(officer: User, county: Any) -> Callable[[], Entry]:
    def make() -> Entry:
        tick(START)
        header = {"name": "城东地块", "region": county}
        return CreateEntry(officer, START, REGISTER, header, {}, code="D-1").execute()

    return make


def add(officer: User, entry: Entry, on: date, evidence: Any = (), **values: str) -> Any:
    return AddRecord(officer, on, entry, KIND, {"what": "开工"} | values, list(evidence)).execute()


def seen() -> list[tuple[str, str, date | None, date | None]]:
    return [
        (duty.period, duty.state, duty.met_on, duty.closed_on) for duty in Duty.objects.order_by("period")
    ]


def test_a_record_closes_the_duty_of_its_period_once(rule: Any, entry: Any, officer: User) -> None:
    rule(QuarterEnd(days_after=10))
    parcel = entry()
    record = add(officer, parcel, date(2024, 3, 20))
    assert seen() == [("2024-1", "closed", date(2024, 3, 20), date(2024, 3, 20))]
    duty = Duty.objects.get()
    assert (duty.through, duty.through_uid, duty.closed_by) == (f"record:{KIND}", record.uid, officer)
    tick(date(2024, 7, 15))
    assert [row[:2] for row in seen()] == [("2024-1", "closed"), ("2024-2", "open"), ("2024-3", "open")]
    # In July the second quarter is late: what is done then is for the third.
    add(officer, parcel, date(2024, 7, 14))
    assert [row[:2] for row in seen()] == [("2024-1", "closed"), ("2024-2", "open"), ("2024-3", "closed")]
    # With nothing else open it is taken for the late one after all.
    add(officer, parcel, date(2024, 7, 15))
    assert [row[1:3] for row in seen()] == [
        ("closed", date(2024, 3, 20)), ("closed", date(2024, 7, 15)), ("closed", date(2024, 7, 14)),
    ]  # fmt: skip


def test_a_withdrawn_record_no_longer_closes_a_corrected_one_closes_on_its_day(
    rule: Any, entry: Any, officer: User
) -> None:
    rule(QuarterEnd())
    parcel = entry()
    record = add(officer, parcel, date(2024, 3, 20))
    right = CorrectRecord(officer, date(2024, 2, 2), record, KIND, {}, reason="日期记错").execute()
    assert seen() == [("2024-1", "closed", date(2024, 2, 2), date(2024, 2, 2))]
    WithdrawRecord(officer, date(2024, 3, 25), right, KIND, reason="记到别的地块").execute()
    assert seen() == [("2024-1", "open", None, None)]
    tick(date(2024, 3, 26))
    assert seen() == [("2024-1", "open", None, None)]


def test_a_record_that_says_its_period_closes_that_one_and_no_other(
    rule: Any, entry: Any, officer: User
) -> None:
    rule(QuarterEnd(), closes_on=(Closing(KIND, lambda record: record.penalty or None),))
    parcel = entry()
    tick(date(2024, 5, 2))
    add(officer, parcel, date(2024, 5, 2), penalty="2024-1")
    add(officer, parcel, date(2024, 5, 1), penalty="2023-4")
    assert [row[:2] for row in seen()] == [("2024-1", "closed"), ("2024-2", "open")]


def test_a_record_older_than_its_duty_is_found_when_the_duty_is_raised(
    rule: Any, entry: Any, officer: User
) -> None:
    rule(QuarterEnd(ahead=10))
    parcel = entry()
    add(officer, parcel, date(2024, 2, 1))
    assert seen() == []
    tick(date(2024, 4, 1))
    assert seen() == [("2024-1", "closed", date(2024, 2, 1), date(2024, 3, 21))]


def test_a_checked_duty_waits_for_another_person_and_a_return_is_not_undone_by_the_same_record(
    rule: Any, entry: Any, officer: User, person: Callable[..., User]
) -> None:
    rule(WithinMonths(12, of=None), checked=True)
    parcel, head = entry(), person(Role.HEAD, "陈局")
    record = add(officer, parcel, date(2024, 3, 20))
    duty = Duty.objects.get()
    assert (duty.state, duty.submitted_by, duty.closed_on) == ("submitted", officer, None)
    CheckDuty(head, date(2024, 3, 21), duty, accept=False, note="照片不清").execute()
    tick(date(2024, 3, 22))
    assert seen() == [("once", "open", None, None)]
    CorrectRecord(officer, date(2024, 3, 20), record, KIND, {"note": "补照片"}, reason="补充").execute()
    duty.refresh_from_db()
    assert duty.state == "submitted"
    CheckDuty(head, date(2024, 3, 25), duty, accept=True).execute()
    assert seen() == [("once", "closed", date(2024, 3, 20), date(2024, 3, 25))]


def test_without_the_evidence_that_the_rule_asks_for_nothing_is_closed(
    rule: Any, entry: Any, officer: User
) -> None:
    rule(QuarterEnd(), evidence_required=True)
    parcel = entry()
    add(officer, parcel, date(2024, 2, 1))
    assert [row[1] for row in seen()] == ["open"]
    stored = StoredFile.objects.create(sha256="0" * 64, size=1, media_type="application/pdf")
    file = Attachment.objects.create(
        file=stored,
        name="照片.pdf",
        subject_type=REGISTER,
        subject_uid=parcel.uid,
        read_permission="duties.read",
    )
    add(officer, parcel, date(2024, 2, 2), [file])
    assert [row[1:3] for row in seen()] == [("closed", date(2024, 2, 2))]
    duty = Duty.objects.get()
    by = detail.met_by(duty, date(2024, 2, 2))
    assert by is not None
    assert (by.label, by.files) == ("登记“违规开发利用”", [file])
    assert detail.proofs(duty, date(2024, 2, 2)) == [file]
    assert detail.met_by(duty, date(2024, 2, 1)) is None


def test_the_record_that_met_the_last_time_does_not_meet_the_next(
    rule: Any, entry: Any, officer: User
) -> None:
    from jingtu.platform.duties.bases import last_record

    rule(EveryYears(last_record(KIND), 24, 36))
    parcel = entry()
    add(officer, parcel, date(2024, 2, 1))
    assert [row[:3] for row in seen()] == [("first", "closed", date(2024, 2, 1))]
    tick(date(2024, 12, 31))
    tick(date(2026, 1, 31))
    assert len(seen()) == 1
    tick(date(2026, 2, 1))
    duty = Duty.objects.get(state="open")
    assert (duty.period, duty.due, duty.warn_on) == ("after 2024-02-01", date(2027, 2, 1), date(2026, 2, 1))
    add(officer, parcel, date(2026, 5, 1))
    assert [row[:3] for row in seen()] == [
        ("after 2024-02-01", "closed", date(2026, 5, 1)), ("first", "closed", date(2024, 2, 1)),
    ]  # fmt: skip


def test_what_the_check_sent_back_is_not_the_last_time(
    rule: Any, entry: Any, officer: User, person: Callable[..., User]
) -> None:
    """The duty stays as it was until the record is put right, whatever days pass."""
    from jingtu.platform.duties.bases import last_record

    rule(EveryYears(last_record(KIND), 24, 36), checked=True)
    parcel = entry()
    record = add(officer, parcel, date(2024, 2, 1))
    duty = Duty.objects.get(state="submitted")
    CheckDuty(person(Role.HEAD, "陈局"), date(2024, 2, 2), duty, accept=False, note="缺照片").execute()
    tick(date(2024, 2, 3))
    assert [row[:3] for row in seen()] == [("first", "open", None)]
    CorrectRecord(officer, date(2024, 2, 1), record, KIND, {"what": "补照片"}, reason="补充").execute()
    assert [row[:3] for row in seen()] == [("first", "submitted", date(2024, 2, 1))]


def test_while_one_waits_for_its_check_the_next_time_is_owed_beside_it(
    rule: Any, entry: Any, officer: User, person: Callable[..., User]
) -> None:
    """An inspection of long ago meets the first duty; the one that follows it is due already."""
    from jingtu.platform.duties.bases import last_record

    rule(EveryYears(last_record(KIND), 24, 36), checked=True)
    parcel = entry()
    add(officer, parcel, date(2021, 5, 6))
    tick(date(2024, 1, 11))
    both = [("after 2021-05-06", "open", None), ("first", "submitted", date(2021, 5, 6))]
    assert [row[:3] for row in seen()] == both
    head = person(Role.HEAD, "陈局")
    CheckDuty(head, date(2024, 1, 12), Duty.objects.get(period="first"), accept=True).execute()
    tick(date(2024, 1, 13))
    assert [row[:2] for row in seen()] == [("after 2021-05-06", "open"), ("first", "closed")]
    assert Duty.objects.get(state="open").due == date(2024, 5, 6)
