"""What happens in the sample year: the list of parcels, the plans, reports, checks, documents, readings."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from importlib import resources
from typing import Any

from jingtu.platform.clock import OPEN_TIME
from jingtu.platform.indicators import declarations as indicators
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import versions
from jingtu.platform.registers.models import Entry
from jingtu.programme.plans import actions
from jingtu.programme.plans.figures import asked_of
from jingtu.programme.plans.forms.actions import FillForm
from jingtu.programme.plans.lifecycle import DELIVERABLES, TASKS
from jingtu.programme.plans.models import Plan, Progress, ReportForm, Target, TaskQuantity, TaskUnit
from jingtu.service.demo.parcels import (
    MISTAKEN,
    Actors,
    fates_of_county,
    fates_of_neighbour,
    mistaken_control,
    parcel_steps,
)
from jingtu.service.demo.places import CITY, COUNTY, Cast, rows

Step = tuple[date, Callable[[], Any]]
YEAR = 2024
_TOWN_TASKS = {
    "整治涉镉等污染源": "配合企业现场核查，巡查沿河废渣点位",
    "分类管理受污染耕地": "组织农户落实安全利用措施，巡查严格管控类地块",
    "管控优先监管地块": "巡查辖区地块围挡和警示标识",
    "保障地下水型水源安全": "巡查水源补给区，清理堆放物",
}
_TOWN_DAYS = (date(2024, 5, 28), date(2024, 6, 27), date(2024, 8, 28), date(2024, 9, 27), date(2024, 11, 27))
# The plan dates only a document of these; the officer adds that the work goes on to the end of the year.
_ALL_YEAR = ("开展联合执法", "管护地下水监测井")
_TYPED_IN = {"green_pest_control_coverage"}  # no list computes it
_ALWAYS_LATE = "柳溪乡人民政府"  # somebody always is; the page of overdue reports has something to show


def register_steps(cast: Cast) -> Iterator[Step]:
    """The list of priority parcels of the sample county, from early 2023 on."""
    actors = Actors(cast.officer, cast.second, cast.bodies["示例县永兴化工有限公司"])
    county = cast.places[COUNTY]
    towns = [cast.places[name] for name in ("清河镇", "石桥镇", "白鹭镇", "云岭乡", "柳溪乡")]
    yield from parcel_steps(county, towns, "990121", fates_of_county(), actors, seed=YEAR)
    yield from mistaken_control(f"990121{MISTAKEN:04}", actors)


# Plans


def plan_steps(cast: Cast, county_plan: bytes) -> Iterator[Step]:
    """The plan of the county and of the city: loaded, gone through, confirmed; the city's targets split."""

    def load() -> None:
        loaded = actions.LoadPlan(
            cast.officer, date(2024, 3, 20), file_name=f"{COUNTY}2024年度土壤污染防治工作计划.docx",
            content=county_plan, region=cast.places[COUNTY],
        ).execute()  # fmt: skip
        assert loaded.plan.is_example

    def confirm() -> None:
        plan = Plan.objects.get(region=cast.places[COUNTY])
        for title in _ALL_YEAR:
            item = plan.items.get(kind="task", content__title=title)
            whole = {"text": "全年", "due": f"{YEAR}-12-31", "kind": "deadline"}
            changes = {"deadlines": [*item.content["deadlines"], whole]}
            actions.EditItem(cast.officer, date(2024, 3, 21), item, changes).execute()
        actions.ConfirmUnchanged(cast.officer, date(2024, 3, 21), plan).execute()
        actions.ConfirmPlan(cast.users["juling"], date(2024, 3, 21), plan).execute()

    yield date(2024, 3, 20), load
    yield date(2024, 3, 21), confirm
    city_plan = (resources.files(__package__) / "data" / "city_plan.txt").read_bytes()
    yield date(2024, 3, 5), lambda: _whole_plan(cast, CITY, city_plan, "shiju", date(2024, 3, 5))
    yield date(2024, 4, 8), lambda: _split(cast)
    yield date(2024, 3, 22), lambda: _promote(cast)


def _whole_plan(cast: Cast, place: str, content: bytes, username: str, day: date) -> None:
    user = cast.users[username]
    loaded = actions.LoadPlan(
        user, day, file_name=f"{place}2024年度土壤污染防治工作计划.txt", content=content,
        region=cast.places[place], year=YEAR,
    ).execute()  # fmt: skip
    actions.ConfirmPlan(user, day, loaded.plan, confirm_pending=True).execute()


def _split(cast: Cast) -> None:
    """The city gives each county its share: the rate weighted by area, the control ratio to each the same."""
    user, day = cast.users["shiju"], date(2024, 4, 8)
    weights = {COUNTY: 33_000, "样本县": 21_000, "范例区": 12_000}
    rates = {COUNTY: 94, "样本县": 92, "范例区": 93}
    for words, rule in (("受污染耕地安全利用率", "weighted"), ("优先监管地块", "each")):
        target = Target.objects.get(
            region=cast.places[CITY], indicator__contains=words, parent=None, recorded_to=OPEN_TIME
        )
        shares = [
            actions.ShareInput(
                cast.places[name],
                Decimal(rates[name] if rule == "weighted" else 75),
                Decimal(weight) if rule == "weighted" else None,
            )
            for name, weight in weights.items()
        ]
        actions.SplitTarget(user, day, target, rule, shares).execute()


def _promote(cast: Cast) -> None:
    """Figures of tasks that are watched as targets of their own: what a list computes, and one that is typed in."""
    day = date(2024, 3, 22)
    plan = Plan.objects.get(region=cast.places[COUNTY], year=YEAR)
    watched = set(Target.objects.filter(plan=plan).values_list("indicator_id", "kind"))
    for quantity in TaskQuantity.objects.filter(
        entry__versions__taskfacts__plan=plan, entry__versions__recorded_to=OPEN_TIME
    ).order_by("pk"):
        name = quantity.content.get("indicator_id") or ""
        same = (name, asked_of(quantity.content, quantity.text)["kind"]) in watched
        if name in _TYPED_IN or (indicators.get(name) is not None and not same):
            actions.PromoteQuantity(cast.officer, day, quantity).execute()


def task_named(cast: Cast, title: str, on: date, county: str = COUNTY) -> Entry:
    """The task with a title in a county's plan."""
    version = versions.versions(TASKS, on).filter(region=cast.places[county], name__startswith=title).first()
    if version is None:
        raise LookupError(f"the sample plan has no task {title}")
    return version.entry


# What people do


def story_steps(cast: Cast) -> Iterator[Step]:
    """Reports, submissions, checks, documents and readings of the sample county."""
    for row in rows("story"):
        yield date.fromisoformat(row["on"]), _told(cast, row)
    for row in rows("deliverables"):
        yield date.fromisoformat(row["on"]), _document(cast, row)
    for row in rows("readings"):
        yield date.fromisoformat(row["on"]), _reading(cast, row)
    for day in _TOWN_DAYS:
        yield day, _towns(cast, day)
    for month in (4, 5, 6, 7, 8, 9, 10, 11):
        day = date(YEAR, month + 1, 4)
        yield day, _form(cast, f"{YEAR}-{month:02}", day)


def _told(cast: Cast, row: dict[str, str]) -> Callable[[], Any]:
    on = date.fromisoformat(row["on"])
    step = row["step"]

    def act() -> None:
        entry = task_named(cast, row["task"], on)
        if step in {"report", "correct"}:
            _report(cast, entry, on, row, correct=step == "correct")
        elif step == "submit":
            unit = unit_named(entry, row["unit"], on)
            user = cast.user_of(unit.name) if unit else cast.officer
            actions.SubmitTask(
                user, on, entry, reason=row["text"], files=[_file("办结材料", row["task"], row["text"])]
            ).execute()
        else:
            actions.CheckTask(cast.second, on, entry, accept=step == "accept", reason=row["text"]).execute()

    return act


def _report(cast: Cast, entry: Entry, on: date, row: dict[str, str], *, correct: bool) -> None:
    organisation = unit_named(entry, row["unit"], on)
    if organisation is None:
        raise LookupError(f"{row['unit']} has no part in {row['task']}")
    replaces = None
    if correct:
        replaces = Progress.objects.get(
            entry=entry, organisation=organisation, period=row["period"], recorded_to=OPEN_TIME
        ).uid
    files = [_file("进展佐证", row["task"], row["text"])] if int(row["percent"]) >= 30 else []
    actions.ReportProgress(
        cast.user_of(organisation.name), on, entry, organisation=organisation, period=row["period"],
        text=row["text"], state=row["state"], percent=int(row["percent"]), files=files, replaces=replaces,
    ).execute()  # fmt: skip


def unit_named(entry: Entry, name: str, on: date) -> Organisation | None:
    """The unit of a task that the plan calls so."""
    units = TaskUnit.objects.filter(versions.at(on), entry=entry, organisation__isnull=False)
    found = units.filter(expanded=name).first() or units.filter(organisation__name=name).first()
    return found.organisation if found else None


def _towns(cast: Cast, on: date) -> Callable[[], Any]:
    """Townships report on the tasks they answer for, each on its own line."""

    def act() -> None:
        for title, what in _TOWN_TASKS.items():
            entry = task_named(cast, title, on)
            version = versions.version_on(entry, on)
            if version is None or version.state not in {"not_started", "in_progress", "at_risk"}:
                continue
            members = TaskUnit.objects.filter(versions.at(on), entry=entry, class_unit__isnull=False)
            for place, unit in enumerate(
                members.select_related("organisation").order_by("organisation__name")
            ):
                organisation = unit.organisation
                if organisation is None or organisation.name == _ALWAYS_LATE:
                    continue
                actions.ReportProgress(
                    cast.user_of(organisation.name), on, entry, organisation=organisation,
                    period=f"{on:%Y-%m}", percent=min(on.month * 8, 100),
                    text=f"{what} {2 + (place + on.month) % 4} 次，未发现新增问题。",
                ).execute()  # fmt: skip

    return act


def _document(cast: Cast, row: dict[str, str]) -> Callable[[], Any]:
    on = date.fromisoformat(row["on"])

    def act() -> None:
        version = (
            versions.versions(DELIVERABLES, on)
            .filter(region=cast.places[COUNTY], name__contains=row["name"])
            .exclude(state="issued")
            .first()
        )
        if version is None:
            raise LookupError(f"the sample plan produces no {row['name']}")
        issued = row["move"] == "issue"
        actions.MoveDeliverable(
            cast.officer, on, version.entry, row["move"], issue_number=row["issue_number"],
            issued_on=on if issued else None,
            files=[_file(version.name, row["name"], row["issue_number"])] if issued else [],
        ).execute()  # fmt: skip

    return act


def _reading(cast: Cast, row: dict[str, str]) -> Callable[[], Any]:
    on = date.fromisoformat(row["on"])

    def number(name: str) -> Decimal | None:
        return Decimal(row[name]) if row[name] else None

    def act() -> None:
        target = Target.objects.get(
            region=cast.places[COUNTY], indicator=row["indicator"], parent=None, recorded_to=OPEN_TIME
        )
        actions.EnterTargetReading(
            cast.officer, on, target, value=number("value"), text=row["text"],
            numerator=number("numerator"), denominator=number("denominator"), note=row["note"],
            files=[_file("核算表", row["indicator"], row["note"])],
        ).execute()  # fmt: skip

    return act


def _form(cast: Cast, month: str, on: date) -> Callable[[], Any]:
    def act() -> None:
        form = ReportForm.objects.get(region=cast.places[COUNTY], year=YEAR)
        FillForm(cast.officer, on, form, month).execute()

    return act


def _file(title: str, subject: str, words: str) -> actions.Upload:
    text = f"示例数据\n{title}\n{subject}\n{words}\n"
    return f"{title}.txt", io.BytesIO(text.encode())


# The neighbours, for the page of counties side by side


def neighbour_steps(cast: Cast) -> Iterator[Step]:
    """Two more counties with their own plans, parcels and readings, told shortly."""
    for row in rows("neighbours"):
        county = row["county"]
        users = {"样本县": "yangben", "范例区": "fanli"}
        user = cast.users[users[county]]
        yield date(2024, 3, 25), _neighbour_plan(cast, row, users[county])
        yield from _neighbour_parcels(cast, row, user)
        for on, column in (
            (date(2024, 6, 28), "june_rate"),
            (date(2024, 9, 27), "september_rate"),
            (date(2024, 11, 25), "november_rate"),
        ):
            yield on, _neighbour_reading(cast, county, user, on, Decimal(row[column]))
        for on in (date(2024, 5, 24), date(2024, 8, 26), date(2024, 11, 22)):
            yield on, _neighbour_reports(cast, county, user, on, float(row["state_share"]))


def neighbour_plan(row: dict[str, str]) -> bytes:
    """The short plan of a neighbouring county."""
    county = row["county"]
    level, short = county[-1], county[:-1]
    template = (resources.files(__package__) / "data" / "county_plan.txt").read_text(encoding="utf-8")
    return template.format(
        county=county, level=level, short=short, rate=row["target_rate"], control=row["control_goal"]
    ).encode()


def _neighbour_plan(cast: Cast, row: dict[str, str], username: str) -> Callable[[], Any]:
    return lambda: _whole_plan(cast, row["county"], neighbour_plan(row), username, date(2024, 3, 25))


def _neighbour_parcels(cast: Cast, row: dict[str, str], user: User) -> Iterator[Step]:
    county = cast.places[row["county"]]
    towns = list(Region.objects.filter(parent=county, level=Region.Level.TOWN).order_by("pk"))
    june, september, december = (int(row[f"{month}_control"]) for month in ("june", "september", "december"))
    head = cast.users[f"{user.username}ju"]
    actors = Actors(user, head, cast.bodies["示例县宏远电镀有限公司"])
    fates = fates_of_neighbour(int(row["parcels"]), june, september, december)
    yield from parcel_steps(county, towns, county.adcode or "", fates, actors, seed=len(fates))


def _neighbour_reading(cast: Cast, county: str, user: User, on: date, value: Decimal) -> Callable[[], Any]:
    def act() -> None:
        target = Target.objects.get(
            region=cast.places[county], indicator__contains="受污染耕地安全利用率", parent=None,
            recorded_to=OPEN_TIME,
        )  # fmt: skip
        actions.EnterTargetReading(user, on, target, value=value).execute()

    return act


def _neighbour_reports(cast: Cast, county: str, user: User, on: date, share: float) -> Callable[[], Any]:
    """The lead units of a neighbour report on a share of the tasks; by November some are done."""

    def act() -> None:
        found = list(
            versions.versions(TASKS, on).filter(region=cast.places[county]).order_by("taskfacts__position")
        )
        for place, version in enumerate(found[: max(int(len(found) * share), 1)]):
            holder = version.holder
            if holder is None or version.state not in {"not_started", "in_progress", "at_risk"}:
                continue
            actions.ReportProgress(
                user, on, version.entry, organisation=holder, period=f"{on:%Y-%m}",
                percent=min(on.month * 9, 100), text="按计划推进，阶段任务已完成。",
            ).execute()  # fmt: skip
            if on.month == 11 and place % 2 == 0:
                day = on + timedelta(days=0)
                files = [_file("办结材料", version.name, "年度任务完成")]
                actions.SubmitTask(user, day, version.entry, reason="年度任务完成", files=files).execute()

    return act
