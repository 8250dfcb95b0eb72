"""Registers over the API: entries on a day, their changes and moves, their records."""

from ninja import Router

from jingtu.platform.registers.api import entries, records, writing

router = Router(tags=["清单"])
# One address has one router: what is written to it stands in the router of what is read from it.
assert writing.router is entries.router
for _part in (entries.router, records.router):
    router.add_router("", _part)
