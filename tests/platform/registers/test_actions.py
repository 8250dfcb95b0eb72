"""Entering, changing, correcting and moving an entry."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from jingtu.errors import ConflictError, InputError, PermissionDeniedError
from jingtu.platform.clock import recorded_now
from jingtu.platform.evidence.models import Attachment, StoredFile
from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.people.models import User
from jingtu.platform.people.roles import Role
from jingtu.platform.registers import timeline, versions
from jingtu.platform.registers.actions import ChangeFacts, CorrectFacts, CreateEntry
from jingtu.platform.registers.models import Entry, Transition, Version
from jingtu.platform.registers.moves import MoveEntry, RevokeMove

pytestmark = pytest.mark.django_db
REGISTER = "priority_parcels"
JANUARY, MARCH, JUNE, JULY = date(2024, 1, 10), date(2024, 3, 31), date(2024, 6, 20), date(2024, 7, 15)


@pytest.fixture
def entry(officer: User, county: Any) -> Entry:
    facts = {"former_enterprise": "青禾化工厂", "area_m2": "30亩", "responsible_person": "李四"}
    header = {"name": "青禾化工厂地块", "region": county}
    return CreateEntry(officer, JANUARY, REGISTER, header, facts, code="P-1").execute()


def state_on(entry: Entry, on: date, known_at: Any = None) -> str | None:
    found = versions.version_on(entry, on, known_at)
    return found.state if found else None


def fact(entry: Entry, name: str, on: date, known_at: Any = None) -> Any:
    found = versions.version_on(entry, on, known_at)
    assert found is not None
    return getattr(versions.facts_of(found), name)


def proof(entry: Entry, name: str = "监测报告.pdf") -> Attachment:
    stored = StoredFile.objects.create(
        sha256=f"{StoredFile.objects.count():064d}", size=1, media_type="application/pdf"
    )
    return Attachment.objects.create(
        file=stored,
        name=name,
        subject_type=REGISTER,
        subject_uid=entry.uid,
        read_permission="sites.parcel.read",
    )


def to_claimed(entry: Entry, actor: User, on: date = JUNE) -> None:
    steps: list[tuple[str, dict[str, str], bool]] = [
        ("verify", {}, False),
        ("include", {"listed_on": "2024-02-01", "entry_basis": "名单推送"}, False),
        ("start_monitoring", {}, False),
        ("find_over", {"monitored_on": "2024-04-01", "exceeded_substances": "砷"}, True),
        ("delimit", {}, False),
        ("claim_control", {"controlled_on": "2024-06-20", "control_measures": "围挡并设标志牌"}, True),
    ]
    for move, facts, needs_proof in steps:
        evidence = [proof(entry)] if needs_proof else []
        MoveEntry(actor, on, entry, move, facts=facts, evidence=evidence).execute()


def test_entering_keeps_the_facts_and_says_so_in_the_ledger(entry: Entry) -> None:
    assert fact(entry, "area_m2", JANUARY) == 20_000  # 30 mu
    assert state_on(entry, date(2024, 1, 9)) is None
    row = LedgerRow.objects.get(action="registers.create")
    assert row.facts["values"]["former_enterprise"] == "青禾化工厂"
    assert "responsible_person" in row.facts["fields"]
    assert "李四" not in str(row.facts)


def test_all_wrong_values_of_a_form_are_told_at_once(officer: User, county: Any) -> None:
    facts = {"uscc": "123", "closed_on": "2024-02-30", "area_m2": "很大", "former_enterprise": "厂" * 121}
    action = CreateEntry(officer, JANUARY, REGISTER, {"name": " ", "region": county}, facts)
    with pytest.raises(InputError) as caught:
        action.execute()
    labels = {"地块名称", "统一社会信用代码", "关闭日期", "占地面积", "原企业名称"}
    assert {error.column for error in caught.value.errors} == labels
    assert not Entry.objects.exists()
    assert not LedgerRow.objects.exists()


def test_a_code_is_used_once(entry: Entry, officer: User, county: Any) -> None:
    again = CreateEntry(officer, JANUARY, REGISTER, {"name": "另一地块", "region": county}, {}, code="P-1")
    with pytest.raises(ConflictError, match="P-1"):
        again.execute()


def test_a_change_counts_from_its_day_and_spares_what_came_after(entry: Entry, officer: User) -> None:
    ChangeFacts(officer, JULY, entry, facts={"industry": "化学原料"}).execute()
    ChangeFacts(officer, MARCH, entry, facts={"planned_use": "公园绿地"}).execute()
    assert fact(entry, "planned_use", date(2024, 3, 30)) == ""
    assert fact(entry, "planned_use", JULY) == "公园绿地"
    assert fact(entry, "industry", JULY) == "化学原料"
    assert fact(entry, "industry", MARCH) == ""


def test_a_correction_changes_what_we_now_say_and_not_what_we_said(entry: Entry, officer: User) -> None:
    before = recorded_now()
    correction = CorrectFacts(
        officer, JANUARY, entry, until=MARCH, facts={"area_m2": "40亩"}, reason="测绘单位更正"
    )
    correction.execute()
    assert fact(entry, "area_m2", JANUARY) == Decimal("26666.67")
    assert fact(entry, "area_m2", MARCH) == 20_000
    assert fact(entry, "area_m2", JANUARY, before) == 20_000


def test_a_correction_may_reach_back_before_the_entry_was_known(entry: Entry, officer: User) -> None:
    CorrectFacts(officer, date(2023, 5, 1), entry, facts={"address": "河边"}, reason="早已在册").execute()
    assert fact(entry, "address", date(2023, 5, 1)) == "河边"
    assert fact(entry, "address", JULY) == "河边"
    assert state_on(entry, date(2023, 4, 30)) is None


def test_a_correction_needs_a_reason_and_something_to_correct(entry: Entry, officer: User) -> None:
    with pytest.raises(InputError, match="原因"):
        CorrectFacts(officer, JANUARY, entry, facts={"address": "河边"}).execute()
    with pytest.raises(InputError, match="没有改动"):
        CorrectFacts(officer, JANUARY, entry, facts={"area_m2": "30亩"}, reason="核对").execute()
    assert not LedgerRow.objects.filter(action="registers.correct").exists()


def test_the_second_of_two_editors_is_told_who_was_first(
    entry: Entry, officer: User, person: Callable[..., User]
) -> None:
    seen = versions.version_on(entry, JULY)
    assert seen is not None
    colleague = person(name="赵工")
    ChangeFacts(colleague, JULY, entry, facts={"industry": "电镀"}, expected_version=seen.pk).execute()
    late = ChangeFacts(officer, JULY, entry, facts={"industry": "造纸"}, expected_version=seen.pk)
    with pytest.raises(ConflictError, match="赵工"):
        late.execute()
    assert fact(entry, "industry", JULY) == "电镀"


def test_a_move_needs_the_right_state_reason_evidence_and_facts(entry: Entry, officer: User) -> None:
    with pytest.raises(ConflictError, match="已推送"):
        MoveEntry(officer, MARCH, entry, "start_monitoring").execute()
    with pytest.raises(InputError) as caught:
        MoveEntry(officer, MARCH, entry, "exclude").execute()
    assert {error.column for error in caught.value.errors} == {"排除情形", "佐证材料"}
    other = Entry.objects.create(register=REGISTER)
    with pytest.raises(InputError, match="排除"):
        MoveEntry(
            officer, MARCH, entry, "exclude", facts={"exclusion_reason": "仍在生产"}, evidence=[proof(other)]
        ).execute()
    assert state_on(entry, MARCH) == "found"


def test_a_move_writes_transition_version_and_ledger_together(entry: Entry, officer: User) -> None:
    attachment = proof(entry)
    action = MoveEntry(
        officer, MARCH, entry, "exclude", facts={"exclusion_reason": "仍在生产"}, evidence=[attachment]
    )
    transition = action.execute()
    assert (transition.from_state, transition.to_state, transition.on) == ("found", "excluded", MARCH)
    assert list(transition.evidence.all()) == [attachment]
    assert transition.ledger_row.facts["evidence"] == [attachment.file.sha256]
    assert (state_on(entry, date(2024, 3, 30)), state_on(entry, MARCH)) == ("found", "excluded")


def test_whoever_claims_control_does_not_confirm_it(
    entry: Entry, officer: User, person: Callable[..., User]
) -> None:
    to_claimed(entry, officer)
    with pytest.raises(ConflictError, match="另一人"):
        MoveEntry(officer, JUNE, entry, "confirm_control").execute()
    MoveEntry(person(Role.HEAD, "陈局"), JUNE, entry, "confirm_control").execute()
    assert state_on(entry, JUNE) == "controlled"


def test_a_move_cannot_be_slipped_in_before_a_later_one(entry: Entry, officer: User) -> None:
    MoveEntry(officer, JUNE, entry, "verify").execute()
    with pytest.raises(ConflictError, match="2024-06-20"):
        MoveEntry(
            officer, MARCH, entry, "exclude", facts={"exclusion_reason": "仍在生产"}, evidence=[proof(entry)]
        ).execute()


def test_a_mistaken_move_is_taken_back_and_stays_known(entry: Entry, officer: User) -> None:
    MoveEntry(officer, MARCH, entry, "verify").execute()
    before = recorded_now()
    MoveEntry(officer, JUNE, entry, "include", facts={"listed_on": JUNE, "entry_basis": "推送"}).execute()
    included = recorded_now()
    RevokeMove(officer, JULY, entry, reason="误点").execute()
    assert state_on(entry, JULY) == "verified"
    assert state_on(entry, JULY, included) == "listed"
    assert state_on(entry, JULY, before) == "verified"
    RevokeMove(officer, JULY, entry, reason="核实也有误").execute()
    assert state_on(entry, JULY) == "found"
    with pytest.raises(ConflictError, match="没有可以撤回"):
        RevokeMove(officer, JULY, entry, reason="再撤").execute()


def test_what_was_moved_after_a_revocation_is_taken_back_before_what_came_first(
    entry: Entry, officer: User
) -> None:
    """verify, include, take back, exclude: the last that stands is exclude, before it verify."""
    MoveEntry(officer, MARCH, entry, "verify").execute()
    MoveEntry(officer, JUNE, entry, "include", facts={"listed_on": JUNE, "entry_basis": "推送"}).execute()
    RevokeMove(officer, JUNE, entry, reason="误点").execute()
    said = {"facts": {"exclusion_reason": "仍在生产"}, "evidence": [proof(entry)]}
    MoveEntry(officer, JULY, entry, "exclude", **said).execute()
    last = timeline.last_move(entry)
    assert last is not None
    assert (last.transition, last.on) == ("exclude", JULY)
    RevokeMove(officer, JULY, entry, reason="核实仍应纳入").execute()
    assert (state_on(entry, JULY), state_on(entry, JUNE)) == ("verified", "verified")
    RevokeMove(officer, JULY, entry, reason="核实也有误").execute()
    assert state_on(entry, JULY) == "found"


def test_a_neighbour_may_not_touch_it_and_leaves_no_trace(
    entry: Entry, neighbour: Any, person: Callable[..., User]
) -> None:
    stranger = person(region=neighbour)
    rows = LedgerRow.objects.count()
    with pytest.raises(PermissionDeniedError):
        MoveEntry(stranger, JUNE, entry, "verify").execute()
    with pytest.raises(PermissionDeniedError):
        ChangeFacts(stranger, JUNE, entry, facts={"note": "看过"}).execute()
    assert LedgerRow.objects.count() == rows
    assert Version.objects.filter(entry=entry).count() == 1


def test_an_entry_may_not_be_moved_into_a_region_out_of_reach(
    entry: Entry, officer: User, neighbour: Any
) -> None:
    with pytest.raises(PermissionDeniedError):
        ChangeFacts(officer, JUNE, entry, header={"region": neighbour}).execute()


def test_a_failing_listener_undoes_the_whole_move(
    entry: Entry, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_event: object) -> None:
        raise ConflictError("不行")

    monkeypatch.setattr("jingtu.platform.events.emit", fail)
    with pytest.raises(ConflictError), transaction.atomic():
        MoveEntry(officer, JUNE, entry, "verify").execute()
    assert state_on(entry, JUNE) == "found"
    assert Transition.objects.filter(entry=entry).count() == 1
