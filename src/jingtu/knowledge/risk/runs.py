"""One assessment from a laboratory's table to its results, with everything it was computed from.

A :class:`Request` holds all that is needed, a :class:`Run` what came of it; both go into one JSON
document that can be computed again on another machine (:mod:`jingtu.knowledge.risk.replay`).
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

import numpy as np

from jingtu.errors import InputError
from jingtu.knowledge.risk.assess import Assessment, assess
from jingtu.knowledge.risk.concentrations import (
    COLUMNS,
    LAYER_UNITS,
    LAYERS,
    NOTES,
    REASONS,
    Concentrations,
    LeftOut,
    Rules,
    collect,
)
from jingtu.knowledge.risk.derive import number
from jingtu.knowledge.risk.distributions import Distribution
from jingtu.knowledge.risk.montecarlo import Simulation, simulate
from jingtu.knowledge.risk.options import LandClass, Options
from jingtu.knowledge.risk.parameters import ParameterSet

KIND: Final = "jingtu-risk-assessment"
VERSION: Final = 1


@dataclass(frozen=True)
class Request:
    """What is to be assessed and how.

    Parameters
    ----------
    columns : mapping of str to list
        The laboratory's table, see :func:`jingtu.knowledge.risk.concentrations.collect`.
    parameter_set : ParameterSet
    land_class : {1, 2}
    options : Options
    rules : Rules
        How results become concentrations.
    replace : mapping of str to float
        Parameters of this place.
    distributions : sequence of Distribution
        For a simulation.
    draws, seed : int
        No simulation where ``draws`` is 0.
    file, file_sha256 : str
        The file the table was read from.
    set_identity : mapping, optional
        What the whole parameter set was, where ``parameter_set`` holds only what was used of it.
    """

    columns: Mapping[str, Sequence[Any]]
    parameter_set: ParameterSet
    land_class: LandClass
    options: Options = field(default_factory=Options)
    rules: Rules = field(default_factory=Rules)
    replace: Mapping[str, float] = field(default_factory=dict)
    distributions: Sequence[Distribution] = ()
    draws: int = 0
    seed: int = 0
    file: str = ""
    file_sha256: str = ""
    set_identity: Mapping[str, Any] | None = None

    @property
    def identity(self) -> Mapping[str, Any]:
        """Name, version and digest of the whole parameter set."""
        return self.set_identity or self.parameter_set.identity()

    def to_json(self) -> dict[str, Any]:
        """The request as a document that stands on its own."""
        return {
            "file": {"name": self.file, "sha256": self.file_sha256},
            "land_class": self.land_class,
            "options": self.options.to_json(),
            "rules": self.rules.to_json(),
            "replace": dict(self.replace),
            "draws": self.draws,
            "seed": self.seed,
            "distributions": [item.to_json() for item in self.distributions],
            "parameter_set": {**self.identity, "rows": self._used_rows()},
            "columns": {name: [_plain(value) for value in self.columns.get(name) or []] for name in COLUMNS},
        }

    def _used_rows(self) -> list[dict[str, str]]:
        """The set's cells of receptors and of substances that the table or a distribution names."""
        words = [*self.columns["analyte"], *(item.substance for item in self.distributions)]
        used = {
            self.parameter_set.substance(str(word)).id
            for word in dict.fromkeys(words)
            if word and self.parameter_set.knows(str(word))
        }
        return [
            row for row in self.parameter_set.rows() if row["record"] != "substance" or row["key"] in used
        ]


@dataclass(frozen=True)
class Run:
    """A computed request."""

    request: Request
    concentrations: Concentrations
    assessment: Assessment
    simulation: Simulation | None

    def results(self) -> list[dict[str, Any]]:
        """Every substance that could be judged in every sample, as the command prints it."""
        judged = self.concentrations.measured() & self.assessment.judged
        return [self.result(int(row), int(column)) for row, column in np.argwhere(judged)]

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """What was not assessed: no concentration came of it, or no pathway leads from where it lies."""
        taken, found = self.concentrations, list(self.concentrations.left_out)
        for row, column in np.argwhere(taken.measured() & ~self.assessment.judged):
            measured = "；".join(
                f"{number(taken.values[layer][row, column]):g} {LAYER_UNITS[layer]}"
                for layer in LAYERS
                if not np.isnan(taken.values[layer][row, column])
            )
            name = taken.substances[column].name
            found.append(LeftOut(taken.samples[row], name, measured, "no_pathway", ""))
        return tuple(found)

    def result(self, row: int, column: int) -> dict[str, Any]:
        """One substance in one sample."""
        taken = self.concentrations
        codes = taken.notes.get((row, column), ())
        found = self.assessment.result(row, column)
        return {
            "sample": taken.samples[row],
            **found,
            "concentrations": {
                layer: {"value": number(taken.values[layer][row, column]), "unit": LAYER_UNITS[layer]}
                for layer in LAYERS
                if not np.isnan(taken.values[layer][row, column])
            },
            "bound": _bound(codes),
            "percentiles": None if self.simulation is None else self.simulation.at(row, column),
            "notes": [*(NOTES[code] for code in codes), *found["notes"]],
            "note_codes": [*codes, *found["note_codes"]],
        }

    def totals(self) -> list[dict[str, Any]]:
        """One row a sample: sums over its substances, and the substances that decide."""
        return [self._total(row, sample) for row, sample in enumerate(self.concentrations.samples)]

    def _total(self, row: int, sample: str) -> dict[str, Any]:
        a = self.assessment
        judged = a.judged[row] & self.concentrations.measured()[row]
        return {
            "sample": sample,
            "cr": number(a.cr_sample[row]),
            "hi": number(a.hi_sample[row]),
            "acceptable": bool(np.all(a.acceptable[row][judged])) if np.any(judged) else None,
            "unacceptable": [
                {"cas": a.substances[i].cas or None, "name": a.substances[i].name}
                for i in np.flatnonzero(judged & ~a.acceptable[row])
            ],
            "cr_driver": self._driver(a.cr_total[row]),
            "hi_driver": self._driver(a.hi[row]),
            "substances": int(np.count_nonzero(self.concentrations.measured()[row])),
            "percentiles": None if self.simulation is None else self.simulation.of_sample(row),
        }

    def _driver(self, totals: Any) -> str | None:
        return (
            None if np.all(np.isnan(totals)) else self.assessment.substances[int(np.nanargmax(totals))].name
        )

    def to_json(self) -> dict[str, Any]:
        """The document of ``jingtu risk assess --json``."""
        request = self.request
        identity = request.identity
        return {
            "parameter_set": f"{identity['name']}@{identity['version']}",
            "parameter_set_sha256": identity["sha256"],
            "land_class": request.land_class,
            "options": request.options.to_json(),
            "rules": request.rules.to_json(),
            "parameters_replaced": dict(request.replace),
            "file": {"name": request.file, "sha256": request.file_sha256},
            "draws": request.draws or None,
            "seed": request.seed if request.draws else None,
            "distributions": [item.to_json() for item in request.distributions] if request.draws else [],
            "distributions_not_used": [item.name for item in self.simulation.idle] if self.simulation else [],
            "results": self.results(),
            "totals": self.totals(),
            "left_out": [item.to_json() for item in self.left_out],
        }

    def record(self) -> dict[str, Any]:
        """The document of ``--save``: the request, all results and every intermediate value."""
        answer = self.to_json()
        model = self.assessment.model
        content = {
            "software": software(),
            "request": self.request.to_json(),
            "results": {name: answer[name] for name in ("results", "totals", "left_out")},
            "substances": [substance.id for substance in self.assessment.substances],
            "intermediates": {
                name: _listed(array)
                for name, array in sorted((model.quantities | model.named_intakes()).items())
            },
        }
        return {
            "kind": KIND,
            "version": VERSION,
            **content,
            "sha256": digest(content),
        }


def compute(request: Request, progress: Callable[[float], None] | None = None) -> Run:
    """Assess what a request asks for.

    Parameters
    ----------
    request : Request
    progress : callable, optional
        Told the share of a simulation that is done, 0 to 1.

    Returns
    -------
    Run

    Raises
    ------
    InputError
        The table or a parameter is bad, or nothing in it can be assessed.

    Examples
    --------
    >>> from jingtu.knowledge.risk.parameters import load
    >>> table = {"sample": ["S1"], "analyte": ["铜"], "raw": ["5000"], "unit": ["mg/kg"]}
    >>> run = compute(Request(table, load("gb36600-consistent"), 1))
    >>> run.totals()[0]["acceptable"], run.totals()[0]["hi_driver"]
    (False, '铜')
    """
    taken = collect(request.columns, request.parameter_set, request.land_class, request.rules, request.file)
    if not taken.samples:
        reasons = sorted({item.detail or REASONS[item.reason] for item in taken.left_out})
        raise InputError(
            "表中没有可以评估的结果" + (f"：{'；'.join(reasons)}。" if reasons else "。"), file=request.file
        )
    assessment = assess(
        request.parameter_set,
        request.land_class,
        [substance.id for substance in taken.substances],
        **{layer: taken.values[layer] for layer in LAYERS},
        options=request.options,
        replace=request.replace,
    )
    simulation = None
    if request.draws:
        simulation = simulate(
            assessment,
            request.distributions,
            request.draws,
            request.seed,
            replace=request.replace,
            progress=progress,
        )
    return Run(request, taken, assessment, simulation)


def software() -> dict[str, str]:
    """Versions that may decide about the last bit of a number."""
    try:
        own = version("jingtu")
    except PackageNotFoundError:
        own = ""
    return {
        "jingtu": own,
        "numpy": np.__version__,
        "python": platform.python_version(),
        "machine": platform.machine(),
    }


def digest(content: Mapping[str, Any]) -> str:
    """SHA-256 of a document, in hexadecimal; floats by their shortest exact form.

    Examples
    --------
    >>> digest({"b": 1.5, "a": "苯"}) == digest({"a": "苯", "b": 1.5})
    True
    """
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, allow_nan=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", errors="surrogatepass")).hexdigest()


def _bound(codes: Sequence[str]) -> str | None:
    if "above_range" in codes:
        return "lower"
    return "upper" if "non_detect" in codes else None


def _listed(array: Any) -> Any:
    """An array as lists; what is not finite as ``None``."""
    values = np.asarray(array, dtype=float)
    return [_listed(part) for part in values] if values.ndim else number(values)


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (str, int, float)):
        return None if isinstance(value, float) and not np.isfinite(value) else value
    return str(value)
