"""Law and standards as pages, and the tables that users add to them."""

from django.apps import AppConfig


class RulebooksConfig(AppConfig):
    """Law and standards as pages, and the tables that users add to them."""

    name = "jingtu.platform.rulebooks"
    label = "rulebooks"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "依据与标准"

    def ready(self) -> None:
        from django.db.models.signals import post_save

        from jingtu.platform import rules
        from jingtu.platform.rulebooks import local, permissions
        from jingtu.platform.rulebooks.models import AddedTable

        permissions.declare_all()
        rules.use_local(local.value_at, local.places)
        post_save.connect(local.forget, AddedTable, dispatch_uid="rulebooks.local")
