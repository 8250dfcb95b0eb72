"""Scorecards: templates in versions, cards filled in for entries, points proposed from the registers."""

from django.apps import AppConfig


class ScorecardsConfig(AppConfig):
    """Scorecards: templates in versions, cards filled in for entries, points proposed from the registers."""

    name = "jingtu.platform.scorecards"
    label = "scorecards"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "评分表"

    def ready(self) -> None:
        # Cards follow merged organisations, and stand on the pages of entries.
        from jingtu.platform.scorecards import holdings, parts  # noqa: F401
