"""``jingtu draws verify``: what is said of a whole record and of a changed one, and how it ends; the rule on inspectors."""

from __future__ import annotations

import json
import uuid
from datetime import date

import pytest
from tests.platform.draws.test_draws import drawn_of, prepare

from jingtu.errors import InputError
from jingtu.platform.draws.actions import PrepareDraw
from jingtu.platform.draws.models import Draw
from jingtu.platform.draws.verifying import verify
from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import declarations
from jingtu.platform.registers.models import Entry
from jingtu.service.cli.main import main


def call(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    with pytest.raises(SystemExit) as ended:
        main(["draws", "verify", *words])
    return int(ended.value.code or 0), capsys.readouterr().out


def test_a_whole_record_and_a_changed_one(
    officer: User, county: Region, team: list[User], parcels: list[Entry], capsys: pytest.CaptureFixture[str]
) -> None:
    code, told = call(capsys, "--json")
    assert (code, json.loads(told)) == (0, {"draws": []})
    good, bad = drawn_of(officer, county, team), drawn_of(officer, county, team)
    assert call(capsys)[0] == 0
    swapped = bad.objects_drawn.order_by("position").last()
    assert swapped is not None
    other = Entry.objects.exclude(draws__draw=bad).first()
    assert other is not None
    swapped.entry = other
    swapped.save()
    code, told = call(capsys, "--json")
    document = json.loads(told)
    assert code == 1
    assert [(item["uid"], item["good"]) for item in document["draws"]] == [
        (str(good.uid), True), (str(bad.uid), False),
    ]  # fmt: skip
    failed = [item["label"] for item in document["draws"][1]["checks"] if not item["good"]]
    assert "重新抽取得到同样的对象" in failed
    assert document["error"]["facts"] == {"draws": [str(bad.uid)]}
    assert call(capsys, "--uid", str(good.uid))[0] == 0
    assert call(capsys, "--uid", str(bad.uid))[0] == 1
    assert call(capsys, "--uid", str(uuid.uuid4()))[0] == 1
    assert call(capsys, "--uid", "x")[0] == 2


def test_a_draw_by_another_algorithm_is_not_called_good(
    officer: User, county: Region, team: list[User], parcels: list[Entry], capsys: pytest.CaptureFixture[str]
) -> None:
    draw = drawn_of(officer, county, team)
    Draw.objects.filter(pk=draw.pk).update(algorithm_version=99)
    code, told = call(capsys)
    assert code == 1
    assert "另一版算法" in told


def test_how_many_inspect_is_of_the_rule_of_the_day_and_stands_in_the_record(
    officer: User, county: Region, team: list[User], parcels: list[Entry], monkeypatch: pytest.MonkeyPatch
) -> None:
    """行政处罚法（2021年修订）第四十二条: two; in force from 2021-07-15."""
    draw = drawn_of(officer, county, team)
    assert (draw.inspectors_each, draw.ledger_row.facts["inspectors_each"]) == (2, 2)
    monkeypatch.setattr("jingtu.platform.draws.actions.inspectors_on", lambda _on: 3)
    three = drawn_of(officer, county, team)
    assert {item.inspectors.count() for item in three.objects_drawn.all()} == {3}
    with pytest.raises(InputError) as refused:
        prepare(officer, county, team[:2])
    assert "3 名" in refused.value.errors[0].message
    # A draw made under another number is drawn again with its own.
    assert all(check.good for check in [*verify(draw), *verify(three)])
    draw.inspectors_each = 1
    assert next(check.label for check in verify(draw) if not check.good) == "名单与台账记录一致"


def test_without_a_rule_nobody_is_drawn(
    officer: User, county: Region, team: list[User], parcels: list[Entry]
) -> None:
    early = PrepareDraw(
        officer, date(2021, 7, 14), declarations.get("priority_parcels"), county,
        kind="random", title="双随机抽查", number=1, pool=team,
    )  # fmt: skip
    with pytest.raises(InputError) as refused:
        early.execute()
    assert any("未配置" in item.message for item in refused.value.errors)
