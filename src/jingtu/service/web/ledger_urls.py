"""Pages of the audit administrator."""

from django.urls import path

from jingtu.service.web import ledger_views

urlpatterns = [
    path("ledger/", ledger_views.ledger, name="ledger"),
    path("ledger/verify/", ledger_views.ledger_verify, name="ledger_verify"),
    path("ledger/export/", ledger_views.ledger_export, name="ledger_export"),
]
