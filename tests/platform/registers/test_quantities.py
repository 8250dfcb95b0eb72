"""Areas, money, masses, coordinates, yes and no: units as written, and nothing assumed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingtu.platform.registers import values
from jingtu.platform.registers.declarations import Field

MONEY, MASS = Field("m", "金额", "money"), Field("g", "排放量", "mass")
EAST, NORTH = Field("longitude", "经度", "coordinate"), Field("latitude", "纬度", "coordinate")


@pytest.mark.parametrize(
    ("raw", "unit", "yuan"),
    [
        ("30万元", "", "300000"), ("30", "万元", "300000"), (1.5, "亿元", "150000000"), ("１，２００．５元", "万元", "1200.5"),
        ("¥30万", "", "300000"), (12, "", "12"), ("无", "万元", None),
    ],
)  # fmt: skip
def test_money_is_yuan(raw: Any, unit: str, yuan: str | None) -> None:
    assert values.parse(MONEY, raw, unit=unit) == (None if yuan is None else Decimal(yuan))


@pytest.mark.parametrize(
    ("raw", "unit", "grams"),
    [("1.5吨", "", 1_500_000), (0.0125, "kg", 13), ("12.5", "千克", 12_500), ("3克", "吨", 3), (7, "", 7), ("2KG", "", 2000)],
)  # fmt: skip
def test_mass_is_whole_grams(raw: Any, unit: str, grams: int) -> None:
    if (raw, unit) == (0.0125, "kg"):
        with pytest.raises(ValueError, match="1 克"):
            values.parse(MASS, raw, unit=unit)
        return
    found = values.parse(MASS, raw, unit=unit)
    assert (found, type(found)) == (grams, int)


@pytest.mark.parametrize(
    ("field", "raw"),
    [(MASS, "12"), (MASS, "12斤"), (MASS, "-1kg"), (MONEY, "30美元"), (MONEY, "约30万元"), (MONEY, -1), (MONEY, "3-5万元")],
)  # fmt: skip
def test_what_is_no_quantity(field: Field, raw: Any) -> None:
    with pytest.raises(ValueError, match=r"单位|负数|应为"):
        values.parse(field, raw)


@given(st.integers(0, 10**12))
def test_a_mass_shown_is_read_back(grams: int) -> None:
    assert values.parse(MASS, values.show(MASS, grams)) == grams


@pytest.mark.parametrize(
    ("raw", "unit", "square_metres"),
    [("1.2万亩", "", 8_000_000), (0.3, "万亩", 2_000_000), ("2万平方米", "", 20_000), ("1.5HA", "", 15_000), ("3hm²", "亩", 30_000)],
)  # fmt: skip
def test_large_areas(raw: Any, unit: str, square_metres: int) -> None:
    assert round(values.parse(Field("a", "面积", "area"), raw, unit=unit), 2) == square_metres


@pytest.mark.parametrize(
    "raw", ["109.51", 109.51, "109°30′36″", "109度30分36秒", "E109°30'36\"", "东经109°30′36″", "１０９．５１"]
)
def test_longitude(raw: Any) -> None:
    assert values.parse(EAST, raw) == Decimal("109.51")


@pytest.mark.parametrize(
    ("field", "raw"),
    [(EAST, "24.5"), (NORTH, 109.5), (EAST, "24°30′N"), (NORTH, "109°30′"), (EAST, 36540000.5), (EAST, "109°61′"), (EAST, "一百零九")],
)  # fmt: skip
def test_what_is_no_such_coordinate(field: Field, raw: Any) -> None:
    with pytest.raises(ValueError, match=r"经度|纬度|经纬度|60"):
        values.parse(field, raw)


@pytest.mark.parametrize(
    ("raw", "answer"), [("√", True), ("✔️", True), ("有", True), ("没有", False), ("✘", False)]
)
def test_marks(raw: Any, answer: bool) -> None:
    assert values.parse(Field("b", "是否", "boolean"), raw) is answer


@pytest.mark.parametrize("raw", ["○", "〇", "O", "Ｏ"])
def test_a_circle_is_asked_about(raw: Any) -> None:
    field = Field("b", "是否", "boolean")
    with pytest.raises(ValueError, match="可以表示是"):
        values.parse(field, raw)
    assert values.parse(field, raw, unit=values.CIRCLE_YES) is True
    assert values.parse(field, raw, unit=values.CIRCLE_NO) is False


def test_a_choice_with_its_key_in_one_cell() -> None:
    field = Field("c", "行业", "choice", choices=(("2631", "化学农药制造"), ("2614", "有机化学原料制造")))
    assert values.parse(field, "2631 化学农药制造") == values.parse(field, "化学农药制造（2631）") == "2631"
    with pytest.raises(ValueError, match="下列之一"):
        values.parse(field, "2614 化学农药制造")
