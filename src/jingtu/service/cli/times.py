"""Days and moments as people type them on the command line."""

from __future__ import annotations

from datetime import datetime, time

import click

DAY = click.DateTime(["%Y-%m-%d"])


class Moment(click.ParamType[datetime]):
    """An ISO 8601 moment; without a zone it is local time, a bare day means its end."""

    name = "moment"

    def convert(
        self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Read the moment."""
        if isinstance(value, datetime):
            return value
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            self.fail("应为 2024-06-30 或 2024-06-30T18:00:00+08:00 的样式", param, ctx)
        if len(value) == len("2024-06-30"):
            found = datetime.combine(found.date(), time.max)
        return found if found.tzinfo else found.astimezone()


MOMENT = Moment()
