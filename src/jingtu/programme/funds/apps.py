"""Projects and money: from the reserve list to acceptance and performance."""

from django.apps import AppConfig


class FundsConfig(AppConfig):
    """Projects and money: from the reserve list to acceptance and performance."""

    name = "jingtu.programme.funds"
    label = "funds"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "项目资金"
