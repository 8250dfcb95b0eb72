"""The database refuses to change the ledger, whoever asks, and goes on refusing after a migration."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.checks import Tags, run_checks
from django.core.management import call_command
from django.db import DatabaseError, connection, models, transaction

from jingtu.platform.ledger import chain, protection, records
from jingtu.platform.ledger.models import LedgerRow, Seal

ATTACKS = {
    "update": "UPDATE {table} SET alg = 'none'",
    "update one": "UPDATE {table} SET alg = 'none' WHERE {key} > 0",
    "delete all": "DELETE FROM {table}",
    "delete some": "DELETE FROM {table} WHERE {key} > 0",
    "upsert": (
        "INSERT INTO {table} SELECT * FROM {table} WHERE true ON CONFLICT ({key}) DO UPDATE SET alg = 'none'"
    ),
}
if connection.vendor == "postgresql":
    ATTACKS["truncate"] = "TRUNCATE {table} CASCADE"
    ATTACKS["as a replica"] = "SET LOCAL session_replication_role = replica; DELETE FROM {table}"
else:
    ATTACKS["replace"] = "INSERT OR REPLACE INTO {table} SELECT * FROM {table}"


def one_sealed_row() -> LedgerRow:
    with transaction.atomic():
        row = records.append("test.made", on=date(2024, 6, 30), subject_type="test")
    chain.seal()
    return row


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize(("model", "key"), [(LedgerRow, "id"), (Seal, "seq")])
def test_a_row_once_written_stays(model: type[models.Model], key: str, attack: str) -> None:
    one_sealed_row()
    before = list(model.objects.values())
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(ATTACKS[attack].format(table=model._meta.db_table, key=key))
    assert list(model.objects.values()) == before


@pytest.mark.django_db
def test_the_models_are_refused_too() -> None:
    row = one_sealed_row()
    row.facts = {"changed": True}
    for change in (row.save, row.seal.delete, LedgerRow.objects.update):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change() if change != LedgerRow.objects.update else change(action="other")


@pytest.mark.django_db(transaction=True)
def test_triggers_come_back_after_a_table_was_altered() -> None:
    """SQLite alters a table by building it anew, and its triggers go with the old one."""
    row = one_sealed_row()
    action = LedgerRow._meta.get_field("action")
    wider = models.CharField(max_length=90, db_index=True)
    wider.set_attributes_from_name("action")
    wider.model = LedgerRow
    with connection.schema_editor() as editor:
        editor.alter_field(LedgerRow, action, wider)
    if connection.vendor == "sqlite":
        assert {item.table for item in protection.faults(connection)} == {"ledger_ledgerrow"}
        assert "ledger.E001" in {
            message.id for message in run_checks(tags=[Tags.database], databases=["default"])
        }
    call_command("migrate", "ledger", verbosity=0, skip_checks=True)
    assert protection.faults(connection) == []
    assert "ledger.E001" not in {
        message.id for message in run_checks(tags=[Tags.database], databases=["default"])
    }
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        LedgerRow.objects.filter(pk=row.pk).update(action="other")
    with connection.schema_editor() as editor:
        editor.alter_field(LedgerRow, wider, action)
    protection.install(connection)


@pytest.mark.django_db
def test_a_weakened_trigger_is_found_and_replaced() -> None:
    trigger = protection.TRIGGERS[0]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"ALTER TABLE {trigger.table} DISABLE TRIGGER {trigger.name}")
        else:
            cursor.execute(f"DROP TRIGGER {trigger.name}")
            cursor.execute(
                f"CREATE TRIGGER {trigger.name} BEFORE UPDATE ON {trigger.table} WHEN 0 BEGIN SELECT 1; END"
            )
    assert [item.name for item in protection.faults(connection)] == [trigger.name]
    assert protection.install(connection) == [trigger.name]
    assert protection.faults(connection) == []


@pytest.mark.postgres
@pytest.mark.django_db
def test_a_hollowed_out_function_is_found_and_replaced() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RETURN NULL; END $$"
        )
    assert len(protection.faults(connection)) == 6
    protection.install(connection)
    assert protection.faults(connection) == []
