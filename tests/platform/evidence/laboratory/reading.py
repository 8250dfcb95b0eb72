"""A survey with results, and people who read its pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from tests.platform.evidence.laboratory.surveyed import plain_rows, store, survey

from jingtu.platform.evidence.laboratory.models import Result, Survey
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people.models import Membership, User
from jingtu.platform.people.roles import Role
from jingtu.platform.regions.models import Region
from jingtu.platform.regions.tree import create_region


@pytest.fixture
def county() -> Region:
    cache.clear()
    city = create_region("示例市", Region.Level.CITY, None, code="990100", source="测试")
    return create_region("示例县", Region.Level.COUNTY, city, code="990122", source="测试")


@pytest.fixture
def person(county: Region) -> Callable[..., Client]:
    def make(role: Role = Role.OFFICER, organisation: Organisation | None = None) -> Client:
        user = User.objects.create_user(f"user-{role}", "x", display_name=role.label)
        Membership.objects.create(
            user=user, role=role, region=None if organisation else county, organisation=organisation
        )
        client = Client()
        client.force_login(user)
        return client

    return make


@pytest.fixture
def found(county: Region) -> Survey:
    made = survey(county)
    store(made, plain_rows())
    return made


def page(client: Client, name: str, found: Survey, *arguments: Any, **query: str) -> str:
    answer = client.get(reverse(name, args=[found.uid, *arguments]), query)
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return answer.content.decode()


def rows_of(text: str) -> list[str]:
    """The rows of the list, as the page prints them."""
    body = text[text.index("data-rows") :]
    return [row.split("</tbody>")[0] for row in body.split("<tr>")[2:]]


def result(found: Survey, code: str, analyte: str) -> Result:
    return Result.objects.get(survey=found, sample__code=code, analyte=analyte)


def rows_after(text: str, heading: str) -> list[str]:
    """Rows of the first table after a heading."""
    return [row.split("</tr>")[0] for row in text[text.index(heading) :].split("<tr>")[2:]]
