"""Organisations, their aliases and facilities."""

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    """Organisations, their aliases and facilities."""

    name = "jingtu.platform.organisations"
    label = "organisations"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "单位"

    def ready(self) -> None:
        from jingtu.platform.organisations import permissions  # noqa: F401 - declares them
