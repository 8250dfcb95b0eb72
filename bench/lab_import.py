"""How long a laboratory's workbook of 100,000 rows takes from the file to judged results in the database.

Timed is the whole way of ``jingtu lab import --apply`` after the start of Python: the workbook is read, its
columns are recognised, every check is made, each result is judged by GB 36600-2018 and all of it is stored
with one ledger row. The peer, in the same run and on the same file, is what Django's documentation and
openpyxl's advise for such a script: ``load_workbook(read_only=True)``, a loop over the rows, ``float()`` of the
cell, ``bulk_create`` in batches of 1,000 in one transaction; it checks nothing and judges nothing. Each runs in
a process of its own with a database of its own (SQLite, ``synchronous=FULL``), whose largest memory is read
from the system.

    python bench/lab_import.py [--rows 100000]
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

SECONDS, MEMORY = 20.0, 1024.0  # s, MiB
ON, SAMPLED = date(2024, 9, 2), date(2024, 6, 12)
HEAD = [
    "样品编号",
    "点位编号",
    "采样深度（m）",
    "采样日期",
    "检测项目",
    "检测结果",
    "单位",
    "检出限",
    "检测方法",
]


def workbook(path: Path, rows: int) -> None:
    """Results of 85 analytes a sample, one in ten a non-detect, one in five in μg/kg; all of it is good."""
    import numpy as np
    from openpyxl import Workbook

    from jingtu.knowledge.standards.editions import edition_on

    limits = {
        limit.name: limit.number
        for limit in edition_on("gb36600", ON).table.limits
        if limit.land_class == "2" and limit.kind == "screening" and limit.number
    }
    names = list(limits)
    draw = np.random.default_rng(20240902)
    factors, kinds = draw.lognormal(-1.5, 1.0, rows), draw.random(rows)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("检测结果")
    sheet.append(HEAD)
    for row in range(rows):
        name, number = names[row % len(names)], row // len(names)
        limit = limits[name]
        value = float(f"{limit * factors[row]:.3g}")
        small = kinds[row] < 0.2 and name != "pH"
        scale = 1000 if small else 1
        shown = "ND" if kinds[row] > 0.9 else float(f"{value * scale:.6g}")
        sheet.append(
            [
                f"S{number:05}", f"P{number // 3:04}", f"{number % 3}-{number % 3 + 1}", SAMPLED, name, shown,
                "μg/kg" if small else "mg/kg", float(f"{limit * scale / 100:.3g}"), "HJ 605-2011",
            ]
        )  # fmt: skip
    book.save(path)


def ready() -> object:
    """An empty database with one survey."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jingtu.service.web.settings")
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from jingtu.platform.evidence.laboratory.surveys import CreateSurvey, Said
    from jingtu.platform.regions.tree import create_region

    county = create_region("基准县", "county", None, source="基准数据", is_example=True)
    said = Said(name="基准调查", code="JC-1", region=county, standard="gb36600", land_class=2)
    return CreateSurvey(None, ON, said).execute()


def ours(path: Path) -> int:
    """Read, check, judge and store."""
    survey = ready()
    from jingtu.platform.evidence.laboratory import preparing
    from jingtu.platform.evidence.laboratory.importing import ImportResults
    from jingtu.platform.evidence.laboratory.models import Result

    began = time.perf_counter()
    steps: list[tuple[str, float]] = []

    def watch(_done: int, _total: int, what: str) -> None:
        steps.append((what, time.perf_counter() - began))

    with path.open("rb") as stream:
        prepared = preparing.prepare(survey, stream, path.name, on=ON, watch=watch)
    steps.append(("正在保存", time.perf_counter() - began))
    ImportResults(None, ON, prepared, path, acknowledged=True).execute()
    took = time.perf_counter() - began
    ends = [*[at for _, at in steps[1:]], took]
    for (what, at), end in zip(steps, ends, strict=True):
        print(f"    {what}: {end - at:.2f} s")
    print(f"    {len(prepared.warnings)} findings, {prepared.results}")
    return report(took, Result.objects.count())


def peer(path: Path) -> int:
    """The script one writes first."""
    survey = ready()
    from django.db import transaction
    from openpyxl import load_workbook

    from jingtu.platform.evidence.laboratory.models import ImportedFile, Result, Sample
    from jingtu.platform.evidence.models import Attachment, StoredFile
    from jingtu.platform.ledger import records

    began = time.perf_counter()
    with transaction.atomic():
        row = records.append("bench.import", on=ON, subject_type="survey")
        stored = StoredFile.objects.create(sha256="0" * 64, size=1, media_type="text/plain")
        kept = Attachment.objects.create(
            file=stored,
            name="x",
            subject_type="survey",
            subject_uid=survey.uid,
            read_permission="laboratory.read",
        )
        imported = ImportedFile.objects.create(
            survey=survey, attachment=kept, sha256="0" * 64, manifest="", imported_at=row.at, ledger_row=row
        )
        samples: dict[str, Sample] = {}
        batch: list[Result] = []
        sheet = load_workbook(path, read_only=True).active
        for code, point, _, day, analyte, value, unit, limit, method in sheet.iter_rows(
            min_row=2, values_only=True
        ):
            if code not in samples:
                samples[code] = Sample.objects.create(
                    survey=survey, code=code, point=point, medium="soil", sampled_on=day, imported=imported,
                    recorded_from=row.at,
                )  # fmt: skip
            number = None if value == "ND" else float(value)
            batch.append(
                Result(
                    survey=survey, sample=samples[code], imported=imported, analyte=analyte, raw=str(value),
                    value=number, unit=unit, detection_limit=float(limit), method=method, recorded_from=row.at,
                )
            )  # fmt: skip
            if len(batch) == 1000:
                Result.objects.bulk_create(batch)
                batch = []
        Result.objects.bulk_create(batch)
    return report(time.perf_counter() - began, Result.objects.count())


def report(took: float, stored: int) -> int:
    """One line for the parent."""
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"RESULT {took:.3f} {memory:.1f} {stored}")
    return 0


def measure(side: str, path: Path) -> tuple[float, float, int]:
    """Run one side in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="jingtu-bench-") as data:
        environment = {**os.environ, "JINGTU_DATA": data, "JINGTU_DATABASE_URL": ""}
        done = subprocess.run(
            [sys.executable, __file__, "--side", side, "--file", str(path)],
            env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
    if done.returncode:
        sys.exit(done.stderr[-4000:])
    lines = done.stdout.splitlines()
    print("\n".join(line for line in lines if not line.startswith("RESULT")))
    _, took, memory, stored = next(line for line in lines if line.startswith("RESULT")).split()
    return float(took), float(memory), int(stored)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--side", choices=["ours", "peer"])
    parser.add_argument("--file", type=Path)
    given = parser.parse_args()
    if given.side:
        return {"ours": ours, "peer": peer}[given.side](given.file)
    print(f"{platform.machine()}, Python {platform.python_version()}, {os.cpu_count()} cores, SQLite")
    with tempfile.TemporaryDirectory(prefix="jingtu-bench-") as folder:
        path = Path(folder) / "检测结果.xlsx"
        workbook(path, given.rows)
        print(f"workbook: {given.rows:,} rows, {path.stat().st_size / 2**20:.1f} MiB")
        mine, theirs = measure("ours", path), measure("peer", path)
    print(f"{'what':<58}{'seconds':>10}{'MiB':>10}{'stored':>12}")
    print(f"{'jingtu: read, checked, judged, stored':<58}{mine[0]:>10.2f}{mine[1]:>10.0f}{mine[2]:>12,}")
    print(
        f"{'peer: openpyxl loop and bulk_create, nothing checked':<58}{theirs[0]:>10.2f}{theirs[1]:>10.0f}{theirs[2]:>12,}"
    )
    print(f"ratio: {theirs[0] / mine[0]:.2f} times the peer's speed")
    if given.rows >= 100_000 and (mine[0] >= SECONDS or mine[1] >= MEMORY):
        print(f"too slow or too large: {mine[0]:.1f} s (limit {SECONDS}), {mine[1]:.0f} MiB (limit {MEMORY})")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
