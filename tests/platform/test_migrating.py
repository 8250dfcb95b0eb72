"""The cheap way of migrating makes the tables that Django's own way makes."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import models
from django.db.migrations import operations
from django.db.migrations.state import ProjectState

from jingtu.platform.migrating import little_rendered

PARTS = (
    operations.CreateModel(
        "place", [("id", models.AutoField(primary_key=True)), ("name", models.TextField())]
    ),
    operations.CreateModel(
        "well",
        [
            ("id", models.AutoField(primary_key=True)),
            ("place", models.ForeignKey("wells.place", models.PROTECT)),
        ],
    ),
    operations.AddIndex("place", models.Index("name", name="place_name")),
    operations.AddField("well", "depth", models.IntegerField(default=0)),
    operations.AddConstraint(
        "well", models.UniqueConstraint(fields=("place", "depth"), name="one_well_a_depth")
    ),
)


def rendered(*, cheaply: bool) -> ProjectState:
    state = ProjectState()
    assert state.apps  # from here on every step renders
    for part in PARTS:
        if cheaply:
            with little_rendered():
                part.state_forwards("wells", state)
        else:
            part.state_forwards("wells", state)
    return state


def told(state: ProjectState) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for model in state.apps.get_models():
        meta = model._meta
        found[str(meta.model_name)] = (
            [(field.name, field.get_internal_type()) for field in meta.concrete_fields],
            [relation.name for relation in meta.related_objects],
            [index.name for index in meta.indexes],
            [constraint.name for constraint in meta.constraints],
            [constraint.name for constraint in meta.total_unique_constraints],
        )
    return found


def test_models_come_out_as_django_renders_them() -> None:
    cheap = told(rendered(cheaply=True))
    assert cheap == told(rendered(cheaply=False))
    assert cheap["place"][1:3] == (["well"], ["place_name"])
    assert cheap["well"][3:] == (["one_well_a_depth"], ["one_well_a_depth"])


def test_a_relation_of_a_new_model_leads_to_the_model_that_is_there() -> None:
    state = rendered(cheaply=True)
    well = state.apps.get_model("wells", "well")
    assert well._meta.get_field("place").related_model is state.apps.get_model("wells", "place")


def test_djangos_own_way_is_back_afterwards() -> None:
    state: Any = ProjectState
    before = state._find_reload_model, state._append_option
    with pytest.raises(ZeroDivisionError), little_rendered():
        1 / 0  # noqa: B018 - anything that goes wrong in a migration
    assert before == (state._find_reload_model, state._append_option)


@pytest.mark.long
def test_all_tables_are_those_of_djangos_way(tmp_path: Path) -> None:
    def tables(name: str, command: str) -> list[tuple[str, ...]]:
        folder = tmp_path / name
        folder.mkdir()
        code = (
            "import django; django.setup()\n"
            "from django.core.management import call_command\n"
            "from django.core.management.commands import migrate\n"
            f"call_command({command}, verbosity=0, skip_checks=True)"
        )
        env = {name: value for name, value in os.environ.items() if name != "JINGTU_DATABASE_URL"}
        env |= {"JINGTU_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "jingtu.service.web.settings"}
        subprocess.run([sys.executable, "-c", code], env=env, check=True, timeout=300)
        with closing(sqlite3.connect(folder / "jingtu.sqlite3")) as made:
            return list(made.execute("SELECT type, name, sql FROM sqlite_master ORDER BY type, name"))

    cheap = tables("cheap", "'migrate'")
    assert len(cheap) > 300
    assert cheap == tables("plain", "migrate.Command()")
