"""Risk control values of soil and groundwater for a land class, substance by substance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from jingtu.knowledge.risk.control import DRIVERS, Control, control_values
from jingtu.knowledge.risk.inputs import replaced
from jingtu.knowledge.risk.model import Model, run
from jingtu.knowledge.risk.notes import Note, notes_of
from jingtu.knowledge.risk.options import (
    GROUNDWATER_PATHWAYS,
    SOIL_PATHWAYS,
    LandClass,
    Options,
)
from jingtu.knowledge.risk.parameters import ParameterSet, Substance


@dataclass(frozen=True, slots=True)
class Derivation:
    """Control values with the model and the set they come from.

    Parameters
    ----------
    parameter_set : ParameterSet
    model : Model
        Every parameter and intermediate value.
    substances : tuple of Substance
        Last axis of all arrays.
    control : Control
        mg/kg for soil, mg/L for groundwater.
    notes : tuple of tuple of Note
        What a reader must know of each substance.
    """

    parameter_set: ParameterSet
    model: Model
    substances: tuple[Substance, ...]
    control: Control
    notes: tuple[tuple[Note, ...], ...]

    def driver(self, index: int) -> str | None:
        """What decided the control value of this substance: ``rcvs``, ``hcvs``, ``cvspgw``, ``ceiling``."""
        place = int(self.control.driver[index])
        return None if place < 0 else DRIVERS[place]

    def to_json(self) -> dict[str, Any]:
        """The document of ``jingtu risk derive``; mg/kg, groundwater in mg/L, ``null`` for none."""
        return {
            "parameter_set": f"{self.parameter_set.name}@{self.parameter_set.version}",
            "parameter_set_sha256": self.parameter_set.sha256,
            "land_class": self.model.land_class,
            "options": self.model.options.to_json(),
            "results": [self._result(i, substance) for i, substance in enumerate(self.substances)],
        }

    def _result(self, i: int, substance: Substance) -> dict[str, Any]:
        c = self.control
        return {
            "id": substance.id,
            "cas": substance.cas or None,
            "name": substance.name,
            "rcvs": number(c.rcvs[i]),
            "hcvs": number(c.hcvs[i]),
            "cvspgw": number(c.cvspgw[i]) if c.cvspgw.ndim else number(c.cvspgw),
            "control_value": number(c.value[i]),
            "control_value_uncapped": number(c.lowest[i]),
            "saturation": number(self.model.quantities["Csat"][i]),
            "rcvg": number(c.rcvg[i]),
            "hcvg": number(c.hcvg[i]),
            "driver": self.driver(i),
            "pathways": {
                pathway: {
                    f"rcv{'s' if pathway in SOIL_PATHWAYS else 'g'}": number(c.by_risk[pathway][i]),
                    f"hcv{'s' if pathway in SOIL_PATHWAYS else 'g'}": number(c.by_hazard[pathway][i]),
                }
                for pathway in (*SOIL_PATHWAYS, *GROUNDWATER_PATHWAYS)
                if pathway in c.by_risk
            },
            "notes": [note.text for note in self.notes[i]],
            "note_codes": [note.code for note in self.notes[i]],
        }


def number(value: Any) -> float | None:
    """A number for JSON: ``None`` for ``nan`` and infinity."""
    return float(value) if np.isfinite(value) else None


def derive(
    parameter_set: ParameterSet,
    land_class: LandClass,
    substances: Sequence[str] | None = None,
    options: Options | None = None,
    *,
    replace: Mapping[str, Any] | None = None,
    groundwater_target: Any = None,
) -> Derivation:
    """Risk control values of a parameter set.

    Parameters
    ----------
    parameter_set : ParameterSet
    land_class : {1, 2}
        First or second class of construction land.
    substances : sequence of str, optional
        Ids, CAS numbers or names; all of the set where left out.
    options : Options, optional
    replace : mapping of str to array_like, optional
        Parameters of this place by symbol, each in the unit of its definition.
    groundwater_target : array_like, optional
        Concentration to be kept in the groundwater, mg/L, one for all substances or one each.

    Returns
    -------
    Derivation

    Raises
    ------
    NotFoundError
        The set lacks a substance.
    InputError
        A replaced parameter is unknown or out of its range, or the soil has no air-filled pores.

    Examples
    --------
    >>> from jingtu.knowledge.risk.parameters import load
    >>> result = derive(load("gb36600-consistent"), 1, ["71-43-2"])
    >>> result.driver(0), round(float(result.control.value[0]), 3)
    ('rcvs', 0.975)
    """
    options = options or Options()
    chosen = parameter_set.chosen(substances)
    values = replaced(parameter_set, land_class, [s.id for s in chosen], replace)
    model = run(values, land_class, options)
    control = control_values(model, groundwater_target)
    notes = notes_of(parameter_set, chosen, model, control)
    return Derivation(parameter_set, model, chosen, control, notes)
