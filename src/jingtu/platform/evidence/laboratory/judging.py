"""Judging results with the standard of their survey, and saying what came out.

Each result is judged by the edition in force on its sampling date; verdict, limit and clause are stored
with it. What checks the laboratory (blanks, parallels, recoveries) is kept and not judged.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
from django.db.models import Count, Max
from numpy.typing import NDArray

from jingtu.knowledge.labsheets import LabTable
from jingtu.knowledge.standards import reasons
from jingtu.knowledge.standards.editions import Edition
from jingtu.knowledge.standards.readings import read_values
from jingtu.knowledge.standards.screening import Screening, screen
from jingtu.platform.evidence.laboratory import standards, verdicts
from jingtu.platform.evidence.laboratory.models import Judgement, Result, Sample, Survey, believed

NO_EDITION = "no_edition"
SUM_WORDS = "由单体相加"  # stands where a result of the file has the text of its cell
# The worst verdict has the highest rank; 0 is kept for what is not judged at all.
RANK: dict[str, int] = {"": 0} | {
    code: 2 + rank for code, rank in zip(reasons.VERDICTS, reasons.RANKS, strict=True)
}
JUDGED = (
    "analyte_id", "standard", "edition", "verdict", "rank", "ratio", "reason", "flags",
    "judged_value", "limit_name", "limit_value", "limit_unit", "limit_clause",
)  # fmt: skip
_GULP = 500
THIRD = 2  # place of class III among the limits of a row


@dataclass(slots=True)
class Judged:
    """Columns of ``JUDGED``, one entry a result, and the editions they were judged by."""

    columns: dict[str, list[Any]]
    editions: list[dict[str, Any]] = field(default_factory=list)
    sums: list[dict[str, Any]] = field(default_factory=list)  # computed from members, with their ``code``

    def counts(self, codes: Sequence[str]) -> tuple[dict[str, int], dict[str, int]]:
        """How many of the first results, and of their samples, have each verdict."""
        verdicts = self.columns["verdict"]
        results = Counter(verdict for verdict, _ in zip(verdicts, codes, strict=False) if verdict)
        worst: dict[str, str] = {}
        for code, verdict in zip(codes, verdicts, strict=False):
            if verdict and RANK[verdict] > RANK[worst.get(code, "")]:
                worst[code] = verdict
        for row in self.sums:
            results[row["verdict"]] += 1
            if row["code"] in worst and RANK[row["verdict"]] > RANK[worst[row["code"]]]:
                worst[row["code"]] = row["verdict"]
        return dict(results), dict(Counter(worst.values()))


def read(table: LabTable) -> dict[str, list[Any]]:
    """The columns of results as they are stored, out of a laboratory's table."""
    size = len(table)
    raw = [" ".join(str(text).split()) for text in table["raw"]]
    limits = [_number(value) for value in table["detection_limit"]]
    readings = read_values(raw, limits)
    value = np.where(readings.detected, readings.value, readings.censor_limit)
    problem = readings.problem_code
    return {
        "analyte": [str(name) for name in table["analyte"]],
        "raw": raw,
        "value": [None if math.isnan(number) else number for number in value.tolist()],
        "unit": [unit or "" for unit in table["unit"]],
        "detected": [
            None if problem[place] else found for place, found in enumerate(readings.detected.tolist())
        ],
        "detection_limit": [
            given if given is not None else (None if math.isnan(own) else own)
            for given, own in zip(limits, readings.censor_limit.tolist(), strict=True)
        ],
        "method": [method or "" for method in table["method"]],
        "sheet": [(sheet or "")[:80] for sheet in table["sheet"]],
        "row": list(table["row"]) if size else [],
        "column": [column or "" for column in table["column"]],
    }


def judge(survey: Survey, columns: Mapping[str, Sequence[Any]], on: date) -> Judged:
    """Judge results.

    Parameters
    ----------
    survey : Survey
        Whose standard and land class hold.
    columns : mapping
        ``code``, ``analyte``, ``raw``, ``unit``, ``detection_limit``, ``ph``, ``land_use``, ``crop``,
        ``sampled_on``, ``qc_kind``: equally long.
    on : date
        The day that decides where no sampling date is given.

    Returns
    -------
    Judged
        Verdicts are empty for control samples.
    """
    size = len(columns["code"])
    empty = dict.fromkeys(("ratio", "judged_value", "limit_value"), None) | {"rank": 0}
    found = Judged({name: [empty.get(name, "")] * size for name in JUDGED})
    extra = standards.added(survey.region.path)
    by_day: dict[date, list[int]] = defaultdict(list)
    for place, (day, kind) in enumerate(zip(columns["sampled_on"], columns["qc_kind"], strict=True)):
        if not kind:
            by_day[day or on].append(place)
    by_edition: dict[str, tuple[date, list[int]]] = {}
    editions = found.editions
    for day, places in sorted(by_day.items()):
        edition = standards.edition_of(survey.standard, day, extra)
        number = edition.number if edition else ""
        if number not in by_edition:
            by_edition[number] = (day, [])
            editions.append(
                {
                    "standard": survey.standard,
                    "number": number,
                    "title": edition.title
                    if edition
                    else standards.title_of(survey.standard, survey.region.path),
                    "results": 0,
                }
            )
        by_edition[number][1].extend(places)
    for item in editions:
        day, places = by_edition[item["number"]]
        item["results"] = len(places)
        if item["number"]:
            _judge_edition(survey, columns, places, day, item["number"], found, extra)
        else:
            columns_of = found.columns
            for place in places:
                columns_of["standard"][place] = survey.standard
                columns_of["verdict"][place], columns_of["reason"][place] = "not_covered", NO_EDITION
                columns_of["rank"][place] = RANK["not_covered"]
    return found


def _judge_edition(
    survey: Survey, columns: Mapping[str, Sequence[Any]], places: list[int], day: date, number: str,
    found: Judged, extra: Sequence[Edition],
) -> None:  # fmt: skip
    given: dict[str, list[Any]] = {
        "sample": [columns["code"][place] for place in places],
        "analyte": [columns["analyte"][place] for place in places],
        "value": [columns["raw"][place] for place in places],
        "unit": [columns["unit"][place] or None for place in places],
    }
    for name in ("detection_limit", "ph", "land_use", "crop"):
        values = [columns[name][place] for place in places]
        if any(value not in _ABSENT for value in values):
            given[name] = [None if value == "" else value for value in values]
    judged = screen(given, survey.standard, day, land_class=survey.land_class, added=extra)
    lines = _lines(judged, survey.standard, number)
    source = judged.source.tolist()
    target = found.columns
    for row, (at, line) in enumerate(zip(source, lines, strict=True)):
        if at >= 0:
            place = places[at]
            for name, value in zip(JUDGED, line, strict=True):
                target[name][place] = value
        else:
            found.sums.append(_sum(judged, row, dict(zip(JUDGED, line, strict=True))))


_ABSENT = (None, "")


def _lines(judged: Screening, standard: str, number: str) -> Iterable[tuple[Any, ...]]:
    """The values of ``JUDGED`` of every row that was judged."""
    size = len(judged)
    ranks = [RANK[code] for code in reasons.VERDICTS]
    flags = {bits: ",".join(reasons.flags_of(bits))[:200] for bits in np.unique(judged.flag_bits).tolist()}
    ids = (*(key[:60] for key in judged.analyte_ids), "")  # -1: the standard does not know it
    value = np.where(np.isnan(judged.value), judged.detection_limit, judged.value)
    first = _compared(judged.limit_places).tolist()
    # A table that a user added may say more than a column holds; its page has the whole text.
    limits = [(item.kind[:60], item.number, item.unit[:30], item.clause[:120]) for item in judged.limits]
    limits.append(("", None, "", ""))
    shown = [limits[place] for place in first]
    return zip(
        [ids[code] for code in judged.analyte_code.tolist()],
        [standard] * size,
        [number] * size,
        [reasons.VERDICTS[code] for code in judged.verdict_code.tolist()],
        [ranks[code] for code in judged.verdict_code.tolist()],
        _numbers(judged.ratio),
        [reasons.REASONS[code] for code in judged.reason_code.tolist()],
        [flags[bits] for bits in judged.flag_bits.tolist()],
        _numbers(value),
        [name for name, _, _, _ in shown],
        [limit for _, limit, _, _ in shown],
        [unit for _, _, unit, _ in shown],
        [clause for _, _, _, clause in shown],
        strict=True,
    )


def _compared(places: NDArray[np.int32]) -> NDArray[np.int32]:
    """The limit that a result is told against, which is the one its ratio is taken with.

    The first, or class III where a standard has five classes (HJ 610-2016, 8.4.1.2).
    """
    if places.shape[1] <= THIRD:
        return places[:, 0]
    return np.where(places[:, THIRD] >= 0, places[:, THIRD], places[:, 0])


def _numbers(values: Any) -> list[float | None]:
    return [None if number != number else float(f"{number:.15g}") for number in values.tolist()]  # noqa: PLR0124 - NaN


def _sum(judged: Screening, row: int, line: dict[str, Any]) -> dict[str, Any]:
    """A sum as a result of its own: it has no cell, and says that it was computed."""
    return {
        "code": judged.sample[row],
        "analyte": judged.analyte[row],
        "raw": SUM_WORDS,
        "value": line["judged_value"],
        "unit": judged.reported_unit[row] or "",
        "detected": bool(judged.detected[row]),
        "detection_limit": None,
        "method": "",
        "sheet": "",
        "row": None,
        "column": "",
        **line,
    }


def same(one: Any, other: Any) -> bool:
    """Whether two values of a cell say the same; numbers are the same within the last digit of a double."""
    if isinstance(one, float) and isinstance(other, float | int):
        return math.isclose(one, other, rel_tol=1e-12)
    return bool(one == other)


def decimal(value: Any, places: int) -> Decimal | None:
    """A number of a cell with so many decimals; nothing where there is none."""
    number = _number(value)
    return None if number is None else Decimal(repr(number)).quantize(Decimal(1).scaleb(-places))


def _number(value: Any) -> float | None:
    if value is None or value == "":
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


# What came out


@dataclass(frozen=True, slots=True)
class Summary:
    """What the believed results of a survey say."""

    results: dict[str, int]
    samples: dict[str, int]
    editions: list[dict[str, Any]]


def summary(survey: Survey) -> Summary:
    """Count the believed results and samples of a survey by verdict, and name the editions."""
    rows = Result.objects.filter(believed(), survey=survey).order_by()
    results: Counter[str] = Counter()
    editions: Counter[tuple[str, str]] = Counter()
    for standard, edition, verdict, count in rows.values_list("standard", "edition", "verdict").annotate(
        count=Count("pk")
    ):
        if verdict:
            results[verdict] += count
            editions[standard, edition] += count
    verdict_of = {rank: code for code, rank in RANK.items()}
    # Verdicts of different standards share ranks; a survey has one standard.
    mine = {RANK[code]: code for code in results}
    worst = (
        rows.filter(rank__gt=0).values("sample").annotate(worst=Max("rank")).values_list("worst", flat=True)
    )
    samples = Counter(mine.get(rank) or verdict_of[rank] for rank in worst)
    return Summary(
        dict(results),
        dict(samples),
        [
            {
                "standard": standard,
                "number": number,
                "title": standards.title_of(standard, survey.region.path),
                "results": count,
            }
            for (standard, number), count in sorted(editions.items())
        ],
    )


def shares(counts: Mapping[str, int]) -> list[tuple[verdicts.Look, int]]:
    """Verdicts with how many have them, the worst first."""
    return [(look, counts[code]) for code, look in reversed(verdicts.looks().items()) if counts.get(code)]


def outdated(survey: Survey, judgement: Judgement) -> str:
    """Why the stored verdicts no longer fit the survey; empty where they do."""
    if judgement.standard != survey.standard:
        return "执行标准已更正，现有判定仍按原标准作出。"
    if judgement.land_class != survey.land_class:
        return "用地类别已更正，现有判定仍按原类别作出。"
    days = Sample.objects.filter(believed(), survey=survey, qc_kind="", sampled_on__isnull=False)
    wanted, extra = set(), standards.added(survey.region.path)
    for day in days.values_list("sampled_on", flat=True).distinct().order_by():
        assert day is not None  # as filtered
        edition = standards.edition_of(survey.standard, day, extra)
        wanted.add(edition.number if edition else "")
    known = {item["number"] for item in judgement.editions}
    if wanted and not wanted <= known:
        return "标准表有更新，采样当日施行的版本与现有判定所用的不同。"
    return ""
