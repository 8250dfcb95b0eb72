"""Random draws: objects and inspectors drawn from a recorded seed."""

from django.apps import AppConfig


class DrawsConfig(AppConfig):
    """Random draws: objects and inspectors drawn from a recorded seed."""

    name = "jingtu.platform.draws"
    label = "draws"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "抽取"

    def ready(self) -> None:
        from jingtu.platform.draws import permissions  # noqa: F401 - declares them
