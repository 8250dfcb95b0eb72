"""Columns told by words, by memory and by content; a mapping confirmed once is known again."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.platform.registers.books import book
from tests.platform.registers.conftest import place
from tests.platform.registers.test_exchange import facts_of, register
from tests.platform.registers.test_pages import LIST, as_person, text, today

from jingtu.errors import ConflictError, InputError, NotFoundError, PermissionDeniedError
from jingtu.knowledge import sheets
from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.people.models import User
from jingtu.platform.registers.exchange import guessing, mappings
from jingtu.platform.registers.exchange.columns import Headings
from jingtu.platform.registers.exchange.headings import find
from jingtu.platform.registers.models import ColumnMapping, Entry

pytestmark = pytest.mark.django_db
ON = date(2024, 6, 30)

# As another system might print it: no heading that the register knows, but what stands below tells.
FOREIGN = [
    ["序", "宗地标识", "宗地叫法", "坐落", "大小", "处置阶段", "备忘"],
    [1, "ZD-0001", "原某某化工厂地块", "柳岸镇", "12.5亩", "已纳入", "甲"],
    [2, "ZD-0002", "原某某农药厂地块", "柳岸镇", "3亩", "已推送", "甲"],
    [3, "ZD-0003", "原某某电镀厂地块", "青禾县", "1.2公顷", "已纳入", "甲"],
]
CHOSEN = {
    "序": "", "宗地标识": "code", "宗地叫法": "name", "坐落": "region", "大小": "area_m2", "处置阶段": "state", "备忘": "",
}  # fmt: skip


def survey(rows: Any, mapping: Any = None) -> guessing.Survey:
    found = guessing.survey(register(), sheets.load(book(rows), "清单.xlsx"), mapping)
    assert found is not None
    return found


def read(rows: Any, mapping: Any) -> Headings:
    return find(register(), sheets.load(book(rows), "清单.xlsx"), "清单.xlsx", mapping)


def remember(county: Any, name: str = "外系统", columns: Any = CHOSEN, actor: Any = None) -> ColumnMapping:
    return mappings.RememberMapping(actor, ON, register(), county, name, columns).execute()


@pytest.fixture
def desk(officer: User) -> Client:
    return as_person(officer)


# --- telling columns ------------------------------------------------------------------------------------


def test_content_tells_what_no_heading_says(county: Any, town: Any) -> None:
    found = survey(FOREIGN)
    assert found.columns == CHOSEN
    assert found.by_content
    assert {item.heading: item.how for item in found.guesses if item.target} == {
        "宗地标识": "content", "宗地叫法": "content", "坐落": "content", "大小": "content", "处置阶段": "content",
    }  # fmt: skip
    assert found.guesses[2].examples == ("原某某化工厂地块", "原某某农药厂地块", "原某某电镀厂地块")


def test_words_come_before_content_and_need_no_second_look(county: Any) -> None:
    rows = [["地块编码", "地块名称", "行政区", "附注"], ["P-1", "甲地块", "青禾县", "2024-01-01"]]
    found = survey(rows)
    assert [item.how for item in found.guesses[:3]] == ["words"] * 3
    # Several fields are dates: which one is meant is for the person to say.
    assert (found.guesses[3].target, found.by_content) == ("", False)


def test_a_memory_comes_before_words_and_keeps_columns_out(county: Any) -> None:
    rows = [["地块名称", "俗名", "地块编码"], ["甲地块", "老厂", "P-1"]]
    mapping = {"地块名称": "", "俗名": "name", "地块编码": "code"}
    found = read(rows, mapping)
    assert {column.heading: column.target for column in found.columns} == {"俗名": "name", "地块编码": "code"}
    assert found.ignored == ["地块名称"]


def test_a_mapped_heading_still_says_its_unit(county: Any) -> None:
    mapping = CHOSEN | {"大小（亩）": "area_m2"}
    rows = [["宗地标识", "宗地叫法", "坐落", "大小（亩）"], ["ZD-1", "甲地块", "青禾县", 3]]
    (column,) = (item for item in read(rows, mapping).columns if item.target == "area_m2")
    assert column.unit == "亩"


# --- remembering ----------------------------------------------------------------------------------------


def test_the_same_headings_in_any_order_are_the_same_source(county: Any, town: Any, neighbour: Any) -> None:
    kept = remember(county)
    shuffled = ["备忘", "处置阶段", "大小", "坐落", "宗地 叫法", "宗地标识", "序"]
    assert mappings.remembered(register(), county, shuffled) == kept
    assert mappings.remembered(register(), town, shuffled) == kept
    assert mappings.remembered(register(), county, [*shuffled, "又一列"]) is None
    assert mappings.remembered(register(), neighbour, shuffled) is None


def test_saving_and_forgetting_are_in_the_ledger(county: Any, officer: User) -> None:
    kept = remember(county, actor=officer)
    again = remember(county, columns=CHOSEN | {"备忘": "control_measures"}, actor=officer)
    assert again.pk == kept.pk  # the same name is a correction
    mappings.ForgetMapping(officer, ON, again).execute()
    assert not ColumnMapping.objects.exists()
    rows = LedgerRow.objects.filter(action__startswith="registers.mapping").order_by("id")
    assert [row.action.rsplit(".", 1)[1] for row in rows] == ["remember", "remember", "forget"]
    assert rows[0].facts["imported"] == 5
    assert rows[1].facts["mapping"] == rows[2].facts["mapping"] == str(kept.uid)


def test_a_neighbour_keeps_out(county: Any, neighbour: Any, person: Any) -> None:
    stranger = person(region=neighbour)
    with pytest.raises(PermissionDeniedError):
        remember(county, actor=stranger)
    with pytest.raises(PermissionDeniedError):
        mappings.ForgetMapping(stranger, ON, remember(county)).execute()


def test_all_that_is_wrong_with_a_mapping_is_told_at_once(county: Any) -> None:
    with pytest.raises(InputError) as caught:
        remember(county, columns={"一": "code", "二": "code", "三": "没有这个"})
    assert [error.column for error in caught.value.errors] == ["二", "三", "地块名称"]


# --- by name and as a file ------------------------------------------------------------------------------


def test_by_name_the_nearest_place_is_meant(county: Any, town: Any, neighbour: Any) -> None:
    remember(county)
    remember(neighbour, columns={"叫法": "name"})
    assert (mappings.chosen(register(), "外系统", town).columns or {})["宗地叫法"] == "name"
    with pytest.raises(ConflictError, match="写明行政区"):
        mappings.chosen(register(), "外系统")
    with pytest.raises(NotFoundError, match="现有：外系统"):
        mappings.chosen(register(), "没有的")
    with pytest.raises(NotFoundError):
        mappings.chosen(register(), "外系统", place("远方县", "county", "990999"))


def test_what_is_exported_is_what_the_command_takes(county: Any, tmp_path: Path) -> None:
    path = tmp_path / "对照.json"
    path.write_text(json.dumps(mappings.to_json(remember(county)), ensure_ascii=False), encoding="utf-8")
    assert mappings.chosen(register(), str(path)).columns == CHOSEN
    # Labels are understood as well, and a mark at the beginning of the file.
    columns = {"甲": "地块名称", "乙": "行政区", "丙": None}
    path.write_text("\ufeff" + json.dumps({"columns": columns}), encoding="utf-8")
    assert mappings.chosen(register(), str(path)).columns == {"甲": "name", "乙": "region", "丙": ""}
    for content in ("{", "[]", '{"columns": {}}', '{"register": "other", "columns": {"甲": "name"}}'):
        path.write_text(content, encoding="utf-8")
        with pytest.raises(InputError):
            mappings.chosen(register(), str(path))
    with pytest.raises(InputError):
        mappings.chosen(register(), str(tmp_path / "没有.json"))


# --- on the page ----------------------------------------------------------------------------------------


def send(desk: Client, rows: Any) -> Any:
    stream = book(rows)
    stream.name = "外系统导出表.xlsx"
    return desk.post(f"{LIST}import/", {"table": stream})


def hidden(page: str) -> dict[str, str]:
    names = "file|from|fingerprint|rows|memory"
    return dict(re.findall(rf'type="hidden" name="({names})" value="([^"]*)"', page))


def test_a_foreign_table_is_looked_at_once_and_known_ever_after(desk: Client, county: Any, town: Any) -> None:
    answer = send(desk, FOREIGN)
    assert answer.status_code == 302
    page = text(desk.get(answer["Location"]))
    assert "按内容认出；请核对后预览" in page
    assert "确认导入" not in page

    said = {f"column-{index}": target for index, target in enumerate(CHOSEN.values())}
    page = text(desk.post(f"{LIST}import/", hidden(page) | said | {"columns": "chosen"}, follow=True))
    assert "新增 <strong>3</strong>" in page
    assert "记住这次的对照" in page
    assert 'value="外系统导出表"' in page
    done = desk.post(f"{LIST}import/", hidden(page) | {"remember": "1", "source": "外系统"}, follow=True)
    assert "新增 3 条" in text(done)
    assert Entry.objects.filter(code="ZD-0003").exists()
    assert facts_of("原某某电镀厂地块", today()).area_m2 == 12000
    assert ColumnMapping.objects.get().name == "外系统"

    # Next time nothing is asked.
    more = [*FOREIGN, [4, "ZD-0004", "原某某冶炼厂地块", "青禾县", "2亩", "已推送", "甲"]]
    page = text(desk.get(send(desk, more)["Location"]))
    assert "各列按记住的对照“外系统”识别" in page
    assert "记住这次的对照" not in page
    assert "新增 1 条" in text(desk.post(f"{LIST}import/", hidden(page), follow=True))

    # It can be done without, taken along and forgotten.
    kept = ColumnMapping.objects.get()
    listed = text(desk.get(f"{LIST}mappings/"))
    assert "宗地叫法 → 地块名称" in listed
    file = desk.get(f"{LIST}mappings/{kept.uid}/export/")
    assert json.loads(file.content)["columns"]["备忘"] is None
    edited = {f"column-{index}": target for index, target in enumerate(CHOSEN.values())} | {"column-2": ""}
    refused = text(desk.post(f"{LIST}mappings/{kept.uid}/", edited | {"source": "外系统"}, follow=True))
    assert "应有一列对应“地块名称”" in refused
    desk.post(f"{LIST}mappings/{kept.uid}/", {"source": "省系统"})
    assert ColumnMapping.objects.get().name == "省系统"
    desk.post(f"{LIST}mappings/{kept.uid}/forget/")
    assert not ColumnMapping.objects.exists()
    assert "按内容认出；请核对后预览" in text(desk.get(send(desk, FOREIGN)["Location"]))


def test_a_table_that_nothing_tells_can_be_mapped_by_hand(desk: Client, county: Any) -> None:
    rows = [["子", "丑"], ["甲", "青禾县"], ["甲", "青禾县"]]
    answer = send(desk, rows)
    page = text(desk.get(answer["Location"]) if answer.status_code == 302 else answer)
    assert "按此对照预览" in page
    assert 'name="column-0"' in page


def test_a_memory_forgotten_between_preview_and_confirmation_stops_the_import(
    desk: Client,
    county: Any,
    town: Any,
) -> None:
    kept = remember(county)
    page = text(desk.get(send(desk, FOREIGN)["Location"]))
    fields = hidden(page)
    assert fields["memory"] == str(kept.uid)
    mappings.ForgetMapping(None, ON, kept).execute()
    assert "已被删除" in text(desk.post(f"{LIST}import/", fields, follow=True))
    assert not Entry.objects.filter(code="ZD-0001").exists()
