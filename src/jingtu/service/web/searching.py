"""Search over everything that has a name or a code, within the reach of whoever asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.urls import NoReverseMatch, reverse

from jingtu.knowledge.law.provisions import provisions
from jingtu.knowledge.standards.editions import editions
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.pages.context import PageContext
from jingtu.platform.people import policies
from jingtu.platform.people.models import User
from jingtu.platform.registers import declarations
from jingtu.platform.registers.versions import at, versions
from jingtu.platform.rulebooks import standardlists
from jingtu.platform.rulebooks.addresses import limit_address, provision_address
from jingtu.platform.rulebooks.queries import added_editions
from jingtu.programme.plans.models import Plan, TaskUnit

SHOWN = 20
# Registers whose entries have pages of their own.
OWN_PAGES = {"plan_tasks": "task", "plan_deliverables": "deliverable"}


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found; ``note`` tells things of the same name apart."""

    label: str
    address: str
    note: str


@dataclass(frozen=True, slots=True)
class Group:
    """Things of one kind; ``more`` where only the first are shown."""

    label: str
    hits: list[Hit]
    more: bool


def search(user: User | AnonymousUser, page: PageContext, words: str) -> list[Group]:
    """Groups of hits, kinds without any left out."""
    found = []
    for register in declarations.all_registers():
        group = _entries(user, page, register, words)
        if group.hits:
            found.append(group)
    if _may(user, "plans.read"):
        reach = policies.reach(user, "plans.read")
        found += [group for group in (_units(reach, page, words), _plans(reach, words)) if group.hits]
    if _may(user, "rulebooks.read"):
        found += [group for group in (_provisions(page, words), _limits(page, words)) if group.hits]
    return found


def _may(user: User | AnonymousUser, permission: str) -> bool:
    try:
        return policies.may(user, permission)
    except LookupError:
        return False


def _group(label: str, rows: Any, hit: Any) -> Group:
    listed = list(rows[: SHOWN + 1])
    return Group(label, [hit(row) for row in listed[:SHOWN]], len(listed) > SHOWN)


def _entries(
    user: User | AnonymousUser, page: PageContext, register: declarations.Register, words: str
) -> Group:
    if not _may(user, register.read_permission):
        return Group(register.label, [], False)
    reach = policies.reach(user, register.read_permission)
    reachable = reach.q("region__path", "holder_id")
    if register.id in OWN_PAGES and reach.organisations:
        # A unit reads the tasks in which it has any part, and the documents of those tasks.
        parts = TaskUnit.objects.filter(
            at(page.on, page.known_at), organisation__in=reach.organisations
        ).values("entry_id")
        reachable |= Q(entry_id__in=parts) | Q(deliverablefacts__task__in=parts)
    rows = versions(register.id, page.on, page.known_at).filter(reachable)
    for word in words.split():
        rows = rows.filter(Q(name__icontains=word) | Q(entry__code__icontains=word))

    def hit(row: Any) -> Hit:
        state = register.lifecycle.state(row.state).label
        holder = row.holder.name if row.holder else ""
        note = " · ".join(part for part in (row.entry.code, holder, state) if part)
        return Hit(row.name, _address(register.id, row.entry.uid), note)

    return _group(register.label, rows.order_by("name", "id"), hit)


def _address(register: str, uid: Any) -> str:
    try:
        if register in OWN_PAGES:
            return reverse(OWN_PAGES[register], args=[uid])
        return reverse("entry", args=[register, uid])
    except NoReverseMatch:
        return ""


def _units(reach: policies.Reach, page: PageContext, words: str) -> Group:
    rows = Organisation.objects.filter(
        reach.q("region__path", "pk"), valid_from__lte=page.on, valid_to__gt=page.on
    ).filter(Q(name__icontains=words) | Q(aliases__name__icontains=words) | Q(uscc=words))

    def hit(row: Organisation) -> Hit:
        return Hit(row.name, reverse("unit", args=[row.uid]), row.get_kind_display())

    return _group("单位", rows.distinct().order_by("name", "id"), hit)


def _plans(reach: policies.Reach, words: str) -> Group:
    rows = (
        Plan.objects.filter(reach.q("region__path"))
        .filter(state__in=(Plan.State.CONFIRMED, Plan.State.SUPERSEDED))
        .filter(Q(title__icontains=words) | Q(issue_number__icontains=words))
        .defer("text", "reading")
    )

    def hit(row: Plan) -> Hit:
        return Hit(str(row), reverse("plan", args=[row.uid]), f"{row.year}年 · {row.get_state_display()}")

    return _group("计划文件", rows.order_by("-year", "id"), hit)


def _provisions(page: PageContext, words: str) -> Group:
    rows = [
        item
        for item in provisions().values()
        if item.in_force(page.on)
        and words in f"{item.citation}{item.topic.name}{'、'.join(item.topic.aliases)}{item.summary}"
    ]
    return _group(
        "法律条款", rows, lambda item: Hit(item.citation, provision_address(item.id), item.topic.name)
    )


def _limits(page: PageContext, words: str) -> Group:
    path = page.region.path if page.region else ""
    rows = [
        (edition, analyte)
        for edition in (*editions(), *added_editions(path))
        if edition.in_force(page.on)
        for analyte in standardlists.analytes_named(edition, words)
    ]

    def hit(row: Any) -> Hit:
        edition, analyte = row
        name = edition.table.analytes.names[analyte]
        return Hit(name, limit_address(edition.standard, edition.number, analyte), edition.number)

    return _group("标准限值", rows, hit)
