"""The county of the register tests, with its ledger of contaminated cropland worked out by hand."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from tests.platform.registers.conftest import *  # noqa: F403

from jingtu.platform.evidence.attaching import attach
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.registers.actions import CreateEntry
from jingtu.platform.registers.entry_records import AddRecord
from jingtu.platform.registers.models import Entry

DAY = date(2024, 1, 10)


def plot(code: str, region: Any, state: str, area: str | None, degree: str = "", **facts: Any) -> Entry:
    """A plot entered in January; its area as an office writes it."""
    return CreateEntry(
        None, DAY, "farmland_plots", {"name": f"{code}号田", "region": region},
        facts | {"area_m2": area, "degree": degree}, code=code, state=state,
    ).execute()  # fmt: skip


def measure(entry: Entry, name: str, area: str | None = None, season: str = "late", **values: Any) -> Any:
    """A measure of the year 2024."""
    day = values.pop("on", date(2024, 7, 20))
    content = {"year": "2024", "season": season, "measure": name, "area_m2": area} | values
    return AddRecord(None, day, entry, "farmland_measures", content).execute()


def crop_test(entry: Entry, cadmium: str, sample: str = "S1", **values: Any) -> Any:
    """A sample of rice of the late season."""
    day = values.pop("on", date(2024, 10, 30))
    content = {"season": "late", "crop": "稻谷", "sample": sample, "cadmium": cadmium} | values
    return AddRecord(None, day, entry, "farmland_crop_tests", content).execute()


def proof(entry: Entry, actor: Any, name: str = "现场照片.txt") -> Attachment:
    """A file that belongs to a plot."""
    path = entry.versions.order_by("id")[0].region.path
    return attach(
        io.BytesIO(f"{name}{entry.code}".encode()), name, subject_type="farmland_plots", subject_uid=entry.uid,
        read_permission="cropland.plot.read", region_path=path, organisations=[], actor=actor,
    )  # fmt: skip


def strict_check(entry: Entry, phase: str, actor: Any, **values: Any) -> Any:
    """A check of strictly controlled land, with a photograph."""
    day = values.pop("on", date(2024, 8, 10))
    content = {"year": "2024", "season": "late", "phase": phase, "agrees": "是"} | values
    files = [proof(entry, actor, f"{phase}.txt")]
    return AddRecord(actor, day, entry, "farmland_strict_checks", content, files).execute()


@pytest.fixture
def plots(county: Any, town: Any, neighbour: Any) -> dict[str, Entry]:
    """E = 200 + 600 + 100 + 50 + 30 + 20 = 1000 mu; B + C + D = 200 + 500 + 30 = 730 mu."""
    found = {
        "slight": plot("P1", town, "protected", "200亩", "slight"),
        "safe": plot("P2", town, "safe_use", "600亩", "light_medium"),
        "untested": plot("P3", county, "safe_use", "100亩", "light_medium"),
        "over": plot("P4", county, "safe_use", "50亩"),
        "heavy": plot("P5", county, "strict", "30亩", "heavy"),
        "limed": plot("P6", county, "strict", "20亩", "heavy"),
        "blank": plot("P7", county, "safe_use", None),
        "clean": plot("P8", county, "protected", "500亩"),
        "next": plot("P9", neighbour, "strict", "70亩", "heavy"),
    }
    measure(found["slight"], "organic_manure")
    measure(found["safe"], "lime", "400亩")
    measure(found["safe"], "variety", "100亩")
    crop_test(found["safe"], "0.12", "S1")
    measure(found["untested"], "lime")
    measure(found["over"], "lime")
    crop_test(found["over"], "0.08", "S2")
    crop_test(found["over"], "0.25", "S3")
    measure(found["heavy"], "fallow")
    measure(found["heavy"], "lime")
    measure(found["limed"], "lime")
    return found
