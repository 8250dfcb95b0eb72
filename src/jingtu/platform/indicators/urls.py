"""Addresses of the indicators."""

from __future__ import annotations

from django.urls import path

from jingtu.platform.indicators import views

urlpatterns = [
    path("indicators/", views.indicators, name="indicators"),
    path("indicators/export/", views.indicators_export, name="indicators_export"),
    path("indicators/<slug:id>/", views.indicator, name="indicator"),
    path("indicators/<slug:id>/export/", views.indicator_export, name="indicator_export"),
]
