"""The sample year: plausible on every day, plainly marked, and the same at every build."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import transaction
from django.test import Client
from tests.service.demo import real_plans

from jingtu.errors import ConflictError
from jingtu.platform.clock import OPEN_TIME
from jingtu.platform.duties.models import Duty
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.indicators import declarations
from jingtu.platform.ledger import chain
from jingtu.platform.people import policies
from jingtu.platform.people.models import User
from jingtu.platform.people.roles import Role
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import versions
from jingtu.platform.registers.models import Entry, Transition
from jingtu.platform.scorecards.models import Scorecard
from jingtu.programme.plans import queries
from jingtu.programme.plans.models import Plan, Progress, Target
from jingtu.programme.plans.targets import read_all
from jingtu.service.cli.indicator import reading_document
from jingtu.service.demo import DemoResult, build
from jingtu.service.demo.places import COUNTY, rows

pytestmark = pytest.mark.django_db  # each in a savepoint of its own within the one build
RATIO = "priority_parcel_control_ratio"
# Readings at the end of the year, each worked out by hand in the test of its lists, and whether the target is met.
NUMBERS = {
    ("contaminated_farmland_safe_use_rate", ""): ("94.18 %", True),
    ("key_construction_land_safe_use", ""): ("得到有效保障", True),
    ("priority_parcel_control_ratio", ""): ("77.78 %", True),
    ("key_unit_recheck_ratio", ""): ("71.43 %", False),
    ("groundwater_point_quality", ""): ("总体保持稳定", True),
    ("groundwater_dual_source_point_quality", ""): ("总体保持稳定", True),
    ("groundwater_source_compliance_rate", ""): ("Ⅳ类", False),
    ("groundwater_class_v_ratio", ""): ("25 %", True),
    ("groundwater_well_patrol_count", ""): ("14 口", True),
    ("equivalent_replacement_ratio", ""): ("1:1", True),
    ("cadmium_source_count", ""): ("7 家", True),
    ("key_unit_self_monitoring_rate", ""): ("50 %", False),
    ("strict_farmland_control_ratio", ""): ("80 %", False),
    ("farmland_cause_survey_area_count", ""): ("4 个", True),
    ("project_work_done_ratio", ""): ("84 %", True),
    ("project_completion_rate", "2022"): ("100 %", True),
    ("fund_execution_rate", "2023"): ("88.18 %", True),
    ("fund_execution_rate", "2024"): ("49.55 %", False),
    ("project_start_rate", "2024"): ("66.67 %", True),
}


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: object) -> object:
    """One build for all tests of this module, undone at its end."""
    with django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]
        yield build("demo-password-1")
        transaction.set_rollback(True)


@pytest.fixture
def result(built: DemoResult, django_db_blocker: object) -> object:
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        yield built


def frame(on: date, known_at: datetime | None = None, name: str = COUNTY) -> queries.Frame:
    return queries.Frame(Region.objects.get(names__name=name), 2024, on, known_at)


def ratio(on: date, known_at: datetime | None = None) -> queries.YearOverview:
    return next(
        reading
        for reading in queries.target_readings(frame(on, known_at))
        if reading.target.indicator_id == RATIO
    )


def test_everything_is_marked_as_example(result: DemoResult) -> None:
    assert not Region.objects.filter(is_example=False, names__code__startswith="99").exists()
    assert not Plan.objects.filter(is_example=False).exists()
    assert not Entry.objects.filter(is_example=False).exists()
    assert not User.objects.filter(is_example=False, username__in=[row["username"] for row in rows("people")])


def test_there_is_somebody_for_every_role(result: DemoResult) -> None:
    wanted = {role.label for role in Role if role is not Role.PUBLIC}
    assert {account["role"] for account in result.accounts} == wanted
    user = User.objects.get(username="jingban")
    assert user.check_password("demo-password-1")
    assert policies.reach(user, "plans.load")


def test_the_dial_climbs_over_its_target_by_the_end_of_the_year(result: DemoResult) -> None:
    months = [ratio(date(2024, month, 28)).reading.value for month in (3, 6, 9, 11, 12)]
    assert months == sorted(months)
    end = ratio(date(2024, 12, 31))
    assert (end.reading.numerator, end.reading.denominator, end.verdict.met) == (28, 36, True)
    assert ratio(date(2024, 6, 30)).verdict.met is False


def test_an_indicator_that_is_asked_twice_is_answered_twice(result: DemoResult) -> None:
    place, end = Region.objects.get(names__name=COUNTY), date(2024, 12, 31)
    twice = reading_document("fund_execution_rate", place, end, None, None)
    assert [(one["value"], one["met"]) for one in twice["targets"]] == [(88.18, True), (49.55, False)]
    assert {key: twice[key] for key in twice["targets"][0]} == twice["targets"][0]
    assert "targets" not in reading_document("cadmium_source_count", place, end, None, None)


def test_june_as_it_was_known_then_differs_from_june_as_known_now(result: DemoResult) -> None:
    then = datetime(2024, 6, 30, 12, tzinfo=UTC)
    assert ratio(date(2024, 6, 30), then).reading.numerator == 13
    assert ratio(date(2024, 6, 30)).reading.numerator == 12

    def may(known_at: datetime | None) -> int | None:
        entry = Entry.objects.filter(versions__name="整治涉镉等污染源").distinct().get()
        detail = queries.task_detail(entry.uid, date(2024, 6, 30), known_at, queries.EVERYTHING)
        reports = [report for line in detail.lines for report in line.reports if report.period == "2024-05"]
        return next(report.percent for report in reports if "审核" in report.text)

    assert (may(then), may(None)) == (45, 30)


def test_the_year_can_be_walked(result: DemoResult) -> None:
    done, open_tasks = [], []
    for month in range(1, 13):
        counts = queries.counts_by_state(frame(date(2024, month, 28)))
        assert counts["total"] == 16
        done.append(counts["done"])
        open_tasks.append(counts["not_started"])
    assert done == sorted(done)
    assert (done[0], open_tasks[0], open_tasks[-1]) == (0, 16, 0)
    assert done[-1] >= 6
    assert queries.counts_by_state(frame(date(2024, 6, 30)))["overdue"] >= 1


def test_every_line_of_the_story_found_its_place(result: DemoResult) -> None:
    told = [row for row in rows("story") if row["step"] in {"report", "correct"}]
    texts = set(Progress.objects.values_list("text", flat=True))
    assert {row["text"] for row in told} <= texts
    issued = versions.versions("plan_deliverables", date(2024, 12, 31)).filter(state="issued")
    wanted = [row for row in rows("deliverables") if row["move"] == "issue"]
    assert issued.count() == len(wanted)


def test_there_is_evidence_duties_and_a_ledger_that_holds(result: DemoResult) -> None:
    assert Attachment.objects.count() > 50
    assert {"open", "closed"} <= set(Duty.objects.values_list("state", flat=True))
    chain.seal_all()
    assert chain.verify().first_broken is None


def test_three_counties_stand_side_by_side_under_the_city(result: DemoResult) -> None:
    found = queries.counties(frame(date(2024, 12, 31), name="示例市"))
    shown = {column.name: column.targets[RATIO].verdict.met for column in found.columns}
    assert shown == {"示例县": True, "样本县": True, "范例区": False}
    # A fall and 不新增 are two questions to one indicator; so are the moneys of two years.
    county = found.columns[[column.name for column in found.columns].index("示例县")].targets
    assert county["heavy_metal_reduction_ratio"].shown == "6.43 %"
    assert county["heavy_metal_reduction_ratio;kind=no_increase"].shown == "新增 0 千克"
    assert county["fund_execution_rate;years=2023"].shown == "88.18 %"


def test_it_never_mixes_with_real_work(result: DemoResult) -> None:
    with pytest.raises(ConflictError, match="空库"):
        build("demo-password-1")


def test_the_plan_of_the_sample_shows_a_computed_number_of_every_kind(result: DemoResult) -> None:
    found = {
        (row.target.indicator_id, row.target.parameters.get("years", "")): row
        for row in queries.target_readings(frame(date(2024, 12, 31)))
    }
    shown = {key: (row.shown, row.verdict.met) for key, row in found.items()}
    assert {key: shown[key] for key in NUMBERS} == NUMBERS
    typed = [row.target.indicator_id for row in found.values() if row.reading.manual]
    assert typed == ["green_pest_control_coverage"]  # no list computes it
    assert found["project_work_done_ratio", ""].target.parameters == {"scope": "白鹭镇受污染耕地安全利用项目"}


def test_a_year_was_accounted_for_sent_back_put_right_and_confirmed(result: DemoResult) -> None:
    now = versions.versions("self_assessments", date(2024, 12, 31))
    assert dict(now.values_list("name", "state")) == {
        "示例县2023年度自评": "confirmed", "示例县2024年度自评": "confirmed",
        "样本县2024年度自评": "reported", "范例区2024年度自评": "drafting",
    }  # fmt: skip
    county = now.get(name="示例县2024年度自评")
    first, second = Scorecard.objects.filter(entry=county.entry).order_by("pk")
    assert second.replaces == first
    lines = {line.item.key: line for line in second.lines.select_related("item")}
    # 15 points for the rate of cropland, which met its target; of four points 5/7 of 80 % for the re-check.
    assert lines["contaminated_farmland_safe_use_rate"].points == 15
    assert lines["key_unit_recheck_ratio"].points == Decimal("3.57")
    assert sum(line.proposed is not None for line in lines.values()) >= 10
    moves = (
        Transition.objects.filter(entry=county.entry)
        .order_by("pk")
        .values_list("transition", "actor__username")
    )
    assert list(moves)[1:] == [
        ("report", "juling"), ("send_back", "shangji"), ("report", "juling"), ("confirm", "shangji"),
    ]  # fmt: skip


# Of the figures of the published plans these give no number at first, each for a reason of its own.
NOT_YET = {
    ("000", "2024"): {},
    ("001", "2024"): {},
    # The method of cropland begins with 2020, and no formula for polluted parcels was ever published; the lists
    # of the sample begin later.
    ("002", "2019"): {
        "contaminated_farmland_safe_use_rate": "not_configured",
        "polluted_parcel_safe_use_rate": "not_applicable",
        "heavy_metal_reduction_ratio": "no_data",
    },
    # The same plan, read for a year in which its rate of parcels is no longer counted and the base is 2020.
    ("002", "2024"): {
        "polluted_parcel_safe_use_rate": "not_configured",
        "heavy_metal_reduction_ratio": "not_applicable",
    },
    # Points and a project that the sample's lists do not have are put there first.
    ("003", "2024"): {"groundwater_point_quality": "no_data", "project_work_done_ratio": "no_data"},
}


@pytest.mark.skipif(
    not real_plans.FILES, reason="the folder ../shared with real plans is not beside this checkout"
)
@pytest.mark.parametrize(("number", "year"), NOT_YET)
def test_every_target_of_a_published_plan_is_computed_and_opens(
    result: DemoResult, client: Client, number: str, year: str
) -> None:
    file = next(file for file in real_plans.FILES if file.name.startswith(number))
    city = number == "003"
    region = Region.objects.get(names__name="示例市" if city else COUNTY)
    user = User.objects.get(username="shiju" if city else "jingban")
    end = date(int(year), 12, 31)
    silent = dict(NOT_YET[number, year])
    plan = real_plans.take_over(file, region, int(year), user, date(2024, 12, 30))
    targets = list(Target.objects.filter(plan=plan, recorded_to=OPEN_TIME))
    assert len(targets) >= len(real_plans.gold(file)["targets"])
    assert all(declarations.get(target.indicator_id) for target in targets)
    first = read_all(targets, end)
    assert {
        row.target.indicator_id: row.reading.status for row in first if row.reading.status != "ok"
    } == silent
    if year == "2024":
        for row in first:
            if row.reading.status == "no_data":
                real_plans.enter_named(row.target, user)
        silent = {name: status for name, status in silent.items() if status != "no_data"}
    else:
        real_plans.enter_years_before(region, int(year), user)
        real_plans.enter_rates(
            Region.objects.get(names__name="示例市"), int(year), User.objects.get(username="shiju")
        )
        silent = {}
    client.force_login(user)
    for row in read_all(targets, end):
        assert not row.reading.manual
        page = client.get(f"/targets/{row.target.uid}/provenance/", {"on": end.isoformat()})
        assert page.status_code == 200
        if row.target.indicator_id in silent:
            assert row.reading.status == silent[row.target.indicator_id]
            assert row.shown in page.content.decode()
            continue
        assert (row.reading.status, row.verdict.met is None) == ("ok", False), row.target.indicator
        assert row.reading.value is not None or row.reading.text
        register = row.reading.extra["register"]
        assert f"/registers/{register}/" in page.content.decode(), row.target.indicator


@pytest.mark.long
def test_twice_gives_the_same(django_db_blocker: object) -> None:
    prints = []
    for _ in range(2):
        with transaction.atomic():
            prints.append(build("demo-password-1").fingerprint)
            transaction.set_rollback(True)
    assert prints[0] == prints[1]
