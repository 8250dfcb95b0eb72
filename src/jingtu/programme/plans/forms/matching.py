"""Which tasks and targets fill a row of a form: a proposal by words, which people may change."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

# Words every row of such a form has, which say nothing about what it is about.
_EMPTY = re.compile(
    r"进展情况|工作情况|落实情况|执行情况|建立情况|完成情况|情况|工作|进展|开展|推进|加强|落实|有关|相关|及其|[（(][^（）()]*[）)]|\W|\d"
)
_FLOOR = 0.5  # half of a row's pairs of characters stand in the task's own words
_NEAR = 0.8  # what comes this near to the best candidate fills the row too
_MOST = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """A task or target that could fill a row: its kind, uid, title and words."""

    kind: str
    uid: UUID
    title: str
    words: str


def _pairs(text: str) -> set[str]:
    plain = _EMPTY.sub("", text)
    return {plain[index : index + 2] for index in range(len(plain) - 1)}


def propose(item: str, candidates: Iterable[Candidate]) -> list[dict[str, str]]:
    """Sources for a row, best first; empty where nothing is near enough (the row is then filled by hand).

    The measure is the share of the row's character pairs found in the candidate's title (counted in
    full) or text (counted half), so a long task does not attract every row.

    Examples
    --------
    >>> from uuid import UUID
    >>> task = Candidate("task", UUID(int=1), "开展涉镉污染源排查整治", "对耕地周边涉镉等重金属行业企业排查整治")
    >>> propose("涉镉等重金属行业企业排查整治工作情况", [task])
    [{'kind': 'task', 'uid': '00000000-0000-0000-0000-000000000001'}]
    >>> propose("农田残膜回收情况", [task])
    []
    """
    wanted = _pairs(item)
    if not wanted:
        return []
    scored: list[tuple[float, int, Candidate]] = []
    for order, candidate in enumerate(candidates):
        title, words = _pairs(candidate.title), _pairs(candidate.words)
        share = sum(1.0 if pair in title else 0.7 if pair in words else 0.0 for pair in wanted) / len(wanted)
        if share >= _FLOOR:
            scored.append((share, -order, candidate))
    scored.sort(key=lambda found: found[:2], reverse=True)
    # A figure and the work behind it do not compete for a row: the best of each kind.
    best: dict[str, float] = {}
    for share, _, candidate in scored:
        best.setdefault(candidate.kind, share)
    near = [found for found in scored if found[0] >= best[found[2].kind] * _NEAR]
    chosen = [found for kind in best for found in [item for item in near if item[2].kind == kind][:_MOST]]
    return [{"kind": candidate.kind, "uid": str(candidate.uid)} for _, _, candidate in chosen]
