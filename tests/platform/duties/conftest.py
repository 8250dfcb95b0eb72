"""The same county and people as in the tests of the registers; duties that pages show."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.platform.registers.conftest import *  # noqa: F403

from jingtu.platform.clock import OPEN_DATE
from jingtu.platform.duties import declarations
from jingtu.platform.duties.declarations import DutyRule
from jingtu.platform.duties.models import Duty
from jingtu.platform.indicators.declarations import Rule
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people.models import User
from jingtu.platform.registers.actions import CreateEntry
from jingtu.platform.registers.models import Entry

BASIS = Rule("试验办法", "第三条", date(2020, 1, 1), OPEN_DATE, "test")


def today() -> date:
    return timezone.localdate()


@pytest.fixture
def rules(monkeypatch: pytest.MonkeyPatch, tmp_path: Any, settings: Any) -> None:
    """One duty that a second person checks, one that its own unit closes alone; those of parcels stay."""
    settings.MEDIA_ROOT = tmp_path / "evidence"
    monkeypatch.setattr(declarations, "_rules", dict(declarations._rules))
    for name, checked in (("tests.checked", True), ("tests.plain", False)):
        declarations.declare(
            DutyRule(
                name, "现场核查" if checked else "报送情况", "priority_parcels", lambda _on, _entry: [], (BASIS,),
                evidence_required=checked, checked=checked,
            )
        )  # fmt: skip


@pytest.fixture
def entry(officer: User, county: Any) -> Entry:
    header = {"name": "青禾化工厂地块", "region": county}
    return CreateEntry(officer, today(), "priority_parcels", header, {}, code="P-1").execute()


@pytest.fixture
def owe(rules: None, entry: Entry, county: Any, bureau: Organisation) -> Callable[..., Duty]:
    def make(what: str = "核查围挡", rule: str = "tests.checked", days: int | None = 0, **more: Any) -> Duty:
        due = None if days is None else today() + timedelta(days=days)
        values = {"holder": bureau, "region_path": county.path} | more
        return Duty.objects.create(
            rule=rule, entry=entry, period=what, what=what, due=due,
            raised_on=today() - timedelta(days=40), **values,
        )  # fmt: skip

    return make


def sit_down(user: User) -> Client:
    found = Client()
    found.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return found


def text(response: Any) -> str:
    assert response.status_code == 200, response.content.decode()[:500]
    return str(response.content.decode())


def listed(page: str) -> list[str]:
    return re.findall(r"<a data-row href=\"[^\"]+\">([^<]+)</a>", page)
