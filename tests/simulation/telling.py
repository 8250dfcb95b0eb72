"""What an installation says after a simulated year: its fingerprint, its ledger, its indicators; as JSON."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from tests.simulation.planning import LOCAL, month_ends


def main(days: int, *, with_readings: bool) -> None:
    """Print everything that a test compares."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jingtu.service.web.settings")
    django.setup()
    from jingtu.platform.ledger import chain

    verified = chain.verify()
    said = {
        "content": content(),
        "ledger": {"rows": verified.rows, "broken": verified.first_broken},
        "readings": readings(days) if with_readings else [],
    }
    print(json.dumps(said, ensure_ascii=False, default=str))


def content() -> dict[str, str]:
    """A hash of every part of what was said and is owed, without random names and without keys."""
    from jingtu.platform.duties.models import Duty
    from jingtu.platform.ledger.models import LedgerRow
    from jingtu.platform.organisations.models import FacilityVersion, Organisation
    from jingtu.platform.registers.declarations import all_registers
    from jingtu.platform.registers.entry_records.declarations import all_kinds
    from jingtu.platform.registers.models import Transition, Version
    from jingtu.programme.sources.metals.quotas.models import Posting

    parts: dict[str, Any] = {
        "versions": Version.objects.values_list(
            "register", "entry__code", "name", "region__name", "holder__name", "state", "effective_from",
            "effective_to", "recorded_from", "recorded_to", "reason",
        ),
        "moves": Transition.objects.values_list(
            "entry__register", "entry__code", "transition", "from_state", "to_state", "on", "at", "actor__username",
        ),
        "duties": Duty.objects.values_list(
            "rule", "entry__register", "entry__code", "period", "what", "holder__name", "due", "raised_on", "state",
            "closed_on", "met_on", "step", "through", "closing_note",
        ),
        "ledger": LedgerRow.objects.values_list("action", "on", "at", "subject_type"),
        "bodies": Organisation.objects.values_list("name", "kind", "merged_into__name"),
        "plants": FacilityVersion.objects.values_list(
            "facility__organisation__name", "name", "region__name", "status", "permit_number", "effective_from",
            "effective_to", "recorded_from", "recorded_to",
        ),
        "quantities": Posting.objects.values_list(
            "account__entry__code", "account__metal", "account__head", "grams", "on", "recorded_at",
            "transaction__kind", "source__project",
        ),
    }  # fmt: skip
    for register in all_registers():
        columns = [item.name for item in register.facts._meta.fields if not item.is_relation]
        columns += [f"{item.id}__name" for item in register.fields if item.kind == "facility"]
        keys = ["version__entry__code", "version__effective_from", "version__recorded_from"]
        parts[f"facts of {register.id}"] = register.facts._default_manager.values_list(*keys, *columns)
    for kind in all_kinds():
        columns = [item.name for item in kind.model._meta.fields if not item.is_relation]
        plain = [name for name in columns if name not in {"id", "uid"}]
        parts[f"records {kind.id}"] = kind.model._default_manager.values_list("entry__code", *plain)
    return {name: _hash(rows) for name, rows in parts.items()}


def readings(days: int) -> list[dict[str, Any]]:
    """Every indicator, for the city and each county, at the end of every month, as known then and now."""
    from tests.simulation.city import found_or_settled

    from jingtu.platform.indicators.declarations import all_indicators

    city = found_or_settled()
    return [
        _reading(indicator, region, day, known_at)
        for indicator in all_indicators()
        for region in [city.city, *city.counties]
        for day in month_ends(days)
        for known_at in (datetime.combine(day + timedelta(days=1), time(0), LOCAL), None)
    ]


def _reading(indicator: Any, region: Any, day: Any, known_at: Any) -> dict[str, Any]:
    from jingtu.platform.indicators import service

    found = service.read(indicator.id, region, day, known_at)
    return {
        "indicator": indicator.id, "path": region.path, "on": day.isoformat(),
        "known_at": known_at.isoformat() if known_at else None, "status": found.status,
        "value": found.value, "numerator": found.numerator, "denominator": found.denominator,
        "counted": found.counted, "text": found.text, "met": found.extra.get("met"),
    }  # fmt: skip


def _hash(rows: Any) -> str:
    lines = sorted(json.dumps(list(row), ensure_ascii=False, default=str) for row in rows)
    if folder := os.environ.get("SIMULATION_LINES"):
        with Path(folder).open("a", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
    return f"{len(lines)} {hashlib.sha256(chr(10).join(lines).encode()).hexdigest()}"


if __name__ == "__main__":
    main(int(sys.argv[1]), with_readings="readings" in sys.argv[2:])
