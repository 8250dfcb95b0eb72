"""What is owed for projects: start, finish, acceptance, money spent by the year's end, a self-evaluation a year."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal

from jingtu.platform import events
from jingtu.platform.duties import closing
from jingtu.platform.duties.actions import CloseDuty
from jingtu.platform.duties.declarations import Closing, DutyRule, Owed, OwedByState, declare
from jingtu.platform.duties.models import Duty
from jingtu.platform.duties.schedules import OwedOnSchedule, Yearly, looked_up
from jingtu.platform.duties.ticking import raise_missing
from jingtu.platform.registers import versions
from jingtu.platform.registers.entry_records import RECORD_ADDED
from jingtu.platform.registers.models import Version
from jingtu.programme.funds import money, projects
from jingtu.programme.funds.indicators import expected
from jingtu.programme.funds.models import ProjectFacts
from jingtu.programme.funds.projects import FUNDING, PAYMENTS, REGISTER_ID
from jingtu.programme.funds.rules import rules_of, value_on

EXECUTION_RULE = "funds.execution"


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
                date(on.year, 12, 31), version.region.path, version.holder_id,
            )  # fmt: skip


def share(paid: Decimal, received: Decimal) -> Decimal:
    """Paid over received in percent; nothing received is nothing owed.

    Examples
    --------
    >>> share(Decimal("52.00"), Decimal("100.00")), share(Decimal(0), Decimal(0))
    (Decimal('52'), Decimal('100'))
    """
    return 100 * paid / received if received else Decimal(100)


def _reached(entry: int, on: date) -> Iterable[Duty]:
    """Open duties of a project whose share is reached by what was paid."""
    end = date(on.year, 12, 31)  # a record of an earlier day says nothing of what came after it
    received, paid = (money.sums(kind, [entry], end).get(entry, {}) for kind in (FUNDING, PAYMENTS))
    for duty in Duty.objects.filter(rule=EXECUTION_RULE, entry=entry, state=Duty.State.OPEN).order_by("pk"):
        asked_in, year = (int(part) for part in duty.period.split("-"))
        wanted = expected("fund_execution_pattern", date(asked_in, 12, 31), year)
        if wanted is not None and share(paid.get(year, Decimal(0)), received.get(year, Decimal(0))) >= wanted:
            yield duty


def follow_money(event: events.Event) -> None:
    """What was paid closes the duty to spend; a payment corrected to less opens it again."""
    if event.facts["kind"] not in {FUNDING, PAYMENTS}:
        return
    entry, record = event.facts["entry"], event.facts["record"]
    if event.name != RECORD_ADDED:
        closing.reopen(record.uid)
    for duty in _reached(entry, event.on):
        CloseDuty(None, event.on, duty, "累计支付已达到年底要求").execute()
        # What closed it opens it again when it is taken back.
        Duty.objects.filter(pk=duty.pk).update(
            through=f"{closing.RECORD}{event.facts['kind']}", through_uid=record.uid, met_on=event.on
        )
    raise_missing(EXECUTION, list(_executions_owed(event.on, entry)), event.on, in_ledger=False)


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
