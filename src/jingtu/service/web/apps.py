"""The web door as a Django app: shell, static files, pages that belong to no single programme app."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The web door."""

    name = "jingtu.service.web"
    label = "web"
    verbose_name = "网页"
