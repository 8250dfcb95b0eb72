"""What was found in an uploaded file, kept beside it between the check and the confirmation."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from jingtu.errors import CellError, InputError, JingtuError
from jingtu.knowledge.labsheets import Finding
from jingtu.platform.evidence.laboratory.prepared import KEPT, Prepared
from jingtu.platform.registers.exchange.uploads import Upload

HEADINGS = ("工作表", "行", "列", "内容", "问题", "级别", "建议")
SEVERITIES = {"error": "错误", "warning": "提醒"}


def of(prepared: Prepared) -> dict[str, Any]:
    """A report as plain JSON."""
    return {
        "survey": str(prepared.survey.uid),
        "file": prepared.file,
        "total": prepared.total,
        "samples": prepared.sample_count,
        "points": prepared.point_count,
        "added": prepared.added,
        "changed": prepared.changed,
        "unchanged": prepared.unchanged,
        "changes": [asdict(item) for item in prepared.changes],
        "errors": len(prepared.errors),
        "warnings": len(prepared.warnings),
        # Errors first: a list that is cut must not hide what blocks the import.
        "findings": [item.to_json() for item in [*prepared.errors, *prepared.warnings][:KEPT]],
        "unchanged_words": prepared.unchanged_words if prepared.repeats or prepared.nothing_new else "",
        "verdicts_of_results": prepared.results,
        "verdicts_of_samples": prepared.samples,
        "editions": prepared.editions,
        "left_out": [asdict(item) for item in prepared.left_out],
        "fingerprint": prepared.fingerprint,
        "mapping": prepared.mapping,
    }


def refused(error: JingtuError, survey_uid: str, file: str) -> dict[str, Any]:
    """The report of a file that could not be read."""
    errors = error.errors if isinstance(error, InputError) else []
    return {
        "survey": survey_uid,
        "file": file,
        "refused": error.message,
        "findings": [
            Finding(item, error.code, "error").to_json()
            for item in (errors or [CellError(error.message, file)])
        ],
        "errors": max(len(errors), 1),
        "warnings": 0,
    }


def keep(upload: Upload, report: Mapping[str, Any]) -> None:
    """Keep a report beside its upload, which is forgotten with it after a week."""
    path = _path(upload)
    partial = path.with_suffix(".part")
    partial.write_text(json.dumps(report, ensure_ascii=False), encoding="utf-8")
    partial.chmod(0o600)
    partial.replace(path)


def kept(upload: Upload, survey_uid: str) -> dict[str, Any] | None:
    """The report of an upload for a survey; ``None`` before the check."""
    try:
        found: dict[str, Any] = json.loads(_path(upload).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return found if found.get("survey") == survey_uid else None


def drop(upload: Upload) -> None:
    """Delete a report: the columns are read otherwise, or the file is stored."""
    _path(upload).unlink(missing_ok=True)


def _path(upload: Upload) -> Path:
    return upload.path.with_suffix(".report")


def findings_of(report: Mapping[str, Any]) -> list[Finding]:
    """Findings out of a report."""
    return [
        Finding(
            CellError(
                **{name: item[name] for name in ("message", "file", "sheet", "row", "column", "value")}
            ),
            item["code"],
            item["severity"],
            item.get("advice", ""),
        )
        for item in report["findings"]
    ]


def line(item: Mapping[str, Any]) -> Sequence[Any]:
    """A finding as a row of the list to take along."""
    return [
        item["sheet"], item["row"], item["column"], item["value"], item["message"],
        SEVERITIES[item["severity"]], item["advice"],
    ]  # fmt: skip
