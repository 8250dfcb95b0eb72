"""Read a table of distributions: every fault at once, each with its row and column."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

from jingtu.errors import CellError, InputError
from jingtu.knowledge.risk.distributions import HEADINGS, KIND_NAMES, NEEDED, Distribution, check
from jingtu.knowledge.risk.options import LandClass
from jingtu.knowledge.risk.parameters import ParameterSet

KINDS: dict[str, str] = {
    "定值": "point",
    "正态": "normal",
    "正态分布": "normal",
    "对数正态": "lognormal",
    "对数正态分布": "lognormal",
    "均匀": "uniform",
    "均匀分布": "uniform",
    "三角": "triangular",
    "三角分布": "triangular",
    "离散": "discrete",
    "经验": "empirical",
    **{kind: kind for kind in NEEDED},
}
_NUMBERS = ("mean", "sd", "gm", "gsd", "low", "mode", "high")
_MOST_BYTES = 2_000_000


@dataclass
class _Judge:
    """Collects what is wrong with a table of distributions."""

    file: str
    errors: list[CellError] = field(default_factory=list)

    def say(
        self, message: str, row: int | None = None, column: str | None = None, value: str | None = None
    ) -> None:
        self.errors.append(CellError(message, file=self.file, row=row, column=column, value=value))


def load(path: Path) -> list[Distribution]:
    """Read a table of distributions (CSV, UTF-8 or GB 18030).

    Parameters
    ----------
    path : Path
        Columns 参数, 污染物, 用地, 分布, 均值, 标准差, 几何均值, 几何标准差, 下限, 众数, 上限, 取值, 权重, 来源
        (or ``parameter, substance, land_class, kind, mean, sd, gm, gsd, low, mode, high, values, weights,
        source``). Lists of values are separated by blanks or semicolons.

    Returns
    -------
    list of Distribution

    Raises
    ------
    InputError
        The table is bad; every error at once, with its row and column.
    """
    with path.open("rb") as stream:
        data = stream.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise InputError("分布表过大，请只保留参数的分布", file=path.name)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError:
            raise InputError("分布表不是文本文件，请另存为 CSV", file=path.name) from None
    return _read(text, path.name)


def published(chosen: ParameterSet, land_class: LandClass, given: Container[str] = ()) -> list[Distribution]:
    """The distributions that come with the package: uniform between the values that have been published.

    They show how far published values differ, not how people differ; a survey of the place says more.

    Parameters
    ----------
    chosen : ParameterSet
        A distribution whose range leaves out the value of this set does not belong to it and is left out.
    land_class : {1, 2}
    given : container of str
        Parameters that were measured at the place and do not vary.

    Returns
    -------
    list of Distribution

    Examples
    --------
    >>> from jingtu.knowledge.risk.parameters import load as parameter_set
    >>> found = published(parameter_set("gb36600-consistent"), 2, {"PM10"})
    >>> [(item.parameter, item.arguments["low"], item.arguments["high"]) for item in found]
    [('BWa', 52.6, 61.8), ('DAIRa', 14.5, 15.0)]
    """
    file = resources.files(__package__) / "data" / "distributions" / "published-values.csv"
    values = chosen.values(land_class, [])
    return [
        item
        for item in _read(file.read_text(encoding="utf-8"), file.name)
        if item.parameter not in given
        and item.land_class in ("", str(land_class))
        and item.arguments["low"] <= float(values[item.parameter]) <= item.arguments["high"]
    ]


def _read(text: str, file: str) -> list[Distribution]:
    judge = _Judge(file)
    try:
        lines = list(csv.reader(io.StringIO(text.replace("\0", ""))))
    except csv.Error:
        raise InputError("分布表无法按 CSV 读取，请检查引号和分隔符", file=file) from None
    numbered = [
        (number, row)
        for number, row in enumerate(lines, start=1)
        if any(cell.strip() for cell in row) and not row[0].lstrip().startswith("#")
    ]
    if not numbered:
        raise InputError("分布表是空的，请按手册填写参数的分布", file=file)
    heads = [HEADINGS.get(cell.strip(), cell.strip()) for cell in numbered[0][1]]
    for missing in ("parameter", "kind", "source"):
        if missing not in heads:
            words = {identifier: heading for heading, identifier in HEADINGS.items()}
            judge.say(f"缺少“{words[missing]}”一列", row=numbered[0][0])
    if judge.errors:
        raise InputError("分布表的表头不完整", judge.errors, file=file)
    found: list[Distribution] = []
    seen: dict[tuple[str, str], int] = {}
    for number, row in numbered[1:]:
        cells = {head: cell.strip() for head, cell in zip(heads, row, strict=False) if cell.strip()}
        item = _distribution(cells, number, judge)
        if item is None:
            continue
        for land_class in item.land_class or "12":
            first = seen.setdefault((item.name, land_class), number)
            if first != number:
                judge.say(f"“{item.name}”与第 {first} 行重复", row=number, column="参数", value=item.name)
                break
        found.append(item)
    if judge.errors:
        raise InputError(f"分布表有 {len(judge.errors)} 处错误，请改正后重试", judge.errors, file=file)
    return found


def _distribution(cells: Mapping[str, str], number: int, judge: _Judge) -> Distribution | None:
    words = {identifier: heading for heading, identifier in HEADINGS.items()}
    before = len(judge.errors)
    for needed in ("parameter", "kind", "source"):
        if needed not in cells:
            judge.say(f"没有填写“{words[needed]}”", row=number, column=words[needed])
    kind = KINDS.get(cells.get("kind", ""))
    if "kind" in cells and kind is None:
        judge.say(
            f"不认识的分布，可用：{'、'.join(dict.fromkeys(KIND_NAMES.values()))}",
            row=number,
            column="分布",
            value=cells["kind"],
        )
    arguments: dict[str, float] = {}
    for name in _NUMBERS:
        if name not in cells:
            continue
        value = _number(cells[name])
        if value is None:
            judge.say("不是数", row=number, column=words[name], value=cells[name])
        else:
            arguments[name] = value
    values, weights = (
        (_numbers(cells.get(name, "")) if name in cells else ()) for name in ("values", "weights")
    )
    for name, got in (("values", values), ("weights", weights)):
        if got is None:
            judge.say(
                "其中有的不是数；各数用空格或分号隔开", row=number, column=words[name], value=cells[name]
            )
    if len(judge.errors) > before or kind is None:
        return None
    item = Distribution(
        cells["parameter"],
        kind,
        arguments,
        tuple(sorted(values or ())) if kind == "empirical" else tuple(values or ()),
        tuple(weights or ()),
        cells["source"],
        cells.get("substance", ""),
        cells.get("land_class", ""),
    )
    if item.land_class not in ("", "1", "2"):
        judge.say("只能是 1、2，或留空表示两类用地相同", row=number, column="用地", value=item.land_class)
    for column, message in check(item):
        judge.say(message, row=number, column=words.get(column, column))
    return item if len(judge.errors) == before else None


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _numbers(text: str) -> tuple[float, ...] | None:
    found = [_number(part) for part in text.replace("；", ";").replace(";", " ").split()]
    return (
        None
        if any(value is None for value in found)
        else tuple(value for value in found if value is not None)
    )
