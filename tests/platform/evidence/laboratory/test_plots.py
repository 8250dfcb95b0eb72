"""Statistics, plots, points, the map and indices of a survey."""

from __future__ import annotations

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
    rows_of,
)

from jingtu.platform.evidence.laboratory.models import Sample, Survey
from jingtu.platform.people.roles import Role

__all__ = ["county", "found", "person"]  # fixtures
pytestmark = pytest.mark.django_db


def test_statistics_count_half_of_the_detection_limit_and_say_so(person: Any, found: Survey) -> None:
    text = page(person(), "survey_statistics", found)
    assert "HJ/T 166-2004" in text
    assert "只用于统计，不用于判定" in text
    book = load_workbook(
        io.BytesIO(person(Role.HEAD).get(reverse("survey_statistics_export", args=[found.uid])).content)
    )
    lines = {row[0]: row for row in book.active.iter_rows(min_row=3, values_only=True)}
    arsenic = lines["砷"]
    # 9.8 11 18.2 45.6 132, one is no number; two of five points tested... four points, two exceed.
    assert arsenic[2:5] == (5, 5, 1)
    assert arsenic[5] == 9.8
    assert arsenic[7] == 18.2
    assert arsenic[10] == pytest.approx(43.32)
    assert arsenic[12:15] == (3, 2, 66.67)
    assert arsenic[15] == pytest.approx(132 / 20 - 1)
    mercury = lines["汞"]
    assert mercury[5] == pytest.approx(0.001)  # half of 0.002


def test_box_plots_draw_the_limits_with_their_clause(person: Any, found: Survey) -> None:
    client = person()
    text = page(client, "survey_statistics", found, analyte="arsenic")
    assert text.count("<figure") == 1
    figure = text[text.index("<figure") : text.index("</figure>")]
    assert "风险筛选值" in figure
    assert "风险管制值" in figure
    assert "GB 36600-2018" in figure
    assert figure.count('class="mark verdict-late"') == 1  # 132
    assert figure.count('class="mark verdict-warning"') == 1  # 45.6
    logarithmic = page(client, "survey_statistics", found, analyte="arsenic", log="1")
    assert logarithmic != text
    cadmium = page(client, "survey_statistics", found, analyte="cadmium")
    assert "mark-hollow" in cadmium  # <0.01


def test_the_depth_plot_stands_on_the_page_of_its_point(person: Any, found: Survey) -> None:
    client = person()
    text = page(client, "survey_points", found, point="S01")
    assert "砷随深度的变化" in text
    plot = text[text.index("砷随深度的变化") :].split("</svg>")[0]
    assert plot.count("depth-bar") == 3
    assert plot.count("limit-screening") == 3  # each interval has its own limit
    assert "深度剖面" not in page(client, "survey_points", found, point="S02")  # one depth is no profile
    assert client.get(reverse("survey_points", args=[found.uid]), {"point": "S99"}).status_code == 404


def test_points_are_listed_the_worst_first(person: Any, found: Survey) -> None:
    text = page(person(), "survey_points", found)
    names = [row.split("</a>")[0].rsplit(">", 1)[1] for row in rows_of(text)]
    assert names == ["S02", "S01", "S03", "S04"]


def test_the_map_shows_points_in_the_colours_of_their_verdicts(person: Any, found: Survey) -> None:
    text = page(person(), "survey_map", found)
    plan = text[text.index("map-frame") :].split("</svg>")[0]
    assert plan.count("<title>") == 4
    assert plan.count('class="mark verdict-late"') == 1
    assert plan.count('class="mark verdict-warning"') == 1
    assert plan.count('class="mark verdict-done"') == 2
    assert "100 米" in plan
    assert "109.401" in text


def test_coordinates_are_for_those_who_may_see_them(person: Any, found: Survey) -> None:
    client = person(Role.DEPARTMENT)
    assert client.get(reverse("survey_map", args=[found.uid])).status_code == 403
    sample = Sample.objects.get(survey=found, code="S02-1")
    for text in (
        page(client, "survey_points", found),
        page(client, "survey_points", found, point="S02"),
        page(client, "survey_sample", found, sample.pk),
        page(client, "survey_results", found),
    ):
        assert "109.403" not in text
        assert reverse("survey_map", args=[found.uid]) not in text


def test_points_are_exported_with_coordinates_for_those_who_may_see_them(person: Any, found: Survey) -> None:
    address = reverse("survey_statistics_export", args=[found.uid])
    books = [
        load_workbook(io.BytesIO(person(role).get(address, {"of": "points"}).content)).active
        for role in (Role.OFFICER, Role.DEPARTMENT)
    ]
    first = [next(iter(book.iter_rows(min_row=3, max_row=3, values_only=True))) for book in books]
    assert first[0] == ("S02", "超过管制值", "砷、镉、铅", 1, "0–0.5", 109.403, 24.301)
    assert first[1] == ("S02", "超过管制值", "砷、镉、铅", 1, "0–0.5")


def test_indices_name_their_background_and_none_is_the_default(person: Any, found: Survey) -> None:
    client = person()
    text = page(client, "survey_indices", found)
    assert "未配置背景值" in text
    assert "内梅罗指数" not in text
    text = page(client, "survey_indices", found, set="china_a_geometric")
    assert "内梅罗指数" in text
    assert "几何平均值" in text
    # Cadmium of S02-1: 52.1 over 0.074.
    assert "704.1" in text
    assert "未配置背景值" in page(client, "survey_indices", found, set="unknown")
