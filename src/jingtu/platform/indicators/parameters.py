"""What a reading may be asked for besides place and day: base date, year of a list, years of money, one thing alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from jingtu.errors import CellError, InputError
from jingtu.platform.indicators.declarations import Indicator

LONGEST = 80
_YEAR = re.compile(r"(?:19|20|21)\d{2}")
_BETWEEN_YEARS = re.compile(r"[\s,，、;；年度]*")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter as a form asks for it."""

    id: str
    label: str
    kind: Literal["date", "year", "years", "text", "choice"] = "text"
    help: str = ""


KNOWN = {
    item.id: item
    for item in (
        Parameter("base", "基数日期", "date", "以这一天的清单或年份为基数；不填时按指标的口径"),
        Parameter("list_year", "清单年度", "year", "四位年份；不填时为业务日期所在的年度"),
        Parameter("years", "资金年度", "years", "可填几个四位年份，用逗号分开；不填时为全部年度"),
        Parameter("scope", "指定对象", "text", "只看一个项目或点位时，填它的名称或编号"),
        Parameter("kind", "读法", "choice"),
    )
}


def of(name: str) -> Parameter:
    """The parameter of a name; one that nobody described is asked for as text."""
    return KNOWN.get(name, Parameter(name, "参数"))


def read(indicator: Indicator, given: Mapping[str, str]) -> tuple[dict[str, str], list[CellError]]:
    """What was asked in the form in which indicators read it, and what could not be read.

    Parameters
    ----------
    given : mapping
        Text by the name of the parameter; names that the indicator does not take say nothing.

    Returns
    -------
    dict, list of CellError
        What is not readable is in the second alone; its ``column`` is the label in the form.

    Examples
    --------
    >>> from datetime import date
    >>> rate = Indicator("x", "x", "%", (), None, parameters=("base", "years"))
    >>> read(rate, {"base": "2024-03-31", "years": "2023年、2022", "other": "1"})
    ({'base': '2024-03-31', 'years': '2022,2023'}, [])
    >>> [item.column for item in read(rate, {"base": "三月底", "years": "去年"})[1]]
    ['基数日期', '资金年度']
    """
    found, errors = {}, []
    for name in indicator.parameters:
        text = str(given.get(name) or "").strip()
        if not text:
            continue
        item = of(name)
        try:
            found[name] = _clean(indicator, item, text)
        except ValueError as error:
            errors.append(CellError(str(error), column=item.label, value=text[:LONGEST]))
    return found, errors


def required(indicator: Indicator, given: Mapping[str, str]) -> dict[str, str]:
    """The same; raises ``InputError`` with everything that could not be read."""
    found, errors = read(indicator, given)
    if errors:
        raise InputError(f"指标的参数有 {len(errors)} 处无法识别。", errors)
    return found


def _clean(indicator: Indicator, item: Parameter, text: str) -> str:
    if len(text) > LONGEST:
        raise ValueError(f"不能超过 {LONGEST} 字")
    if item.kind == "date":
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError as error:
            raise ValueError("日期应为 2024-06-30 的样式") from error
    if item.kind == "year":
        if not _YEAR.fullmatch(text):
            raise ValueError("应为四位年份，如 2024")
        return text
    if item.kind == "years":
        years = _YEAR.findall(text)
        if not years or not _BETWEEN_YEARS.fullmatch(_YEAR.sub("", text)):
            raise ValueError("应为四位年份，几个年份用逗号分开，如 2022,2023")
        return ",".join(sorted(set(years)))
    choices = dict(indicator.choices.get(item.id, ()))
    if item.kind == "choice" and text not in choices:
        raise ValueError("请从列出的选项中选择")
    return text


@dataclass(frozen=True, slots=True)
class Control:
    """A parameter in the form, with what was typed."""

    parameter: Parameter
    value: str
    choices: tuple[tuple[str, str], ...]
    error: str


def controls(indicator: Indicator, given: Mapping[str, str], errors: list[CellError]) -> list[Control]:
    """The form of an indicator; empty where it takes no parameter."""
    wrong = {item.column: item.message for item in errors}
    return [
        Control(
            item, str(given.get(item.id) or "")[:LONGEST], tuple(indicator.choices.get(item.id, ())),
            wrong.get(item.label, ""),
        )
        for item in map(of, indicator.parameters)
    ]  # fmt: skip
