"""What a target reads on a day, whether that meets it, its split over the places below."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingtu.errors import ConflictError, InputError, PermissionDeniedError
from jingtu.platform import clock
from jingtu.platform.people.models import User
from jingtu.platform.people.roles import Role
from jingtu.platform.regions.models import Region
from jingtu.platform.registers.models import Entry
from jingtu.programme.plans import actions, queries
from jingtu.programme.plans.forecasts import extrapolate
from jingtu.programme.plans.judging import base_date, class_rank, judge
from jingtu.programme.plans.models import Plan, Target
from jingtu.programme.plans.splitting import Share, check_split, roll_up
from jingtu.programme.plans.targets import _needed, read

from .conftest import LOADED

JUNE = date(2024, 6, 28)


@pytest.fixture
def rate(confirmed: Plan) -> Target:
    return Target.objects.get(indicator_id="contaminated_farmland_safe_use_rate")


def enter(user: User, target: Target, on: date = JUNE, **columns: object) -> object:
    return actions.EnterTargetReading(user, on, target, **columns).execute()


class TestReading:
    def test_nobody_has_entered_anything_is_no_zero(self, rate: Target) -> None:
        reading = read(rate, JUNE)
        assert (reading.shown, reading.verdict.met, reading.reading.value) == ("无数据", None, None)
        assert reading.to_json()["met"] is None

    def test_the_last_reading_by_the_day_holds(self, rate: Target, officer: User) -> None:
        enter(officer, rate, date(2024, 4, 1), value=Decimal(80))
        enter(officer, rate, date(2024, 6, 28), value=Decimal(93))
        assert read(rate, date(2024, 3, 31)).shown == "无数据"
        assert (read(rate, date(2024, 6, 27)).shown, read(rate, date(2024, 6, 27)).verdict.met) == (
            "80 %",
            False,
        )
        assert (read(rate, JUNE).shown, read(rate, JUNE).verdict.met) == ("93 %", True)

    def test_a_rate_follows_from_its_parts(self, rate: Target, officer: User) -> None:
        enter(officer, rate, numerator=Decimal(28000), denominator=Decimal(32000))
        reading = read(rate, JUNE)
        assert (reading.shown, reading.reading.numerator, reading.reading.manual) == ("87.5 %", 28000, True)

    def test_a_correction_changes_what_we_say_now_not_what_we_said(self, rate: Target, officer: User) -> None:
        with clock.replaying(datetime(2024, 6, 28, 9, tzinfo=UTC)):
            enter(officer, rate, value=Decimal(94))
        with clock.replaying(datetime(2024, 7, 15, 9, tzinfo=UTC)):
            enter(officer, rate, value=Decimal(91))
        assert read(rate, JUNE).verdict.met is False
        assert read(rate, JUNE, datetime(2024, 7, 1, tzinfo=UTC)).verdict.met is True
        assert read(rate, JUNE, datetime(2024, 6, 1, tzinfo=UTC)).shown == "无数据"

    def test_a_class_is_compared_by_rank(self, confirmed: Plan, officer: User) -> None:
        water = Target.objects.get(kind="class")
        enter(officer, water, text="Ⅲ类")
        assert read(water, JUNE).verdict.met is True
        enter(officer, water, date(2024, 7, 1), text="劣Ⅴ类")
        assert read(water, date(2024, 7, 1)).verdict.met is False

    @pytest.mark.parametrize("role", [Role.SUPERIOR, Role.HEAD, Role.REVIEWER, Role.AUDIT_ADMIN])
    def test_who_may_not_enter(self, rate: Target, person: Callable[..., User], role: Role) -> None:
        with pytest.raises(PermissionDeniedError):
            enter(person(role), rate, value=Decimal(99))

    def test_a_computed_indicator_is_not_typed_in_but_computed(self, county: Region, confirmed: Plan) -> None:
        target = Target.objects.create(
            plan=confirmed, region=county, indicator="管控比例", indicator_id="priority_parcel_control_ratio",
            comparator=">=", value=75, unit="%", kind="number", effective_from=date(2024, 1, 1),
            parameters={"base": "2024-03-31"},
        )  # fmt: skip
        reading = read(target, JUNE)
        assert reading.reading.manual is False
        assert reading.reading.variant == "base=2024-03-31"
        assert reading.shown in {"无数据", "不适用"}


class TestJudging:
    @pytest.mark.parametrize(
        ("text", "rank"),
        [
            ("Ⅰ类", 1),
            ("Ⅱ类", 2),
            ("III类", 3),
            ("IV类", 4),
            ("Ⅴ类", 5),
            ("劣Ⅴ类", 6),
            ("三类", 3),
            ("Ⅰ-Ⅲ类", 3),
        ],
    )
    def test_classes(self, text: str, rank: int) -> None:
        assert class_rank(text) == rank

    @pytest.mark.parametrize(
        ("text", "day"),
        [
            ("以2024年3月底的清单为基数", date(2024, 3, 31)),
            ("以2024年2月末为准", date(2024, 2, 29)),
            ("2023年底", date(2023, 12, 31)),
            ("2024年6月15日", date(2024, 6, 15)),
            ("2024年6月31日", None),
            ("2024年13月底", None),
            ("上年同期", None),
        ],
    )
    def test_base_days(self, text: str, day: date | None) -> None:
        assert base_date(text) == day

    def test_words_are_judged_by_a_person(self) -> None:
        words = {"kind": "text", "comparator": "text", "limit": None, "limit_text": "得到有效保障"}
        assert judge(**words, value=None, text="已开展排查").met is None
        assert judge(**words, value=Decimal(1), text="无违规地块").met is True
        assert judge(**words, value=Decimal(0), text="有违规地块").met is False

    def test_about_has_no_tolerance(self) -> None:
        verdict = judge(
            kind="number", comparator="≈", limit=Decimal(90), limit_text="", value=Decimal(90), text=None
        )
        assert verdict.met is None
        assert "没有容差规则" in verdict.why

    @given(
        st.sampled_from([">=", "<="]),
        st.decimals(0, 100, places=2),
        st.decimals(0, 100, places=2),
        st.decimals(0, 100, places=2),
    )
    def test_a_better_value_never_loses(
        self, comparator: str, limit: Decimal, one: Decimal, other: Decimal
    ) -> None:
        worse, better = sorted([one, other], reverse=comparator == "<=")
        asked = {"kind": "number", "comparator": comparator, "limit": limit, "limit_text": "", "text": None}
        if judge(**asked, value=worse).met:
            assert judge(**asked, value=better).met


class TestForecast:
    def test_a_straight_line_is_followed(self) -> None:
        points = [(date(2024, month, 1), Decimal(month * 7)) for month in (1, 3, 5)]
        found = extrapolate(points, date(2024, 12, 31))
        assert found is not None
        # 60 and 61 days for 14 each: about 0.2314 a day, 244 days after the last point.
        assert abs(found.value - Decimal("91.5")) < Decimal("0.5")

    @pytest.mark.parametrize("count", [0, 1, 2])
    def test_few_points_say_nothing(self, count: int) -> None:
        points = [(date(2024, month + 1, 1), Decimal(10)) for month in range(count)]
        assert extrapolate(points, date(2024, 12, 31)) is None

    def test_a_few_weeks_say_nothing_about_december(self) -> None:
        points = [(date(2024, 3, day), Decimal(day)) for day in (1, 8, 15, 22)]
        assert extrapolate(points, date(2024, 12, 31)) is None

    def test_a_percentage_stays_one(self) -> None:
        points = [(date(2024, month, 1), Decimal(month * 20)) for month in (1, 2, 3)]
        found = extrapolate(points, date(2024, 12, 31), low=Decimal(0), high=Decimal(100))
        assert found is not None
        assert found.value == 100


class TestPromote:
    def test_one_step_and_only_once(self, task: Entry, officer: User, county: Region) -> None:
        quantity = task.quantities.get()
        target = actions.PromoteQuantity(officer, LOADED, quantity).execute()
        assert (target.indicator, target.comparator, target.value, target.unit) == (
            "重点重金属减排比例", ">=", 5, "%",
        )  # fmt: skip
        assert (target.task, target.due) == (task, date(2024, 12, 31))
        shown = queries.target_readings(queries.Frame(county, 2024, JUNE))
        assert target.uid in {reading.target.uid for reading in shown}
        with pytest.raises(ConflictError):
            actions.PromoteQuantity(officer, LOADED, quantity).execute()

    @pytest.mark.parametrize(
        ("words", "called"),
        [
            ("完成率", "土壤污染隐患排查“回头看”完成率"),  # says nothing outside its task
            ("隐患排查“回头看”企业完成率", "隐患排查“回头看”企业完成率"),
        ],
    )
    def test_it_is_called_so_that_it_is_known_again(
        self, task: Entry, officer: User, words: str, called: str
    ) -> None:
        quantity = task.quantities.get()
        quantity.content |= {"subject": words, "indicator_id": "key_unit_recheck_ratio"}
        quantity.save()
        assert actions.PromoteQuantity(officer, LOADED, quantity).execute().indicator == called

    def test_the_unit_that_leads_enters_its_reading(
        self, task: Entry, officer: User, person: Callable[..., User], bureau: object
    ) -> None:
        target = actions.PromoteQuantity(officer, LOADED, task.quantities.get()).execute()
        lead = person(Role.DEPARTMENT, organisation=bureau)
        enter(lead, target, value=Decimal("5.5"))
        assert read(target, JUNE).verdict.met is True


class TestSplit:
    @pytest.fixture
    def towns(self, county: Region) -> list[Region]:
        return list(Region.objects.filter(parent=county).order_by("path"))[:2]

    @pytest.mark.parametrize(
        ("rule", "whole", "shares", "holds"),
        [
            ("sum", 11, [(6, None), (5, None)], True),
            ("sum", 11, [(6, None), (4, None)], False),
            ("weighted", 93, [(95, 1), (92, 2)], True),
            ("weighted", 93, [(95, 1), (91, 2)], False),
            ("each", 75, [(75, None), (80, None)], True),
            ("each", 75, [(75, None), (74, None)], False),
        ],
    )
    def test_whether_shares_give_the_whole(
        self, rule: str, whole: int, shares: list[tuple[int, int | None]], holds: bool
    ) -> None:
        parts = [Share(Decimal(value), Decimal(weight) if weight else None) for value, weight in shares]
        assert check_split(rule, ">=", Decimal(whole), parts).holds is holds

    @given(st.lists(st.tuples(st.decimals(0, 100, places=1), st.integers(1, 50)), min_size=1, max_size=8))
    def test_a_weighted_mean_lies_between_its_parts(self, rows: list[tuple[Decimal, int]]) -> None:
        parts = [Share(value, Decimal(weight)) for value, weight in rows]
        combined = check_split("weighted", ">=", Decimal(50), parts).combined
        assert combined is not None
        assert min(value for value, _ in rows) - Decimal("1e-9") <= combined
        assert combined <= max(value for value, _ in rows) + Decimal("1e-9")

    def split(
        self, user: User, target: Target, towns: list[Region], values: list[int], **more: object
    ) -> object:
        shares = [
            actions.ShareInput(town, Decimal(value), Decimal(weight))
            for town, value, weight in zip(towns, values, (2, 1), strict=True)
        ]
        return actions.SplitTarget(user, LOADED, target, "weighted", shares, **more).execute()

    def test_a_difference_is_said_with_its_figures(
        self, rate: Target, officer: User, towns: list[Region]
    ) -> None:
        with pytest.raises(ConflictError) as raised:
            self.split(officer, rate, towns, [92, 92])
        assert raised.value.facts["difference"] == "-1"
        self.split(officer, rate, towns, [92, 92], accept_difference=True)
        assert Target.objects.filter(parent=rate).count() == 2

    def test_the_level_above_sees_each_and_all_together(
        self, rate: Target, officer: User, towns: list[Region]
    ) -> None:
        shares = self.split(officer, rate, towns, [94, 92])
        enter(officer, shares[0], value=Decimal(95))
        rate.refresh_from_db()
        seen = roll_up(rate, JUNE)
        assert [(item.target.region.name, item.shown) for item in seen.shares] == [
            ("柳岸镇", "95 %"),
            ("溪口镇", "无数据"),
        ]
        assert (seen.met, seen.missing) == (1, 1)
        enter(officer, shares[1], value=Decimal(92))
        assert roll_up(rate, JUNE).combined == 94  # (95 x 2 + 92) / 3

    def test_splitting_again_replaces_and_keeps_the_readings(
        self, rate: Target, officer: User, towns: list[Region]
    ) -> None:
        first = self.split(officer, rate, towns, [94, 92])
        enter(officer, first[0], value=Decimal(95))
        self.split(officer, rate, towns, [95, 93])
        rate.refresh_from_db()
        seen = roll_up(rate, JUNE)
        assert [(item.target.value, item.shown) for item in seen.shares] == [(95, "95 %"), (93, "无数据")]

    def test_shares_lie_below(self, rate: Target, officer: User, neighbour: Region, county: Region) -> None:
        with pytest.raises(InputError) as raised:
            actions.SplitTarget(
                officer, LOADED, rate, "sum",
                [actions.ShareInput(neighbour, Decimal(93)), actions.ShareInput(county, None)],
            ).execute()  # fmt: skip
        assert len(raised.value.errors) == 3


def test_what_is_missing_of_an_area_is_not_told_in_pieces() -> None:
    """33,000 亩 of which 19,800 count: nobody lacks 11,220 things."""
    reading = SimpleNamespace(
        manual=False, unit="%", numerator=Decimal(19_800), denominator=Decimal(33_000), counted=22
    )
    target = SimpleNamespace(comparator=">=", value=Decimal(94))
    verdict = SimpleNamespace(met=False)
    assert _needed(target, reading, verdict) is None
    reading.denominator, reading.numerator = Decimal(22), Decimal(13)
    assert _needed(target, reading, verdict) == 8
