"""The sample year: plausible on every day, plainly marked, and the same at every build."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import transaction

from jingtu.errors import ConflictError
from jingtu.platform.duties.models import Duty
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.ledger import chain
from jingtu.platform.people import policies
from jingtu.platform.people.models import User
from jingtu.platform.people.roles import Role
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import versions
from jingtu.platform.registers.models import Entry
from jingtu.programme.plans import queries
from jingtu.programme.plans.models import Plan, Progress
from jingtu.service.demo import DemoResult, build
from jingtu.service.demo.places import COUNTY, rows

RATIO = "priority_parcel_control_ratio"


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


def test_it_never_mixes_with_real_work(result: DemoResult) -> None:
    with pytest.raises(ConflictError, match="空库"):
        build("demo-password-1")


@pytest.mark.long
@pytest.mark.django_db
def test_twice_gives_the_same(django_db_blocker: object) -> None:
    prints = []
    for _ in range(2):
        with transaction.atomic():
            prints.append(build("demo-password-1").fingerprint)
            transaction.set_rollback(True)
    assert prints[0] == prints[1]
