"""Two draws of the sample year: inspections of key units (双随机) and a second look at sources struck off (回头看)."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from jingtu.platform.draws import population
from jingtu.platform.draws.actions import PerformDraw, PrepareDraw, RecordSeed
from jingtu.platform.draws.models import Draw, DrawnObject, Outcome
from jingtu.platform.draws.outcomes import RecordOutcome
from jingtu.platform.draws.population import Filter
from jingtu.platform.evidence.attaching import attach
from jingtu.platform.registers import declarations
from jingtu.service.demo.places import COUNTY, Cast

Step = tuple[date, Callable[[], Any]]
INSPECTION, SECOND_LOOK = "2024年重点监管单位双随机检查", "2024年涉镉整治销号回头看"
_FOUND = "危废暂存间防渗层有裂缝，要求十五日内修复并报送照片。"


def draw_steps(cast: Cast) -> Iterator[Step]:
    """Both draws, their seeds announced at a meeting, and what was found at all but the last object."""
    prepared, visited = date(2024, 9, 10), date(2024, 9, 26)
    yield (
        prepared,
        lambda: _draw(cast, prepared, "key_regulated_units", Draw.Kind.RANDOM, INSPECTION, "40715"),
    )
    yield visited, lambda: _look(cast, visited, INSPECTION, found=True)
    prepared_again, looked = date(2024, 12, 2), date(2024, 12, 19)
    yield (
        prepared_again,
        lambda: _draw(cast, prepared_again, "cadmium_sources", Draw.Kind.LOOK_BACK, SECOND_LOOK, "88213"),
    )
    yield looked, lambda: _look(cast, looked, SECOND_LOOK, found=False)


def _draw(cast: Cast, day: date, name: str, kind: Draw.Kind, title: str, seed: str) -> None:
    register, county = declarations.get(name), cast.places[COUNTY]
    states: tuple[str, ...] = ("published",)
    if kind == Draw.Kind.LOOK_BACK:
        states = tuple(register.lifecycle.move(register.reopen_move).sources)
    draw = PrepareDraw(
        cast.officer, day, register, county,
        kind=kind, title=title, chosen=Filter(states), number=3,
        pool=population.inspectors(county, day) if kind == Draw.Kind.RANDOM else (),
        due=date(day.year, 12, 25),
    ).execute()  # fmt: skip
    RecordSeed(cast.officer, day, draw, announced=seed, note="抽取会议当场摇号（示例）").execute()
    PerformDraw(cast.officer, day, draw).execute()


def _look(cast: Cast, day: date, title: str, *, found: bool) -> None:
    """Something is found at the first object where ``found``; the last one is still to be looked at."""
    drawn = list(DrawnObject.objects.filter(draw__title=title).select_related("draw", "entry"))
    for item in sorted(drawn, key=lambda one: one.position)[:-1]:
        problem = found and item.position == 1
        paper = (
            [
                attach(
                    io.BytesIO(f"示例数据\n{item.entry.code}\n{_FOUND}\n".encode()), "现场检查记录.txt",
                    subject_type=item.entry.register, subject_uid=item.entry.uid,
                    read_permission=declarations.get(item.entry.register).read_permission,
                    region_path=cast.places[COUNTY].path, actor=cast.second,
                )
            ]
            if problem
            else []
        )  # fmt: skip
        result = Outcome.Result.FOUND if problem else Outcome.Result.GOOD
        note = _FOUND if problem else "现场核查未发现问题。"
        RecordOutcome(cast.officer, day, item, result, note=note, evidence=paper).execute()
