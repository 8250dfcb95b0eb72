"""One printed line: what is noise in it, how wide it is, whether it ends or begins something."""

from __future__ import annotations

import re
from itertools import pairwise

_BOOKMARK = re.compile(r"\[bookmark:[^\]\n]{0,80}\]", re.IGNORECASE)
_INVISIBLE = str.maketrans(
    {
        **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad\x07\x0b", None),
        **dict.fromkeys("\u3000\xa0\u2002\u2003\u2009\u202f", " "),
    }
)
_STRANGE = re.compile("[" + "".join(map(chr, _INVISIBLE)) + "]")
_PAGE_NUMBER = re.compile(
    r"\s*(?:[—–―－─\-~·•]+\s*\d{1,4}\s*[—–―－─\-~·•]+|第\s*\d{1,4}\s*页(?:[\s，,/]*共\s*\d{1,4}\s*页)?|\d{1,4}\s*/\s*\d{1,4}|[—–―－]+\s*\d{1,4})\s*"
)
_SPACES = re.compile(r"[ \t]+")

SENTENCE_END = "。！？!?"
_CLOSERS = "”’」』）)〉》〕]】"

NUMERALS = "一二三四五六七八九十百"
_HEAD = re.compile(
    rf"(?:第[{NUMERALS}\d]{{1,4}}[章节篇]|[{NUMERALS}]{{1,4}}[、．]|[（(][{NUMERALS}]{{1,3}}[）)]"
    r"|\d{1,3}[．、.](?![\d%年月日])|[（(]\d{1,2}[）)]|[①-⑳]|专栏\s*\d|附\s*件|附\s*表|附\s*录|注\s*[：:]|备注[：:]"
    rf"|公开方式|填报(?:单位|人|时间|日期)|联系(?:人|电话)|抄\s*送|主\s*送|[（(〔【]?(?:(?:牵头|责任|配合|主办|协办|参与|落实|实施|承办|主责|督导|督办)(?:单位|部门)|(?:完成|整改|办结|工作)(?:时限|时间|期限))[：:])"
)


def clean(text: str) -> str:
    """A line without bookmarks, invisible characters and letter spacing; tabs become spaces.

    Spaces between ideographs stay only between words of two characters and more: there they may
    part columns.

    Examples
    --------
    >>> clean("区 文 化 和 旅游局 ，2024 年度 [bookmark: _GoBack]")
    '区文化和旅游局，2024年度'
    >>> clean("工作事项 责任单位"), clean("GB 15618")
    ('工作事项 责任单位', 'GB 15618')
    """
    if _STRANGE.search(text):
        text = text.translate(_INVISIBLE)
    if "[" in text:
        text = _BOOKMARK.sub("", text)
    words = _SPACES.split(text.strip())
    if len(words) == 1:
        return words[0]
    parts = [words[0]]
    for before, word in pairwise(words):
        if _parted(before, word):
            parts.append(" ")
        parts.append(word)
    return "".join(parts)


def _parted(before: str, word: str) -> bool:
    if not before or not word:
        return False
    left, right = before[-1], word[0]
    left_han, right_han = _is_han(left), _is_han(right)
    if left_han and right_han:
        return len(before) > 1 and len(word) > 1
    return left.isascii() and right.isascii() and left.isalnum() and right.isalnum()


def _is_han(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff" or char == "〇"


def is_page_number(text: str) -> bool:
    """Whether a line is only a printed page number with its dashes.

    Examples
    --------
    >>> is_page_number("— 3 —"), is_page_number("第 2 页 共 9 页"), is_page_number("3")
    (True, True, False)
    """
    return len(text) < 30 and _PAGE_NUMBER.fullmatch(text) is not None


def width(text: str) -> float:
    """Printed width in ideographs.

    Examples
    --------
    >>> width("到2024年底")
    5.0
    """
    narrow = sum(char < "\u2000" for char in text)
    return len(text) - narrow / 2


def ends_sentence(text: str) -> bool:
    """Whether a line ends where a sentence ends.

    Examples
    --------
    >>> ends_sentence("参与。）"), ends_sentence("参与）"), ends_sentence("落实")
    (True, False, False)
    """
    bare = text.rstrip(_CLOSERS)
    return bool(bare) and bare[-1] in SENTENCE_END


def begins_something(text: str) -> bool:
    """Whether a line begins with a number, a label or another mark of a new paragraph.

    Examples
    --------
    >>> begins_something("（一）加强领导"), begins_something("2024年底前"), begins_something("3.2万亩")
    (True, False, False)
    """
    return _HEAD.match(text) is not None
