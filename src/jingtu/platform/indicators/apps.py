"""Readings at a date, snapshots, provenance."""

from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    """Readings at a date, snapshots, provenance."""

    name = "jingtu.platform.indicators"
    label = "indicators"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "指标"

    def ready(self) -> None:
        from jingtu.platform.indicators import permissions  # noqa: F401 - declares itself
