"""The rule of stability as a bureau enters it: the example table of the project."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region
from jingtu.platform.rulebooks.actions import AddTable
from jingtu.platform.rulebooks.models import AddedTable

FILE = Path(__file__).resolve().parents[3] / "examples" / "standards" / "示例地下水保持稳定判定规则.csv"


def enter_stability(actor: User, region: Region) -> AddedTable:
    with FILE.open("rb") as stream:
        return AddTable(actor, date(2024, 1, 5), region, stream, FILE.name).execute()
