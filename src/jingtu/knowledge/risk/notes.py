"""What a reader must know of a substance's result; words in ``data/notes.csv``."""

from __future__ import annotations

import csv
import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np

from jingtu.knowledge.risk.options import GROUNDWATER_PATHWAYS

if TYPE_CHECKING:
    from jingtu.knowledge.risk.control import Control
    from jingtu.knowledge.risk.model import Model
    from jingtu.knowledge.risk.parameters import ParameterSet, Substance


@dataclass(frozen=True, slots=True)
class Note:
    """A remark: a stable code and Chinese words."""

    code: str
    text: str


@functools.cache
def _words() -> dict[str, str]:
    text = (resources.files(__package__) / "data" / "notes.csv").read_text(encoding="utf-8")
    return {row["code"]: row["text"] for row in csv.DictReader(text.splitlines())}


def note(code: str, **facts: str) -> Note:
    """The note of this code with its facts put in.

    Examples
    --------
    >>> note("waf_missing").text
    '地下水的参考剂量分配比例未配置，地下水途径的危害商不作评价。'
    """
    return Note(code, _words()[code].format(**facts))


def notes_of(
    parameter_set: ParameterSet,
    substances: Sequence[Substance],
    model: Model,
    control: Control | None = None,
) -> tuple[tuple[Note, ...], ...]:
    """Notes of every substance, in their order."""
    return tuple(
        tuple(_notes(parameter_set, substance, model, control, i)) for i, substance in enumerate(substances)
    )


def _notes(
    parameter_set: ParameterSet, substance: Substance, model: Model, control: Control | None, i: int
) -> Iterator[Note]:
    if substance.no_model:
        yield note("no_model", reason=substance.no_model)
        return
    q = model.quantities

    def at(symbol: str) -> float:
        return float(np.broadcast_to(q[symbol], q["SFo"].shape)[..., i].flat[0])

    no_slope = np.isnan(at("SFo")) and np.isnan(at("IUR"))
    no_dose = np.isnan(at("RfDo")) and np.isnan(at("RfC"))
    if no_slope and no_dose:
        yield note("no_toxicity")
        return
    for flag in ("adjusted", "inferred"):
        symbols = [
            symbol
            for (key, symbol), cell in parameter_set.cells.items()
            if key == substance.id and cell.flag == flag and symbol != "liquid_voc"
        ]
        if symbols:
            yield note(flag, symbols="、".join(symbols))
    if model.options.target == "intervention":
        yield note("intervention")
    own = parameter_set.cells.get((substance.id, "WAF"))
    if set(GROUNDWATER_PATHWAYS) & set(model.options.pathways) and not no_dose:
        if np.isnan(at("WAF")):
            yield note("waf_missing")
        elif (own is None or own.value is None) and model.options.groundwater_fraction == "waf_or_saf":
            yield note("waf_from_saf")
    if control is None:
        return
    if control.driver[..., i].flat[0] == 3:
        yield note("ceiling")
    if np.isnan(at("Ksw")) and not np.all(np.isnan(control.cvspgw)):
        yield note("kd_missing")
