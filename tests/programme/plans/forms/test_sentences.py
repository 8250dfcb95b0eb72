"""What a form says of a target reads as a bureau would write it, and claims nothing that nobody knows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from jingtu.platform.people.models import User
from jingtu.programme.plans.actions import EnterTargetReading
from jingtu.programme.plans.forms.sentences import reading_sentence
from jingtu.programme.plans.models import Plan, Target

JUNE = date(2024, 6, 28)


def test_a_rate(confirmed: Plan, officer: User) -> None:
    rate = Target.objects.get(indicator_id="contaminated_farmland_safe_use_rate")
    assert reading_sentence(rate, JUNE, None) is None
    EnterTargetReading(officer, JUNE, rate, value=Decimal("87.5")).execute()
    said = reading_sentence(rate, date(2024, 6, 30), None)
    assert said is not None
    assert said.startswith(f"{rate.indicator}为87.5%（目标≥")
    assert said.endswith("%，截至2024年6月30日，人工填报）")
    assert " " not in said


def test_a_class_of_water(confirmed: Plan, officer: User) -> None:
    water = Target.objects.get(kind="class")
    EnterTargetReading(officer, JUNE, water, text="Ⅲ类").execute()
    said = reading_sentence(water, JUNE, None)
    assert said is not None
    assert said.startswith(f"{water.indicator}：Ⅲ类（目标")
