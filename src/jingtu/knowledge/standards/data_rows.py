"""Tables of this package."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterator
from importlib import resources

_BRACKETS = str.maketrans({"[": "(", "]": ")", "【": "(", "】": ")", "〔": "(", "〕": ")", "、": ","})
_PRIMES = str.maketrans({"’": "'", "′": "'", "‘": "'", "`": "'", "´": "'", "ˊ": "'", "＇": "'"})
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−－﹣", "-"))


def rows(name: str) -> Iterator[dict[str, str]]:
    """Rows of a CSV file of this package.

    Examples
    --------
    >>> next(rows("editions.csv"))["number"]
    'GB 15618-2018'
    """
    file = resources.files("jingtu.knowledge.standards") / "data" / name
    yield from csv.DictReader(file.read_text(encoding="utf-8").splitlines())


def folded(word: str) -> str:
    """A printed word without what differs from laboratory to laboratory: widths, brackets, dashes, blanks.

    Case is kept: ``Co`` is cobalt, ``CO`` is not.

    Examples
    --------
    >>> folded("镉（Cd）"), folded("3，3′-二氯 联苯胺"), folded("Cr⁶⁺"), folded("苯并[a]芘")
    ('镉(Cd)', "3,3'-二氯联苯胺", 'Cr6+', '苯并(a)芘')
    """
    word = word.translate(_PRIMES)
    word = unicodedata.normalize("NFKC", word).translate(_BRACKETS).translate(_DASHES).translate(_PRIMES)
    return "".join(word.split())
