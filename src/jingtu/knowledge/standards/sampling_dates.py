"""Rows of several years in one sheet: each judged by the edition in force on its sampling date."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from jingtu.errors import CellError, InputError, NotConfiguredError
from jingtu.knowledge.standards.analytes import factorised
from jingtu.knowledge.standards.editions import Edition, edition_on
from jingtu.knowledge.standards.reasons import REASON, VERDICT
from jingtu.knowledge.standards.results import Screening
from jingtu.knowledge.standards.tables import Limit

Frame = dict[str, pl.Series]


def by_sampling_date(
    frame: Frame,
    standard: str,
    on: date | None,
    added: tuple[Edition, ...],
    judge: Callable[[Frame, Edition], Screening],
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
        # None of them: this says which editions there are.
        days_named = [date.fromisoformat(word) for word in words if word]
        edition_on(standard, min(days_named, default=date.min), added)
    if list(editions) == known and len(known) == 1:
        return judge(frame, known[0])
    parts = []
    for edition, chosen in editions.items():
        places = np.flatnonzero(np.isin(codes, chosen))
        part = {name: series.gather(places) for name, series in frame.items()}
        judged = judge(part, edition or known[0])
        if edition is None:
            judged = _not_in_force(judged)
        own = judged.source >= 0
        judged.source[own] = places[judged.source[own]]
        parts.append(judged)
    return _joined(parts)


def _days(frame: Frame, on: date | None) -> pl.Series:
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
    filled: pl.Series = text
    if on is not None:
        filled = text.fill_null(on.isoformat())
    return filled


def _not_in_force(judged: Screening) -> Screening:
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
        whole: pl.Series = pl.concat([getattr(part, name).cast(pl.String) for part in parts])
        return whole.gather(order)

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
