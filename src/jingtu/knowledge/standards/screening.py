"""Judge laboratory results by a standard: columns in, columns out."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from jingtu.errors import InputError
from jingtu.knowledge.standards.analytes import Lexicon
from jingtu.knowledge.standards.editions import Edition, edition_on
from jingtu.knowledge.standards.judging import Evaluator, Floats, Judged, Prepared, reasons_of
from jingtu.knowledge.standards.readings import Readings, as_series, read_values
from jingtu.knowledge.standards.reasons import FLAG, REASON
from jingtu.knowledge.standards.results import Screening
from jingtu.knowledge.standards.sampling_dates import by_sampling_date as in_parts
from jingtu.knowledge.standards.sums import add_sums
from jingtu.knowledge.standards.units import spellings, unit_of

# Where the evaluator of an edition stands; a table that a user adds names one of them.
EVALUATORS: Final[dict[str, str]] = {
    "agricultural": "jingtu.knowledge.standards.agricultural:evaluate",
    "construction": "jingtu.knowledge.standards.construction:evaluate",
    "groundwater": "jingtu.knowledge.standards.groundwater:evaluate",
    "crops": "jingtu.knowledge.standards.crops:evaluate",
    "added": "jingtu.knowledge.standards.added_judging:evaluate",
}

__all__ = ["EVALUATORS", "Screening", "evaluator_of", "screen"]

NEEDED: Final = ("analyte", "value")


def evaluator_of(name: str) -> Evaluator:
    """The evaluator behind a name of :data:`EVALUATORS`."""
    module, attribute = EVALUATORS[name].split(":")
    found: Evaluator = getattr(importlib.import_module(module), attribute)
    return found


def screen(
    columns: Mapping[str, Any],
    standard: str,
    on: date | None = None,
    *,
    land_class: int | None = None,
    added: Iterable[Edition] = (),
    by_sampling_date: bool = False,
) -> Screening:
    """Judge results by the edition of a standard that was in force on a day.

    Parameters
    ----------
    columns : mapping of str to sequence, ndarray or Series
        Equally long columns. ``analyte`` and ``value`` (text as printed, or numbers) have to be there;
        ``unit`` as well, a row without one is not evaluable. Besides ``sample``, ``detection_limit`` (in the
        unit of its row), ``ph``, ``land_use``, ``land_class``, ``crop``, ``background`` (in the unit of its
        row), ``background_source``, ``sampled_on``, ``depth`` and whatever an evaluator asks for.
    standard : str
        ``gb15618``, ``gb36600``, ``gbt14848``, ``gb2762`` or the key of an added table.
    on : date, optional
        The day; it may be left out only with ``by_sampling_date``.
    land_class : {1, 2}, optional
        Class of land of GB 36600 for all rows.
    added : iterable of Edition
        Editions that a user added.
    by_sampling_date : bool
        Take for each row the edition in force on its ``sampled_on``, and ``on`` where that is empty.

    Returns
    -------
    Screening
        Verdicts, ratios, reasons and limits in the order of the rows; sums that were computed from their
        members stand behind them.

    Raises
    ------
    NotFoundError
        There is no such standard.
    NotConfiguredError
        No edition at hand was in force on the day.
    InputError
        A column is missing or of another length, or the class of land is none.

    Examples
    --------
    >>> from datetime import date
    >>> found = screen(
    ...     {"sample": ["S1"], "analyte": ["镉"], "value": ["0.31"], "unit": ["mg/kg"], "ph": [5.5], "land_use": ["水田"]},
    ...     "gb15618",
    ...     date(2026, 11, 22),
    ... )
    >>> found.verdict[0], [(limit["name"], limit["value"]) for limit in found.limits_of(0)]
    ('between', [('screening', 0.3), ('intervention', 1.5)])
    """
    frame = _frame(columns)
    added = tuple(added)
    if land_class not in {None, 1, 2}:
        raise InputError("用地类别只有第一类（1）和第二类（2）。", land_class=land_class)
    if by_sampling_date:

        def judge(part: dict[str, pl.Series], edition: Edition) -> Screening:
            return _screen(part, edition, land_class)

        return in_parts(frame, standard, on, added, judge)
    if on is None:
        raise InputError("没有给出日期，不能确定用哪一版标准。", standard=standard)
    return _screen(frame, edition_on(standard, on, added), land_class)


def _frame(columns: Mapping[str, Any]) -> dict[str, pl.Series]:
    frame = {name: as_series(values) for name, values in columns.items()}
    missing = [name for name in NEEDED if name not in frame]
    if missing:
        raise InputError(f"缺少列：{'、'.join(missing)}。", missing=missing)
    sizes = {name: len(series) for name, series in frame.items()}
    if len(set(sizes.values())) > 1:
        raise InputError("各列的行数不一致。", lengths=sizes)
    size = sizes["analyte"]
    frame.setdefault("sample", pl.Series([None], dtype=pl.String).new_from_index(0, size))
    frame.setdefault("unit", pl.Series([None], dtype=pl.String).new_from_index(0, size))
    frame["analyte"] = frame["analyte"].cast(pl.String)
    frame["unit"] = frame["unit"].cast(pl.String)
    return frame


def _screen(frame: dict[str, pl.Series], edition: Edition, land_class: int | None) -> Screening:
    rows, source = _prepared(frame, edition, land_class)
    judged = evaluator_of(edition.evaluator)(rows)
    return _finished(frame, rows, source, judged)


def _prepared(
    frame: dict[str, pl.Series], edition: Edition, land_class: int | None
) -> tuple[Prepared, NDArray[np.int64]]:
    table = edition.table
    size = len(frame["analyte"])
    names, words = table.analytes.lexicon.codes(frame["analyte"])
    found = table.analytes.find_all(words)
    codes = np.array([one.code for one in found], dtype=np.int32)
    analyte = np.take(codes, names) if size else np.zeros(0, dtype=np.int32)
    occurring = np.flatnonzero(np.bincount(names, minlength=len(words)))
    suffixes = {place: found[place].unit_suffix for place in occurring.tolist() if found[place].unit_suffix}
    readings = read_values(frame["value"], frame.get("detection_limit"))
    reason = reasons_of(readings)
    flags = np.zeros(size, dtype=np.uint32)
    unit, units = _units(frame["unit"], readings, names, suffixes, reason)
    low = readings.value
    odd = np.flatnonzero(~readings.detected | readings.above)
    high = low
    if odd.size:
        low, high = low.copy(), low.copy()
        censored = odd[~readings.detected[odd] & (readings.problem_code[odd] == 0)]
        low[censored], high[censored] = 0.0, readings.censor_limit[censored]
        high[odd[readings.above[odd]]] = np.inf
        flags[censored] |= FLAG["nondetect"]
        flags[odd[readings.above[odd]]] |= FLAG["above_range"]
    if readings.wet:
        flags[readings.wet] |= FLAG["wet_basis"]
    rows = Prepared(
        edition,
        table,
        analyte,
        unit,
        units,
        readings,
        low,
        high,
        readings.above & ~readings.closed if odd.size else readings.above,
        odd,
        reason,
        flags,
        frame,
        tuple(set(codes[occurring].tolist())),
        land_class,
    )
    return add_sums(rows)


@cache
def _lexicon() -> Lexicon:
    return Lexicon(spellings())


def _units(
    series: pl.Series,
    readings: Readings,
    names: NDArray[Any],
    suffixes: dict[int, str],
    reason: NDArray[np.int16],
) -> tuple[NDArray[np.int16], tuple[str, ...]]:
    """Codes of the units; a unit that is missing, unknown or contradicted becomes a reason."""
    codes, words = _lexicon().codes(series)
    units: list[str] = []

    def place(unit: str | None) -> int:
        if unit is None:
            return -1
        if unit not in units:
            units.append(unit)
        return units.index(unit)

    known = np.full(len(words) + 1, -1, dtype=np.int16)
    for code in (
        np.flatnonzero(np.bincount(codes, minlength=len(words))).tolist()
        if len(words) > 3
        else range(len(words))
    ):
        word = words[code]
        known[code] = place(unit_of(word))
        if known[code] < 0:
            why = "unknown_unit" if word and word.strip() else "missing_unit"
            reason[(codes == code) & (reason == 0)] = REASON[why]
    unit = np.take(known, codes)
    for row, own in readings.units.items():
        stated = unit_of(own)
        if stated is None:
            reason[row] = REASON["unknown_unit"]
        elif readings.detected[row] and unit[row] >= 0 and units[unit[row]] != stated:
            reason[row] = REASON["unit_conflict"]
        else:
            # The cell itself says it; a detection limit may have another unit than its column.
            if reason[row] == REASON["missing_unit"]:
                reason[row] = 0
            if reason[row] == 0:
                unit[row] = place(stated)
    for code, suffix in suffixes.items():
        for printed in range(len(units)):
            chosen = (names == code) & (unit == printed)
            if chosen.any():
                meant = place(unit_of(f"{units[printed]}{suffix}"))
                unit[chosen] = meant
                if meant < 0:
                    reason[chosen & (reason == 0)] = REASON["unknown_unit"]
    return unit, tuple(units)


def _finished(
    frame: dict[str, pl.Series], rows: Prepared, source: NDArray[np.int64], judged: Judged
) -> Screening:
    table = rows.table
    value, limit = _in_unit_of_limit(rows, judged)
    size = len(frame["analyte"])
    extra = len(rows) - size
    sample, analyte, reported, units = (
        frame["sample"],
        frame["analyte"],
        frame["value"].cast(pl.String) if frame["value"].dtype != pl.Float64 else frame["value"],
        frame["unit"],
    )
    if extra:
        added = rows.columns
        sample, analyte, units = added["sample"], added["analyte"], added["unit"]
        reported = added["value"]
    return Screening(
        standard=rows.edition.standard,
        editions=(rows.edition,),
        limits=table.limits,
        analyte_ids=table.analytes.ids,
        analyte_names=tuple(table.analytes.names.values()),
        sample=sample,
        analyte=analyte,
        reported_value=reported,
        reported_unit=units,
        source=source,
        analyte_code=rows.analyte,
        value=value,
        detected=rows.readings.detected,
        detection_limit=limit,
        verdict_code=judged.verdict,
        reason_code=judged.reason,
        flag_bits=judged.flags,
        limit_places=judged.limits,
        ratio=judged.ratio,
        edition_code=np.zeros(len(rows), dtype=np.int16),
    )


def _in_unit_of_limit(rows: Prepared, judged: Judged) -> tuple[Floats, Floats]:
    """Values and detection limits in the unit of the limit; rows without a limit as printed."""
    value, limit = rows.readings.value, rows.readings.censor_limit
    first = judged.limits[:, 0]
    for code, unit in enumerate(rows.units):
        times, over = rows.table.factors(unit)
        if (times == over).all():
            continue
        chosen = np.flatnonzero(rows.unit == code)
        places = first[chosen]
        if value is rows.readings.value:
            value = value.copy()
        by, per = np.take(times, places), np.take(over, places)
        value[chosen] = (value[chosen] * by if (times != 1).any() else value[chosen]) / per
        judged.flags[chosen[by != per]] |= np.uint32(FLAG["unit_converted"])
        if rows.odd.size:
            if limit is rows.readings.censor_limit:
                limit = limit.copy()
            limit[chosen] = limit[chosen] * by / per
    return value, limit
