"""GB 2762: contaminants in crops, by food category; the edition is chosen by day before.

Rules
-----
* A limit of a category holds for all foods in it unless the category names them as taken out (3.3), so a food has
  at most one limit a contaminant. 稻谷 is judged as 糙米. A crop that is named by its category alone (蔬菜) has a limit
  only where all foods of the category share it.
* Inorganic arsenic and methylmercury: the total is measured first. A total that does not exceed the limit of the
  species passes (flag ``total_first``); above it the species has to be measured, and until then the row is
  ``not_evaluable``. Where a sample has a result of the species, that one is judged and the total is not.
* Dried fungi (3.5): a value not above the limit of the fresh food passes; above it the drying ratio is needed.
* A limit on dry weight (木耳, 银耳): a value as found above it exceeds in any case; one below it says nothing yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from jingtu.knowledge.standards.analytes import factorised
from jingtu.knowledge.standards.data_rows import folded
from jingtu.knowledge.standards.foods import Crop, find_crop, foods, is_name
from jingtu.knowledge.standards.judging import Judged, Prepared, judge_upper, reasons_of_names
from jingtu.knowledge.standards.reasons import FLAG, REASON, VERDICT
from jingtu.knowledge.standards.tables import Limit, Table

# The total that is measured before its species (notes a of tables 3 and 4).
SPECIES: Final = {"arsenic": "arsenic_inorganic", "mercury": "methylmercury"}
# Before the text of a line of the tables, among the keys of foods.
_LINE: Final = "line:"
_VERDICTS: Final = np.array([[VERDICT["pass"], VERDICT["exceed"]]], dtype=np.int8)


@dataclass(frozen=True, slots=True)
class _Plan:
    """Position of the limit of every analyte and food; the last row and the last column hold none.

    ``through`` marks limits of a species that stand in for its total, ``divided`` categories whose foods differ.
    """

    limits: NDArray[np.int32]
    through: NDArray[np.bool_]
    divided: NDArray[np.bool_]
    dry: NDArray[np.bool_]
    foods: dict[str, int]


def evaluate(rows: Prepared) -> Judged:
    """Judge rows by GB 2762: one limit a row, ``pass`` or ``exceed``."""
    plan = _plan_of(rows.table)
    food, dried, whole, reason = _crops_of(rows, plan)
    found = plan.limits[rows.analyte, food]
    through = plan.through[rows.analyte, food]
    names = reasons_of_names(rows)
    reason[whole & plan.divided[rows.analyte, food]] = REASON["crop_unclear"]
    judged = judge_upper(rows, found[:, None], _VERDICTS, np.where(names != 0, names, reason))
    over = judged.verdict == VERDICT["exceed"]
    under = judged.verdict == VERDICT["pass"]
    judged.flags[through & under] |= FLAG["total_first"]
    _withhold(judged, through & over, "species_needed")
    judged.flags[dried & (under | over)] |= FLAG["dried_goods"]
    _withhold(judged, dried & over, "drying_ratio")
    _withhold(judged, plan.dry[found] & under, "dry_weight_basis")
    _prefer_species(rows, judged, through, food)
    return judged


def _withhold(judged: Judged, chosen: NDArray[np.bool_], reason: str) -> None:
    judged.verdict[chosen] = VERDICT["not_evaluable"]
    judged.reason[chosen] = REASON[reason]


def _prefer_species(
    rows: Prepared, judged: Judged, through: NDArray[np.bool_], food: NDArray[np.int32]
) -> None:
    """Where the species itself was judged in a crop of a sample, its total is not judged as well."""
    samples = rows.column("sample")
    chosen = np.flatnonzero(through)
    if samples is None or not chosen.size:
        return
    codes = factorised(samples)[0] * (int(food.max()) + 1) + food
    names = rows.table.analytes
    settled = np.isin(judged.verdict, [VERDICT["pass"], VERDICT["exceed"]])
    for total, species in SPECIES.items():
        measured = np.unique(codes[(rows.analyte == names.code(species)) & settled])
        own = chosen[rows.analyte[chosen] == names.code(total)]
        dropped = own[np.isin(codes[own], measured)]
        judged.verdict[dropped] = VERDICT["not_covered"]
        judged.reason[dropped] = REASON["species_measured"]
        judged.flags[dropped] &= ~np.uint32(FLAG["total_first"])


def _crops_of(
    rows: Prepared, plan: _Plan
) -> tuple[NDArray[np.int32], NDArray[np.bool_], NDArray[np.bool_], NDArray[np.int16]]:
    size = len(rows)
    column = rows.column("crop")
    nobody = len(plan.foods)
    if column is None:
        return (
            np.full(size, nobody, dtype=np.int32),
            np.zeros(size, dtype=np.bool_),
            np.zeros(size, dtype=np.bool_),
            np.full(size, REASON["crop_missing"], dtype=np.int16),
        )
    codes, words = factorised(column.cast(pl.String))
    crops: list[Crop | None] = [find_crop(word) if word and word.strip() else None for word in words]
    lines = [plan.foods.get(_LINE + folded(word), -1) if word else -1 for word in words]
    food = np.array(
        [
            line if line >= 0 else plan.foods[crop.food.key] if crop else nobody
            for crop, line in zip(crops, lines, strict=True)
        ],
        dtype=np.int32,
    )
    printed = np.array(lines) >= 0
    dried = np.array([crop is not None and crop.dried for crop in crops], dtype=np.bool_) & ~printed
    whole = np.array([crop is not None and crop.category for crop in crops], dtype=np.bool_) | printed
    reason = np.array(
        [
            0
            if crop or line >= 0
            else REASON["crop_unknown"]
            if word and word.strip()
            else REASON["crop_missing"]
            for crop, line, word in zip(crops, lines, words, strict=True)
        ],
        dtype=np.int16,
    )
    return food[codes], dried[codes], whole[codes], reason[codes]


@cache
def _food_codes() -> dict[str, int]:
    return {key: place for place, key in enumerate(foods())}


@lru_cache(maxsize=8)
def _plan_of(table: Table) -> _Plan:
    names = table.analytes
    known = dict(_food_codes())
    for limit in table.limits:
        text = folded(limit.rest.get("food", ""))
        if text and not is_name(text):
            known.setdefault(_LINE + text, len(known))
    limits = np.full((len(names.ids) + 1, len(known) + 1), -1, dtype=np.int32)
    dry = np.zeros(len(table.limits) + 1, dtype=np.bool_)
    for place, limit in enumerate(table.limits):
        dry[place] = limit.rest.get("basis") == "dry"
        for key in covered_by(limit):
            limits[names.code(limit.analyte_id), known[key]] = place
        if (line := known.get(_LINE + folded(limit.rest.get("food", "")))) is not None:
            limits[names.code(limit.analyte_id), line] = place
    through = np.zeros(limits.shape, dtype=np.bool_)
    for total, species in SPECIES.items():
        if names.code(species) < 0 or names.code(total) < 0:
            continue
        own, other = limits[names.code(total)], limits[names.code(species)]
        stands_in = (own < 0) & (other >= 0)
        through[names.code(total)] = stands_in
        own[stands_in] = other[stands_in]
    divided = np.zeros(limits.shape, dtype=np.bool_)
    # Two rows of the table may print the same number.
    value = np.array([*(float(limit.upper or 0) for limit in table.limits), -1.0])[limits]
    for key, food in foods().items():
        for above in food.line[1:]:
            other = known[above]
            divided[:, other] |= value[:, other] != value[:, known[key]]
            divided[:, other] |= through[:, other] != through[:, known[key]]
    # What one line says of a contaminant says nothing of those that other lines regulate.
    for key, line in known.items():
        if key.startswith(_LINE):
            divided[:, line] = limits[:, line] < 0
    return _Plan(limits, through, divided, dry, known)


def covered_by(limit: Limit) -> tuple[str, ...]:
    """Keys of the foods and categories that a limit holds for.

    Examples
    --------
    >>> from datetime import date
    >>> from jingtu.knowledge.standards.editions import edition_on
    >>> table = edition_on("gb2762", date(2026, 11, 22)).table
    >>> [covered_by(limit) for limit in table.limits if limit.rest.get("food") == "花生"]
    [('peanut',)]
    """
    covers = set(limit.rest.get("covers", "").split("|"))
    spared = set(limit.rest.get("except", "").split("|"))
    return tuple(
        key for key, food in foods().items() if covers & set(food.line) and not spared & set(food.line)
    )
