"""All limits that a result stands against, worked out again with the edition that judged it."""

from __future__ import annotations

import csv
import functools
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from jingtu.errors import JingtuError
from jingtu.knowledge.standards.editions import Edition, editions
from jingtu.knowledge.standards.screening import screen
from jingtu.platform.evidence.laboratory import standards
from jingtu.platform.evidence.laboratory.drawing.axes import LimitLine
from jingtu.platform.evidence.laboratory.models import Result, Survey
from jingtu.platform.rulebooks.addresses import limit_address

_GIVEN = ("ph", "land_use", "crop")


@dataclass(frozen=True, slots=True)
class Held:
    """One limit of one kind, as it held for a result."""

    kind: str
    name: str
    css: str
    value: float | None  # ``None`` where the limit is a word
    printed: str
    unit: str
    clause: str
    conditions: str
    footnote: str
    source: str
    confidence: str
    address: str

    def line(self) -> LimitLine | None:
        """The limit as a line of a plot; none where it is a word."""
        if self.value is None:
            return None
        return LimitLine(
            self.name, self.value, f"{self.printed} {self.unit}".strip(), self.clause, self.address, self.css
        )


@functools.cache
def _kinds() -> Mapping[str, tuple[str, str]]:
    table = files("jingtu.platform.evidence.laboratory") / "data" / "limit_kinds.csv"
    rows = csv.DictReader(table.read_text(encoding="utf-8").splitlines())
    return {row["kind"]: (row["words"], row["css"]) for row in rows}


def kind_words(kind: str) -> str:
    """What a kind of limit is called; a table that a user added may bring words of its own."""
    return _kinds().get(kind, ("限值" if kind.isascii() else kind, ""))[0]


def edition_of(survey: Survey, row: Result) -> Edition | None:
    """The edition that judged a result, while it is at hand."""
    known = (*standards.added(survey.region.path), *editions())
    return next((one for one in known if (one.standard, one.number) == (row.standard, row.edition)), None)


def limits_of(survey: Survey, rows: Sequence[Result]) -> list[list[Held]]:
    """The limits of every kind for each of some results, mildest first; empty where there are none.

    The rows need their samples. They are held against the edition that judged them, on a day on which it
    was in force, with the land class of the survey.
    """
    found: list[list[Held]] = [[] for _ in rows]
    by_edition: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        if row.verdict and row.edition:
            by_edition[row.standard, row.edition].append(place)
    for places in by_edition.values():
        chosen = [rows[place] for place in places]
        edition = edition_of(survey, chosen[0])
        if edition is None:
            continue
        for place, held in zip(places, _held(survey, chosen, edition), strict=True):
            found[place] = held
    return found


def _held(survey: Survey, rows: Sequence[Result], edition: Edition) -> list[list[Held]]:
    columns: dict[str, list[Any]] = {
        "sample": [row.sample.code for row in rows],
        "analyte": [row.analyte for row in rows],
        "value": [row.raw for row in rows],
        "unit": [row.unit or None for row in rows],
    }
    limits = [row.detection_limit for row in rows]
    if any(limit is not None for limit in limits):
        columns["detection_limit"] = limits
    for name in _GIVEN:
        values = [getattr(row.sample, name) or None for row in rows]
        if any(value is not None for value in values):
            columns[name] = values
    try:
        judged = screen(
            columns,
            edition.standard,
            edition.valid_from,  # a day on which it was in force
            land_class=survey.land_class,
            added=[edition] if edition.added is not None else (),
        )
    except JingtuError:
        return [[] for _ in rows]  # a rule that is not at hand is not guessed
    return [
        [_said(survey, row, limit) for limit in judged.limits_of(place)] for place, row in enumerate(rows)
    ]


def _ph_words(band: str) -> str:
    """A band of pH as the standard prints it; nothing where every pH will do."""
    return band if "pH" in band else ""


def _said(survey: Survey, row: Result, limit: Mapping[str, Any]) -> Held:
    words, css = _kinds().get(limit["name"], (kind_words(limit["name"]), "limit-screening"))
    conditions = [
        _ph_words(limit.get("ph_band") or ""),
        row.sample.land_use if limit.get("land_use") else "",
        {"1": "第一类用地", "2": "第二类用地"}.get(str(limit.get("land_class") or ""), ""),
    ]
    value = limit["value"]
    return Held(
        kind=limit["name"],
        name=words,
        css=css,
        value=float(value) if isinstance(value, int | float) else None,
        printed=str(limit.get("printed") or value),
        unit=limit["unit"] or "",
        clause=" ".join(part for part in (row.edition, limit.get("clause") or "") if part),
        conditions="，".join(part for part in conditions if part),
        footnote=limit.get("footnote") or "",
        source=limit.get("source") or "",
        confidence=limit.get("confidence") or "",
        address=limit_address(
            row.standard, row.edition, row.analyte_id, land_use=row.sample.land_use, ph=row.sample.ph,
            land_class=survey.land_class, crop=row.sample.crop,
        ),
    )  # fmt: skip
