"""Template filters on which a figure's meaning hangs."""

from __future__ import annotations

from datetime import date

import pytest

from jingtu.platform.clock import OPEN_DATE
from jingtu.service.web.templatetags.jingtu import last_day


@pytest.mark.parametrize(("end", "shown"), [(date(2026, 1, 1), "2025-12-31"), (OPEN_DATE, ""), (None, "")])
def test_a_rule_is_shown_until_its_last_day(end: date | None, shown: str) -> None:
    assert last_day(end) == shown


@pytest.mark.django_db
def test_a_link_is_only_shown_to_who_may_follow_it() -> None:
    from django.contrib.auth.models import AnonymousUser
    from django.template import Context, Template
    from django.test import RequestFactory

    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    template = Template('{% load jingtu %}{% may "indicators.read" as reads %}{{ reads }}')
    assert template.render(Context({"request": request})) == "False"
    assert template.render(Context({})) == "False"


def test_the_ledger_calls_an_entry_by_its_register() -> None:
    from jingtu.platform.registers.declarations import all_registers
    from jingtu.service.web.ledger_views import subject_labels

    labels = subject_labels()
    assert {labels[register.id] for register in all_registers()} == {item.label for item in all_registers()}
    assert labels["duty"] == "待办"
