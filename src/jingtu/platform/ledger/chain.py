"""The chain over the ledger: sealing committed rows, and verifying rows, chain and what cites them.

What verification can see by itself: a row edited, taken out of the middle or exchanged; a seal edited;
a decision whose ledger row is gone. What it can see only against a head kept elsewhere (an anchor): a
tail cut off, or everything rewritten with new hashes. So heads are written down every day outside the
database, printed on reports and handed to the level above.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, ForeignObjectRel, Max, OuterRef

from jingtu.errors import CellError, InputError
from jingtu.platform.clock import recorded_now
from jingtu.platform.ledger.models import LedgerRow, Seal
from jingtu.platform.ledger.records import canonical, digest

GENESIS = "0" * 64
# One sealer at a time; the number only has to be nobody else's.
_LOCK = 0x4A49_4E47_5455
# An import of this length of time has long ended: rows below what was sealed before need no new look.
_LONGEST_TRANSACTION = 3600.0


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain at a moment: what is printed, handed on, and later verified against."""

    seq: int
    chain_hash: str
    row: int
    alg: str
    sealed_at: str

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Verification:
    """Result of ``verify``: ``first_broken`` is the key of the first row that does not hold."""

    rows: int
    sealed: int
    first_broken: int | None
    reason: str | None = None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def link(alg: str, previous: str, seq: int, row_hash: str, sealed_at: datetime) -> str:
    """Hash of one place of the chain: the place before, the number, the row and the moment of sealing."""
    moment = sealed_at.astimezone(UTC).isoformat(timespec="microseconds")
    return digest(alg, f"{previous}|{seq}|{row_hash}|{moment}".encode())


def head() -> Head | None:
    """The last seal."""
    last = Seal.objects.order_by("-seq").first()
    if last is None:
        return None
    moment = last.sealed_at.astimezone(UTC).isoformat(timespec="microseconds")
    return Head(last.seq, last.chain_hash, last.row_id, last.alg, moment)


def seal(batch: int = 500, above: int = 0) -> int:
    """Chain up to ``batch`` committed rows that have no seal yet; returns how many.

    Rows commit in another order than their keys, so the unsealed are looked for, not counted from the
    last one. Two sealers wait for each other; writers wait for neither (on SQLite for one small batch).

    Parameters
    ----------
    above : int
        Look only at rows with a greater key (``Sealer`` knows from where on).
    """
    sealed = Exists(Seal.objects.filter(row=OuterRef("pk")))
    waiting = LedgerRow.objects.filter(~sealed, pk__gt=above).order_by("pk")
    # A look without the write lock first: an idle office should not see its database written to.
    if not waiting.exists():
        return 0
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        last = head()
        sequence, chain = (last.seq, last.chain_hash) if last else (0, GENESIS)
        now = recorded_now()
        seals = []
        for key, alg, row_hash in waiting.values_list("pk", "alg", "row_hash")[:batch]:
            sequence += 1
            chain = link(alg, chain, sequence, row_hash, now)
            seals.append(Seal(seq=sequence, row_id=key, chain_hash=chain, alg=alg, sealed_at=now))
        Seal.objects.bulk_create(seals)
    return len(seals)


def seal_all() -> int:
    """Seal until nothing waits; for ``tick``, backups and reports."""
    total = 0
    while count := seal():
        total += count
    return total


class Sealer:
    """Seals again and again, and remembers below which key nothing can still appear."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._passes: deque[tuple[float, int]] = deque()
        self._above = 0

    def run_once(self) -> int:
        """Seal what waits; returns how many rows."""
        now = self._clock()
        highest = LedgerRow.objects.aggregate(found=Max("pk"))["found"] or 0
        total = 0
        while count := seal(above=self._above):
            total += count
        self._passes.append((now, highest))
        while self._passes and self._passes[0][0] <= now - _LONGEST_TRANSACTION:
            self._above = self._passes.popleft()[1]
        return total


# --- verification ----------------------------------------------------------------------------------------


def verify(
    anchors: Iterable[Mapping[str, Any]] = (), progress: Callable[[int, int], None] | None = None
) -> Verification:
    """Recompute every row hash and the whole chain, and look for decisions whose row is gone.

    Parameters
    ----------
    anchors : iterable of mapping
        Heads written down earlier, as ``Head.to_json`` gives them; ``seq`` and ``chain_hash`` suffice.
    progress : callable, optional
        Called now and then with the rows verified and the rows in all.
    """
    kept = sorted((dict(anchor) for anchor in anchors), key=lambda anchor: int(anchor["seq"]))
    total = LedgerRow.objects.count()
    sealed = 0
    broken = None
    for sealed, broken in _walk_chain(kept):
        if broken is not None:
            break
        if progress is not None and sealed % 1000 == 0:
            progress(sealed, total)
    if broken is None:
        broken = _cut_tail(kept) or _broken_unsealed() or _missing_cited()
    if broken is None:
        return Verification(total, sealed, None)
    return Verification(total, sealed, broken[0], broken[1])


_Broken = tuple[int, str]


def _walk_chain(anchors: list[dict[str, Any]]) -> Iterator[tuple[int, _Broken | None]]:
    """Yield the number of good places, with the first fault where there is one."""
    expected = {int(anchor["seq"]): str(anchor["chain_hash"]) for anchor in anchors}
    chain = GENESIS
    for place, (item, row) in enumerate(_sealed_rows(), 1):
        fault: _Broken | None = None
        if item.seq != place:
            fault = (item.row_id, "封存序号不连续，此前有记录缺失")
        elif row is None:
            fault = (item.row_id, "已封存的记录缺失")
        elif not _is_whole(row):
            fault = (row.pk, "记录内容与其校验值不一致")
        else:
            chain = link(row.alg, chain, item.seq, row.row_hash, item.sealed_at)
            if chain != item.chain_hash:
                fault = (row.pk, "记录在链上的校验值不一致")
            elif expected.get(item.seq, chain) != chain:
                fault = (row.pk, "与留存的链头不一致，记录可能被整体改写")
        if fault is not None:
            yield place - 1, fault
            return
        yield place, None


def _sealed_rows(size: int = 2000) -> Iterator[tuple[Seal, LedgerRow | None]]:
    """Seals in order with their rows; a missing row does not hide its seal, as a join would."""
    last = -1
    while batch := list(Seal.objects.filter(seq__gt=last).order_by("seq")[:size]):
        rows = LedgerRow.objects.in_bulk([item.row_id for item in batch])
        for item in batch:
            yield item, rows.get(item.row_id)
        last = batch[-1].seq


def _is_whole(row: LedgerRow) -> bool:
    try:
        return digest(row.alg, canonical(row)) == row.row_hash
    except ValueError:  # an algorithm that nobody knows was written into the row
        return False


def _cut_tail(anchors: list[dict[str, Any]]) -> _Broken | None:
    last = head()
    for anchor in anchors:
        if last is None or int(anchor["seq"]) > last.seq:
            fallback = (last.row if last else 0) + 1
            return int(anchor.get("row") or fallback), "留存的链头不在链上，末尾记录可能被截断"
    return None


def _broken_unsealed() -> _Broken | None:
    sealed = Exists(Seal.objects.filter(row=OuterRef("pk")))
    for row in LedgerRow.objects.filter(~sealed).order_by("pk").iterator(chunk_size=2000):
        if not _is_whole(row):
            return row.pk, "记录内容与其校验值不一致"
    return None


def _missing_cited() -> _Broken | None:
    """A version, a move, a report that names a ledger row which is not there (sealed yet or not)."""
    for relation in LedgerRow._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel):
            continue
        model, column = relation.related_model, relation.remote_field.attname
        there = Exists(LedgerRow.objects.filter(pk=OuterRef(column)))
        cited = model._default_manager.filter(~there, **{f"{column}__isnull": False})
        missing = cited.order_by(column).values_list(column, flat=True).first()
        if missing is not None:
            return missing, "业务记录所依据的台账记录缺失"
    return None


# --- heads kept outside the database ---------------------------------------------------------------------


def write_head(path: Path, on: str) -> Head | None:
    """Add the present head, under a date, to a file of heads; the same head is written once."""
    current = head()
    if current is None or any(item["seq"] == current.seq for item in read_heads(path, missing_ok=True)):
        return current
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps({"on": on, **current.to_json()}, ensure_ascii=False) + "\n")
    return current


def read_heads(path: Path, *, missing_ok: bool = False) -> list[dict[str, Any]]:
    """Heads of a file: one JSON object, a JSON list, or one object a line.

    Raises
    ------
    InputError
        The file is missing or is no list of heads; names the line.
    """
    if missing_ok and not path.exists():
        return []
    try:
        text = path.read_text(encoding="utf-8-sig").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"读不到链头文件“{path.name}”，请检查文件名和编码（UTF-8）。", file=path.name
        ) from error
    try:
        content = json.loads(text)
        found = content if isinstance(content, list) else [content]
    except ValueError:
        found = [
            _parse_line(path, number, line)
            for number, line in enumerate(text.splitlines(), 1)
            if line.strip()
        ]
    errors = [
        CellError("缺少封存序号 seq 或链头校验值 chain_hash", file=path.name, row=number)
        for number, item in enumerate(found, 1)
        if not (
            isinstance(item, dict)
            and isinstance(item.get("seq"), int)
            and isinstance(item.get("chain_hash"), str)
        )
    ]
    if errors or not found:
        raise InputError(
            f"“{path.name}”不是链头文件；链头由 jingtu ledger head 生成。", errors, file=path.name
        )
    return found


def _parse_line(path: Path, number: int, line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        fault = CellError("不是 JSON", file=path.name, row=number, value=line[:80])
        message = f"“{path.name}”不是链头文件；链头由 jingtu ledger head 生成。"
        raise InputError(message, [fault], file=path.name) from None
