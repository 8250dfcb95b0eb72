"""The model held against the printed values of GB 36600: which it finds again, and which not.

The standard was not published with its inputs. Whoever uses a parameter set may ask here how far it
leads to the printed screening and intervention values.
"""

from __future__ import annotations

import csv
import functools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from typing import Final, Literal, get_args

from jingtu.knowledge.risk.derive import derive, number
from jingtu.knowledge.risk.options import SOIL_PATHWAYS, LandClass, Options, Target
from jingtu.knowledge.risk.parameters import ParameterSet
from jingtu.knowledge.standards.editions import edition_on
from jingtu.knowledge.standards.tables import table_of

Verdict = Literal["rounding", "1.5 %", "ceiling", "10 %", "not reproduced", "no model"]
VERDICTS: Final[tuple[Verdict, ...]] = get_args(Verdict)

_POWER: Final = re.compile("(.+)×10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)")
_LOWER: Final = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


@dataclass(frozen=True, slots=True)
class Comparison:
    """One printed value beside what the model gives.

    Parameters
    ----------
    item : str
        Table and number in GB 36600, as 1-26.
    substance, name, name_en : str
        Id and names.
    land_class : {1, 2}
    printed : str
        As printed, mg/kg.
    computed : float or None
        Control value of the model, mg/kg.
    driver : str or None
        What decided it.
    verdict : str
        ``rounding``: rounded to the digits of the print it is the print; ``1.5 %`` and ``10 %``: no
        farther off than that; ``ceiling``: stopped at saturation and within 2 %; ``no model``.
    adjusted : bool
        Whether the set changed an input of the substance to come to this.
    why : str
        Where it is not reproduced: what is known of the reason.
    """

    item: str
    substance: str
    name: str
    name_en: str
    land_class: LandClass
    printed: str
    computed: float | None
    driver: str | None
    verdict: Verdict
    adjusted: bool
    why: str


def printed_number(text: str) -> float:
    """A printed value as a number, of ``4×10⁻⁵`` too.

    Examples
    --------
    >>> printed_number("4×10⁻⁵"), printed_number("0.30")
    (4e-05, 0.3)
    """
    power = _POWER.fullmatch(text)
    return float(f"{power[1]}e{power[2].translate(_LOWER)}") if power else float(text)


def significant_digits(text: str) -> int:
    """Digits that a print holds: zeros that close an integer are not counted, two are at the least.

    Examples
    --------
    >>> [significant_digits(text) for text in ("18000", "8.0", "0.03", "2812", "4×10⁻⁵", "5")]
    [2, 2, 1, 4, 1, 1]
    """
    mantissa = text.partition("×")[0]
    digits = mantissa.replace(".", "").lstrip("0")
    if "." in mantissa or len(digits) < 2:
        return len(digits)
    return max(2, len(digits.rstrip("0")))


def judge(printed: str, computed: float | None, driver: str | None) -> Verdict:
    """How near a computed value (mg/kg) comes to a printed one.

    Examples
    --------
    >>> judge("18000", 18050.0, "hcvs"), judge("900", 263.8, "rcvs"), judge("1200", 1204.0, "ceiling")
    ('rounding', 'not reproduced', 'ceiling')
    """
    if computed is None:
        return "no model"
    target = printed_number(printed)
    off = abs(computed / target - 1)
    if driver == "ceiling":
        return "ceiling" if off <= 0.02 else "not reproduced"
    if float(f"{computed:.{significant_digits(printed) - 1}e}") == target:
        return "rounding"
    return "1.5 %" if off <= 0.015 else "10 %" if off <= 0.1 else "not reproduced"


def reproduce(
    parameter_set: ParameterSet, on: date, target: Target = "screening", options: Options | None = None
) -> list[Comparison]:
    """Every printed value of GB 36600 beside that of the model, over the six soil pathways.

    Parameters
    ----------
    parameter_set : ParameterSet
    on : date
        The edition in force on this day.
    target : {"screening", "intervention"}
    options : Options, optional
        Its ``target`` and ``pathways`` are put in place.

    Returns
    -------
    list of Comparison
        In the order of the standard, land class 1 before 2.

    Examples
    --------
    >>> from jingtu.knowledge.risk.parameters import load
    >>> rows = reproduce(load("gb36600-consistent"), date(2026, 1, 1))
    >>> [(row.printed, round(row.computed, 1), row.verdict) for row in rows if row.substance == "chrysene"]
    [('490', 490.9, 'rounding'), ('1293', 1293.1, 'rounding')]
    """
    fields = {**(options or Options()).to_json(), "target": target, "pathways": SOIL_PATHWAYS}
    chosen = Options.from_json(fields)
    limits = {
        (limit.analyte_id, int(limit.land_class)): limit.value
        for limit in table_of(edition_on("gb36600", on)).limits
        if limit.kind == target
    }
    adjusted = {key for key, _, _ in parameter_set.flagged("adjusted")}
    rows = []
    for land_class in get_args(LandClass):
        result = derive(parameter_set, land_class, options=chosen)
        for i, substance in enumerate(result.substances):
            printed = limits.get((substance.id, land_class))
            if printed is None:
                continue
            computed = number(result.control.value[i])
            verdict = judge(printed, computed, result.driver(i))
            rows.append(
                Comparison(
                    substance.gb36600,
                    substance.id,
                    substance.name,
                    substance.name_en,
                    land_class,
                    printed,
                    computed,
                    result.driver(i),
                    verdict,
                    substance.id in adjusted,
                    _reason(substance.id, land_class, verdict),
                )
            )
    return sorted(rows, key=lambda row: (*map(int, row.item.split("-")), row.land_class))


def counts(rows: Sequence[Comparison]) -> dict[Verdict, int]:
    """How many values have each verdict, in the order of :data:`VERDICTS`."""
    found = Counter(row.verdict for row in rows)
    return {verdict: found[verdict] for verdict in VERDICTS}


@functools.cache
def _reasons() -> dict[tuple[str, str], str]:
    text = (resources.files(__package__) / "data" / "not_reproduced.csv").read_text(encoding="utf-8")
    return {(row["substance"], row["land_class"]): row["why"] for row in csv.DictReader(text.splitlines())}


def _reason(substance: str, land_class: int, verdict: Verdict) -> str:
    if verdict not in ("not reproduced", "no model"):
        return ""
    known = _reasons()
    return known.get((substance, str(land_class))) or known.get((substance, "")) or known["", ""]
