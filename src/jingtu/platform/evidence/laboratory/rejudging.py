"""Judging stored results anew: those that come out differently become new rows, the old ones stay readable."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from jingtu.platform.clock import OPEN_TIME
from jingtu.platform.evidence.laboratory.judging import JUDGED, SUM_WORDS, Judged, judge, same
from jingtu.platform.evidence.laboratory.models import Result, Survey, believed
from jingtu.platform.inserting import Batch

_GULP = 500  # keys in one statement


@dataclass(slots=True)
class Again:
    """Results whose verdict becomes another: new rows in place of the old ones."""

    rows: list[Result]
    closed: list[int]
    total: int
    manifest: str = ""


def prepare_again(survey: Survey) -> Again:
    """Judge all believed results of a survey as it stands now, and find those that come out differently."""
    stored = list(Result.objects.filter(believed(), survey=survey).select_related("sample").order_by("pk"))
    rows = [row for row in stored if row.raw != SUM_WORDS]
    columns: dict[str, list[Any]] = {
        "code": [row.sample.code for row in rows],
        **{
            name: [getattr(row, name) for row in rows]
            for name in ("analyte", "raw", "unit", "detection_limit")
        },
        **{
            name: [getattr(row.sample, name) for row in rows]
            for name in ("ph", "land_use", "crop", "sampled_on", "qc_kind")
        },
    }
    judged = judge(survey, columns, survey.sampled_to or date.max)
    found = Again([], [], len(rows))
    digest = hashlib.sha256()
    for place, row in enumerate(rows):
        fresh = {name: judged.columns[name][place] for name in JUDGED}
        digest.update(json.dumps([row.sample.code, row.analyte, fresh], default=str).encode())
        if all(same(fresh[name], getattr(row, name)) for name in JUDGED):
            continue
        for name, value in fresh.items():
            setattr(row, name, value)
        found.rows.append(row)
        found.closed.append(row.pk)
    _sums_again(survey, stored, rows, judged, found)
    for line in judged.sums:
        digest.update(json.dumps(line, default=str, sort_keys=True).encode())
    found.manifest = digest.hexdigest()
    return found


def _sums_again(
    survey: Survey, stored: list[Result], rows: list[Result], judged: Judged, found: Again
) -> None:
    """Sums that come out differently, come new, or are gone."""
    before = {(row.sample.code, row.analyte): row for row in stored if row.raw == SUM_WORDS}
    bearer = {row.sample.code: row for row in rows}
    for line in judged.sums:
        values = {name: value for name, value in line.items() if name != "code"}
        old = before.pop((line["code"], line["analyte"]), None)
        if old is not None and all(same(value, getattr(old, name)) for name, value in values.items()):
            continue
        if old is not None:
            found.closed.append(old.pk)
        beside = bearer[line["code"]]
        found.rows.append(
            Result(survey=survey, sample=beside.sample, imported_id=beside.imported_id, **values)
        )
    found.closed += [row.pk for row in before.values()]


def replace(prepared: Again, now: datetime) -> None:
    """Close the old rows and tell the new ones from ``now``."""
    for start in range(0, len(prepared.closed), _GULP):
        keys = prepared.closed[start : start + _GULP]
        Result.objects.filter(pk__in=keys, recorded_to=OPEN_TIME).update(recorded_to=now)
    for row in prepared.rows:
        row.recorded_from, row.recorded_to, row.judged_at = now, OPEN_TIME, now
    batch = Batch(Result, prepared.rows)
    batch.reserve_keys()
    batch.insert()


def rejudge(survey: Survey, now: datetime) -> None:
    """Bring the verdicts of all believed results up to date with the survey, inside an action."""
    replace(prepare_again(survey), now)
