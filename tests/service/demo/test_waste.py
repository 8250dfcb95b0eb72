"""Ponds and old waste of the sample year: every state, what is missing in other systems, numbers by hand."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.service.demo.test_land import YEAR_END, cast, live, states_of  # noqa: F401

from jingtu.platform.duties.models import Duty
from jingtu.platform.filings import declarations as systems
from jingtu.platform.filings import missing
from jingtu.platform.indicators import service
from jingtu.platform.people import policies
from jingtu.platform.registers import declarations, versions
from jingtu.platform.registers.models import Entry
from jingtu.service.demo.places import COUNTY, Cast
from jingtu.service.demo.waste import waste_steps

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def evidence_folder(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def test_ponds_and_sites_of_the_year(cast: Cast) -> None:  # noqa: F811
    live(waste_steps(cast))
    for register in ("tailings_ponds", "historic_solid_waste_sites"):
        assert Entry.objects.filter(register=register).count() >= 15
        assert states_of(register) == {state.id for state in declarations.get(register).lifecycle.states}
    # A closed pond does not run: its state and what is said of it agree, at the one closed during the year too.
    closed = versions.versions("tailings_ponds", YEAR_END).filter(state__in=("closed", "released"))
    said = closed.values_list("entry__code", "tailingspondfacts__operation")
    assert dict(said) == {"WK10": "closed", "WK11": "closed", "WK12": "closed"}
    county = cast.places[COUNTY]
    # Third grade in the county: WK06, WK07, WK08 and WK09 (WK10 is closed); three were drawn and visited.
    share = service.read("tailings_pond_inspection_ratio", county, YEAR_END)
    assert (share.numerator, share.denominator, share.value) == (3, 4, Decimal("75.00"))

    def gone(system: str) -> set[str]:
        rows = missing.missing(
            systems.get(system), county, YEAR_END, None, policies.Reach(everywhere=True)
        ).values_list("entry__code", flat=True)
        return set(rows)

    # Every fourth pond was never entered, every fifth return of January 2024 is missing.
    assert gone("tailings_pond_system") == {"WK01", "WK05", "WK09"}
    assert gone("solid_waste_platform") == {"WK01", "WK06"}
    assert gone("historic_waste_system") == {"GF01", "GF04", "GF07", "GF10"}
    hazards = Duty.objects.filter(rule="waste.pond_rectification", entry__code__startswith="WK")
    assert {duty.entry.code: str(duty.state) for duty in hazards} == {
        "WK01": "closed", "WK03": "closed", "WK05": "submitted", "WK07": "open",
    }  # fmt: skip
