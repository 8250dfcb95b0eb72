"""Surveys and results over the API: the same actions, the same limits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.platform.evidence.laboratory.conftest import GOOD, book, row

from jingtu.platform.evidence.laboratory.models import Judgement, Result, Survey
from jingtu.platform.evidence.laboratory.prepared import Prepared
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people.models import User
from jingtu.platform.people.roles import Role

pytestmark = pytest.mark.django_db
HOME = "/api/v1/surveys"


def as_person(user: User) -> Client:
    found = Client()
    found.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return found


def send(client: Client, survey: Survey, content: bytes, **asked: Any) -> Any:
    file = SimpleUploadedFile("结果.xlsx", content)
    return client.post(f"{HOME}/{survey.uid}/imports", {"file": file}, query_params=asked)


def test_a_laboratory_checks_and_delivers(
    survey: Survey, person: Callable[..., User], laboratory: Organisation
) -> None:
    client = as_person(person(Role.LABORATORY, laboratory))
    checked = send(client, survey, book(GOOD))
    assert checked.status_code == 200, checked.content
    assert checked.json()["applied"] is False
    assert not Result.objects.exists()
    stored = send(client, survey, book(GOOD), apply="true", acknowledged="true").json()
    assert (stored["applied"], stored["added"]) == (True, 5)
    assert stored["verdicts_of_samples"] == {"below_screening": 1, "between": 1, "above_intervention": 1}
    again = send(client, survey, book(GOOD), apply="true", acknowledged="true")
    assert again.status_code == 409


def test_all_errors_come_as_one_problem_document(survey: Survey, officer: User) -> None:
    bad = [*GOOD, row("S4-1", "铅", "一百"), row("S5-1", "铅", -1)]
    answer = send(as_person(officer), survey, book(bad), apply="true", acknowledged="true")
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert {(item["row"], item["column"]) for item in answer.json()["errors"]} == {(7, "F"), (8, "F")}
    assert not Result.objects.exists()


def test_results_are_read_with_verdict_and_clause_as_known_at_a_moment(
    survey: Survey, officer: User, deliver: Callable[..., Prepared]
) -> None:
    deliver(survey, GOOD)
    known = Judgement.objects.get().recorded_from
    deliver(survey, [row("S3-1", "砷", 15.0)], reason="更正")
    client = as_person(officer)

    def verdict(**asked: str) -> str:
        found = client.get(f"{HOME}/{survey.uid}/results", asked).json()
        assert found["total"] == 5
        (one,) = (item for item in found["results"] if item["sample"] == "S3-1")
        assert one["limit_clause"]
        return str(one["verdict"])

    assert verdict() == "below_screening"
    assert verdict(known_at=known.isoformat()) == "above_intervention"
    before = client.get(f"{HOME}/{survey.uid}", {"known_at": known.isoformat()}).json()
    assert before["samples"]["above_intervention"] == 1
    (listed,) = client.get(HOME).json()["surveys"]
    assert listed["samples"] == {"below_screening": 2, "between": 1}


def test_pages_of_results_follow_each_other(
    survey: Survey, officer: User, deliver: Callable[..., Prepared]
) -> None:
    deliver(survey, GOOD)
    client, seen, cursor = as_person(officer), [], ""
    while True:
        page = client.get(f"{HOME}/{survey.uid}/results", {"limit": 2, "cursor": cursor}).json()
        seen += [(item["sample"], item["analyte"]) for item in page["results"]]
        cursor = page["following"]
        if not cursor:
            break
    assert seen == [(line[0], line[4]) for line in GOOD]
