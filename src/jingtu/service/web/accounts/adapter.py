"""Accounts are opened by an administrator: nobody signs up, nobody resets a password by mail."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from jingtu.service.web.accounts.home import home_of


class ClosedAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Closes the sign-up page and knows where each role begins."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - the interface
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return home_of(request.user)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return home_of(request.user)

    def get_logout_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002 - the interface
        return reverse("account_login")

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Wrong passwords are counted once, in the database, by axes; not per process here."""

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:  # noqa: ARG002 - the interface
        """The password was right, so its owner may know why the door stays shut."""
        messages.error(request, "这个账号已停用，不能登录；如需恢复，请联系本单位系统管理员。")
        return HttpResponseRedirect(reverse("account_login"))
