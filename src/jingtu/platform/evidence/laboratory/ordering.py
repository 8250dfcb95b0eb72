"""Orders of results that an index holds."""

from __future__ import annotations

from django.db.models import FloatField, Func


class OrLowest(Func):
    """A number, or one below every other where there is none.

    The lowest number is written into the statement: only then does the database see that an index has the
    same expression.
    """

    function = "COALESCE"
    template = "%(function)s(%(expressions)s, -1e300)"
    arity = 1
    output_field = FloatField()
