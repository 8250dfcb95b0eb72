"""A clean table made awkward in the ways of offices: the same diff, or a question; never another value."""

from __future__ import annotations

import contextlib
import io
import random
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from tests.platform.registers.conftest import place

from jingtu.errors import InputError
from jingtu.platform.regions.models import Region
from jingtu.platform.registers.declarations import get
from jingtu.platform.registers.exchange.diffs import Diff
from jingtu.platform.registers.exchange.importing import dry_run
from jingtu.platform.registers.exchange.said import Said

ON = date(2024, 6, 30)
TOWNS = ("柳岸镇", "青禾镇", "石桥乡")
HEADS = ["地块编码", "地块名称", "所在乡镇", "行业类别", "占地面积（平方米）", "纳入日期"]
_DIGITS = dict(zip("0123456789", "〇一二三四五六七八九", strict=True))
_WIDE = str.maketrans("0123456789.", "０１２３４５６７８９．")

rows_of = st.lists(
    st.fixed_dictionaries(
        {
            "town": st.sampled_from(TOWNS),
            "industry": st.sampled_from(["", "电镀", "化学农药制造", "炼焦"]),
            "mu": st.integers(1, 4000),
            "day": st.dates(date(1990, 1, 1), date(2024, 6, 1)),
        }
    ),
    min_size=1,
    max_size=7,
)


def spoken(day: date) -> str:
    year = "".join(_DIGITS[sign] for sign in str(day.year))
    return f"{year}年{_tens(day.month)}月{_tens(day.day)}日"


def _tens(number: int) -> str:
    if number < 10:
        return _DIGITS[str(number)]
    tens = "" if number < 20 else _DIGITS[str(number // 10)]
    return f"{tens}十{_DIGITS[str(number % 10)] if number % 10 else ''}"


WAYS_OF_DAYS: tuple[Callable[[date], Any], ...] = (
    lambda day: day,
    lambda day: f"{day.year}.{day.month}.{day.day}",
    lambda day: f"{day.year}年{day.month}月{day.day}日",
    lambda day: f"{day:%Y%m%d}",
    lambda day: int(f"{day:%Y%m%d}"),
    lambda day: (day - date(1899, 12, 30)).days,
    lambda day: f"{day.year}/{day.month}/{day.day}".translate(_WIDE),
    lambda day: f"{day.year % 100:02d}年{day.month}月{day.day}日",
    spoken,
)
WAYS_OF_AREAS: tuple[tuple[str, Callable[[int], Any]], ...] = (
    ("占地面积（亩）", lambda mu: mu),
    ("面积(亩)", lambda mu: f"{mu:,}"),
    ("地块面积", lambda mu: f"{mu}亩"),
    ("占地\n面积/亩", lambda mu: str(mu).translate(_WIDE)),
    ("用地面积（万亩）", lambda mu: float(Decimal(mu) / 10000)),
    ("占地面积", lambda mu: mu),  # no unit anywhere: asked
)


class Awkward:
    """Writes a table as some office would, by a seed."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        self.asks_unit = False

    def maybe(self, share: float = 0.5) -> bool:
        return self.draw.random() < share

    def workbook(self, rows: list[dict[str, Any]]) -> io.BytesIO:
        book = Workbook()
        sheet = book.active
        assert isinstance(sheet, Worksheet)
        area, write_area = self.draw.choice(WAYS_OF_AREAS)
        self.asks_unit = area == "占地面积"
        columns = ["地块编码", "地块名称", "所在乡镇", "行业类别", area, "纳入日期"]
        heads = {
            0: ["地块编码", "地块编号", "*地块\n编码"],
            1: ["地块名称", "地 块 名 称"],
            2: ["所在乡镇", "乡镇（街道）"],
            5: ["纳入日期", "纳入时间"],
        }
        for index, words in heads.items():
            columns[index] = self.draw.choice(words)
        order = list(range(6))
        self.draw.shuffle(order)
        serial, gap = self.maybe(), self.maybe(0.3)
        width = 6 + serial + gap

        def line(cells: list[Any], number: Any = None) -> list[Any]:
            found = [cells[index] for index in order]
            if gap:
                found.insert(3, None)
            return [number, *found] if serial else found

        if self.maybe():
            sheet.append(["某县地块清单（示例）"])
            sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=width)
        if self.maybe(0.3):
            sheet.append([None, "填报单位：某局", None, "填报日期：2024年6月"])
        head = line(columns, "序号")
        two = self.maybe(0.3)
        if two:
            at = head.index(columns[5])
            head_row = sheet._current_row + 1
            upper = [*head]
            sheet.append(upper)
            sheet.append([None] * width)
            for index in range(1, width + 1):
                if index - 1 != at and upper[index - 1]:
                    sheet.merge_cells(
                        start_row=head_row, end_row=head_row + 1, start_column=index, end_column=index
                    )
            sheet.cell(head_row, at + 1).value = "时间"
            sheet.cell(head_row + 1, at + 1).value = columns[5]
        else:
            sheet.append(head)
        merge_towns = self.maybe(0.4)
        if merge_towns:
            rows = sorted(rows, key=lambda row: str(row["town"]))
        town_at = head.index(columns[2]) + 1
        start = sheet._current_row + 1
        for number, row in enumerate(rows, start=1):
            if number > 1 and self.maybe(0.15) and not merge_towns and not two:
                sheet.append(head)
            if self.maybe(0.1) and not merge_towns:
                sheet.append([])
            way = self.draw.choice(WAYS_OF_DAYS)
            name = row["name"][:3] + "\n" + row["name"][3:] if self.maybe(0.2) else row["name"]
            code = row["code"].replace("1", "１") if self.maybe(0.1) else row["code"]
            sheet.append(
                line(
                    [code, name, row["town"], row["industry"], write_area(row["mu"]), way(row["day"])], number
                )
            )
        if merge_towns:
            self._merge_towns(sheet, rows, start, town_at)
        if self.maybe():
            total = line([None, None, None, None, sum(row["mu"] for row in rows), None])
            total[head.index(columns[1])] = self.draw.choice(["合计", "合 计", "总计", "小计"])
            sheet.append(total)
        if self.maybe(0.4):
            sheet.append(["注：1.本表一式三份。"])
        if self.maybe(0.3):
            sheet.append(["填报人：张某", None, "审核人：李某"])
        if self.maybe(0.3):
            other = book.create_sheet("填表说明")
            other.append(["一、填报范围", "全县"])
        stream = io.BytesIO()
        book.save(stream)
        stream.seek(0)
        return stream

    def _merge_towns(self, sheet: Worksheet, rows: list[dict[str, Any]], start: int, column: int) -> None:
        first = 0
        for at in range(1, len(rows) + 1):
            if at < len(rows) and rows[at]["town"] == rows[first]["town"]:
                continue
            if at - first > 1:
                sheet.merge_cells(
                    start_row=start + first, end_row=start + at - 1, start_column=column, end_column=column
                )
            first = at


def meaning(diff: Diff) -> list[tuple[Any, ...]]:
    return sorted(
        (row.code, row.name, row.header["region_id"], row.facts["industry"], row.facts["area_m2"], row.facts["listed_on"], row.kind)
        for row in diff.rows
    )  # fmt: skip


class Fuzz(TestCase):
    """Whatever the office does to the table, it means what it meant."""

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(rows_of, st.integers(0, 2**32))
    def test_an_awkward_table_means_the_same_or_asks(self, rows: list[dict[str, Any]], seed: int) -> None:
        county = place("青禾县", Region.Level.COUNTY, "990122")
        towns = {
            name: place(name, Region.Level.TOWN, f"99012210{number}", county).pk
            for number, name in enumerate(TOWNS)
        }
        for number, row in enumerate(rows):
            row |= {"code": f"QH-{number + 1:03d}", "name": f"原青禾第{number + 1}化工厂地块"}
        awkward = Awkward(seed)
        stream = awkward.workbook([*rows])
        wanted = sorted(
            (
                row["code"], row["name"], towns[row["town"]], row["industry"],
                (Decimal(row["mu"]) * 10000 / 15).quantize(Decimal("0.01")), row["day"], "added",
            )
            for row in rows
        )  # fmt: skip
        diff = self.read(stream, county, Said())
        if awkward.asks_unit:
            assert [item.kind for item in diff.questions] == ["unit"]
            diff = self.read(stream, county, Said(answers={diff.questions[0].key: "亩"}))
        assert [item.to_json() for item in diff.obstacles()] == []
        assert meaning(diff) == wanted

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        st.lists(
            st.lists(
                st.one_of(
                    st.none(), st.sampled_from([*HEADS, "合计", "同上", "注：", "○", "青禾县", "单位：亩", "", " "]),
                    st.text(max_size=6), st.integers(-5, 10**9), st.floats(allow_nan=False, allow_infinity=False, width=32),
                    st.dates(date(1900, 1, 1), date(2200, 1, 1)), st.booleans(),
                ),
                max_size=7,
            ),
            max_size=9,
        ),
        st.lists(st.tuples(st.integers(1, 6), st.integers(1, 5), st.integers(0, 2), st.integers(0, 3)), max_size=3),
    )  # fmt: skip
    def test_no_table_is_a_traceback(
        self, rows: list[list[Any]], merges: list[tuple[int, int, int, int]]
    ) -> None:
        county = place("青禾县", Region.Level.COUNTY, "990122")
        book = Workbook()
        sheet = book.active
        assert isinstance(sheet, Worksheet)
        for row in rows:
            sheet.append([clean(cell) for cell in row])
        for top, left, down, right in merges:
            sheet.merge_cells(start_row=top, end_row=top + down, start_column=left, end_column=left + right)
        stream = io.BytesIO()
        book.save(stream)
        stream.seek(0)
        with contextlib.suppress(InputError):  # a refusal in words is an answer; a traceback is none
            assert self.read(stream, county, Said()).fingerprint()

    def read(self, stream: io.BytesIO, county: Region, said: Said) -> Diff:
        stream.seek(0)
        return dry_run(
            get("priority_parcels"), stream, "清单.xlsx", actor=None, on=ON, region=county, mapping=said
        )


def clean(cell: Any) -> Any:
    """What a workbook can hold."""
    if isinstance(cell, str):
        text = "".join(sign for sign in cell if sign.isprintable())
        return f" {text}" if text.startswith("=") else text
    return cell


def test_spoken_days() -> None:
    assert spoken(date(2024, 3, 5)) == "二〇二四年三月五日"
    assert spoken(date(1999, 12, 31)) == "一九九九年十二月三十一日"
