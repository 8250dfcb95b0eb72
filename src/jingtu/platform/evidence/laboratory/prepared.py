"""What storing a file would do, as it is shown, confirmed and then stored."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jingtu.knowledge.labsheets import Finding
from jingtu.knowledge.labsheets.model import Ignored
from jingtu.platform.evidence.laboratory.models import ImportedFile, Result, Sample, Survey
from jingtu.platform.inserting import Batch

KEPT = 2000  # findings in a list; a file with more has a systematic fault
# Columns of a sample, as the sheet calls them and as the table does.
SAMPLE = {
    "point": "point",
    "depth_top": "depth_top",
    "depth_bottom": "depth_bottom",
    "medium": "medium",
    "land_use": "land_use",
    "ph": "ph",
    "crop": "crop",
    "sampled_on": "sampled_on",
    "longitude": "longitude",
    "latitude": "latitude",
    "qc_kind": "qc_kind",
    "parallel_of": "parent_code",
    "batch": "batch",
}
SAMPLE_FIELDS = tuple(SAMPLE.values())
# Columns of a result that a file brings; the others come from judging.
BROUGHT = (
    "analyte",
    "raw",
    "value",
    "unit",
    "detected",
    "detection_limit",
    "method",
    "sheet",
    "row",
    "column",
)


@dataclass(frozen=True, slots=True)
class Change:
    """A stored result that would get another value."""

    sample: str
    analyte: str
    old: str
    new: str


@dataclass(slots=True)
class Prepared:
    """What storing a file would do; ``fingerprint`` changes with the file, the survey and what is stored."""

    survey: Survey
    file: str
    sha256: str
    mapping: dict[str, Any]
    findings: list[Finding]
    version: int
    state: str
    repeats: ImportedFile | None = None
    total: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    sample_count: int = 0
    point_count: int = 0
    changes: list[Change] = field(default_factory=list)
    results: dict[str, int] = field(default_factory=dict)  # how many results of each verdict
    samples: dict[str, int] = field(default_factory=dict)  # how many samples of each verdict
    editions: list[dict[str, Any]] = field(default_factory=list)
    left_out: list[Ignored] = field(default_factory=list)  # rows and sheets that hold no result
    manifest: str = ""
    # What is stored: facts of new samples, columns of new results, and where these hang.
    sample_facts: list[dict[str, Any]] = field(default_factory=list)
    columns: dict[str, list[Any]] = field(default_factory=dict)
    hangs: list[tuple[int, int]] = field(
        default_factory=list
    )  # (key of a stored sample, or 0; place of a new one)
    brought_by: list[int] = field(default_factory=list)  # key of an earlier import; 0: this one
    closed_results: list[int] = field(default_factory=list)
    closed_samples: list[int] = field(default_factory=list)

    @property
    def errors(self) -> list[Finding]:
        return [item for item in self.findings if item.blocks]

    @property
    def warnings(self) -> list[Finding]:
        return [item for item in self.findings if not item.blocks]

    @property
    def nothing_new(self) -> bool:
        """Whether all that the file says is stored already."""
        return bool(self.total) and not self.added and not self.changed and not self.closed_samples

    @property
    def unchanged_words(self) -> str:
        """Why there is nothing to store."""
        if self.repeats is not None:
            return (
                f"这份文件已于 {self.repeats.imported_at:%Y-%m-%d} 导入本任务，内容没有变化，不需要再导入。"
            )
        return "文件中的结果与已入库的完全一致，没有变化，不需要导入。"

    @property
    def fingerprint(self) -> str:
        """Hash of what a person sees before confirming."""
        content = [self.manifest, self.version, self.state, self.editions, self.survey.land_class]
        return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()

    def new_samples(self) -> Batch:
        """Samples to insert; the moment and the import are filled in by the action."""
        names = ("code", *SAMPLE_FIELDS)
        columns = {name: [facts[name] for facts in self.sample_facts] for name in names}
        return self._batch(Sample, columns, len(self.sample_facts))

    def new_results(self) -> Batch:
        """Results to insert; keys of samples and of the import are filled in by the action."""
        return self._batch(Result, self.columns, len(self.hangs))

    def _batch(self, model: type[Sample | Result], columns: Mapping[str, Sequence[Any]], size: int) -> Batch:
        return Batch.of_columns(model, {**columns, "survey_id": [self.survey.pk] * size})

    def sample_keys(self, keys: Sequence[int]) -> list[int]:
        """The sample of every new result, once the new samples have their keys."""
        return [stored or keys[place] for stored, place in self.hangs]

    def import_keys(self, key: int) -> list[int]:
        """The import of every new result: a carried one keeps its own."""
        return [earlier or key for earlier in self.brought_by]


def document(prepared: Prepared) -> dict[str, Any]:
    """What storing a file would do, for the API and the command line."""
    return {
        "survey": prepared.survey.code,
        "file": prepared.file,
        "samples": prepared.sample_count,
        "total": prepared.total,
        "added": prepared.added,
        "changed": prepared.changed,
        "unchanged": prepared.unchanged,
        "verdicts_of_results": prepared.results,
        "verdicts_of_samples": prepared.samples,
        "warnings": [item.to_json() for item in prepared.warnings[:KEPT]],
    }
