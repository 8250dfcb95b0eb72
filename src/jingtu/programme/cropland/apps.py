"""Cropland: the ledger of contaminated arable land, its measures and crop tests."""

from django.apps import AppConfig


class CroplandConfig(AppConfig):
    """Cropland: the ledger of contaminated arable land, its measures and crop tests."""

    name = "jingtu.programme.cropland"
    label = "cropland"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "耕地"

    def ready(self) -> None:
        # Declarations register themselves on import.
        from jingtu.programme.cropland import (  # noqa: F401
            duties,
            indicators,
            lifecycle,
            permissions,
            records,
            seasons,
            statements,
        )
