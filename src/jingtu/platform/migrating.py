"""Migrations of a new database without rendering every model anew at every step.

Django's migrations work with models rendered from descriptions. A table that comes in, or an index, lets it render
everything again that hangs together with it; where all tables point to people, places and the ledger that is nearly
every model, some two hundred times: nine tenths of what setting up a database cost. A model that comes in new changes
no other, and an index or constraint changes nothing but the list it stands in.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.migrations.state import ProjectState

_STATE: Any = ProjectState
_reloaded_with, _append = _STATE._find_reload_model, _STATE._append_option


@contextmanager
def little_rendered() -> Iterator[None]:
    """Render a new model alone and an index not at all, while the context lasts; all else as Django does."""
    _STATE._find_reload_model, _STATE._append_option = _with_its_relations_unless_new, _append_in_place
    try:
        yield
    finally:
        _STATE._find_reload_model, _STATE._append_option = _reloaded_with, _append


def _with_its_relations_unless_new(
    state: Any, app_label: str, model_name: str, delay: bool = False
) -> set[tuple[str, str]]:
    try:
        state.apps.get_model(app_label, model_name)
    except LookupError:
        return {(app_label, model_name)}
    related: set[tuple[str, str]] = _reloaded_with(state, app_label, model_name, delay)
    return related


def _append_in_place(state: Any, app_label: str, model_name: str, option: str, added: Any) -> None:
    options = state.models[app_label, model_name].options
    options[option] = [*options[option], added]
    if "apps" in vars(state):  # rendered; asking for the attribute would render it
        meta = state.apps.get_model(app_label, model_name)._meta
        setattr(meta, option, [*getattr(meta, option), added])
        vars(meta).pop("total_unique_constraints", None)
