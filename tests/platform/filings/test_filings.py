"""What has to stand in another system: owed, filed, corrected, withdrawn, in two times."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.platform.draws.conftest import *  # noqa: F403
from tests.platform.draws.conftest import ON, REGISTER

from jingtu.errors import ConflictError, InputError, PermissionDeniedError
from jingtu.platform import clock
from jingtu.platform.evidence.attaching import attach
from jingtu.platform.filings import declarations, missing
from jingtu.platform.filings.actions import RecordReceipt, WithdrawReceipt
from jingtu.platform.filings.declarations import FilingSystem
from jingtu.platform.filings.models import FilingReceipt
from jingtu.platform.indicators.declarations import Rule
from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.people import policies
from jingtu.platform.people.models import User
from jingtu.platform.people.roles import Role
from jingtu.platform.regions.models import Region
from jingtu.platform.registers.models import Entry
from jingtu.platform.registers.moves import MoveEntry

RULE = Rule("某办法", "第三条", date(2024, 2, 1), date(2025, 1, 1), "high")
EVERYBODY = policies.Reach(everywhere=True)


@pytest.fixture
def system() -> Iterator[FilingSystem]:
    found = declarations.declare(
        FilingSystem(
            "test_platform", "某管理平台", "某部", REGISTER, ("listed", "monitoring"), (RULE,), "平台编号",
            due=lambda version: version.effective_from.replace(month=6, day=20),
        )
    )  # fmt: skip
    yield found
    del declarations._declared[found.id]


def owed(system: FilingSystem, on: date = ON, known_at: datetime | None = None) -> list[missing.Missing]:
    rows = missing.missing(system, None, on, known_at, EVERYBODY)
    return missing.rows_of(system, rows.order_by("entry_id"), on, known_at)


def test_owed_while_in_the_states_and_while_the_rule_is_in_force(
    system: FilingSystem, county: Region, officer: User, enter: Callable[..., Entry]
) -> None:
    first, _ = enter(county, "一号地块"), enter(county, "二号地块", state="found")
    with clock.replaying(datetime(2024, 4, 1, tzinfo=UTC)):
        MoveEntry(officer, date(2024, 4, 1), first, "start_monitoring").execute()
    (row,) = owed(system)
    # On the list since 5 January; the rule began on 1 February; moved on within the states in April.
    assert (row.version.name, row.since, row.days_owed) == ("一号地块", date(2024, 2, 1), 150)
    assert (row.due, row.days_late) == (date(2024, 6, 20), 10)
    assert owed(system, date(2024, 1, 31)) == []
    assert owed(system, date(2025, 1, 1)) == []


def test_a_break_begins_the_days_anew(
    system: FilingSystem, county: Region, officer: User, enter: Callable[..., Entry]
) -> None:
    entry = enter(county, "一号地块")
    MoveEntry(None, date(2024, 3, 1), entry, "start_monitoring").execute()
    facts = {"monitored_on": date(2024, 3, 5)}
    file = attach(
        io.BytesIO("报告".encode()), "报告.txt", subject_type=REGISTER, subject_uid=entry.uid,
        read_permission="duties.read", region_path=county.path,
    )  # fmt: skip
    MoveEntry(None, date(2024, 3, 5), entry, "find_within", facts=facts, evidence=[file]).execute()
    assert owed(system) == []
    MoveEntry(None, date(2024, 5, 1), entry, "monitor_again", reason="复测").execute()
    (row,) = owed(system)
    assert row.since == date(2024, 5, 1)


def test_recorded_corrected_withdrawn_and_still_known(
    system: FilingSystem, officer: User, parcels: list[Entry]
) -> None:
    entry = parcels[0]
    assert len(owed(system)) == 10
    RecordReceipt(officer, date(2024, 6, 1), entry, system.id, " 4501  0001 ", today=ON).execute()
    assert len(owed(system)) == 9
    assert len(owed(system, date(2024, 5, 31))) == 10, "not yet filed on the day before"
    with pytest.raises(InputError) as refused:
        RecordReceipt(officer, date(2024, 7, 1), entry, system.id, "", today=ON).execute()
    assert [item.column for item in refused.value.errors] == ["平台编号", "填报日期", "更正原因"]
    with pytest.raises(InputError, match="回执没有登记"):
        RecordReceipt(officer, ON, parcels[1], system.id, "4501 0001", today=ON).execute()
    before = datetime.now(UTC)
    RecordReceipt(officer, date(2024, 6, 10), entry, system.id, "4501 0002", reason="号码抄错").execute()
    held = FilingReceipt.objects.get(entry=entry, recorded_to=clock.OPEN_TIME)
    assert (held.number, held.filed_on) == ("4501 0002", date(2024, 6, 10))
    old = FilingReceipt.objects.get(missing.believed(before), entry=entry)
    assert (old.number, old.uid) == ("4501 0001", held.uid)
    assert len(owed(system, date(2024, 6, 5))) == 10
    assert len(owed(system, date(2024, 6, 5), before)) == 9

    WithdrawReceipt(officer, ON, entry, system.id, "填错地块").execute()
    assert len(owed(system)) == 10
    with pytest.raises(ConflictError):
        WithdrawReceipt(officer, ON, entry, system.id, "再撤").execute()
    rows = LedgerRow.objects.filter(action__startswith="filings.").order_by("pk")
    assert [row.action for row in rows] == ["filings.record", "filings.record", "filings.withdraw"]
    assert "填错地块" not in str([row.facts for row in rows])


def test_only_who_keeps_the_register_records(
    system: FilingSystem, parcels: list[Entry], neighbour: Region, person: Callable[..., User]
) -> None:
    for user in (person("外县", Role.OFFICER, neighbour), person("局长", Role.HEAD)):
        with pytest.raises(PermissionDeniedError):
            RecordReceipt(user, ON, parcels[0], system.id, "1").execute()


def test_two_systems_of_one_id_are_refused(system: FilingSystem) -> None:
    with pytest.raises(ValueError, match="declared twice"):
        declarations.declare(FilingSystem(system.id, "另一平台", "", REGISTER, (), ()))
    assert declarations.systems_of(REGISTER, date(2024, 3, 1)) == [system]
    assert declarations.systems_of(REGISTER, date(2023, 3, 1)) == []


STEPS = st.lists(st.tuples(st.integers(0, 2), st.sampled_from(["record", "withdraw"])), max_size=8)


@given(STEPS)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_missing_and_filed_are_the_whole(
    system: FilingSystem, officer: User, parcels: list[Entry], steps: list[tuple[int, str]]
) -> None:
    """Whatever is recorded and withdrawn: every entry is either missing or filed, never both."""
    FilingReceipt.objects.all().delete()
    held: set[int] = set()
    for index, step in steps:
        entry, known = parcels[index], parcels[index].pk in held
        if step == "record":
            reason = "更正" if known else ""
            RecordReceipt(officer, ON, entry, system.id, f"N{index}", reason=reason).execute()
            held.add(entry.pk)
        elif known:
            WithdrawReceipt(officer, ON, entry, system.id, "撤").execute()
            held.discard(entry.pk)
    gone = {row.version.entry_id for row in owed(system)}
    filed = set(missing.receipts(system, ON).values_list("entry_id", flat=True))
    assert filed == held
    assert not gone & filed
    assert gone | filed == {entry.pk for entry in parcels}


def test_the_registers_name_the_systems_that_are_declared() -> None:
    """``Register.filings`` and the declared systems say the same."""
    from jingtu.platform.registers.declarations import all_registers

    named: dict[str, Any] = {item.id: set(item.filings) for item in all_registers() if item.filings}
    declared: dict[str, set[str]] = {}
    for item in declarations.all_systems():
        declared.setdefault(item.register, set()).add(item.id)
        assert item.basis, item.id
    assert named == declared
