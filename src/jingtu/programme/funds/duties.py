"""What is owed for projects: start, finish, acceptance, money spent by the year's end, a self-evaluation a year."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import cast

from jingtu.platform import events
from jingtu.platform.clock import OPEN_DATE
from jingtu.platform.duties import closing
from jingtu.platform.duties.actions import CloseDuty
from jingtu.platform.duties.declarations import Closing, DutyRule, Owed, OwedByState, declare
from jingtu.platform.duties.models import Duty
from jingtu.platform.duties.reconciling import LEFT, NOTE_LEFT
from jingtu.platform.duties.schedules import OwedOnSchedule, Yearly, looked_up
from jingtu.platform.duties.ticking import raise_missing
from jingtu.platform.registers import versions
from jingtu.platform.registers.entry_records import believed_records
from jingtu.platform.registers.models import Version
from jingtu.programme.funds import money, projects
from jingtu.programme.funds.indicators import expected
from jingtu.programme.funds.models import ProjectFacts, ProjectPayment
from jingtu.programme.funds.projects import CENTRAL, FUNDING, PAYMENTS, REGISTER_ID
from jingtu.programme.funds.rules import rules_of, value_on

EXECUTION_RULE = "funds.execution"
NOTE_NO_MONEY = "该年度资金到账记录已撤回，不再负有此项义务"


def _date(name: str) -> Callable[[Version], date | None]:
    def read(version: Version) -> date | None:
        facts = versions.facts_of(version)
        assert isinstance(facts, ProjectFacts)
        found: date | None = getattr(facts, name)
        return found

    return read


def _step(name: str, label: str, state: str, due: Callable[[Version], date | None]) -> DutyRule:
    return declare(
        DutyRule(
            id=f"funds.{name}",
            label=label,
            register=REGISTER_ID,
            owed=OwedByState(REGISTER_ID, (state,), label, due),
            basis=rules_of(f"project_{name}"),
            while_states=(state,),
        )
    )


START = _step("start", "项目开工", projects.FUNDED, _date("planned_start"))
FINISH = _step("finish", "项目完工", projects.STARTED, _date("planned_finish"))
ACCEPTANCE = _step("acceptance", "项目验收", projects.FINISHED, lambda _version: None)


def _executions_owed(on: date, entry: int | None) -> Iterable[Owed]:
    """By the year's end, for each funding year of a project whose money is not yet spent as far as plans ask."""
    found = versions.versions(REGISTER_ID, on).filter(state__in=projects.HAVE_MONEY)
    if entry is not None:
        found = found.filter(entry=entry)
    there = {version.entry_id: version for version in found.order_by("entry_id")}
    received, paid = (money.sums(kind, list(there), on) for kind in (FUNDING, PAYMENTS))
    for key, own in received.items():
        version = there[key]
        for year, amount in sorted(own.items()):
            wanted = expected("fund_execution_pattern", on, year)
            if wanted is None or share(paid.get(key, {}).get(year, Decimal(0)), amount) >= wanted:
                continue
            yield Owed(
                key, f"{on.year}-{year}", f"{on.year}年底前{year}年度中央资金执行率达到{wanted}%以上",
                date(on.year, 12, 31), version.region.path, version.holder_id, version.effective_to == OPEN_DATE,
            )  # fmt: skip


def share(paid: Decimal, received: Decimal) -> Decimal:
    """Paid over received in percent; nothing received is nothing owed.

    Examples
    --------
    >>> share(Decimal("52.00"), Decimal("100.00")), share(Decimal(0), Decimal(0))
    (Decimal('52'), Decimal('100'))
    """
    return 100 * paid / received if received else Decimal(100)


def follow_money(event: events.Event) -> None:
    """What was paid closes the duty to spend, by the payment that reached the share; with less it is open again."""
    if event.facts["kind"] not in {FUNDING, PAYMENTS}:
        return
    entry = event.facts["entry"]
    raise_missing(EXECUTION, list(_executions_owed(event.on, entry)), event.on, in_ledger=False)
    _settle(entry, event.on)


def follow_project(event: events.Event) -> None:
    """A project that has left the states with money owes no spending, and owes it again when it comes back."""
    if event.facts["register"] == REGISTER_ID:
        _settle(event.facts["entry"], event.on)


def _settle(entry: int, on: date) -> None:
    """Bring the duties to spend of a project in line with all that is believed of its money and its state."""
    duties = list(Duty.objects.filter(rule=EXECUTION_RULE, entry=entry).order_by("pk"))
    if not duties:
        return
    now = Version.objects.filter(versions.believed(), entry=entry).order_by("effective_from").last()
    has_money = now is not None and now.state in projects.HAVE_MONEY
    received = money.sums(FUNDING, [entry], date.max).get(entry, {})
    for duty in duties:
        asked_in, year = (int(part) for part in duty.period.split("-"))
        wanted = expected("fund_execution_pattern", date(asked_in, 12, 31), year)
        amount = received.get(year, Decimal(0)) if has_money else Decimal(0)
        deed = _deed(entry, year, amount, wanted) if wanted is not None else None
        by_money = duty.state == Duty.State.CLOSED and duty.through_uid is not None and has_money
        if by_money and deed is not None and deed.uid == duty.through_uid:
            continue
        if by_money or (amount and duty.state == Duty.State.CANCELLED and duty.through == LEFT):
            closing.clear([duty.pk])
        elif duty.state != Duty.State.OPEN:
            continue
        if deed is not None:
            _spent(duty, deed)
        elif not amount:
            Duty.objects.filter(pk=duty.pk).update(
                state=Duty.State.CANCELLED, closed_on=max(on, duty.raised_on), through=LEFT,
                closing_note=NOTE_NO_MONEY if has_money else NOTE_LEFT,
            )  # fmt: skip


def _deed(entry: int, year: int, received: Decimal, wanted: Decimal) -> ProjectPayment | None:
    """The payment by which the wanted share of what was received was spent."""
    rows = believed_records(PAYMENTS).filter(entry=entry, year=year, level=CENTRAL).order_by("on", "pk")
    paid = Decimal(0)
    for payment in rows if received else ():
        paid += payment.amount
        if share(paid, received) >= wanted:
            return cast("ProjectPayment", payment)
    return None


def _spent(duty: Duty, payment: ProjectPayment) -> None:
    CloseDuty(None, max(payment.on, duty.raised_on), duty, "累计支付已达到年底要求").execute()
    # What closed it opens it again when it is taken back.
    Duty.objects.filter(pk=duty.pk).update(
        through=f"{closing.RECORD}{PAYMENTS}", through_uid=payment.uid, met_on=payment.on
    )


EXECUTION = declare(
    DutyRule(
        id=EXECUTION_RULE,
        label="年底前完成资金执行",
        register=REGISTER_ID,
        owed=_executions_owed,
        basis=rules_of("fund_execution_pattern"),
    )
)
EVALUATION = declare(
    DutyRule(
        id="funds.evaluation",
        label="项目绩效自评",
        register=REGISTER_ID,
        owed=OwedOnSchedule(
            REGISTER_ID,
            projects.HAVE_MONEY,
            "{period}项目绩效自评",
            Yearly(rule=looked_up(value_on, "project_evaluation", "month_day")),
        ),
        basis=rules_of("project_evaluation"),
        closes_on=(Closing(projects.EVALUATIONS, lambda record: str(record.year)),),
        while_in_force=True,
    )
)
