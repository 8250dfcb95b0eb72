"""Key units: the yearly lists and everything the listed owe."""

from django.apps import AppConfig


class KeyUnitsConfig(AppConfig):
    """Key units: the yearly lists and everything the listed owe."""

    name = "jingtu.programme.sources.key_units"
    label = "key_units"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "重点单位"

    def ready(self) -> None:
        # Declarations register themselves on import.
        from jingtu.programme.sources.key_units import (  # noqa: F401
            duties,
            indicators,
            inspection_form,
            lists,
            monitoring,
            permissions,
            records,
            rectification,
            statements,
            units,
        )
