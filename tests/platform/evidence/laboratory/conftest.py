"""A county, its people, its laboratory, and a survey of a parcel."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from jingtu.platform.evidence.laboratory import preparing
from jingtu.platform.evidence.laboratory.importing import ImportResults
from jingtu.platform.evidence.laboratory.models import Survey
from jingtu.platform.evidence.laboratory.prepared import Prepared
from jingtu.platform.evidence.laboratory.surveys import CreateSurvey, Said
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people.models import Membership, User
from jingtu.platform.people.roles import Role
from jingtu.platform.regions.models import Region
from jingtu.platform.regions.tree import create_region

ON = date(2024, 9, 2)
HEAD = [
    "样品编号",
    "点位编号",
    "采样深度（m）",
    "采样日期",
    "检测项目",
    "检测结果",
    "单位",
    "检出限",
    "检测方法",
]
DAY = date(2024, 6, 12)


def row(
    sample: str, analyte: str, value: Any, unit: str = "mg/kg", limit: Any = 0.01, day: Any = DAY
) -> list[Any]:
    """One row of a long sheet."""
    return [
        sample,
        sample.split("-", maxsplit=1)[0],
        "0-0.5",
        day,
        analyte,
        value,
        unit,
        limit,
        "HJ 680-2013",
    ]


GOOD = [
    row("S1-1", "砷", 12.5),
    row("S1-1", "镉", "ND"),
    row("S2-1", "砷", 72.5),
    row("S2-1", "镉", 0.31),
    row("S3-1", "砷", 150),
]


def book(rows: list[list[Any]], head: list[str] | None = None, title: str = "检测结果") -> bytes:
    """A workbook of one sheet."""
    made, out = Workbook(), io.BytesIO()
    sheet = made.active
    assert sheet is not None
    sheet.title = title
    sheet.append(head or HEAD)
    for line in rows:
        sheet.append(line)
    made.save(out)
    return out.getvalue()


@pytest.fixture
def county(db: None) -> Region:
    city = create_region("白石市", Region.Level.CITY, None, code="990100", source="测试")
    return create_region("青禾县", Region.Level.COUNTY, city, code="990122", source="测试")


@pytest.fixture
def neighbour(county: Region) -> Region:
    return create_region("红枫县", Region.Level.COUNTY, county.parent, code="990123", source="测试")


def body(name: str, kind: str, region: Region) -> Organisation:
    return Organisation.objects.create(name=name, kind=kind, region=region)


@pytest.fixture
def laboratory(county: Region) -> Organisation:
    return body("青禾检测有限公司", Organisation.Kind.LABORATORY, county)


@pytest.fixture
def firm(county: Region) -> Organisation:
    return body("青禾勘查有限公司", Organisation.Kind.SURVEY_FIRM, county)


@pytest.fixture
def holder(county: Region) -> Organisation:
    return body("青禾电镀有限公司", Organisation.Kind.ENTERPRISE, county)


@pytest.fixture
def person(county: Region) -> Callable[..., User]:
    def make(role: Role, organisation: Organisation | None = None, region: Region | None = None) -> User:
        user = User.objects.create(username=f"u{User.objects.count()}", display_name=role.label)
        regional = role in {Role.OFFICER, Role.HEAD}
        Membership.objects.create(
            user=user, role=role, region=region or county if regional else None, organisation=organisation
        )
        return user

    return make


@pytest.fixture
def officer(person: Callable[..., User]) -> User:
    return person(Role.OFFICER)


@pytest.fixture
def said(
    county: Region, laboratory: Organisation, firm: Organisation, holder: Organisation
) -> Callable[..., Said]:
    def make(**changes: Any) -> Said:
        values: dict[str, Any] = {
            "name": "示例地块初步调查", "code": "JC-1", "region": county, "standard": "gb36600",
            "land_class": 2, "holder": holder, "organisation": firm, "laboratory": laboratory,
            "cma_number": "990012340001", "cma_valid_from": date(2022, 1, 1),
            "cma_valid_to": date(2027, 12, 31), "cma_scope": "pH、砷、镉、铅、汞、镍、铜",
        }  # fmt: skip
        return Said(**(values | changes))

    return make


@pytest.fixture
def survey(officer: User, said: Callable[..., Said]) -> Survey:
    return CreateSurvey(officer, ON, said()).execute()


@pytest.fixture
def prepare(tmp_path: Path) -> Callable[..., tuple[Prepared, Path]]:
    def make(survey: Survey, rows: list[list[Any]] | bytes, name: str = "结果.xlsx") -> tuple[Prepared, Path]:
        content = rows if isinstance(rows, bytes) else book(rows)
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}-{name}"
        path.write_bytes(content)
        survey = Survey.objects.get(pk=survey.pk)
        return preparing.prepare(survey, io.BytesIO(content), name, on=ON), path

    return make


@pytest.fixture
def deliver(prepare: Callable[..., tuple[Prepared, Path]], officer: User) -> Callable[..., Prepared]:
    def make(
        survey: Survey, rows: list[list[Any]] | bytes, reason: str = "", actor: User | None = None
    ) -> Prepared:
        prepared, path = prepare(survey, rows)
        ImportResults(actor or officer, ON, prepared, path, reason=reason, acknowledged=True).execute()
        survey.refresh_from_db()
        return prepared

    return make
