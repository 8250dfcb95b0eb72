"""Django's PostgreSQL back end with prepared statements.

Planning a join of five tables costs the server more than running it, so statements that come again on a
connection are prepared. Long lists of keys are not, also where they travel as one value (``among``): without the
values the planner compares every row with every key instead of looking them up. Lists of a region and groups are not either: how many rows a pattern or a
span of days leaves, and whether an index of what is believed now will do, only the values say; a plan without
them read a hundred thousand rows for a page of fifty.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import base

_WEIGHED = ("LIKE", "GROUP BY", "ANY(%s::")
PREPARE_THRESHOLD = 3  # times that a connection has seen a statement
MOST_PARAMETERS = 100


class Cursor(base.ServerBindingCursor):
    """Parameters travel beside the statement; few of them allow it to be prepared."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        if (params is not None and len(params) > MOST_PARAMETERS) or weighed(query):
            options.setdefault("prepare", False)
        return super().execute(query, params, **options)  # type: ignore[misc]


def weighed(query: Any) -> bool:
    """Whether a statement is planned with its values each time.

    Examples
    --------
    >>> weighed("SELECT 1 WHERE path LIKE %s"), weighed("SELECT 1 WHERE id = %s")
    (True, False)
    """
    return isinstance(query, str) and any(words in query for words in _WEIGHED)


class DatabaseWrapper(base.DatabaseWrapper):
    """Connections prepare what they are asked often."""

    def get_connection_params(self) -> dict[str, Any]:
        found: dict[str, Any] = super().get_connection_params()
        return found | {"cursor_factory": Cursor, "prepare_threshold": PREPARE_THRESHOLD}
