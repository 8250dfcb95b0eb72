"""Inserting rows quickly: a few that somebody waits for in one known statement, thousands of an import at once.

Of an import the values are converted before the transaction, and keys are reserved in it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import repeat
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, models

Row = TypeVar("Row", bound=models.Model)
_GULP = 250  # rows
_REST = 0.3  # of the time that a gulp took, between gulps
# What a database takes as it is; no two of a column need be alike.
_KEPT: dict[type[models.Field[Any, Any]], type] = {
    models.FloatField: float, models.CharField: str, models.AutoField: int, models.BigAutoField: int,
}  # fmt: skip
_PLAIN = frozenset({str, int, bool, date, type(None)})


def insert_few(objects: Sequence[Row]) -> Sequence[Row]:
    """Insert rows of one table in one statement, without the work of building it again each time.

    Parameters
    ----------
    objects : sequence of Model
        Unsaved rows of one model, no signals are sent. They get their keys, and count as saved.

    Returns
    -------
    sequence of Model
        The same objects.
    """
    if not objects:
        return objects
    statement, fields, key = _statement(type(objects[0]), len(objects))
    values = [
        field.get_db_prep_save(field.pre_save(item, True), connection) for item in objects for field in fields
    ]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        if key:
            # Numbers are given in the order of the rows; no database promises to return them in it.
            for item, (value,) in zip(objects, sorted(cursor.fetchall()), strict=True):
                setattr(item, key, value)
    for item in objects:
        item._state.adding, item._state.db = False, connection.alias
    return objects


@cache
def _statement(model: type[models.Model], count: int) -> tuple[str, tuple[models.Field[Any, Any], ...], str]:
    """The statement for so many rows, the fields it takes, and the attribute that the database fills."""
    primary = model._meta.pk
    assert primary is not None
    key = str(primary.attname) if isinstance(primary, models.AutoField | models.BigAutoField) else ""
    fields = tuple(field for field in model._meta.concrete_fields if not (key and field.primary_key))
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    row = f"({', '.join(['%s'] * len(fields))})"
    returning = f" RETURNING {quote(str(primary.column))}" if key else ""
    rows = ", ".join([row] * count)
    table = quote(model._meta.db_table)
    return f"INSERT INTO {table} ({columns}) VALUES {rows}{returning}", fields, key  # noqa: S608 - names come from the models


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

    @classmethod
    def of_columns(cls, model: type[models.Model], columns: Mapping[str, Sequence[Any]]) -> Batch:
        """The same out of equally long columns by attribute name; a column left out has its default in all rows."""
        batch = cls(model, ())
        size = len(next(iter(columns.values())))
        prepared: list[Iterable[Any]] = []
        for field in batch.fields:
            if field.attname in columns:
                convert = _converter(field)
                prepared.append([convert(value) for value in columns[field.attname]])
            else:
                prepared.append(repeat(field.get_db_prep_save(field.get_default(), connection), size))
        batch.rows = [list(row) for row in zip(*prepared, strict=True)]
        return batch

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

    def insert(self, *, resting: bool = True) -> None:
        """Insert all rows; on PostgreSQL by COPY, which costs the server a tenth of as many inserts.

        ``resting`` leaves others their turn in the midst of one long transaction; a short one need not.
        """
        if not self.rows:
            return
        quote = connection.ops.quote_name
        fields, rows = self._without_keys()
        columns = ", ".join(quote(str(field.column)) for field in fields)
        table = quote(self.model._meta.db_table)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                self._copy(cursor, f"COPY {table} ({columns}) FROM STDIN", rows, _REST if resting else 0)
                return
            holes = ", ".join(["%s"] * len(fields))
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({holes})", rows)  # noqa: S608 - names come from the models

    def _without_keys(self) -> tuple[list[models.Field[Any, Any]], list[list[Any]]]:
        """Fields and rows as they go to the database, which gives the keys itself where none were reserved."""
        primary = self.model._meta.pk
        assert primary is not None
        place = self.places[str(primary.attname)]
        if not isinstance(primary, models.AutoField | models.BigAutoField) or self.rows[0][place] is not None:
            return self.fields, self.rows
        fields = self.fields[:place] + self.fields[place + 1 :]
        return fields, [row[:place] + row[place + 1 :] for row in self.rows]

    @staticmethod
    def _copy(cursor: Any, statement: str, rows: Sequence[Sequence[Any]], rest: float) -> None:
        """Copy in gulps: whoever commits meanwhile waits until the log of all that came before is on disk."""
        for start in range(0, len(rows), _GULP):
            began = time.perf_counter()
            # A copy is psycopg's own; its errors become Django's like those of any statement.
            with connection.wrap_database_errors, cursor.copy(statement) as copy:
                for row in rows[start : start + _GULP]:
                    copy.write_row(row)
            if rest:
                time.sleep((time.perf_counter() - began) * rest)


def _converter(field: models.Field[Any, Any]) -> Callable[[Any], Any]:
    """What the database takes for a value; columns of a list repeat themselves, conversions need not."""
    found: dict[tuple[type, Any], Any] = {}
    of: Any = field.target_field if isinstance(field, models.ForeignKey) else field
    kept = _KEPT.get(type(of))
    if isinstance(of, models.UUIDField):
        return _uuid(of)
    last: list[Any] = [object(), None]

    def convert(value: Any) -> Any:
        if type(value) is kept:
            return value
        # Equal decimals may differ in their zeros, and lists have no hash: only plain values are remembered.
        if type(value) not in _PLAIN:
            if value is not last[0]:
                last[:] = value, field.get_db_prep_save(value, connection)
            return last[1]
        key = (type(value), value)
        if key not in found:
            found[key] = field.get_db_prep_save(value, connection)
        return found[key]

    return convert


def _uuid(field: models.UUIDField[Any, Any]) -> Callable[[Any], Any]:
    """No two of them are alike: nothing is remembered, and little is asked."""
    if not connection.features.has_native_uuid_field:
        return lambda value: value.hex if type(value) is UUID else field.get_db_prep_save(value, connection)
    return lambda value: value if type(value) is UUID else field.get_db_prep_save(value, connection)


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
