"""Every indicator counted again by SQL of its own over the raw tables, and compared with what the program says."""

from __future__ import annotations

import re
import sqlite3
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

STATEMENTS = Path(__file__).parent / "sql"
END = datetime(9000, 1, 1, tzinfo=ZoneInfo("UTC"))  # as known now: nothing is recorded later
FLOORED = "equivalent_replacement_ratio"  # never shown as more than it is
Row = Mapping[str, Any]


class Raw:
    """The tables of an installation, read by the plain driver of its database."""

    def __init__(self, data: Path, url: str = "") -> None:
        self.on_postgres = url.startswith("postgres")
        if self.on_postgres:
            import psycopg
            from psycopg.rows import dict_row

            self.connection: Any = psycopg.connect(url, autocommit=True, row_factory=dict_row)
        else:
            self.connection = sqlite3.connect(next(data.glob("*.sqlite3")))
            self.connection.row_factory = sqlite3.Row

    def rows(self, statement: str, **named: Any) -> list[Row]:
        """Rows of a statement with parameters ``:name``."""
        if self.on_postgres:
            statement = re.sub(r"(?<!:):(\w+)", r"%(\1)s", statement.replace("%", "%%"))
            return list(self.connection.execute(statement, named))
        plain = {name: _text(value) for name, value in named.items()}
        return [dict(row) for row in self.connection.execute(statement, plain)]

    def tables_with(self, *columns: str) -> list[str]:
        """Names of the tables that have all of the columns."""
        if self.on_postgres:
            statement = (
                "SELECT table_name AS name, column_name AS said FROM information_schema.columns"
                " WHERE table_schema = 'public'"
            )
        else:
            statement = (
                "SELECT m.name AS name, c.name AS said FROM sqlite_master m, pragma_table_info(m.name) c"
                " WHERE m.type = 'table'"
            )
        found: dict[str, set[str]] = defaultdict(set)
        for row in self.rows(statement):
            found[row["name"]].add(row["said"])
        return sorted(name for name, there in found.items() if there >= set(columns))

    def change(self, statement: str) -> None:
        """Tamper with the tables."""
        self.connection.execute(statement)
        self.connection.commit()

    def close(self) -> None:
        self.connection.close()


def _text(value: Any) -> Any:
    """A value as SQLite keeps it: moments in UTC without their zone."""
    if isinstance(value, datetime):
        return value.astimezone(ZoneInfo("UTC")).replace(tzinfo=None).isoformat(" ")
    return value.isoformat() if isinstance(value, date) else value


def recount(raw: Raw, reading: Row) -> Row:
    """What SQL says in the place of a reading; empty where it finds nothing to speak of."""
    statement = (STATEMENTS / f"{reading['indicator']}.sql").read_text(encoding="utf-8")
    known_at = datetime.fromisoformat(reading["known_at"]) if reading["known_at"] else END
    found = raw.rows(statement, on=date.fromisoformat(reading["on"]), known_at=known_at, path=reading["path"])
    return found[0] if found else {}


def difference(reading: Row, again: Row) -> str:
    """How a reading differs from its recount; ``""`` where it does not."""
    if "verdict" in again:
        said = None if again["verdict"] is None else bool(again["verdict"])
        return "" if said == reading["met"] else f"{said} where {reading['met']} is said"
    if "total" in again or "percent" in again:
        exact = again.get("total", again.get("percent"))
        return _unlike("value", reading["value"], None if exact is None else _rounded(_number(exact)))
    top, bottom = _number(again.get("numerator") or 0), _number(again.get("denominator") or 0)
    value = None
    if bottom and reading["indicator"] == FLOORED:
        value = (top / bottom).quantize(Decimal("0.01"), rounding=ROUND_FLOOR)
    elif bottom:
        value = _rounded(100 * top / bottom)
    told = [_unlike("value", reading["value"], value)]
    if reading["denominator"] is not None or bottom:
        told += [
            _unlike("numerator", reading["numerator"], top),
            _unlike("denominator", reading["denominator"], bottom),
        ]
    return "; ".join(item for item in told if item)


def _unlike(name: str, said: Any, found: Decimal | None) -> str:
    same = (said is None) == (found is None)
    if same and found is not None:
        same = abs(_number(said) - found) < Decimal("0.000001")  # what SQLite adds up in floats
    return "" if same else f"{name} {found} where {said} is said"


def _rounded(value: Decimal) -> Decimal:
    # To nine decimals first: SQLite's floats would put a half on the wrong side.
    return round(value, 9).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def _number(value: Any) -> Decimal:
    return Decimal(str(value))
