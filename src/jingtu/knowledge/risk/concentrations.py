"""From a laboratory's table to concentrations of the model: what counts as which, and what was left out.

Rules, each a switch of :class:`Rules` where there is a choice:

- Soil is brought to mg/kg, groundwater to mg/L. A missing or foreign unit is an error.
- Soil that begins above the bottom of the surface layer (``d`` of the parameter set) is surface soil,
  the rest is subsurface soil. Soil without a depth counts as both, as the control values assume.
- A result below detection counts with its detection limit, as an upper bound, and says so.
- Of several results of one substance in one sample and layer the highest counts.
- Control samples, other media and substances that the set does not know are listed, not dropped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from jingtu.errors import CellError, InputError
from jingtu.knowledge.risk.parameters import ParameterSet, Substance

Floats = NDArray[np.float64]
NonDetects = Literal["limit", "half", "omit"]
Unknown = Literal["both", "surface", "subsurface"]
By = Literal["sample", "point"]
LAYERS: Final = ("surface", "subsurface", "groundwater")
LAYER_NAMES: Final = {"surface": "表层土壤", "subsurface": "下层土壤", "groundwater": "地下水"}
LAYER_UNITS: Final = {"surface": "mg/kg", "subsurface": "mg/kg", "groundwater": "mg/L"}
# Why a result was not assessed, in words for people.
REASONS: Final[dict[str, str]] = {
    "unknown_substance": "参数集中没有这种物质",
    "no_model": "模型不适用于这种物质",
    "other_medium": "样品类型不是土壤或地下水",
    "control_sample": "质控样",
    "no_detection_limit": "未检出且没有写明检出限",
    "non_detect": "未检出，按选项不参加计算",
    "empty": "没有结果",
    "no_pathway": "所在土层没有可计算的暴露途径，或缺少相应的毒性参数",
}
NOTES: Final[dict[str, str]] = {
    "non_detect": "未检出，按检出限计，结果为上限",
    "half_limit": "未检出，按检出限的一半计",
    "above_range": "超出测定范围，按所列下界计，结果为下限",
    "duplicate": "同一样品同一层有多个结果，取最高值",
    "depth_unknown": "没有采样深度，同时按表层和下层土壤计",
    "depth_assumed": "没有采样深度，按选项指定的土层计",
    "spans_layers": "采样区间跨过表层底面，按表层土壤计",
    "medium_by_unit": "没有样品类型，按单位判断",
    "wet_basis": "由湿基换算为干基",
}
_MEDIA: Final = {
    "soil": "soil",
    "土壤": "soil",
    "groundwater": "groundwater",
    "地下水": "groundwater",
}
_PROBLEMS: Final = {
    "text": "不是数值",
    "range": "是一个范围，请写明一个数值",
    "negative": "浓度为负",
}
COLUMNS: Final = (
    "sample", "point", "depth_top", "depth_bottom", "medium", "analyte", "raw", "unit",
    "detection_limit", "qc_kind", "parallel_of", "sheet", "row", "column",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rules:
    """How results become concentrations.

    Parameters
    ----------
    non_detects : {"limit", "half", "omit"}
        A result below detection counts with its limit (an upper bound), with half of it, or not at all.
    unknown_depth : {"both", "surface", "subsurface"}
        What soil without a depth counts as.
    by : {"sample", "point"}
        Assess each sample, or the highest of all samples of each point.
    """

    non_detects: NonDetects = "limit"
    unknown_depth: Unknown = "both"
    by: By = "sample"

    def __post_init__(self) -> None:
        for name, kind in (("non_detects", NonDetects), ("unknown_depth", Unknown), ("by", By)):
            if getattr(self, name) not in get_args(kind):
                raise InputError(f"选项 {name} 只能取：{'、'.join(get_args(kind))}。", option=name)

    def to_json(self) -> dict[str, Any]:
        """The switches as a document."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Entry:
    """One result that counts: as printed, as it is taken, and where it stands in the file."""

    sample: str
    substance: str
    layer: str
    value: float
    raw: str
    unit: str
    notes: tuple[str, ...]
    place: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One result that was not assessed, and why (a key of :data:`REASONS`)."""

    sample: str
    analyte: str
    raw: str
    reason: str
    place: str
    detail: str = ""

    def to_json(self) -> dict[str, str]:
        return asdict(self) | {"reason_text": self.detail or REASONS[self.reason]}


@dataclass(frozen=True)
class Concentrations:
    """Concentrations of samples by substance.

    Parameters
    ----------
    samples : tuple of str
        Codes of samples (or points).
    substances : tuple of Substance
        Those of the set that occur.
    values : mapping of layer to array, shape (samples, substances)
        ``surface`` and ``subsurface`` in mg/kg, ``groundwater`` in mg/L; ``nan`` where not measured.
    notes : mapping of (sample index, substance index) to codes
        Keys of :data:`NOTES`.
    entries : tuple of Entry
        The results that were taken.
    left_out : tuple of LeftOut
        The results that were not.
    """

    samples: tuple[str, ...]
    substances: tuple[Substance, ...]
    values: Mapping[str, Floats]
    notes: Mapping[tuple[int, int], tuple[str, ...]]
    entries: tuple[Entry, ...]
    left_out: tuple[LeftOut, ...]

    def measured(self) -> NDArray[np.bool_]:
        """Which substance was measured in which sample, in any layer."""
        found: NDArray[np.bool_] = np.any([~np.isnan(self.values[layer]) for layer in LAYERS], axis=0)
        return found


@dataclass
class _Reader:
    parameters: ParameterSet
    rules: Rules
    surface: float  # m
    file: str
    errors: list[CellError] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)


def collect(
    columns: Mapping[str, Sequence[Any]],
    parameters: ParameterSet,
    land_class: int,
    rules: Rules | None = None,
    file: str = "",
) -> Concentrations:
    """Concentrations from a laboratory's table in columns.

    Parameters
    ----------
    columns : mapping of str to sequence
        ``sample``, ``analyte``, ``raw`` (as printed), ``unit``; optionally ``point``, ``depth_top`` and
        ``depth_bottom`` (m), ``medium``, ``detection_limit`` (in ``unit``), ``qc_kind``,
        ``parallel_of``, and the place ``sheet``, ``row``, ``column``.
    parameters : ParameterSet
        Says which substances are known and how thick the surface layer is.
    land_class : int
        1 or 2.
    rules : Rules, optional
        Switches.
    file : str
        Name of the file, for messages.

    Returns
    -------
    Concentrations

    Raises
    ------
    InputError
        Values without unit, without sense or negative; every one with its place.

    Examples
    --------
    >>> from jingtu.knowledge.risk.parameters import load
    >>> table = {"sample": ["S1"], "analyte": ["苯"], "raw": ["1500"], "unit": ["μg/kg"], "depth_top": [0.2]}
    >>> found = collect(table, load("published-peer"), 1)
    >>> found.values["surface"].tolist(), found.values["subsurface"].tolist()
    ([[1.5]], [[nan]])
    """
    from jingtu.knowledge.standards.readings import read_values

    size = len(columns["sample"])
    given = {name: list(columns.get(name) or [None] * size) for name in COLUMNS}
    thickness = parameters.receptor.get(("d", land_class))
    surface = (thickness.value or 0.0) / 100 if thickness else 0.0
    reader = _Reader(parameters, rules or Rules(), surface, file)
    readings = read_values(given["raw"], given["detection_limit"])
    problems = readings.problem
    wet = set(readings.wet)
    for index in range(size):
        row = {name: values[index] for name, values in given.items()}
        _take(
            reader,
            row,
            value=float(readings.value[index]),
            limit=float(readings.censor_limit[index]),
            above=bool(readings.above[index]),
            problem=problems[index],
            unit=readings.units.get(index),
            wet=index in wet,
        )
    if reader.errors:
        raise InputError(
            f"检测数据有 {len(reader.errors)} 处错误，没有进行评估；请改正后重试。", reader.errors, file=file
        )
    return _arrange(reader)


def _place(row: Mapping[str, Any]) -> str:
    sheet = f"{row['sheet']}!" if row["sheet"] else ""
    return f"{sheet}{row['column'] or ''}{row['row'] or ''}"


def _take(
    reader: _Reader,
    row: Mapping[str, Any],
    *,
    value: float,
    limit: float,
    above: bool,
    problem: str | None,
    unit: str | None,
    wet: bool,
) -> None:
    raw = "" if row["raw"] is None else str(row["raw"])
    sample, analyte = _code(row, reader.rules.by), str(row["analyte"] or "").strip()

    def leave(reason: str, detail: str = "") -> None:
        reader.left_out.append(LeftOut(sample, analyte, raw, reason, _place(row), detail))

    def wrong(message: str) -> None:
        reader.errors.append(
            CellError(message, reader.file, row["sheet"], row["row"], row["column"], raw or None)
        )

    if row["qc_kind"] and row["qc_kind"] != "parallel":
        return leave("control_sample")
    if not sample:
        return wrong("没有样品编号")
    if not reader.parameters.knows(analyte):
        return leave("unknown_substance")
    substance = reader.parameters.substance(analyte)
    if substance.no_model:
        return leave("no_model", substance.no_model)
    if problem == "empty":
        return leave("empty")
    if problem in _PROBLEMS:
        return wrong(f"{analyte}的结果{_PROBLEMS[problem]}")
    if problem == "no_detection_limit":
        return leave("no_detection_limit")
    notes: list[str] = ["wet_basis"] if wet else []
    printed = unit or row["unit"]
    medium = _medium(row["medium"], printed, notes)
    if medium is None:
        return leave("other_medium")
    if np.isnan(value):
        if reader.rules.non_detects == "omit":
            return leave("non_detect")
        half = reader.rules.non_detects == "half"
        value = limit / 2 if half else limit
        notes.append("half_limit" if half else "non_detect")
    if above:
        notes.append("above_range")
    try:
        taken = _converted(value, printed, "mg/L" if medium == "groundwater" else "mg/kg")
    except InputError as error:
        return wrong(error.message)
    layers = ["groundwater"] if medium == "groundwater" else _layers(reader, row, notes)
    for layer in layers:
        reader.entries.append(
            Entry(sample, substance.id, layer, taken, raw, str(printed or ""), tuple(notes), _place(row))
        )
    return None


def _code(row: Mapping[str, Any], by: By) -> str:
    if by == "point" and row["point"]:
        return str(row["point"]).strip()
    code = row["parallel_of"] if row["qc_kind"] == "parallel" and row["parallel_of"] else row["sample"]
    return str(code or row["point"] or "").strip()


def _medium(word: Any, unit: Any, notes: list[str]) -> str | None:
    from jingtu.knowledge.standards.units import factor

    if word:
        return _MEDIA.get(str(word).strip())
    notes.append("medium_by_unit")
    return "groundwater" if unit and factor(str(unit), "mg/L") is not None else "soil"


def _converted(value: float, unit: Any, to: str) -> float:
    from jingtu.knowledge.standards.units import convert

    return float(convert([value], None if unit is None else str(unit), to)[0])


def _layers(reader: _Reader, row: Mapping[str, Any], notes: list[str]) -> list[str]:
    top, bottom = row["depth_top"], row["depth_bottom"]
    if top is None and bottom is None:
        if reader.rules.unknown_depth == "both":
            notes.append("depth_unknown")
            return ["surface", "subsurface"]
        notes.append("depth_assumed")
        return [reader.rules.unknown_depth]
    begin = float(top if top is not None else bottom)
    if begin >= reader.surface:
        return ["subsurface"]
    if bottom is not None and float(bottom) > reader.surface:
        notes.append("spans_layers")
    return ["surface"]


def _arrange(reader: _Reader) -> Concentrations:
    samples = tuple(dict.fromkeys(entry.sample for entry in reader.entries))
    used = {entry.substance for entry in reader.entries}
    substances = tuple(item for item in reader.parameters.substances if item.id in used)
    rows = {code: index for index, code in enumerate(samples)}
    places = {item.id: index for index, item in enumerate(substances)}
    values = {layer: np.full((len(samples), len(substances)), np.nan) for layer in LAYERS}
    notes: dict[tuple[int, int], dict[str, None]] = {}
    for entry in reader.entries:
        at = rows[entry.sample], places[entry.substance]
        said = notes.setdefault(at, {})
        here = values[entry.layer]
        if not np.isnan(here[at]):
            said["duplicate"] = None
        if not here[at] >= entry.value:
            here[at] = entry.value
        said.update(dict.fromkeys(entry.notes))
    return Concentrations(
        samples,
        substances,
        values,
        {at: tuple(said) for at, said in notes.items() if said},
        tuple(reader.entries),
        tuple(reader.left_out),
    )
