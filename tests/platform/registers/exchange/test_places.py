"""A column of counties beside one of towns says which town is meant, and is held against it."""

from __future__ import annotations

from typing import Any

import pytest
from tests.platform.registers.books import book
from tests.platform.registers.conftest import place
from tests.platform.registers.test_exchange import bring, look, seen

pytestmark = pytest.mark.django_db
HEAD = ["地块编码", "地块名称", "县区", "乡镇"]


@pytest.fixture
def twins(county: Any, neighbour: Any, town: Any) -> None:
    """柳岸镇 lies in 青禾县 and in 红枫县."""
    place("柳岸镇", "town", "990123100", neighbour)
    place("石桥镇", "town", "990123101", neighbour)


def places() -> dict[str, str]:
    return {version.entry.code: version.region.names.get().code for version in seen()}


def test_of_two_towns_of_one_name_that_of_the_county_is_meant(twins: None) -> None:
    rows = [
        ["P-1", "甲", "青禾县", "柳岸镇"],
        ["P-2", "乙", "红枫县", "柳岸镇"],
        ["P-4", "丙", "红枫县", None],
    ]
    bring([HEAD, *rows])
    assert places() == {"P-1": "990122100", "P-2": "990123100", "P-4": "990123"}
    assert [row.kind for row in look(book([HEAD, *rows])).rows] == ["unchanged"] * 3


def test_a_town_that_does_not_lie_in_its_county_is_an_error_of_its_cell(twins: None) -> None:
    diff = look(book([HEAD, ["P-1", "甲", "青禾县", "石桥镇"], ["P-2", "乙", "红枫县", "石桥镇"]]))
    [error] = diff.errors
    assert (error.row, error.column, error.value) == (2, "D（乡镇）", "石桥镇")
    assert error.message == "“石桥镇”不在“青禾县”内，请核对"


def test_an_entry_does_not_stay_where_the_row_says_it_is_not(twins: None) -> None:
    bring([HEAD, ["P-1", "甲", "青禾县", "柳岸镇"]])
    [row] = look(book([HEAD, ["P-1", "甲", "红枫县", "柳岸镇"]])).rows
    assert (row.kind, [change.label for change in row.changes]) == ("changed", ["行政区"])


def test_a_county_in_other_words_says_nothing(twins: None) -> None:
    bring([HEAD, ["P-1", "甲", "红枫", "石桥镇"], ["P-2", "乙", "白石市红枫县", "柳岸镇"]])
    assert places() == {"P-1": "990123101", "P-2": "990123100"}
