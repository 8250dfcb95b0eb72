"""A draw done again from its record: is it what the seed and the population give?"""

from __future__ import annotations

from dataclasses import dataclass

from jingtu.platform.draws import drawing, population
from jingtu.platform.draws.actions import result
from jingtu.platform.draws.drawing import Candidate
from jingtu.platform.draws.models import Draw
from jingtu.platform.draws.population import Filter
from jingtu.platform.people.policies import Reach
from jingtu.platform.registers import declarations


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked."""

    label: str
    good: bool
    detail: str = ""


def verify(draw: Draw) -> list[Check]:
    """Check a draw's record against itself, the registers, the ledger and a new draw.

    Returns
    -------
    list of Check
        All good where the record is whole.
    """
    people = [Candidate(uid, stratum) for uid, stratum in draw.population]
    digest = drawing.population_hash(people)
    prepared = draw.ledger_row.facts
    found = [
        Check("名单与公布的校验值一致", digest == draw.population_hash, digest[:16]),
        Check(
            "名单与台账记录一致",
            prepared["population"] == digest
            and prepared["size"] == len(people)
            and prepared.get("inspectors_each") == draw.inspectors_each,
        ),
        Check("按清单当时的记录重新取出同一名单", _rebuilt(draw) == digest),
    ]
    if draw.seed_row is None or draw.draw_row is None:
        return found
    seeded, drawn_facts = draw.seed_row.facts, draw.draw_row.facts
    found.append(
        Check(
            "种子在名单确定之后、抽取之前记录",
            seeded["seed"] == draw.seed
            and draw.ledger_row_id < draw.seed_row_id < draw.draw_row_id  # type: ignore[operator]
            and draw.ledger_row.at <= draw.seed_row.at <= draw.draw_row.at,
        )
    )
    drawn, pairs = result(draw)
    again = [item.uid for item in drawn]
    stored = list(draw.objects_drawn.select_related("entry").prefetch_related("inspectors__person"))
    found.append(
        Check(
            "重新抽取得到同样的对象",
            again == [str(item.entry.uid) for item in stored] == drawn_facts["objects"],
            f"{len(again)} 个",
        )
    )
    held = {
        str(item.entry.uid): tuple(str(who.person.uid) for who in item.inspectors.all()) for item in stored
    }
    told = {uid: tuple(pair) for uid, pair in drawn_facts["inspectors"].items()}
    if draw.pool:
        found.append(Check("重新抽取得到同样的检查人员", pairs == held == told))
    return found


def _rebuilt(draw: Draw) -> str:
    """The hash of the population as the register gives it today for the day and the moment of the draw."""
    register = declarations.get(draw.register)
    chosen = Filter.stored(draw.filter)
    rows = chosen.rows(register, draw.region, draw.on, draw.known_at, Reach(everywhere=True))
    left_out = {item["uid"] for item in draw.exclusions}
    left = [row for row in rows if str(row.entry.uid) not in left_out]
    return drawing.population_hash(population.candidates(register, left, draw.strata))
