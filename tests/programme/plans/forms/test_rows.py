"""Rows that registers fill: found by their words, told with what is behind them, kept as known when filled."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.programme.plans.forms.world import JUNE, World

from jingtu.platform.people.models import Membership, User
from jingtu.platform.people.roles import Role
from jingtu.platform.statements import declarations as statements
from jingtu.platform.statements.declarations import Statement, Told
from jingtu.programme.plans.forms import building, filling
from jingtu.programme.plans.forms.actions import FillForm
from jingtu.programme.plans.forms.rows import known_rows, row_for, statements_for
from jingtu.programme.plans.models import FormFilling


def test_every_row_of_the_published_form_is_known_and_most_are_computed(shared: Path) -> None:
    gold = json.loads((shared / "plans" / "gold" / "plan_002.json").read_text(encoding="utf-8"))
    rows = [row_for(row["group"], row["item"]) for row in gold["annex_table"]["rows"]]
    assert len(rows) == 31
    assert None not in rows
    assert len(set(rows)) == 31
    assert sum(row.computed for row in rows if row) >= 20


def test_what_is_not_computed_is_typed_by_a_unit() -> None:
    for row in known_rows():
        assert bool(row.statements) == row.computed
        assert row.note


def test_a_group_tells_rows_of_the_same_words_apart() -> None:
    first, second = (row_for(group, "先行区建设进展") for group in ("试点示范", "其他方面"))
    assert first is not None
    assert second is not None
    assert first != second
    assert statements_for("宣传", "重点监管单位管理情况") == []


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    asked: list[tuple[Any, ...]] = []

    def tell(region: Any, first: date, last: date, known_at: Any) -> Told:
        asked.append((region.pk, first, last, known_at))
        return Told(f"共{len(asked)}家。", ())

    known = Statement("test.told", "试验清单", tell)
    monkeypatch.setitem(statements._statements, known.id, known)
    return asked


@pytest.mark.django_db
def test_a_register_fills_its_row_before_what_units_tell(world: World, told: list[tuple[Any, ...]]) -> None:
    row = world.form.rows.first()
    row.sources = [*row.sources, {"kind": "statement", "uid": "test.told"}]
    row.save()
    world.report(world.ecology, "2024-06", "已排查 5 家企业。")
    cell = filling.fill(world.form, "2024-06", JUNE, None, lambda *_: None)[str(row.pk)]["progress"]
    assert cell["text"].splitlines() == ["共1家。", "已排查 5 家企业。"]
    assert cell["source"] == "progress"
    assert {"kind": "statement", "uid": "test.told"} in cell["refs"]
    assert told == [(world.region.pk, date(2024, 6, 1), JUNE, None)]


@pytest.mark.django_db
def test_a_quarterly_row_asks_for_the_quarter_before(world: World, told: list[tuple[Any, ...]]) -> None:
    row = world.form.rows.get(number="1", group="试点示范")
    row.sources = [{"kind": "statement", "uid": "test.told"}]
    row.save()
    cell = filling.fill(world.form, "2024-07", date(2024, 7, 31), None, lambda *_: None)[str(row.pk)][
        "progress"
    ]
    assert (cell["text"], cell["source"]) == ("共1家。", "statement")
    assert told[0][1:3] == (date(2024, 4, 1), JUNE)


@pytest.mark.django_db
def test_what_is_behind_is_read_as_it_was_known_when_filled(
    world: World, told: list[tuple[Any, ...]]
) -> None:
    row = world.form.rows.first()
    row.sources = [{"kind": "statement", "uid": "test.told"}]
    row.save()
    officer = User.objects.create(username="behind", display_name="李")
    Membership.objects.create(
        user=officer, role=Role.OFFICER, region=world.region, organisation=world.ecology
    )
    FillForm(officer, JUNE, world.form, "2024-06").execute()
    drawn = FormFilling.objects.get(form=world.form, month="2024-06")
    client = Client()
    client.force_login(officer)
    answer = client.get(f"/forms/{world.form.uid}/2024-06/rows/{row.pk}/behind/")
    assert answer.status_code == 200
    assert "试验清单" in answer.content.decode()
    assert told[-1][2:] == (JUNE, drawn.filled_at)
    assert client.get(f"/forms/{world.form.uid}/2024-06/rows/{row.pk + 999}/behind/").status_code == 404


@pytest.mark.django_db
def test_a_form_proposes_registers_by_the_words_of_its_rows(world: World) -> None:
    form = building.build_form(
        world.plan, [{"group": "源头预防", "number": "1", "item": "重点监管单位拆除活动情况", "responsible_units": []}],
        name="另一份",
    )  # fmt: skip
    assert {"kind": "statement", "uid": "key_units.demolition"} in form.rows.get().sources


def test_the_list_of_heavy_metal_enterprises_is_known_by_its_name_too() -> None:
    said = row_for("源头防控", "涉重金属企业全口径清单更新和减排情况")
    assert said is not None
    assert said.statements == ("metals.standing", "metals.reduction")
    other = row_for("源头防控", "涉镉等重金属行业企业排查整治工作情况")
    assert other is not None
    assert "metals.standing" not in other.statements
