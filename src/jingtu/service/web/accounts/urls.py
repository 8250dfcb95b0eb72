"""Pages of the own account, and those of allauth that this installation serves: no sign-up, no mail."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.urls import path

from jingtu.service.web.accounts import views

urlpatterns = [
    path("me/", views.me, name="me"),
    path("me/sessions/<int:key>/end/", views.session_end, name="session_end"),
    path("account/login/", account.login, name="account_login"),
    path("account/logout/", account.logout, name="account_logout"),
    path("account/password/", account.password_change, name="account_change_password"),
    path("account/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("account/second-factor/", mfa.index, name="mfa_index"),
    path("account/second-factor/authenticate/", mfa.authenticate, name="mfa_authenticate"),
    path("account/second-factor/reauthenticate/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("account/second-factor/activate/", totp.activate_totp, name="mfa_activate_totp"),
    path("account/second-factor/deactivate/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("account/second-factor/codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "account/second-factor/codes/new/",
        recovery.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
]
