"""What the benchmark of registers works with: people who write, a workbook, and the list a developer writes first."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

TODAY, PAST = date(2024, 9, 20), date(2023, 11, 15)
ROWS, WRONG, TICKED = 20_000, 40, 50_000


def keep_only(entries: int) -> None:
    """Let all entries after the first ``entries`` leave the register: their versions end before today."""
    from jingtu.platform.registers.models import Entry, Version

    keys = Entry.objects.filter(register="priority_parcels").order_by("pk").values_list("pk", flat=True)
    beyond = list(keys[entries : entries + 1])
    if beyond:
        Version.objects.filter(
            register="priority_parcels", entry__gte=beyond[0], effective_to__gt=TODAY
        ).update(effective_to=TODAY)


def workbook(path: Path, wrong: int) -> None:
    """``ROWS`` rows whose area differs from what is stored; of the first ``wrong`` the date is none."""
    from openpyxl import Workbook

    from jingtu.platform.registers import versions

    rows = versions.versions("priority_parcels", TODAY).order_by("entry_id")[:ROWS]
    book = Workbook(write_only=True)
    sheet = book.create_sheet("清单")
    sheet.append(["编号", "名称", "行政区划代码", "占地面积（平方米）", "纳入日期"])
    for number, version in enumerate(rows.iterator(2000)):
        day = "二月三十日" if number < wrong else version.priorityparcelfacts.listed_on
        sheet.append(
            [version.entry.code, version.name, None, float(version.priorityparcelfacts.area_m2) + 1, day]
        )
    book.save(path)


def changes() -> Callable[[], None]:
    """One officer who notes something on one entry after another."""
    from jingtu.platform.registers.actions import ChangeFacts
    from jingtu.platform.registers.models import Entry

    entries = iter(Entry.objects.filter(register="priority_parcels").order_by("-pk")[:2000])

    def change() -> None:
        ChangeFacts(None, TODAY, next(entries), facts={"note": f"{time.time_ns()}"}).execute()

    return change


def some_uids(count: int) -> list[str]:
    from jingtu.platform.registers.models import Entry

    keys = Entry.objects.filter(register="priority_parcels").order_by("pk").values_list("uid", flat=True)
    return [str(uid) for uid in keys[: count * 37 : 37]]


def page_forty(world: Any) -> str:
    """The cursor of the fortieth page."""
    from jingtu.platform.pages import keyset
    from jingtu.platform.people import policies
    from jingtu.platform.registers import declarations, listing

    register = declarations.get("priority_parcels")
    reach = policies.reach(world.superior, register.read_permission)
    cursor = ""
    for _ in range(39):
        rows = listing.readable(register, world.city, TODAY, None, reach)
        cursor = keyset.page(*listing.ordered(register, rows, "entry"), cursor).next or cursor
    return cursor


def peer_list(world: Any) -> Callable[[], None]:
    """The same list as the framework's own view makes it."""
    from django.template import engines
    from django.test import RequestFactory
    from django.views.generic import ListView

    from jingtu.platform.registers.models import Version

    template = engines["django"].from_string(
        "{{ page_obj.paginator.count }}<table>{% for row in object_list %}<tr><td>{{ row.entry.code }}<td>{{ row.name }}"
        "<td>{{ row.region.name }}<td>{{ row.holder.name }}<td>{{ row.state }}"
        "<td>{{ row.priorityparcelfacts.area_m2 }}<td>{{ row.priorityparcelfacts.listed_on }}{% endfor %}</table>"
    )

    class Parcels(ListView):
        paginate_by = 50

        def get_queryset(self) -> Any:
            from jingtu.platform.registers.versions import at

            return Version.objects.filter(
                at(TODAY), register="priority_parcels", region__path__startswith=world.city.path
            ).order_by("entry_id")

    view, factory = Parcels.as_view(), RequestFactory()

    def ask() -> None:
        response = view(factory.get("/", {"page": 40}))
        template.render(response.context_data, response._request)

    return ask
