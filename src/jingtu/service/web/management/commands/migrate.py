"""Django's ``migrate`` for a fraction of its processor time (:mod:`jingtu.platform.migrating`)."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate

from jingtu.platform.migrating import little_rendered


class Command(migrate.Command):
    """Django's command; only what it costs is different."""

    def handle(self, *args: Any, **options: Any) -> None:
        with little_rendered():
            super().handle(*args, **options)
