"""Surveys with results put straight into the tables, judged as an import judges them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from jingtu.platform.clock import OPEN_TIME, recorded_now
from jingtu.platform.evidence.laboratory import judging
from jingtu.platform.evidence.laboratory.models import ImportedFile, Judgement, Result, Sample, Survey
from jingtu.platform.evidence.models import Attachment, StoredFile
from jingtu.platform.inserting import Batch
from jingtu.platform.ledger import records
from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region

SAMPLED = date(2024, 5, 20)
_numbers = itertools.count(1)
_SAMPLE = (
    "point", "depth_top", "depth_bottom", "medium", "land_use", "ph", "crop", "sampled_on", "longitude",
    "latitude", "qc_kind", "batch", "parent_code",
)  # fmt: skip


def survey(region: Region, standard: str = "gb36600", land_class: int | None = 1, **more: Any) -> Survey:
    """A survey without results."""
    number = next(_numbers)
    fields = {"name": f"示例地块{number}初步调查", "code": f"JC-示例-{number:03}", "medium": "soil"} | more
    return Survey.objects.create(region=region, standard=standard, land_class=land_class, **fields)


def store(found: Survey, rows: Iterable[Mapping[str, Any]], actor: User | None = None) -> ImportedFile:
    """Store rows with ``code``, ``analyte``, ``raw`` and what else a sample or a result says.

    Numbers of a sample come from the first row that names it; the unit is mg/kg where a row has none.
    """
    listed = [dict(row) for row in rows]
    for place, row in enumerate(listed):
        for name, value in {"unit": "mg/kg", "sampled_on": SAMPLED, "medium": found.medium}.items():
            row.setdefault(name, value)
        for name in ("method", "point", "land_use", "crop", "qc_kind", "batch", "parent_code"):
            row.setdefault(name, "")
        for name in ("detection_limit", "ph", "depth_top", "depth_bottom", "longitude", "latitude"):
            row.setdefault(name, None)
        row.setdefault("sheet", "结果")
        row.setdefault("row", place + 2)
        row.setdefault("column", "F")
    columns = {name: [row[name] for row in listed] for name in listed[0]}
    read = judging.read(_Table(columns))
    judged = judging.judge(found, columns | read, SAMPLED)
    with transaction.atomic():
        ledger = records.append("laboratory.import", on=SAMPLED, subject_type="survey", subject_uid=found.uid)
        now = recorded_now()
        digest = f"{next(_numbers):064x}"
        file = StoredFile.objects.create(sha256=digest, size=1, media_type="text/csv")
        attachment = Attachment.objects.create(
            file=file, name="检测结果.xlsx", subject_type="survey", subject_uid=found.uid,
            read_permission="laboratory.read", region_path=found.region.path, organisation_ids=list(found.bodies),
        )  # fmt: skip
        imported = ImportedFile.objects.create(
            survey=found, attachment=attachment, sha256=digest, manifest="0" * 64, imported_by=actor,
            imported_at=now, ledger_row=ledger, results=len(listed),
        )  # fmt: skip
        samples = _samples(found, imported, listed, now)
        results = [
            Result(
                survey=found, sample=samples[row["code"]], imported=imported, recorded_from=now,
                recorded_to=OPEN_TIME, judged_at=now,
                **{name: values[place] for name, values in read.items()},
                **{name: values[place] for name, values in judged.columns.items()},
            )
            for place, row in enumerate(listed)
        ]  # fmt: skip
        batch = Batch(Result, results)
        batch.reserve_keys()
        batch.insert()
        settle(found, ledger, now, actor)
    return imported


def settle(found: Survey, ledger: Any, now: Any, actor: User | None = None) -> Judgement:
    """Say what came out, as an action does."""
    told = judging.summary(found)
    Judgement.objects.filter(survey=found, recorded_to=OPEN_TIME).update(recorded_to=now)
    found.state = Survey.State.STORED
    found.sampled_from = found.sampled_to = SAMPLED
    found.save()
    return Judgement.objects.create(
        survey=found, standard=found.standard, land_class=found.land_class, editions=told.editions,
        results=told.results, samples=told.samples, judged_by=actor, ledger_row=ledger, recorded_from=now,
    )  # fmt: skip


class _Table(dict[str, list[Any]]):
    """Columns as long as a table says it is."""

    def __len__(self) -> int:
        return len(self["analyte"])


def _samples(
    found: Survey, imported: ImportedFile, rows: list[dict[str, Any]], now: Any
) -> dict[str, Sample]:
    samples: dict[str, Sample] = {}
    for row in rows:
        if row["code"] not in samples:
            samples[row["code"]] = Sample(
                survey=found, code=row["code"], imported=imported, recorded_from=now, recorded_to=OPEN_TIME,
                **{name: row[name] for name in _SAMPLE},
            )  # fmt: skip
    listed = list(samples.values())
    batch = Batch(Sample, listed)
    for key, sample in zip(batch.reserve_keys(), listed, strict=True):
        sample.pk = key
    batch.insert()
    return samples


def plain_rows() -> list[dict[str, Any]]:
    """Four points at up to three depths against GB 36600, land class 1: every verdict once or more.

    Limits of class 1: As 20 and 120, Cd 20 and 47, Pb 400 and 800, Hg 8 and 33.
    """
    rows: list[dict[str, Any]] = []

    def sample(code: str, point: str, top: str, bottom: str, place: tuple[str, str], **values: str) -> None:
        for analyte, raw in values.items():
            rows.append(
                {
                    "code": code, "point": point, "analyte": _NAMES[analyte], "raw": raw, "method": _METHODS[analyte],
                    "depth_top": Decimal(top), "depth_bottom": Decimal(bottom),
                    "longitude": Decimal(place[0]), "latitude": Decimal(place[1]),
                }
            )  # fmt: skip

    first, second = ("109.401", "24.301"), ("109.403", "24.301")
    third, fourth = ("109.402", "24.302"), ("109.4035", "24.3025")
    sample("S01-1", "S01", "0", "0.5", first, arsenic="18.2", cadmium="0.31", lead="46", mercury="0.112")
    sample("S01-2", "S01", "0.5", "2", first, arsenic="45.6", cadmium="0.20", lead="38", mercury="<0.002")
    sample("S01-3", "S01", "2", "4", first, arsenic="11.0", cadmium="ND", lead="29", mercury="0.050")
    sample("S02-1", "S02", "0", "0.5", second, arsenic="132", cadmium="52.1", lead="455", mercury="1.9")
    sample("S03-1", "S03", "0", "0.5", third, arsenic="9.8", cadmium="0.15", lead="33", mercury="0.081")
    sample("S04-1", "S04", "0", "0.5", fourth, arsenic="见备注", cadmium="<0.01", lead="27", mercury="0.06")
    sample("S04-1", "S04", "0", "0.5", fourth, unknown="88")
    return rows


_NAMES = {"arsenic": "砷", "cadmium": "镉", "lead": "铅", "mercury": "汞", "unknown": "示例项目"}
_METHODS = {
    "arsenic": "HJ 680-2013", "cadmium": "GB/T 17141-1997", "lead": "HJ 491-2019", "mercury": "HJ 680-2013",
    "unknown": "HJ 491-2019",
}  # fmt: skip


def later(moment: Any, **distance: int) -> Any:
    """A moment after another."""
    return moment + timedelta(**distance)
