"""The chain: what tampering shows by itself, what shows against a head kept elsewhere, who may seal."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from tests.conftest import drop_trigger

from jingtu.errors import InputError
from jingtu.platform.ledger import chain, protection, records
from jingtu.platform.ledger.models import LedgerRow, Seal

JUNE = date(2024, 6, 30)


def write(count: int, prefix: str = "test") -> list[LedgerRow]:
    with transaction.atomic():
        return [
            records.append(f"{prefix}.{n}", on=JUNE, subject_type="test", facts={"n": n})
            for n in range(count)
        ]


def tamper(*statements: str) -> None:
    """Act as somebody who holds the database: triggers off, statements, triggers back."""
    if connection.vendor == "sqlite":
        # Foreign keys are a courtesy of each connection there; a tamperer is not courteous.
        connection.cursor().execute("PRAGMA foreign_keys = OFF")
    with connection.cursor() as cursor:
        for trigger in protection.TRIGGERS:
            cursor.execute(drop_trigger(trigger))
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = DEFAULT")
    if connection.vendor == "sqlite":
        connection.cursor().execute("PRAGMA foreign_keys = ON")
    protection.install(connection)


def reseal_everything() -> None:
    """Write all hashes anew after a change, as the most patient tamperer would."""
    tamper("DELETE FROM ledger_seal")
    for row in LedgerRow.objects.all():
        fresh = records.digest(row.alg, records.canonical(row))
        tamper(f"UPDATE ledger_ledgerrow SET row_hash = '{fresh}' WHERE id = {row.pk}")
    chain.seal_all()


@pytest.mark.django_db
def test_an_untouched_ledger_holds() -> None:
    assert chain.verify() == chain.Verification(rows=0, sealed=0, first_broken=None)
    write(5)
    assert chain.verify() == chain.Verification(rows=5, sealed=0, first_broken=None)
    assert chain.seal() == 5
    assert chain.seal() == 0
    write(2)
    assert chain.verify() == chain.Verification(rows=7, sealed=5, first_broken=None)


@pytest.mark.django_db
def test_a_batch_goes_on_where_the_last_one_ended() -> None:
    rows = write(7)
    assert [chain.seal(batch=3) for _ in range(4)] == [3, 3, 1, 0]
    assert list(Seal.objects.values_list("seq", "row_id")) == [(n, row.pk) for n, row in enumerate(rows, 1)]
    assert chain.verify().first_broken is None


# What is done to a ledger of nine sealed rows and one that is not -> index of the row that must be named.
TAMPERING: dict[str, tuple[str, int]] = {
    "edited fact": ("""UPDATE ledger_ledgerrow SET facts = '{{"n": 99}}' WHERE id = {row3}""", 3),
    "edited date": ("UPDATE ledger_ledgerrow SET \"on\" = '2024-01-01' WHERE id = {row3}", 3),
    "other actor": ("UPDATE ledger_ledgerrow SET actor_uid = uid WHERE id = {row0}", 0),
    "moved place": ("UPDATE ledger_ledgerrow SET region_path = '/45/' WHERE id = {row8}", 8),
    "unknown algorithm": ("UPDATE ledger_ledgerrow SET alg = 'none' WHERE id = {row4}", 4),
    "row gone, seal left": ("DELETE FROM ledger_ledgerrow WHERE id = {row4}", 4),
    "row and seal gone": (
        "DELETE FROM ledger_seal WHERE row_id = {row4}; DELETE FROM ledger_ledgerrow WHERE id = {row4}",
        5,
    ),
    "row and seal gone, numbers closed up": (
        (
            "DELETE FROM ledger_seal WHERE row_id = {row4}; DELETE FROM ledger_ledgerrow WHERE id = {row4}; "
            "UPDATE ledger_seal SET seq = -seq + 1 WHERE seq > 5; UPDATE ledger_seal SET seq = -seq WHERE seq < 0"
        ),
        5,
    ),
    "two rows exchanged": (
        (
            "UPDATE ledger_seal SET row_id = -1 WHERE row_id = {row2}; "
            "UPDATE ledger_seal SET row_id = {row2} WHERE row_id = {row6}; "
            "UPDATE ledger_seal SET row_id = {row6} WHERE row_id = -1"
        ),
        6,
    ),
    "sealed at another time": (
        "UPDATE ledger_seal SET sealed_at = '2020-01-01 00:00:00Z' WHERE row_id = {row5}",
        5,
    ),
    "unsealed row edited": ("UPDATE ledger_ledgerrow SET action = 'other' WHERE id = {row9}", 9),
    "hash recomputed": ("UPDATE ledger_ledgerrow SET row_hash = '{other_hash}' WHERE id = {row3}", 3),
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", TAMPERING)
def test_tampering_shows_at_the_row(what: str) -> None:
    rows = write(9)
    chain.seal_all()
    rows += write(1)
    places = {f"row{n}": row.pk for n, row in enumerate(rows)}
    statements, broken = TAMPERING[what]
    text = statements.format(**places, other_hash="0" * 64)
    if connection.vendor == "sqlite":
        text = text.replace("00:00:00Z", "00:00:00")
    tamper(*text.split("; "))
    found = chain.verify()
    assert found.first_broken == rows[broken].pk
    assert found.reason


@pytest.mark.django_db(transaction=True)
def test_a_decision_whose_unsealed_row_is_gone_shows() -> None:
    """Before it is sealed a row has no place in the chain; the move that cites it remembers it."""
    from jingtu.platform.registers.models import Entry, Transition

    (row,) = write(1)
    entry = Entry.objects.create(register="test")
    Transition.objects.create(entry=entry, transition="t", to_state="s", on=JUNE, at=row.at, ledger_row=row)
    assert chain.verify().first_broken is None
    tamper(f"DELETE FROM ledger_ledgerrow WHERE id = {row.pk}")
    assert chain.verify().first_broken == row.pk
    tamper("DELETE FROM registers_transition")


@pytest.mark.django_db(transaction=True)
def test_a_cut_tail_shows_only_against_an_anchor() -> None:
    rows = write(6)
    chain.seal_all()
    anchor = chain.head()
    assert anchor is not None
    tamper("DELETE FROM ledger_seal WHERE seq > 4", f"DELETE FROM ledger_ledgerrow WHERE id > {rows[3].pk}")
    assert chain.verify().first_broken is None
    found = chain.verify([anchor.to_json()])
    assert found.first_broken == rows[5].pk
    assert chain.verify([{"seq": 6, "chain_hash": anchor.chain_hash}]).first_broken == rows[3].pk + 1
    write(5)  # growing a new tail does not hide it
    chain.seal_all()
    assert chain.verify([anchor.to_json()]).first_broken is not None


@pytest.mark.django_db(transaction=True)
def test_a_full_rewrite_shows_only_against_an_anchor() -> None:
    rows = write(6)
    chain.seal_all()
    anchor = chain.head()
    assert anchor is not None
    tamper(f"UPDATE ledger_ledgerrow SET facts = '{{}}' WHERE id = {rows[2].pk}")
    reseal_everything()
    assert chain.verify().first_broken is None
    assert chain.verify([anchor.to_json()]).first_broken == rows[5].pk


@pytest.mark.django_db
def test_older_anchors_stay_good_while_the_ledger_grows(tmp_path: Path) -> None:
    kept = tmp_path / "heads.jsonl"
    for day in range(1, 5):
        write(3)
        chain.seal_all()
        chain.write_head(kept, f"2024-06-0{day}")
        chain.write_head(kept, f"2024-06-0{day}")
    heads = chain.read_heads(kept)
    assert [(item["on"], item["seq"]) for item in heads] == [
        ("2024-06-01", 3), ("2024-06-02", 6), ("2024-06-03", 9), ("2024-06-04", 12),
    ]  # fmt: skip
    assert chain.verify(heads) == chain.Verification(rows=12, sealed=12, first_broken=None)
    heads[1]["chain_hash"] = "0" * 64
    assert chain.verify(heads).first_broken == Seal.objects.get(seq=6).row_id


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        ("", []),
        ("no json", [1]),
        ('{"seq": 1, "chain_hash": "ab"}\nbroken', [2]),
        (
            '[{"seq": 1, "chain_hash": "ab"}, {"seq": "1", "chain_hash": "ab"}, {"chain_hash": "ab"}, 7]',
            [2, 3, 4],
        ),
    ],
)
def test_a_bad_file_of_heads_is_named_line_by_line(tmp_path: Path, content: str, rows: list[int]) -> None:
    path = tmp_path / "heads.json"
    path.write_text(content)
    with pytest.raises(InputError) as caught:
        chain.read_heads(path)
    assert [error.row for error in caught.value.errors] == rows


def test_one_head_a_file_as_a_superior_would_keep_it(tmp_path: Path) -> None:
    path = tmp_path / "head.json"
    path.write_text(json.dumps({"seq": 3, "chain_hash": "ab"}, indent=2))
    assert chain.read_heads(path) == [{"seq": 3, "chain_hash": "ab"}]


def in_threads(*work: Callable[[], object]) -> None:
    failures: list[BaseException] = []

    def run(one: Callable[[], object]) -> None:
        try:
            one()
        except BaseException as error:  # noqa: BLE001 - told below, in the test's own thread
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("already", [0, 3])
def test_sealers_at_once_make_one_chain(already: int) -> None:
    """Also when the chain is empty and there is no last seal whose row could be locked."""
    write(already)
    chain.seal_all()
    write(60)

    def seal_in_small_batches() -> None:
        while chain.seal(batch=4):
            pass

    in_threads(*[seal_in_small_batches] * 4)
    assert chain.verify() == chain.Verification(rows=60 + already, sealed=60 + already, first_broken=None)


@pytest.mark.django_db(transaction=True)
def test_sealing_goes_on_beside_writers_and_misses_no_late_commit() -> None:
    """A long import takes its keys early and commits late, after rows with greater keys were sealed."""
    sealer = chain.Sealer(clock=lambda: 0.0)
    late = threading.Event()

    def slow_import() -> None:
        with transaction.atomic():
            records.append("import", on=JUNE, subject_type="test")
            late.wait(timeout=10)

    def quick() -> None:
        for _ in range(5):
            write(1, "quick")
            sealer.run_once()
        late.set()

    if connection.vendor == "sqlite":  # one writer at a time: there nothing commits out of order
        late.set()
    in_threads(slow_import, quick)
    sealer.run_once()
    assert chain.verify() == chain.Verification(rows=6, sealed=6, first_broken=None)


@pytest.mark.django_db
def test_the_sealer_narrows_its_look_only_after_the_longest_transaction() -> None:
    now = [0.0]
    sealer = chain.Sealer(clock=lambda: now[0])
    write(3)
    assert sealer.run_once() == 3
    now[0] = 3599.0
    missed = Seal.objects.get(seq=3)
    assert sealer.run_once() == 0
    now[0] = 7300.0
    write(2)
    assert sealer.run_once() == 2
    assert chain.verify().sealed == 5
    assert missed.chain_hash == Seal.objects.get(seq=3).chain_hash


def test_every_input_of_a_link_counts() -> None:
    at = datetime(2024, 6, 30, tzinfo=UTC)
    plain = ("sha256", chain.GENESIS, 1, "ab", at)
    others = [
        ("sm3", *plain[1:]),
        ("sha256", "1" * 64, 1, "ab", at),
        ("sha256", chain.GENESIS, 2, "ab", at),
        ("sha256", chain.GENESIS, 1, "ac", at),
        ("sha256", chain.GENESIS, 1, "ab", at + timedelta(microseconds=1)),
    ]
    assert len({chain.link(*arguments) for arguments in [plain, *others]}) == 6
