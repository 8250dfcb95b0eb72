"""From a laboratory's file to what storing it would do: findings, new and changed results, verdicts.

Nothing is written. Results are compared with those the survey already has, so that the same results in
another file change nothing, and a changed value is seen before it is stored.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, BinaryIO

from django.db.models import Max

from jingtu.errors import InputError
from jingtu.knowledge import labsheets
from jingtu.knowledge.labsheets import Book, LabTable
from jingtu.platform.evidence.laboratory import checks, judging
from jingtu.platform.evidence.laboratory.models import ImportedFile, Result, Sample, Survey, believed
from jingtu.platform.evidence.laboratory.prepared import (
    BROUGHT,
    SAMPLE,
    SAMPLE_FIELDS,
    Change,
    Prepared,
)

SHOWN_CHANGES = 200
Watch = Callable[[int, int, str], None]
_STEPS = 6
_ABSENT = (None, "")


def prepare(
    survey: Survey,
    stream: BinaryIO,
    file: str,
    *,
    mapping: labsheets.Mapping | None = None,
    remembered: Sequence[labsheets.Mapping] = (),
    on: date,
    watch: Watch | None = None,
) -> Prepared:
    """Read, check, compare and judge a file of results.

    Parameters
    ----------
    survey : Survey
        The survey that the results belong to.
    stream, file
        The file and its name.
    mapping : Mapping, optional
        What its columns are, as a person said; without it as remembered, or as the sheet itself says.
    remembered : sequence of Mapping
        Those confirmed before for the laboratory.
    on : date
        The business date; nothing was sampled after it.
    watch : callable, optional
        Called with steps done, steps in all, and what is being done.

    Returns
    -------
    Prepared
        With all findings; one with errors cannot be stored.

    Raises
    ------
    InputError
        The file as a whole cannot be read, or has no results.
    """
    tell = watch or (lambda _done, _total, _what: None)
    tell(0, _STEPS, "正在读取文件")
    digest = hashlib.sha256()
    while piece := stream.read(1 << 20):
        digest.update(piece)
    stream.seek(0)
    book = labsheets.read_book(stream, file)
    chosen = mapping or proposed(book, remembered)
    tell(1, _STEPS, "正在识别各列")
    return prepare_book(survey, book, chosen, digest.hexdigest(), on=on, tell=tell)


def proposed(book: Book, remembered: Sequence[labsheets.Mapping]) -> labsheets.Mapping:
    """What the columns seem to be; where no heading says anything, what a person once said of them."""
    found = labsheets.propose(book, remembered)
    if found.blocks:
        return found
    offered = labsheets.propose_unnamed(book, remembered)
    return offered if offered.blocks else found


def prepare_book(
    survey: Survey, book: Book, mapping: labsheets.Mapping, sha256: str, *, on: date, tell: Watch
) -> Prepared:
    """``prepare`` of a workbook that is read already."""
    table = labsheets.extract(book, mapping)
    if not len(table):
        raise InputError(
            f"“{book.name}”中没有找到检测结果；请核对各列的对照，或下载示例文件参照填写。", value=book.name
        )
    tell(2, _STEPS, f"正在核对 {len(table):,} 个结果")
    findings = [*book.warnings, *checks.of_table(survey, table, on)]
    prepared = Prepared(
        survey, book.name, sha256, mapping.to_json(), findings, survey.version, state_of(survey),
        repeats=ImportedFile.objects.filter(survey=survey, sha256=sha256, withdrawn_at=None).first(),
        total=len(table), left_out=table.ignored,
    )  # fmt: skip
    if prepared.errors:
        prepared.sample_count = len(set(table["sample"]))
        return prepared
    tell(3, _STEPS, "正在按标准判定")
    _Comparison(prepared, table, on).run()
    tell(5, _STEPS, "正在汇总")
    return prepared


def state_of(survey: Survey) -> str:
    """What changes whenever a believed result of the survey does."""
    found = Result.objects.filter(survey=survey).aggregate(born=Max("recorded_from"))
    imports = survey.imports.filter(withdrawn_at__isnull=False).count()
    return f"{found['born'].isoformat() if found['born'] else ''}|{imports}"


class _Comparison:
    """Puts a table beside what the survey already has."""

    def __init__(self, prepared: Prepared, table: LabTable, on: date) -> None:
        self.prepared, self.table, self.on = prepared, table, on
        self.survey = prepared.survey
        self.stored = {item.code: item for item in Sample.objects.filter(believed(), survey=self.survey)}
        self.facts = _facts_of_samples(table, self.survey.medium)
        self.fresh: dict[str, int] = {}  # code of a new or replaced sample -> its place
        self.known: dict[tuple[str, str], Result] = {}
        self.by_id: dict[tuple[str, str], Result] = {}
        if self.stored:
            rows = Result.objects.filter(believed(), survey=self.survey).select_related("sample")
            for row in rows.iterator(2000):
                self.known[row.sample.code, row.analyte] = row
                if row.analyte_id:
                    self.by_id[row.sample.code, row.analyte_id] = row

    def run(self) -> None:
        self._samples()
        columns = self._columns()
        judged = judging.judge(self.survey, columns, self.on)
        self._results(columns, judged)
        self._sums(judged)
        self._summary(columns, judged)

    def _samples(self) -> None:
        """New samples, and stored ones of which the file says more or something else."""
        found = self.prepared
        found.sample_count = len(self.facts)
        found.point_count = len({facts["point"] for facts in self.facts.values() if facts["point"]})
        for code, facts in self.facts.items():
            before = self.stored.get(code)
            if before is not None:
                said = {name: getattr(before, name) for name in SAMPLE_FIELDS}
                merged = {name: said[name] if value in _ABSENT else value for name, value in facts.items()}
                self.facts[code] = merged
                if all(judging.same(merged[name], said[name]) for name in SAMPLE_FIELDS):
                    continue
                found.closed_samples.append(before.pk)
                words = "、".join(
                    checks.FIELD_WORDS.get(name, name)
                    for name in SAMPLE_FIELDS
                    if said[name] not in _ABSENT and not judging.same(merged[name], said[name])
                )
                if words:
                    found.changes.append(Change(code, "样品信息", words, "按文件更正"))
            self.fresh[code] = len(found.sample_facts)
            found.sample_facts.append({"code": code, **self.facts[code]})

    def _columns(self) -> dict[str, list[Any]]:
        """The results of the file, and those of replaced samples that the file leaves out."""
        table, facts = self.table, self.facts
        columns = judging.read(table)
        columns["code"] = list(table["sample"])
        given = set(zip(columns["code"], columns["analyte"], strict=True))
        # Results of the same samples that the file leaves out: sums need them, replaced samples carry them.
        self.beside = [
            row
            for key, row in self.known.items()
            if key[0] in facts and key not in given and row.raw != judging.SUM_WORDS
        ]
        for row in self.beside:
            columns["code"].append(row.sample.code)
            for name in BROUGHT:
                columns[name].append(getattr(row, name))
        for name in ("ph", "land_use", "crop", "sampled_on", "qc_kind"):
            columns[name] = [facts[code][name] for code in columns["code"]]
        return columns

    def _results(self, columns: Mapping[str, list[Any]], judged: judging.Judged) -> None:
        found, brought = self.prepared, len(self.table)
        wanted: list[int] = []
        codes, analytes, ids = columns["code"], columns["analyte"], judged.columns["analyte_id"]
        taken: set[int] = set()
        touched: set[str] = set(self.fresh)
        for place in range(brought):
            code = codes[place]
            before = self.known.get((code, analytes[place])) or (
                self.by_id.get((code, ids[place])) if ids[place] else None
            )
            if before is None or before.raw == judging.SUM_WORDS:
                found.added += 1
                touched.add(code)
                self._keep(place, code, 0, wanted, before)
                continue
            taken.add(before.pk)
            if _same_result(columns, place, before):
                found.unchanged += 1
                if code in self.fresh:  # the sample changes: its results are told of it anew
                    self._keep(place, code, before.imported_id, wanted, before)
                continue
            found.changed += 1
            touched.add(code)
            if len(found.changes) < SHOWN_CHANGES:
                old = f"{before.raw} {before.unit}".strip()
                new = f"{columns['raw'][place]} {columns['unit'][place]}".strip()
                found.changes.append(Change(code, analytes[place], old, new))
            self._keep(place, code, 0, wanted, before)
        for place, before in enumerate(self.beside, start=brought):
            # What the file says under another name is said.
            if codes[place] in self.fresh and before.pk not in taken:
                self._keep(place, codes[place], before.imported_id, wanted, before)
        self.touched = touched
        names = (*BROUGHT, *judged.columns)
        source = {**{name: columns[name] for name in BROUGHT}, **judged.columns}
        found.columns = {name: [source[name][place] for place in wanted] for name in names}

    def _sums(self, judged: judging.Judged) -> None:
        """Sums of samples whose results change: the old ones end, the new ones are stored."""
        found = self.prepared
        closed = set(found.closed_results)
        found.closed_results += [
            row.pk
            for (code, _), row in self.known.items()
            if row.raw == judging.SUM_WORDS and code in self.touched and row.pk not in closed
        ]
        for line in judged.sums:
            if line["code"] not in self.touched:
                continue
            for name, values in found.columns.items():
                values.append(line[name])
            self._hang(line["code"], 0)

    def _keep(self, place: int, code: str, imported: int, wanted: list[int], before: Result | None) -> None:
        wanted.append(place)
        self._hang(code, imported)
        if before is not None:
            self.prepared.closed_results.append(before.pk)

    def _hang(self, code: str, imported: int) -> None:
        fresh = self.fresh.get(code)
        self.prepared.hangs.append((0, fresh) if fresh is not None else (self.stored[code].pk, 0))
        self.prepared.brought_by.append(imported)

    def _summary(self, columns: Mapping[str, list[Any]], judged: judging.Judged) -> None:
        found, brought = self.prepared, len(self.table)
        found.editions = judged.editions
        found.results, found.samples = judged.counts(columns["code"][:brought])
        digest = hashlib.sha256()
        for place in range(brought):
            line = [columns["code"][place], *(columns[name][place] for name in BROUGHT)]
            digest.update(json.dumps(line, ensure_ascii=False).encode())
        for code in sorted(self.facts):
            digest.update(json.dumps([code, self.facts[code]], default=str, ensure_ascii=False).encode())
        found.manifest = digest.hexdigest()


def _facts_of_samples(table: LabTable, medium: str) -> dict[str, dict[str, Any]]:
    """What the file says of each sample: the first value given in any of its rows."""
    found: dict[str, dict[str, Any]] = {}
    codes = table["sample"]
    for code in dict.fromkeys(codes):
        found[code] = dict.fromkeys(SAMPLE_FIELDS)
    for name, own in SAMPLE.items():
        for code, value in zip(codes, table[name], strict=True):
            if value not in _ABSENT and found[code][own] is None:
                found[code][own] = value
    for facts in found.values():
        for own in ("point", "land_use", "crop", "qc_kind", "parent_code", "batch"):
            facts[own] = facts[own] or ""
        facts["medium"] = facts["medium"] or medium
        for own, places in (("depth_top", 3), ("depth_bottom", 3), ("longitude", 6), ("latitude", 6)):
            facts[own] = judging.decimal(facts[own], places)
    return found


def _same_result(columns: Mapping[str, list[Any]], place: int, before: Result) -> bool:
    if columns["unit"][place] != before.unit or columns["detected"][place] != before.detected:
        return False
    if columns["method"][place] and columns["method"][place] != before.method:
        return False
    if columns["value"][place] is None and before.value is None:
        return bool(columns["raw"][place] == before.raw)
    return judging.same(columns["value"][place], before.value)
