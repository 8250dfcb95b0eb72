"""What a name in a document can turn out to be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from jingtu.platform.organisations.models import Organisation
from jingtu.platform.regions.models import Region

How = Literal["name", "alias", "synonym", "new", "ambiguous", "class"]


@dataclass(frozen=True, slots=True)
class Proposal:
    """An organisation that nobody has entered yet; confirming a plan creates it."""

    name: str
    kind: str
    region: Region
    alias: str = ""


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a name means.

    ``how`` says why: by name, by alias, by a synonym of the department's name; ``new`` with a
    ``proposal``; ``ambiguous`` with ``candidates``; ``class`` for a class unit (see ``open_class``).
    """

    how: How
    organisation: Organisation | None = None
    proposal: Proposal | None = None
    alias: str | None = None
    candidates: tuple[Organisation, ...] = ()
