"""What holds for every limit, value and order of rows."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingtu.knowledge.standards.editions import edition_on
from jingtu.knowledge.standards.screening import Screening, screen
from jingtu.knowledge.standards.tables import Limit

ON = date(2026, 11, 22)
LADDER = {"below_screening": 0, "above_screening": 1, "between": 1, "above_intervention": 2}
SOIL = ("gb15618", "gb36600")
LIMITS = [(standard, limit) for standard in SOIL for limit in edition_on(standard, ON).table.limits]
ANALYTES = {
    standard: sorted({limit.name for limit in edition_on(standard, ON).table.limits}) for standard in SOIL
}
PH = {"pH≤5.5": "5.5", "5.5<pH≤6.5": "6.5", "6.5<pH≤7.5": "7.5", "pH>7.5": "7.6", "any": "6.0"}
USE = {"paddy": "水田", "other": "旱地", "orchard": "果园", "all": "旱地"}


def decimal(number: Fraction) -> str:
    """A finite decimal as a laboratory prints it."""
    digits = 0
    while (number * 10**digits).denominator != 1:
        digits += 1
    return f"{float(number):.{digits}f}"


def at(limit: Limit, values: list[str], units: list[str]) -> dict[str, Any]:
    size = len(values)
    return {
        "sample": [f"S{place}" for place in range(size)],
        "analyte": [limit.name] * size,
        "value": values,
        "unit": units,
        "ph": [PH[limit.ph_band]] * size,
        "land_use": [USE.get(limit.land_use, limit.land_class)] * size,
    }


@pytest.mark.parametrize(
    ("standard", "limit"),
    LIMITS,
    ids=[
        f"{limit.analyte_id}-{limit.kind}-{limit.ph_band}-{limit.land_use}{limit.land_class}"
        for _, limit in LIMITS
    ],
)
def test_the_exact_edge_is_mild_in_every_unit_and_a_hair_above_is_not(standard: str, limit: Limit) -> None:
    assert limit.upper is not None
    edges = [decimal(limit.upper * by) for by in (1, 1000, 10**6)]
    units = ["mg/kg", "μg/kg", "ng/kg"]
    above = [f"{edge}{'' if '.' in edge else '.'}1" for edge in edges]
    found = screen(at(limit, edges + above, units * 2), standard, ON)
    mild, harsh = found.verdict.to_list()[:3], found.verdict.to_list()[3:]
    assert len(set(mild)) == 1
    assert len(set(harsh)) == 1
    assert LADDER[harsh[0]] > LADDER[mild[0]]
    # The same edge as a number instead of text.
    numbers = screen(at(limit, [float(edge) for edge in edges], units), standard, ON)  # type: ignore[arg-type]
    assert numbers.verdict.to_list() == mild


values = st.decimals("0.000001", "100000", places=6).map(str)
ROW = st.fixed_dictionaries(
    {
        "sample": st.sampled_from(["S1", "S2", "S3"]),
        "analyte": st.sampled_from(
            [*ANALYTES["gb15618"], *ANALYTES["gb36600"][:20], "α-六六六", "p,p'-DDT", "不认识"]
        ),
        "value": st.one_of(
            values,
            values.map("<{}".format),
            values.map(">{}".format),
            st.sampled_from(["ND", "", "-1", "无", "0.1~0.2"]),
        ),
        "unit": st.sampled_from(["mg/kg", "μg/kg", "", "mg/L", "担"]),
        "ph": st.sampled_from(["5.5", "5.50", "5.51", "6.5", "8", "", "15", "酸性"]),
        "land_use": st.sampled_from(["水田", "旱地", "果园", "水旱轮作", "林地", "", "R", "M", "火星"]),
        "background": st.sampled_from([None, "30", "abc"]),
    }
)
TABLE = st.lists(ROW, min_size=1, max_size=25)


def columns(rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    return {name: [row[name] for row in rows] for name in rows[0]}


def facts(found: Screening, row: int) -> tuple[Any, ...]:
    return (
        found.verdict[row],
        found.reason[row],
        found.flags(row),
        repr(float(found.ratio[row])),
        repr(float(found.value[row])),
        found.unit[row],
        [limit["printed"] for limit in found.limits_of(row)],
    )


@settings(max_examples=50, deadline=None)
@given(TABLE, st.sampled_from(SOIL), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows: list[dict[str, Any]], standard: str, random: Any) -> None:
    order = list(range(len(rows)))
    random.shuffle(order)
    one, two = (
        screen(columns(rows), standard, ON),
        screen(columns([rows[place] for place in order]), standard, ON),
    )
    assert [facts(one, place) for place in order] == [facts(two, place) for place in range(len(rows))]

    def sums(found: Screening) -> list[Any]:
        return sorted(
            (
                (found.sample[row], found.analyte[row], *map(str, facts(found, row)[:2]))
                for row in range(len(rows), len(found))
            ),
            key=str,
        )

    assert sums(one) == sums(two)
    key = str
    assert sorted(one.samples, key=key) == sorted(two.samples, key=key)


@settings(max_examples=50, deadline=None)
@given(TABLE, st.sampled_from(SOIL))
def test_a_column_is_its_rows_one_by_one(rows: list[dict[str, Any]], standard: str) -> None:
    whole = screen(columns(rows), standard, ON)
    for place, row in enumerate(rows):
        alone = screen(columns([row]), standard, ON)
        assert facts(whole, place) == facts(alone, 0)


@settings(max_examples=50, deadline=None)
@given(TABLE, st.sampled_from(SOIL))
def test_series_arrays_and_lists_are_one(rows: list[dict[str, Any]], standard: str) -> None:
    lists = columns(rows)
    series = {name: pl.Series(name, column, dtype=pl.String) for name, column in lists.items()}
    categories = series | {name: series[name].cast(pl.Categorical) for name in ("analyte", "unit")}
    arrays = {name: np.array(column, dtype=object) for name, column in lists.items()}
    expected = screen(lists, standard, ON).to_json()
    for other in (series, categories, arrays):
        assert screen(other, standard, ON).to_json() == expected


@settings(max_examples=50, deadline=None)
@given(
    st.sampled_from(SOIL).flatmap(
        lambda standard: st.tuples(st.just(standard), st.sampled_from(ANALYTES[standard]))
    ),
    st.lists(st.floats(0, 1e5), min_size=2, max_size=20),
    st.sampled_from(["5.0", "6.0", "7.0", "8.0"]),
    st.sampled_from(["水田", "旱地", "果园", "水旱轮作"]),
)
def test_more_is_never_milder(chosen: tuple[str, str], amounts: list[float], ph: str, use: str) -> None:
    standard, analyte = chosen
    size = len(amounts)
    found = screen(
        {"analyte": [analyte] * size, "value": sorted(amounts), "unit": ["mg/kg"] * size}
        | ({"ph": [ph] * size, "land_use": [use] * size} if standard == "gb15618" else {}),
        standard,
        ON,
    )
    steps = [LADDER[verdict] for verdict in found.verdict.to_list()]
    assert steps == sorted(steps)


@settings(max_examples=50, deadline=None)
@given(st.decimals("0.0001", "5000", places=4), st.sampled_from(ANALYTES["gb36600"]), st.sampled_from([1, 2]))
def test_a_unit_changes_neither_verdict_nor_ratio(value: Any, analyte: str, land_class: int) -> None:
    found = screen(
        {
            "analyte": [analyte] * 3,
            "value": [str(value), str(value * 1000), str(value * 10**6)],
            "unit": ["mg/kg", "μg/kg", "ng/kg"],
        },
        "gb36600",
        ON,
        land_class=land_class,
    )
    assert len(set(found.verdict.to_list())) == 1
    np.testing.assert_allclose(found.ratio, found.ratio[0], rtol=1e-14)
