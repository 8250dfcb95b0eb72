"""Invented places, organisations and people of the sample year."""

from __future__ import annotations

import csv
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from importlib import resources

from django.contrib.auth.hashers import make_password

from jingtu.platform.organisations.models import Organisation
from jingtu.platform.organisations.resolutions import Proposal
from jingtu.platform.organisations.resolving import CreateOrganisation
from jingtu.platform.people.actions import GrantRole
from jingtu.platform.people.models import User
from jingtu.platform.people.roles import NEEDS_REGION, Role
from jingtu.platform.regions.models import Region
from jingtu.platform.regions.tree import create_region

SOURCE = "示例数据"
FIRST = date(2023, 1, 3)
CITY, COUNTY = "示例市", "示例县"
_COUNTIES = ((COUNTY, "990121"), ("样本县", "990122"), ("范例区", "990103"))
_TOWNS = ("清河镇", "石桥镇", "白鹭镇", "云岭乡", "柳溪乡")
_NEIGHBOUR_TOWNS = {"样本县": ("东冲镇", "西坪镇", "南塘乡"), "范例区": ("城北街道", "江湾镇")}
_BODIES = (
    ("示例市生态环境局", Organisation.Kind.ECOLOGY, CITY),
    ("示例生态环境局", Organisation.Kind.ECOLOGY, COUNTY),
    ("样本生态环境局", Organisation.Kind.ECOLOGY, "样本县"),
    ("范例生态环境局", Organisation.Kind.ECOLOGY, "范例区"),
    ("示例县农业农村局", Organisation.Kind.DEPARTMENT, COUNTY),
    ("示例县自然资源局", Organisation.Kind.DEPARTMENT, COUNTY),
    ("示例县财政局", Organisation.Kind.DEPARTMENT, COUNTY),
    ("示例县水利局", Organisation.Kind.DEPARTMENT, COUNTY),
    ("示例县委宣传部", Organisation.Kind.DEPARTMENT, COUNTY),
    ("清河镇人民政府", Organisation.Kind.GOVERNMENT, "清河镇"),
    ("石桥镇人民政府", Organisation.Kind.GOVERNMENT, "石桥镇"),
    ("示例县永兴化工有限公司", Organisation.Kind.ENTERPRISE, COUNTY),
    ("示例县宏远电镀有限公司", Organisation.Kind.ENTERPRISE, COUNTY),
    ("示例土壤调查技术有限公司", Organisation.Kind.SURVEY_FIRM, COUNTY),
    ("示例环境检测有限公司", Organisation.Kind.LABORATORY, COUNTY),
    ("示例县中心粮库", Organisation.Kind.GRANARY, COUNTY),
)


@dataclass(slots=True)
class Cast:
    """Everybody and every place of the sample year, by name."""

    places: dict[str, Region] = field(default_factory=dict)
    bodies: dict[str, Organisation] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    accounts: list[tuple[str, str, str]] = field(default_factory=list)
    password: str = ""

    @property
    def officer(self) -> User:
        return self.users["jingban"]

    @property
    def second(self) -> User:
        """The officer who checks what the first one submits."""
        return self.users["fuhe"]

    def user_of(self, organisation: str) -> User:
        """Who reports for a body; the bureau does where it has nobody here."""
        found = next((row for row in self.accounts if row[2] == organisation), None)
        return self.users[found[0]] if found else self.officer


def rows(name: str) -> Iterator[dict[str, str]]:
    """Rows of one of the tables of the sample year."""
    text = (resources.files(__package__) / "data" / f"{name}.csv").read_text(encoding="utf-8")
    return iter(csv.DictReader(text.splitlines()))


def settle(password: str | None) -> Cast:
    """Create the places, bodies and people.

    Parameters
    ----------
    password : str, optional
        The password of all accounts; a random one where not given.
    """
    cast = Cast()
    city = create_region(CITY, Region.Level.CITY, code="990100", source=SOURCE, is_example=True)
    cast.places[CITY] = city
    for name, code in _COUNTIES:
        county = create_region(name, Region.Level.COUNTY, city, code=code, source=SOURCE, is_example=True)
        cast.places[name] = county
        for number, town in enumerate(_NEIGHBOUR_TOWNS.get(name, _TOWNS)):
            cast.places[town] = create_region(
                town, Region.Level.TOWN, county, code=f"{code}{100 + number}", source=SOURCE, is_example=True
            )
    zone = create_region(
        "示例经济技术开发区", Region.Level.ZONE, cast.places[COUNTY], source=SOURCE, is_example=True
    )
    cast.places[zone.name] = zone
    for name, kind, place in _BODIES:
        proposal = Proposal(name, kind, cast.places[place])
        cast.bodies[name] = CreateOrganisation(None, FIRST, proposal, source=SOURCE).execute()
    cast.password = password or secrets.token_urlsafe(9)
    encoded = make_password(cast.password)  # once: hashing is slow on purpose
    for row in rows("people"):
        _person(cast, row, encoded)
    return cast


def _person(cast: Cast, row: dict[str, str], encoded: str) -> None:
    user = User.objects.create(
        username=row["username"], display_name=row["name"], password=encoded, is_example=True
    )
    role = Role(row["role"])
    GrantRole(
        None, FIRST, user, role, region=cast.places[row["region"]] if role in NEEDS_REGION else None,
        organisation=cast.bodies.get(row["organisation"]), valid_from=FIRST,
    ).execute()  # fmt: skip
    cast.users[row["username"]] = user
    cast.accounts.append((row["username"], role.label, row["organisation"]))
