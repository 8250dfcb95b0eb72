"""The same county and people as in the tests of the registers."""

from tests.platform.registers.conftest import *  # noqa: F403
