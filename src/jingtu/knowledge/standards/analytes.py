"""Names of analytes within one standard: the same word means other sums in other standards."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from jingtu.knowledge.standards.data_rows import folded, rows
from jingtu.knowledge.standards.reasons import REASON

_UNIT_BEHIND = re.compile(r"\((?:[a-zμ%]+/[a-z]+|mg·kg-1|干重|干基)\)$", re.IGNORECASE)
# 镉Cd, Cd镉, 镉/Cd.
_BORDER = re.compile(r"(?<=[\u4e00-\u9fff])(?=[A-Za-z])|(?<=[A-Za-z])(?=[\u4e00-\u9fff])|/")
# A bracket that says no more than the name: 汞(总量), 砷(以As计); 硝酸盐(以NO3-计) says more than 硝酸盐.
_TOTAL = frozenset({"总量", "全量"})
_AS = re.compile(r"^以(.+)计$")
# The dash that scanners and tired fingers make of it.
_ONE_FOR_DASH = re.compile(r"(?<=[\dα-δ])一(?=[\u4e00-\u9fff])")
# Two CAS numbers of isomers that are reported together, whatever stands between them.
_CAS_BORDER = re.compile(r"(?<=-\d)[,;/+&、和与](?=\d{2,7}-\d\d-\d)")
# Carbon monoxide and nitric oxide are not cobalt and nobelium in capitals.
_NOT_SYMBOLS = frozenset({"CO", "NO"})


@dataclass(frozen=True, slots=True)
class Found:
    """What a printed name means: its code, the reason why it is not judged, the form it is printed in."""

    code: int = -1
    reason: int = 0
    unit_suffix: str = ""


def _few(series: pl.Series) -> tuple[NDArray[np.uint8], list[str | None]] | None:
    """Codes of a column of at most three words, which are compared faster than looked up."""
    size = len(series)
    # A column that begins with many words has many.
    if series.null_count() or series.head(64).n_unique() > 3:
        return None
    codes = np.zeros(size, dtype=np.uint8)
    rest = np.ones(size, dtype=np.bool_)
    words: list[str | None] = []
    for code in range(3):
        words.append(series[int(rest.argmax())])
        same = (series == words[-1]).to_numpy()
        codes += same.view(np.uint8) * np.uint8(code)
        rest &= ~same
        if not rest.any():
            return codes, words
    return None


def _behind(key: str) -> tuple[str, str]:
    """A name and what stands in brackets behind it: ``苯并(a)芘(BaP)`` is ``苯并(a)芘`` and ``BaP``."""
    if not key.endswith(")"):
        return key, ""
    depth = 0
    for place in range(len(key) - 1, -1, -1):
        depth += (key[place] == ")") - (key[place] == "(")
        if not depth:
            return key[:place], key[place + 1 : -1]
    return key, ""


def factorised(series: pl.Series) -> tuple[NDArray[np.int32], list[str | None]]:
    """Codes of a column of text and the words that they stand for, in order of appearance.

    Examples
    --------
    >>> codes, words = factorised(pl.Series(["镉", "砷", "镉"]))
    >>> codes.tolist(), words
    ([0, 1, 0], ['镉', '砷'])
    """
    if not len(series):
        return np.zeros(0, dtype=np.int32), []
    series = series if series.dtype == pl.String else series.cast(pl.String)
    # A whole column of one word is common (units) and answered without a hash table.
    if (first := series[0]) is not None and (series == first).all() and not series.null_count():
        return np.zeros(len(series), dtype=np.int32), [first]
    words = series.unique(maintain_order=True)
    codes = series.replace_strict(words, pl.int_range(len(words), dtype=pl.Int32, eager=True))
    return codes.to_numpy(), words.to_list()


class Lexicon:
    """Words that are looked for in columns of a million rows: those known beforehand cost one pass.

    Parameters
    ----------
    words : iterable of str
        Words that a column will mostly hold.

    Examples
    --------
    >>> codes, words = Lexicon(["镉", "砷"]).codes(pl.Series(["砷", "镉", "什么", None]))
    >>> [words[code] for code in codes.tolist()]
    ['砷', '镉', '什么', None]
    """

    def __init__(self, words: Iterable[str]) -> None:
        self.words: list[str | None] = list(dict.fromkeys(words))
        self._dtype = pl.Enum([word for word in self.words if word is not None])

    def codes(self, series: pl.Series) -> tuple[NDArray[Any], list[str | None]]:
        """Codes of a column and the words that they stand for; not every word need occur."""
        if not len(series):
            return np.zeros(0, dtype=np.int64), []
        if (found := _few(series)) is not None:
            return found
        known = series.cast(self._dtype, strict=False).to_physical()
        if not known.null_count():
            return known.to_numpy().astype(np.int64), self.words
        rest = known.is_null()
        codes = known.cast(pl.Int64).fill_null(0).to_numpy().copy()
        own, words = factorised(series.filter(rest))
        codes[rest.to_numpy()] = own.astype(np.int64) + len(self.words)
        return codes, [*self.words, *words]


class Analytes:
    """Names and codes of the analytes of one table.

    Parameters
    ----------
    lines : iterable of mapping
        Rows of the table; several rows of one ``id`` are one analyte.
    standard : str
        Key of the standard: members of its sums, and names that it does not judge, are known as well.

    Examples
    --------
    >>> from datetime import date
    >>> from jingtu.knowledge.standards.editions import edition_on
    >>> names = edition_on("gb36600", date(2026, 11, 22)).table.analytes
    >>> names.ids[names.find("六价铬").code], names.find("总铬").reason == REASON["total_not_hexavalent"]
    ('chromium_vi', True)
    """

    def __init__(self, lines: Iterable[Mapping[str, str]], standard: str) -> None:
        self.standard = standard
        self.names: dict[str, str] = {}
        self.cas: dict[str, str] = {}
        self.reasons: dict[str, int] = {}
        self._printed: dict[str, None] = {}
        self._exact: dict[str, Found] = {}
        self._loose: dict[str, Found] = {}
        aliases: dict[str, list[str]] = {}
        for line in lines:
            key = line["id"]
            if key not in self.names:
                self.names[key] = line.get("name_cn") or key
                self.cas[key] = line.get("cas") or ""
            # A table may spread the names of one analyte over its rows.
            aliases.setdefault(key, []).append(line.get("aliases") or "")
        for row in rows("sums.csv"):
            if row["standard"] == standard and row["member_id"] not in self.names:
                self.names[row["member_id"]] = row["name_cn"]
                self.cas[row["member_id"]] = row["cas"]
                self.reasons[row["member_id"]] = REASON["member_of_sum"]
                aliases.setdefault(row["member_id"], []).append(row["aliases"])
        for row in rows("not_judged.csv"):
            if row["standard"] == standard and row["id"] not in self.names:
                self.names[row["id"]] = row["name_cn"]
                self.reasons[row["id"]] = REASON[row["reason"]]
                aliases.setdefault(row["id"], []).append(row["aliases"])
        self.ids: tuple[str, ...] = tuple(self.names)
        self._codes = {key: code for code, key in enumerate(self.ids)}
        for key, texts in aliases.items():
            found = Found(self._codes[key], self.reasons.get(key, 0))
            words = {word for text in texts for word in text.split("|")}
            for word in [key, self.names[key], self.cas.get(key, ""), *sorted(words)]:
                self._learn(word, found)
        self.lexicon = Lexicon(self._printed)
        self._answers: list[Found] = []
        for row in rows("species.csv"):
            if row["standard"] == standard and row["id"] in self._codes:
                self._learn(row["alias"], Found(self._codes[row["id"]], 0, row["unit_suffix"]))

    def _learn(self, word: str, found: Found) -> None:
        if not word:
            return
        key = folded(word)
        self._printed.setdefault(word)
        self._exact.setdefault(key, found)
        # A word that two analytes share but for its case is no word for either.
        loose = key.casefold()
        if (other := self._loose.get(loose)) is not None and other.code != found.code:
            self._loose[loose] = Found()
        else:
            self._loose.setdefault(loose, found)

    def code(self, key: str) -> int:
        """Code of an identifier; -1 where the table does not know it."""
        return self._codes.get(key, -1)

    def find(self, word: str | None) -> Found:
        """What a printed name means within this standard; a code of -1 where it means nothing."""
        if not word:
            return Found()
        key = _CAS_BORDER.sub("|", _ONE_FOR_DASH.sub("-", _UNIT_BEHIND.sub("", folded(word))))
        found = self._one(folded(word)) or self._one(key)
        if found is None:
            # Name and symbol side by side, in whatever order: both have to mean the same.
            outer, inner = _behind(key)
            if inner in _TOTAL:
                return self._one(outer) or Found()
            inner = _AS.sub(r"\1", inner)
            sides = [outer, inner] if inner else [part for part in _BORDER.split(key) if part]
            meant = {self._one(side) for side in sides}
            found = meant.pop() if len(sides) == 2 and len(meant) == 1 else None
        return found or Found()

    def _one(self, key: str) -> Found | None:
        found = self._exact.get(key)
        if found is None and key not in _NOT_SYMBOLS:
            found = self._loose.get(key.casefold())
        return found if found is not None and found.code >= 0 else None

    def find_all(self, words: Sequence[str | None]) -> list[Found]:
        """What each of several printed names means; the words of the lexicon are answered from memory."""
        known = len(self.lexicon.words)
        if list(words[:known]) != self.lexicon.words:
            return [self.find(word) for word in words]
        if not self._answers:
            self._answers = [self.find(word) for word in self.lexicon.words]
        return [*self._answers, *(self.find(word) for word in words[known:])]
