"""Files as a page lists them: those taken back stay in the list, and say so."""

from __future__ import annotations

from collections.abc import Iterable

from jingtu.platform.evidence.models import Attachment
from jingtu.platform.evidence.permissions import WITHDRAW
from jingtu.platform.people import policies
from jingtu.platform.people.models import Membership, User
from jingtu.platform.people.policies import Reach


def may_withdraw(user: User, item: Attachment) -> bool:
    """Whether a person may take a file back: the bureau any of its place, a unit what its people uploaded."""
    return _allowed(policies.reach(user, WITHDRAW.name), item, _colleagues(user))


def offer(user: User, items: Iterable[Attachment], *, changing: bool = True) -> list[Attachment]:
    """Files as a person sees them on a page, each knowing whether the person may open it and take it back.

    Parameters
    ----------
    items : iterable of Attachment
        Valid and withdrawn ones; select ``file`` and ``withdrawn_by`` with them.
    changing : bool
        False on a page that looks back: nothing is offered there.
    """
    found = list(items)
    readable = {name: policies.reach(user, name) for name in {item.read_permission for item in found}}
    for item in found:
        item.may_open = readable[item.read_permission].allows(item.region_path, item.organisation_ids)
    reach = policies.reach(user, WITHDRAW.name) if changing and found else Reach()
    if reach:
        colleagues = _colleagues(user)
        for item in found:
            item.may_withdraw = item.withdrawn_at is None and _allowed(reach, item, colleagues)
    return found


def _allowed(reach: Reach, item: Attachment, colleagues: set[int]) -> bool:
    if reach.allows(item.region_path):
        return True
    # What the system itself kept (an example, an import) belongs to the units it is about.
    uploaded_by_own = item.uploaded_by_id is None or item.uploaded_by_id in colleagues
    return uploaded_by_own and reach.allows(None, item.organisation_ids)


def _colleagues(user: User) -> set[int]:
    """Keys of all who act or acted for the user's units, the user included."""
    units = policies.reach(user, WITHDRAW.name).organisations
    if not units:
        return set()
    return set(Membership.objects.filter(organisation__in=units).values_list("user_id", flat=True))
