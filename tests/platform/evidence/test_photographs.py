"""Time and place of photographs, as a form says them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingtu.errors import InputError
from jingtu.platform.evidence import photographs


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(InputError) as raised:
        photographs.read(["gestern", "2024-06-30T09:15:00+08:00"], ["24,109", "24.3;109"], 2)
    assert [error.message for error in raised.value.errors] == [
        "第 1 张照片的拍摄时间不能识别",
        "第 2 张照片的拍摄位置不能识别",
    ]


@pytest.mark.parametrize("position", ["91,0", "0,181", "-90.1,0", "24", "NaN,0", "1,2,3,4", "a,b"])
def test_no_such_place(position: str) -> None:
    with pytest.raises(InputError):
        photographs.read([], [position], 1)


@given(
    st.decimals(-90, 90, places=6, allow_nan=False),
    st.decimals(-180, 180, places=6, allow_nan=False),
    st.one_of(st.none(), st.integers(0, 10_000)),
)
def test_a_place_comes_back_as_it_was_said(
    latitude: Decimal, longitude: Decimal, accuracy: int | None
) -> None:
    said = f"{latitude},{longitude}" + ("" if accuracy is None else f",{accuracy}")
    [taken] = photographs.read([], [said], 1)
    assert (taken.latitude, taken.longitude, taken.accuracy) == (latitude, longitude, accuracy)


def test_a_moment_without_an_offset_is_local() -> None:
    [taken] = photographs.read(["2024-06-30T09:15:00"], [], 1)
    assert taken.taken_at is not None
    assert taken.taken_at.isoformat() == "2024-06-30T09:15:00+08:00"
