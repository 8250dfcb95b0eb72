"""Users, roles and the policies that turn a user into a predicate."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Users, roles and the policies that turn a user into a predicate."""

    name = "jingtu.platform.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "人员与权限"

    def ready(self) -> None:
        from jingtu.platform.people import grants, holdings  # noqa: F401 - declare themselves
