"""Parameter sets: files in which every cell has a source, read whole or refused with every fault.

A set stands on its own or changes cells of another (``base``). Receptor cells describe people, ground
and building of a land class, substance cells one contaminant. A cell without a value says that the
set knows none.
"""

from __future__ import annotations

import csv
import functools
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from jingtu.errors import NotFoundError
from jingtu.knowledge.risk.options import LandClass

Values = dict[str, NDArray[np.float64]]
"""Parameters by symbol: receptor ones are 0-d, substance ones have the substances on the last axis."""

TEXTS: Final = ("name", "name_en", "cas", "aliases", "gb36600", "no_model")


@dataclass(frozen=True, slots=True)
class Definition:
    """What a parameter is: its symbol here and in print, its unit and the range it may take.

    ``required`` names the land classes in which the model cannot do without it.
    """

    symbol: str
    printed: str
    scope: str
    name: str
    name_en: str
    unit: str
    range: str
    required: frozenset[int]

    def allows(self, value: float) -> bool:
        """Whether ``value`` (in ``unit``) lies in the range of this parameter."""
        if not np.isfinite(value):
            return False
        low = value >= 0 if self.range in ("nonnegative", "fraction") else value > 0
        return bool(low and (value <= 1 or "fraction" not in self.range))


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of a set with where it comes from.

    ``value`` is ``None`` where the set says that there is none. ``flag`` is ``adjusted`` (changed to
    agree with published values), ``inferred`` (read off published values) or empty.
    """

    value: float | None
    unit: str
    source: str
    clause: str = ""
    confidence: str = ""
    flag: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Substance:
    """A contaminant of a set. ``no_model`` tells why the model does not apply, or is empty."""

    id: str
    name: str
    name_en: str = ""
    cas: str = ""
    aliases: tuple[str, ...] = ()
    gb36600: str = ""
    no_model: str = ""


@dataclass(frozen=True)
class ParameterSet:
    """A parameter set, resolved with its base.

    Parameters
    ----------
    name, version, title : str
        What it is called; ``title`` in Chinese for people.
    base : str or None
        ``name@version`` of the set whose cells it changes.
    receptor : mapping
        ``(symbol, land class)`` to cell.
    cells : mapping
        ``(substance id, symbol)`` to cell.
    substances : tuple of Substance
        In the order of the file.
    sha256 : str
        Digest of the resolved content: equal sets have equal digests wherever they were read from.

    Examples
    --------
    >>> peer = load("published-peer")
    >>> peer.substance("71-43-2").name, float(peer.values(1, ["benzene"])["SFo"][0])
    ('苯', 0.055)
    """

    name: str
    version: str
    title: str
    base: str | None
    receptor: Mapping[tuple[str, int], Cell]
    cells: Mapping[tuple[str, str], Cell]
    substances: tuple[Substance, ...]
    sha256: str

    def substance(self, word: str) -> Substance:
        """The substance with this id, CAS number, name or alias, or a name by which GB 36600 results are judged.

        Raises
        ------
        NotFoundError
            The set has no such substance.
        """
        found = self._find(word)
        if found is None:
            raise NotFoundError(f"参数集“{self.name}”中没有物质“{word}”。", substance=word)
        return found

    def knows(self, word: str) -> bool:
        """Whether :meth:`substance` would find something."""
        return self._find(word) is not None

    def _find(self, word: str) -> Substance | None:
        found = self._words.get(_plain(word))
        if found is None and (usual := _usual_id(word)):
            found = self._words.get(_plain(usual))
        return found

    @functools.cached_property
    def _words(self) -> dict[str, Substance]:
        words: dict[str, Substance] = {}
        # Ids, CAS numbers and names go before aliases, so that no alias takes another's name.
        for substance in self.substances:
            for word in (substance.id, substance.name, substance.name_en, *substance.cas.split("|")):
                if word:
                    words.setdefault(_plain(word), substance)
        for substance in self.substances:
            for word in substance.aliases:
                words.setdefault(_plain(word), substance)
        return words

    def values(self, land_class: LandClass, substances: Sequence[str] | None = None) -> Values:
        """All parameters of a land class as arrays.

        Parameters
        ----------
        land_class : {1, 2}
            First or second class of construction land.
        substances : sequence of str, optional
            Ids, CAS numbers or names; all of the set where left out.

        Returns
        -------
        dict of str to float64 array
            Receptor parameters 0-d, substance parameters of shape ``(substances,)``, each in the unit
            of its :class:`Definition`; ``nan`` where the set has no value or no model applies.
        """
        chosen = self.chosen(substances)
        result: Values = {}
        for definition in definitions().values():
            symbol = definition.symbol
            if definition.scope == "receptor":
                cell = self.receptor.get((symbol, land_class))
                result[symbol] = np.array(_number(cell))
            else:
                result[symbol] = np.array(
                    [np.nan if s.no_model else _number(self.cells.get((s.id, symbol))) for s in chosen]
                )
        return result

    def chosen(self, substances: Sequence[str] | None) -> tuple[Substance, ...]:
        """The substances meant by these words, all of the set for ``None``."""
        return self.substances if substances is None else tuple(map(self.substance, substances))

    def flagged(self, flag: str) -> tuple[tuple[str, str, Cell], ...]:
        """Substance id, symbol and cell of every substance cell with this flag."""
        return tuple((key, symbol, cell) for (key, symbol), cell in self.cells.items() if cell.flag == flag)

    def rows(self) -> list[dict[str, str]]:
        """The resolved set as rows of a parameter file; :func:`from_rows` takes them back."""
        rows = [
            _row("set", "", name, "", text)
            for name, text in (("name", self.name), ("version", self.version), ("title", self.title))
        ]
        rows += [
            _row("receptor", "", symbol, str(land_class), cell)
            for (symbol, land_class), cell in sorted(self.receptor.items())
        ]
        for s in self.substances:
            for name in TEXTS:
                text = "|".join(s.aliases) if name == "aliases" else str(getattr(s, name))
                if text:
                    rows.append(_row("substance", s.id, name, "", text))
            rows += [
                _row("substance", s.id, symbol, "", self.cells[s.id, symbol])
                for symbol in definitions()
                if (s.id, symbol) in self.cells
            ]
        return rows

    def identity(self) -> dict[str, Any]:
        """What a result says of the set it was computed with."""
        return {
            "name": self.name,
            "version": self.version,
            "title": self.title,
            "base": self.base,
            "sha256": self.sha256,
        }


def _row(record: str, key: str, parameter: str, land_class: str, content: Cell | str) -> dict[str, str]:
    cell = content if isinstance(content, Cell) else Cell(None, "", "", "")
    value = content if isinstance(content, str) else "" if content.value is None else repr(content.value)
    return {
        "record": record,
        "key": key,
        "parameter": parameter,
        "land_class": land_class,
        "value": value,
        "unit": cell.unit,
        "source": cell.source,
        "clause": cell.clause,
        "confidence": cell.confidence,
        "flag": cell.flag,
        "note": cell.note,
    }


def digest(rows: Sequence[Mapping[str, str]]) -> str:
    """SHA-256 of the rows of a set, in hexadecimal."""
    text = json.dumps([dict(row) for row in rows], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _number(cell: Cell | None) -> float:
    return np.nan if cell is None or cell.value is None else cell.value


def _plain(word: str) -> str:
    """A word as it is compared: case, width of brackets and commas, and blanks do not matter."""
    return word.translate(_PLAIN).replace(" ", "").casefold()


@functools.lru_cache(maxsize=4096)
def _usual_id(word: str) -> str:
    """The id of a name as laboratories write it, which screening by GB 36600 knows as well."""
    from jingtu.knowledge.standards.editions import editions

    names = [item for item in editions() if item.standard == "gb36600"][-1].table.analytes
    code = names.find(word).code
    return names.ids[code] if code >= 0 else ""


_PLAIN: Final = str.maketrans("（），＇’′", "(),'''")


@functools.cache
def definitions() -> dict[str, Definition]:
    """Every parameter the model knows, by symbol.

    Examples
    --------
    >>> definitions()["OSIRa"].unit
    'mg·d⁻¹'
    """
    text = (resources.files(__package__) / "data" / "parameters.csv").read_text(encoding="utf-8")
    return {
        row["symbol"]: Definition(
            row["symbol"],
            row["printed"],
            row["scope"],
            row["name"],
            row["name_en"],
            row["unit"],
            row["range"],
            frozenset(map(int, row["required"].split())),
        )
        for row in csv.DictReader(text.splitlines())
    }


def shipped() -> tuple[str, ...]:
    """Names of the sets that come with the package.

    Examples
    --------
    >>> "gb36600-consistent" in shipped()
    True
    """
    folder = resources.files(__package__) / "data" / "sets"
    return tuple(sorted(item.name for item in folder.iterdir() if item.is_dir()))


def load(name: str | Path) -> ParameterSet:
    """A parameter set by its name, ``name@version``, or the path of a file.

    Parameters
    ----------
    name : str or Path
        Without a version the newest one that is shipped.

    Returns
    -------
    ParameterSet

    Raises
    ------
    NotFoundError
        Neither a shipped set nor a file.
    InputError
        The file is at fault; ``errors`` names every bad cell.

    Examples
    --------
    >>> load("published-peer@1").version
    '1'
    """
    from jingtu.knowledge.risk import setfiles

    known = isinstance(name, str) and name.partition("@")[0] in shipped()
    if known:
        return _shipped(str(name))
    path = Path(name)
    if not path.is_file():
        raise NotFoundError(
            f"没有名为“{name}”的参数集，也没有这样的文件。可用的参数集：{'、'.join(shipped())}。",
            parameter_set=str(name),
        )
    return setfiles.read_file(path)


@functools.cache
def _shipped(name: str) -> ParameterSet:
    from jingtu.knowledge.risk import setfiles

    key, _, version = name.partition("@")
    folder = resources.files(__package__) / "data" / "sets" / key
    versions = sorted((item.name.removesuffix(".csv") for item in folder.iterdir()), key=int)
    if version and version not in versions:
        raise NotFoundError(
            f"参数集“{key}”没有版本 {version}，现有版本：{'、'.join(versions)}。", parameter_set=name
        )
    file = f"{version or versions[-1]}.csv"
    return setfiles.read_text((folder / file).read_text(encoding="utf-8"), file)


def from_rows(rows: Sequence[Mapping[str, str]], file: str | None = None) -> ParameterSet:
    """A set from the rows of a parameter file, checked like a file.

    Examples
    --------
    >>> peer = load("published-peer")
    >>> from_rows(peer.rows()).sha256 == peer.sha256
    True
    """
    from jingtu.knowledge.risk import setfiles

    return setfiles.read_rows(list(rows), file)
