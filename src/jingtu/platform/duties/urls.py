"""Addresses of the duties."""

from __future__ import annotations

from django.urls import path

from jingtu.platform.duties import pages, views

urlpatterns = [
    path("duties/", views.duties, name="duties"),
    path("duties/export/", views.duties_export, name="duties_export"),
    path("duties/escalate/", views.duties_escalate, name="duties_escalate"),
    path("duties/<uuid:uid>/", pages.duty, name="duty"),
    path("duties/<uuid:uid>/close/", pages.duty_close, name="duty_close"),
    path("duties/<uuid:uid>/check/", pages.duty_check, name="duty_check"),
    path("duties/<uuid:uid>/escalate/", pages.duty_escalate, name="duty_escalate"),
    path("duties/<uuid:uid>/waive/", pages.duty_waive, name="duty_waive"),
]
