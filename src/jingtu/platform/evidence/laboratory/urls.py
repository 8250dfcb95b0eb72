"""Addresses of surveys and laboratory results."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
