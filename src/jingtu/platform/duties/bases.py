"""What schedules may count from beside a column: the last record of a kind, the day a state began, a season."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date

from django.db.models import Max

from jingtu.platform.duties.calendars import Dates, ValueOn
from jingtu.platform.duties.closing import RECORD
from jingtu.platform.duties.models import Duty
from jingtu.platform.regions.models import Region
from jingtu.platform.registers.bulk import chunks
from jingtu.platform.registers.entry_records import believed_records


def last_record(kind: str) -> Dates:
    """The day of the last record of a kind, by entry; for ``EveryYears(of=last_record("..."))``.

    A record that the check of its duty has sent back does not count until it is put right: else the duty would be
    met by what was not accepted.
    """
    sent_back = Duty.objects.filter(
        state=Duty.State.OPEN, through=f"{RECORD}{kind}", through_uid__isnull=False
    ).values("through_uid")

    def days(on: date, entries: Collection[int] | None) -> Mapping[int, date]:
        rows = believed_records(kind).filter(on__lte=on).exclude(uid__in=sent_back)
        found: dict[int, date] = {}
        for part in [None] if entries is None else chunks(list(entries)):
            some = rows if part is None else rows.filter(entry__among=part)
            found.update(
                some.order_by().values("entry").annotate(last=Max("on")).values_list("entry", "last")
            )
        return found

    return days


def records_by(kind: str, column: str) -> Dates:
    """A date column of every record of a kind: each record is an event of its own.

    For ``BeforeEvent(of=records_by("demolition", "starts_on"))``. A corrected record moves the day of its duty.
    """

    def days(on: date, entries: Collection[int] | None) -> Mapping[int, Mapping[str, date]]:
        rows = believed_records(kind).filter(on__lte=on, **{f"{column}__isnull": False})
        found: dict[int, dict[str, date]] = {}
        for part in [None] if entries is None else chunks(list(entries)):
            some = rows if part is None else rows.filter(entry__among=part)
            for entry, uid, day in some.values_list("entry", "uid", column):
                found.setdefault(entry, {})[str(uid)] = day
        return found

    return days


def season_begins(value_on: ValueOn, subject: str) -> Callable[[str, int], date | None]:
    """The first day of a season by place, from an app's rule table: parameter is the code of a place.

    Of several the nearest place above counts. A place without a row has none: 期限未配置.

    Parameters
    ----------
    value_on : callable
        ``RuleTable.value_on`` of the app; the value is ``"04-01"``.
    subject : str
        Subject of the rows.
    """

    def begins(path: str, year: int) -> date | None:
        keys = [int(part) for part in path.strip("/").split("/") if part]
        codes = dict(Region.objects.filter(pk__in=keys).values_list("pk", "adcode"))
        for key in reversed(keys):
            text = value_on(subject, codes.get(key) or "", date(year, 1, 1)) if codes.get(key) else None
            if text:
                return date.fromisoformat(f"{year}-{text}")
        return None

    return begins
