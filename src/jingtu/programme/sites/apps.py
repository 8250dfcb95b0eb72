"""Construction land: the list of parcels under priority supervision."""

from django.apps import AppConfig


class SitesConfig(AppConfig):
    """Construction land: the list of parcels under priority supervision."""

    name = "jingtu.programme.sites"
    label = "sites"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "地块"

    def ready(self) -> None:
        # Declarations register themselves on import.
        from jingtu.programme.sites import (  # noqa: F401
            construction,
            duties,
            filings,
            indicators,
            lifecycle,
            permissions,
            safe_use,
            statements,
        )
