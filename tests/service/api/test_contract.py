"""What the API says of itself holds: generated requests, legal and illegal, get only answers it describes.

In process and in the test's transaction; nothing listens anywhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.service.api.snapshot import SNAPSHOT

from jingtu.platform.people.models import Membership, User
from jingtu.platform.people.roles import Role

CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)


TOKEN = "x" * 32


@pytest.fixture
def cookies(db: None) -> Iterator[dict[str, str]]:
    """Cookies of a user who may read everything there is to read: the audit administrator."""
    user = User.objects.create_user("auditor", "a long password", display_name="审计管理员")
    Membership.objects.create(user=user, role=Role.AUDIT_ADMIN.value)
    client = Client()
    client.force_login(user)
    # The handler would close the connection of the test's transaction after each request.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield {"sessionid": client.cookies["sessionid"].value, "csrftoken": TOKEN}
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def schema_of(document: dict[str, Any]) -> Any:
    schema = schemathesis.openapi.from_dict(document)
    schema.app = WSGIHandler()
    return schema


schema = schema_of(json.loads(SNAPSHOT.read_text(encoding="utf-8")))


@pytest.mark.django_db
@schema.parametrize()
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,
    ],
)
def test_answers_are_those_described(case: Any, cookies: dict[str, str]) -> None:
    case.cookies.clear()
    case.call_and_validate(headers={"X-CSRFToken": TOKEN}, cookies=cookies, checks=CHECKS)
