"""Tailings ponds under graded supervision, and sites of solid waste left over from the past."""

from django.apps import AppConfig


class WasteConfig(AppConfig):
    """Tailings ponds under graded supervision, and sites of solid waste left over from the past."""

    name = "jingtu.programme.sources.waste"
    label = "waste"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "尾矿库和历史遗留固体废物"

    def ready(self) -> None:
        # Declarations register themselves on import.
        from jingtu.programme.sources.waste import (  # noqa: F401
            duties,
            filings,
            indicators,
            permissions,
            ponds,
            sites,
            statements,
        )
