"""What is owed for enterprises: raised by what is missing, closed by what was done, never late without a rule."""

from __future__ import annotations

from datetime import date

import pytest
from tests.programme.sources.metals.conftest import PAPER, Plant

from jingtu.platform.duties import ticking
from jingtu.platform.duties.models import Duty, Tick
from jingtu.platform.registers.actions import ChangeFacts
from jingtu.platform.registers.entry_records import AddRecord
from jingtu.platform.registers.models import Entry
from jingtu.programme.sources.metals.quotas.kinds import OpenQuota, VerifyReduction

MAY, JUNE = date(2024, 5, 6), date(2024, 6, 3)
CHECK = {"permit_number": "P1", "measures": "yes", "reductions": "no", "transfers": "na"}


def tick(day: date) -> None:
    Tick.objects.get_or_create(on=date.fromordinal(day.toordinal() - 1))
    ticking.tick(day)


def owed(entry: Entry, rule: str) -> list[tuple[str, str]]:
    rows = Duty.objects.filter(entry=entry, rule=f"metals.{rule}").order_by("period")
    return list(rows.values_list("period", "state"))


@pytest.fixture
def smelter(plant: Plant) -> Entry:
    return plant(on=date(2024, 1, 3))


def test_the_list_is_gone_through_every_year(smelter: Entry) -> None:
    tick(MAY)
    assert owed(smelter, "list_update") == [("2024", "open")]
    assert Duty.objects.get(rule="metals.list_update").due is None
    AddRecord(None, MAY, smelter, "heavy_metal_confirmations", {"year": "2024", "outcome": "same"}).execute()
    assert owed(smelter, "list_update") == [("2024", "closed")]
    tick(date(2025, 2, 3))
    assert owed(smelter, "list_update") == [("2024", "closed"), ("2025", "open")]


def test_what_a_permit_lacks_is_owed_until_a_check_finds_it(smelter: Entry, plant: Plant) -> None:
    good = plant("乙厂", on=date(2024, 1, 3))
    for entry, said in ((smelter, "no"), (good, "yes")):
        AddRecord(None, MAY, entry, "heavy_metal_permit_checks", CHECK | {"reductions": said}).execute()
    tick(MAY)
    assert owed(smelter, "permit") == [("2024-05-06", "open")]
    assert owed(good, "permit") == []
    # Looked at again and still missing: the same duty goes on.
    AddRecord(None, date(2024, 5, 20), smelter, "heavy_metal_permit_checks", CHECK).execute()
    tick(date(2024, 5, 20))
    assert owed(smelter, "permit") == [("2024-05-06", "open")]
    AddRecord(None, JUNE, smelter, "heavy_metal_permit_checks", CHECK | {"reductions": "yes"}).execute()
    tick(JUNE)
    assert owed(smelter, "permit") == [("2024-05-06", "closed")]


def test_a_closed_plant_is_owed_its_verification_and_supplements_their_data(plant: Plant) -> None:
    closed = plant("丙厂", on=date(2024, 1, 3), supplement="required")
    open_plant = plant("丁厂", on=date(2024, 1, 3))
    OpenQuota(None, date(2024, 1, 3), closed, "pb", 1_000, PAPER).execute()
    tick(MAY)
    assert [owed(closed, name) for name in ("verify", "supplement")] == [[], [("once", "open")]]
    close(closed)
    tick(date(2024, 5, 7))
    assert owed(closed, "verify") == [("once", "open")]
    ChangeFacts(None, date(2024, 5, 8), closed, facts={"supplement": "done"}).execute()
    assert owed(closed, "supplement") == [("once", "closed")]
    VerifyReduction(None, JUNE, closed, "pb", 1_000, PAPER, way="closure").execute()
    tick(JUNE)
    assert owed(closed, "verify") == [("once", "closed")]
    assert owed(open_plant, "verify") == owed(open_plant, "supplement") == []


def close(entry: Entry) -> None:
    import io

    from jingtu.platform.evidence.attaching import attach
    from jingtu.platform.registers.moves import MoveEntry

    proof = attach(
        io.BytesIO("证明".encode()), "证明.txt", subject_type=entry.register, subject_uid=entry.uid,
        read_permission="metals.enterprise.read", region_path="", organisations=[], actor=None,
    )  # fmt: skip
    facts = {"closed_on": "2024-05-06"}
    MoveEntry(None, MAY, entry, "close", reason="退出", facts=facts, evidence=[proof]).execute()
