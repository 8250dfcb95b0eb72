"""Over what is drawn: entries of a register that fit a filter, and the people who may inspect them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from jingtu.errors import CellError, InputError
from jingtu.platform.draws.drawing import Candidate
from jingtu.platform.draws.permissions import INSPECT
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people import policies
from jingtu.platform.people.models import Membership, User
from jingtu.platform.people.permissions import get as permission_of
from jingtu.platform.people.policies import Reach
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import listing, versions
from jingtu.platform.registers.declarations import Register
from jingtu.platform.registers.models import Version

BY_COUNTY = "region"
_FREE = frozenset({"q", "place", "holder", listing.YEAR})


@dataclass(frozen=True, slots=True)
class Filter:
    """Which entries: states (all where none is named), and the filter of the register's list."""

    states: tuple[str, ...] = ()
    query: Mapping[str, str] | None = None

    @classmethod
    def of(cls, register: Register, parameters: QueryDict) -> Filter:
        """What a form asks; parameters that are no filter of the list are left out."""
        known = {state.id for state in register.lifecycle.states}
        states = tuple(sorted({name for name in parameters.getlist("state") if name in known}))
        query = {
            name: str(parameters[name])[:120]
            for name in sorted(parameters)
            if parameters[name] and (name in _FREE or name.startswith("f_"))
        }
        return cls(states, query)

    @classmethod
    def stored(cls, content: Mapping[str, Any]) -> Filter:
        return cls(tuple(content.get("states", ())), dict(content.get("query", {})))

    def as_json(self) -> dict[str, Any]:
        return {"states": list(self.states), "query": dict(self.query or {})}

    def words(self, register: Register) -> list[str]:
        """The filter as a page says it."""
        found = []
        if self.states:
            found.append("状态：" + "、".join(register.lifecycle.state(name).label for name in self.states))
        wanted = self._wanted(register)
        if wanted.words:
            found.append(f"查找：{wanted.words}")
        if wanted.place:
            place = Region.objects.filter(uid=wanted.place).first()
            found.append(f"行政区：{place.name if place else '无'}")
        if wanted.holder:
            found.append(f"{register.holder_label}含“{wanted.holder}”")
        if wanted.year is not None:
            found.append(f"名录年度：{wanted.year}")
        return found + [item.words for item in wanted.filters if not item.error]

    def _wanted(self, register: Register) -> listing.Wanted:
        asked = QueryDict(mutable=True)
        asked.update(dict(self.query or {}))
        return listing.wanted_of(register, register.fields, asked)

    def rows(
        self, register: Register, region: Region, on: date, known_at: datetime | None, reach: Reach
    ) -> QuerySet[Version]:
        """The entries of a day."""
        rows = listing.readable(register, region, on, known_at, reach)
        if self.states:
            rows = rows.filter(state__in=self.states)
        return listing.narrowed(register, rows, self._wanted(register), on, known_at).order_by("entry_id")


def strata_of(register: Register) -> list[tuple[str, str]]:
    """By what a draw may be divided: county, or one of the register's choices."""
    return [(BY_COUNTY, "县（市、区）")] + [
        (item.id, item.label) for item in register.fields if item.kind == "choice"
    ]


def candidates(register: Register, rows: Sequence[Version], strata: str) -> list[Candidate]:
    """The entries as candidates with their strata."""
    if strata and strata not in {name for name, _ in strata_of(register)}:
        raise InputError("不能按这一栏分层。", [CellError("请从列出的选项中选择", column="分层")])
    if strata == BY_COUNTY:
        names = _counties(rows)
        return [Candidate(str(row.entry.uid), names[row.region_id]) for row in rows]
    if strata:
        labels = dict(register.field(strata).choices)
        return [
            Candidate(str(row.entry.uid), labels.get(getattr(versions.facts_of(row), strata), "未填"))
            for row in rows
        ]
    return [Candidate(str(row.entry.uid)) for row in rows]


def _counties(rows: Sequence[Version]) -> dict[int, str]:
    """The county in which each row's place lies, or the place itself where it lies in none."""
    places = {row.region_id: row.region for row in rows}
    keys = {key for place in places.values() for key in [*place.ancestor_keys(), place.pk]}
    counties = {item.pk: item.name for item in Region.objects.filter(pk__in=keys, level=Region.Level.COUNTY)}
    return {
        pk: next((counties[key] for key in [*place.ancestor_keys(), pk] if key in counties), place.name)
        for pk, place in places.items()
    }


def inspectors(region: Region, on: date) -> list[User]:
    """Who may inspect in a place: people whose role lets them, where it reaches the place."""
    roles = permission_of(INSPECT.name).grants
    found = Membership.objects.filter(
        role__in=[role.value for role in roles], valid_from__lte=on, valid_to__gt=on, user__is_active=True
    )
    people = {item.user_id: item.user for item in found.select_related("user")}
    return sorted(
        (user for user in people.values() if policies.reach(user, INSPECT.name, on).allows(region.path)),
        key=lambda user: (user.display_name, user.pk),
    )


def barred(rows: Sequence[Version], people: Sequence[User], on: date) -> dict[str, list[str]]:
    """Uid of an object -> uids of the people of its own unit, who may not look at it."""
    units: dict[int, set[str]] = {}
    for person in people:
        for membership in policies.memberships(person, on):
            if membership.organisation is not None:
                for key in policies.one_body(person, membership.organisation):
                    units.setdefault(key, set()).add(str(person.uid))
    if not units:
        return {}
    merged = dict(Organisation.objects.filter(merged_into__isnull=False).values_list("pk", "merged_into_id"))
    found = {}
    for row in rows:
        holder = row.holder_id
        own = set(units.get(holder, ())) | set(units.get(merged.get(holder, 0), ())) if holder else set()
        if own:
            found[str(row.entry.uid)] = sorted(own)
    return found


def uids(texts: Sequence[str]) -> list[uuid.UUID]:
    """Identifiers of a form; what is none is left out."""
    found = []
    for text in texts:
        try:
            found.append(uuid.UUID(text))
        except ValueError:
            continue
    return found
