"""Two installations, so that one may be disturbed and the other not."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conftest import ON_POSTGRES, Installation, _new_installation, _on_server


@pytest.fixture
def other(tmp_path_factory: pytest.TempPathFactory, _initialised: tuple[Path, str]) -> Iterator[Installation]:
    """A second installation after ``jingtu init``, beside ``ready``."""
    data = tmp_path_factory.mktemp("other") / "data"
    template, database = _initialised
    shutil.copytree(template, data)
    name = f"installation_{uuid.uuid4().hex[:12]}"
    yield _new_installation(data, name, database)
    if ON_POSTGRES:
        _on_server(f"DROP DATABASE {name} WITH (FORCE)")
