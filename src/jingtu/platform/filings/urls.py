"""Addresses of filing in other systems."""

from __future__ import annotations

from django.urls import path

from jingtu.platform.filings import views

_ONE = "filings/<slug:system>/<uuid:uid>/"

urlpatterns = [
    path("filings/", views.filings, name="filings"),
    path("filings/export/", views.filings_export, name="filings_export"),
    path(_ONE, views.filing_record, name="filing_record"),
    path(f"{_ONE}withdraw/", views.filing_withdraw, name="filing_withdraw"),
]
