"""A reading by another base date, year or name: asked in a form whose address can be kept, refused where unreadable."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db.models import Case, F, Value, When
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from tests.platform.indicators.test_pages import ADDRESS, client, page  # noqa: F401 - a fixture

from jingtu.platform.indicators import declarations, parameters
from jingtu.platform.indicators.declarations import Indicator
from jingtu.platform.indicators.shares import DENOMINATOR, NUMERATOR, Counting
from jingtu.platform.registers import versions

API = "/api/v1/indicators"


def taking(*names: str, **choices: Any) -> Indicator:
    return Indicator("x", "x", "%", (), lambda *_: None, parameters=names, choices=choices)  # type: ignore[arg-type, return-value]


@pytest.mark.parametrize(
    ("name", "text", "read"),
    [
        ("base", "2024-03-31", "2024-03-31"), ("base", "2024-02-30", None), ("base", "三月底", None),
        ("list_year", "2024", "2024"), ("list_year", "24", None), ("list_year", "2024年", None),
        ("years", "2023，2022 2023", "2022,2023"), ("years", "2022年、2023年度", "2022,2023"),
        ("years", "2022以后", None), ("years", "去年", None),
        ("scope", "一号点", "一号点"), ("scope", "长" * 81, None),
        ("kind", "class", "class"), ("kind", "another", None),
    ],
)  # fmt: skip
def test_how_each_is_read(name: str, text: str, read: str | None) -> None:
    found, errors = parameters.read(taking(name, kind=(("class", "类别"),)), {name: text})
    assert found == ({name: read} if read else {})
    assert [item.column for item in errors] == ([] if read else [parameters.of(name).label])


@given(st.dictionaries(st.sampled_from([*parameters.KNOWN, "other"]), st.text(max_size=90)))
def test_what_is_read_is_read_the_same_again_and_nothing_else_gets_in(typed: dict[str, str]) -> None:
    item = taking(*parameters.KNOWN, kind=(("class", "类别"),))
    found, _ = parameters.read(item, typed)
    assert set(found) <= set(parameters.KNOWN)
    assert parameters.read(item, found) == (found, [])


def test_every_parameter_of_every_indicator_is_described() -> None:
    taken = {(item.id, name) for item in declarations.all_indicators() for name in item.parameters}
    assert {name for _, name in taken} <= set(parameters.KNOWN)
    for item in declarations.all_indicators():
        asked = [name for name in item.parameters if parameters.of(name).kind == "choice"]
        assert all(item.choices.get(name) for name in asked), item.id


@pytest.mark.django_db
def test_the_form_keeps_its_answer_in_the_address(client: Client, parcels: Any) -> None:  # noqa: F811
    plain = page(client, ADDRESS)
    assert 'name="base"' in plain
    assert "恢复指标的口径" not in plain
    asked = page(client, ADDRESS, base="2024-03-31")
    assert re.search(r'name="base" value="2024-03-31"', asked)
    assert "恢复指标的口径" in asked
    assert '<dd class="tabular">2024-03-31</dd>' in asked
    drawer = client.get(ADDRESS, {"on": "2024-06-30"}, headers={"HX-Request": "true"}).content.decode()
    assert 'name="base"' in drawer


@pytest.mark.django_db
def test_what_cannot_be_read_is_said_and_not_calculated_by(client: Client, parcels: Any) -> None:  # noqa: F811
    refused = client.get(ADDRESS, {"on": "2024-06-30", "base": "三月底"})
    assert refused.status_code == 422
    text = refused.content.decode()
    assert "日期应为 2024-06-30 的样式" in text
    assert "没有按所填的参数计算" in text
    assert client.get(f"{ADDRESS}export/", {"base": "三月底"}).status_code == 422


@pytest.mark.django_db
def test_the_api_refuses_it_too_and_tells_what_there_is(client: Client, county: Any, parcels: Any) -> None:  # noqa: F811
    address = f"{API}/priority_parcel_control_ratio"
    query = {"region": str(county.uid), "on": "2024-06-30"}
    refused = client.get(address, query | {"parameter": "base=三月底"})
    assert (refused.status_code, refused.json()["errors"][0]["column"]) == (422, "基数日期")
    assert client.get(address, query | {"parameter": "base=2024-03-31"}).json()["parts_unit"] == "块"
    (told,) = (
        item for item in client.get(API, query).json() if item["id"] == "priority_parcel_control_ratio"
    )
    assert told["inputs"] == [{"id": "base", "name": "基数日期", "kind": "date", "choices": []}]


@pytest.mark.django_db
def test_numerator_and_denominator_carry_their_unit(
    client: Client,  # noqa: F811 - the fixture
    county: Any,
    parcels: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert ">2 / 4</span> 块" in page(client, "/indicators/", q="优先监管地块")
    assert "2 块</dd>" in page(client, ADDRESS)
    facts = versions.facts_name(versions.declarations.get("priority_parcels").facts)

    def kind(*_: Any) -> Case:
        return Case(When(state="controlled", then=Value(NUMERATOR)), default=Value(DENOMINATOR))

    weighed = Counting("priority_parcels", kind, weight=F(f"{facts}__area_m2"), parts_unit="平方米")
    item = Indicator("weighed", "面积比例", "%", declarations.all_indicators()[0].rules, weighed, basis="")
    monkeypatch.setitem(declarations._indicators, "weighed", item)
    reading = weighed(county, declarations.date(2024, 6, 30), None, {})  # type: ignore[attr-defined]
    assert (reading.extra.get("parts_unit") == "平方米") == (reading.denominator is not None)


def test_a_weighted_share_says_in_what_it_is_weighed() -> None:
    weighed = [
        item
        for item in declarations.all_indicators()
        if isinstance(item.calculate, Counting)
        and item.calculate.measure == "share"
        and item.calculate.weight
    ]
    assert [item.id for item in weighed if not item.calculate.parts_unit] == []  # type: ignore[attr-defined]
