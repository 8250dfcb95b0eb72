"""The whole chain on published plans that lie beside some checkouts: load, confirm, report, check, status."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path

import pytest

from jingtu.platform.duties import ticking
from jingtu.platform.duties.models import Duty
from jingtu.platform.ledger import chain
from jingtu.platform.people.models import Membership, User
from jingtu.platform.people.roles import Role
from jingtu.platform.regions.loading import load_regions
from jingtu.platform.registers import versions
from jingtu.platform.registers.models import Entry
from jingtu.programme.plans import actions, queries
from jingtu.programme.plans.models import Plan, TaskUnit
from jingtu.service.cli.plan_db import status_document

PLANS = Path(__file__).resolve().parents[4] / "shared" / "plans"
FILES = sorted(PLANS.glob("*.txt"))


def gold(file: Path) -> dict[str, object]:
    return json.loads((PLANS / "gold" / f"plan_{file.name[:3]}.json").read_text(encoding="utf-8"))


@pytest.mark.skipif(not FILES, reason="the folder ../shared with real plans is not beside this checkout")
@pytest.mark.django_db
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name[:3])
def test_from_the_file_to_the_year(file: Path) -> None:
    wanted = gold(file)
    year = int(wanted["year"])  # type: ignore[call-overload]
    load_regions("builtin", on=date(year, 1, 1))
    loaded = actions.LoadPlan(
        None, date(year, 3, 1), file_name=file.name, content=file.read_bytes()
    ).execute()
    region = loaded.plan.region
    people = [User.objects.create(username=f"u{number}", display_name="甲") for number in range(2)]
    for user in people:
        Membership.objects.create(user=user, role=Role.OFFICER, region=region)
    first, second = people
    result = actions.ConfirmPlan(first, date(year, 3, 2), loaded.plan, confirm_pending=True).execute()

    assert (loaded.plan.year, result.tasks) == (year, len(wanted["tasks"]))  # type: ignore[arg-type]
    assert result.targets == len(wanted["targets"])  # type: ignore[arg-type]
    frame = queries.Frame(region, year, date(year, 6, 30))
    rows = queries.tasks(frame, limit=100).rows
    assert [row.number or None for row in rows] == [task["number"] for task in wanted["tasks"]]  # type: ignore[union-attr]

    # Every lead unit that the annotation names is an organisation that can report.
    for row, task in zip(rows, wanted["tasks"], strict=True):  # type: ignore[call-overload]
        leads = [unit for unit in task["lead_units"] if not unit["raw"].startswith("各")]
        lines = TaskUnit.objects.filter(entry=row.entry, role="lead", organisation__isnull=False)
        assert lines.filter(kind="department").count() == len(leads), row.title
    # Class units of the place open into more than one real organisation.
    classes = TaskUnit.objects.filter(class_unit__isnull=False).values_list(
        "organisation__region__level", flat=True
    )
    assert not classes or set(classes) <= {"town", "county", "zone"}

    entry = Entry.objects.get(pk=rows[0].entry)
    lead = next(unit for unit in rows[0].units if unit.organisation is not None)
    unit = TaskUnit.objects.get(entry=entry, organisation=lead.organisation, role=lead.role, class_unit=None)
    actions.ReportProgress(
        first,
        date(year, 5, 20),
        entry,
        organisation=unit.organisation,
        period=f"{year}-05",
        text="已完成排查。",
    ).execute()
    proof = [("证明.txt", io.BytesIO("材料".encode()))]
    actions.SubmitTask(first, date(year, 6, 1), entry, files=proof).execute()
    actions.CheckTask(second, date(year, 6, 5), entry, accept=True).execute()
    ticking.tick(date(year, 6, 25))
    assert Duty.objects.exists()

    document = status_document(date(year, 6, 30), None, region.adcode or region.name, year)
    told = document["tasks"][0]
    assert (told["state"], told["progress"]) == (
        "done",
        [
            {
                "unit": unit.organisation.name, "period": f"{year}-05", "text": "已完成排查。",
                "state": "in_progress", "percent": None,
            }
        ],
    )  # fmt: skip
    assert len(document["targets"]) == result.targets
    assert versions.version_on(entry, date(year, 6, 4)).state == "submitted"
    # The same file once more is known, and a ledger that nobody touched holds.
    again = actions.LoadPlan(None, date(year, 7, 1), file_name=file.name, content=file.read_bytes()).execute()
    assert again.duplicate
    assert Plan.objects.count() == 1
    chain.seal_all()
    assert chain.verify().first_broken is None
