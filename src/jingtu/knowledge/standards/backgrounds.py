"""Background values of soils, by published set; one set at a time, and every use names its set.

No set is the default: the sets disagree (cadmium of Guangxi is 0.267 in one, 0.073 in another), most do not say
which statistic they print, and an index is worth nothing without the set it was divided by. A set marked
``do_not_use`` is kept so that it is recognised when somebody quotes it, and is refused.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from jingtu.errors import NotConfiguredError, NotFoundError
from jingtu.knowledge.standards.data_rows import rows

Status = Literal["usable", "not_covered", "do_not_use"]

STATISTICS = {
    "arithmetic_mean": "算术平均值",
    "geometric_mean": "几何平均值",
    "median": "中位值",
    "background_value": "背景值",
    "as_printed": "统计量未注明",
    "by_soil_type": "按土壤类型",
    "": "",
}


@dataclass(frozen=True, slots=True)
class BackgroundValue:
    """One value of one set; ``value`` is ``None`` where no source gave it (``not_covered``)."""

    set: str
    id: str
    cas: str
    name: str
    region: str
    dataset: str
    statistic: str
    value: float | None
    unit: str
    footnote: str
    source: str
    source_url: str
    confidence: str
    status: Status
    second_reading: str


@dataclass(frozen=True, slots=True)
class Reference:
    """Values that concentrations are divided by: a background set, screening values, or a user's own.

    Parameters
    ----------
    key, name : str
        Which set it is, for programs and for people; every index computed with it carries both.
    kind : {"background", "limit", "own"}
        Where the values come from.
    analytes : tuple of str
        Ids, in the order of ``values``.
    values : numpy array
        One value an analyte, in ``unit``; above zero.
    unit : str
        Unit of all values.
    statistic, source, confidence : str
        What the set says of itself; ``confidence`` is the lowest of its values.
    """

    key: str
    name: str
    kind: Literal["background", "limit", "own"]
    analytes: tuple[str, ...]
    values: NDArray[np.float64]
    unit: str
    statistic: str = ""
    source: str = ""
    confidence: str = ""

    def __post_init__(self) -> None:
        if len(self.analytes) != len(self.values) or not np.all(np.asarray(self.values) > 0):
            raise NotConfiguredError(
                f"“{self.name}”须为每个项目给出一个大于0的数值，请补全后再计算。",
                set=self.key,
                analytes=list(self.analytes),
            )

    def to_json(self) -> dict[str, Any]:
        """What a report prints of the set.

        Examples
        --------
        >>> reference("guangxi_set2", ["cadmium"]).to_json()["values"]
        {'cadmium': 0.073}
        """
        return {
            "key": self.key,
            "name": self.name,
            "kind": self.kind,
            "values": dict(zip(self.analytes, self.values.tolist(), strict=True)),
            "unit": self.unit,
            "statistic": self.statistic,
            "source": self.source,
            "confidence": self.confidence,
        }


_STATUSES: dict[str, Status] = {
    "usable": "usable",
    "not_covered": "not_covered",
    "do_not_use": "do_not_use",
}
_WORST_FIRST = ("not_covered", "low", "medium", "high")


@functools.cache
def background_values() -> tuple[BackgroundValue, ...]:
    """All rows of the table, the refused and the empty ones too."""
    return tuple(
        BackgroundValue(
            set=row["set"],
            id=row["id"],
            cas=row["cas"],
            name=row["name_cn"],
            region=row["region"],
            dataset=row["dataset"],
            statistic=row["statistic"],
            value=float(row["value"]) if row["value"] else None,
            unit=row["unit"],
            footnote=row["footnote"],
            source=row["source"],
            source_url=row["source_url"],
            confidence=row["confidence"],
            status=_STATUSES[row["status"]],
            second_reading=row["second_reading"],
        )
        for row in rows("background_values.csv")
    )


def background_sets() -> dict[str, tuple[BackgroundValue, ...]]:
    """The published sets by key.

    Examples
    --------
    >>> [row.id for row in background_sets()["xijiang_cadmium"]]
    ['cadmium']
    """
    found: dict[str, list[BackgroundValue]] = {}
    for row in background_values():
        found.setdefault(row.set, []).append(row)
    return {key: tuple(values) for key, values in found.items()}


def sets_with(analyte: str) -> tuple[BackgroundValue, ...]:
    """All usable values of one analyte, one a set, so that a person can choose.

    Examples
    --------
    >>> {row.set: row.value for row in sets_with("cadmium") if row.region == "广西"}
    {'guangxi_1992_set1': 0.267, 'guangxi_set2': 0.073}
    """
    return tuple(row for row in background_values() if row.id == analyte and row.status == "usable")


def reference(key: str, analytes: Sequence[str]) -> Reference:
    """The background values of some analytes out of one set.

    Parameters
    ----------
    key : str
        Key of the set, as in :func:`background_sets`.
    analytes : sequence of str
        Ids of the analytes, in the order wanted.

    Returns
    -------
    Reference
        Values in mg/kg with the name of the set, its statistic and its sources.

    Raises
    ------
    NotFoundError
        No set has this key.
    NotConfiguredError
        The set must not be used as a background, or lacks a value; ``facts["status"]`` says which and
        ``facts["analytes"]`` names them all.

    Examples
    --------
    >>> chosen = reference("china_a_geometric", ["cadmium", "lead"])
    >>> chosen.values.tolist(), chosen.statistic
    ([0.074, 23.6], '几何平均值')
    """
    published = background_sets().get(key)
    if published is None:
        raise NotFoundError("没有这一套背景值，请从清单中选用。", set=key, sets=sorted(background_sets()))
    first = published[0]
    by_id = {row.id: row for row in published}
    if all(row.status == "do_not_use" for row in published):
        raise NotConfiguredError(
            f"“{first.dataset}”不能作为背景值使用：{first.footnote}。请改用其他背景值。",
            set=key,
            status="do_not_use",
            analytes=list(analytes),
        )
    missing = [name for name in analytes if name not in by_id or by_id[name].value is None]
    if missing:
        raise NotConfiguredError(
            f"“{first.dataset}”没有这些项目的背景值：{'、'.join(_names(missing))}。"
            "请改用列有这些项目的背景值，或录入有来源的本地背景值。",
            set=key,
            status="not_covered",
            analytes=missing,
        )
    chosen = [by_id[name] for name in analytes]
    values = np.array([row.value for row in chosen], dtype=np.float64)
    return Reference(
        key=key,
        name=f"{first.dataset}（{first.region}，{STATISTICS[first.statistic]}）",
        kind="background",
        analytes=tuple(analytes),
        values=values,
        unit=first.unit,
        statistic=STATISTICS[first.statistic],
        source="；".join(_each_once(row.source for row in chosen)),
        confidence=min((row.confidence for row in chosen), key=_WORST_FIRST.index),
    )


def _names(analytes: Iterable[str]) -> list[str]:
    known = {row.id: row.name for row in background_values()}
    return [known.get(analyte, analyte) for analyte in analytes]


def _each_once(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))
