"""List and year pages with 10,000 tasks and 100,000 progress reports on SQLite.

    python bench/pages.py [--requests 60] [--tasks 10000] [--progress 100000] [--json]

The real pages, asked through Django's test client and of a served process, while somebody reports progress
at every tenth request, so that no answer is remembered for long. The peer shows the same list in the same
minute as Django's ``ListView`` does it: counted, paged by offset, units looked up row by row.

Ends with 1 where the 95th percentile of a list or year page is 100 ms or more.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TODAY = "2024-04-20"
FLOOR_P95_MS = 100.0
HELD = ("year", "tasks", "tasks, page 40", "tasks, overdue", "tasks of a unit", "units", "unit")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--requests", type=int, default=60)
    parser.add_argument("--tasks", type=int, default=10_000)
    parser.add_argument("--progress", type=int, default=100_000)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "JINGTU_DATA": folder,
            "JINGTU_TODAY": TODAY,
            "DJANGO_SETTINGS_MODULE": "jingtu.service.web.settings",
        }
        os.environ.pop("JINGTU_DATABASE_URL", None)
        sys.path.insert(0, str(ROOT / "bench"))
        found = measure(given.tasks, given.progress, given.requests)
    if given.json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        show(found)
    slow = [row for row in found["rows"] if row["held"] and row["p95_ms"] >= FLOOR_P95_MS]
    for row in slow:
        print(f"too slow: {row['page']} ({row['how']}) p95 {row['p95_ms']} ms", file=sys.stderr)
    return 1 if slow else 0


def measure(tasks: int, progress: int, requests: int) -> dict[str, Any]:
    import django

    django.setup()
    from django.conf import settings
    from django.test import Client

    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    from django.core.management import call_command

    call_command("migrate", verbosity=0, skip_checks=True)
    import world

    built = world.build(tasks, progress)
    client = Client()
    client.force_login(built.user)
    pages = addresses(built)
    write = reporter(built)
    rows = []
    for name, address in pages.items():
        rows.append(row_of(name, "client", timed(lambda at=address: get(client, at), requests, write)))
    rows.append(row_of("tasks, page 40", "ListView", timed(naive(built, 40), max(requests // 4, 5), write)))
    rows.append(row_of("tasks", "ListView", timed(naive(built, 1), max(requests // 4, 5), write)))
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.session.session_key}"
    rows += served(pages, cookie, requests, write)
    return {"tasks": tasks, "progress": progress, "rows": rows}


def addresses(built: Any) -> dict[str, str]:
    """The pages, each with region, year and date in its address."""
    from jingtu.platform.organisations.models import Organisation
    from jingtu.programme.plans import queries

    frame = queries.Frame(built.region, built.year, date.fromisoformat(TODAY))
    cursor = ""
    for _ in range(39):
        cursor = queries.tasks(frame, cursor=cursor).following or cursor
    unit = Organisation.objects.filter(region=built.region).order_by("pk")[7].uid
    place = f"region={built.region.uid}&year={built.year}"
    return {
        "year": f"/?{place}",
        "tasks": f"/tasks/?{place}",
        "tasks, page 40": f"/tasks/?{place}&after={cursor}",
        "tasks, overdue": f"/tasks/?{place}&due=overdue",
        "tasks of a unit": f"/tasks/?{place}&unit={unit}",
        "units": f"/units/?{place}",
        "unit": f"/units/{unit}/?{place}",
        "task": f"/tasks/{built.first_task}/?{place}",
        "calendar": f"/calendar/?{place}",
    }


def reporter(built: Any) -> Callable[[], None]:
    """Somebody reports progress on one task after another."""
    from jingtu.platform.registers.models import Entry
    from jingtu.programme.plans.actions import ReportProgress

    # The last tasks are those that nobody has reported on in this month.
    started = Entry.objects.filter(register="plan_tasks", versions__state="in_progress")
    entries = iter(list(started.order_by("-pk")[:1000]))

    def write() -> None:
        entry = next(entries)
        unit = entry.units.select_related("organisation").order_by("pk")[1]
        ReportProgress(
            built.user, date.fromisoformat(TODAY), entry, organisation=unit.organisation, period="2024-04",
            text="按计划推进。",
        ).execute()  # fmt: skip

    return write


def get(client: Any, address: str) -> None:
    response = client.get(address)
    if response.status_code != 200:
        raise RuntimeError(f"{address}: {response.status_code}")


def timed(ask: Callable[[], Any], times: int, write: Callable[[], None]) -> list[float]:
    """Milliseconds of each request; one first, unmeasured, as after a start."""
    ask()
    found = []
    for number in range(times):
        if number % 10 == 0:
            write()
        begin = time.perf_counter()
        ask()
        found.append((time.perf_counter() - begin) * 1000)
    return found


def row_of(page: str, how: str, times: list[float]) -> dict[str, Any]:
    ordered = sorted(times)
    return {
        "page": page,
        "how": how,
        "held": page in HELD and how != "ListView",
        "requests": len(times),
        "p50_ms": round(statistics.median(ordered), 1),
        "p95_ms": round(ordered[min(int(len(ordered) * 0.95), len(ordered) - 1)], 1),
        "max_ms": round(ordered[-1], 1),
    }


def naive(built: Any, page: int) -> Callable[[], Any]:
    """The same list as the framework's own view makes it."""
    from django.template import engines
    from django.test import RequestFactory
    from django.views.generic import ListView

    from jingtu.platform.registers import versions
    from jingtu.programme.plans.lifecycle import TASKS

    template = engines["django"].from_string(
        "{{ page_obj.paginator.count }}<table>{% for task in object_list %}<tr><td>{{ task.taskfacts.number }}"
        "<td>{{ task.name }}<td>{{ task.state }}<td>{{ task.taskfacts.due|date:'Y-m-d' }}<td>"
        "{% for unit in task.entry.units.all %}{{ unit.organisation.name }} {% endfor %}<td>"
        "{{ task.entry.progress.last.text }}{% endfor %}</table>"
    )

    class Tasks(ListView):
        paginate_by = 50

        def get_queryset(self) -> Any:
            found = versions.versions(TASKS, date.fromisoformat(TODAY)).filter(region=built.region)
            return found.order_by("taskfacts__position")

    view = Tasks.as_view()
    factory = RequestFactory()

    def ask() -> None:
        response = view(factory.get("/", {"page": page}))
        template.render(response.context_data, response._request)

    return ask


def served(
    pages: dict[str, str], cookie: str, requests: int, write: Callable[[], None]
) -> list[dict[str, Any]]:
    """The same pages of a served process, over one kept connection."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "jingtu.service.cli.main", "serve", "--port", str(port)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        await_answer(process, port)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

        def fetch(address: str) -> None:
            connection.request("GET", address, headers={"Cookie": cookie})
            response = connection.getresponse()
            response.read()
            if response.status != 200:
                raise RuntimeError(f"{address}: {response.status}")

        return [
            row_of(name, "served", timed(lambda at=address: fetch(at), requests, write))
            for name, address in pages.items()
        ]
    finally:
        process.terminate()
        process.wait(30)


def await_answer(process: Any, port: int) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError("the server ended before it answered")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server does not answer")


def show(found: dict[str, Any]) -> None:
    print(f"{found['tasks']} tasks, {found['progress']} reports, SQLite")
    print(f"{'page':<18}{'how':<10}{'p50 ms':>9}{'p95 ms':>9}{'max ms':>9}")
    for row in found["rows"]:
        print(f"{row['page']:<18}{row['how']:<10}{row['p50_ms']:>9}{row['p95_ms']:>9}{row['max_ms']:>9}")
    times = {(row["page"], row["how"]): row["p50_ms"] for row in found["rows"]}
    for page in ("tasks", "tasks, page 40"):
        ratio = times[page, "ListView"] / times[page, "client"]
        print(f"{page}: the ListView takes {ratio:.1f} times as long")


if __name__ == "__main__":
    sys.exit(main())
