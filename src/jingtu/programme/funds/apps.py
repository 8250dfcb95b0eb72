"""Projects and money: from the reserve list to acceptance and performance."""

from django.apps import AppConfig


class FundsConfig(AppConfig):
    """Projects and money: from the reserve list to acceptance and performance."""

    name = "jingtu.programme.funds"
    label = "funds"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "项目资金"

    def ready(self) -> None:
        from jingtu.platform import events
        from jingtu.platform.registers.actions import CHANGED, CREATED
        from jingtu.platform.registers.entry_records import RECORD_ADDED, RECORD_CORRECTED, RECORD_WITHDRAWN
        from jingtu.platform.registers.moves import MOVED

        # Declarations register themselves on import.
        from jingtu.programme.funds import duties, indicators, money, permissions, projects, statements  # noqa: F401

        for name in (RECORD_ADDED, RECORD_CORRECTED, RECORD_WITHDRAWN):
            events.listen(name, money.check_lines)
            events.listen(name, duties.follow_money)
        for name in (CREATED, CHANGED, MOVED):
            events.listen(name, duties.follow_project)
