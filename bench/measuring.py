"""Asking something many times and saying how long it took; used by the benchmarks of registers."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table, in milliseconds. ``limit`` is on ``judged``: the name of one of the columns."""

    what: str
    p50: float
    p95: float
    processor: float
    limit: float | None = None
    judged: str = "p95"
    p99: float | None = None
    longest: float | None = None
    peer: str = ""
    peer_ms: float | None = None

    @property
    def ratio(self) -> float | None:
        """How many times as long the peer takes."""
        return None if not self.peer_ms or not self.p50 else self.peer_ms / self.p50

    @property
    def slow(self) -> bool:
        """Whether it takes longer than it may."""
        return self.limit is not None and getattr(self, self.judged) >= self.limit

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"ratio": self.ratio, "slow": self.slow}


def get(client: Any, address: str) -> None:
    response = client.get(address)
    if response.status_code != 200:
        raise RuntimeError(f"{address}: {response.status_code} {response.content.decode()[:300]}")


def timed(
    ask: Callable[[], Any], times: int, write: Callable[[], None] | None = None, *, warm: bool = True
) -> list[tuple[float, float]]:
    """Milliseconds of each call on the clock and of the processor; one first that is not counted, if ``warm``.

    ``write`` runs before every tenth call, not timed.
    """
    if warm:
        ask()
    found = []
    for number in range(times):
        if write is not None and number % 10 == 5:
            write()
        found.append(once(ask))
    return found


def once(ask: Callable[[], Any]) -> tuple[float, float]:
    began, worked = time.perf_counter(), time.process_time()
    ask()
    return (time.perf_counter() - began) * 1000, (time.process_time() - worked) * 1000


def at(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def row(what: str, times: Sequence[tuple[float, float]], limit: float | None = None, **more: Any) -> Row:
    walls = [wall for wall, _ in times]
    return Row(
        what,
        round(statistics.median(walls), 1),
        round(at(walls, 0.95), 1),
        round(statistics.median(worked for _, worked in times), 1),
        limit,
        **more,
    )


def table(rows: Sequence[Row]) -> str:
    """Rows as they stand in docs/benchmarks.md."""
    lines = [
        "| what | p50 ms | p95 ms | processor ms | limit ms | peer | peer ms | times |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for item in rows:
        limit = "" if item.limit is None else f"{item.judged} {item.limit:,.0f}"
        more = "" if item.p99 is None else f" (p99 {item.p99:,.1f}, longest {item.longest:,.1f})"
        peer = "" if item.peer_ms is None else f"{item.peer_ms:,.1f}"
        times = "" if item.ratio is None else f"{item.ratio:.1f}"
        lines.append(
            f"| {item.what}{more} | {item.p50:,.1f} | {item.p95:,.1f} | {item.processor:,.1f} | {limit} "
            f"| {item.peer} | {peer} | {times} |"
        )
    return "\n".join(lines)
