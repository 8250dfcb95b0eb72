"""Law and standards as pages, and the tables that users add to them."""

from django.apps import AppConfig


class RulebooksConfig(AppConfig):
    """Law and standards as pages, and the tables that users add to them."""

    name = "jingtu.platform.rulebooks"
    label = "rulebooks"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "依据与标准"

    def ready(self) -> None:
        from jingtu.platform.rulebooks import permissions

        permissions.declare_all()
