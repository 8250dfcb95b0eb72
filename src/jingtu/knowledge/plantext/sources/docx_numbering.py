"""Automatic numbering of Word, which is nowhere in the text: 一、 （一） 1. rendered as Word shows them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from jingtu.knowledge.plantext.sources.archive import attribute, child, children

_DIGITS = "〇一二三四五六七八九"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
# Numbers beyond this are no list: a damaged start value must not make a label of a megabyte.
_LARGEST = 9_999


def chinese(number: int) -> str:
    """A number as Chinese documents count: 十, 十一, 二十, 一百零五.

    Examples
    --------
    >>> [chinese(number) for number in (1, 10, 12, 20, 31, 105, 110, 1001)]
    ['一', '十', '十二', '二十', '三十一', '一百零五', '一百一十', '一千零一']
    """
    if number <= 0:
        return "〇"
    words = ""
    gap = False
    for power, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // power % 10
        if digit:
            words += ("零" if gap and words else "") + _DIGITS[digit] + unit
            gap = False
        else:
            gap = True
    return words.removeprefix("一") if words.startswith("一十") else words


def _letters(number: int, first: str) -> str:
    # Word counts A to Z and then AA, BB: the same letter again.
    return chr(ord(first) + (number - 1) % 26) * min((number - 1) // 26 + 1, 20)


def _roman(number: int) -> str:
    words = ""
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        words += letters * count
    return words


def circled(number: int) -> str:
    """A number in a circle, or in brackets where there is no such character.

    Examples
    --------
    >>> circled(1), circled(21), circled(51)
    ('①', '㉑', '(51)')
    """
    for first, last, start in ((1, 20, "①"), (21, 35, "㉑"), (36, 50, "㊱")):
        if first <= number <= last:
            return chr(ord(start) + number - first)
    return f"({number})"


def _full_width(number: int) -> str:
    return "".join(chr(ord(digit) + 0xFEE0) for digit in str(number))


_FORMATS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda number: f"{number:02d}",
    "decimalFullWidth": _full_width,
    "decimalFullWidth2": _full_width,
    "decimalEnclosedCircle": circled,
    "decimalEnclosedCircleChinese": circled,
    "decimalEnclosedParen": lambda number: f"（{number}）",
    "decimalEnclosedFullstop": lambda number: f"{number}.",
    "chineseCounting": chinese,
    "chineseCountingThousand": chinese,
    "chineseLegalSimplified": lambda number: chinese(number).translate(
        str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟")
    ),
    "japaneseCounting": chinese,
    "taiwaneseCounting": chinese,
    "taiwaneseCountingThousand": chinese,
    "ideographDigital": lambda number: "".join(_DIGITS[int(digit)] for digit in str(number)),
    "taiwaneseDigital": lambda number: "".join(_DIGITS[int(digit)] for digit in str(number)),
    "ideographEnclosedCircle": circled,
    "ideographTraditional": lambda number: _STEMS[(number - 1) % 10],
    "ideographZodiac": lambda number: _BRANCHES[(number - 1) % 12],
    "upperLetter": lambda number: _letters(number, "A"),
    "lowerLetter": lambda number: _letters(number, "a"),
    "upperRoman": lambda number: _roman(number).upper(),
    "lowerRoman": _roman,
    "none": lambda _: "",
}


@dataclass(slots=True)
class _Level:
    start: int = 1
    kind: str = "decimal"
    template: str = ""
    legal: bool = False
    restart: int | None = None


@dataclass(slots=True)
class _List:
    """One ``w:num``: the abstract list it counts in, its levels, and the starts it sets."""

    abstract: str
    levels: dict[int, _Level]
    starts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """The lists of one document and how far each has counted.

    Parameters
    ----------
    numbering, styles : Element or None
        Roots of ``word/numbering.xml`` and ``word/styles.xml``.
    """

    def __init__(self, numbering: Element | None, styles: Element | None) -> None:
        self.style_names: dict[str, str] = {}
        self._style_base: dict[str, str] = {}
        self._style_number: dict[str, tuple[str, int | None]] = {}
        self._style_level: dict[tuple[str, str], int] = {}
        self._counters: dict[str, dict[int, int]] = {}
        self._started: set[tuple[str, int]] = set()
        for style in children(styles, "style"):
            name = attribute(style, "styleId")
            self.style_names[name] = attribute(child(style, "name"), "val") or name
            self._style_base[name] = attribute(child(style, "basedOn"), "val")
            numbered = child(style, "pPr", "numPr")
            if numbered is not None:
                self._style_number[name] = _number_of(numbered)
        self._lists = self._load(numbering)

    def style_chain(self, style: str) -> list[str]:
        """A style and those it is based on, itself first."""
        chain: list[str] = []
        while style and style not in chain:
            chain.append(style)
            style = self._style_base.get(style, "")
        return chain

    def label(self, properties: Element | None) -> str:
        """The label of a paragraph with these properties (``w:pPr``), counted on; empty if it has none."""
        style = attribute(child(properties, "pStyle"), "val")
        direct = child(properties, "numPr")
        identity, depth = _number_of(direct) if direct is not None else ("", None)
        if not identity:
            for name in self.style_chain(style):
                if name in self._style_number:
                    identity, inherited = self._style_number[name]
                    if depth is None:
                        depth = inherited
                    if depth is None and identity in self._lists:
                        depth = self._style_level.get((self._lists[identity].abstract, name))
                    break
        counted = self._lists.get(identity)
        if counted is None:
            return ""
        return self._count(identity, counted, depth or 0)

    def _count(self, identity: str, counted: _List, depth: int) -> str:
        level = counted.levels.get(depth)
        if level is None:
            return ""
        counters = self._counters.setdefault(counted.abstract, {})
        if depth in counted.starts and (identity, depth) not in self._started:
            counters[depth] = counted.starts[depth]
        elif depth in counters:
            counters[depth] += 1
        else:
            counters[depth] = level.start
        self._started.add((identity, depth))
        for deeper in [other for other in counters if other > depth]:
            restart = counted.levels[deeper].restart if deeper in counted.levels else None
            # w:lvlRestart counts levels from one and 0 means never.
            if restart is None or (restart and depth < restart):
                del counters[deeper]
        if level.kind == "bullet":
            return ""

        def shown(match: re.Match[str]) -> str:
            other = int(match[1]) - 1
            its = counted.levels.get(other, level)
            number = min(max(counters.get(other, its.start), 0), _LARGEST)
            kind = "decimal" if level.legal else its.kind
            return _FORMATS.get(kind, str)(number)

        text = re.sub(r"%([1-9])", shown, level.template)
        # A bare figure needs a gap from a text that begins with one.
        return text + " " if text[-1:].isalnum() and text[-1:].isascii() else text

    def _load(self, root: Element | None) -> dict[str, _List]:
        abstracts = {attribute(item, "abstractNumId"): item for item in children(root, "abstractNum")}
        numbers = {attribute(item, "numId"): item for item in children(root, "num")}
        lists: dict[str, _List] = {}
        for identity, number in numbers.items():
            abstract = attribute(child(number, "abstractNumId"), "val")
            definition = abstracts.get(abstract)
            link = attribute(child(definition, "numStyleLink"), "val")
            if link in self._style_number:
                linked = numbers.get(self._style_number[link][0])
                abstract = attribute(child(linked, "abstractNumId"), "val") or abstract
                definition = abstracts.get(abstract)
            levels = {}
            for item in children(definition, "lvl"):
                depth = _integer(attribute(item, "ilvl"))
                levels[depth] = _level_of(item)
                style = attribute(child(item, "pStyle"), "val")
                if style:
                    self._style_level[abstract, style] = depth
            counted = _List(abstract, levels)
            for override in children(number, "lvlOverride"):
                depth = _integer(attribute(override, "ilvl"))
                changed = child(override, "lvl")
                if changed is not None:
                    levels[depth] = _level_of(changed)
                start = child(override, "startOverride")
                if start is not None:
                    counted.starts[depth] = _integer(attribute(start, "val"), 1)
            lists[identity] = counted
        return lists


def _level_of(item: Element) -> _Level:
    format_element = child(item, "numFmt")
    if format_element is None:  # Word wraps rarer formats for older readers.
        format_element = child(item, "AlternateContent", "Fallback", "numFmt")
    restart = child(item, "lvlRestart")
    legal = child(item, "isLgl")
    return _Level(
        start=_integer(attribute(child(item, "start"), "val"), 1),
        kind=attribute(format_element, "val", "decimal"),
        template=attribute(child(item, "lvlText"), "val"),
        legal=legal is not None and attribute(legal, "val", "1") not in {"0", "false", "off"},
        restart=_integer(attribute(restart, "val")) if restart is not None else None,
    )


def _number_of(properties: Element) -> tuple[str, int | None]:
    depth = child(properties, "ilvl")
    return (
        attribute(child(properties, "numId"), "val"),
        _integer(attribute(depth, "val")) if depth is not None else None,
    )


def _integer(text: str, default: int = 0) -> int:
    return int(text) if re.fullmatch(r"-?\d{1,6}", text) else default
