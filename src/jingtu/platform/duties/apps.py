"""What is due, when, by whom, closed by what."""

from django.apps import AppConfig


class DutiesConfig(AppConfig):
    """What is due, when, by whom, closed by what."""

    name = "jingtu.platform.duties"
    label = "duties"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "待办"
