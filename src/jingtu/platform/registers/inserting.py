"""Inserting thousands of rows quickly: values are converted before the transaction, keys reserved in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from django.db import connection, models

_PLAIN = frozenset({str, int, bool, date, type(None)})


class Batch:
    """Rows of one table, ready for the database but for the columns that only the transaction knows.

    Parameters
    ----------
    model : type of Model
        The table.
    objects : iterable of Model
        Unsaved rows; every column is taken from them, no signals are sent.
    """

    def __init__(self, model: type[models.Model], objects: Iterable[models.Model]) -> None:
        self.model = model
        self.fields = list(model._meta.concrete_fields)
        self.places = {field.attname: index for index, field in enumerate(self.fields)}
        columns = [(field.attname, _converter(field)) for field in self.fields]
        self.rows = [[convert(getattr(item, name)) for name, convert in columns] for item in objects]

    def fill(self, column: str, values: Sequence[Any]) -> None:
        """Set one column of every row, by attribute name."""
        place = self.places[column]
        convert = _converter(self.fields[place])
        for row, value in zip(self.rows, values, strict=True):
            row[place] = convert(value)

    def fill_all(self, column: str, value: Any) -> None:
        """Set one column of every row to the same value."""
        place = self.places[column]
        prepared = self.fields[place].get_db_prep_save(value, connection)
        for row in self.rows:
            row[place] = prepared

    def reserve_keys(self) -> list[int]:
        """Give every row a key, and return the keys. Call it inside the transaction that inserts."""
        keys = _reserve(self.model, len(self.rows))
        primary = self.model._meta.pk
        assert primary is not None
        self.fill(str(primary.attname), keys)
        return keys

    def insert(self) -> None:
        """Insert all rows; on PostgreSQL as one COPY, which costs the server a tenth of as many inserts."""
        if not self.rows:
            return
        quote = connection.ops.quote_name
        columns = ", ".join(quote(str(field.column)) for field in self.fields)
        table = quote(self.model._meta.db_table)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                # A copy is psycopg's own; its errors become Django's like those of any statement.
                with (
                    connection.wrap_database_errors,
                    cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy,
                ):
                    for row in self.rows:
                        copy.write_row(row)
                return
            holes = ", ".join(["%s"] * len(self.fields))
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({holes})", self.rows)  # noqa: S608 - names come from the models


def _converter(field: models.Field[Any, Any]) -> Callable[[Any], Any]:
    """What the database takes for a value; columns of a list repeat themselves, conversions need not."""
    found: dict[tuple[type, Any], Any] = {}

    def convert(value: Any) -> Any:
        # Equal decimals may differ in their zeros, and lists have no hash: only plain values are remembered.
        if type(value) not in _PLAIN:
            return field.get_db_prep_save(value, connection)
        key = (type(value), value)
        if key not in found:
            found[key] = field.get_db_prep_save(value, connection)
        return found[key]

    return convert


def _reserve(model: type[models.Model], count: int) -> list[int]:
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [connection.ops.quote_name(table), count],
            )
            return [key for (key,) in cursor.fetchall()]
        # The transaction is IMMEDIATE: nobody else inserts until it ends.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
    last = found[0] if found else 0
    return list(range(last + 1, last + 1 + count))
