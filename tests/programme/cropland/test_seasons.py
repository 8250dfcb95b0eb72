"""A plot's year season by season, worked by hand: the season that covers most counts, and no area twice."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from tests.platform.registers.books import book
from tests.programme.cropland.conftest import crop_test, measure, plot, strict_check

from jingtu.errors import InputError
from jingtu.platform.indicators import service
from jingtu.platform.people.models import User
from jingtu.platform.registers import versions
from jingtu.platform.registers.entry_records import CorrectRecord, believed_records
from jingtu.platform.registers.entry_records.declarations import kind_of
from jingtu.platform.registers.entry_records.importing import apply, dry_run
from jingtu.platform.registers.models import Entry
from jingtu.programme.cropland.seasons import year_of

pytestmark = pytest.mark.django_db

END = date(2024, 12, 31)
RATE = "contaminated_farmland_safe_use_rate"


@pytest.fixture
def field(county: Any) -> Entry:
    """100 mu under strict control: 40 fallow in the early season; 30 fallow and 25 restructured in the late one."""
    entry = plot("G1", county, "strict", "100亩", "heavy")
    measure(entry, "fallow", "40亩", "early", on=date(2024, 4, 2))
    measure(entry, "fallow", "30亩")
    measure(entry, "restructuring", "25亩")
    return entry


def told(entry: Entry, on: date) -> dict[str, tuple[Decimal, bool]]:
    version = versions.version_on(entry, on)
    assert version is not None
    return {season.label: (season.covered, season.counts) for season in year_of(version, on).seasons}


def test_the_widest_season_counts_once(field: Entry, county: Any) -> None:
    # Early 40; late 30 + 25 = 55. Of 100 mu 55 are safe, not 95.
    assert told(field, END) == {"早季": (Decimal(40), False), "晚季": (Decimal(55), True)}
    reading = service.read(RATE, county, END)
    assert (reading.numerator, reading.denominator, reading.value) == (55, 100, 55)
    # In June nothing of the late season was done yet.
    assert told(field, date(2024, 6, 30)) == {"早季": (Decimal(40), True)}
    assert service.read(RATE, county, date(2024, 6, 30)).value == 40


def test_a_season_holds_no_more_than_the_plot(field: Entry, county: Any) -> None:
    with pytest.raises(InputError) as caught:
        measure(field, "other_strict", "46亩")  # 30 + 25 + 46 = 101
    [error] = caught.value.errors
    assert error.column == "实施面积"
    assert "晚季各项措施面积合计 101 亩，大于地块面积 100 亩" in error.message
    measure(field, "other_strict", "46亩", stacked="是")
    assert told(field, END)["晚季"] == (Decimal(55), True)
    measure(field, "non_farmland", "46亩", "winter", on=date(2024, 11, 20))  # another season, another sum
    assert service.read(RATE, county, END).value == 55


def test_two_rows_of_a_table_that_together_exceed_the_plot_are_refused(county: Any) -> None:
    plot("G3", county, "strict", "100亩", "heavy")
    head = ["地块编号", "年度", "季别", "措施", "实施面积（亩）", "实施日期"]
    rows = [
        ["G3", 2024, "晚季", "休耕", 60, "2024-07-20"],
        ["G3", 2024, "晚季", "种植结构调整", 41, "2024-07-20"],
    ]
    diff = dry_run(kind_of("farmland_measures"), book([head, *rows]), "措施.xlsx", actor=None, on=END)
    with pytest.raises(InputError) as caught:
        apply(diff, actor=None)
    [error] = caught.value.errors
    assert (error.file, error.row, error.column) == ("措施.xlsx", 3, "实施面积")
    assert "晚季各项措施面积合计 101 亩，大于地块面积 100 亩" in error.message
    assert not believed_records("farmland_measures").exists()


def test_a_correction_is_measured_against_the_others_alone(county: Any) -> None:
    entry = plot("G2", county, "strict", "100亩", "heavy")
    row = measure(entry, "fallow", "60亩")
    measure(entry, "restructuring", "40亩")
    values = {"year": "2024", "season": "late", "measure": "other_strict"}
    day = date(2024, 7, 20)
    with pytest.raises(InputError, match="1 处"):
        CorrectRecord(
            None, day, row, "farmland_measures", values | {"area_m2": "61亩"}, reason="核对"
        ).execute()
    CorrectRecord(
        None, day, row, "farmland_measures", values | {"area_m2": "60亩"}, reason="措施名称有误"
    ).execute()
    assert told(entry, END) == {"晚季": (Decimal(100), True)}


def test_the_page_tells_each_season_with_its_tests_and_checks(
    field: Entry, officer: User, client: Client, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    crop_test(field, "0.12", "S9")
    strict_check(field, "before", officer)
    client.force_login(officer)
    page = client.get(f"/registers/farmland_plots/{field.uid}/", {"on": END.isoformat()}).content.decode()
    assert "2024年分季情况" in page
    part = page[page.index('id="part-seasons"') :]
    for words in ("休耕（40 亩）", "休耕（30 亩）", "稻谷 合格", "播种前已核查", "各季面积不相加"):
        assert words in part
