"""Addresses of the form pages."""

from __future__ import annotations

from django.urls import path

from jingtu.programme.plans.forms import behind, views

urlpatterns = [
    path("forms/", views.forms, name="forms"),
    path("forms/new/", views.form_new, name="form_new"),
    path("forms/<uuid:uid>/<str:month>/", views.form_month, name="form_month"),
    path("forms/<uuid:uid>/<str:month>/save/", views.form_save, name="form_save"),
    path("forms/<uuid:uid>/<str:month>/refill/", views.form_refill, name="form_refill"),
    path("forms/<uuid:uid>/<str:month>/submit/", views.form_submit, name="form_submit"),
    path("forms/<uuid:uid>/<str:month>/reopen/", views.form_reopen, name="form_reopen"),
    path("forms/<uuid:uid>/<str:month>/rows/<int:row>/", views.form_row, name="form_row"),
    path("forms/<uuid:uid>/<str:month>/rows/<int:row>/behind/", behind.form_behind, name="form_behind"),
    path("forms/<uuid:uid>/<str:month>/export/<str:kind>/", views.form_export, name="form_export"),
]
