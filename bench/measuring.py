"""Asking something many times and saying how long it took; used by the benchmarks of registers."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any


def get(client: Any, address: str) -> None:
    response = client.get(address)
    if response.status_code != 200:
        raise RuntimeError(f"{address}: {response.status_code}")


def timed(ask: Callable[[], Any], times: int, write: Callable[[], None] | None = None) -> list[float]:
    """Milliseconds of each call; one first, unmeasured."""
    ask()
    found = []
    for number in range(times):
        if write is not None and number % 10 == 0:
            write()
        found.append(once(ask))
    return found


def once(ask: Callable[[], Any]) -> float:
    began = time.perf_counter()
    ask()
    return (time.perf_counter() - began) * 1000


def p95(times: list[float]) -> float:
    return sorted(times)[min(int(len(times) * 0.95), len(times) - 1)]


def row(
    what: str, ms: float, peer: str = "", peer_ms: float | None = None, unit: str = "ms"
) -> dict[str, Any]:
    return {
        "what": what,
        "ms": round(ms, 1),
        "unit": unit,
        "peer": peer,
        "peer_ms": None if peer_ms is None else round(peer_ms, 1),
    }
