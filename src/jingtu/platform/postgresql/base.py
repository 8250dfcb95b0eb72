"""Django's PostgreSQL back end with prepared statements.

Planning a join of five tables costs the server more than running it, so statements that come again on a
connection are prepared. Long lists of keys are not: without the values the planner compares every row with
every key instead of looking them up.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import base

PREPARE_THRESHOLD = 3  # times that a connection has seen a statement
MOST_PARAMETERS = 100


class Cursor(base.ServerBindingCursor):
    """Parameters travel beside the statement; few of them allow it to be prepared."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        if params is not None and len(params) > MOST_PARAMETERS:
            options.setdefault("prepare", False)
        return super().execute(query, params, **options)  # type: ignore[misc]


class DatabaseWrapper(base.DatabaseWrapper):
    """Connections prepare what they are asked often."""

    def get_connection_params(self) -> dict[str, Any]:
        found: dict[str, Any] = super().get_connection_params()
        return found | {"cursor_factory": Cursor, "prepare_threshold": PREPARE_THRESHOLD}
