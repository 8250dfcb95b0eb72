"""Addresses of the results of a survey."""

from __future__ import annotations

from django.urls import path

from jingtu.platform.evidence.laboratory.views import plots, results

urlpatterns = [
    path("surveys/<uuid:uid>/results/", results.results, name="survey_results"),
    path("surveys/<uuid:uid>/results/export/", results.export, name="survey_results_export"),
    path("surveys/<uuid:uid>/results/<int:key>/", results.result, name="survey_result"),
    path("surveys/<uuid:uid>/samples/<int:key>/", plots.sample, name="survey_sample"),
    path("surveys/<uuid:uid>/points/", plots.points, name="survey_points"),
    path("surveys/<uuid:uid>/statistics/", plots.statistics, name="survey_statistics"),
    path("surveys/<uuid:uid>/statistics/export/", plots.statistics_export, name="survey_statistics_export"),
    path("surveys/<uuid:uid>/map/", plots.site_plan, name="survey_map"),
    path("surveys/<uuid:uid>/quality/", plots.control, name="survey_quality"),
    path("surveys/<uuid:uid>/indices/", plots.pollution_indices, name="survey_indices"),
]
