"""Addresses of law and standards."""

from __future__ import annotations

from django.urls import path

from jingtu.platform.rulebooks.views import added, law, rules, standards

app_name = "rulebooks"
urlpatterns = [
    path("law/", law.law, name="law"),
    path("law/export/<slug:kind>/", law.law_export, name="law_export"),
    path("law/compare/", law.law_compare, name="law_compare"),
    path("law/articles/", law.law_articles, name="law_articles"),
    path("law/penalty/", law.law_penalty, name="law_penalty"),
    path("law/workdays/", law.law_workdays, name="law_workdays"),
    path("law/provisions/<slug:text_id>/", law.provision, name="provision"),
    path("rules/", rules.rule_list, name="rule_list"),
    path("rules/new/", rules.rule_new, name="rule_new"),
    path("standards/", standards.standard_list, name="standard_list"),
    path("standards/added/", added.added_list, name="added_list"),
    path("standards/added/new/", added.added_new, name="added_new"),
    path("standards/added/template/<slug:kind>/", added.added_template, name="added_template"),
    path("standards/added/<uuid:uid>/", added.added, name="added"),
    path("standards/added/<uuid:uid>/withdraw/", added.added_withdraw, name="added_withdraw"),
    path("standards/<slug:key>/<slug:edition>/export/", standards.standard_export, name="standard_export"),
    path("standards/<slug:key>/<slug:edition>/", standards.standard, name="standard"),
    path("standards/<slug:key>/<slug:edition>/<str:analyte>/", standards.limit, name="limit"),
]
