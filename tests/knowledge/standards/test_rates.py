"""Rates of a year of work: formulas as dated rules, and 未配置 after their plan period."""

from __future__ import annotations

import csv
from datetime import date
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingtu.errors import InputError, NotConfiguredError, NotFoundError
from jingtu.knowledge.standards.rates import assured, own_rules, rate_on, read_rules, share

_INDICATORS = files("jingtu.knowledge.plantext") / "data" / "indicators.csv"
_LAST_DAY = date(2025, 12, 31)
_FARMLAND = rate_on("contaminated_farmland_safe_use_rate", _LAST_DAY)


@pytest.mark.parametrize(
    "key",
    [
        "contaminated_farmland_safe_use_rate",
        "key_construction_land_safe_use_rate",
        "key_construction_land_safe_use",
        "groundwater_class_v_ratio",
    ],
)
def test_a_rule_of_the_plan_period_ends_with_it(key):
    assert rate_on(key, _LAST_DAY).valid_to == date(2026, 1, 1)
    with pytest.raises(NotConfiguredError, match="未配置"):
        rate_on(key, date(2026, 1, 1))


@pytest.mark.parametrize(
    ("key", "on"),
    [
        ("polluted_parcel_safe_use_rate", date(2019, 12, 31)),
        ("groundwater_dual_source_point_quality", _LAST_DAY),
    ],
)
def test_a_rate_whose_formula_nobody_found_is_not_computed(key, on):
    with pytest.raises(NotConfiguredError, match="未配置"):
        rate_on(key, on)


def test_an_unknown_rate_is_not_found():
    with pytest.raises(NotFoundError):
        rate_on("no_such_rate", _LAST_DAY)


def test_until_somebody_enters_the_new_rule():
    row = {
        "rate": "contaminated_farmland_safe_use_rate",
        "name": "受污染耕地安全利用率",
        "kind": "share",
        "unit": "亩",
        "lower": "",
        "upper": "",
        "unlawful": "",
        "corrected": "",
        "result": "",
        "source": "示例办法",
        "clause": "示例条款",
        "valid_from": "2026-01-01",
        "valid_to": "",
        "confidence": "user",
        "note": "",
    }
    entered = read_rules(
        [
            row | {"role": "numerator", "symbol": "X", "term": "甲"},
            row | {"role": "denominator", "symbol": "Y", "term": "乙"},
        ]
    )
    rule = rate_on("contaminated_farmland_safe_use_rate", date(2026, 6, 1), entered)
    assert share(rule, {"X": 47, "Y": 50}) == pytest.approx(94)
    assert rate_on("contaminated_farmland_safe_use_rate", _LAST_DAY, entered).source == _FARMLAND.source


def test_a_rate_has_the_identifier_and_name_by_which_plans_name_it():
    known = {
        row["identifier"]: row["name"]
        for row in csv.DictReader(_INDICATORS.read_text(encoding="utf-8").splitlines())
    }
    assert all(known[rule.key] == rule.name for rule in own_rules())


def test_every_rule_is_sourced_and_dated():
    for rule in own_rules():
        assert rule.source
        assert rule.clause
        assert rule.valid_to is not None


def test_nothing_contaminated_is_not_applicable_rather_than_nought():
    assert np.isnan(share(_FARMLAND, {"B": 0, "C": 0, "D": 0, "E": 0}))


def test_all_gaps_of_the_figures_are_told_at_once():
    with pytest.raises(InputError) as caught:
        share(_FARMLAND, {"B": [10], "C": [-1]})
    assert sorted(str(error.column) for error in caught.value.errors) == ["C", "D", "E"]
    with pytest.raises(InputError, match="大于分母"):
        share(_FARMLAND, {"B": 600, "C": 600, "D": 0, "E": 1000})
    with pytest.raises(InputError):
        share(rate_on("key_construction_land_safe_use", _LAST_DAY), {"B": 1})


_AREAS = st.floats(0, 1e6, allow_nan=False)


@given(_AREAS, _AREAS, _AREAS, st.floats(0.001, 1e6), st.sampled_from([1 / 15, 1.0, 666.6667]))
def test_the_unit_of_area_does_not_matter_and_the_rate_stays_within_100(b, c, d, rest, unit):
    areas = {"B": b, "C": c, "D": d, "E": b + c + d + rest}
    rate = float(share(_FARMLAND, areas))
    assert 0 <= rate <= 100
    assert float(share(_FARMLAND, {key: area * unit for key, area in areas.items()})) == pytest.approx(rate)


@pytest.mark.parametrize(
    ("rate", "unlawful", "corrected", "expected"),
    [
        (100, False, False, True),
        (95, True, True, True),
        (99.99, True, True, True),
        (95, True, False, False),
        (94.99, True, True, False),
        (94.99, False, False, False),
        (0, False, False, False),
        (97, False, False, None),  # below 100 without an unlawful case: the rule does not speak of it
        (100, True, True, None),
        (float("nan"), False, False, None),
    ],
)
def test_effectively_safeguarded(rate, unlawful, corrected, expected):
    rule = rate_on("key_construction_land_safe_use", _LAST_DAY)
    assert assured(rule, rate, unlawful, corrected).item() is expected


def test_a_rate_above_100_is_an_error_not_a_pass():
    with pytest.raises(InputError):
        assured(rate_on("key_construction_land_safe_use", _LAST_DAY), 101, False, False)
