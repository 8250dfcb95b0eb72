"""Append-only, sealed record of every state change."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Append-only, sealed record of every state change."""

    name = "jingtu.platform.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "台账"
