"""Indices of pollution of a survey's soil samples, each naming the background values that it was divided by."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from jingtu.errors import JingtuError, NotConfiguredError
from jingtu.knowledge.standards import backgrounds, index_scales, indices
from jingtu.knowledge.standards.backgrounds import Reference
from jingtu.knowledge.standards.indices import IndexResult
from jingtu.knowledge.standards.reasons import words_of
from jingtu.knowledge.standards.statistics import for_statistics
from jingtu.platform.evidence.laboratory.models import Medium
from jingtu.platform.evidence.laboratory.queries import listing
from jingtu.platform.evidence.laboratory.queries.explaining import NOT_SET
from jingtu.platform.evidence.laboratory.queries.frame import Frame, facets

SOILS = frozenset({Medium.SOIL.value, Medium.SEDIMENT.value})
SAMPLES_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Indices:
    """Indices with one background set: what the set is, a table an analyte, a table a sample."""

    name: str
    how: list[tuple[str, str]]
    by_analyte: list[list[str]]
    by_sample: list[list[str]]
    left_out: int


ANALYTE_HEADINGS = (
    "项目", "背景值（mg/kg）", "样品数", "单因子指数最大", "等级", "地累积指数最大", "等级",
    "生态危害系数最大", "等级",
)  # fmt: skip
SAMPLE_HEADINGS = (
    "样品", "参与项目", "内梅罗指数", "等级", "污染负荷指数", "等级", "潜在生态危害指数", "等级",
)  # fmt: skip


def offered(frame: Frame) -> list[tuple[str, str]]:
    """Background sets with a usable value of at least one analyte of the survey's soil samples."""
    mine = set(_analytes(frame))
    found = []
    for key, rows in backgrounds.background_sets().items():
        usable = [row for row in rows if row.status == "usable" and row.value is not None and row.id in mine]
        if usable:
            first = rows[0]
            words = backgrounds.STATISTICS[first.statistic]
            found.append((key, f"{first.dataset}（{first.region}，{words}，{len(usable)} 个项目）"))
    return found


def _analytes(frame: Frame) -> list[str]:
    if frame.survey.medium not in SOILS:
        return []
    rows = frame.results.exclude(analyte_id="").order_by().values_list("analyte_id", flat=True)
    return sorted(set(rows.distinct()))


def compute(frame: Frame, key: str) -> Indices:
    """Indices with one background set over the analytes that it has.

    Raises
    ------
    NotConfiguredError
        The set has no value for any analyte, or must not be used.
    """
    usable = {
        row.id for row in backgrounds.background_sets().get(key, ()) if row.status == "usable" and row.value
    }
    analytes = [name for name in _analytes(frame) if name in usable]
    if not analytes:
        raise NotConfiguredError("这套背景值没有本任务检测项目的数值，请换一套。")
    reference = backgrounds.reference(key, analytes)
    samples, matrix, marked, names = _matrix(frame, analytes)
    factors = indices.single_factor(matrix, "mg/kg", reference, substituted=marked)
    gathered = indices.geo_accumulation(matrix, "mg/kg", reference, substituted=marked)
    risks, risky = _risks(key, analytes, matrix, marked)
    whole = [indices.nemerow(factors), indices.pollution_load(factors)]
    total = indices.risk_index(risks) if risks is not None else None
    order = np.argsort(-np.nan_to_num(whole[0].values, nan=-1.0), kind="stable")
    return Indices(
        name=reference.name,
        how=_how(reference, analytes, names, risky, total) + _without(frame, analytes),
        by_analyte=[
            [
                names[name],
                listing.figure(float(reference.values[column])),
                str(int(np.sum(~np.isnan(matrix[:, column])))),
                *_highest(factors, column),
                *_highest(gathered, column),
                *(_highest(risks, risky.index(name)) if risks is not None and name in risky else ("", "")),
            ]
            for column, name in enumerate(analytes)
        ],
        by_sample=[
            [
                samples[place],
                str(int(np.sum(~np.isnan(matrix[place])))),
                *(part for index in whole for part in _said(index, place)),
                *(_said(total, place) if total is not None else ("", "")),
            ]
            for place in order[:SAMPLES_SHOWN].tolist()
        ],
        left_out=max(0, len(samples) - SAMPLES_SHOWN),
    )


def _matrix(frame: Frame, analytes: Sequence[str]) -> tuple[list[str], Any, Any, dict[str, str]]:
    """Concentrations in mg/kg of samples by analytes, non-detects at half of their detection limit."""
    rows = frame.results.filter(analyte_id__in=analytes, judged_value__isnull=False, limit_unit="mg/kg")
    place = {name: column for column, name in enumerate(analytes)}
    samples: dict[str, int] = {}
    names: dict[str, str] = {}
    cells = []
    fields = ("sample__code", "analyte_id", "analyte", "judged_value", "detected")
    for code, analyte_id, name, value, detected in rows.order_by("pk").values_list(*fields):
        samples.setdefault(code, len(samples))
        names.setdefault(analyte_id, name)
        cells.append((samples[code], place[analyte_id], value, bool(detected)))
    matrix = np.full((len(samples), len(analytes)), math.nan)
    marked = np.zeros(matrix.shape, dtype=bool)
    if cells:
        lines, columns, values, detected_column = (np.array(column) for column in zip(*cells, strict=True))
        matrix[lines, columns] = for_statistics(values, detected_column, values)
        marked[lines, columns] = ~detected_column
    return list(samples), matrix, marked, {name: names.get(name, name) for name in analytes}


def _risks(
    key: str, analytes: Sequence[str], matrix: Any, marked: Any
) -> tuple[IndexResult | None, list[str]]:
    """Ecological risk of the analytes that have a toxic response factor."""
    known = []
    for name in analytes:
        try:
            index_scales.toxic_factors((name,))
        except NotConfiguredError:
            continue
        known.append(name)
    if not known:
        return None, []
    columns = [list(analytes).index(name) for name in known]
    try:
        reference = backgrounds.reference(key, known)
    except JingtuError:
        return None, []
    return (
        indices.ecological_risk(matrix[:, columns], "mg/kg", reference, substituted=marked[:, columns]),
        known,
    )


def _how(
    reference: Reference, analytes: Sequence[str], names: dict[str, str], risky: Sequence[str],
    total: IndexResult | None,
) -> list[tuple[str, str]]:  # fmt: skip
    without = [names[name] for name in analytes if name not in risky]
    found = [
        ("背景值", reference.name),
        ("来源", reference.source or "无数据"),
        ("可靠程度", words_of("confidence", reference.confidence) or NOT_SET),
        ("参与项目", "、".join(names[name] for name in analytes)),
        ("未检出", "按检出限的一半参与计算，不用于判定是否超标"),
        ("缺项", "样品缺少任一项目的，不计算综合指数"),
    ]
    if without:
        found.append(("毒性响应系数未配置", "、".join(without)))
    if total is not None:
        found.append(("潜在生态危害分级", _edges(total)))
    return found


def _without(frame: Frame, analytes: Sequence[str]) -> list[tuple[str, str]]:
    """Analytes of the survey that the set has no value for."""
    missing = [item.name for item in facets(frame).analytes if item.key not in analytes]
    return [("背景值未配置", "、".join(missing))] if missing else []


def _edges(index: IndexResult) -> str:
    ends = [listing.figure(item.upper) for item in index.classes if item.upper is not None]
    return f"以 {'、'.join(ends)} 为界，来源：{index.classes[0].source}"


def _highest(index: IndexResult, column: int) -> tuple[str, str]:
    values = index.values[:, column]
    if not np.isfinite(values).any():
        return "", ""
    place = int(np.nanargmax(values))
    return listing.figure(float(values[place])), str(index.names[place, column] or "")


def _said(index: IndexResult, place: int) -> tuple[str, str]:
    value = float(index.values[place])
    if math.isnan(value):
        return "无数据", ""
    mark = "*" if bool(index.substituted[place]) else ""
    return f"{listing.figure(value)}{mark}", str(index.names[place] or "")
