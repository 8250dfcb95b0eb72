"""GB/T 14848-2017: golden cases, the table against its transcription, and what never changes a class."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingtu.errors import NotConfiguredError
from jingtu.knowledge.standards.editions import edition_on
from jingtu.knowledge.standards.groundwater import CLASSES, meets
from jingtu.knowledge.standards.reasons import FLAG
from jingtu.knowledge.standards.screening import Screening, screen

_DAY = date(2026, 11, 22)
_GOLDEN = Path(__file__).parent / "data" / "golden_cases.csv"
_PUBLISHED = Path(__file__).parents[4] / "shared" / "data" / "standards" / "gbt14848_2017.csv"
_TABLE = edition_on("gbt14848", _DAY).table
_UPPER = sorted({limit.analyte_id for limit in _TABLE.limits if limit.comparator == "upper_limit"})
_RANK = {name: place for place, name in enumerate(CLASSES)}


def _cases() -> list[dict[str, str]]:
    rows = csv.DictReader(_GOLDEN.read_text(encoding="utf-8").splitlines())
    return [row for row in rows if row["standard"] == "gbt14848"]


# What the two cases of whole samples describe in words.
_SAMPLES = {
    "138": [
        ("氯化物", "400", "mg/L"),
        ("四氯乙烯", "350", "μg/L"),
        ("铁", "0.1", "mg/L"),
        ("铅", "0.01", "mg/L"),
    ],
    "193": [
        ("pH值", "6.49", ""),
        ("铁", "0.1", "mg/L"),
        ("氨氮", "0.51", "mg/L"),
        ("苯并(a)芘", "0.004L", "μg/L"),
    ],
}


def _judge(*rows: tuple[str, str, str], **columns: list[object]) -> Screening:
    analyte, value, unit = zip(*rows, strict=True)
    given = {"sample": ["W1"] * len(rows), "analyte": analyte, "value": value, "unit": unit}
    return screen(given | columns, "gbt14848", _DAY)


@pytest.mark.parametrize("case", _cases(), ids=lambda case: f"{case['case']}-{case['analyte']}")
def test_golden_case(case):
    if case["substance_id"] == "(overall)":
        (sample,) = _judge(*_SAMPLES[case["case"]]).samples
        assert sample["verdict"] == case["verdict"]
        assert all(name.removesuffix("值") in case["why"] for name in sample["drivers"])
        assert len(sample["drivers"]) == 2
        return
    analyte, value = case["analyte"], case["value_printed"]
    if value.endswith("(sum)"):  # the case names the members; here the lab has summed them
        analyte, value = analyte.split(" (")[0], value.split()[0]
    columns = {"sample": ["W1"], "analyte": [analyte], "value": [value], "unit": [case["unit_printed"]]}
    on = date.fromisoformat(case["on_date"])
    if on < date(2018, 5, 1):
        with pytest.raises(NotConfiguredError):
            screen(columns, "gbt14848", on)
        return
    found = screen(columns, "gbt14848", on)
    assert found.verdict[0] == case["verdict"], found.reason[0]
    if case["verdict"] != "not_covered":
        assert found.analyte_id[0] == case["substance_id"]
        assert [limit["name"] for limit in found.limits_of(0)] == [f"class_{name}" for name in CLASSES]
    assert ("nondetect" in found.flags(0)) == (case["flags"] == "nondetect")


def test_the_worst_index_decides_and_all_of_its_class_are_named():
    found = _judge(("氯化物", "400", "mg/L"), ("四氯乙烯", "350", "μg/L"), ("铁", "0.1", "mg/L"))
    (sample,) = found.samples
    assert sample["verdict"] == "V"
    assert sorted(sample["drivers"]) == ["四氯乙烯", "氯化物"]


def test_an_index_without_a_class_does_not_hide_the_worst_and_is_counted():
    found = _judge(
        ("pH值", "6.49", ""), ("铁", "0.1", "mg/L"), ("氨氮", "0.51", "mg/L"), ("苯并(a)芘", "0.004L", "μg/L")
    )
    (sample,) = found.samples
    assert (sample["verdict"], sorted(sample["drivers"]), sample["not_evaluable"]) == (
        "IV",
        ["pH值", "氨氮"],
        1,
    )


@pytest.mark.parametrize(
    ("value", "flag", "three", "two"),
    [
        ("0.004L", "at_most_III", "pass", "not_evaluable"),
        ("0.02L", "at_most_IV", "not_evaluable", "not_evaluable"),
        (">0.004", "at_least_III", "not_evaluable", "exceed"),
    ],
)
def test_what_is_certain_of_a_row_without_a_class_can_be_held_against_a_target(value, flag, three, two):
    """Benzo(a)pyrene: I = II 0.002, III 0.01, IV 0.50 μg/L."""
    found = _judge(("苯并(a)芘", value, "μg/L"))
    assert found.verdict[0] == "not_evaluable"
    assert flag in found.flags(0)
    verdict = found.verdict.cast(str).to_numpy()
    assert meets(verdict, found.flag_bits, "III").tolist() == [three]
    assert meets(verdict, found.flag_bits, "II").tolist() == [two]


def test_above_range_has_a_class_where_every_greater_value_has_it():
    found = _judge(("氯化物", ">350", "mg/L"), ("氯化物", ">300", "mg/L"), ("氯化物", "≥350", "mg/L"))
    assert found.verdict.to_list() == ["V", "not_evaluable", "not_evaluable"]


def test_not_to_be_detected_needs_a_method_that_sees_class_two():
    found = _judge(
        ("LAS", "0.05L", "mg/L"), ("LAS", "0.1L", "mg/L"), ("LAS", "0.2L", "mg/L"), ("LAS", "ND", "mg/L")
    )
    assert found.verdict.to_list() == ["I", "I", "not_evaluable", "not_evaluable"]
    assert "at_most_III" in found.flags(2)
    assert found.reason[3] == "no_detection_limit"


def test_gross_alpha_above_class_three_is_four_or_five():
    found = _judge(("总α放射性", "0.51", "Bq/L"), ("总α放射性", "50", "Bq/L"), ("总β放射性", "1.1", "Bq/L"))
    assert found.verdict.to_list() == ["IV", "IV", "IV"]
    assert all("class_iv_or_v" in found.flags(row) for row in range(3))
    verdict = found.verdict.cast(str).to_numpy()
    assert meets(verdict, found.flag_bits, "III").tolist() == ["exceed"] * 3
    assert meets(verdict, found.flag_bits, "IV").tolist() == ["not_evaluable"] * 3


@pytest.mark.parametrize(
    ("analyte", "word", "verdict"),
    [
        ("嗅和味", "无异味", "I"),
        ("臭和味", "无异臭、异味", "I"),
        ("嗅和味", "0级", "I"),
        ("嗅和味", "0", "I"),
        ("嗅和味", "未检出", "I"),
        ("嗅和味", "有异味", "V"),
        ("嗅和味", "4级", "V"),
        ("嗅和味", "微弱", "not_evaluable"),
        ("嗅和味", "7", "not_evaluable"),
        ("嗅和味", "—", "not_evaluable"),
        ("肉眼可见物", "无肉眼可见物", "I"),
        ("肉眼可见物", "少量悬浮物", "V"),
        ("肉眼可见物", "透明", "not_evaluable"),
    ],
)
@pytest.mark.parametrize("unit", ["", "—", "无量纲"])
def test_words_for_what_is_smelt_and_seen(analyte, word, verdict, unit):
    found = _judge((analyte, word, unit))
    assert found.verdict[0] == verdict
    if verdict == "not_evaluable":
        assert found.reason[0] in {"not_ordinal", "empty"}


@pytest.mark.parametrize(
    ("value", "unit", "reason"),
    [("7.1", "mg/L", "unit_mismatch"), ("15", "", "bad_ph"), ("0.1L", "", "bad_ph"), ("无", "", "text")],
)
def test_a_ph_that_is_none(value, unit, reason):
    found = _judge(("pH", value, unit))
    assert (found.verdict[0], found.reason[0]) == ("not_evaluable", reason)


def test_a_limit_with_two_ends_is_shown_as_it_is_printed():
    limits = _judge(("pH", "7", "")).limits_of(0)
    assert [limit["value"] for limit in limits] == [
        "6.5≤pH≤8.5",
        "6.5≤pH≤8.5",
        "6.5≤pH≤8.5",
        "5.5≤pH<6.5 或 8.5<pH≤9.0",
        "pH<5.5 或 pH>9.0",
    ]


def test_standard_index_of_ph_counts_from_seven():
    """HJ 610-2016 8.4.1.2 with the range of class III."""
    found = _judge(
        ("pH", "6.5", ""), ("pH", "8.5", ""), ("pH", "7.0", ""), ("pH", "9.0", ""), ("铁", "0.6", "mg/L")
    )
    assert found.ratio.tolist() == pytest.approx([1.0, 1.0, 0.0, 4 / 3, 2.0])


def test_a_natural_background_is_a_flag_and_changes_no_class():
    rows = [("铁", "3.0", "mg/L"), ("锰", "0.8", "mg/L"), ("铁", "0.1", "mg/L")]
    plain = _judge(*rows)
    flagged = _judge(*rows, natural_background=["是", "", "1"])
    assert flagged.verdict.to_list() == plain.verdict.to_list() == ["V", "IV", "I"]
    assert ["natural_background" in flagged.flags(row) for row in range(3)] == [True, False, True]
    assert flagged.samples[0]["verdict"] == plain.samples[0]["verdict"]


def test_isomers_are_summed_where_the_total_is_not_given():
    found = screen(
        {
            "sample": ["W1", "W1", "W2", "W2"],
            "analyte": ["顺-1,2-二氯乙烯", "反-1,2-二氯乙烯", "顺-1,2-二氯乙烯", "反-1,2-二氯乙烯"],
            "value": ["30", "25", "0.2", "0.4L"],
            "unit": ["μg/L"] * 4,
        },
        "gbt14848",
        _DAY,
    )
    assert found.verdict.to_list() == ["not_covered"] * 4 + ["IV", "not_evaluable"]
    assert found.value[4] == pytest.approx(55)
    assert "sum_computed" in found.flags(4)


def test_isomers_that_a_laboratory_reports_together_count_as_both():
    found = _judge(("邻二甲苯", "100", "μg/L"), ("间,对-二甲苯", "401", "μg/L"))
    assert found.verdict.to_list() == ["not_covered", "not_covered", "IV"]
    twice = _judge(("邻二甲苯", "100", "μg/L"), ("间,对-二甲苯", "401", "μg/L"), ("对二甲苯", "1", "μg/L"))
    assert twice.reason[3] == "sum_ambiguous"


def test_lindane_alone_is_no_sum_of_its_isomers():
    assert _judge(("林丹", "0.1", "μg/L")).verdict.to_list() == ["II"]
    whole = [(f"{sign}-六六六", "0.1", "μg/L") for sign in "αβγδ"]
    found = _judge(*whole)
    assert found.verdict.to_list() == ["not_covered", "not_covered", "II", "not_covered", "II"]
    assert found.value[4] == pytest.approx(0.4)


def test_nitrogen_of_ions_is_converted_and_nitrogen_is_not():
    found = _judge(
        ("硝酸根", "60", "mg/L"),
        ("硝酸盐氮", "60", "mg/L"),
        ("NO3-", "60000", "μg/L"),
        ("NH4+", "0.60", "mg/L"),
    )
    assert found.verdict.to_list() == ["III", "V", "III", "III"]
    assert found.value[0] == pytest.approx(13.554)


def test_a_unit_is_asked_for():
    assert _judge(("铁", "0.1", "")).reason[0] == "missing_unit"
    assert _judge(("铁", "0.1", "mg/kg")).reason[0] == "unit_mismatch"


@given(st.sampled_from(_UPPER), st.floats(1e-6, 1e4), st.floats(1.0001, 1e3))
def test_more_is_never_a_better_class(analyte, value, more):
    unit = next(limit.unit for limit in _TABLE.limits if limit.analyte_id == analyte)
    found = _judge((analyte, repr(value), unit), (analyte, repr(value * more), unit))
    low, high = (_RANK[verdict] for verdict in found.verdict)
    assert low <= high


@given(st.sampled_from(_UPPER), st.data())
def test_the_unit_changes_no_class_on_a_limit_or_beside_it(analyte, data):
    own = [
        limit for limit in _TABLE.limits if limit.analyte_id == analyte and limit.comparator == "upper_limit"
    ]
    limit = Decimal(data.draw(st.sampled_from(own)).value.lstrip("≤"))
    value = limit + data.draw(st.sampled_from([-1, 0, 1])) * limit / 1000
    scales = {"mg/L": [("μg/L", 1000), ("ng/L", 10**6)], "μg/L": [("ng/L", 1000), ("mg/L", Decimal("0.001"))]}
    rows = [(analyte, format(value, "f"), own[0].unit)]
    rows += [(analyte, format(value * factor, "f"), unit) for unit, factor in scales.get(own[0].unit, [])]
    assert len(set(_judge(*rows).verdict)) == 1


@given(st.sampled_from(_UPPER), st.floats(1e-5, 1e4))
def test_a_detection_limit_never_gives_a_worse_class_than_the_value(analyte, limit):
    unit = next(row.unit for row in _TABLE.limits if row.analyte_id == analyte)
    found = _judge((analyte, f"{limit!r}", unit), (analyte, f"<{limit!r}", unit))
    value, censored = found.verdict
    if censored == "not_evaluable":
        assert meets(found.verdict.cast(str).to_numpy(), found.flag_bits, value).tolist()[1] in {
            "pass",
            "not_evaluable",
        }
    else:
        assert censored == "I"


@given(
    st.lists(st.sampled_from(_UPPER), min_size=2, max_size=8, unique=True), st.randoms(use_true_random=False)
)
def test_the_order_of_rows_changes_nothing(analytes, random):
    units = {limit.analyte_id: limit.unit for limit in _TABLE.limits}
    rows = [(name, repr(random.uniform(0.0001, 500)), units[name]) for name in analytes]
    straight = _judge(*rows)
    mixed = list(range(len(rows)))
    random.shuffle(mixed)
    other = _judge(*(rows[place] for place in mixed))
    assert [straight.verdict[place] for place in mixed] == other.verdict.to_list()
    assert straight.samples[0]["verdict"] == other.samples[0]["verdict"]
    assert straight.samples[0]["drivers"] == other.samples[0]["drivers"]


def test_every_limit_is_met_by_itself_and_the_class_is_the_best_that_shares_it():
    for analyte in _UPPER:
        own = [_TABLE.limits[place] for place in _TABLE.rows_of(_TABLE.analytes.code(analyte))]
        for limit in own:
            if limit.comparator != "upper_limit":
                continue
            best = next(one.land_class for one in own if one.upper == limit.upper)
            assert _judge((analyte, limit.value.lstrip("≤"), limit.unit)).verdict[0] == best, limit


def test_the_table_has_93_indices_with_five_classes_and_all_doubts_are_kept():
    assert len({limit.analyte_id for limit in _TABLE.limits}) == 93
    assert len(_TABLE.limits) == 465
    doubtful = {limit.analyte_id for limit in _TABLE.limits if limit.confidence != "high"}
    assert doubtful == {"trichlorobenzene_total", "xylene_total", "pcb_total_9", "hch_total", "ddt_total"}
    assert all(limit.second_reading for limit in _TABLE.limits if limit.analyte_id in doubtful)
    assert all(limit.source and limit.clause for limit in _TABLE.limits)


@pytest.mark.skipif(not _PUBLISHED.exists(), reason="the transcription lies outside the repository")
def test_the_table_is_that_of_the_transcription():
    ours = {(limit.table, limit.item, limit.land_class): limit for limit in _TABLE.limits}
    for row in csv.DictReader(_PUBLISHED.read_text(encoding="utf-8").splitlines()):
        for name in CLASSES:
            limit = ours.pop((row["table"], row["item_no"], name))
            assert limit.unit == row["unit"]
            if row["kind"] == "upper_limit":
                assert limit.value == row[f"class_{name}"]
            if limit.comparator == "upper_limit" and row.get(f"limit_{name}"):
                assert float(limit.upper or 0) == float(row[f"limit_{name}"])
    assert not ours


def test_flags_fit_their_word():
    assert max(FLAG.values()) < 2**32
    assert np.uint32(max(FLAG.values())) == max(FLAG.values())
