"""Judged results and the documents and tables that they become."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from jingtu.knowledge.standards.editions import Edition
from jingtu.knowledge.standards.reasons import RANKS, REASON, REASONS, VERDICTS, flags_of, words_of
from jingtu.knowledge.standards.tables import Limit

# Nothing may look as if mg/kg had been taken for granted.
_UNCONVERTED = [REASON[code] for code in ("missing_unit", "unknown_unit", "unit_mismatch", "unit_conflict")]


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
        """Unit of the limit; the printed one where there is no limit or the value was not converted."""
        wrong = np.isin(self.reason_code, _UNCONVERTED)
        first = pl.Series(np.where(wrong, -1, self.limit_places[:, 0]))
        units = pl.Series([limit.unit for limit in self.limits], dtype=pl.String)
        printed = self.reported_unit.str.strip_chars()
        printed = printed.set(printed == "", None)
        return units.gather(first.set(first < 0, None)).fill_null(printed).alias("unit")

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
                "reported_value": _printable(self.reported_value),
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
        reported, printed_units = _printable(self.reported_value).to_list(), self.reported_unit.to_list()
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


def _printable(series: pl.Series) -> pl.Series:
    return series.fill_nan(None) if series.dtype.is_float() else series


def _number(value: float) -> float | None:
    """A number without the noise of its last bits; ``None`` for none."""
    return None if value != value else float(f"{value:.15g}")  # noqa: PLR0124 - NaN
