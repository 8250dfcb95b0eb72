"""The list of a survey's results with 100,000 of them on SQLite.

    python bench/results.py [--requests 40] [--rows 100000]

The real pages, asked through Django's test client, after a workbook of the bench of the import was stored. The
first request of each address is not measured: it counts what is remembered until the next import. The peer
shows the same list in the same minute as Django's ``ListView`` does it: counted, paged by offset, samples looked
up row by row.

Ends with 1 where the 95th percentile of a list is 100 ms or more of this process's processor time, which is
what the clock shows where nothing else runs.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
import lab_import
import pages

FLOOR_P95_MS = 100.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--requests", type=int, default=40)
    parser.add_argument("--rows", type=int, default=100_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"JINGTU_DATA": folder, "JINGTU_TODAY": lab_import.ON.isoformat()}
        os.environ.pop("JINGTU_DATABASE_URL", None)
        rows = measure(Path(folder), given.rows, given.requests)
    print(f"{'list':<26}{'how':<10}{'p50 ms':>9}{'p95 ms':>9}{'processor p95 ms':>18}")
    for row in rows:
        print(
            f"{row['page']:<26}{row['how']:<10}{row['p50_ms']:>9}{row['p95_ms']:>9}{row['processor_p95_ms']:>18}"
        )
    times = {(row["page"], row["how"]): row["p50_ms"] for row in rows}
    print(
        f"page 40: the ListView takes {times['page 40', 'ListView'] / times['page 40', 'client']:.1f} times as long"
    )
    slow = [row for row in rows if row["how"] == "client" and row["processor_p95_ms"] >= FLOOR_P95_MS]
    for row in slow:
        print(f"too slow: {row['page']}", file=sys.stderr)
    return 1 if slow else 0


def measure(folder: Path, size: int, requests: int) -> list[dict[str, Any]]:
    survey: Any = lab_import.ready()
    from django.conf import settings
    from django.test import Client

    from jingtu.platform.evidence.laboratory import preparing
    from jingtu.platform.evidence.laboratory.importing import ImportResults
    from jingtu.platform.people.models import Membership, User
    from jingtu.platform.people.roles import Role

    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    path = folder / "results.xlsx"
    lab_import.workbook(path, size)
    with path.open("rb") as stream:
        prepared = preparing.prepare(survey, stream, path.name, on=lab_import.ON)
    ImportResults(None, lab_import.ON, prepared, path, acknowledged=True).execute()
    user = User.objects.create_user("bench", "x", display_name="基准")
    Membership.objects.create(user=user, role=Role.OFFICER, region=survey.region)
    client = Client()
    client.force_login(user)

    def no_write() -> None:
        """Results change by imports, after which everything is counted anew."""

    rows = [
        pages.row_of(name, "client", pages.timed(lambda at=at: pages.get(client, at), requests, no_write))
        for name, at in addresses(client, survey).items()
    ]
    naive = peer(survey, 40)
    rows.append(pages.row_of("page 40", "ListView", pages.timed(naive, max(requests // 4, 5), no_write)))
    return rows


def addresses(client: Any, survey: Any) -> dict[str, str]:
    """The list, deep inside it, and narrowed in each way that the page offers."""
    start = f"/surveys/{survey.uid}/results/"
    deep = start
    for _ in range(39):
        text = client.get(deep).content.decode()
        deep = start + text.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    narrowed = {
        "by verdict": "verdict=above_intervention",
        "by analyte": "analyte=lead",
        "an analyte by its ratio": "analyte=lead&sort=-ratio",
        "not detected": "detected=no",
        "of a point": "point=P0100",
        "of a depth": "depth=1-2",
        "with words": "q=S00100",
        "worst verdict first": "sort=-verdict",
        "all by their ratio": "sort=-ratio",
    }
    return {"page 1": start, "page 40": deep} | {name: f"{start}?{query}" for name, query in narrowed.items()}


def peer(survey: Any, page: int) -> Callable[[], Any]:
    """The same list as the framework's own view makes it."""
    from django.template import engines
    from django.test import RequestFactory
    from django.views.generic import ListView

    from jingtu.platform.evidence.laboratory.models import Result, believed

    template = engines["django"].from_string(
        "{{ page_obj.paginator.count }}<table>{% for row in object_list %}<tr><td>{{ row.sample.code }}<td>"
        "{{ row.sample.point }}<td>{{ row.analyte }}<td>{{ row.raw }}<td>{{ row.value }}<td>{{ row.unit }}<td>"
        "{{ row.limit_value }}<td>{{ row.ratio }}<td>{{ row.verdict }}<td>{{ row.method }}<td>{{ row.limit_clause }}"
        "{% endfor %}</table>"
    )

    class Results(ListView):
        paginate_by = 50

        def get_queryset(self) -> Any:
            return Result.objects.filter(believed(), survey=survey).order_by("sample__code", "analyte")

    view = Results.as_view()
    factory = RequestFactory()

    def ask() -> None:
        response = view(factory.get("/", {"page": page}))
        template.render(response.context_data, response._request)

    return ask


if __name__ == "__main__":
    sys.exit(main())
