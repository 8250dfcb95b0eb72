"""What was waived is not owed anew the next day, and not twice once it is owed again."""

from __future__ import annotations

import io
from datetime import date

import pytest

from jingtu.platform.duties import ticking
from jingtu.platform.duties.actions import ReinstateDuty, WaiveDuty
from jingtu.platform.duties.models import Duty
from jingtu.platform.evidence.attaching import attach
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.registers import versions
from jingtu.platform.registers.actions import CreateEntry
from jingtu.platform.registers.models import Entry
from jingtu.platform.registers.moves import MoveEntry
from jingtu.service.demo.places import COUNTY, settle


@pytest.mark.django_db
def test_a_waived_duty_is_not_raised_again_while_its_entry_stays() -> None:
    cast = settle("any password at all")
    header = {"name": "一号地块", "region": cast.places[COUNTY]}
    entry = CreateEntry(
        None, date(2024, 3, 4), "priority_parcels", header, {}, code="P1", state="found"
    ).execute()
    duty = Duty.objects.get(entry=entry, rule="sites.verify")
    WaiveDuty(None, date(2024, 3, 5), duty, "上级已核实").execute()
    ticking.tick(date(2024, 3, 6))
    assert Duty.objects.filter(entry=entry, rule="sites.verify").count() == 1
    ReinstateDuty(None, date(2024, 3, 7), duty, "仍应核实").execute()
    ticking.tick(date(2024, 3, 8))
    assert Duty.objects.filter(entry=entry, rule="sites.verify", state="open").count() == 1


@pytest.mark.django_db
def test_it_is_owed_again_once_the_entry_has_left_and_come_back() -> None:
    cast = settle("any password at all")
    header = {"name": "一号地块", "region": cast.places[COUNTY]}
    facts = {"listed_on": date(2024, 3, 4), "entry_basis": "经核实"}
    entry = CreateEntry(
        None, date(2024, 3, 4), "priority_parcels", header, facts, code="P1", state="listed"
    ).execute()
    duty = Duty.objects.get(entry=entry, rule="sites.monitor")
    WaiveDuty(None, date(2024, 3, 5), duty, "上级已安排").execute()
    proof = {"reason": "已复垦", "evidence": [_proof(entry)]}
    MoveEntry(None, date(2024, 4, 1), entry, "remove", **proof).execute()
    MoveEntry(None, date(2024, 5, 1), entry, "list_again", reason="又发现问题").execute()
    assert Duty.objects.filter(entry=entry, rule="sites.monitor", state="open").count() == 1


def _proof(entry: Entry) -> Attachment:
    return attach(
        io.BytesIO("验收".encode()), "验收.txt", subject_type="priority_parcels", subject_uid=entry.uid,
        read_permission="sites.parcel.read", region_path=versions.version_on(entry, date(2024, 3, 4)).region.path,
    )  # fmt: skip
