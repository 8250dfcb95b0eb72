"""Money of projects: what was received and paid by funding line, exact to the fen, in two times.

A funding line is a year, a level and a document. Nothing is paid that has not been received: on no day do the
payments of a line exceed what came in by that day. The check runs inside the transaction of every change, under
the lock of the project, so that it holds whoever writes at the same moment.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime
from decimal import Decimal

from jingtu.errors import CellError, InputError
from jingtu.platform import events
from jingtu.platform.registers.entry_records import believed_records
from jingtu.programme.funds.projects import CENTRAL, FUNDING, LEVELS, PAYMENTS

Line = tuple[int, str, str]
ZERO = Decimal(0)


def first_overdraft(
    receipts: Iterable[tuple[date, Decimal]], payments: Iterable[tuple[date, Decimal]]
) -> tuple[date, Decimal] | None:
    """The first day on which more was paid than had come in, and by how much.

    Parameters
    ----------
    receipts, payments : iterable of (date, Decimal)
        Amounts in yuan of one funding line; what comes in on a day can be paid on that day.

    Returns
    -------
    tuple of (date, Decimal) or None
        ``None`` where the line is never overdrawn.

    Examples
    --------
    >>> first_overdraft([(date(2024, 3, 1), Decimal(100))], [(date(2024, 3, 1), Decimal("100.00"))]) is None
    True
    >>> first_overdraft([(date(2024, 3, 1), Decimal(100))], [(date(2024, 2, 29), Decimal("0.01"))])
    (datetime.date(2024, 2, 29), Decimal('0.01'))
    """
    flow: dict[date, Decimal] = defaultdict(Decimal)
    for day, amount in receipts:
        flow[day] += amount
    for day, amount in payments:
        flow[day] -= amount
    balance = ZERO
    for day in sorted(flow):
        balance += flow[day]
        if balance < 0:
            return day, -balance
    return None


def check_lines(event: events.Event) -> None:
    """Refuse a change of receipts or payments that would leave a line of the project overdrawn.

    Raises
    ------
    InputError
        Names every line that would be, with the day and the amount.
    """
    if event.facts["kind"] not in {FUNDING, PAYMENTS}:
        return
    flows: dict[Line, tuple[list[tuple[date, Decimal]], list[tuple[date, Decimal]]]] = defaultdict(
        lambda: ([], [])
    )
    for place, kind in enumerate((FUNDING, PAYMENTS)):
        rows = believed_records(kind).filter(entry=event.facts["entry"])
        for year, level, document, day, amount in rows.values_list(
            "year", "level", "document", "on", "amount"
        ):
            flows[year, level, document][place].append((day, amount))
    errors = []
    for line, (receipts, payments) in sorted(flows.items()):
        over = first_overdraft(receipts, payments)
        if over is not None:
            day, amount = over
            errors.append(
                CellError(
                    f"{words(line)}到{day.isoformat()}累计支付将超过累计到账{amount:,.2f}元",
                    column="金额",
                )
            )
    if errors:
        raise InputError("支付不能超过同一笔资金的到账数，请核对资金年度、级次、文号和金额。", errors)


def words(line: Line) -> str:
    """``2024年度中央资金（财资环〔2024〕1号）``."""
    year, level, document = line
    return f"{year}年度{dict(LEVELS).get(level, level)}资金（{document}）"


def sums(
    kind: str,
    entries: Collection[int],
    on: date,
    known_at: datetime | None = None,
    years: Collection[int] = (),
    level: str = CENTRAL,
) -> dict[int, dict[int, Decimal]]:
    """Amounts in yuan by project and funding year, of what happened by a day.

    Parameters
    ----------
    kind : str
        ``FUNDING`` or ``PAYMENTS``.
    entries : collection of int
        Keys of the projects.
    on : date
        Records of that day and before it.
    known_at : datetime, optional
        As known at that moment.
    years : collection of int
        Funding years; all where empty.
    level : str
        Only money of this level.
    """
    rows = believed_records(kind, known_at).filter(entry__in=list(entries), on__lte=on, level=level)
    if years:
        rows = rows.filter(year__in=list(years))
    found: dict[int, dict[int, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    # Added here: one of the databases would add as floating point.
    for entry, year, amount in rows.values_list("entry", "year", "amount"):
        found[entry][year] += amount
    return found
