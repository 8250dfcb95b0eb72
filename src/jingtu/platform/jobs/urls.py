"""Address of a job."""

from __future__ import annotations

from django.urls import path

from jingtu.platform.jobs import views

urlpatterns = [path("jobs/<uuid:uid>/", views.job, name="job")]
