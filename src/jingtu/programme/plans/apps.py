"""Plans, targets, tasks, deliverables and progress."""

from django.apps import AppConfig


class PlansConfig(AppConfig):
    """Plans, targets, tasks, deliverables and progress."""

    name = "jingtu.programme.plans"
    label = "plans"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "年度计划"

    def ready(self) -> None:
        from jingtu.platform.indicators.goals import provide

        # Declarations register themselves on import.
        from jingtu.programme.plans import (  # noqa: F401
            duties,
            goals,
            holdings,
            lifecycle,
            permissions,
            unresolved,
        )

        duties.connect()
        provide(goals.goals)
