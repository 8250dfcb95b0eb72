"""Compute a saved assessment again and say which numbers differ, to the last bit."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jingtu.errors import InputError
from jingtu.knowledge.risk.concentrations import COLUMNS, Rules
from jingtu.knowledge.risk.distributions import Distribution, check
from jingtu.knowledge.risk.options import Options
from jingtu.knowledge.risk.parameters import from_rows
from jingtu.knowledge.risk.runs import KIND, VERSION, Request, Run, compute, digest

_COMPARED = ("results", "substances", "intermediates")


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that came out differently: where, what was saved, what it is now."""

    place: str
    saved: Any
    now: Any

    def to_json(self) -> dict[str, Any]:
        return {"place": self.place, "saved": self.saved, "now": self.now}


@dataclass(frozen=True)
class Replay:
    """A saved assessment computed again.

    Parameters
    ----------
    run : Run
        As it comes out now.
    differences : tuple of Difference
        Empty where every bit agrees.
    intact : bool
        Whether the saved document agrees with its own digest.
    software : dict of str to (str, str)
        Versions that differ: saved, now.
    """

    run: Run
    differences: tuple[Difference, ...]
    intact: bool
    software: dict[str, tuple[str, str]]

    @property
    def same(self) -> bool:
        """Whether the document is whole and every number came out the same."""
        return self.intact and not self.differences


def request_from(document: Mapping[str, Any]) -> Request:
    """The request of a saved assessment.

    Parameters
    ----------
    document : mapping
        As :meth:`Run.record` gives it.

    Returns
    -------
    Request

    Raises
    ------
    InputError
        It is no such document, of another version, or incomplete.
    """
    if not isinstance(document, Mapping) or document.get("kind") != KIND:
        raise InputError("这不是风险评估的复核记录；请用 risk assess --save 保存的文件。")
    if document.get("version") != VERSION:
        raise InputError(
            "这份复核记录的版本不能识别，请用保存它的软件版本复核。", version=document.get("version")
        )
    try:
        return _request(document["request"])
    except InputError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise InputError("复核记录不完整，不能重新计算；请使用原始文件。") from error


def _request(saved: Mapping[str, Any]) -> Request:
    own = saved["parameter_set"]
    columns = {name: list(saved["columns"][name]) for name in COLUMNS}
    lengths = {len(values) for values in columns.values() if values}
    if len(lengths) != 1 or not all(isinstance(row, dict) for row in own["rows"]):
        raise ValueError("columns")
    distributions = [Distribution.from_json(item) for item in saved["distributions"]]
    if any(check(item) for item in distributions):
        raise ValueError("distributions")
    return Request(
        columns=columns,
        parameter_set=from_rows([{k: str(v) for k, v in row.items()} for row in own["rows"]]),
        land_class=saved["land_class"],
        options=Options.from_json(dict(saved["options"])),
        rules=Rules(**saved["rules"]),
        replace={str(name): float(value) for name, value in saved["replace"].items()},
        distributions=distributions,
        draws=int(saved["draws"]),
        seed=int(saved["seed"]),
        file=str(saved["file"]["name"]),
        file_sha256=str(saved["file"]["sha256"]),
        set_identity={name: own[name] for name in ("name", "version", "title", "base", "sha256")},
    )


def replay(document: Mapping[str, Any], progress: Callable[[float], None] | None = None) -> Replay:
    """Compute a saved assessment again.

    Parameters
    ----------
    document : mapping
        As :meth:`Run.record` gives it, read from JSON.
    progress : callable, optional
        Told the share of a simulation that is done, 0 to 1.

    Returns
    -------
    Replay

    Raises
    ------
    InputError
        The document is none that can be computed again.

    Examples
    --------
    >>> from jingtu.knowledge.risk.parameters import load
    >>> table = {"sample": ["S1"], "analyte": ["苯"], "raw": ["3"], "unit": ["mg/kg"]}
    >>> saved = compute(Request(table, load("published-peer"), 2)).record()
    >>> replay(saved).same
    True
    """
    request = request_from(document)
    try:
        run = compute(request, progress)
        now = run.record()
        saved = {name: document[name] for name in ("software", "request", *_COMPARED)}
        intact = document.get("sha256") == digest(saved)
        software = {
            name: (str(document.get("software", {}).get(name, "")), value)
            for name, value in now["software"].items()
            if document.get("software", {}).get(name) != value
        }
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise InputError("复核记录不完整，不能重新计算；请使用原始文件。") from error
    found = tuple(
        difference for name in _COMPARED for difference in differences(saved[name], now[name], name)
    )
    return Replay(run, found, intact, software)


def differences(saved: Any, now: Any, place: str = "") -> Iterator[Difference]:
    """Places at which two documents differ; numbers are compared bit by bit.

    Examples
    --------
    >>> [item.place for item in differences({"a": [1.0, 2.0]}, {"a": [1.0, 2.0000000000000004]})]
    ['.a[1]']
    """
    if isinstance(saved, Mapping) and isinstance(now, Mapping):
        for name in dict.fromkeys([*saved, *now]):
            yield from differences(saved.get(name), now.get(name), f"{place}.{name}")
    elif isinstance(saved, list) and isinstance(now, list) and len(saved) == len(now):
        for index, (one, two) in enumerate(zip(saved, now, strict=True)):
            yield from differences(one, two, f"{place}[{_name_of(two, index)}]")
    elif not _same(saved, now):
        yield Difference(place, saved, now)


def _name_of(item: Any, index: int) -> str:
    """A result by its sample and substance, anything else by its place in the list."""
    if not isinstance(item, Mapping) or "sample" not in item:
        return str(index)
    name = item.get("name") or item.get("analyte")
    return f"{item['sample']}、{name}" if name else str(item["sample"])


def _same(one: Any, two: Any) -> bool:
    if isinstance(one, bool) or isinstance(two, bool) or not isinstance(one, (int, float)):
        return type(one) is type(two) and bool(one == two)
    if not isinstance(two, (int, float)):
        return False
    return one == two and math.copysign(1.0, one) == math.copysign(1.0, two)
