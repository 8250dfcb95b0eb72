"""What waits for one person: what the own unit owes, and what only the person's office can check or move."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from jingtu.platform.duties import declarations, permissions, queries
from jingtu.platform.duties.declarations import DutyRule
from jingtu.platform.duties.models import Duty
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people import permissions as declared
from jingtu.platform.people import policies
from jingtu.platform.people.models import User
from jingtu.platform.people.roles import Role, Scope
from jingtu.platform.registers import declarations as registers

_NOBODY = Q(pk__in=[])


def mine(user: User, on: date) -> QuerySet[Duty]:
    """Duties open on a day that wait for this person.

    - what the person's unit owes, where the person may close it;
    - what nobody in particular owes, in the place the person looks after;
    - what is met by moving an entry, where no unit can make the move: it waits for the office that can;
    - what a colleague submitted and the person may check.
    """
    office = {rule.id: moves for rule in declarations.all_rules() if (moves := _office_moves(rule))}
    return queries.due(on).filter(
        ~Q(state=Duty.State.SUBMITTED) & (_of_unit(user, office) | _of_office(user, office))
        | Q(state=Duty.State.SUBMITTED) & _to_check(user)
    )


def _of_unit(user: User, office: Iterable[str]) -> Q:
    closing = policies.reach(user, permissions.CLOSE)
    if not closing:
        return _NOBODY
    held = Q(holder__in=_units(user)) | Q(holder=None) & closing.q("region_path", None)
    return held & ~Q(rule__in=list(office))


def _of_office(user: User, office: dict[str, frozenset[str]]) -> Q:
    """Every page asks this: rules that are given to the same roles are asked for together."""
    alike: dict[frozenset[tuple[Role, Scope]], tuple[str, set[str]]] = {}
    for rule, names in office.items():
        for name in names:
            alike.setdefault(frozenset(declared.get(name).grants.items()), (name, set()))[1].add(rule)
    found = _NOBODY
    for name, rules in alike.values():
        reach = policies.reach(user, name)
        found |= Q(rule__in=sorted(rules)) & reach.q("region_path", None)
    return found


def _to_check(user: User) -> Q:
    return policies.reach(user, permissions.CHECK).q("region_path", None) & ~Q(submitted_by=user)


def _office_moves(rule: DutyRule) -> frozenset[str]:
    """Permissions of the moves that meet a duty, where none of them is given to units."""
    if not rule.ends_with_state:
        return frozenset()
    try:
        moves = registers.get(rule.register).lifecycle.moves
    except LookupError:
        return frozenset()
    names = frozenset(move.permission for move in moves if set(move.sources) & set(rule.while_states))
    scopes = {scope for name in names for scope in declared.get(name).grants.values()}
    return frozenset() if Scope.OWN in scopes else names


def _units(user: User) -> list[int]:
    """Keys of the person's units; an officer of a place without one acts for its ecology bureau."""
    found: set[int] = set()
    places = set()
    closing = declared.get(permissions.CLOSE).grants
    for membership in policies.memberships(user):
        if membership.organisation is not None:
            found.update(policies.one_body(user, membership.organisation))
        elif closing.get(Role(membership.role)) is Scope.LOCAL:
            places.add(membership.region_id)
    if places:
        bureaus = Organisation.objects.filter(kind=Organisation.Kind.ECOLOGY, region__in=places)
        found.update(bureaus.values_list("pk", flat=True))
    return sorted(found)
