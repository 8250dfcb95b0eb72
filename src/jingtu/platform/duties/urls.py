"""Address of the duties."""

from __future__ import annotations

from django.urls import path

from jingtu.platform.duties import views

urlpatterns = [path("duties/", views.duties, name="duties")]
