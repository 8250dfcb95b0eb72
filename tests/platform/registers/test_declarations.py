"""What every declared register has to have, whoever declared it."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from jingtu.platform.people import permissions
from jingtu.platform.registers import declarations, flow
from jingtu.platform.registers.declarations import Register
from jingtu.platform.registers.entry_records import kinds_of
from jingtu.platform.registers.entry_records.declarations import RecordKind, all_kinds
from jingtu.platform.registers.values import fold

ROOT = Path(__file__).resolve().parents[3]
LISTED = [item for item in declarations.all_registers() if item.listed]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
each = pytest.mark.parametrize("register", LISTED, ids=lambda register: register.id)
each_kind = pytest.mark.parametrize("kind", all_kinds(), ids=lambda kind: kind.id)


@each
def test_every_state_is_reached_and_only_a_final_one_has_no_way_on(register: Register) -> None:
    lifecycle = register.lifecycle
    reached = set(lifecycle.initial)
    while True:
        more = {move.target for move in lifecycle.moves if reached.intersection(move.sources)} - reached
        if not more:
            break
        reached |= more
    assert reached == {state.id for state in lifecycle.states}
    stuck = {state.id for state in lifecycle.states if not state.final and not lifecycle.moves_from(state.id)}
    assert stuck == set()


@each
def test_moves_speak_of_what_there_is(register: Register) -> None:
    states = {state.id for state in register.lifecycle.states}
    moves = {move.id for move in register.lifecycle.moves}
    fields = {item.id for item in register.fields}
    assert len(moves) == len(register.lifecycle.moves)
    for move in register.lifecycle.moves:
        assert {*move.sources, move.target} <= states, move.id
        assert set(move.distinct_from) <= moves, move.id
        assert {*move.required_fields, *move.fields} <= fields, move.id
        assert permissions.get(move.permission).grants, f"nobody may {move.id}"
    assert register.reopen_move in {"", *(move.id for move in register.lifecycle.moves if move.opens)}


@each
def test_words_are_chinese_and_no_heading_means_two_things(register: Register) -> None:
    labels = [register.label, register.code_label, register.name_label, register.holder_label, register.unit]
    labels += [
        item.label for item in (*register.fields, *register.lifecycle.states, *register.lifecycle.moves)
    ]
    labels += [label for item in register.fields for _, label in item.choices]
    plain = [
        label
        for label in labels
        if not CHINESE.search(label) and not re.fullmatch(r"[\dⅠ-ⅩA-Z.\-~～]+", label)
    ]
    assert plain == []
    assert register.group in {*declarations.GROUPS, declarations.OTHER_GROUP}
    _unambiguous([(item.id, (item.label, *item.synonyms)) for item in register.fields])


@each
def test_memberships_and_filings_name_what_there_is(register: Register) -> None:
    fields = {item.id for item in register.fields}
    if register.membership is not None:
        assert set(register.membership.states) <= {state.id for state in register.lifecycle.states}
        assert {register.membership.reason_field, register.membership.year_field} - {""} <= fields
    from jingtu.platform.filings import declarations as filings

    known = {system.id for system in filings.all_systems()}
    assert set(register.filings) <= known


@each
def test_the_drawing_keeps_its_boxes_apart_and_within_the_frame(register: Register) -> None:
    lifecycle = register.lifecycle
    for state in lifecycle.states:
        drawn = flow.draw(lifecycle, state.id, None, {}, [move.id for move in lifecycle.moves_from(state.id)])
        assert sum("flow-now" in box.css for box in drawn.boxes) == 1
        assert {box.words for box in drawn.boxes} == {item.label for item in lifecycle.states}
        rows: dict[float, list[flow.Box]] = {}
        for box in drawn.boxes:
            assert box.x >= 0
            assert box.x + box.width <= drawn.width
            assert box.y + drawn.tall <= drawn.height
            rows.setdefault(box.y, []).append(box)
        for row in rows.values():
            ordered = sorted(row, key=lambda box: box.x)
            assert all(left.x + left.width < right.x for left, right in pairwise(ordered))
        assert all(later - earlier > drawn.tall for earlier, later in pairwise(sorted(rows)))
        linked = {box.words for box in drawn.boxes if box.href}
        assert linked == {lifecycle.state(move.target).label for move in lifecycle.moves_from(state.id)}


@each_kind
def test_records_can_be_told_apart_and_entered_by_somebody(kind: RecordKind) -> None:
    register = declarations.get(kind.register)
    assert kind in kinds_of(register.id)
    assert permissions.get(kind.permission).grants
    assert set(kind.states or ()) <= {state.id for state in register.lifecycle.states}
    assert all(CHINESE.search(word) for word in (kind.label, kind.on_label, kind.unit))
    _unambiguous([(item.id, (item.label, *item.synonyms)) for item in kind.fields])


def test_every_register_stands_among_the_indicators_and_registers() -> None:
    text = (ROOT / "docs" / "indicators.md").read_text(encoding="utf-8")
    assert [item.id for item in LISTED if f"`{item.id}`" not in text] == []


def _unambiguous(columns: list[tuple[str, tuple[str, ...]]]) -> None:
    seen: dict[str, str] = {}
    doubled = [
        (word, seen[fold(word)], field)
        for field, words in columns
        for word in words
        if seen.setdefault(fold(word), field) != field
    ]
    assert doubled == [], "one heading for two columns"
