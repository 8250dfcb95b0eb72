"""Tables that users add: whole or nothing, all errors by cell, judged by what their rows say."""

from __future__ import annotations

import contextlib
import csv
import io
from datetime import date
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jingtu.errors import InputError, NotConfiguredError, NotFoundError
from jingtu.knowledge.standards.added import AddedTable, read_added, read_added_file, template
from jingtu.knowledge.standards.added_format import LIMITS, RATES
from jingtu.knowledge.standards.editions import edition_on, editions
from jingtu.knowledge.standards.rates import assured, rate_on, share
from jingtu.knowledge.standards.screening import screen

_EXAMPLES = Path(__file__).parents[3] / "examples" / "standards"
_DAY = date(2026, 11, 22)
_NAMES = {item.key: item.name for item in LIMITS}
_ROW = {
    "number": "DB00/T 9999-2026",
    "title": "示例",
    "valid_from": "2026-01-01",
    "medium": "土壤",
    "name_cn": "镉",
    "unit": "mg/kg",
    "kind": "筛选值",
    "value": "1.5",
    "clause": "表1",
    "source": "示例",
}


def _csv(*rows: dict[str, str], headings: tuple[str, ...] = tuple(_NAMES)) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([_NAMES[key] for key in headings])
    for row in rows:
        writer.writerow([row.get(key, "") for key in headings])
    return text.getvalue().encode()


def _read(*rows: dict[str, str], **kwargs: tuple[str, ...]) -> AddedTable:
    return read_added(io.BytesIO(_csv(*rows, **kwargs)), "表.csv")


def _refused(*rows: dict[str, str], **kwargs: tuple[str, ...]) -> list[tuple[int | None, str | None, str]]:
    with pytest.raises(InputError) as caught:
        _read(*rows, **kwargs)
    return [(error.row, error.column, error.message) for error in caught.value.errors]


def _letter(key: str) -> str:
    return openpyxl.utils.get_column_letter(list(_NAMES).index(key) + 1)


def _example() -> AddedTable:
    return read_added_file(_EXAMPLES / "示例标准.csv")


def _judged(standard: str, on: date = _DAY, **columns: list[object]) -> list[str]:
    return screen(columns, standard, on, added=_example().editions).verdict.to_list()


def test_the_example_says_in_every_row_that_it_is_invented():
    table = _example()
    assert all("虚构" in row["title"] and "虚构" in row["source"] for row in table.limits)
    assert all("示例" in edition.title for edition in table.editions)
    assert {edition.standard for edition in table.editions}.isdisjoint(
        edition.standard for edition in editions()
    )


@pytest.mark.parametrize(
    ("value", "ph", "use", "verdict"),
    [
        ("1.1", "6.5", "水田", "below_screening"),
        ("1.11", "6.5", "水田", "between"),
        ("1.11", "6.51", "水田", "below_screening"),
        ("1.11", "6.5", "paddy", "between"),
        ("1.71", "6.5", "水浇地", "between"),
        ("22.01", "8", "旱地", "above_intervention"),
        ("2200", "8", "水田", "above_intervention"),
        ("1.0", None, "水田", "not_evaluable"),
        ("0.5L", "6", "水田", "below_screening"),
        ("2L", "6", "水田", "not_evaluable"),
    ],
)
def test_screening_and_intervention_values_by_use_and_ph(value, ph, use, verdict):
    assert _judged(
        "example_soil", analyte=["Cd"], value=[value], unit=["mg/kg"], ph=[ph], land_use=[use]
    ) == [verdict]


def test_a_value_without_an_intervention_value_in_another_unit():
    assert _judged(
        "example_soil", analyte=["甲物质", "物质甲"], value=["0.777", "0.778"], unit=["mg/kg"] * 2
    ) == [
        "below_screening",
        "above_screening",
    ]


def test_other_uses_are_those_that_no_row_names():
    table = _read(
        _ROW | {"land_use": "水田", "value": "1"},
        _ROW | {"land_use": "果园、茶园", "value": "2"},
        _ROW | {"land_use": "其他", "value": "3"},
        _ROW | {"name_cn": "铅", "land_use": "水田", "value": "1"},
    )
    uses = ["水田", "茶园", "旱地", "其他", None]
    columns = {"value": ["2.5"] * 5, "unit": ["mg/kg"] * 5, "land_use": uses}
    key = table.editions[0].standard
    found = screen(columns | {"analyte": ["镉"] * 5}, key, _DAY, added=table.editions)
    assert [limits[0]["value"] if limits else None for limits in map(found.limits_of, range(5))] == [
        1,
        2,
        3,
        3,
        None,
    ]
    lead = screen(columns | {"analyte": ["铅"] * 5}, key, _DAY, added=table.editions)
    assert lead.verdict.to_list() == ["above_screening", *["not_covered"] * 3, "not_evaluable"]


def test_classes_of_land():
    columns = {"analyte": ["锌", "锌", "锌"], "value": ["2000"] * 3, "unit": ["mg/kg"] * 3}
    assert _judged("example_land", **columns, land_use=["居住用地", "工业用地", "不详"]) == [
        "above_screening",
        "below_screening",
        "not_evaluable",
    ]
    found = screen(columns, "example_land", _DAY, land_class=2, added=_example().editions)
    assert found.verdict.to_list() == ["below_screening"] * 3


def test_a_single_limit_by_crop():
    assert _judged(
        "example_crop",
        analyte=["Zn"] * 5,
        value=["33", "34", "23", "23", "23"],
        unit=["mg/kg"] * 5,
        crop=["晚稻", "稻谷", "菠菜", "玉米", None],
    ) == ["pass", "exceed", "exceed", "not_covered", "not_evaluable"]


def test_classes_of_water_take_the_better_one_where_limits_are_equal():
    assert _judged(
        "example_water", analyte=["石油类"] * 4, value=["0.11", "0.2", "4.4", "4.5"], unit=["mg/L"] * 4
    ) == ["I", "III", "IV", "V"]


def test_an_added_edition_ends_on_its_day_and_is_unknown_without_its_table():
    added = _example().editions
    assert edition_on("example_land", date(2026, 12, 31), added).number == "DB00/T 0002-2026"
    with pytest.raises(NotConfiguredError):
        edition_on("example_land", date(2027, 1, 1), added)
    with pytest.raises(NotFoundError):
        edition_on("example_land", _DAY)


def test_the_example_of_rates_takes_over_after_the_plan_period():
    table = read_added_file(_EXAMPLES / "示例指标核算规则.csv")
    rule = rate_on("contaminated_farmland_safe_use_rate", _DAY, table.rates)
    assert share(rule, {"X": 9, "Y": 10}) == pytest.approx(90)
    held = rate_on("key_construction_land_safe_use", _DAY, table.rates)
    assert assured(held, [90, 89.9, 100], False, False).tolist() == [True, False, True]
    again = read_added(io.BytesIO(table.to_csv().encode()), "又.csv")
    assert again.rates == table.rates


def test_a_workbook_is_read_as_a_csv_file_is():
    book = openpyxl.Workbook()
    rows = list(csv.reader((_EXAMPLES / "示例标准.csv").read_text(encoding="utf-8").splitlines()))
    sheet = book.active
    sheet.append(["示例标准（虚构）"])
    for row in rows:
        sheet.append([_typed(cell) for cell in row])
    stream = io.BytesIO()
    book.save(stream)
    stream.seek(0)
    assert _facts(read_added(stream, "表.xlsx")) == _facts(_example())


def _typed(cell: str) -> object:
    try:
        return float(cell)
    except ValueError:
        pass
    try:
        return date.fromisoformat(cell)
    except ValueError:
        return cell or None


def _facts(table: AddedTable) -> list[object]:
    return [
        (edition.to_json(), edition.medium, [(limit, dict(limit.rest)) for limit in edition.table.limits])
        for edition in table.editions
    ]


def test_every_error_is_told_at_once_by_its_cell_and_nothing_is_taken():
    found = _refused(
        _ROW | {"value": "约1"},
        _ROW | {"value": "-3", "unit": "担/亩", "name_cn": "砷"},
        _ROW | {"cas": "7440-43-8", "name_cn": "铅"},
        _ROW | {"ph_gt": "7", "ph_le": "6", "name_cn": "汞", "confidence": "很高"},
        _ROW | {"name_cn": "", "title": "另一名称"},
        _ROW | {"name_cn": "铬", "kind": "管制"},
        _ROW | {"name_cn": "镍", "land_class": "第三类"},
    )
    places = {(row, column) for row, column, _ in found}
    assert {
        (2, _letter("value")),
        (3, _letter("value")),
        (3, _letter("unit")),
        (4, _letter("cas")),
        (5, _letter("ph_le")),
        (5, _letter("confidence")),
        (6, _letter("name_cn")),
        (6, _letter("title")),
        (7, _letter("kind")),
        (8, _letter("land_class")),
    } <= places


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([{}, {}], "条件重叠"),
        ([{"ph_le": "7"}, {"ph_gt": "6"}], "条件重叠"),
        ([{"ph_le": "7"}, {}], "有的行不分"),
        ([{"kind": "筛选值"}, {"kind": "管制值", "value": "1.4"}], "高低次序颠倒"),
        ([{"kind": "筛选值"}, {"kind": "管制值", "value": "1400", "unit": "μg/kg"}], "高低次序颠倒"),
        ([{"kind": "管制值"}], "没有筛选值"),
        ([{"kind": "Ⅲ类"}], "写全Ⅰ类至Ⅳ类"),
        ([{"kind": "筛选值"}, {"kind": "限量", "name_cn": "铅"}], "不能混用"),
        ([{"aliases": "铅"}, {"name_cn": "铅"}], "已用于另一项目"),
        ([{}, {"unit": "mg/L", "kind": "管制值", "value": "9"}], "不是同一种量"),
        ([{"number": "GB 15618-2030"}], "不能用自行录入的表替换"),
        ([{"number": "某标准"}], "填写“代号”"),
        ([{"valid_from": "2026-02-30"}], "不是日期"),
        ([{"valid_to": "2025-01-01"}], "须晚于施行日期"),
        ([{}, {"valid_from": "2027-01-01"}], "同一段时间都有效"),
        ([{}, {"number": "DB00T/9999-2026"}], "代号相同"),
        ([{"value": "0.01L"}], "不是数值"),
        ([{"ph_le": "15"}], "0至14"),
    ],
)
def test_what_would_give_two_verdicts_or_none_is_refused(rows, message):
    assert any(message in text for _, _, text in _refused(*({**_ROW, **row} for row in rows)))


def test_headings_that_are_missing_unknown_or_repeated_are_named():
    found = _refused(_ROW, headings=tuple(key for key in _NAMES if key != "clause"))
    assert [(row, text) for row, _, text in found] == [(1, "缺少“条款”这一列。")]
    content = _csv(_ROW).decode().replace("备注", "限值", 1).replace("别名", "随便", 1)
    with pytest.raises(InputError) as caught:
        read_added(io.BytesIO(content.encode()), "表.csv")
    assert {error.value for error in caught.value.errors} == {"限值", "随便"}


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"角色": "分子"}, "须有分子和分母"),
        ({"角色": "分子", "符号": ""}, "要有符号"),
        ({"角色": "判定", "比率下限": "120", "结论": "有效保障"}, "0至100"),
        ({"角色": "判定"}, "要有结论"),
        ({"角色": "乘数"}, "请填分子、分母或判定"),
        (
            {"角色": "判定", "结论": "有效保障", "指标代号": "contaminated_farmland_safe_use_rate"},
            "计算方式不同",
        ),
        ({"角色": "分子", "指标代号": "利用率"}, "小写字母"),
    ],
)
def test_rules_of_rates_that_cannot_be_computed_are_refused(row, message):
    whole = dict.fromkeys((item.name for item in RATES), "") | {
        "指标代号": "example_rate",
        "指标名称": "示例",
        "符号": "a",
        "施行日期": "2026-01-01",
        "条款": "示例",
        "来源": "示例",
    }
    whole |= row
    content = ",".join(whole) + "\n" + ",".join(whole.values())
    with pytest.raises(InputError) as caught:
        read_added(io.BytesIO(content.encode()), "表.csv")
    assert any(message in error.message for error in caught.value.errors)


@pytest.mark.parametrize("kind", ["limits", "rates"])
def test_the_empty_form_can_be_read_and_asks_to_be_filled_in(kind):
    with pytest.raises(InputError, match="没有数据行"):
        read_added(io.BytesIO(template(kind).encode()), "样表.csv")


_WORD = st.text("甲乙丙丁戊己庚辛壬癸", min_size=1, max_size=4)
_VALUE = st.decimals("0.0001", "9999", places=4, allow_nan=False).map(
    lambda number: format(number.normalize(), "f")
)


@st.composite
def _tables(draw: st.DrawFn) -> list[dict[str, str]]:
    rows = []
    for name in draw(st.lists(_WORD, min_size=1, max_size=5, unique=True)):
        edges = sorted(draw(st.sets(st.sampled_from(["4.5", "5.5", "6.5", "7.5"]), max_size=3)))
        uses = draw(st.lists(st.sampled_from(["水田", "旱地", "果园"]), unique=True, max_size=2)) or [""]
        for use in uses:
            for below, above in zip(["", *edges], [*edges, ""], strict=True):
                rows.append(
                    _ROW
                    | {
                        "name_cn": name,
                        "land_use": use,
                        "ph_gt": below,
                        "ph_le": above,
                        "value": draw(_VALUE),
                        "unit": draw(st.sampled_from(["mg/kg", "μg/kg"])),
                        "footnote": draw(_WORD),
                    }
                )
    return rows


@settings(deadline=None)
@given(_tables())
def test_a_table_written_and_read_again_is_the_same_table(rows):
    table = _read(*rows)
    again = read_added(io.BytesIO(table.to_csv().encode()), "表.csv")
    assert _facts(again) == _facts(table)
    assert again.limits == table.limits


@settings(deadline=None)
@given(_tables(), st.floats(0.001, 1e4), st.floats(1.001, 1e3), st.data())
def test_in_an_added_table_too_more_is_never_better_and_order_and_unit_do_not_matter(rows, value, more, data):
    table = _read(*rows)
    row = data.draw(st.sampled_from(rows))
    ph = {"": "3"}.get(row["ph_gt"], row["ph_gt"] + "1")
    columns = {
        "analyte": [row["name_cn"]] * 3,
        "value": [repr(value), repr(value * more), f"{value * 1000!r}"],
        "unit": ["mg/kg", "mg/kg", "μg/kg"],
        "ph": [ph] * 3,
        "land_use": [row["land_use"] or None] * 3,
    }
    key = table.editions[0].standard
    less, greater, other = screen(columns, key, _DAY, added=table.editions).verdict
    assert less in {"below_screening", "above_screening"}
    assert (less, greater) != ("above_screening", "below_screening")
    if not np.isclose(value, float(row["value"]) / (1000 if row["unit"] == "μg/kg" else 1)):
        assert other == less
    turned = screen({name: cells[::-1] for name, cells in columns.items()}, key, _DAY, added=table.editions)
    assert turned.verdict.to_list() == [other, greater, less]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=400), st.integers(0, 60), st.text(max_size=8))
def test_whatever_is_handed_in_ends_in_a_table_or_in_words(content, place, cell):
    rows = list(csv.reader(_csv(_ROW, _ROW | {"name_cn": "铅"}).decode().splitlines()))
    rows[place % len(rows)][place % len(rows[0])] = cell
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    for stream in (content, text.getvalue().encode("utf-8", "surrogatepass")):
        with contextlib.suppress(InputError):
            assert read_added(io.BytesIO(stream), "表.csv").editions
