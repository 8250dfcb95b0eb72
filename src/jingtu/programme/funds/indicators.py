"""Numbers of projects and money, by the years for which money was granted; counts and money are kept apart."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, TextField, Value, When

from jingtu.platform.indicators.declarations import Indicator, LeftOut, Reading, TogetherRead, declare
from jingtu.platform.indicators.shares import DENOMINATOR, NUMERATOR, Counting, in_places, rounded
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import versions
from jingtu.platform.registers.entry_records import believed_records
from jingtu.platform.registers.models import Version
from jingtu.programme.funds import money, projects
from jingtu.programme.funds.models import ProjectWork
from jingtu.programme.funds.projects import CENTRAL, FUNDING, PAYMENTS, REGISTER_ID, WORK
from jingtu.programme.funds.rules import rules_of, value_on

START, COMPLETION = "project_start_rate", "project_completion_rate"
EXECUTION, WORK_DONE = "fund_execution_rate", "project_work_done_ratio"

NO_MONEY = "没有所计年度的中央资金到账记录"
NO_WORK = "没有登记工程量"
ASSUMED = "官方核算定义未见，按推定公式计算"
ALL_YEARS = "目标未写明资金年度，按全部年度计算"
_YEAR = re.compile(r"\d{4}")
_OLDEST = 2  # years back, and everything before


def years_of(parameters: Mapping[str, Any]) -> tuple[int, ...]:
    """Funding years that a target names, ascending; empty: all.

    Examples
    --------
    >>> years_of({"years": "2023,2022"}), years_of({})
    ((2022, 2023), ())
    """
    return tuple(sorted({int(year) for year in _YEAR.findall(str(parameters.get("years") or ""))}))


def expected(subject: str, on: date, year: int) -> Decimal | None:
    """What plans ask of the money of a funding year by the end of the year of a day, in percent.

    Parameters
    ----------
    subject : str
        ``fund_execution_pattern``, ``project_completion_pattern`` or ``project_start_pattern``.
    on : date
        A day of the year at whose end it is asked for.
    year : int
        The funding year.

    Returns
    -------
    Decimal or None
        ``None`` where no plan says anything of it, or no rule is in force.

    Examples
    --------
    >>> [expected("fund_execution_pattern", date(2024, 6, 30), year) for year in (2020, 2022, 2023, 2024)]
    [Decimal('90'), Decimal('90'), Decimal('80'), Decimal('52')]
    >>> expected("fund_execution_pattern", date(2026, 1, 1), 2025) is None
    True
    """
    age = min(max(on.year - year, 0), _OLDEST)
    value = value_on(subject, f"age_{age}", on) if year <= on.year else None
    return None if value is None else Decimal(value)


def _reached(states: tuple[str, ...]) -> Callable[[date, datetime | None, Mapping[str, Any]], Case]:
    def classify(on: date, known_at: datetime | None, parameters: Mapping[str, Any]) -> Case:
        funded = believed_records(FUNDING, known_at).filter(
            entry=OuterRef("entry"), on__lte=on, level=CENTRAL
        )
        years = years_of(parameters)
        if years:
            funded = funded.filter(year__in=years)
        return Case(
            When(~Exists(funded), then=Value(NO_MONEY)),
            When(state__in=states, then=Value(NUMERATOR)),
            default=Value(DENOMINATOR),
            output_field=TextField(),
        )

    return classify


def _funded_at_all(_on: date, _known_at: datetime | None, _parameters: Mapping[str, Any]) -> Q:
    return Q(state__in=projects.HAVE_MONEY)


def _note(parameters: Mapping[str, Any]) -> str:
    return ASSUMED if years_of(parameters) else f"{ASSUMED}；{ALL_YEARS}"


def _noted(pattern: str) -> Callable[[date, Mapping[str, Any]], str]:
    """What is assumed, and what plans ask for each funding year by the year's end."""

    def note(on: date, parameters: Mapping[str, Any]) -> str:
        asked = [(year, expected(pattern, on, year)) for year in years_of(parameters)]
        words = [f"{year}年度资金项目年底要求{wanted}%" for year, wanted in asked if wanted is not None]
        return "；".join([_note(parameters), *words])

    return note


def execution_rates(
    regions: Sequence[Region], on: date, known_at: datetime | None, parameters: Mapping[str, Any]
) -> dict[int, Reading]:
    """Central money paid over central money received, in yuan, of the funding years that a target names.

    Parameters
    ----------
    regions : sequence of Region
        Projects of each of these places and below it.
    on : date
        What was received and paid by that day.
    known_at : datetime or None
        As known at that moment.
    parameters : mapping
        ``years``: ``"2023,2024"``; all years without it.
    """
    years = years_of(parameters)
    every = _projects(regions, on, known_at)
    received, paid = (money.sums(kind, every, on, known_at, years) for kind in (FUNDING, PAYMENTS))
    found = {}
    for region in regions:
        there = [key for key, path in every.items() if path.startswith(region.path)]
        own = [{key: sums[key] for key in there if key in sums} for sums in (received, paid)]
        found[region.pk] = _executed(region, on, known_at, parameters, there, *own)
    return found


def _executed(
    region: Region,
    on: date,
    known_at: datetime | None,
    parameters: Mapping[str, Any],
    there: Sequence[int],
    received: Mapping[int, Mapping[int, Decimal]],
    paid: Mapping[int, Mapping[int, Decimal]],
) -> Reading:
    top = _total(paid)
    bottom = _total(received)
    without = [key for key in there if key not in received]
    spent = [key for key in received if sum(paid.get(key, {}).values()) >= sum(received[key].values())]
    by_year = _by_year(received, paid)
    parts = "，".join(
        f"{year}年度{rounded(100 * out / into)}%" + _asked(on, year)
        for year, (out, into) in by_year.items()
        if into
    )
    notes = [_note(parameters), *([f"分年度：{parts}"] if parts else [])]
    return Reading(
        indicator="", name="", region=region, on=on, known_at=known_at,
        value=rounded(100 * top / bottom) if bottom else None, unit="%",
        numerator=top if there else None, denominator=bottom if there else None,
        status="ok" if bottom else ("not_applicable" if there else "no_data"),
        counted=len(received), counted_entries=tuple(sorted(received)), numerator_entries=tuple(sorted(spent)),
        left_out=(LeftOut(NO_MONEY, len(without), tuple(without)),) if without else (),
        completeness=1.0 if received else 0.0,
        extra={"register": REGISTER_ID, "note": "；".join(notes), "parts_unit": "元"},
    )  # fmt: skip


def _total(sums: Mapping[int, Mapping[int, Decimal]]) -> Decimal:
    return sum((amount for own in sums.values() for amount in own.values()), Decimal(0))


def _by_year(
    received: Mapping[int, Mapping[int, Decimal]], paid: Mapping[int, Mapping[int, Decimal]]
) -> dict[int, tuple[Decimal, Decimal]]:
    """Paid and received by funding year."""
    found: dict[int, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for place, own in enumerate((paid, received)):
        for sums in own.values():
            for year, amount in sums.items():
                found[year][place] += amount
    return {year: (out, into) for year, (out, into) in sorted(found.items())}


def _asked(on: date, year: int) -> str:
    wanted = expected("fund_execution_pattern", on, year)
    return "" if wanted is None else f"（年底要求{wanted}%）"


def work_done_ratios(
    regions: Sequence[Region], on: date, known_at: datetime | None, parameters: Mapping[str, Any]
) -> dict[int, Reading]:
    """How much of the planned work of a project is done; of all projects of a place where none is named.

    Quantities of one unit are added; of several units the mean of the shares counts, none above 100 %.

    Parameters
    ----------
    parameters : mapping
        ``scope``: the name or code of a project.
    """
    name = str(parameters.get("scope") or "")
    rows = Version.objects.filter(versions.at(on, known_at), in_places(regions), register=REGISTER_ID)
    columns = ("entry_id", "region__path", "name", "entry__code")
    paths = {
        entry: path
        for entry, path, own, code in rows.exclude(state="dropped").values_list(*columns)
        if _is_meant(own, code, name)
    }
    latest = _latest_work(list(paths), on, known_at)
    found = {}
    for region in regions:
        named = {entry for entry, path in paths.items() if path.startswith(region.path)}
        own = {entry: work for entry, work in latest.items() if entry in named}
        found[region.pk] = _worked(region, on, known_at, name, named, own)
    return found


def _worked(
    region: Region,
    on: date,
    known_at: datetime | None,
    name: str,
    named: set[int],
    latest: Mapping[int, Sequence[ProjectWork]],
) -> Reading:
    shares = {entry: work_share(own) for entry, own in latest.items()}
    without = sorted(named - set(shares)) if name else []
    value = sum(shares.values(), Decimal(0)) / len(shares) if shares else None
    done = [row for own in latest.values() for row in own]
    units = {row.unit for row in done}
    added = len(units) == 1
    note = ASSUMED if named or not name else f"项目清单中没有名称或编号为“{name}”的项目"
    return Reading(
        indicator="", name="", region=region, on=on, known_at=known_at,
        value=None if value is None else rounded(value), unit="%",
        numerator=sum((row.done for row in done), Decimal(0)) if added else None,
        denominator=sum((row.planned for row in done), Decimal(0)) if added else None,
        status="ok" if shares else "no_data", counted=len(shares), counted_entries=tuple(sorted(shares)),
        numerator_entries=tuple(sorted(entry for entry, share in shares.items() if share >= 100)),
        left_out=(LeftOut(NO_WORK, len(without), tuple(without)),) if without else (),
        completeness=len(shares) / len(named) if name and named else float(bool(shares)),
        extra={"register": REGISTER_ID, "note": note} | ({"parts_unit": units.pop()} if added else {}),
    )  # fmt: skip


def work_share(rows: Sequence[ProjectWork]) -> Decimal:
    """The share of work done of one project in percent, from the latest row of each item.

    Examples
    --------
    >>> row = lambda item, done, planned, unit: ProjectWork(item=item, done=Decimal(done), planned=Decimal(planned), unit=unit)
    >>> work_share([row("客土", "30", "40", "亩"), row("钝化", "50", "60", "亩")])
    Decimal('80')
    >>> work_share([row("客土", "30", "40", "亩"), row("监测井", "2", "2", "口")])
    Decimal('87.5')
    """
    done_of = [min(row.done, row.planned) for row in rows]
    if len({row.unit for row in rows}) == 1:
        return 100 * sum(done_of, Decimal(0)) / sum((row.planned for row in rows), Decimal(0))
    shares = [100 * done / row.planned for done, row in zip(done_of, rows, strict=True)]
    return sum(shares, Decimal(0)) / len(shares)


def _latest_work(entries: Sequence[int], on: date, known_at: datetime | None) -> dict[int, list[ProjectWork]]:
    rows = believed_records(WORK, known_at).filter(entry__in=entries, on__lte=on).order_by("on", "id")
    latest: dict[tuple[int, str], ProjectWork] = {(row.entry_id, row.item): row for row in rows}
    found: dict[int, list[ProjectWork]] = defaultdict(list)
    for (entry, _), row in sorted(latest.items()):
        found[entry].append(row)
    return found


def _is_meant(own: str, code: str, name: str) -> bool:
    return not name or name in {own, code} or name in own or own in name


def _projects(regions: Sequence[Region], on: date, known_at: datetime | None) -> dict[int, str]:
    """Paths of the places of projects that have money, by entry in its order."""
    found = Version.objects.filter(
        versions.at(on, known_at), in_places(regions), register=REGISTER_ID, state__in=projects.HAVE_MONEY
    )
    return dict(found.order_by("entry_id").values_list("entry_id", "region__path"))


for _id, _name, _states, _pattern, _basis in (
    (START, "中央补助资金项目开工率", projects.HAVE_STARTED, "project_start_pattern", "分子：已开工的项目数；分母：所计年度获得中央资金的项目数。"),
    (COMPLETION, "中央补助资金项目完工率", projects.HAVE_FINISHED, "project_completion_pattern", "分子：已完工的项目数；分母：所计年度获得中央资金的项目数。"),
):  # fmt: skip
    declare(
        Indicator(
            id=_id,
            name=_name,
            unit="%",
            rules=rules_of(_id),
            calculate=Counting(REGISTER_ID, _reached(_states), which=_funded_at_all, notes=_noted(_pattern)),
            basis=_basis,
            parameters=("years",),
        )
    )
declare(
    Indicator(
        id=EXECUTION,
        name="中央补助资金执行率",
        unit="%",
        rules=rules_of(EXECUTION),
        calculate=TogetherRead(execution_rates),
        basis="分子：累计支付金额；分母：累计到账金额；均为所计年度中央资金，单位元。",
        parameters=("years",),
    )
)
declare(
    Indicator(
        id=WORK_DONE,
        name="项目工程量完成比例",
        unit="%",
        rules=rules_of(WORK_DONE),
        calculate=TogetherRead(work_done_ratios),
        basis="各分项最近一次登记的累计完成量与计划量之比；单位相同的相加，单位不同的取平均。",
        parameters=("scope",),
    )
)
