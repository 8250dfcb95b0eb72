"""Groundwater: wells, patrols, points and their class."""

from django.apps import AppConfig


class GroundwaterConfig(AppConfig):
    """Groundwater: wells, patrols, points and their class."""

    name = "jingtu.programme.groundwater"
    label = "groundwater"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "地下水"

    def ready(self) -> None:
        from jingtu.platform import events
        from jingtu.platform.registers.entry_records import RECORD_ADDED, RECORD_CORRECTED, RECORD_WITHDRAWN

        # Declarations register themselves on import.
        from jingtu.programme.groundwater import (  # noqa: F401
            duties,
            indicators,
            patrols,
            permissions,
            points,
            statements,
            wells,
        )

        events.listen(RECORD_ADDED, patrols.report_damage)
        for name in (RECORD_ADDED, RECORD_CORRECTED, RECORD_WITHDRAWN):
            events.listen(name, duties.follow_result)
