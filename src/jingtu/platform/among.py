"""``key__among=[…]``: rows whose key stands in a long list, which travels to the database as one value.

Of ``__in`` every key is a parameter of its own: Django prepares each, the driver rewrites a statement as long as the
list, and the database parses it anew. For a thousand keys that costs more than finding them. A short list stays a few
parameters, so that its statement can be prepared.
"""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BigAutoField, ForeignKey, Lookup
from django.db.models.sql.compiler import SQLCompiler

FEW = 100  # keys


@BigAutoField.register_lookup
@ForeignKey.register_lookup
class Among(Lookup[Any]):
    """``key IN (…)`` for any collection of whole numbers; an empty one finds nothing."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        """A few parameters, or one array on PostgreSQL and one JSON list on SQLite."""
        left, params = self.process_lhs(compiler, connection)
        keys = [int(key) for key in self.rhs]
        if not keys:
            raise EmptyResultSet
        if len(keys) <= FEW:
            return f"{left} IN ({', '.join(['%s'] * len(keys))})", (*params, *keys)
        if connection.vendor == "postgresql":
            return f"{left} = ANY(%s::bigint[])", (*params, keys)
        return f"{left} IN (SELECT value FROM json_each(%s))", (*params, json.dumps(keys))  # noqa: S608 - a column of a model
