"""What all tests share: one suite, two databases, and the folder of documents beside the checkout."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from jingtu.platform.ledger import protection

ROOT = Path(__file__).resolve().parent.parent
ON_POSTGRES = os.environ.get("JINGTU_DATABASE_URL", "").startswith("postgres")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what cannot run here, visibly: ``long`` unless asked for, ``postgres`` on SQLite."""
    chosen = config.getoption("markexpr") or ""
    left_out = set()
    if "long" not in chosen:
        left_out.add("long")
    if not ON_POSTGRES:
        left_out.add("postgres")
    gone = [item for item in items if any(item.get_closest_marker(name) for name in left_out)]
    if gone:
        config.hook.pytest_deselected(items=gone)
        items[:] = [item for item in items if item not in gone]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real plans and public data that lies beside some checkouts."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the folder ../shared with real plans is not beside this checkout")
    return folder


@pytest.fixture(scope="session", autouse=True)
def _flush_past_the_ledger(django_test_environment: None) -> Iterator[None]:
    """Let the test runner empty the tables between tests that need real transactions.

    The database refuses to empty the ledger, as it should. The runner takes the triggers off before a
    flush and puts them back after it; the product has no way to do the first.
    """
    original = connection.ops.execute_sql_flush

    def flush(sql_list: Iterable[Any]) -> None:
        with connection.cursor() as cursor:
            for trigger in protection.TRIGGERS:
                cursor.execute(drop_trigger(trigger))
        original(sql_list)
        protection.install(connection)

    connection.ops.execute_sql_flush = flush
    yield
    connection.ops.execute_sql_flush = original


def drop_trigger(trigger: protection.Trigger) -> str:
    """The statement a tamperer with the database in hand would use."""
    suffix = f" ON {trigger.table}" if connection.vendor == "postgresql" else ""
    return f"DROP TRIGGER IF EXISTS {trigger.name}{suffix}"
