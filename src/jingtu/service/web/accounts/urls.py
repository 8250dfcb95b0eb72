"""Pages of the own account, and those of allauth that this installation serves: no sign-up, no mail."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.urls import path
from django.views.decorators.http import require_http_methods

from jingtu.service.web.accounts import views
from jingtu.service.web.offline import clearing

# allauth's form views would take PUT for POST.
_form = require_http_methods(["GET", "HEAD", "POST"])

urlpatterns = [
    path("me/", views.me, name="me"),
    path("me/sessions/<int:key>/end/", clearing(views.session_end), name="session_end"),
    path("account/login/", _form(account.login), name="account_login"),
    path("account/logout/", clearing(_form(account.logout)), name="account_logout"),
    path("account/password/", _form(account.password_change), name="account_change_password"),
    path("account/reauthenticate/", _form(account.reauthenticate), name="account_reauthenticate"),
    path("account/second-factor/", _form(mfa.index), name="mfa_index"),
    path("account/second-factor/authenticate/", _form(mfa.authenticate), name="mfa_authenticate"),
    path("account/second-factor/reauthenticate/", _form(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("account/second-factor/activate/", _form(totp.activate_totp), name="mfa_activate_totp"),
    path("account/second-factor/deactivate/", _form(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("account/second-factor/codes/", _form(recovery.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "account/second-factor/codes/new/",
        _form(recovery.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
]
