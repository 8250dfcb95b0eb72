"""Registers over the API: entries on a day, their changes and moves, their records."""

from ninja import Router

from jingtu.platform.registers.api import entries, records, writing

router = Router(tags=["清单"])
for _part in (entries.router, writing.router, records.router):
    router.add_router("", _part)
