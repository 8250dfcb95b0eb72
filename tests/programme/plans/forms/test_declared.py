"""Every statement that a form row names is said by some register of this build, for an empty place as well."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from jingtu.platform.statements.declarations import all_statements, get
from jingtu.programme.plans.forms.rows import known_rows

JUNE = (date(2024, 6, 1), date(2024, 6, 30))


def test_the_table_names_only_statements_there_are() -> None:
    named = {name for row in known_rows() for name in row.statements}
    assert {name for name in named if get(name) is None} == set()
    assert sum(row.computed for row in known_rows()) >= 20


@pytest.mark.django_db
def test_an_empty_place_claims_nothing(city: Any) -> None:
    assert all_statements()
    told = {item.id: item.tell(city, *JUNE, None) for item in all_statements()}
    assert {name for name, said in told.items() if said is not None} == set()
