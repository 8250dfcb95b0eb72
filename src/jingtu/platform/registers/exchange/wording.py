"""The words of a heading: the ways to read its lines, the target that they name, and the unit in brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from jingtu.platform.registers.exchange.shapes import Shape
from jingtu.platform.registers.quantities import UNITS
from jingtu.platform.registers.values import fold

_UNIT = re.compile(r"^(.+?)[(/:,](.+?)\)?$")
_NUMBERING = re.compile(r"^(?:[(（]?[\d一二三四五六七八九十]{1,2}[)）、.．]|[*＊※])+")
_PLAIN_UNIT = re.compile(r"[(（][^()（）]*[)）]$")


def ways(texts: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """A heading as one may read it: all its lines, the upper one with the lower for its unit, the lower alone."""
    yield fold("".join(texts)), False
    if len(texts) > 1:
        yield lower_as_unit(texts), False
        for top in range(1, len(texts) - 1):  # the uppermost lines may only hold the others together
            yield fold("".join(texts[top:])), False
        for top in range(len(texts) - 1):  # 基准年排放量 over 铅: 铅基准年排放量
            upper, unit = _PLAIN_UNIT.sub("", "".join(texts[top:-1])), _PLAIN_UNIT.search(texts[-1])
            yield fold(_PLAIN_UNIT.sub("", texts[-1]) + upper + (unit[0] if unit else "")), False
        yield fold(texts[-1]), True


def lower_as_unit(texts: Sequence[str]) -> str:
    """All upper lines with the lowest for their unit: 面积 over 亩."""
    return fold(f"{''.join(texts[:-1])}({texts[-1]})") if len(texts) > 1 else ""


def by_words(shape: Shape, folded: str) -> tuple[str, str]:
    """The target that a folded heading names and what it has in brackets; empty where it names none."""
    for text in dict.fromkeys((folded, _NUMBERING.sub("", folded))):
        if text in shape.words:
            return shape.words[text], ""
        parts = parts_of(text)
        if parts is not None and parts[0] in shape.words:
            target = shape.words[parts[0]]
            return target, parts[1] if has_unit(shape, target) else ""  # else a remark in brackets
    return "", ""


def parts_of(folded: str) -> tuple[str, str] | None:
    """A heading and what stands in brackets behind it."""
    match = _UNIT.match(folded)
    return (match[1], match[2]) if match else None


def has_unit(shape: Shape, target: str) -> bool:
    """Whether the figures of a target have a unit."""
    item = shape.field(target)
    return item is not None and bool(item.unit or item.kind in UNITS)
