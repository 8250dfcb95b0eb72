"""Places as a tree with dates of validity."""

from django.apps import AppConfig


class RegionsConfig(AppConfig):
    """Places as a tree with dates of validity."""

    name = "jingtu.platform.regions"
    label = "regions"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "行政区划"

    def ready(self) -> None:
        from jingtu.platform.regions import permissions  # noqa: F401 - declares them
