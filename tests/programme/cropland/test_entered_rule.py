"""After 2025 the rate waits for a rule; one that an office enters is followed where it holds."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from jingtu.platform.clock import recorded_now
from jingtu.platform.indicators import declarations, service
from jingtu.platform.registers.models import Entry
from jingtu.platform.rulebooks.actions import AddTable

pytestmark = pytest.mark.django_db
RATE = "contaminated_farmland_safe_use_rate"
HEAD = "指标代号,指标名称,角色,符号,含义,单位,比率下限,比率上限,有违法开发,已全部处罚整改,结论,施行日期,废止日期,条款,来源,可信度,备注"
LATER = date(2026, 12, 31)


def rule(*terms: str) -> bytes:
    """A table of one rate from 2026 on; each term is 角色,符号,含义."""
    rows = [
        f"{RATE},受污染耕地安全利用率,{term},亩,,,,,,2026-01-01,2031-01-01,某式,某办法,低,示例"
        for term in terms
    ]
    return "\n".join([HEAD, *rows]).encode()


@pytest.fixture(autouse=True)
def _evidence(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "evidence"


def test_a_rule_entered_for_a_county_holds_there_from_then_on(
    plots: dict[str, Entry], county: Any, town: Any, neighbour: Any, officer: Any
) -> None:
    before = service.read(RATE, county, LATER)
    assert (before.status, "请录入新规则" in before.extra["note"]) == ("not_configured", True)
    known_then = recorded_now()
    table = rule("分子,B,优先保护", "分子,D,严格管控", "分母,E,总面积")
    AddTable(officer, date(2024, 6, 1), county, io.BytesIO(table), "规则.csv").execute()
    found = service.read(RATE, county, LATER)
    assert found.rule is not None
    # Nothing was done in 2026: the new rule gives nothing of 1,000 mu.
    assert (found.value, found.denominator, found.rule.source) == (Decimal("0.00"), 1000, "某办法")
    assert service.read(RATE, town, LATER).status == "ok"
    assert service.read(RATE, neighbour, LATER).status == "not_configured"
    assert service.read(RATE, county, LATER, known_then).status == "not_configured"
    indicator = declarations.get(RATE)
    assert indicator is not None
    parts = indicator.parts([county, neighbour], LATER)
    assert [parts[place.pk].status for place in (county, neighbour)] == ["ok", "not_configured"]


def test_a_rule_that_asks_for_what_no_ledger_gives_is_not_guessed(
    plots: dict[str, Entry], county: Any, officer: Any
) -> None:
    table = rule("分子,X,示例甲类面积", "分母,Y,示例总面积")
    AddTable(officer, date(2024, 6, 1), county, io.BytesIO(table), "规则.csv").execute()
    found = service.read(RATE, county, LATER)
    assert (found.status, found.value) == ("not_configured", None)
    assert "示例甲类面积、示例总面积" in found.extra["note"]
    indicator = declarations.get(RATE)
    assert indicator is not None
    assert indicator.parts([county], LATER)[county.pk].status == "not_configured"
