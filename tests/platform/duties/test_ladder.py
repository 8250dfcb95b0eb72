"""The ladder in dated steps, waiving, limits of moves, and lists narrowed to register, rule, unit, place and rung."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.platform.duties.conftest import listed, sit_down, text, today

from jingtu.errors import ConflictError, InputError, PermissionDeniedError
from jingtu.platform.duties import declarations, steps
from jingtu.platform.duties.actions import ReinstateDuty, WaiveDuty
from jingtu.platform.duties.limits import declare_limits
from jingtu.platform.duties.models import Duty, DutyStep
from jingtu.platform.duties.steps import EscalateDuty, StepBackDuty
from jingtu.platform.duties.ticking import tick
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people.models import Membership, User
from jingtu.platform.people.roles import Role
from jingtu.platform.registers import declarations as registers
from jingtu.platform.registers.actions import ChangeFacts, CreateEntry
from jingtu.platform.registers.moves import MoveEntry

pytestmark = pytest.mark.django_db
Owe = Callable[..., Duty]


def rungs(duty: Duty, on: date) -> list[tuple[str, str, date | None]]:
    return [
        (rung.label, rung.css, rung.taken.on if rung.taken else None) for rung in steps.ladder_of(duty, on)
    ]


def test_the_ladder_is_climbed_and_stepped_back_with_days_and_letters(officer: User, owe: Owe) -> None:
    duty = owe(days=-20)
    first, later = today() - timedelta(days=5), today()
    EscalateDuty(officer, first, duty, Duty.Step.REMINDED, "电话提醒").execute()
    EscalateDuty(officer, later, duty, Duty.Step.INTERVIEWED, "", number="青环约〔2024〕2号").execute()
    duty.refresh_from_db()
    assert rungs(duty, later) == [
        ("提醒", "stage-past", first), ("督办函", "stage-past", None), ("约谈", "stage-now", later), ("问责", "", None),
    ]  # fmt: skip
    assert rungs(duty, first) == [
        ("提醒", "stage-now", first), ("督办函", "", None), ("约谈", "", None), ("问责", "", None),
    ]  # fmt: skip
    with pytest.raises(InputError):
        StepBackDuty(officer, later, duty, Duty.Step.REMINDED, " ").execute()
    with pytest.raises(ConflictError):
        StepBackDuty(officer, later, duty, Duty.Step.ACCOUNTABILITY, "误登").execute()
    StepBackDuty(officer, later, duty, Duty.Step.NONE, "误登").execute()
    duty.refresh_from_db()
    assert [css for _, css, _ in rungs(duty, later)] == ["", "", "", ""]
    kept = [(step.before, step.step, step.actor, step.number) for step in DutyStep.objects.all()]
    assert kept == [
        ("none", "reminded", officer, ""), ("reminded", "interviewed", officer, "青环约〔2024〕2号"),
        ("interviewed", "none", officer, ""),
    ]  # fmt: skip
    assert LedgerRow.objects.filter(subject_uid=duty.uid).count() == 3
    # The clock has its one rung; a person took it back, and it is not taken again.
    tick(later)
    duty.refresh_from_db()
    assert duty.step == "none"


def test_a_step_needs_a_letter_or_a_reason(officer: User, owe: Owe) -> None:
    duty = owe(days=-20)
    with pytest.raises(InputError):
        EscalateDuty(officer, today(), duty, Duty.Step.SUPERVISED, "").execute()
    with pytest.raises(InputError):
        EscalateDuty(officer, today(), duty, Duty.Step.SUPERVISED, "x", number="号" * 61).execute()
    assert not DutyStep.objects.exists()


def test_the_letter_hangs_on_its_step_and_proves_nothing(officer: User, owe: Owe) -> None:
    duty, clerk = owe(days=-20), sit_down(officer)
    address = f"/duties/{duty.uid}/"
    letter = SimpleUploadedFile("督办函.txt", "督办函全文".encode())
    page = text(
        clerk.post(
            address + "escalate/",
            {"step": "supervised", "number": "青环督〔2024〕7号", "files": letter},
            follow=True,
        )
    )
    assert "青环督〔2024〕7号" in page
    file = Attachment.objects.get()
    assert f"/evidence/{file.uid}/" in page
    assert file.subject_uid == DutyStep.objects.get().uid
    refused = text(clerk.post(address + "close/", {"note": "看过"}, follow=True))
    assert "请至少上传一份佐证材料" in refused
    page = text(
        clerk.post(address + "escalate/", {"back": "yes", "step": "reminded", "note": "发错"}, follow=True)
    )
    assert "退回到“已提醒”" in page
    assert 'aria-current="step">提醒' in page


def test_only_the_head_lets_a_duty_go_and_it_is_never_done(
    officer: User, person: Callable[..., User], owe: Owe
) -> None:
    duty, head = owe(days=-3), person(Role.HEAD, "陈局")
    with pytest.raises(PermissionDeniedError):
        WaiveDuty(officer, today(), duty, "已停产").execute()
    with pytest.raises(InputError):
        WaiveDuty(head, today(), duty, " ").execute()
    leader = sit_down(head)
    page = text(leader.post(f"/duties/{duty.uid}/waive/", {"note": "单位已停产"}, follow=True))
    assert "已免除，不计为办结" in page
    assert "单位已停产" in page
    duty.refresh_from_db()
    assert (duty.state, duty.met_on, duty.closed_by) == ("waived", None, head)
    assert listed(text(leader.get("/duties/?state=waived"))) == [duty.what]
    assert duty.what not in listed(text(leader.get("/duties/?state=closed")))
    tick(today())
    assert not Duty.objects.filter(what=duty.what, state="open").exists()
    ReinstateDuty(head, today(), duty, "恢复生产").execute()
    duty.refresh_from_db()
    assert (duty.state, duty.closed_on, duty.closing_note) == ("open", None, "")


def test_the_list_is_narrowed_to_register_rule_unit_place_and_rung(
    officer: User, owe: Owe, county: Any, town: Any
) -> None:
    Duty.objects.all().delete()
    plant = Organisation.objects.create(name="甲厂", kind="enterprise", region=county)
    owe("甲厂报送", rule="tests.plain", holder=plant)
    owe("镇里核查", region_path=town.path)
    owe("已督办", step="supervised")
    owe("快到期", days=40, warn_on=today())
    clerk = sit_down(officer)
    for query, expected in (
        (f"unit={plant.uid}", ["甲厂报送"]),
        ("rule=tests.plain", ["甲厂报送"]),
        (f"place={town.uid}", ["镇里核查"]),
        ("step=supervised", ["已督办"]),
        ("when=warn", ["快到期"]),
        ("register=priority_parcels&rule=tests.plain", ["甲厂报送"]),
        ("register=plan_tasks", []),
    ):
        assert listed(text(clerk.get(f"/duties/?{query}"))) == expected, query
    page = text(clerk.get(f"/duties/?unit={plant.uid}"))
    assert re.search(r"只看 <strong>甲厂</strong>", page)
    found = clerk.get(f"/api/v1/duties?holder={plant.uid}&when=overdue").json()["duties"]
    assert found == []
    found = clerk.get("/api/v1/duties?step=supervised").json()["duties"]
    assert [(item["what"], item["period"], item["due_note"]) for item in found] == [("已督办", "已督办", "")]


def test_an_enterprise_sees_its_own_and_no_name_of_another(owe: Owe, county: Any) -> None:
    own, other = (
        Organisation.objects.create(name=name, kind="enterprise", region=county) for name in ("甲厂", "乙厂")
    )
    worker = User.objects.create(username="gong", display_name="工")
    Membership.objects.create(user=worker, role=Role.ENTERPRISE, organisation=own)
    owe("甲厂报送", rule="tests.plain", holder=own)
    owe("乙厂报送", rule="tests.plain", holder=other)
    desk = sit_down(worker)
    assert listed(text(desk.get("/duties/"))) == ["甲厂报送"]
    page = text(desk.get(f"/duties/?unit={other.uid}"))
    assert listed(page) == []
    assert "乙厂" not in page


def test_the_api_steps_back_and_waives(officer: User, person: Callable[..., User], owe: Owe) -> None:
    duty, clerk, leader = owe(days=-3), sit_down(officer), sit_down(person(Role.HEAD, "陈局"))

    def call(client: Any, verb: str, **body: Any) -> Any:
        return client.post(
            f"/api/v1/duties/{duty.uid}/{verb}", json.dumps(body), content_type="application/json"
        )

    up = call(clerk, "escalate", step="supervised", number="督1号").json()
    assert [(item["before"], item["step"], item["number"]) for item in up["steps"]] == [
        ("none", "supervised", "督1号")
    ]
    assert call(clerk, "escalate", step="none").status_code == 422
    assert call(clerk, "escalate", step="none", note="误登").json()["step"] == "none"
    assert call(clerk, "waive", note="停产").status_code == 403
    waived = call(leader, "waive", note="停产").json()
    assert (waived["state"], waived["met_on"]) == ("waived", None)
    assert call(leader, "waive", note="复产", again=True).json()["state"] == "open"


def test_a_move_with_a_limit_is_a_duty_of_its_state(
    officer: User, county: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jingtu.platform.registers import versions

    register = registers.get("priority_parcels")
    moves = tuple(
        replace(move, limit=lambda version: versions.facts_of(version).control_due)  # type: ignore[attr-defined]
        if move.id in {"verify", "exclude"}
        else move
        for move in register.lifecycle.moves
    )
    monkeypatch.setattr(declarations, "_rules", {})
    limited = replace(register, lifecycle=replace(register.lifecycle, moves=moves))
    assert [rule.id for rule in declare_limits(limited)] == [
        "priority_parcels.limit.found", "priority_parcels.limit.verified",
    ]  # fmt: skip
    on = date(2024, 6, 3)
    header = {"name": "青禾化工厂地块", "region": county}
    parcel = CreateEntry(officer, on, "priority_parcels", header, {"control_due": "2024-07-01"}).execute()
    duty = Duty.objects.get()
    assert (duty.what, duty.due) == ("办理“核实”或“排除”", date(2024, 7, 1))
    ChangeFacts(officer, on, parcel, facts={"control_due": "2024-08-01"}).execute()
    duty.refresh_from_db()
    assert duty.due == date(2024, 8, 1)
    MoveEntry(officer, on, parcel, "verify").execute()
    assert [(item.what, item.state) for item in Duty.objects.order_by("id")] == [
        ("办理“核实”或“排除”", "closed"), ("办理“排除”", "open"),
    ]  # fmt: skip
