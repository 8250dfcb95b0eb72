"""Roles: granted and taken back by the security administrator, who opens no accounts."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from jingtu.errors import InputError, JingtuError, NotFoundError, PermissionDeniedError
from jingtu.platform import clock
from jingtu.platform.clock import OPEN_DATE
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.pages import keyset
from jingtu.platform.pages.context import page_user
from jingtu.platform.pages.doors import needs, tell
from jingtu.platform.people.actions import GrantRole, RevokeRole
from jingtu.platform.people.models import Membership, User
from jingtu.platform.people.roles import GRANTABLE, NEEDS_ORGANISATION, NEEDS_REGION, Role
from jingtu.platform.regions.models import Region
from jingtu.platform.regions.tree import ancestors, find_by_code, find_by_name

CHOICES = 12


@needs("people.roles")
@require_GET
def roles(request: HttpRequest) -> HttpResponse:
    """Users with their roles; one user chosen: his history and the form of a grant."""
    words = request.GET.get("q", "").strip()[:40]
    held = Membership.objects.filter(valid_to__gt=timezone.localdate()).select_related(
        "region", "organisation"
    )
    found = User.objects.prefetch_related(Prefetch("memberships", held))
    if words:
        found = found.filter(Q(username__icontains=words) | Q(display_name__contains=words))
    if request.GET.get("role") in set(GRANTABLE):
        found = found.filter(
            memberships__role=request.GET["role"], memberships__valid_to__gt=timezone.localdate()
        ).distinct()
    page = keyset.page(found, ["username", "id"], request.GET.get("after", ""))
    content = {
        "page_rows": page,
        "people": [
            (user, [(Role(item.role).label, item) for item in user.memberships.all()]) for user in page.rows
        ],
        "total": keyset.count(found),
        "words": words,
        "role": request.GET.get("role", ""),
        "grantable": [(role.value, role.label) for role in GRANTABLE],
    }
    if request.GET.get("user"):
        content |= _chosen(request)
    return render(request, "admin/roles.html", content)


def _chosen(request: HttpRequest) -> dict[str, object]:
    """The user whose roles are looked at, and what the form of a grant offers."""
    user = _user(request.GET["user"])
    history = Membership.objects.filter(user=user).select_related(
        "region", "organisation", "granted_by", "ended_by"
    )
    where, unit = request.GET.get("where", "").strip()[:60], request.GET.get("unit", "").strip()[:60]
    today = timezone.localdate()
    return {
        "chosen": user,
        "history": [
            (Role(item.role).label, item, item.valid_to > today)
            for item in history.order_by("-granted_at", "-pk")
        ],
        "where": where,
        "unit": unit,
        "grant_role": request.GET.get("grant", ""),
        "regions": [(region, _above(region)) for region in _regions(where)],
        "organisations": _organisations(unit),
        "with_region": sorted(role.label for role in NEEDS_REGION),
        "with_organisation": sorted(role.label for role in NEEDS_ORGANISATION),
        "own": user.pk == request.user.pk,
    }


def _above(region: Region) -> str:
    return "".join(item.name for item in ancestors(region))


def _regions(words: str) -> list[Region]:
    if not words:
        return []
    by_code = find_by_code(words)
    return [by_code] if by_code else find_by_name(words)[:CHOICES]


def _organisations(words: str) -> list[Organisation]:
    if not words:
        return []
    found = Organisation.objects.filter(
        Q(name__contains=words) | Q(aliases__name=words) | Q(uscc=words), merged_into__isnull=True
    )
    return list(found.select_related("region").distinct().order_by("name")[:CHOICES])


def _user(text: str) -> User:
    try:
        user = User.objects.filter(uid=UUID(text)).first()
    except ValueError:
        user = None
    if user is None:
        raise NotFoundError("没有找到这个账号。")
    return user


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise InputError("日期应写成 2024-06-30 这样的年月日。", value=text[:20]) from error


@needs("people.roles")
@require_POST
def role_grant(request: HttpRequest) -> HttpResponse:
    """Grant a role."""
    user = _user(request.POST.get("user", ""))
    back = f"{reverse('roles')}?{urlencode({'user': str(user.uid)})}"
    try:
        region = organisation = None
        if request.POST.get("region"):
            region = Region.objects.filter(uid=UUID(request.POST["region"])).first()
        if request.POST.get("organisation"):
            organisation = (
                Organisation.objects.select_related("region")
                .filter(uid=UUID(request.POST["organisation"]))
                .first()
            )
        if request.POST.get("role", "") not in set(GRANTABLE):
            raise InputError("请选择角色。")
        membership = GrantRole(
            page_user(request),
            clock.business_date(),
            user,
            request.POST["role"],
            region=region,
            organisation=organisation,
            valid_from=_day(request.POST.get("valid_from", "")),
            valid_to=_day(request.POST.get("valid_to", "")) or OPEN_DATE,
        ).execute()
    except ValueError:
        messages.error(request, "行政区和单位应从查找结果中选择。")
    except PermissionDeniedError:
        raise
    except JingtuError as error:
        tell(request, error)
    else:
        messages.success(request, f"已授予“{user.display_name}”{Role(membership.role).label}角色。")
    return HttpResponseRedirect(back)


@needs("people.roles")
@require_POST
def role_revoke(request: HttpRequest, key: int) -> HttpResponse:
    """Take a role back."""
    membership = Membership.objects.select_related("user").filter(pk=key).first()
    if membership is None:
        raise NotFoundError("没有找到这个角色授权。")
    back = f"{reverse('roles')}?{urlencode({'user': str(membership.user.uid)})}"
    try:
        RevokeRole(
            page_user(request), clock.business_date(), membership, request.POST.get("reason", "")
        ).execute()
    except PermissionDeniedError:
        raise
    except JingtuError as error:
        tell(request, error)
    else:
        messages.success(
            request, f"已收回“{membership.user.display_name}”的{Role(membership.role).label}角色。"
        )
    return HttpResponseRedirect(back)
