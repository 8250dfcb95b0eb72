"""Building the sample year: every step is an ordinary action, recorded as if on its own day."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from importlib import resources
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from jingtu.errors import ConflictError
from jingtu.platform import clock
from jingtu.platform.duties import ticking
from jingtu.platform.duties.models import Duty, Tick
from jingtu.platform.ledger import records
from jingtu.platform.registers.models import Transition, Version
from jingtu.programme.plans.models import Plan, Progress, Target
from jingtu.service.demo import surveys, year
from jingtu.service.demo.cadmium import cadmium_steps
from jingtu.service.demo.construction import construction_steps
from jingtu.service.demo.cropland import cropland_steps
from jingtu.service.demo.draws import draw_steps
from jingtu.service.demo.funds import fund_steps
from jingtu.service.demo.groundwater import groundwater_steps
from jingtu.service.demo.key_units import key_unit_steps
from jingtu.service.demo.metals import metals_steps
from jingtu.service.demo.places import COUNTY, FIRST, Cast, settle
from jingtu.service.demo.supervision import supervision_steps
from jingtu.service.demo.waste import waste_steps

PLAN_FILE = "示例县2024年度土壤污染防治工作计划.docx"
_MONTH_ENDS = [date(2024, month + 1, 1) - timedelta(days=1) for month in range(3, 12)] + [date(2024, 12, 31)]


@dataclass(slots=True)
class DemoResult:
    """What was built, and the accounts with their passwords, which are kept nowhere."""

    plans: int
    tasks: int
    parcels: int
    reports: int
    duties: int
    fingerprint: str
    accounts: list[dict[str, str]] = field(default_factory=list)


def build(password: str | None = None, progress: Callable[[int, int], None] | None = None) -> DemoResult:
    """Build the sample year in one transaction: all of it, or nothing.

    Parameters
    ----------
    password : str, optional
        Password of all sample accounts; without it a random one.
    progress : callable, optional
        Called with steps done and steps in all.

    Raises
    ------
    ConflictError
        The database has plans already: a sample year never mixes with real work.
    """
    if Plan.objects.exists():
        raise ConflictError(
            "数据库里已有计划，示例年度只能建在空库中。请换一个数据目录（JINGTU_DATA）再运行。"
        )
    with transaction.atomic(), records.operation():
        with clock.replaying(_moment(FIRST, 0)):
            cast = settle(password)
        steps = sorted(_steps(cast), key=lambda step: step[0])
        for number, (day, act) in enumerate(steps):
            with clock.replaying(_moment(day, number)):
                act()
            if progress is not None:
                progress(number + 1, len(steps))
    return DemoResult(
        plans=Plan.objects.count(),
        tasks=Version.objects.filter(register="plan_tasks").values("entry").distinct().count(),
        parcels=Version.objects.filter(register="priority_parcels").values("entry").distinct().count(),
        reports=Progress.objects.count(),
        duties=Duty.objects.count(),
        fingerprint=fingerprint(),
        accounts=[
            {"username": name, "role": role, "password": cast.password, "organisation": body}
            for name, role, body in cast.accounts
        ],
    )


REGISTER_STEPS = (
    metals_steps,
    cadmium_steps,
    key_unit_steps,
    cropland_steps,
    construction_steps,
    groundwater_steps,
    fund_steps,
    waste_steps,
    draw_steps,
    supervision_steps,
)


def _steps(cast: Cast) -> Iterator[tuple[date, Callable[[], Any]]]:
    yield from year.register_steps(cast)
    yield from year.plan_steps(cast, plan_bytes())
    yield from year.story_steps(cast)
    yield from year.neighbour_steps(cast)
    yield from surveys.survey_steps(cast)
    for steps in REGISTER_STEPS:
        yield from steps(cast)
    for end in _MONTH_ENDS:
        yield end - timedelta(days=6), _tick(end - timedelta(days=6))
        yield end, _tick(end)


def _tick(day: date) -> Callable[[], Any]:
    """A tick for one day; the days before count as worked through, which no rule of the sample year minds."""

    def act() -> None:
        Tick.objects.get_or_create(on=day - timedelta(days=1))
        ticking.tick(day)

    return act


def _moment(day: date, number: int) -> datetime:
    """Office hours of a day; steps of one day follow each other by a second."""
    start = datetime.combine(day, time(9), tzinfo=timezone.get_default_timezone())
    return start + timedelta(seconds=number % 20_000)


def plan_bytes() -> bytes:
    """The sample plan as a Word file; from the wheel, or from the checkout it is built of."""
    packaged = resources.files(__package__) / "data" / PLAN_FILE
    if packaged.is_file():
        return packaged.read_bytes()
    checkout = Path(__file__).resolve().parents[4] / "examples" / "plan" / PLAN_FILE
    return checkout.read_bytes()


def fingerprint() -> str:
    """SHA-256 over what the sample year says, without random identifiers: the same for every build."""
    content: list[Any] = [
        list(
            Version.objects.order_by("register", "name", "effective_from", "recorded_from").values_list(
                "register", "name", "region__name", "holder__name", "state", "effective_from",
                "effective_to", "recorded_from", "recorded_to", "reason",
            )
        ),
        list(
            Transition.objects.order_by("at", "entry__register", "entry__code", "transition", "id").values_list(
                "transition", "from_state", "to_state", "on", "at", "actor__username", "reason"
            )
        ),
        list(
            Progress.objects.order_by("recorded_from", "period", "organisation__name", "id").values_list(
                "organisation__name", "period", "on", "state", "text", "percent", "recorded_from",
                "recorded_to", "reported_by__username",
            )
        ),
        list(
            Target.objects.order_by("region__name", "position", "recorded_from", "id").values_list(
                "region__name", "indicator", "scope", "comparator", "value", "value_text", "effective_from"
            )
        ),
        list(
            Duty.objects.order_by(
                "due", "rule", "holder__name", "what", "period", "raised_on", "closed_on"
            ).values_list(
                "rule", "period", "what", "holder__name", "due", "raised_on", "state", "closed_on", "step"
            )
        ),
    ]  # fmt: skip
    plain = json.dumps(content, ensure_ascii=False, default=str)
    return hashlib.sha256(plain.encode()).hexdigest()


__all__ = ["COUNTY", "DemoResult", "build", "fingerprint", "plan_bytes"]
