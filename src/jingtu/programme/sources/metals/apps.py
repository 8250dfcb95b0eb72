"""Heavy metals: the full list of enterprises, the parks, and the quota ledger."""

from django.apps import AppConfig


class MetalsConfig(AppConfig):
    """Heavy metals: the full list of enterprises, the parks, and the quota ledger."""

    name = "jingtu.programme.sources.metals"
    label = "metals"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "涉重金属行业"

    def ready(self) -> None:
        # Declarations register themselves on import.
        from jingtu.programme.sources.metals import (  # noqa: F401
            duties,
            indicators,
            lifecycle,
            parks,
            parts,
            permissions,
            statements,
        )

        duties.listen()
