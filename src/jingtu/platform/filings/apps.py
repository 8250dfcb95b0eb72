"""Filing receipts: what also stands in a national or provincial system."""

from django.apps import AppConfig


class FilingsConfig(AppConfig):
    """Filing receipts: what also stands in a national or provincial system."""

    name = "jingtu.platform.filings"
    label = "filings"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "填报回执"

    def ready(self) -> None:
        from jingtu.platform.filings import parts  # noqa: F401 - declares the part of an entry's page
