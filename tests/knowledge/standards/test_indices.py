"""Indices: numbers of published papers, the rules of missing and undetected values, and what never changes."""

from __future__ import annotations

import csv
import itertools
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from jingtu.errors import InputError, NotConfiguredError
from jingtu.knowledge.standards import index_scales, indices
from jingtu.knowledge.standards.backgrounds import Reference, reference
from jingtu.knowledge.standards.statistics import for_statistics
from jingtu.knowledge.standards.units import UnitError

_GOLDEN = Path(__file__).parent / "data" / "golden_cases.csv"
_PUBLISHED = Path(__file__).parents[4] / "shared" / "data" / "standards" / "indices.csv"
_METALS = ("cadmium", "mercury", "lead", "zinc")
_CONCENTRATIONS = arrays(np.float64, (5, 4), elements=st.floats(0.001, 1e4, allow_nan=False))


def _own(*values: float, analytes: tuple[str, ...] = _METALS) -> Reference:
    return Reference("own", "示例", "own", analytes[: len(values)], np.array(values), "mg/kg")


def _factors(*rows: list[float]) -> indices.IndexResult:
    """Single factors given as such: the reference is 1."""
    names = tuple(f"item{place}" for place in range(len(rows[0])))
    return indices.single_factor(list(rows), "mg/kg", _own(*np.ones(len(names)), analytes=names))


def _cases() -> list[dict[str, str]]:
    rows = csv.DictReader(_GOLDEN.read_text(encoding="utf-8").splitlines())
    return [row for row in rows if row["standard"] == "index"]


@pytest.mark.parametrize("case", _cases(), ids=lambda case: f"{case['case']}-{case['analyte']}")
def test_golden_case(case):
    numbers = [float(number) for number in re.findall(r"\d+(?:\.\d+)?", case["value_printed"])]
    index = case["analyte"]
    if index == "nemerow_PN":
        found = indices.nemerow(_factors(numbers))
    elif index == "pli":
        found = indices.pollution_load(_factors(numbers))
    elif index == "potential_ecological_risk_RI":
        rank = int(index_scales.classify(numbers[0], "risk_index"))
        assert index_scales.classes_of("risk_index")[rank - 1].name == case["verdict"]
        return
    else:
        measured, against = [[numbers[0]]], _own(numbers[1])  # cadmium comes first among the metals
        if index == "exceed_multiple":
            over = indices.exceed_multiple(indices.single_factor(measured, "mg/kg", against))
            assert over[0, 0] == pytest.approx(float(case["verdict"]), abs=0.005)
            return
        one = {
            "single_factor_Pi": indices.single_factor,
            "igeo": indices.geo_accumulation,
            "potential_ecological_risk_Er": indices.ecological_risk,
        }[index]
        found = one(measured, "mg/kg", against)
    assert found.names.ravel().tolist() == [case["verdict"]]


def test_ecological_risk_of_an_orchard_soil_as_printed():
    """ChinaXiv-201911.00090, tables 3 and 5, 0-10 cm; Cd and Hg are printed too roughly to recompute."""
    analytes = ("arsenic", "copper", "zinc", "lead", "chromium_total")
    measured = [[3.67, 18.00, 58.39, 17.01, 28.57]]
    risk = indices.ecological_risk(measured, "mg/kg", reference("guangxi_set2", analytes))
    assert risk.values[0] == pytest.approx([2.83, 3.90, 1.13, 4.36, 0.86], abs=0.0075)
    assert set(risk.names[0]) == {"轻微"}
    assert risk.reference is not None
    assert risk.reference.key == "guangxi_set2"


def test_risk_index_of_an_orchard_soil_as_printed():
    """The same table: seven Er of 0-10 cm add up to 105.29; the three scales in use disagree about it."""
    analytes = ("arsenic", "copper", "zinc", "lead", "cadmium", "chromium_total", "mercury")
    printed = np.array([2.83, 3.90, 1.13, 4.36, 42.05, 0.86, 50.16])
    own = Reference("own", "示例", "own", analytes, index_scales.toxic_factors(analytes), "mg/kg")
    risks = indices.ecological_risk([printed], "mg/kg", own)
    assert risks.values[0] == pytest.approx(printed)
    assert [name for name in risks.names[0] if name != "轻微"] == ["中等", "中等"]
    total = indices.risk_index(risks)
    assert total.values.tolist() == pytest.approx([105.29])
    assert total.names.tolist() == ["轻微"]
    assert indices.risk_index(risks, scale="alternative_60_120_240").names.tolist() == ["中等"]


@pytest.mark.parametrize(
    ("factors", "printed"),
    [
        ([18.53, 147.09, 0.69, 0.54, 1.15], 106.69),  # soil, ChinaXiv-202205.00008 table 2
        ([15.58, 65.64, 48.15, 0.33], 51.77),  # peanut, table 4
        ([5.40, 132.16, 18.23, 0.71], 97.46),  # pakchoi, table 4
        ([0.10, 1.67, 57, 0.50], 41.65),  # maize, table 4
    ],
)
def test_nemerow_of_one_sample_as_printed(factors, printed):
    assert indices.nemerow(_factors(factors)).values[0] == pytest.approx(printed, abs=0.006)


@pytest.mark.parametrize(
    ("mean", "highest", "printed"),
    [(4.68, 42.17, 30.00), (0.65, 0.96, 0.82), (1.07, 1.72, 1.43), (0.87, 3.34, 2.44), (0.73, 1.09, 0.93)],
)
def test_nemerow_of_one_element_over_its_sites_as_printed(mean, highest, printed):
    """ChinaXiv-202104.00115 table 4 prints the mean, the highest and the index of each element."""
    rest = (87 * mean - highest) / 86  # 87 sites; the other 86 made equal
    result = indices.nemerow(_factors([highest], *[[rest]] * 86), form="element")
    assert result.values[0] == pytest.approx(printed, abs=0.006)
    assert result.form == "element"


def test_single_factors_against_two_backgrounds_differ_and_say_so():
    """ChinaXiv-202205.00008 table 2: the row of the means, divided by the Guangxi background."""
    analytes = ("cadmium", "manganese", "chromium_total", "lead", "zinc")
    means = [[5.56, 25888.62, 103.34, 48.91, 230.02]]
    result = indices.single_factor(means, "mg/kg", reference("guangxi_1992_set1", analytes))
    assert result.values[0] == pytest.approx([20.82, 147.09, 1.58, 2.51, 3.04], abs=0.006)
    other = indices.single_factor([[5.56]], "mg/kg", reference("guangxi_set2", ["cadmium"]))
    assert other.values[0, 0] == pytest.approx(76.16, abs=0.01)
    assert result.to_json()["reference"]["name"] != other.to_json()["reference"]["name"]


@pytest.mark.parametrize(
    ("index", "value", "name"),
    [
        ("single_factor", 1.0, "无污染(清洁)"),
        ("single_factor", 3.0, "中度污染"),
        ("single_factor", 3.0001, "重度污染"),
        ("nemerow", 0.7, "清洁(安全)"),
        ("nemerow", 1.0, "尚清洁(警戒线)"),
        ("igeo", 0.0, "无(实际)污染"),
        ("igeo", 5.0, "重污染"),
        ("igeo", 5.01, "严重污染"),
        ("ecological_risk", 40.0, "中等"),
        ("ecological_risk", 320.0, "极强"),
        ("risk_index", 150.0, "中等"),
        ("risk_index", 599.9, "强"),
        ("pollution_load", 3.0, "强(中度)污染"),
    ],
)
def test_the_edge_of_a_class_belongs_where_its_source_puts_it(index, value, name):
    rank = int(index_scales.classify(value, index))
    assert index_scales.classes_of(index)[rank - 1].name == name


@pytest.mark.parametrize(
    "index", ["single_factor", "nemerow", "igeo", "ecological_risk", "risk_index", "pollution_load"]
)
def test_every_scale_covers_its_axis_once(index):
    for scale in index_scales.scales(index):
        classes = index_scales.classes_of(index, scale)
        assert classes[0].lower is None
        assert classes[-1].upper is None
        for below, above in itertools.pairwise(classes):
            assert below.upper == above.lower
            assert below.upper_inclusive != above.lower_inclusive


@pytest.mark.skipif(not _PUBLISHED.exists(), reason="the transcription lies outside the repository")
def test_scales_and_factors_are_those_of_the_transcription():
    names = {
        "single_factor_Pi": "single_factor",
        "nemerow_PN": "nemerow",
        "igeo": "igeo",
        "pli": "pollution_load",
        "potential_ecological_risk_Er": "ecological_risk",
        "potential_ecological_risk_RI": "risk_index",
    }
    symbols = {"Hg": "mercury", "Cd": "cadmium", "As": "arsenic", "Pb": "lead", "Cu": "copper"}
    symbols |= {"Cr": "chromium_total", "Zn": "zinc", "Ni": "nickel", "Mn": "manganese", "V": "vanadium"}
    symbols |= {"Co": "cobalt"}
    theirs = Counter()
    for row in csv.DictReader(_PUBLISHED.read_text(encoding="utf-8").splitlines()):
        if row["kind"] == "toxic_response_factor":
            assert index_scales.toxic_factors((symbols[row["symbol_or_class"]],))[0] == float(row["value"])
        elif row["kind"].startswith("class:"):
            ends = (row["lower_inclusive"] == "Y", row["upper_inclusive"] == "Y")
            bounds = tuple(float(row[end]) if row[end] else None for end in ("lower", "upper"))
            theirs[names[row["index"]], row["symbol_or_class"], row["class_cn"], bounds, ends] += 1
    ours = Counter(
        (
            index,
            str(item.rank),
            item.name,
            (item.lower, item.upper),
            (item.lower_inclusive, item.upper_inclusive),
        )
        for index in names.values()
        for scale in index_scales.scales(index)
        for item in index_scales.classes_of(index, scale)
    )
    assert ours == theirs


def test_an_index_of_several_analytes_is_refused_where_one_is_missing():
    factors = _factors([0.5, 1.2, np.nan], [0.5, 1.2, 2.0])
    refused = indices.nemerow(factors)
    assert np.isnan(refused.values[0])
    assert refused.names.tolist() == [None, "轻度污染"]
    skipped = indices.nemerow(factors, missing="skip")
    assert skipped.counted.tolist() == [2, 3]
    assert skipped.values[0] == pytest.approx(np.sqrt((0.85**2 + 1.2**2) / 2))


def test_nothing_measured_gives_no_index_whatever_is_asked():
    factors = _factors([np.nan, np.nan])
    for result in (
        indices.nemerow(factors, missing="skip"),
        indices.pollution_load(factors, missing="skip"),
        indices.risk_index(factors, missing="skip"),
    ):
        assert np.isnan(result.values[0])
        assert result.names.tolist() == [None]


def test_half_a_detection_limit_enters_an_index_and_is_marked():
    detected = np.array([[True, False], [True, True], [True, False]])
    limits = [[np.nan, 0.1], [np.nan, np.nan], [np.nan, np.nan]]
    values = for_statistics([[0.3, np.nan], [0.3, 0.2], [0.3, np.nan]], detected, limits)
    marked = ~detected
    factors = indices.single_factor(values, "mg/kg", _own(0.1, 0.1), substituted=marked)
    load = indices.pollution_load(factors)
    assert factors.values[0, 1] == pytest.approx(0.5)
    assert load.substituted.tolist() == [True, False, False]
    assert np.isnan(load.values[2])


def test_what_cannot_be_computed_is_refused():
    with pytest.raises(UnitError):
        indices.single_factor([[1.0]], "", _own(1.0))
    with pytest.raises(UnitError):
        indices.single_factor([[1.0]], "mg/L", _own(1.0))
    with pytest.raises(InputError, match="负值"):
        indices.single_factor([[-1.0]], "mg/kg", _own(1.0))
    with pytest.raises(InputError, match="列数"):
        indices.single_factor([[1.0, 2.0]], "mg/kg", _own(1.0))
    with pytest.raises(NotConfiguredError) as caught:
        indices.ecological_risk([[1.0, 2.0]], "mg/kg", _own(1.0, 1.0, analytes=("selenium", "antimony")))
    assert caught.value.facts["analytes"] == ["selenium", "antimony"]
    with pytest.raises(NotConfiguredError):
        _own(0.0)


def _all(measured: np.ndarray, unit: str, against: Reference) -> list[indices.IndexResult]:
    factors = indices.single_factor(measured, unit, against)
    risks = indices.ecological_risk(measured, unit, against)
    return [
        factors,
        risks,
        indices.geo_accumulation(measured, unit, against),
        indices.nemerow(factors),
        indices.pollution_load(factors),
        indices.risk_index(risks),
    ]


@given(_CONCENTRATIONS, st.integers(0, 4), st.integers(0, 3), st.floats(1.01, 100))
def test_more_of_one_element_never_lowers_an_index_or_a_class(measured, row, column, more):
    raised = measured.copy()
    raised[row, column] *= more
    against = _own(0.3, 0.1, 30.0, 70.0)
    for before, after in zip(_all(measured, "mg/kg", against), _all(raised, "mg/kg", against), strict=True):
        assert np.all(after.values >= before.values - 1e-9 * np.abs(before.values))
        assert np.all(after.ranks >= before.ranks)


@given(_CONCENTRATIONS, st.permutations(range(5)), st.permutations(range(4)))
def test_the_order_of_samples_and_elements_changes_nothing(measured, samples, columns):
    base = np.array([0.3, 0.1, 30.0, 70.0])
    straight = _all(measured, "mg/kg", _own(*base))
    names = tuple(_METALS[place] for place in columns)
    mixed = _all(
        measured[np.ix_(samples, columns)],
        "mg/kg",
        Reference("own", "示例", "own", names, base[list(columns)], "mg/kg"),
    )
    for one, other in zip(straight, mixed, strict=True):
        wanted = one.values[np.ix_(samples, columns)] if one.values.ndim == 2 else one.values[list(samples)]
        assert other.values == pytest.approx(wanted, rel=1e-12)


@given(_CONCENTRATIONS, st.sampled_from([("μg/kg", 1e3), ("g/kg", 1e-3), ("ng/kg", 1e6), ("%", 1e-4)]))
def test_the_unit_changes_neither_index_nor_class(measured, unit):
    against = _own(0.3, 0.1, 30.0, 70.0)
    for one, other in zip(
        _all(measured, "mg/kg", against), _all(measured * unit[1], unit[0], against), strict=True
    ):
        assert other.values == pytest.approx(one.values, rel=1e-12, abs=1e-12)
        assert other.ranks.tolist() == one.ranks.tolist()
