"""Registers over the API: entries on a day, their changes and moves, their records, tables of them."""

from ninja import Router

# Writing shares the router of the entries: one address has one router for what is read and what is written.
from jingtu.platform.registers.api import entries, evidence, imports, records, writing  # noqa: F401

router = Router(tags=["清单"])
for _part in (entries.router, records.router, evidence.router, imports.router):
    router.add_router("", _part)
