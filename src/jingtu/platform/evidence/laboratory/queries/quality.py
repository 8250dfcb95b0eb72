"""What checks the laboratory: parallel samples and their deviation, blanks, recoveries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse

from jingtu.knowledge.labsheets.quality import Limit, limit_of, relative_deviation
from jingtu.platform.evidence.laboratory.models import Result, Sample
from jingtu.platform.evidence.laboratory.queries import listing
from jingtu.platform.evidence.laboratory.queries.explaining import NOT_SET
from jingtu.platform.evidence.laboratory.queries.frame import Frame, key_of

PAIRS_SHOWN = 200
# Kinds of control samples, as the sheets name them.
PARALLEL = "parallel"
BLANKS = ("field_blank", "trip_blank", "lab_blank", "equipment_blank")
RECOVERIES = ("recovery", "reference", "surrogate")


@dataclass(frozen=True, slots=True)
class Pair:
    """A result and that of the parallel sample."""

    sample: str
    sample_address: str
    parallel: str
    analyte: str
    first: str
    second: str
    unit: str
    deviation: str
    rule: str  # what the method asks for
    held: str  # whether it holds
    note: str
    amount: float  # of the deviation, -1 where there is none


def pairs(frame: Frame, parallels: QuerySet[Sample] | None = None) -> list[Pair]:
    """Parallel samples with the samples they repeat, analyte by analyte; the largest deviation first.

    A parallel without a sample that it repeats makes no pair. Where one of two is below detection, or they
    have different units, there is no deviation.
    """
    if parallels is None:
        parallels = frame.samples.filter(qc_kind=PARALLEL)
    repeats = list(parallels.exclude(parent_code="").order_by("pk"))
    parents = frame.samples.filter(code__in={sample.parent_code for sample in repeats})
    by_code = {sample.code: sample for sample in parents}
    known = [sample for sample in repeats if sample.parent_code in by_code]
    involved = {sample.pk for sample in known} | {by_code[sample.parent_code].pk for sample in known}
    results: dict[int, dict[str, Result]] = defaultdict(dict)
    for row in frame.all_results.filter(sample__in=involved).order_by("pk"):
        results[row.sample_id][key_of(row.analyte_id, row.analyte)] = row
    found = []
    for sample in known:
        parent = by_code[sample.parent_code]
        address = reverse("survey_sample", args=[frame.survey.uid, parent.pk])
        own = {row.analyte: row for row in results[parent.pk].values()}
        found += [
            _pair(parent, sample, address, own[row.analyte], row)
            for row in results[sample.pk].values()
            if row.analyte in own
        ]
    return sorted(found, key=lambda pair: (-pair.amount, pair.sample, pair.analyte))


def _pair(parent: Sample, sample: Sample, address: str, first: Result, second: Result) -> Pair:
    amount, note = -1.0, ""
    if first.analyte.casefold() == "ph":
        note = "酸碱度不计算相对偏差"
    elif first.unit != second.unit:
        note = "两个结果的单位不同，不计算"
    elif first.detected is False and second.detected is False:
        note = "均未检出"
    elif first.detected is False or second.detected is False:
        note = "一个未检出，不计算"
    elif first.value is None or second.value is None:
        note = "有结果不是数值，不计算"
    else:
        deviation = relative_deviation(first.value, second.value)
        amount = -1.0 if deviation is None else deviation
    limit = limit_of(PARALLEL, second.method or first.method, parent.sampled_on)
    return Pair(
        sample=parent.code,
        sample_address=address,
        parallel=sample.code,
        analyte=first.analyte,
        first=first.raw,
        second=second.raw,
        unit=first.unit,
        deviation=listing.figure(amount, 3) if amount >= 0 else "",
        rule=rule_words(limit),
        held=_held(limit, amount if amount >= 0 else None),
        note=note,
        amount=amount,
    )


def rule_words(limit: Limit | None) -> str:
    """What a method asks of a control sample; 未配置 where no rule is known."""
    if limit is None:
        return NOT_SET
    if limit.kind in BLANKS:
        return f"低于方法检出限（{limit.method}）"
    if limit.low is None:
        return f"不超过 {limit.high:g} %（{limit.method}）"
    return f"{limit.low:g} %至 {limit.high:g} %（{limit.method}）"


def _held(limit: Limit | None, figure: float | None) -> str:
    if limit is None or figure is None:
        return ""
    inside = (limit.low is None or figure >= limit.low) and (limit.high is None or figure <= limit.high)
    return "符合" if inside else "不符合"


def rule_of(row: Result) -> tuple[str, str]:
    """What the method asks of a blank or a recovery, and whether it holds."""
    limit = limit_of(row.sample.qc_kind, row.method, row.sample.sampled_on)
    if limit is None or row.sample.qc_kind not in BLANKS:
        share = row.value if row.unit in {"%", "％"} else None
        return rule_words(limit), _held(limit, share)
    if row.detected is False:
        return rule_words(limit), "符合"
    below = row.detection_limit
    if row.value is None or below is None or limit.high is None:
        return rule_words(limit), ""
    return rule_words(limit), "符合" if row.value < below * limit.high else "不符合"


def controls(frame: Frame, kinds: Iterable[str]) -> list[Result]:
    """Results of control samples of some kinds, in the order of the file."""
    rows = frame.all_results.filter(sample__qc_kind__in=list(kinds))
    return list(rows.select_related("sample").order_by("pk")[:PAIRS_SHOWN])
