"""What the benchmark of registers works with: people who write, a workbook, and what a developer writes first."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

REGISTER = "priority_parcels"
TODAY, PAST = date(2024, 9, 20), date(2023, 11, 15)
ROWS, WRONG = 20_000, 40
WRITERS, PAUSE = 8, 0.25  # as many changes as 32 people make who each change something every second


def workbook(path: Path, wrong: int, more: int) -> None:
    """``ROWS`` rows whose area is ``more`` than what is stored; of the first ``wrong`` the date is none."""
    from openpyxl import Workbook

    from jingtu.platform.registers import versions

    rows = versions.versions(REGISTER, TODAY).order_by("entry_id")[:ROWS]
    book = Workbook(write_only=True)
    sheet = book.create_sheet("清单")
    sheet.append(["编号", "名称", "行政区划代码", "占地面积（平方米）", "纳入日期"])
    for number, version in enumerate(rows.iterator(2000)):
        day = "二月三十日" if number < wrong else version.priorityparcelfacts.listed_on
        area = float(version.priorityparcelfacts.area_m2) + more
        sheet.append([version.entry.code, version.name, None, area, day])
    book.save(path)


def changes(part: int = 0, parts: int = 1) -> Callable[[], None]:
    """Somebody who notes something on one entry after another, each time on another one."""
    from jingtu.platform.registers.actions import ChangeFacts
    from jingtu.platform.registers.models import Entry

    entries = iter(list(Entry.objects.filter(register=REGISTER).order_by("-pk")[part : 400 * parts : parts]))

    def change() -> None:
        ChangeFacts(None, TODAY, next(entries), facts={"note": f"{time.time_ns()}"}).execute()

    return change


def write_until(marker: Path) -> int:
    """Change entries with a pause after each until told to stop; the file then holds milliseconds of each change."""
    from django.db import connection

    times: list[float] = []
    stop = marker.with_suffix(".stop")
    ready = threading.Barrier(WRITERS + 1)

    def work(part: int) -> None:
        change = changes(part, WRITERS)
        change()
        ready.wait()
        time.sleep(PAUSE * part / WRITERS)
        while not stop.exists():
            began = time.perf_counter()
            change()
            times.append((time.perf_counter() - began) * 1000)
            time.sleep(PAUSE)
        connection.close()

    people = [threading.Thread(target=work, args=(part,)) for part in range(WRITERS)]
    for person in people:
        person.start()
    ready.wait()
    marker.with_suffix(".ready").touch()
    for person in people:
        person.join()
    marker.write_text(json.dumps(times))
    return 0


def uids(count: int) -> list[str]:
    """Keys of entries all over the register."""
    from jingtu.platform.registers.models import Entry

    keys = list(Entry.objects.filter(register=REGISTER).order_by("pk").values_list("uid", flat=True))
    return [str(uid) for uid in keys[:: max(len(keys) // count, 1)]][:count]


def page_forty(world: Any) -> str:
    """The cursor of the fortieth page."""
    from jingtu.platform.people import policies
    from jingtu.platform.registers import declarations, listing

    register = declarations.get(REGISTER)
    reach = policies.reach(world.superior, register.read_permission)
    cursor = ""
    for _ in range(39):
        found = listing.page(
            register, partial(listing.readable, register, world.city, TODAY, None, reach), listing.Wanted(), cursor
        )  # fmt: skip
        cursor = found.next or cursor
    return cursor


def peer_list(world: Any) -> Callable[[], None]:
    """The same list as the framework's own view makes it."""
    from django.template import engines
    from django.test import RequestFactory
    from django.views.generic import ListView

    from jingtu.platform.registers.models import Version
    from jingtu.platform.registers.versions import at

    template = engines["django"].from_string(
        "{{ page_obj.paginator.count }}<table>{% for row in object_list %}<tr><td>{{ row.entry.code }}<td>{{ row.name }}"
        "<td>{{ row.region.name }}<td>{{ row.holder.name }}<td>{{ row.state }}"
        "<td>{{ row.priorityparcelfacts.area_m2 }}<td>{{ row.priorityparcelfacts.listed_on }}{% endfor %}</table>"
    )

    class Parcels(ListView):
        paginate_by = 50

        def get_queryset(self) -> Any:
            return Version.objects.filter(
                at(TODAY), register=REGISTER, region__path__startswith=world.city.path
            ).order_by("entry_id")

    view, factory = Parcels.as_view(), RequestFactory()

    def ask() -> None:
        response = view(factory.get("/", {"page": 40}))
        template.render(response.context_data, response._request)

    return ask


def peer_entry(uid: str) -> Callable[[], None]:
    """An entry with all its versions, each asked for what it points to, as a first detail page does."""
    from jingtu.platform.registers.models import Entry

    def ask() -> None:
        entry = Entry.objects.get(uid=uid)
        for version in entry.versions.order_by("-recorded_from"):
            str((version.region.name, version.holder, version.priorityparcelfacts.area_m2))

    return ask


def peer_past() -> tuple[Callable[[], None], Callable[[], None]]:
    """The newest version of each entry by a subquery: the first page of a past day, and its states counted."""
    from django.db.models import OuterRef, Subquery

    from jingtu.platform.registers.models import Entry, Version

    newest = Version.objects.filter(entry=OuterRef("pk"), effective_from__lte=PAST).order_by(
        "-effective_from", "-recorded_from"
    )
    found = Entry.objects.filter(register=REGISTER).annotate(state=Subquery(newest.values("state")[:1]))

    def first() -> None:
        list(found.exclude(state=None).order_by("pk")[:50])

    def counted() -> None:
        counts: dict[str, int] = {}
        for state in found.values_list("state", flat=True):
            counts[state] = counts.get(state, 0) + 1

    return first, counted


def peer_indicator(places: list[Any]) -> Callable[[], None]:
    """One share for each place, row by row."""
    from jingtu.platform.registers import versions

    def ask() -> None:
        for place in places:
            rows = versions.versions(REGISTER, TODAY).filter(region__path__startswith=place.path)
            done = [
                version.state == "controlled"
                for version in rows
                if version.state not in {"found", "excluded"}
            ]
            sum(done)

    return ask


def peer_import(path: Path, rows: int) -> Callable[[], None]:
    """``get`` and ``save`` row by row, which also forgets what was before."""
    from openpyxl import load_workbook

    from jingtu.platform.registers import versions
    from jingtu.platform.registers.models import Entry

    def ask() -> None:
        sheet = load_workbook(path, read_only=True).active
        for number, cells in enumerate(sheet.iter_rows(min_row=2, values_only=True)):
            if number == rows:
                return
            entry = Entry.objects.get(register=REGISTER, code=cells[0])
            version = entry.versions.select_related("priorityparcelfacts").get(versions.at(TODAY))
            version.priorityparcelfacts.area_m2 = cells[3]
            version.priorityparcelfacts.save()

    return ask
