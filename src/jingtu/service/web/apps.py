"""The web door as a Django app: shell, static files, pages that belong to no single programme app."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The web door."""

    name = "jingtu.service.web"
    label = "web"
    verbose_name = "网页"

    def ready(self) -> None:
        from jingtu.service.web import ledger_jobs  # noqa: F401 - registers the handler
        from jingtu.service.web.accounts import signals  # noqa: F401 - connects the receivers
