"""Sources of cadmium and other heavy metals: rectified, checked, struck off; and the causes of contamination."""

from django.apps import AppConfig


class CadmiumConfig(AppConfig):
    """Sources of cadmium and other heavy metals: rectified, checked, struck off; and the causes of contamination."""

    name = "jingtu.programme.sources.cadmium"
    label = "cadmium"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "涉镉污染源"

    def ready(self) -> None:
        # Declarations register themselves on import.
        from jingtu.programme.sources.cadmium import (  # noqa: F401
            causes,
            duties,
            indicators,
            lifecycle,
            permissions,
            statements,
        )
