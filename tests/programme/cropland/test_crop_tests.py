"""Crop tests: judged by the limits of the sampling day, refused where they say nothing, read from the laboratory."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.programme.cropland.conftest import crop_test, measure, plot, proof

from jingtu.errors import ConflictError, InputError
from jingtu.platform.evidence.laboratory.models import ImportedFile, Medium, Result, Sample, Survey
from jingtu.platform.registers.entry_records import AddRecord
from jingtu.programme.cropland import testing

HARVEST = date(2024, 10, 30)


@pytest.mark.parametrize(
    ("crop", "results", "verdict"),
    [
        ("稻谷", {"cadmium": "0.20"}, "pass"),
        ("稻谷", {"cadmium": "0.21"}, "exceed"),
        ("玉米", {"cadmium": "0.11"}, "exceed"),
        ("稻谷", {"cadmium": "<0.01", "lead": "0.1", "mercury": "0.01", "chromium": "0.5"}, "pass"),
        ("稻谷", {"cadmium": "0.1", "lead": "0.21"}, "exceed"),
        # Total arsenic above the limit of the inorganic one says nothing yet; the inorganic one decides.
        ("稻谷", {"cadmium": "0.1", "arsenic": "0.36"}, "unclear"),
        ("稻谷", {"cadmium": "0.1", "arsenic": "0.36", "arsenic_inorganic": "0.2"}, "pass"),
        ("稻谷", {"arsenic": "0.35"}, "pass"),
    ],
)
def test_the_limits_of_gb_2762(crop: str, results: dict[str, str], verdict: str) -> None:
    assert testing.judge(results, crop, HARVEST).verdict == verdict


def test_the_words_name_result_limit_edition_and_clause() -> None:
    found = testing.judge({"cadmium": "0.25"}, "稻谷", HARVEST)
    assert found.words.startswith("不合格：镉 0.25，超过限量 0.2 mg/kg（GB 2762-2022 4.2.1, 表2")
    before = testing.judge({"cadmium": "0.1"}, "稻谷", date(2023, 6, 29))
    assert before.verdict == "unclear"
    assert "没有收录" in before.words


@pytest.mark.django_db
class TestRecords:
    def test_the_verdict_is_kept_with_the_test(self, county: Any) -> None:
        entry = plot("A", county, "safe_use", "10亩")
        made = crop_test(entry, "0.25")
        assert (made.verdict, made.judged[:3]) == ("exceed", "不合格")

    @pytest.mark.parametrize(
        ("values", "column"),
        [
            ({"crop": "苎麻"}, "农作物"),
            ({"cadmium": ""}, "镉"),
            ({"cadmium": "偏高"}, "镉"),
            ({"lead": "未检出"}, "铅"),
            ({"survey_code": "没有这一项"}, "检测任务编号"),
        ],
    )
    def test_what_says_nothing_is_refused_with_its_column(
        self, county: Any, values: dict[str, str], column: str
    ) -> None:
        entry = plot("A", county, "safe_use", "10亩")
        with pytest.raises(InputError) as refused:
            crop_test(entry, values.pop("cadmium", "0.1"), **values)
        assert [error.column for error in refused.value.errors] == [column]

    def test_results_come_from_the_laboratory_where_they_are(
        self, county: Any, neighbour: Any, officer: Any
    ) -> None:
        entry = plot("A", county, "safe_use", "10亩")
        for code, region in (("NC-1", county), ("NC-2", neighbour)):
            survey = Survey.objects.create(
                code=code, name="协同监测", region=region, medium=Medium.CROP, standard="gb2762"
            )
            _result(survey, entry, officer)
        made = crop_test(entry, "", "R-7", survey_code="NC-1")
        assert (made.cadmium, made.lead, made.verdict) == ("0.19", "<0.05", "pass")
        with pytest.raises(InputError):
            crop_test(entry, "", "R-8", survey_code="NC-1")
        with pytest.raises(InputError):  # another county's results are not read
            crop_test(entry, "", "R-7b", survey_code="NC-2")

    def test_a_measure_is_not_wider_than_its_plot_and_stands_once_a_season(self, county: Any) -> None:
        entry = plot("A", county, "safe_use", "10亩")
        with pytest.raises(InputError) as refused:
            measure(entry, "lime", "10.1亩")
        assert "大于地块面积 10 亩" in refused.value.errors[0].message
        measure(entry, "lime", "10亩")
        with pytest.raises(ConflictError):
            measure(entry, "lime", "5亩")
        measure(entry, "lime", "5亩", season="early")

    def test_only_strictly_controlled_land_is_checked_and_with_evidence(
        self, county: Any, officer: Any
    ) -> None:
        content = {"year": "2024", "season": "late", "phase": "before", "agrees": "是"}
        soft = plot("A", county, "safe_use", "10亩")
        with pytest.raises(ConflictError):
            AddRecord(
                officer, HARVEST, soft, "farmland_strict_checks", content, [proof(soft, officer)]
            ).execute()
        with pytest.raises(InputError):
            AddRecord(
                officer, HARVEST, plot("B", county, "strict", "10亩"), "farmland_strict_checks", content
            ).execute()


def _result(survey: Survey, entry: Any, officer: Any) -> None:
    from django.db import transaction

    from jingtu.platform.clock import recorded_now
    from jingtu.platform.ledger import records

    with transaction.atomic():
        row = records.append("test", on=HARVEST, subject_type="test")
        imported = ImportedFile.objects.create(
            survey=survey, attachment=proof(entry, officer, f"{survey.code}.csv"), sha256="0" * 64,
            manifest="0" * 64, imported_at=recorded_now(), ledger_row=row,
        )  # fmt: skip
        sample = Sample.objects.create(
            survey=survey, code="R-7", medium=Medium.CROP, crop="稻谷", sampled_on=HARVEST, imported=imported,
            recorded_from=recorded_now(),
        )  # fmt: skip
        for analyte, name, raw in (("cadmium", "镉", "0.19"), ("lead", "铅", "<0.05")):
            Result.objects.create(
                survey=survey, sample=sample, imported=imported, analyte=name, analyte_id=analyte, raw=raw,
                unit="mg/kg", recorded_from=recorded_now(),
            )  # fmt: skip
