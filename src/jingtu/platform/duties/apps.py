"""What is due, when, by whom, closed by what."""

from django.apps import AppConfig


class DutiesConfig(AppConfig):
    """What is due, when, by whom, closed by what."""

    name = "jingtu.platform.duties"
    label = "duties"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "待办"

    def ready(self) -> None:
        from jingtu.platform import events
        from jingtu.platform.duties import following, holdings, permissions  # noqa: F401
        from jingtu.platform.registers import actions, entry_records, moves
        from jingtu.platform.registers.exchange import importing

        permissions.declare_all()
        for name in (actions.CREATED, actions.CHANGED, moves.MOVED):
            events.listen(name, following.follow_entry)
        added, corrected = entry_records.RECORD_ADDED, entry_records.RECORD_CORRECTED
        for name in (added, corrected, entry_records.RECORD_WITHDRAWN):
            events.listen(name, following.follow_record)
        events.listen(importing.IMPORTED, following.follow_import)
