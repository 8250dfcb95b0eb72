"""The same county and people as in the tests of the registers, and the parcels of the control ratio."""

from tests.platform.registers.conftest import *  # noqa: F403
from tests.programme.sites.test_control_ratio import parcels  # noqa: F401 - a fixture
