"""Chinese and ASCII numerals of official prose."""

from __future__ import annotations

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_UNITS = {"十": 10, "百": 100, "千": 1000}

CHINESE = "零一二两三四五六七八九十百千"


def chinese_number(words: str) -> int | None:
    """Value of a whole number written in Chinese, or ``None``.

    Examples
    --------
    >>> chinese_number("二十三"), chinese_number("两"), chinese_number("百"), chinese_number("甲")
    (23, 2, 100, None)
    """
    if not words or any(c not in _DIGITS and c not in _UNITS for c in words):
        return None
    if all(c in _DIGITS for c in words):
        return int("".join(str(_DIGITS[c]) for c in words))
    total, digit = 0, None
    for c in words:
        if c in _DIGITS:
            digit = _DIGITS[c]
        else:
            total += (1 if digit is None else digit) * _UNITS[c]
            digit = None
    return total + (digit or 0)


def number(words: str) -> int | float:
    """Value of an ASCII figure, with or without thousands separators: ``int`` where it is whole.

    Examples
    --------
    >>> number("93"), number("93.8"), number("1,200")
    (93, 93.8, 1200)
    """
    plain = words.replace(",", "")
    return float(plain) if "." in plain else int(plain)
