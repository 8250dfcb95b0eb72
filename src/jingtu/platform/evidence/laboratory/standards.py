"""Which standards a survey may be judged by, and which editions hold on a day; tables that users added count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from jingtu.errors import NotConfiguredError, NotFoundError
from jingtu.knowledge.standards.editions import Edition, edition_on, editions
from jingtu.platform.evidence.laboratory.models import Survey
from jingtu.platform.rulebooks.queries import added_editions

# An evaluator that asks for the class of the land.
_BY_LAND_CLASS = "construction"
LAND_CLASSES = ((1, "第一类用地"), (2, "第二类用地"))


@dataclass(frozen=True, slots=True)
class Offered:
    """A standard as a form offers it."""

    key: str
    number: str
    title: str
    medium: str
    needs_land_class: bool

    @property
    def label(self) -> str:
        return f"{self.title}（{self.number}）"


def added(region_path: str) -> tuple[Edition, ...]:
    """Editions of tables that users added for a place or for a place above it."""
    return added_editions(region_path)


def offered(on: date, region_path: str) -> list[Offered]:
    """Standards with an edition in force on a day, in the order of the table; added ones last."""
    found: dict[str, Offered] = {}
    for edition in (*editions(), *added(region_path)):
        if edition.in_force(on) and edition.standard not in found:
            found[edition.standard] = _offered(edition)
    return list(found.values())


def find(key: str, on: date, region_path: str) -> Offered | None:
    """A standard that is offered on a day."""
    return next((item for item in offered(on, region_path) if item.key == key), None)


def _offered(edition: Edition) -> Offered:
    return Offered(
        edition.standard,
        edition.number,
        edition.title,
        edition.medium,
        edition.evaluator == _BY_LAND_CLASS,
    )


def title_of(key: str, region_path: str) -> str:
    """What a standard is called, whatever its edition."""
    known = (*editions(), *added(region_path))
    return next((item.title for item in known if item.standard == key), "未配置的标准")


def edition_of(key: str, on: date, extra: Iterable[Edition] = ()) -> Edition | None:
    """The edition in force on a day; ``None`` where none is known: 未配置, never guessed."""
    try:
        return edition_on(key, on, tuple(extra))
    except (NotConfiguredError, NotFoundError):
        return None


def land_class_words(survey: Survey) -> str:
    """第一类用地, 第二类用地, or nothing."""
    return dict(LAND_CLASSES).get(survey.land_class or 0, "")
