"""Two people at once: each sees the other, and nothing is overwritten, on either database."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from tests.platform.registers.test_exchange import HEAD, book, look

from jingtu.errors import ConflictError
from jingtu.platform.clock import OPEN_TIME
from jingtu.platform.people.models import User
from jingtu.platform.registers import versions
from jingtu.platform.registers.actions import ChangeFacts, CreateEntry
from jingtu.platform.registers.exchange.importing import ImportEntries
from jingtu.platform.registers.models import Entry, Version

DAY = date(2024, 6, 30)


def together(*works: Callable[[], Any]) -> list[Any]:
    """Run works at the same moment in threads of their own; a conflict is an answer like any other."""
    start = Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        try:
            start.wait(timeout=30)
            return work()
        except ConflictError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


@pytest.mark.django_db(transaction=True)
def test_of_two_editors_of_one_screen_one_is_told(
    officer: User, county: Any, person: Callable[..., User]
) -> None:
    entry = CreateEntry(officer, DAY, "priority_parcels", {"name": "甲", "region": county}, {}).execute()
    seen = versions.version_on(entry, DAY)
    assert seen is not None
    others = [officer, *(person(name=f"同事{number}") for number in range(3))]
    answers = together(
        *(
            ChangeFacts(
                actor, DAY, entry, facts={"note": actor.display_name}, expected_version=seen.pk
            ).execute
            for actor in others
        )
    )
    assert sum(isinstance(answer, ConflictError) for answer in answers) == len(others) - 1
    assert Version.objects.filter(entry=entry, recorded_to=OPEN_TIME).count() == 1


@pytest.mark.django_db(transaction=True)
def test_changes_of_different_columns_are_all_kept(officer: User, county: Any) -> None:
    entry = CreateEntry(officer, DAY, "priority_parcels", {"name": "甲", "region": county}, {}).execute()
    names = ["note", "address", "industry", "planned_use"]
    answers = together(*(ChangeFacts(officer, DAY, entry, facts={name: name}).execute for name in names))
    assert not [answer for answer in answers if isinstance(answer, ConflictError)]
    version = versions.version_on(entry, DAY)
    assert version is not None
    assert [getattr(versions.facts_of(version), name) for name in names] == names


@pytest.mark.django_db(transaction=True)
def test_of_two_imports_of_one_list_one_is_told(county: Any) -> None:
    rows = [HEAD, *([str(number), f"地块{number}", "青禾县", "已纳入"] for number in range(200))]
    actions = [ImportEntries(None, DAY, look(book(rows))) for _ in range(2)]
    answers = together(*(action.execute for action in actions))
    assert sum(isinstance(answer, ConflictError) for answer in answers) == 1
    assert Entry.objects.count() == Version.objects.count() == 200
