"""Addresses of the registers."""

from __future__ import annotations

from django.urls import path

from jingtu.platform.registers.views import entries, imports, lists, mappings, moving, records

urlpatterns = [
    path("registers/", lists.registers, name="registers"),
    path("registers/<slug:register_id>/", lists.register, name="register"),
    path("registers/<slug:register_id>/new/", entries.entry_new, name="entry_new"),
    path("registers/<slug:register_id>/import/", imports.register_import, name="register_import"),
    path("registers/<slug:register_id>/mappings/", mappings.saved, name="register_mappings"),
    path("registers/<slug:register_id>/mappings/<uuid:uid>/", mappings.change, name="register_mapping"),
    path(
        "registers/<slug:register_id>/mappings/<uuid:uid>/export/",
        mappings.export,
        name="register_mapping_export",
    ),
    path(
        "registers/<slug:register_id>/mappings/<uuid:uid>/forget/",
        mappings.forget,
        name="register_mapping_forget",
    ),
    path("registers/<slug:register_id>/export/", lists.register_export, name="register_export"),
    path("registers/<slug:register_id>/moves/", moving.register_moves, name="register_moves"),
    path("registers/<slug:register_id>/records/<slug:kind>/", records.records, name="records"),
    path(
        "registers/<slug:register_id>/records/<slug:kind>/export/",
        records.records_export,
        name="records_export",
    ),
    path(
        "registers/<slug:register_id>/records/<slug:kind>/import/",
        records.records_import,
        name="records_import",
    ),
    path("registers/<slug:register_id>/<uuid:uid>/", entries.entry, name="entry"),
    path(
        "registers/<slug:register_id>/<uuid:uid>/records/<slug:kind>/new/",
        records.record_new,
        name="record_new",
    ),
    path(
        "registers/<slug:register_id>/<uuid:uid>/records/<slug:kind>/<uuid:record>/",
        records.record,
        name="record",
    ),
    path(
        "registers/<slug:register_id>/<uuid:uid>/records/<slug:kind>/<uuid:record>/withdraw/",
        records.record_withdraw,
        name="record_withdraw",
    ),
    path("registers/<slug:register_id>/<uuid:uid>/edit/", entries.entry_edit, name="entry_edit"),
    path("registers/<slug:register_id>/<uuid:uid>/move/<slug:move>/", entries.entry_move, name="entry_move"),
]
