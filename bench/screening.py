"""How fast a million laboratory results are judged by GB 36600-2018, class 1.

Timed is the whole call ``screen`` on columns: names of analytes, units (two, mixed) and samples as plain
strings, values as numbers (and, in a second row, as text the way laboratories print them, one in ten a
non-detect). It looks the names up, reads units and values, compares exactly and gives verdict, ratio,
reason, flags and limits of every row. The peer, in the same run and on the same data, is the loop that a
script would write: rows as dictionaries in, rows with the fields of the command out, a dictionary of limits,
a factor by unit; it knows no non-detect, no other spelling and no flag. Everything runs on one core, to
which the process binds itself; medians of seconds of the processor.

    python bench/screening.py [--rows 1000000]
"""

from __future__ import annotations

import os

# Before numpy and polars start their threads.
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
os.environ["POLARS_MAX_THREADS"] = "1"

import argparse
import gc
import platform
import statistics
import sys
import time
from datetime import date

import numpy as np
import polars as pl

from jingtu.knowledge.standards.editions import edition_on
from jingtu.knowledge.standards.screening import screen

ON = date(2026, 11, 22)
LIMIT = 0.15
RATIO = 8.0


def columns(rows: int) -> dict[str, list]:
    """Results of 85 analytes a sample, values around the limits."""
    table = edition_on("gb36600", ON).table
    names, limits = [], []
    for limit in table.limits:
        if limit.land_class == "1" and limit.kind == "screening":
            names.append(limit.name)
            limits.append(limit.number)
    draw = np.random.default_rng(20261122)
    chosen = np.arange(rows) % len(names)
    values = (np.array(limits)[chosen] * draw.lognormal(-1.0, 1.0, rows)).tolist()
    micro = draw.random(rows) < 0.2
    return {
        "sample": [f"S{row // len(names):06d}" for row in range(rows)],
        "analyte": [names[place] for place in chosen.tolist()],
        "value": [
            float(f"{value * (1000 if small else 1):.3g}") for value, small in zip(values, micro, strict=True)
        ],
        "unit": ["μg/kg" if small else "mg/kg" for small in micro.tolist()],
    }


def printed(values: list[float]) -> list[str]:
    return [f"<{value}" if row % 10 == 0 else str(value) for row, value in enumerate(values)]


def plain_loop(rows: list[dict], limits: dict[str, tuple[float, float]]) -> list[dict]:
    factors = {"mg/kg": 1.0, "μg/kg": 0.001}
    found = []
    for row in rows:
        factor = factors.get(row["unit"])
        known = limits.get(row["analyte"])
        value = ratio = reason = screening = intervention = None
        if known is None:
            verdict, reason = "not_covered", "not_in_standard"
        elif factor is None:
            verdict, reason = "not_evaluable", "missing_unit"
        else:
            screening, intervention = known
            value = float(row["value"]) * factor
            ratio = value / screening
            if value > intervention:
                verdict = "above_intervention"
            elif value > screening:
                verdict = "between"
            else:
                verdict = "below_screening"
        found.append(
            {
                "sample": row["sample"],
                "analyte": row["analyte"],
                "value": value,
                "unit": "mg/kg",
                "detected": True,
                "screening": screening,
                "intervention": intervention,
                "verdict": verdict,
                "ratio": ratio,
                "reason": reason,
            }
        )
    return found


def seconds(runs, rounds: int) -> dict[str, float]:
    """Medians of each; all take turns, so that a busy minute of the machine meets all of them."""
    found: dict[str, list[float]] = {what: [] for what in runs}
    for _ in range(rounds):
        for what, run in runs.items():
            gc.collect()
            start = time.process_time()
            run()
            found[what].append(time.process_time() - start)
    return {what: statistics.median(times) for what, times in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows = parser.parse_args().rows
    lists = columns(rows)
    series = {name: pl.Series(values) for name, values in lists.items()}
    texts = {**series, "value": pl.Series(printed(lists["value"]))}
    dictionaries = [dict(zip(lists, row, strict=True)) for row in zip(*lists.values(), strict=True)]
    own = [limit for limit in edition_on("gb36600", ON).table.limits if limit.land_class == "1"]
    limits = {
        low.name: (low.number, high.number)
        for low in own
        for high in own
        if low.name == high.name and (low.kind, high.kind) == ("screening", "intervention")
    }
    runs = {
        "screen, columns": lambda: screen(series, "gb36600", ON, land_class=1).verdict,
        "screen, columns, values as printed": lambda: screen(texts, "gb36600", ON, land_class=1).verdict,
        "screen, Python lists": lambda: screen(lists, "gb36600", ON, land_class=1).verdict,
        "peer: loop over row dictionaries": lambda: plain_loop(dictionaries, limits),
    }
    took = seconds(runs, 7)
    peer = took["peer: loop over row dictionaries"]
    print(
        f"{platform.machine()}, Python {platform.python_version()}, numpy {np.__version__}, polars {pl.__version__}, one core"
    )
    print(f"{'what':<38}{'rows':>10}{'seconds':>10}{'rows/s':>14}{'x peer':>8}")
    for what, one in took.items():
        print(f"{what:<38}{rows:>10,}{one:>10.3f}{rows / one:>14,.0f}{peer / one:>8.1f}")
    theirs = [row["verdict"] for row in plain_loop(dictionaries, limits)]
    same = (screen(series, "gb36600", ON, land_class=1).verdict == pl.Series(theirs)).sum()
    print(
        f"same verdict as the loop: {same:,} of {rows:,} (the loop multiplies, so values on the edge may differ)"
    )
    first = took["screen, columns"]
    if rows >= 1_000_000 and (first >= LIMIT or peer / first < RATIO):
        sys.exit(
            f"too slow: {first:.3f} s (limit {LIMIT}), {peer / first:.1f} times the loop (at least {RATIO})"
        )


if __name__ == "__main__":
    main()
