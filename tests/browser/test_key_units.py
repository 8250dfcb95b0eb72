"""A key unit at the desk: an inspection is entered, the rate rises, and a card is filled in with what is known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from jingtu.platform.duties.models import Duty
from jingtu.platform.indicators import service
from jingtu.platform.registers.actions import CreateEntry
from jingtu.platform.scorecards.models import Scorecard

pytestmark = pytest.mark.django_db(transaction=True)
RATE = "key_unit_hazard_inspection_rate"


@pytest.mark.parametrize("width", [1366, 390])
def test_from_the_inspection_to_the_card(
    world: Any, log_in: Callable[[str], Any], live_server: Any, page: Any, tmp_path: Path, width: int
) -> None:
    listed = date(2022, 3, 28)
    unit = CreateEntry(
        None, listed, "key_regulated_units", {"name": "示例冶炼厂", "region": world.county},
        {"listed_on": listed, "list_year": 2024, "listing_reason": "冶炼", "published_on": listed},
        code="Z1", state="published",
    ).execute()  # fmt: skip
    today = date(2024, 6, 30)
    assert service.read(RATE, world.county, today).value == 0
    proof = tmp_path / "报告.txt"
    proof.write_text("隐患排查报告", encoding="utf-8")
    page.set_viewport_size({"width": width, "height": 844})
    log_in("jingban")
    page.goto(f"/registers/key_regulated_units/{unit.uid}/records/hazard_inspections/new/")
    page.get_by_label("完成日期").fill("2024-06-03")
    page.get_by_label("排查类型").select_option(label="首次排查")
    page.get_by_label("发现隐患数").fill("3")
    page.locator("input[type=file]").first.set_input_files(str(proof))
    page.locator("main form button.btn-primary").first.click()
    page.wait_for_url(lambda url: not url.endswith("/new/"))
    assert service.read(RATE, world.county, today).value == 100
    duty = Duty.objects.get(entry=unit, rule="key_units.hazard_inspection", state=Duty.State.SUBMITTED)
    assert duty.due == date(2023, 3, 28)
    page.goto(f"/registers/key_regulated_units/{unit.uid}/")
    page.get_by_role("link", name="填写评分表").first.click()
    expect(page.get_by_text("2024-06-03 完成隐患排查")).to_be_visible()
    expect(page.get_by_role("button", name="保存评分表")).to_be_visible()
    for field in page.locator("input[name^=points-]").all():
        if not field.input_value():
            field.fill("2.5")
    for choice in page.locator("input[name^=hit-][value=no]").all():
        choice.check()
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow == 0
    page.get_by_role("button", name="保存评分表").click()
    page.wait_for_url(lambda url: "/new/" not in url)
    card = Scorecard.objects.get(entry=unit)
    # Nothing but the inspection is on record: 29 points, and 2.5 each where nothing could be proposed.
    assert (card.total, card.vetoed) == (29 + 3 * 2.5, False)
    expect(page.get_by_text("36.5").first).to_be_visible()
