"""The county of the form tests."""

from __future__ import annotations

import pytest
from tests.programme.plans.forms.world import World


@pytest.fixture
def world(db: None) -> World:
    return World()
