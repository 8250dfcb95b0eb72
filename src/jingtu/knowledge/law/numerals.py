"""Numbers of articles as Chinese texts print them."""

from __future__ import annotations

import re

_DIGITS = "零一二三四五六七八九"
_UNITS = ((1000, "千"), (100, "百"), (10, "十"))
_VALUES = {sign: value for value, sign in enumerate(_DIGITS)} | {"〇": 0, "两": 2}


def chinese(number: int) -> str:
    """A number below ten thousand in Chinese.

    Examples
    --------
    >>> chinese(21), chinese(110), chinese(414), chinese(1057), chinese(10)
    ('二十一', '一百一十', '四百一十四', '一千零五十七', '十')
    """
    words, gap, left = "", False, number
    for value, sign in _UNITS:
        digit, left = divmod(left, value)
        if digit:
            words += ("零" if gap else "") + _DIGITS[digit] + sign
            gap = False
        elif words:
            gap = True
    if left:
        words += ("零" if gap else "") + _DIGITS[left]
    words = words or _DIGITS[0]
    return words[1:] if words.startswith("一十") else words


def number(words: str) -> int | None:
    """The number that Chinese or Arabic numerals write, or ``None``.

    Examples
    --------
    >>> number("四百一十四"), number("一千零五十七"), number("十七"), number("86"), number("甲")
    (414, 1057, 17, 86, None)
    """
    if words.isdecimal():
        return int(words)
    total, digit = 0, 0
    units = {sign: value for value, sign in _UNITS}
    for sign in words:
        if sign in _VALUES:
            digit = _VALUES[sign]
        elif sign in units:
            total += (digit or 1) * units[sign]
            digit = 0
        else:
            return None
    return total + digit if words else None


def clause_words(article: str, paragraph: str = "") -> str:
    """Article, paragraph and items in words.

    Parameters
    ----------
    article : str
        One number, or several parted by commas or a dash.
    paragraph : str
        ``2`` a paragraph, ``2.1`` its item, ``2.1.2`` a first and second item together, ``2.1-3`` items, ``.4`` an
        item of an article of one paragraph.

    Examples
    --------
    >>> clause_words("414", "2.2"), clause_words("1165", "1.1.2"), clause_words("83, 96")
    ('第四百一十四条第二款第二项', '第一千一百六十五条第一款第一项、第二项', '第八十三条、第九十六条')
    >>> clause_words("1166", ".1")
    '第一千一百六十六条第一项'
    >>> clause_words("1159", "1.2-3"), clause_words("155-157"), clause_words("")
    ('第一千一百五十九条第一款第二项至第三项', '第一百五十五条至第一百五十七条', '')
    """
    articles = "、".join(_range(part.strip(), "条") for part in article.split(",") if part.strip())
    if not articles or not paragraph:
        return articles
    head, *items = paragraph.split(".")
    paragraphs = _range(head, "款") if head else ""
    return articles + paragraphs + "、".join(_range(item, "项") for item in items)


def _range(words: str, unit: str) -> str:
    return "至".join(f"第{chinese(int(part))}{unit}" for part in re.split(r"[-–]", words))
