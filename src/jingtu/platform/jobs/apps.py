"""Background work with progress."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Background work with progress."""

    name = "jingtu.platform.jobs"
    label = "jobs"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "后台任务"
