"""Keyset paging against the plain list it stands for."""

from __future__ import annotations

import pytest
from django.db.models import QuerySet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jingtu.platform.organisations.models import Organisation
from jingtu.platform.pages import keyset
from jingtu.platform.regions.models import Region
from jingtu.platform.regions.tree import create_region


@pytest.fixture
def county(db: None) -> Region:
    return create_region("青禾县", Region.Level.COUNTY, None, code="990122", source="测试")


def walk(
    rows: QuerySet[Organisation], order: tuple[str, ...], size: int
) -> tuple[list[list[int]], list[str]]:
    pages, previous, cursor = [], [], ""
    while True:
        page = keyset.page(rows, order, cursor, size)
        pages.append([row.pk for row in page.rows])
        previous.append(page.previous)
        if not page.next:
            return pages, previous
        cursor = page.next


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    names=st.lists(st.sampled_from("甲乙丙丁"), max_size=23),
    size=st.integers(1, 7),
    descending=st.booleans(),
)
def test_pages_forwards_and_back_are_the_list(
    county: Region, names: list[str], size: int, descending: bool
) -> None:
    Organisation.objects.all().delete()
    # Many rows share the first key of the order, which is where a plain cursor would skip or repeat.
    for place, name in enumerate(names):
        Organisation.objects.create(name=f"{name}{place}", kind=Organisation.Kind.OTHER, region=county, uscc_missing_reason=name)  # fmt: skip
    order = ("-uscc_missing_reason" if descending else "uscc_missing_reason", "id")
    rows = Organisation.objects.all()
    pages, previous = walk(rows, order, size)
    expected = list(rows.order_by(*order).values_list("pk", flat=True))
    assert [key for page in pages for key in page] == expected
    assert all(len(page) == size for page in pages[:-1])
    for place in range(len(pages) - 1, 0, -1):
        back = keyset.page(rows, order, previous[place], size)
        assert [row.pk for row in back.rows] == pages[place - 1]
    assert previous[0] == ""


@pytest.mark.parametrize("cursor", ["x", "W10", "eyJhIjoxfQ", "WyJuIiwiYSJd", "WyJxIiwxLDJd", "%%%", "汉字"])
def test_a_cursor_nobody_gave_is_the_first_page(county: Region, cursor: str) -> None:
    made = [
        Organisation.objects.create(name=name, kind=Organisation.Kind.OTHER, region=county) for name in "甲乙"
    ]
    page = keyset.page(Organisation.objects.all(), ("name", "id"), cursor, 5)
    assert {row.pk for row in page.rows} == {row.pk for row in made}


def test_a_count_says_when_it_is_not_exact() -> None:
    assert str(keyset.Count(98_765)) == "98,765"
    assert str(keyset.Count(100_000, exact=False)) == "约 100,000 以上"
