"""Addresses of surveys and laboratory results."""

from __future__ import annotations

from django.urls import URLPattern, path

from jingtu.platform.evidence.laboratory import result_urls
from jingtu.platform.evidence.laboratory.views import imports, surveys

urlpatterns: list[URLPattern] = [
    path("surveys/", surveys.surveys, name="surveys"),
    path("surveys/new/", surveys.survey_new, name="survey_new"),
    path("surveys/sample-file/", surveys.survey_sample_file, name="survey_sample_file"),
    path("surveys/<uuid:uid>/", surveys.survey, name="survey"),
    path("surveys/<uuid:uid>/edit/", surveys.survey_edit, name="survey_edit"),
    path("surveys/<uuid:uid>/rejudge/", surveys.survey_rejudge, name="survey_rejudge"),
    path("surveys/<uuid:uid>/import/", imports.survey_import, name="survey_import"),
    path(
        "surveys/<uuid:uid>/imports/<uuid:imported>/withdraw/",
        surveys.survey_import_withdraw,
        name="survey_import_withdraw",
    ),
    *result_urls.urlpatterns,
]
