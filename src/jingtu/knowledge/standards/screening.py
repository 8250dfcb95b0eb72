"""Judge laboratory results by a standard: columns in, columns out."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from jingtu.errors import CellError, InputError, NotConfiguredError
from jingtu.knowledge.standards.analytes import factorised
from jingtu.knowledge.standards.editions import Edition, edition_on
from jingtu.knowledge.standards.judging import Evaluator, Judged, Prepared, reasons_of
from jingtu.knowledge.standards.readings import Readings, as_series, read_values
from jingtu.knowledge.standards.reasons import (
    FLAG,
    RANKS,
    REASON,
    REASONS,
    VERDICT,
    VERDICTS,
    flags_of,
    words_of,
)
from jingtu.knowledge.standards.sums import add_sums
from jingtu.knowledge.standards.tables import Limit
from jingtu.knowledge.standards.units import factor, unit_of

# Where the evaluator of an edition stands; a table that a user adds names one of them.
EVALUATORS: Final[dict[str, str]] = {
    "agricultural": "jingtu.knowledge.standards.agricultural:evaluate",
    "construction": "jingtu.knowledge.standards.construction:evaluate",
    "groundwater": "jingtu.knowledge.standards.groundwater:evaluate",
    "crops": "jingtu.knowledge.standards.crops:evaluate",
}

NEEDED: Final = ("analyte", "value")


def evaluator_of(name: str) -> Evaluator:
    """The evaluator behind a name of :data:`EVALUATORS`."""
    module, attribute = EVALUATORS[name].split(":")
    found: Evaluator = getattr(importlib.import_module(module), attribute)
    return found


@dataclass
class Screening:
    """Judged results, one entry a row of the input, sums that were computed behind them.

    Attributes
    ----------
    source : ndarray of int64
        Row of the input; -1 for a sum that was computed.
    analyte_code, verdict_code, reason_code, edition_code : ndarray of int
        Positions in ``analyte_ids``, ``VERDICTS``, ``REASONS``, ``editions``; -1: none.
    value : ndarray of float64
        In the unit of the limit, NaN where nothing was detected or read.
    detection_limit : ndarray of float64
        Of non-detects, in the unit of the limit.
    ratio : ndarray of float64
        Value over the limit that the standard compares first; NaN where there is no value.
    flag_bits : ndarray of uint32
        See ``reasons.FLAG``.
    limit_places : ndarray of int32, shape (n, k)
        Positions in ``limits``; -1: none.
    """

    standard: str
    editions: tuple[Edition, ...]
    limits: tuple[Limit, ...]
    analyte_ids: tuple[str, ...]
    analyte_names: tuple[str, ...]
    sample: pl.Series
    analyte: pl.Series
    reported_value: pl.Series
    reported_unit: pl.Series
    source: NDArray[np.int64]
    analyte_code: NDArray[np.int32]
    value: NDArray[np.float64]
    detected: NDArray[np.bool_]
    detection_limit: NDArray[np.float64]
    verdict_code: NDArray[np.int8]
    reason_code: NDArray[np.int16]
    flag_bits: NDArray[np.uint32]
    limit_places: NDArray[np.int32]
    ratio: NDArray[np.float64]
    edition_code: NDArray[np.int16]

    def __len__(self) -> int:
        return len(self.verdict_code)

    @property
    def edition(self) -> Edition:
        """The edition that judged; of several (by sampling date) the latest."""
        return max(self.editions, key=lambda edition: edition.valid_from)

    @cached_property
    def verdict(self) -> pl.Series:
        """Codes of the verdicts."""
        return _coded(self.verdict_code, VERDICTS, "verdict")

    @cached_property
    def reason(self) -> pl.Series:
        """Codes of the reasons, null where there is none."""
        series = _coded(self.reason_code, REASONS, "reason").cast(pl.String)
        return series.set(series == "", None)

    @cached_property
    def analyte_id(self) -> pl.Series:
        """Identifiers of the analytes, null where the standard does not know the name."""
        codes = pl.Series("analyte_id", self.analyte_code)
        return pl.Series("analyte_id", self.analyte_ids, dtype=pl.String).gather(codes.set(codes < 0, None))

    @cached_property
    def unit(self) -> pl.Series:
        """Unit of the limit; the printed one where there is no limit."""
        first = pl.Series(self.limit_places[:, 0])
        units = pl.Series([limit.unit for limit in self.limits], dtype=pl.String)
        return units.gather(first.set(first < 0, None)).fill_null(self.reported_unit).alias("unit")

    def flags(self, row: int) -> tuple[str, ...]:
        """Codes of the flags of a row."""
        return flags_of(int(self.flag_bits[row]))

    def limits_of(self, row: int) -> list[dict[str, Any]]:
        """The limits that a row was compared with, as the contract has them."""
        return [self.limits[place].to_json() for place in self.limit_places[row] if place >= 0]

    def frame(self) -> pl.DataFrame:
        """All columns as a table, with the Chinese words of verdict, reason and flags."""
        flags = {
            bits: "；".join(words_of("flag", code) for code in flags_of(bits))
            for bits in set(self.flag_bits.tolist())
        }
        return pl.DataFrame(
            {
                "sample": self.sample,
                "analyte": self.analyte,
                "analyte_id": self.analyte_id,
                "reported_value": self.reported_value,
                "reported_unit": self.reported_unit,
                "value": pl.Series(self.value).fill_nan(None),
                "unit": self.unit,
                "detected": self.detected,
                "detection_limit": pl.Series(self.detection_limit).fill_nan(None),
                "verdict": self.verdict.cast(pl.String),
                "verdict_words": _coded(
                    self.verdict_code, [words_of("verdict", code) for code in VERDICTS], ""
                ),
                "ratio": pl.Series(self.ratio).fill_nan(None),
                "reason": self.reason,
                "reason_words": [words_of("reason", REASONS[code]) for code in self.reason_code.tolist()],
                "flag_words": [flags[bits] for bits in self.flag_bits.tolist()],
            }
        )

    @cached_property
    def samples(self) -> list[dict[str, Any]]:
        """The worst verdict of each sample with the analyte that drives it.

        What could not be judged is counted beside it and decides only where nothing was judged. Ties go to
        the larger ratio, then to the name, so that the order of rows does not matter.
        """
        ranks = np.array(RANKS, dtype=np.int8)[self.verdict_code]
        frame = pl.DataFrame(
            {
                "sample": self.sample,
                "rank": ranks,
                "ratio": np.nan_to_num(self.ratio, nan=-1.0),
                "name": self.analyte,
                "verdict": self.verdict.cast(pl.String),
            }
        )
        grouped = frame.group_by("sample", maintain_order=True).agg(
            pl.all().sort_by(["rank", "ratio", "name"], descending=[True, True, False]).first(),
            (pl.col("verdict") == "not_evaluable").sum().alias("not_evaluable"),
            (pl.col("verdict") == "not_covered").sum().alias("not_covered"),
            pl.col("name").filter(pl.col("rank") == pl.col("rank").max()).unique().sort().alias("drivers"),
        )
        return [
            {
                "sample": row["sample"],
                "verdict": row["verdict"],
                "driver": row["name"] if row["rank"] > 0 else None,
                "drivers": row["drivers"] if row["rank"] > 0 else [],
                "not_evaluable": row["not_evaluable"],
                "not_covered": row["not_covered"],
            }
            for row in grouped.iter_rows(named=True)
        ]

    def to_json(self) -> dict[str, Any]:
        """The document of ``jingtu screen --json``."""
        samples, analytes, units = self.sample.to_list(), self.analyte.to_list(), self.unit.to_list()
        verdicts, reasons, ids = self.verdict.to_list(), self.reason.to_list(), self.analyte_id.to_list()
        reported, printed_units = self.reported_value.to_list(), self.reported_unit.to_list()
        results = [
            {
                "sample": samples[row],
                "analyte": analytes[row],
                "analyte_id": ids[row],
                "value": _number(self.value[row]),
                "unit": units[row],
                "detected": bool(self.detected[row]),
                "detection_limit": _number(self.detection_limit[row]),
                "limits": self.limits_of(row),
                "verdict": verdicts[row],
                "ratio": _number(self.ratio[row]),
                "reason": reasons[row],
                "reason_words": words_of("reason", reasons[row] or "") or None,
                "flags": list(self.flags(row)),
                "reported": {"value": reported[row], "unit": printed_units[row]},
                "row": int(self.source[row]) if self.source[row] >= 0 else None,
            }
            for row in range(len(self))
        ]
        return {"edition": self.edition.to_json(), "results": results, "samples": self.samples}


def _coded(codes: NDArray[Any], words: Iterable[str], name: str) -> pl.Series:
    table = pl.Series(name, list(words))
    return table.cast(pl.Enum(table)).gather(codes)


def _number(value: float) -> float | None:
    """A number without the noise of its last bits; ``None`` for none."""
    return None if value != value else float(f"{value:.15g}")  # noqa: PLR0124 - NaN


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
        return _by_date(frame, standard, on, land_class, added)
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
    names, words = factorised(frame["analyte"])
    found = table.analytes.find_all(words)
    codes = np.array([one.code for one in found], dtype=np.int32)
    analyte = (
        codes[names] if len(words) != 1 else np.full(size, codes[0] if len(codes) else -1, dtype=np.int32)
    )
    suffixes = [one.unit_suffix for one in found]
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
        land_class,
    )
    return add_sums(rows)


def _units(
    series: pl.Series,
    readings: Readings,
    names: NDArray[np.int32],
    suffixes: list[str],
    reason: NDArray[np.int16],
) -> tuple[NDArray[np.int16], tuple[str, ...]]:
    """Codes of the units; a unit that is missing, unknown or contradicted becomes a reason."""
    codes, words = factorised(series)
    units: list[str] = []

    def place(unit: str | None) -> int:
        if unit is None:
            return -1
        if unit not in units:
            units.append(unit)
        return units.index(unit)

    known = [place(unit_of(word)) for word in words]
    unit = np.array(known, dtype=np.int16)[codes] if words else np.zeros(0, dtype=np.int16)
    for word, code in zip(words, known, strict=True):
        if code < 0:
            rows = codes == words.index(word)
            why = "unknown_unit" if word and word.strip() else "missing_unit"
            reason[rows & (reason == 0)] = REASON[why]
    for row, own in readings.units.items():
        stated = unit_of(own)
        if stated is None:
            reason[row] = REASON["unknown_unit"]
        elif readings.detected[row] and unit[row] >= 0 and units[unit[row]] != stated:
            reason[row] = REASON["unit_conflict"]
        else:
            # A detection limit may be printed in a unit of its own beside the unit of its column.
            if reason[row] in {REASON["missing_unit"], REASON["unknown_unit"]} and readings.detected[row]:
                reason[row] = 0
            if reason[row] == 0:
                unit[row] = place(stated)
    if any(suffixes):
        for code, suffix in enumerate(suffixes):
            if suffix:
                rows = np.flatnonzero((names == code) & (unit >= 0))
                for row in rows:
                    unit[row] = place(unit_of(f"{units[unit[row]]}{suffix}")) if unit[row] >= 0 else -1
                reason[rows[unit[rows] < 0]] = REASON["unknown_unit"]
    return unit, tuple(units)


def _finished(
    frame: dict[str, pl.Series], rows: Prepared, source: NDArray[np.int64], judged: Judged
) -> Screening:
    table = rows.table
    first = np.ascontiguousarray(judged.limits[:, 0])
    value, limit = rows.readings.value, rows.readings.censor_limit
    for code, unit in enumerate(rows.units):
        # Units that already are those of all limits need no pass over the rows.
        by = {
            place: found
            for place, one in enumerate(table.limits)
            if (found := factor(unit, one.unit, one.analyte_id)) is not None and found != 1
        }
        if not by:
            continue
        chosen = np.flatnonzero((rows.unit == code) & (first >= 0))
        if not chosen.size:
            continue
        times, over = np.ones(len(table.limits)), np.ones(len(table.limits))
        for place, found in by.items():
            times[place], over[place] = found.numerator, found.denominator
        changed = first[chosen]
        if value is rows.readings.value:
            value, limit = value.copy(), limit.copy()
        value[chosen] = value[chosen] * times[changed] / over[changed]
        limit[chosen] = limit[chosen] * times[changed] / over[changed]
        judged.flags[chosen[(times[changed] != 1) | (over[changed] != 1)]] |= FLAG["unit_converted"]
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


def _by_date(
    frame: dict[str, pl.Series],
    standard: str,
    on: date | None,
    land_class: int | None,
    added: tuple[Edition, ...],
) -> Screening:
    """Judge each row by the edition of its sampling date; rows before any edition are not covered."""
    days = _days(frame, on)
    codes, words = factorised(days)
    editions: dict[Edition | None, list[int]] = {}
    for code, word in enumerate(words):
        try:
            edition = edition_on(standard, date.fromisoformat(word), added) if word else None
        except NotConfiguredError:
            edition = None
        editions.setdefault(edition, []).append(code)
    known = [edition for edition in editions if edition is not None]
    if not known:
        # Says which editions there are.
        edition_on(
            standard, min(date.fromisoformat(word) for word in words if word) if any(words) else date.min
        )
    if list(editions) == known and len(known) == 1:
        return _screen(frame, known[0], land_class)
    parts = []
    for edition, chosen in editions.items():
        places = np.flatnonzero(np.isin(codes, chosen))
        part = {name: series.gather(places) for name, series in frame.items()}
        judged = _screen(part, edition or known[0], land_class)
        if edition is None:
            judged = _not_in_force(judged, len(places))
        own = judged.source >= 0
        judged.source[own] = places[judged.source[own]]
        parts.append(judged)
    return _joined(parts)


def _days(frame: dict[str, pl.Series], on: date | None) -> pl.Series:
    column = frame.get("sampled_on")
    if column is None:
        column = pl.Series([None], dtype=pl.String).new_from_index(0, len(frame["analyte"]))
    text = column.cast(pl.String).str.slice(0, 10)
    wrong = text.is_not_null() & text.str.to_date("%Y-%m-%d", strict=False).is_null()
    if wrong.any():
        rows = wrong.arg_true().to_list()
        raise InputError(
            "有采样日期不能读取，请写成2026-11-22的样式。",
            [
                CellError(
                    message="采样日期不能读取", row=row + 1, column="sampled_on", value=str(column[row])
                )
                for row in rows
            ],
        )
    if on is None and text.null_count():
        raise InputError("有样品没有采样日期，也没有给出日期，不能确定用哪一版标准。", rows=text.null_count())
    return text if on is None else text.fill_null(on.isoformat())


def _not_in_force(judged: Screening, size: int) -> Screening:
    """The same rows without a verdict: no edition at hand was in force."""
    return replace(
        judged,
        verdict_code=np.full(len(judged), VERDICT["not_covered"], dtype=np.int8),
        reason_code=np.full(len(judged), REASON["no_edition"], dtype=np.int16),
        flag_bits=np.zeros(len(judged), dtype=np.uint32),
        limit_places=np.full_like(judged.limit_places, -1),
        ratio=np.full(len(judged), np.nan),
    )


def _joined(parts: list[Screening]) -> Screening:
    """Several editions in one, in the order of the rows; computed sums at the end."""
    editions: list[Edition] = []
    limits: list[Limit] = []
    ids: dict[str, str] = {}
    starts = []
    for part in parts:
        starts.append((len(limits), len(editions)))
        limits += part.limits
        editions += part.editions
        ids |= dict(zip(part.analyte_ids, part.analyte_names, strict=True))
    place = {key: code for code, key in enumerate(ids)}
    width = max(part.limit_places.shape[1] for part in parts)
    source = np.concatenate([part.source for part in parts])
    order = np.argsort(np.where(source < 0, len(source), source), kind="stable")

    def together(name: str) -> NDArray[Any]:
        return np.concatenate([getattr(part, name) for part in parts])[order]

    def series(name: str) -> pl.Series:
        return pl.concat([getattr(part, name).cast(pl.String) for part in parts]).gather(order)

    codes = [np.array([*(place[key] for key in part.analyte_ids), -1], dtype=np.int32) for part in parts]
    placed = []
    for part, (first, _) in zip(parts, starts, strict=True):
        shifted = np.full((len(part), width), -1, dtype=np.int32)
        shifted[:, : part.limit_places.shape[1]] = np.where(
            part.limit_places < 0, -1, part.limit_places + first
        )
        placed.append(shifted)
    return Screening(
        standard=parts[0].standard,
        editions=tuple(editions),
        limits=tuple(limits),
        analyte_ids=tuple(ids),
        analyte_names=tuple(ids.values()),
        sample=series("sample"),
        analyte=series("analyte"),
        reported_value=series("reported_value"),
        reported_unit=series("reported_unit"),
        source=source[order],
        analyte_code=np.concatenate(
            [code[part.analyte_code] for code, part in zip(codes, parts, strict=True)]
        )[order],
        value=together("value"),
        detected=together("detected"),
        detection_limit=together("detection_limit"),
        verdict_code=together("verdict_code"),
        reason_code=together("reason_code"),
        flag_bits=together("flag_bits"),
        limit_places=np.concatenate(placed)[order],
        ratio=together("ratio"),
        edition_code=np.concatenate(
            [part.edition_code + first for part, (_, first) in zip(parts, starts, strict=True)]
        )[order].astype(np.int16),
    )
