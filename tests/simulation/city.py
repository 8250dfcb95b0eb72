"""The city that the simulated year happens in: its places, bodies and people, found again after a restart."""

from __future__ import annotations

from dataclasses import dataclass, field

from jingtu.errors import JingtuError
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people import policies
from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region
from jingtu.service.demo.places import settle

CITY = "990100"
COUNTIES = ("990121", "990122", "990103")


@dataclass(slots=True)
class City:
    """Everybody and every place, by code and in a fixed order."""

    city: Region
    counties: list[Region]
    towns: list[Region]
    bodies: list[Organisation]
    users: list[User]
    _able: dict[tuple[str, str], list[User]] = field(default_factory=dict)

    def able(self, permission: str, path: str) -> list[User]:
        """Who may do something at a place, in a fixed order."""
        key = (permission, path)
        if key not in self._able:
            self._able[key] = [user for user in self.users if _may(user, permission, path)]
        return self._able[key]


def found_or_settled() -> City:
    """The city as it stands in the database; built where nothing is there."""
    if not Region.objects.filter(names__code=CITY).exists():
        settle("a password of no account that anybody uses")
    city = Region.objects.get(names__code=CITY)
    below = Region.objects.filter(path__startswith=city.path)
    return City(
        city,
        [below.get(names__code=code) for code in COUNTIES],
        list(below.filter(level=Region.Level.TOWN).order_by("pk")),
        list(Organisation.objects.order_by("pk")),
        list(User.objects.order_by("username")),
    )


def _may(user: User, permission: str, path: str) -> bool:
    try:
        policies.require(user, permission, path)
    except JingtuError:
        return False
    return True
