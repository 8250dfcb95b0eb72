"""Entries, versions, lifecycles."""

from django.apps import AppConfig


class RegistersConfig(AppConfig):
    """Entries, versions, lifecycles."""

    name = "jingtu.platform.registers"
    label = "registers"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "清单"

    def ready(self) -> None:
        from jingtu.platform import among  # noqa: F401 - registers the lookup
        from jingtu.platform.registers import holdings  # noqa: F401 - declares what follows an organisation
        from jingtu.platform.registers.exchange import background  # noqa: F401 - registers the handler
