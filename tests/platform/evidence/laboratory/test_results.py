"""Pages of results: the verdict, the list and its filters, one result down to its limit, exports, who sees what."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from tests.platform.evidence.laboratory.reading import (
    county,
    found,
    page,
    person,
    result,
    rows_after,
    rows_of,
)
from tests.platform.evidence.laboratory.surveyed import plain_rows, store, survey

from jingtu.platform.evidence.laboratory.models import Result, Sample, Survey
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people.roles import Role
from jingtu.platform.regions.models import Region
from jingtu.platform.regions.tree import create_region

__all__ = ["county", "found", "person"]  # fixtures
pytestmark = pytest.mark.django_db


def test_the_verdict_stands_first_with_its_edition_and_settings(person: Any, found: Survey) -> None:
    text = page(person(), "survey_results", found)
    # Of S04-1 some results cannot be judged, but what was judged is below the screening values.
    assert "6 个样品中 2 个超过筛选值，其中 1 个超过管制值" in text
    assert "GB 36600-2018" in text
    assert "第一类用地" in text
    assert text.index("verdict-line") < text.index("超标项目") < text.index("全部结果")


def test_the_drivers_name_the_worst_result_of_each_analyte(person: Any, found: Survey) -> None:
    text = page(person(), "survey_results", found)
    drivers = text[text.index("超标项目") : text.index("全部结果")].split("<tr>")[2:]
    names = [driver.split("</a>")[0].rsplit(">", 1)[1] for driver in drivers]
    assert names == ["砷", "镉", "铅"]  # 6.6 times, 2.6 times, 1.1 times
    assert "132" in drivers[0]
    assert "6.6" in drivers[0]
    assert "S02-1" in drivers[0]
    assert "2 个" in drivers[0]  # S01-2 and S02-1


@pytest.mark.parametrize(
    ("query", "raws"),
    [
        ({"verdict": "above_intervention"}, {"132", "52.1"}),
        ({"verdict": "between"}, {"45.6", "455"}),
        ({"analyte": "arsenic"}, {"18.2", "45.6", "11.0", "132", "9.8", "见备注"}),
        ({"analyte": "~示例项目"}, {"88"}),
        ({"detected": "no"}, {"&lt;0.002", "ND", "&lt;0.01"}),
        ({"point": "S02"}, {"132", "52.1", "455", "1.9"}),
        ({"depth": "0.5-2"}, {"45.6", "0.20", "38", "&lt;0.002"}),
        ({"q": "S03"}, {"9.8", "0.15", "33", "0.081"}),
        ({"q": "17141", "detected": "no"}, {"ND", "&lt;0.01"}),
        ({"verdict": "not_covered"}, {"88"}),
        ({"analyte": "arsenic", "verdict": "between"}, {"45.6"}),
        ({"q": "没有这个"}, set()),
    ],
)
def test_a_filter_shows_what_fits_and_nothing_else(
    person: Any, found: Survey, query: dict[str, str], raws: set[str]
) -> None:
    text = page(person(), "survey_results", found, **query)
    shown = {
        row.split('data-label="检测结果"')[1].split("</a>")[0].rsplit(">", 1)[1]
        for row in rows_of(text)
        if 'data-label="检测结果"' in row
    }
    assert shown == raws
    assert f'共 <strong class="tabular">{len(raws)}</strong> 项' in text


def test_the_list_is_sorted_by_the_ratio_with_the_unknown_at_the_end(person: Any, found: Survey) -> None:
    text = page(person(), "survey_results", found, sort="-ratio")
    codes = [row.split("</a>")[0].rsplit(">", 1)[1] for row in rows_of(text)]
    assert codes[:4] == ["S02-1", "S02-1", "S01-2", "S02-1"]  # As 6.6, Cd 2.6, As 2.28, Pb 1.1
    assert codes[-1] in {"S04-1", "S01-2", "S01-3"}


def test_every_page_of_the_list_is_reached_once(person: Any, county: Region) -> None:
    made = survey(county)
    store(
        made, [{"code": f"S{number:03}", "analyte": "砷", "raw": str(number % 30)} for number in range(130)]
    )
    client, seen, query = person(), [], {"sort": "-ratio"}
    for _ in range(3):
        text = page(client, "survey_results", made, **query)
        seen += [row.split("</a>")[0].rsplit(">", 1)[1] for row in rows_of(text)]
        if 'rel="next"' not in text:
            break
        query["after"] = text.split('rel="next"')[1].split("after=")[1].split('"')[0].split("&")[0]
    assert len(seen) == len(set(seen)) == 130


def test_one_click_leads_from_a_number_to_its_limit_and_clause(person: Any, found: Survey) -> None:
    client = person()
    worst = result(found, "S02-1", "砷")
    text = page(client, "survey_results", found)
    address = reverse("survey_result", args=[found.uid, worst.pk])
    assert f'data-drawer-open="{address}"' in text
    drawer = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in drawer
    for said in ("132", "风险筛选值", "20", "风险管制值", "120", "GB 36600-2018", "2018-08-01", "第一类用地"):
        assert said in drawer
    assert "检测结果.xlsx" in drawer
    assert worst.limit_clause in drawer
    assert "/standards/gb36600/gb-36600-2018/arsenic/" in drawer
    assert "land_class=1" in drawer
    assert "<html" in client.get(address).content.decode()


def test_a_non_detect_says_how_it_was_judged(person: Any, found: Survey) -> None:
    text = page(person(), "survey_result", found, result(found, "S01-2", "汞").pk)
    assert "&lt;0.002" in text
    assert "未检出，检出限 0.002 mg/kg" in text
    assert "检出限不高于限值的视为未超过" in text


def test_a_converted_unit_is_told(person: Any, county: Region) -> None:
    made = survey(county)
    store(made, [{"code": "S1", "analyte": "砷", "raw": "21000", "unit": "μg/kg"}])
    text = page(person(), "survey_result", made, result(made, "S1", "砷").pk)
    assert "21,000 μg/kg" in text
    assert "换算为限值单位" in text
    assert "21 mg/kg" in text


def test_groundwater_is_told_against_class_three(person: Any, county: Region) -> None:
    made = survey(county, "gbt14848", None, medium="groundwater")
    store(made, [{"code": "W1", "analyte": "锰", "raw": "0.35", "unit": "mg/L", "medium": "groundwater"}])
    row = result(made, "W1", "锰")
    assert (row.verdict, row.limit_name, row.limit_value) == ("IV", "class_III", 0.10)
    assert row.ratio == pytest.approx(3.5)
    client = person()
    assert "1 个样品中 1 个为Ⅳ类" in page(client, "survey_results", made)
    text = page(client, "survey_result", made, row.pk)
    assert "为Ⅲ类限值的 3.5 倍" in text
    for kind in ("Ⅰ类限值", "Ⅱ类限值", "Ⅲ类限值", "Ⅳ类限值", "Ⅴ类限值"):
        assert kind in text


def test_a_replaced_result_stays_readable_and_says_so(person: Any, found: Survey) -> None:
    row = result(found, "S01-1", "砷")
    row.recorded_to = row.recorded_from.replace(year=row.recorded_from.year + 1)
    row.save()
    text = page(person(), "survey_result", found, row.pk)
    assert "更正或撤回" in text


def test_what_is_exported_is_what_is_seen(person: Any, found: Survey) -> None:
    client = person()
    address = reverse("survey_results_export", args=[found.uid])
    query = {
        "verdict": "between",
        "sort": "-ratio",
        "columns": "sample,analyte,raw,limit,ratio,verdict,clause",
    }
    book = load_workbook(io.BytesIO(client.get(address, query).content))
    lines = [list(row) for row in book.active.iter_rows(min_row=2, values_only=True)]
    assert lines[0] == [
        "样品",
        "项目",
        "检测结果",
        "限值",
        "限值类别",
        "限值单位",
        "倍数",
        "结论",
        "说明",
        "依据",
    ]
    assert [line[:3] for line in lines[1:]] == [["S01-2", "砷", "45.6"], ["S02-1", "铅", "455"]]
    assert lines[1][3:6] == [20, "风险筛选值", "mg/kg"]
    assert lines[1][7] == "超过筛选值、未超过管制值"
    assert "GB 36600-2018" in lines[1][9]
    text = client.get(address, query | {"format": "csv"}).content.decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text)))[1][:3] == ["S01-2", "砷", "45.6"]


def test_a_formula_in_a_file_is_defused_in_an_export(person: Any, county: Region) -> None:
    made = survey(county)
    store(made, [{"code": "=1+1", "analyte": "砷", "raw": "=HYPERLINK(1)", "method": "+cmd"}])
    address = reverse("survey_results_export", args=[made.uid])
    client = person()
    rows = list(csv.reader(io.StringIO(client.get(address, {"format": "csv"}).content.decode("utf-8-sig"))))
    assert not [cell for cell in rows[1] if cell.startswith(("=", "+", "@"))]
    book = load_workbook(io.BytesIO(client.get(address).content))
    assert not [cell for row in book.active.iter_rows() for cell in row if cell.data_type == "f"]


def test_a_name_with_markup_is_shown_and_not_obeyed(person: Any, county: Region) -> None:
    made = survey(county)
    store(made, [{"code": "<b>x", "point": "<i>P", "analyte": "<script>", "raw": "<img>"}])
    client = person()
    for name in ("survey_results", "survey_points", "survey_statistics", "survey_map"):
        text = page(client, name, made)
        assert not {"<b>x", "<i>P", "<script>", "<img>"} & set(text.split('"')), name
        assert "<script></" not in text
        assert "&lt;" in text


def test_the_sample_shows_all_its_results_the_worst_first(person: Any, found: Survey) -> None:
    sample = Sample.objects.get(survey=found, code="S02-1")
    text = page(person(), "survey_sample", found, sample.pk)
    assert text.index(">132<") < text.index(">455<") < text.index(">1.9<")
    assert "0–0.5 m" in text
    assert "东经 109.403" in text


def test_a_parallel_stands_beside_the_sample_that_it_repeats(person: Any, county: Region) -> None:
    made = survey(county)
    store(
        made,
        [
            {"code": "S1", "analyte": "砷", "raw": "15"},
            {"code": "S1P", "analyte": "砷", "raw": "9", "qc_kind": "parallel", "parent_code": "S1"},
            {"code": "S2", "analyte": "砷", "raw": "15"},
            {"code": "S2P", "analyte": "砷", "raw": "<0.4", "qc_kind": "parallel", "parent_code": "S2"},
            {"code": "B1", "analyte": "砷", "raw": "<0.01", "qc_kind": "field_blank"},
            {"code": "R1", "analyte": "砷", "raw": "96.5", "unit": "%", "qc_kind": "recovery"},
        ],
    )
    client = person()
    text = page(client, "survey_quality", made)
    assert 'data-label="相对偏差">25</td>' in text  # |15 - 9| / (15 + 9)
    assert "一个未检出，不计算" in text
    assert "96.5" in text
    assert "未配置" in text  # no rule of a method is known for these
    assert "100.0 %" in text  # two parallels of two samples
    # Control samples are no samples: they are not judged and not in the list.
    assert "2 个样品均未超过筛选值" in page(client, "survey_results", made)
    sample = Sample.objects.get(survey=made, code="S1")
    assert ">S1P<" in page(client, "survey_sample", made, sample.pk)


def test_a_control_is_held_against_its_method(person: Any, county: Region) -> None:
    made = survey(county)
    method = {"analyte": "苯", "unit": "μg/kg", "method": "HJ 605-2011"}
    store(
        made,
        [
            {"code": "S1", "raw": "15", **method},
            {"code": "S1P", "raw": "9", "qc_kind": "parallel", "parent_code": "S1", **method},
            {"code": "S2", "raw": "15", **method},
            {"code": "S2P", "raw": "8", "qc_kind": "parallel", "parent_code": "S2", **method},
            {"code": "K1", "raw": "2.5", "detection_limit": 1.9, "qc_kind": "trip_blank", **method},
        ],
    )
    rows = rows_after(page(person(), "survey_quality", made), "平行样</h2>")
    assert "30.4" in rows[0]  # |15 - 8| / 23
    assert "不符合" in rows[0]
    assert "25" in rows[1]
    assert ">符合<" in rows[1]
    blank = rows_after(page(person(Role.HEAD), "survey_quality", made), "空白样</h2>")[0]
    assert "低于方法检出限" in blank
    assert "不符合" in blank


def test_a_survey_elsewhere_does_not_exist(person: Any, county: Region) -> None:
    other = create_region("邻县", Region.Level.COUNTY, county.parent, code="990123", source="测试")
    made = survey(other)
    store(made, plain_rows())
    client = person()
    sample, row = Sample.objects.filter(survey=made).first(), Result.objects.filter(survey=made).first()
    assert sample is not None
    assert row is not None
    addresses = [
        reverse(name, args=[made.uid])
        for name in (
            "survey_results", "survey_results_export", "survey_statistics", "survey_statistics_export",
            "survey_points", "survey_map", "survey_quality", "survey_indices",
        )
    ]  # fmt: skip
    addresses += [
        reverse("survey_sample", args=[made.uid, sample.pk]),
        reverse("survey_result", args=[made.uid, row.pk]),
    ]
    assert {client.get(address).status_code for address in addresses} == {404}


def test_a_result_of_another_survey_is_not_found_under_this_one(
    person: Any, found: Survey, county: Region
) -> None:
    other = survey(county)
    store(other, plain_rows())
    row = Result.objects.filter(survey=other).first()
    assert row is not None
    client = person()
    assert client.get(reverse("survey_result", args=[found.uid, row.pk])).status_code == 404
    assert client.get(reverse("survey_sample", args=[found.uid, row.sample_id])).status_code == 404


def test_the_body_examined_reads_its_own(person: Any, county: Region) -> None:
    holder = Organisation.objects.create(name="示例化工有限公司", kind="enterprise", region=county)
    made = survey(county, holder=holder)
    store(made, plain_rows())
    client = person(Role.ENTERPRISE, holder)
    assert "6 个样品中" in page(client, "survey_results", made)
    assert page(client, "survey_map", made)
    assert client.get(reverse("survey_results", args=[survey(county).uid])).status_code == 404


def test_empty_pages_say_what_to_do(person: Any, county: Region) -> None:
    made = survey(county)
    client = person()
    assert "还没有检测结果" in page(client, "survey_results", made)
    for name in ("survey_statistics", "survey_points", "survey_map", "survey_quality", "survey_indices"):
        assert "empty" in page(client, name, made), name


def test_a_change_is_seen_at_once_although_counts_are_remembered(person: Any, found: Survey) -> None:
    client = person()
    assert "6 个样品中 2 个超过筛选值" in page(client, "survey_results", found)
    store(found, [{"code": "S05-1", "point": "S05", "analyte": "砷", "raw": "300"}])
    text = page(client, "survey_results", found)
    assert "7 个样品中 3 个超过筛选值，其中 2 个超过管制值" in text
    assert "S05" in page(client, "survey_points", found)


def test_looking_back_shows_what_was_believed_then(person: Any, found: Survey) -> None:
    before = Result.objects.filter(survey=found).order_by("-recorded_from")[0].recorded_from
    store(found, [{"code": "S05-1", "point": "S05", "analyte": "砷", "raw": "300"}])
    client = person()
    text = page(client, "survey_results", found, known_at=before.isoformat())
    assert "6 个样品中 2 个超过筛选值" in text
    assert "S05-1" not in text
    assert "7 个样品中 3 个超过筛选值" in page(client, "survey_results", found, known_at="")
