"""Addresses of the quota ledger, below the list of enterprises."""

from __future__ import annotations

from django.urls import path

from jingtu.programme.sources.metals.views import ledgers, permits, posting, ratios

_HOME = "registers/heavy_metal_enterprises/quotas/"

urlpatterns = [
    path(_HOME, ledgers.ledger, name="quota_ledger"),
    path(f"{_HOME}export/", ledgers.ledger_export, name="quota_ledger_export"),
    path(f"{_HOME}transactions/", ledgers.transactions, name="quota_transactions"),
    path(f"{_HOME}transactions/export/", ledgers.transactions_export, name="quota_transactions_export"),
    path(f"{_HOME}transactions/<uuid:uid>/", ledgers.transaction, name="quota_transaction"),
    path(f"{_HOME}transactions/<uuid:uid>/reverse/", posting.reverse_transaction, name="quota_reverse"),
    path(f"{_HOME}sources/", ledgers.sources, name="quota_sources"),
    path(f"{_HOME}sources/export/", ledgers.sources_export, name="quota_sources_export"),
    path(f"{_HOME}permits/", permits.permit_list, name="quota_permits"),
    path(f"{_HOME}permits/export/", permits.permits_export, name="quota_permits_export"),
    path(f"{_HOME}ratios/", ratios.ratios, name="quota_ratios"),
    path(f"{_HOME}ratios/<uuid:uid>/withdraw/", ratios.withdraw, name="quota_ratio_withdraw"),
    path(f"{_HOME}<uuid:uid>/", ledgers.account, name="quota_account"),
    path(f"{_HOME}<uuid:uid>/<slug:kind>/", posting.post, name="quota_post"),
]
