"""What many rows do at once is what the same rows would do one by one."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.platform.registers.books import HEAD, book
from tests.platform.registers.test_exchange import bring, facts_of, look

from jingtu.platform.registers import bulk, versions
from jingtu.platform.registers.actions import ChangeFacts
from jingtu.platform.registers.declarations import get
from jingtu.platform.registers.exchange.importing import ImportEntries
from jingtu.platform.registers.models import Entry

ON, LATER = date(2024, 6, 3), date(2024, 9, 2)
REGISTER = "priority_parcels"

pytestmark = pytest.mark.django_db


def test_what_another_wrote_since_the_file_was_read_stays(county: Any) -> None:
    bring([[*HEAD, "备注"], ["1", "甲", "青禾县", "已纳入", "旧"]], on=ON)
    diff = look(book([[*HEAD, "备注"], ["1", "甲", "青禾县", "已纳入", "新"]]), on=ON)
    ChangeFacts(None, ON, Entry.objects.get(), facts={"industry": "电镀"}).execute()
    ImportEntries(None, ON, diff).execute()
    assert (facts_of("甲", ON).note, facts_of("甲", ON).industry) == ("新", "电镀")


def test_a_later_version_takes_the_change_and_keeps_its_own(county: Any) -> None:
    bring([[*HEAD, "备注"], ["1", "甲", "青禾县", "已纳入", "旧"]], on=ON)
    ChangeFacts(None, LATER, Entry.objects.get(), facts={"industry": "电镀"}).execute()
    bring([[*HEAD, "备注"], ["1", "甲", "青禾县", "已纳入", "新"]], on=ON)
    assert (facts_of("甲", ON).note, facts_of("甲", ON).industry) == ("新", "")
    assert (facts_of("甲", LATER).note, facts_of("甲", LATER).industry) == ("新", "电镀")


def test_versions_that_are_read_together_say_the_same_and_share_their_place(county: Any, town: Any) -> None:
    rows = [
        ["P-1", "甲", "青禾县", "已纳入"],
        ["P-7", "乙", "青禾县", "已纳入"],
        ["P-4", "丙", "柳岸镇", "已纳入"],
    ]
    bring([HEAD, *rows], on=ON)
    asked = versions.versions(REGISTER, ON).order_by("entry__code")
    read = versions.Shared(REGISTER).read(asked)
    plain = list(asked)
    for one, other in zip(read, plain, strict=True):
        assert (one, one.entry, one.region, one.holder) == (other, other.entry, other.region, other.holder)
        assert versions.column_values(versions.facts_of(one)) == versions.column_values(
            versions.facts_of(other)
        )
    assert read[0].region is read[2].region
    assert read[0].region is not read[1].region


def test_no_entry_is_found_by_an_empty_code(county: Any) -> None:
    bring([["地块名称", "行政区"], ["甲", "青禾县"]], on=ON)
    bring([HEAD, ["1", "乙", "青禾县", "已纳入"]], on=ON)
    assert [entry.code for entry in bulk.coded(get(REGISTER), ["", "1", "2"])] == ["1"]
