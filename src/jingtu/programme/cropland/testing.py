"""Crop tests judged by GB 2762: the edition of the sampling day, with the limit and its clause."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from jingtu.errors import NotConfiguredError
from jingtu.knowledge.standards.readings import read_values
from jingtu.knowledge.standards.screening import screen
from jingtu.platform.rulebooks import queries

STANDARD = "gb2762"
PASS, OVER, UNCLEAR = "pass", "exceed", "unclear"
WORDS = {PASS: "合格", OVER: "不合格", UNCLEAR: "无法判定"}
# Columns of a test by the names that laboratories print.
CONTAMINANTS: Mapping[str, str] = {
    "cadmium": "镉",
    "mercury": "总汞",
    "arsenic": "总砷",
    "arsenic_inorganic": "无机砷",
    "lead": "铅",
    "chromium": "铬",
}
UNIT = "mg/kg"


@dataclass(frozen=True, slots=True)
class Finding:
    """One contaminant of one sample: the verdict and, where there is one, the limit it was held against."""

    contaminant: str
    raw: str
    verdict: str
    limit: str = ""
    clause: str = ""
    edition: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a test says: the worst of its contaminants; without any that can be judged, nothing."""

    verdict: str
    findings: tuple[Finding, ...]

    @property
    def words(self) -> str:
        """One line: the verdict, and every result with the limit it was held against."""
        told = "；".join(f"{item.contaminant} {item.raw}{_against(item)}" for item in self.findings)
        return WORDS[self.verdict] + (f"：{told}" if told else "")


def judge(results: Mapping[str, str], crop: str, sampled_on: date, region_path: str = "") -> Verdict:
    """Judge the results of one sample by the edition in force on its sampling day.

    Parameters
    ----------
    results : mapping
        Results in mg/kg as printed (``0.15``, ``<0.01``), by the keys of ``CONTAMINANTS``.
    crop : str
        What was sampled, by a name that GB 2762 knows.
    sampled_on : date
    region_path : str
        Tables of limits entered for this place, or for one above it, come before the editions of the package.

    Returns
    -------
    Verdict
        A result that cannot be judged makes the test 无法判定, not 合格; one for which the standard sets no limit
        in this crop says nothing.

    Examples
    --------
    >>> judge({"cadmium": "0.25"}, "稻谷", date(2024, 11, 5)).verdict
    'exceed'
    """
    cells = [(name, raw) for column, name in CONTAMINANTS.items() if (raw := results.get(column, "").strip())]
    if not cells:
        return Verdict(UNCLEAR, ())
    columns = {
        "analyte": [name for name, _ in cells],
        "value": [raw for _, raw in cells],
        "unit": [UNIT] * len(cells),
        "sample": ["1"] * len(cells),
        "crop": [crop] * len(cells),
    }
    added = queries.added_editions(region_path, sampled_on) if region_path else ()
    try:
        judged = screen(columns, STANDARD, sampled_on, added=added)
    except NotConfiguredError as error:
        unknown = tuple(Finding(name, raw, UNCLEAR, reason=error.message.rstrip("。")) for name, raw in cells)
        return Verdict(UNCLEAR, unknown)
    said = judged.frame().select("verdict", "reason_words").rows()
    found = []
    for row, (name, raw) in enumerate(cells):
        verdict, reason = said[row]
        if verdict == "not_covered":
            continue
        limits = judged.limits_of(row)
        found.append(
            Finding(
                name,
                raw,
                verdict if verdict in {PASS, OVER} else UNCLEAR,
                f"{limits[0]['printed']} {limits[0]['unit']}" if limits else "",
                str(limits[0]["clause"] or "") if limits else "",
                judged.edition.number if limits else "",
                reason or "",
            )
        )
    return Verdict(_worst(found), tuple(found))


def unreadable(raw: Sequence[str]) -> set[str]:
    """Of results as printed, those that are neither a number nor a non-detect with its limit.

    Examples
    --------
    >>> unreadable(["0.15", "<0.01", "", "有", "未检出"]) == {"有", "未检出"}
    True
    """
    given = [text.strip() for text in raw if text.strip()]
    if not given:
        return set()
    read = read_values(given)
    return {
        text
        for text, detected, value, limit in zip(
            given, read.detected.tolist(), read.value.tolist(), read.censor_limit.tolist(), strict=True
        )
        if math.isnan(value if detected else limit)
    }


def _worst(findings: Sequence[Finding]) -> str:
    verdicts = {item.verdict for item in findings}
    if OVER in verdicts:
        return OVER
    return PASS if verdicts == {PASS} else UNCLEAR


def _against(item: Finding) -> str:
    if item.limit:
        sign = {PASS: "未超过", OVER: "超过"}.get(item.verdict, "对照")
        told = f"，{sign}限量 {item.limit}（{item.edition} {item.clause}）"
        return told + (f"，{item.reason}" if item.reason else "")
    return f"，{item.reason}" if item.reason else ""
