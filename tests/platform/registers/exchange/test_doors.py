"""A table through the API, the command and the page: the same questions, the same marked copy, the same entries."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.test import Client
from openpyxl import load_workbook
from tests.platform.registers.books import HEAD, book
from tests.platform.registers.test_exchange import bring, facts_of
from tests.platform.registers.test_pages import LIST, as_person, text, today

from jingtu.platform.people.models import User
from jingtu.platform.people.roles import Role
from jingtu.platform.registers.models import ColumnMapping, Entry
from jingtu.service.cli.register import register as command

pytestmark = pytest.mark.django_db
API = "/api/v1/registers/priority_parcels/imports"
ASKS = [["地块编码", "地块名称", "行政区", "占地面积"], ["P-1", "甲地块", "青禾县", 3]]


def named(rows: Any, name: str = "清单.xlsx") -> io.BytesIO:
    stream = book(rows)
    stream.name = name
    return stream


@pytest.fixture
def desk(officer: User) -> Client:
    return as_person(officer)


def test_over_the_api_a_table_is_looked_at_explained_and_taken(desk: Client, county: Any) -> None:
    first = desk.post(API, {"table": named(ASKS)})
    assert first.status_code == 200
    looked = first.json()
    assert (looked["applied"], looked["added"]) == (False, 1)
    assert [(item["kind"], item["key"]) for item in looked["questions"]] == [("unit", "占地面积")]
    refused = desk.post(API, {"table": named(ASKS), "apply": "true"})
    assert refused.status_code == 422
    assert "没有写明单位" in refused.content.decode()
    assert not Entry.objects.exists()
    said = json.dumps({"answers": {"占地面积": "亩"}})
    done = desk.post(API, {"table": named(ASKS), "said": said, "apply": "true"})
    assert done.json()["applied"] is True
    assert facts_of("甲地块", today()).area_m2 == 2000
    again = desk.post(API, {"table": named(ASKS), "said": said}).json()
    assert (again["unchanged"], again["changes"]) == (1, [])
    for wrong in ("{", "[]", '{"columns": {"甲": "没有"}}', '{"hidden": "maybe"}'):
        assert desk.post(API, {"table": named(ASKS), "said": wrong}).status_code == 422
    assert desk.post(API, {}).status_code == 422


def test_over_the_api_only_who_may_import(
    person: Callable[..., User], county: Any, neighbour: Any, desk: Client
) -> None:
    assert as_person(person(Role.HEAD, "李局")).post(API, {"table": named(ASKS)}).status_code == 403
    assert desk.post(API, {"table": named(ASKS), "region": str(neighbour.uid)}).status_code == 403


def test_by_command_with_answers_and_a_marked_copy(county: Any, tmp_path: Path) -> None:
    path, marked = tmp_path / "清单.xlsx", tmp_path / "标注.xlsx"
    path.write_bytes(book([*ASKS, ["P-2", "", "青禾县", "很大"]]).getvalue())
    run = CliRunner()
    line = ["import", "priority_parcels", str(path), "--marked", str(marked), "--json"]
    shown = run.invoke(command, line, standalone_mode=False)
    assert shown.return_value == 1
    document = json.loads(shown.stdout)
    assert len(document["questions"]) == 1
    comments = {
        cell.coordinate for row in load_workbook(marked)["清单"].iter_rows() for cell in row if cell.comment
    }
    assert comments == {"B3", "D2", "D3"}
    path.write_bytes(book(ASKS).getvalue())
    line = ["import", "priority_parcels", str(path), "--answer", "占地面积=亩", "--apply", "--json"]
    done = run.invoke(command, line, standalone_mode=False)
    assert json.loads(done.stdout)["applied"] is True
    assert Entry.objects.filter(code="P-1").exists()


def hidden(page: str) -> dict[str, str]:
    import re

    return dict(re.findall(r'type="hidden" name="(file|from|fingerprint|rows|memory)" value="([^"]*)"', page))


def test_a_unit_is_asked_once_and_remembered_with_the_source(desk: Client, county: Any) -> None:
    def send(rows: Any) -> str:
        return text(
            desk.get(desk.post(f"{LIST}import/", {"table": named(rows, "镇里的表.xlsx")})["Location"])
        )

    page = send(ASKS)
    assert "没有写明单位" in page
    assert "确认导入" not in page
    page = text(
        desk.post(f"{LIST}import/", hidden(page) | {"answer-3": "亩", "columns": "chosen"}, follow=True)
    )
    assert "记住这次的对照" in page
    done = desk.post(f"{LIST}import/", hidden(page) | {"remember": "1", "source": "镇里"}, follow=True)
    assert "新增 1 条" in text(done)
    assert ColumnMapping.objects.get().answers == {"占地面积": "亩"}
    page = send([*ASKS, ["P-2", "乙地块", "青禾县", 6]])
    assert "没有写明单位" not in page
    assert "各列按记住的对照“镇里”识别" in page
    desk.post(f"{LIST}import/", hidden(page))
    assert facts_of("乙地块", today()).area_m2 == 4000


def test_a_doubtful_row_waits_for_a_person(desk: Client, county: Any) -> None:
    bring([HEAD, ["", "原恒丰化工有限公司地块", "青禾县", "已纳入"]], on=today())
    rows = [HEAD[:3], ["K-1", "原恒丰化工有限责任公司地块", "青禾县"]]
    page = text(desk.get(desk.post(f"{LIST}import/", {"table": named(rows)})["Location"]))
    assert "请判断是否同一条目" in page
    assert "确认导入" not in page
    known = Entry.objects.get()
    said = {"doubt-0": "清单!2", "row-0": str(known.uid), "decide": "1"}
    page = text(desk.post(f"{LIST}import/", hidden(page) | said, follow=True))
    assert "变更 <strong>1</strong>" in page
    desk.post(f"{LIST}import/", hidden(page))
    known.refresh_from_db()
    assert (Entry.objects.count(), known.code) == (1, "K-1")


def test_the_marked_copy_from_the_page(desk: Client, county: Any) -> None:
    address = desk.post(f"{LIST}import/", {"table": named([HEAD, ["P-7", "己地块", "青禾县", "在建"]])})[
        "Location"
    ]
    assert "下载标注了问题的表格" in text(desk.get(address))
    sheet = load_workbook(io.BytesIO(desk.get(address + "&marked=1").content))["清单"]
    assert "应为下列之一" in sheet["D2"].comment.text
