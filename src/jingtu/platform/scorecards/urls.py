"""Addresses of the scorecards."""

from __future__ import annotations

from django.urls import path

from jingtu.platform.scorecards import views

urlpatterns = [
    path("scorecards/", views.scorecards, name="scorecards"),
    path("scorecards/export/", views.scorecards_export, name="scorecards_export"),
    path("scorecards/templates/<slug:kind_id>/", views.score_template, name="score_template"),
    path("scorecards/new/<slug:kind_id>/<uuid:entry_uid>/", views.score_new, name="score_new"),
    path("scorecards/<uuid:uid>/", views.scorecard, name="scorecard"),
    path("scorecards/<uuid:uid>/correct/", views.score_correct, name="score_correct"),
    path("scorecards/<uuid:uid>/print/<slug:form>/", views.scorecard_print, name="scorecard_print"),
]
