"""The two draws of the sample year: drawn from their seed again, what was found, what is still to be looked at."""

from __future__ import annotations

from typing import Any

import pytest
from tests.service.demo.test_land import cast, live  # noqa: F401

from jingtu.platform.draws.models import Draw, Outcome
from jingtu.platform.draws.verifying import verify
from jingtu.service.demo.cadmium import cadmium_steps
from jingtu.service.demo.draws import INSPECTION, SECOND_LOOK, draw_steps
from jingtu.service.demo.key_units import key_unit_steps
from jingtu.service.demo.places import Cast

pytestmark = pytest.mark.django_db


def test_draws_of_the_year(cast: Cast, tmp_path: Any, settings: Any) -> None:  # noqa: F811
    settings.MEDIA_ROOT = tmp_path
    live([*key_unit_steps(cast), *cadmium_steps(cast), *draw_steps(cast)])
    inspection, second_look = Draw.objects.get(title=INSPECTION), Draw.objects.get(title=SECOND_LOOK)
    for draw in (inspection, second_look):
        assert all(check.good for check in verify(draw))
        assert draw.objects_drawn.count() == 3
        assert draw.is_example
        assert Outcome.objects.filter(drawn__draw=draw).count() == 2
    assert [item.inspectors.count() for item in inspection.objects_drawn.all()] == [2, 2, 2]
    [found] = Outcome.objects.filter(result=Outcome.Result.FOUND)
    assert (found.drawn.draw, found.evidence.count()) == (inspection, 1)
    assert not Outcome.objects.filter(drawn__draw=second_look, result=Outcome.Result.FOUND).exists()
