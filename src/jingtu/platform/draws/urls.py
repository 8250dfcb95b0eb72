"""Addresses of draws."""

from __future__ import annotations

from django.urls import path

from jingtu.platform.draws import making, views

_ONE = "draws/<uuid:uid>/"

urlpatterns = [
    path("draws/", views.draws, name="draws"),
    path("draws/new/", making.draw_new, name="draw_new"),
    path(_ONE, views.draw, name="draw"),
    path(f"{_ONE}perform/", making.draw_perform, name="draw_perform"),
    path(f"{_ONE}cancel/", making.draw_cancel, name="draw_cancel"),
    path(f"{_ONE}verify/", views.draw_verify, name="draw_verify"),
    path(f"{_ONE}export/<str:kind>/", views.draw_export, name="draw_export"),
    path(f"{_ONE}objects/<uuid:drawn>/", making.draw_outcome, name="draw_outcome"),
]
