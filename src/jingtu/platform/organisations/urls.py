"""Addresses of the list of organisations."""

from __future__ import annotations

from django.urls import path

from jingtu.platform.organisations.views import facilities, forms, lists, merges, names, pages

_ONE = "organisations/<uuid:uid>/"

urlpatterns = [
    path("organisations/", lists.organisations, name="organisations"),
    path("organisations/export/", lists.organisations_export, name="organisations_export"),
    path("organisations/new/", forms.organisation_new, name="organisation_new"),
    path("organisations/doubles/", merges.organisation_doubles, name="organisation_doubles"),
    path("organisations/unresolved/", names.organisation_unresolved, name="organisation_unresolved"),
    path("organisations/assign/", names.organisation_assign, name="organisation_assign"),
    path("organisations/apart/", merges.organisation_apart, name="organisation_apart"),
    path(_ONE, pages.organisation, name="organisation"),
    path(f"{_ONE}edit/", forms.organisation_edit, name="organisation_edit"),
    path(
        f"{_ONE}aliases/<int:key>/withdraw/",
        forms.organisation_alias_withdraw,
        name="organisation_alias_withdraw",
    ),
    path(f"{_ONE}facilities/new/", facilities.facility_new, name="organisation_facility_new"),
    path(f"{_ONE}facilities/<uuid:plant>/", facilities.facility, name="organisation_facility"),
    path(f"{_ONE}facilities/<uuid:plant>/edit/", facilities.facility_edit, name="organisation_facility_edit"),
    path(
        f"{_ONE}facilities/<uuid:plant>/close/", facilities.facility_close, name="organisation_facility_close"
    ),
    path(f"{_ONE}merge/", merges.organisation_merge, name="organisation_merge"),
    path(f"{_ONE}merge/undo/", merges.organisation_merge_undo, name="organisation_merge_undo"),
]
