"""The database itself refuses to change the ledger: triggers on both databases.

Installed after every migration, because Django rebuilds a SQLite table to alter it and the rebuild drops
its triggers; compared with what should stand there by a system check, and by ``jingtu serve`` before it
listens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

# Tables to which rows are only ever added, with the columns that identify a row.
PROTECTED = {
    "ledger_ledgerrow": ("id", "uid"),
    "ledger_seal": ("seq", "row_id"),
}
_FUNCTION = "ledger_refuse_change"
_FUNCTION_BODY = "BEGIN RAISE EXCEPTION 'append-only table: % refused on %', TG_OP, TG_TABLE_NAME; END"
_EVENTS = ("update", "delete", "truncate", "replace")


@dataclass(frozen=True, slots=True)
class Trigger:
    """One refusal: what event on which table."""

    table: str
    event: str

    @property
    def name(self) -> str:
        return f"{self.table}_refuse_{self.event}"

    def sql(self, vendor: str) -> str | None:
        """The statement that creates it, or ``None`` where that database has no such event."""
        if vendor == "postgresql":
            if self.event == "replace":
                return None
            return (
                f"CREATE TRIGGER {self.name} BEFORE {self.event.upper()} ON {self.table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {_FUNCTION}()"
            )
        if self.event == "truncate":
            return None
        if self.event == "replace":
            # INSERT OR REPLACE removes the row in its way without asking the DELETE trigger.
            keys = " OR ".join(f"{column} = NEW.{column}" for column in PROTECTED[self.table])
            event, condition = "INSERT", f" WHEN EXISTS (SELECT 1 FROM {self.table} WHERE {keys})"  # noqa: S608 - our own names
        else:
            event, condition = self.event.upper(), ""
        return (
            f"CREATE TRIGGER {self.name} BEFORE {event} ON {self.table}{condition} "
            f"BEGIN SELECT RAISE(ABORT, 'append-only table: {self.event} refused on {self.table}'); END"
        )


TRIGGERS = tuple(Trigger(table, event) for table in PROTECTED for event in _EVENTS)


def install(connection: BaseDatabaseWrapper) -> list[str]:
    """Create the triggers that are missing or not as they should be; returns their names."""
    wrong = faults(connection)
    if not wrong:
        return []
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {_FUNCTION}() RETURNS trigger "
                f"LANGUAGE plpgsql AS $$ {_FUNCTION_BODY} $$"
            )
        for trigger in wrong:
            sql = trigger.sql(connection.vendor)
            assert sql is not None
            if connection.vendor == "postgresql":
                cursor.execute(f"DROP TRIGGER IF EXISTS {trigger.name} ON {trigger.table}")
                cursor.execute(sql)
                # Fires for a replication session too, so that no session setting switches it off.
                cursor.execute(f"ALTER TABLE {trigger.table} ENABLE ALWAYS TRIGGER {trigger.name}")
            else:
                cursor.execute(f"DROP TRIGGER IF EXISTS {trigger.name}")
                cursor.execute(sql)
    return [trigger.name for trigger in wrong]


def faults(connection: BaseDatabaseWrapper) -> list[Trigger]:
    """Triggers that should stand in this database and do not, or stand there in another wording."""
    tables = set(connection.introspection.table_names())
    expected = [item for item in TRIGGERS if item.table in tables and item.sql(connection.vendor) is not None]
    if not expected:
        return []
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = %s", [_FUNCTION])
            if [source.strip() for (source,) in cursor.fetchall()] != [_FUNCTION_BODY]:
                return expected
            cursor.execute(
                "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger "
                "WHERE NOT tgisinternal AND tgenabled = 'A' AND tgname = ANY(%s)",
                [[item.name for item in expected]],
            )
            # PostgreSQL prints the schema of the table that it had been given without.
            found = {name: text.replace(" ON public.", " ON ") for name, text in cursor.fetchall()}
        else:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            found = dict(cursor.fetchall())
    return [item for item in expected if found.get(item.name) != item.sql(connection.vendor)]


def install_after_migration(using: str, **_: Any) -> None:
    """Receiver of ``post_migrate``."""
    install(connections[using])


def check(
    app_configs: Sequence[AppConfig] | None = None,  # noqa: ARG001 - the signature of a system check
    databases: Sequence[str] | None = None,
    **_: Any,
) -> list[checks.CheckMessage]:
    """System check: the ledger of every named database is protected."""
    messages: list[checks.CheckMessage] = []
    for alias in databases or []:
        wrong = faults(connections[alias])
        if wrong:
            messages.append(
                checks.Error(
                    "数据库中台账的防篡改触发器缺失或被改动：" + "、".join(item.name for item in wrong),
                    hint="查明是谁改动了数据库，再运行 jingtu init 装回，并用 jingtu ledger verify 核验台账。",
                    id="ledger.E001",
                )
            )
    return messages
