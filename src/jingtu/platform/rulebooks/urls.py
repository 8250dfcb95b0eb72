"""Addresses of law and standards."""

from __future__ import annotations

from django.urls import path

from jingtu.platform.rulebooks.views import law, standards

app_name = "rulebooks"
urlpatterns = [
    path("law/", law.law, name="law"),
    path("law/export/<slug:kind>/", law.law_export, name="law_export"),
    path("law/provisions/<slug:text_id>/", law.provision, name="provision"),
    path("standards/", standards.standard_list, name="standard_list"),
    path("standards/<slug:key>/<slug:edition>/", standards.standard, name="standard"),
    path("standards/<slug:key>/<slug:edition>/<str:analyte>/", standards.limit, name="limit"),
]
