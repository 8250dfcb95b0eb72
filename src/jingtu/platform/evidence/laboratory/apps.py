"""Laboratory results of surveys."""

from django.apps import AppConfig


class LaboratoryConfig(AppConfig):
    """Laboratory results of surveys."""

    name = "jingtu.platform.evidence.laboratory"
    label = "laboratory"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "检测结果"

    def ready(self) -> None:
        from jingtu.platform.evidence.laboratory import (  # noqa: F401 - declare what others look up
            background,
            holdings,
            permissions,
        )
