"""Groundwater: wells, patrols, points and their class."""

from django.apps import AppConfig


class GroundwaterConfig(AppConfig):
    """Groundwater: wells, patrols, points and their class."""

    name = "jingtu.programme.groundwater"
    label = "groundwater"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "地下水"
