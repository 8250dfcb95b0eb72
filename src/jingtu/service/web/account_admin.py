"""Accounts: opened, disabled, enabled, given a new password. No roles, no business data."""

from __future__ import annotations

from uuid import UUID

from axes.utils import reset as axes_reset
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jingtu.errors import InputError, JingtuError, NotFoundError, PermissionDeniedError
from jingtu.platform import clock
from jingtu.platform.pages import keyset
from jingtu.platform.pages.context import page_user
from jingtu.platform.pages.doors import needs, tell
from jingtu.platform.people.actions import AccountVerb, ChangeAccount, CreateAccount, NewPassword
from jingtu.platform.people.models import User

STATES = {"active": "使用中", "disabled": "已停用", "initial": "未改初始密码"}
_DONE = {AccountVerb.DISABLE: "已停用", AccountVerb.ENABLE: "已启用"}
_FIELDS = ("username", "display_name", "phone", "email")


@needs("people.accounts")
@require_GET
def accounts(request: HttpRequest) -> HttpResponse:
    """All accounts, by name or state."""
    words, state = request.GET.get("q", "").strip()[:40], request.GET.get("state", "")
    found = User.objects.all()
    if words:
        found = found.filter(
            Q(username__icontains=words) | Q(display_name__contains=words) | Q(phone__contains=words)
        )
    if state == "active":
        found = found.filter(is_active=True)
    elif state == "disabled":
        found = found.filter(is_active=False)
    elif state == "initial":
        found = found.filter(must_change_password=True, is_active=True)
    page = keyset.page(found, ["username", "id"], request.GET.get("after", ""))
    content = {
        "page_rows": page,
        "total": keyset.count(found),
        "words": words,
        "state": state,
        "states": STATES,
    }
    return render(request, "admin/accounts.html", content)


@needs("people.accounts")
@require_http_methods(["GET", "POST"])
@never_cache
def account_new(request: HttpRequest) -> HttpResponse:
    """Open an account and show its one-time password once."""
    values = {name: request.POST.get(name, "") for name in _FIELDS}
    if request.method == "POST":
        action = CreateAccount(
            page_user(request),
            clock.business_date(),
            username=values["username"],
            display_name=values["display_name"],
            phone=values["phone"],
            email=values["email"],
        )
        try:
            return _password_page(request, action.execute(), "账号已建立")
        except InputError as error:
            content = {"values": values, "error": error}
            return render(request, "admin/account_new.html", content, status=error.status)
    return render(request, "admin/account_new.html", {"values": values})


@needs("people.accounts")
@require_POST
@never_cache
def account_change(request: HttpRequest, uid: UUID, verb: str) -> HttpResponse:
    """Disable, enable or reset one account."""
    user = User.objects.filter(uid=uid).first()
    if user is None or verb not in set(AccountVerb):
        raise NotFoundError("没有找到这个账号。", uid=str(uid))
    action = ChangeAccount(
        page_user(request), clock.business_date(), user, verb, request.POST.get("reason", "")
    )
    try:
        password = action.execute()
    except PermissionDeniedError:
        raise
    except JingtuError as error:
        tell(request, error)
        return HttpResponseRedirect(reverse("accounts"))
    if verb != AccountVerb.DISABLE:
        axes_reset(username=user.username)  # whoever is let in again is not still locked out
    if password is not None:
        return _password_page(request, NewPassword(user, password), "密码已重置")
    messages.success(request, f"账号“{user.display_name}”{_DONE[AccountVerb(verb)]}。")
    return HttpResponseRedirect(reverse("accounts"))


def _password_page(request: HttpRequest, made: NewPassword, title: str) -> HttpResponse:
    """The password stands on this one answer and nowhere else: no redirect, no message, no session."""
    return render(request, "admin/password.html", {"made": made, "heading": title})
