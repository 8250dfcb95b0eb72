"""The quota ledger in the browser and over the API: from the form to the sheet, the workbook and back by reversal."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from tests.programme.sources.metals.conftest import PAPER, START, Plant

from jingtu.platform.people.models import User
from jingtu.platform.registers.models import Entry
from jingtu.programme.sources.metals.quotas.kinds import OpenQuota, VerifyReduction
from jingtu.programme.sources.metals.quotas.models import QuotaTransaction, ReductionSource

MAY = date(2024, 5, 6)
API = "/api/v1/metals"


@pytest.fixture
def desk(officer: User, client: Client) -> Client:
    client.force_login(officer)
    return client


@pytest.fixture
def smelter(plant: Plant) -> Entry:
    entry = plant()
    OpenQuota(None, START, entry, "pb", 100_000, PAPER).execute()
    return entry


def post(desk: Client, entry: Entry, kind: str, **typed: Any) -> Any:
    known = {"metal": "pb", "on": MAY.isoformat(), "document": "文件", "project": "项目"}
    return desk.post(reverse("quota_post", args=[entry.uid, kind]), known | typed)


def test_from_the_form_to_the_sheet_and_back(desk: Client, smelter: Entry, plant: Plant, equal: None) -> None:
    assert post(desk, smelter, "reduction", quantity="12.5", way="process").status_code == 302
    source = ReductionSource.objects.get()
    project = plant("乙电池厂", project_kind="new")
    refused = post(desk, project, "use", quantity="10千克", **{f"part-{source.uid}": "9.999"})
    page = refused.content.decode()
    assert "至少需要 10 千克，本次只有 9.999 千克" in page
    assert 'value="9.999"' in page  # what was typed is still there
    assert post(desk, project, "use", quantity="10千克", **{f"part-{source.uid}": "10"}).status_code == 302
    sheet = desk.get(reverse("quota_account", args=[smelter.uid])).content.decode()
    assert "乙电池厂（可用指标）" in sheet
    listed = desk.get(reverse("quota_sources"), {"left": "yes"}).content.decode()
    assert "2.5" in listed
    assert "没有符合条件的减排来源" in desk.get(reverse("quota_sources"), {"left": "no"}).content.decode()
    use = QuotaTransaction.objects.get(kind="use")
    address = reverse("quota_reverse", args=[use.uid])
    desk.post(address, {"reason": "未获批准"})
    assert "已冲正" in desk.get(reverse("quota_transaction", args=[use.uid])).content.decode()
    assert QuotaTransaction.objects.filter(reverses=use).exists()


def test_every_fault_of_the_form_stands_at_its_field(desk: Client, smelter: Entry) -> None:
    page = post(
        desk, smelter, "reduction", quantity="很多", on="昨天", year="24", document=""
    ).content.decode()
    for said in ("应为 2024-06-30 的样式", "请填写四位年份", "应为重量"):
        assert said in page
    assert QuotaTransaction.objects.count() == 1


def test_the_workbook_adds_up(desk: Client, smelter: Entry, plant: Plant) -> None:
    other = plant("乙厂")
    OpenQuota(None, START, other, "cd", 1_001, PAPER).execute()
    VerifyReduction(None, MAY, smelter, "pb", 7_250, PAPER, way="closure").execute()
    content = desk.get(reverse("quota_ledger_export")).content
    book = load_workbook(io.BytesIO(content))

    def rows(name: str) -> list[tuple[Any, ...]]:
        return list(book[name].iter_rows(min_row=3, values_only=True))

    def exact(value: Any) -> Decimal:
        return Decimal(str(value or 0))

    for metal, *held in rows("汇总"):
        plants = [row[4:7] for row in rows("分企业") if row[3] == metal]
        assert [sum(map(exact, column)) for column in zip(*plants, strict=True)] == list(map(exact, held))
        lines = [row for row in rows("流水") if row[4] == metal]
        assert sum(exact(row[6]) - exact(row[7]) for row in lines) == sum(map(exact, held))
    assert {row[0]: sum(map(exact, row[1:])) for row in rows("汇总")} == {"铅": 100, "镉": Decimal("1.001")}


def test_permits_with_something_missing_come_with_one_click(
    desk: Client, smelter: Entry, plant: Plant
) -> None:
    from jingtu.platform.registers.entry_records import AddRecord

    values = {"permit_number": "P1", "measures": "yes", "reductions": "no", "transfers": "na"}
    AddRecord(None, MAY, smelter, "heavy_metal_permit_checks", values).execute()
    plant("乙厂")
    page = desk.get(reverse("quota_permits"), {"outcome": "missing"}).content.decode()
    assert "甲冶炼厂" in page
    assert "乙厂" not in page
    answer = desk.get(f"{API}/permits", {"outcome": "missing"}).json()
    assert [(row["name"], row["missing"]) for row in answer] == [("甲冶炼厂", ["减排量"])]


def test_the_same_over_the_api(desk: Client, smelter: Entry) -> None:
    def send(path: str, body: dict[str, Any]) -> Any:
        return desk.post(f"{API}/{path}", body, content_type="application/json")

    body = {
        "kind": "reduction",
        "metal": "pb",
        "grams": 7_250,
        "on": "2024-05-06",
        "project": "项目",
        "document": "文件",
    }
    bad = send(f"enterprises/{smelter.uid}/transactions", body)
    assert bad.status_code == 422
    done = send(f"enterprises/{smelter.uid}/transactions", body | {"way": "process"})
    assert done.status_code == 200, done.content
    assert sum(side["grams"] for side in done.json()["sides"]) == 0
    source = desk.get(f"{API}/sources").json()["sources"][0]
    assert (source["verified"], source["left"]) == (7_250, 7_250)
    balance = desk.get(f"{API}/balances", {"metal": "pb"}).json()[0]
    assert (balance["holding"], balance["source"]) == (92_750, 7_250)
    back = send(f"transactions/{done.json()['uid']}/reverse", {"reason": "重复"})
    assert back.json()["reverses"] == done.json()["uid"]
    assert desk.get(f"{API}/transactions").json()["total"] == 3
    again = send(f"transactions/{done.json()['uid']}/reverse", {"reason": "重复"})
    assert again.status_code == 409
