"""The own account: roles, sessions, second factor."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from jingtu.errors import NotFoundError
from jingtu.platform.pages.context import page_user
from jingtu.platform.people import policies
from jingtu.platform.people.roles import Role


@login_required
@require_GET
def me(request: HttpRequest) -> HttpResponse:
    """Who I am here, what I may do, where I am logged in."""
    user = page_user(request)
    sessions = UserSession.objects.purge_and_list(user)
    sessions.sort(key=lambda item: item.last_seen_at, reverse=True)
    return render(
        request,
        "account/me.html",
        {
            "memberships": [(Role(item.role).label, item) for item in policies.memberships(user)],
            "sessions": [
                (item, browser(item.user_agent), item.session_key == request.session.session_key)
                for item in sessions
            ],
            "second_factor": Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists(),
        },
    )


@login_required
@require_POST
def session_end(request: HttpRequest, key: int) -> HttpResponse:
    """End one of the own sessions."""
    session = UserSession.objects.filter(pk=key, user=page_user(request)).first()
    if session is None:
        raise NotFoundError("没有找到这次登录，可能已经结束。")
    current = session.session_key == request.session.session_key
    session.end()
    if current:
        logout(request)
        return HttpResponseRedirect(reverse("account_login"))
    messages.success(request, "已结束该次登录。")
    return HttpResponseRedirect(reverse("me"))


_BROWSERS = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chromium 内核浏览器"), ("Safari", "Safari"))
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def browser(user_agent: str) -> str:
    """A browser and its system in words that its owner recognises.

    Examples
    --------
    >>> browser("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120.0")
    'Edge（Windows）'
    >>> browser("curl/8")
    '其他程序'
    """
    name = next((label for mark, label in _BROWSERS if mark in user_agent), "其他程序")
    system = next((label for mark, label in _SYSTEMS if mark in user_agent), "")
    return f"{name}（{system}）" if system else name
