"""Points: what is stored with a value, the class of a round, targets, the declared rule of stability, plans owed.

The year 2024 at one county: N1 (target Ⅳ) ammonia 1.2 mg/L (Ⅳ) in the dry season, 2.0 mg/L (Ⅴ) in the wet one;
N2 (target Ⅴ) iron 3.0 mg/L (Ⅴ), an item of natural background; N3 without results. Limits: GB/T 14848-2017,
table 1: ammonia 0.02, 0.10, 0.50, 1.50; iron 0.1, 0.2, 0.3, 2.0 mg/L.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.programme.groundwater.conftest import result
from tests.programme.groundwater.stability import enter_stability

from jingtu.errors import InputError
from jingtu.platform.clock import recorded_now
from jingtu.platform.duties import ticking
from jingtu.platform.duties.actions import CheckDuty, CloseDuty
from jingtu.platform.duties.models import Duty
from jingtu.platform.indicators import service
from jingtu.platform.people.models import User
from jingtu.platform.people.roles import Role
from jingtu.platform.registers.actions import ChangeFacts
from jingtu.platform.registers.entry_records import CorrectRecord, believed_records
from jingtu.platform.registers.models import Entry
from jingtu.platform.rulebooks.actions import WithdrawTable

pytestmark = pytest.mark.django_db
QUALITY, DUAL = "groundwater_point_quality", "groundwater_dual_source_point_quality"
DRY, WET = date(2024, 4, 10), date(2024, 9, 12)
AUTUMN = date(2024, 10, 31)


def test_a_value_is_stored_with_its_class_limit_and_clause(point: Callable[..., Entry]) -> None:
    row = result(point("N1"), DRY, "氨氮", "1.2")
    row.refresh_from_db()
    assert (row.quality, row.limit_value, row.limit_unit) == ("IV", Decimal("0.5"), "mg/L")
    assert row.edition == "GB/T 14848-2017"
    assert "表1" in row.limit_clause
    unknown = result(row.entry, DRY, "某某项目", "3")
    assert (unknown.quality, unknown.why) == ("", "该标准没有这一项目的限值")


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        ("约一点", "mg/L", "不是数值"),
        ("1.2", "", "没有写明单位"),
        ("1.2", "亩", "单位"),
        ("-1", "mg/L", "负数"),
    ],
)
def test_a_value_that_cannot_be_read_is_refused(
    point: Callable[..., Entry], value: str, unit: str, words: str
) -> None:
    with pytest.raises(InputError) as refused:
        result(point("N1"), DRY, "氨氮", value, unit)
    assert words in refused.value.errors[0].message


def test_a_corrected_value_is_judged_anew_and_the_old_class_stays_known(
    point: Callable[..., Entry], officer: User, county: Any
) -> None:
    row = result(point("N1"), DRY, "氨氮", "1.2")
    then = recorded_now()
    CorrectRecord(
        officer, DRY, row, "groundwater_point_results", {"value": "0.3"}, reason="小数点记错"
    ).execute()
    named = {"scope": "N1"}
    assert service.read(QUALITY, county, AUTUMN, None, named).text == "Ⅲ类"
    assert service.read(QUALITY, county, AUTUMN, then, named).text == "Ⅳ类"


@pytest.fixture
def three(point: Callable[..., Entry]) -> dict[str, Entry]:
    first = point("N1", target_class="IV", base_class="IV")
    second = point(
        "N2",
        target_class="IV",
        base_class="V",
        background_items="铁、锰",
        background_basis="水文地质调查报告",
    )
    third = point("N3", target_class="III")
    result(first, DRY, "氨氮", "1.2")
    result(first, DRY, "pH", "7.1", "")
    result(first, WET, "氨氮", "2.0", season="wet")
    result(second, WET, "铁", "3.0", season="wet")
    result(second, WET, "氨氮", "0.3", season="wet")
    return {"N1": first, "N2": second, "N3": third}


def test_the_worst_item_of_the_last_round_decides(
    three: dict[str, Entry], county: Any, neighbour: Any
) -> None:
    def text(name: str, on: date, place: Any = county) -> tuple[str | None, str]:
        reading = service.read(QUALITY, place, on, None, {"scope": name})
        return reading.text, reading.status

    assert text("N1", date(2024, 4, 9)) == (None, "no_data")
    assert text("N1", DRY) == ("Ⅳ类", "ok")
    assert text("N1", AUTUMN) == ("Ⅴ类", "ok")
    assert text("D-N2", AUTUMN) == ("Ⅴ类", "ok")  # by code; the background changes no class
    assert text("N1", AUTUMN, neighbour) == (None, "no_data")
    assert text("N1", date(2025, 1, 2)) == (None, "no_data")  # not yet sampled in that year
    assert (
        "没有名称或编码为“N9”" in service.read(QUALITY, county, AUTUMN, None, {"scope": "N9"}).extra["note"]
    )


def test_stability_is_unset_until_the_bureau_enters_its_rule(
    three: dict[str, Entry], county: Any, officer: User
) -> None:
    before = service.read(QUALITY, county, AUTUMN)
    assert (before.status, before.text) == ("not_configured", "2个点位：Ⅴ类2个")
    assert "met" not in before.extra

    table = enter_stability(officer, county)
    reading = service.read(QUALITY, county, AUTUMN)
    # N1 was Ⅳ at its base and is Ⅴ; N2 stays Ⅴ; N3 has no result.
    assert (reading.text, reading.numerator, reading.denominator) == ("未保持总体稳定", 1, 2)
    assert reading.extra["met"] is False
    assert reading.counted_entries == tuple(sorted((three["N1"].pk, three["N2"].pk)))
    assert [(item.reason, item.entries) for item in reading.left_out] == [
        ("本年度尚无监测结果", (three["N3"].pk,))
    ]
    assert service.read(QUALITY, county, DRY).text == "总体保持稳定"

    WithdrawTable(officer, AUTUMN, table, reason="改用新办法").execute()
    assert service.read(QUALITY, county, AUTUMN).status == "not_configured"


def test_the_dual_source_points_have_their_own_rule(
    point: Callable[..., Entry], three: dict[str, Entry], county: Any, neighbour: Any, officer: User
) -> None:
    source = point("S1", "source", target_class="III", base_class="III")
    risk = point("R1", "risk", base_class="V")
    result(source, WET, "氨氮", "0.50")  # at the limit: the better class
    result(risk, WET, "氨氮", "9.9")
    assert service.read(DUAL, county, AUTUMN).status == "not_configured"
    enter_stability(officer, county)
    reading = service.read(DUAL, county, AUTUMN)
    assert (reading.text, reading.numerator, reading.denominator) == ("总体保持稳定", 2, 2)
    assert service.read(DUAL, neighbour, AUTUMN).status == "not_configured"  # entered for another place
    assert service.read(DUAL, county, date(2026, 1, 1)).status == "not_configured"


def test_without_a_base_class_the_year_before_is_the_base(
    point: Callable[..., Entry], county: Any, officer: User
) -> None:
    entry = point("R1", "risk")
    enter_stability(officer, county)
    result(entry, date(2024, 5, 1), "氨氮", "1.2")
    assert service.read(DUAL, county, AUTUMN).left_out[0].reason == "没有基准类别，上一年也没有监测结果"
    result(entry, date(2023, 8, 1), "氨氮", "0.3", season="wet")
    assert service.read(DUAL, county, AUTUMN).text == "未保持总体稳定"


def test_shares_of_class_v_and_of_sources_that_meet_their_target(
    point: Callable[..., Entry], three: dict[str, Entry], county: Any, neighbour: Any
) -> None:
    ratio = service.read("groundwater_class_v_ratio", county, AUTUMN)
    assert (ratio.value, ratio.numerator, ratio.denominator) == (Decimal("100.00"), 2, 2)
    assert service.read("groundwater_class_v_ratio", county, DRY).value == 0
    assert service.read("groundwater_class_v_ratio", county, date(2026, 1, 1)).status == "not_configured"

    good, bad = point("S1", "source", target_class="III"), point("S2", "source", target_class="III")
    point("S3", "source", target_class="III")
    result(good, WET, "氨氮", "0.4")
    result(bad, WET, "氨氮", "0.6")
    result(point("S4", "source"), WET, "氨氮", "0.6")
    rate = service.read("groundwater_source_compliance_rate", county, AUTUMN)
    assert (rate.value, rate.numerator, rate.denominator) == (Decimal("50.00"), 1, 2)
    assert {item.reason for item in rate.left_out} == {"本年度尚无监测结果", "没有登记目标类别"}
    assert service.read("groundwater_source_compliance_rate", neighbour, AUTUMN).status == "no_data"
    # A target that asks for a class reads the worst of the sources, those without a target class too.
    worst = service.read("groundwater_source_compliance_rate", county, AUTUMN, None, {"kind": "class"})
    assert (worst.text, worst.value, worst.counted, worst.left_out_count) == ("Ⅳ类", None, 3, 1)


def test_places_at_once_read_as_each_alone(
    point: Callable[..., Entry],
    three: dict[str, Entry],
    city: Any,
    county: Any,
    town: Any,
    neighbour: Any,
    officer: User,
) -> None:
    enter_stability(officer, county)
    for name, place in (("T", town), ("F", neighbour)):
        for kind, value in (("national", "1.2"), ("source", "0.4"), ("risk", "9.9")):
            entry = point(f"{name}-{kind}", kind, region=place, target_class="III", base_class="IV")
            result(entry, WET, "氨氮", value)
    places = [neighbour, town, city, county]
    for name, parameters in (
        (QUALITY, {}), (QUALITY, {"scope": "T-national"}), (DUAL, {}), ("groundwater_class_v_ratio", {}),
        ("groundwater_source_compliance_rate", {}), ("groundwater_source_compliance_rate", {"kind": "class"}),
    ):  # fmt: skip
        together = service.parts(name, places, AUTUMN, None, parameters)
        assert [together[place.pk] for place in places] == [
            service.read(name, place, AUTUMN, None, parameters) for place in places
        ]
    fifth = service.parts("groundwater_class_v_ratio", places, AUTUMN, None, {})
    # N1 and N2 of the county are of class V, the points of town and neighbour of class IV.
    assert [fifth[place.pk].value for place in places] == [0, 0, Decimal("50.00"), Decimal("66.67")]


def test_a_failing_result_raises_a_plan_that_another_person_checks(
    three: dict[str, Entry], officer: User, person: Callable[..., User]
) -> None:
    """N1 misses its target by ammonia; N2 misses it by iron alone, which is natural background."""
    duty = Duty.objects.get(rule="groundwater.point_plan")
    assert (duty.entry, duty.period, duty.due, duty.raised_on) == (three["N1"], "2024", None, WET)
    assert duty.what == "制定水质达标或保持（改善）方案：2024年丰水期为Ⅴ类，未达到Ⅳ类（氨氮）"
    with pytest.raises(InputError):
        CloseDuty(officer, AUTUMN, duty, "已印发").execute()
    CloseDuty(officer, AUTUMN, duty, "已印发", evidence=[plan_file(duty)]).execute()
    duty.refresh_from_db()
    assert duty.state == "submitted"
    CheckDuty(person(Role.HEAD, "陈局"), AUTUMN, duty, accept=True).execute()

    ticking.tick(date(2025, 1, 3))
    yearly = Duty.objects.get(rule="groundwater.plan_evaluation")
    assert (yearly.entry, yearly.period, yearly.due) == (three["N1"], "2025", None)


def test_a_plan_owed_by_a_mistaken_result_alone_is_let_go(three: dict[str, Entry], officer: User) -> None:
    duty = Duty.objects.get(rule="groundwater.point_plan")
    rows = believed_records("groundwater_point_results").filter(entry=three["N1"], item="氨氮").order_by("on")
    dry, wet = rows
    CorrectRecord(officer, DRY, dry, "groundwater_point_results", {"value": "1.1"}, reason="记错").execute()
    assert Duty.objects.get(pk=duty.pk).state == "open"  # the wet season still fails
    CorrectRecord(officer, WET, wet, "groundwater_point_results", {"value": "1.4"}, reason="记错").execute()
    duty.refresh_from_db()
    assert (duty.state, duty.closing_note) == ("waived", "监测结果更正后，当年各轮均达到目标类别")


def test_what_was_natural_without_a_source_counts_as_caused_by_people(
    three: dict[str, Entry], officer: User
) -> None:
    ChangeFacts(officer, AUTUMN, three["N2"], facts={"background_basis": ""}).execute()
    ticking.tick(AUTUMN)
    assert {duty.entry for duty in Duty.objects.filter(rule="groundwater.point_plan")} == {
        three["N1"], three["N2"],
    }  # fmt: skip


def plan_file(duty: Duty) -> Any:
    import io

    from jingtu.platform.evidence.attaching import attach

    return attach(
        io.BytesIO("水质改善方案".encode()), "方案.txt", subject_type="duty", subject_uid=duty.uid,
        read_permission="groundwater.point.read", region_path=duty.region_path, organisations=(), actor=None,
    )  # fmt: skip
