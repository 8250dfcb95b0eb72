"""A city through its year: killed in the middle and gone on, checked against what the raw tables say."""

from __future__ import annotations

import json
import subprocess
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest
from tests.simulation.duties import Owed
from tests.simulation.planning import APART, month_ends, plan
from tests.simulation.recounting import STATEMENTS, Raw, difference, recount

ROOT = Path(__file__).resolve().parents[2]
WEEKS, YEAR = (4, 16, 5), (20240101, 365, 9)  # seed, days, acts a working day


def start(place: Any, module: str, *arguments: object) -> subprocess.Popen[str]:
    """A process of the simulation in an installation."""
    environment = place.environment | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        place.python("-m", f"tests.simulation.{module}", *map(str, arguments)), env=environment, cwd=place.data,
        text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def worker(place: Any, size: Sequence[int], *more: object) -> subprocess.Popen[str]:
    seed, days, a_day = size
    return start(place, "worker", "--seed", seed, "--days", days, "--a-day", a_day, *more)


def told(process: subprocess.Popen[str]) -> dict[str, Any]:
    """What an installation says of itself in the end."""
    said, complaints = process.communicate(timeout=3600)
    assert process.returncode == 0, complaints
    return dict(json.loads(said))


def kills(size: Sequence[int]) -> list[str]:
    """Three of them: from outside, in the middle of an act, in the middle of a tick."""
    count = sum(item.number < APART for item in plan(*size))
    numbers = sorted(Random(size[0]).sample(range(count // 4, count * 9 // 10), 3))
    return [
        f"--kill={how}:{number}" for how, number in zip(("outside", "move", "tick"), numbers, strict=True)
    ]


def raw_of(place: Any) -> Raw:
    return Raw(place.data, place.environment.get("JINGTU_DATABASE_URL", ""))


def live_through(ready: Any, other: Any, size: Sequence[int]) -> dict[str, Any]:
    """Two installations live through the same days, one of them undisturbed; both say the same in the end."""
    undisturbed, disturbed = worker(ready, size), worker(other, size, *kills(size), "--readings")
    broken, whole = told(disturbed), told(undisturbed)
    assert broken["content"] == whole["content"]
    assert broken["ledger"]["broken"] is None
    assert whole["ledger"]["broken"] is None
    assert broken["ledger"]["rows"] == whole["ledger"]["rows"] > len(plan(*size)) // 2
    return broken


def check_readings(raw: Raw, readings: list[dict[str, Any]]) -> dict[str, set[Any]]:
    """Every reading is what SQL finds; gives the different values of each indicator."""
    assert {path.stem for path in STATEMENTS.glob("*.sql")} == {reading["indicator"] for reading in readings}
    found = [
        f"{item['indicator']} {item['path']} {item['on']} as known {item['known_at']}: {unlike}"
        for item in readings
        if (unlike := difference(item, recount(raw, item)))
    ]
    assert found == []
    values: dict[str, set[Any]] = defaultdict(set)
    for item in readings:
        values[item["indicator"]].add(item["value"] if item["met"] is None else item["met"])
    return values


def check_ledger_gap(place: Any, raw: Raw, days: int) -> None:
    """A row that somebody with the database in hand takes out is missed."""
    trigger = (
        raw.rows("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'ledger_ledgerrow'")
        if not raw.on_postgres
        else []
    )
    for row in trigger:
        raw.change(f"DROP TRIGGER {row['name']}")
    if raw.on_postgres:
        raw.change("ALTER TABLE ledger_ledgerrow DISABLE TRIGGER ALL")
    else:
        raw.change("PRAGMA foreign_keys = OFF")
    gone = raw.rows("SELECT MAX(id) - 40 AS id FROM ledger_ledgerrow")[0]["id"]
    raw.change(f"DELETE FROM ledger_ledgerrow WHERE id = {int(gone)}")
    assert told(start(place, "telling", days))["ledger"]["broken"] == gone


def test_some_weeks(ready: Any, other: Any) -> None:
    said = live_through(ready, other, WEEKS)
    raw = raw_of(other)
    check_readings(raw, said["readings"])
    assert Owed(raw, month_ends(WEEKS[1])[-1]).faults() == []
    check_ledger_gap(other, raw, WEEKS[1])
    raw.close()


@pytest.mark.long
def test_a_year(ready: Any, other: Any) -> None:
    said = live_through(ready, other, YEAR)
    raw = raw_of(other)
    values = check_readings(raw, said["readings"])
    # What says the same all year would agree with any statement: of this one no rule is in force any more.
    constant = {name for name, found in values.items() if len(found) < 2}
    assert constant == {"polluted_parcel_safe_use_rate"}
    assert Owed(raw, month_ends(YEAR[1])[-1]).faults() == []
    check_ledger_gap(other, raw, YEAR[1])
    raw.close()
