"""Append-only, sealed record of every state change."""

from django.apps import AppConfig
from django.core import checks
from django.db.models.signals import post_migrate


class LedgerConfig(AppConfig):
    """Append-only, sealed record of every state change."""

    name = "jingtu.platform.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "台账"

    def ready(self) -> None:
        from jingtu.platform.ledger import permissions, protection  # noqa: F401 - declares

        post_migrate.connect(protection.install_after_migration, sender=self)
        checks.register(checks.Tags.database)(protection.check)
