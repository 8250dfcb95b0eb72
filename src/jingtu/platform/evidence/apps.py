"""Files kept by their content, and what they prove."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """Files kept by their content, and what they prove."""

    name = "jingtu.platform.evidence"
    label = "evidence"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "佐证材料"

    def ready(self) -> None:
        from jingtu.platform.evidence import permissions  # noqa: F401 - declares them
