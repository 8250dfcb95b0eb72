"""A thing whose responsible unit changes owes what it owes once, by the new unit."""

from datetime import date

import pytest

from jingtu.platform.duties.models import Duty
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.registers.actions import ChangeFacts, CreateEntry
from jingtu.service.demo.places import COUNTY, settle


@pytest.mark.django_db
def test_a_change_of_the_responsible_unit_moves_the_duty() -> None:
    cast = settle("any password at all")
    first, second = Organisation.objects.filter(kind="enterprise").order_by("pk")[:2]
    header = {"name": "一号地块", "region": cast.places[COUNTY], "holder": first}
    entry = CreateEntry(
        None, date(2024, 3, 4), "priority_parcels", header, {}, code="P1", state="found"
    ).execute()
    ChangeFacts(None, date(2024, 3, 6), entry, header={"holder": second}).execute()
    there = Duty.objects.filter(entry=entry, rule="sites.verify").exclude(state="cancelled")
    assert [duty.holder for duty in there] == [second]
