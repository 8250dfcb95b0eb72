"""Supervision: the yearly self-assessment of a place."""

from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    """Supervision: the yearly self-assessment of a place."""

    name = "jingtu.programme.supervision"
    label = "supervision"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "督导考核"

    def ready(self) -> None:
        # Declarations register themselves on import.
        from jingtu.programme.supervision import lifecycle, permissions, points  # noqa: F401
