"""受污染耕地安全利用率 worked out by hand on nine plots, in two times, and for many places at once."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.programme.cropland.conftest import crop_test, measure, plot, proof

from jingtu.platform.clock import recorded_now
from jingtu.platform.indicators import declarations, provenance, reaching, service
from jingtu.platform.indicators.declarations import Reading
from jingtu.platform.registers.entry_records import CorrectRecord, WithdrawRecord, believed_records
from jingtu.platform.registers.models import Entry
from jingtu.platform.registers.moves import MoveEntry
from jingtu.programme.cropland import counting

pytestmark = pytest.mark.django_db
YEAR_END = date(2024, 12, 31)
RATE, STRICT = "contaminated_farmland_safe_use_rate", "strict_farmland_control_ratio"


def read(region: Any, on: date = YEAR_END, known_at: Any = None, indicator: str = RATE) -> Reading:
    return service.read(indicator, region, on, known_at)


def test_the_rate_by_hand(plots: dict[str, Entry], county: Any) -> None:
    reading = read(county)
    assert (reading.numerator, reading.denominator, reading.value) == (730, 1000, Decimal("73.00"))
    assert reading.rule is not None
    assert reading.rule.clause == "A=(B+C+D)/E×100%"
    assert "1 块措施未覆盖全部面积" in reading.extra["note"]
    assert reading.extra["amounts"] == {"B": "2E+2", "C": "5E+2", "D": "3E+1", "E": "1E+3"}
    assert set(reading.numerator_entries) == {plots[name].pk for name in ("slight", "safe", "heavy")}
    assert {item.reason: item.entries for item in reading.gaps} == {
        counting.NO_TEST: (plots["untested"].pk,),
        counting.TEST_OVER: (plots["over"].pk,),
        counting.NO_MEASURE: (plots["limed"].pk,),
    }
    assert {item.reason: item.entries for item in reading.left_out} == {
        counting.NO_AREA: (plots["blank"].pk,),
        counting.NOT_CONTAMINATED: (plots["clean"].pk,),
    }
    assert (reading.counted, reading.completeness) == (6, round(5 / 6, 4))


def test_before_the_harvest_nothing_of_light_and_medium_land_counts(
    plots: dict[str, Entry], county: Any
) -> None:
    reading = read(county, date(2024, 10, 29))
    assert (reading.numerator, reading.value) == (230, Decimal("23.00"))
    assert read(county, date(2024, 7, 19)).value == Decimal("0.00")


def test_a_new_year_begins_at_nothing_and_the_rule_ends_with_its_plan(
    plots: dict[str, Entry], county: Any
) -> None:
    assert read(county, date(2025, 12, 31)).value == Decimal("0.00")
    over = read(county, date(2026, 1, 1))
    assert (over.status, over.value) == ("not_configured", None)


def test_what_was_corrected_later_was_known_otherwise_then(plots: dict[str, Entry], county: Any) -> None:
    then = recorded_now()
    record = believed_records("farmland_crop_tests").get(entry=plots["safe"])
    CorrectRecord(
        None, record.on, record, "farmland_crop_tests", {"cadmium": "0.21"}, reason="结果抄录有误"
    ).execute()
    now = read(county)
    assert (now.numerator, now.value) == (230, Decimal("23.00"))
    assert read(county, known_at=then).value == Decimal("73.00")


def test_a_withdrawn_measure_no_longer_counts(plots: dict[str, Entry], county: Any) -> None:
    record = believed_records("farmland_measures").get(entry=plots["heavy"], measure="fallow")
    WithdrawRecord(None, YEAR_END, record, "farmland_measures", reason="登记在了另一地块").execute()
    assert read(county).numerator == 700


def test_a_class_that_changes_carries_the_plot_to_another_letter(
    plots: dict[str, Entry], county: Any, officer: Any
) -> None:
    MoveEntry(
        officer, date(2024, 9, 1), plots["limed"], "class_safe_use",
        facts={"degree": "light_medium", "class_basis": "详查加密结果", "classified_on": date(2024, 9, 1)},
        evidence=[proof(plots["limed"], officer, "批复.txt")],
    ).execute()  # fmt: skip
    crop_test(plots["limed"], "<0.01", "S9")
    assert read(county).numerator == 750
    assert read(county, date(2024, 8, 31)).denominator == 1000


def test_many_places_at_once_read_the_same(
    plots: dict[str, Entry], city: Any, county: Any, town: Any, neighbour: Any
) -> None:
    for name in (RATE, STRICT):
        indicator = declarations.get(name)
        assert indicator is not None
        places = [city, county, town, neighbour]
        for known_at in (None, recorded_now() - timedelta(days=1)):
            together = indicator.parts(places, YEAR_END, known_at)
            for place in places:
                alone = indicator.compute(place, YEAR_END, known_at)
                one = together[place.pk]
                assert (one.value, one.numerator, one.denominator, one.counted, one.status) == (
                    alone.value, alone.numerator, alone.denominator, alone.counted, alone.status,
                )  # fmt: skip
    assert read(city).denominator == 1070
    assert read(neighbour).value == Decimal("0.00")


def test_a_place_without_plots_has_no_data_and_one_without_contamination_no_rate(
    county: Any, neighbour: Any
) -> None:
    assert (read(neighbour).status, read(neighbour).value) == ("no_data", None)
    plot("Q1", neighbour, "protected", "10亩", "clean")
    assert (read(neighbour).status, read(neighbour).value) == ("not_applicable", None)


def test_strict_control_counts_plots(plots: dict[str, Entry], county: Any) -> None:
    reading = read(county, indicator=STRICT)
    assert (reading.numerator, reading.denominator, reading.value) == (1, 2, Decimal("50.00"))
    measure(plots["limed"], "return_forest", "5亩", season="year")
    assert read(county, indicator=STRICT).value == Decimal("100.00")
    assert read(county, date(2026, 1, 1), indicator=STRICT).status == "not_configured"


def test_the_drawer_says_what_each_plot_lacks_and_which_would_reach_the_target(
    plots: dict[str, Entry], county: Any
) -> None:
    reading = read(county)
    labels = {part.label: part.count for part in provenance.parts(reading)}
    assert labels["计入分母，未计入分子（没有检测）"] == 1
    assert "计入分母，未计入分子" not in labels
    indicator = declarations.get(RATE)
    assert indicator is not None
    way = reaching.way_to(indicator, reading, Decimal(83))
    assert way is not None
    # 100 mu are missing; what its measures do not cover yet of a plot counts as well as a whole one does.
    assert way.reaches
    assert [step.gain for step in way.steps] == [100]
    assert {step.entry for step in way.steps} <= {plots["safe"].pk, plots["untested"].pk}
