"""Pages of the system administrator and of the security administrator."""

from django.urls import path

from jingtu.service.web import account_admin, role_admin

urlpatterns = [
    path("admin/accounts/", account_admin.accounts, name="accounts"),
    path("admin/accounts/new/", account_admin.account_new, name="account_new"),
    path("admin/accounts/<uuid:uid>/<slug:verb>/", account_admin.account_change, name="account_change"),
    path("admin/roles/", role_admin.roles, name="roles"),
    path("admin/roles/grant/", role_admin.role_grant, name="role_grant"),
    path("admin/roles/<int:key>/revoke/", role_admin.role_revoke, name="role_revoke"),
]
