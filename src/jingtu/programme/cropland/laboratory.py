"""Results of a crop sample out of a laboratory survey, for a test that names the survey."""

from __future__ import annotations

from jingtu.platform.evidence.laboratory.models import Medium, Result, Sample, Survey, believed
from jingtu.programme.cropland.testing import UNIT

_COLUMN = {
    "cadmium": "cadmium",
    "mercury": "mercury",
    "arsenic": "arsenic",
    "arsenic_inorganic": "arsenic_inorganic",
    "lead": "lead",
    "chromium_total": "chromium",
}


def results_of(survey_code: str, sample: str, region_path: str) -> dict[str, str]:
    """The printed results of a sample, by column of a crop test.

    Parameters
    ----------
    survey_code : str
        Code of a survey of crops at the place of the plot, or of a place above or below it.
    sample : str
        Code of the sample.
    region_path : str
        Path of the plot's place.

    Raises
    ------
    ValueError
        There is no such survey or sample, or its results are in another unit; the message says what to do.
    """
    survey = (
        Survey.objects.filter(code=survey_code, medium=Medium.CROP).select_related("region").first()
        if survey_code
        else None
    )
    near = survey is not None and (
        region_path.startswith(survey.region.path) or survey.region.path.startswith(region_path)
    )
    if survey is None or not near:
        raise ValueError("本地没有这一编号的农产品检测任务，请核对编号，或直接填写结果")
    found = Sample.objects.filter(believed(), survey=survey, code=sample, qc_kind="").first()
    if found is None:
        raise ValueError(f"检测任务“{survey_code}”里没有样品“{sample}”，请核对样品编号")
    rows = Result.objects.filter(believed(), sample=found, analyte_id__in=_COLUMN)
    odd = [row.analyte for row in rows if row.unit.replace(" ", "").lower() != UNIT.lower()]
    if odd:
        raise ValueError(f"检测任务中{'、'.join(odd)}的单位不是 {UNIT}，请换算后直接填写结果")
    return {_COLUMN[row.analyte_id]: row.raw for row in rows}
