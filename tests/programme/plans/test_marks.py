"""Marked text: nothing is lost, nothing twice, and the inner mark wins."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jingtu.programme.plans.marks import ORDER, Mark, marks_of, segments

TEXT = "县农业农村局牵头，于6月底前完成20个点位采样并形成清单。"


@st.composite
def some_marks(draw: st.DrawFn) -> list[Mark]:
    spans = draw(st.lists(st.tuples(st.integers(-3, 40), st.integers(-3, 40)), max_size=12))
    return [
        Mark(start, end, draw(st.sampled_from(ORDER)), draw(st.sampled_from("abc"))) for start, end in spans
    ]


@given(some_marks())
def test_the_segments_are_the_text(marks: list[Mark]) -> None:
    found = segments(TEXT, marks)
    assert "".join(part.text for part in found) == TEXT
    place = 0
    for part in found:
        assert part.start == place
        place += len(part.text)
        covering = [m for m in marks if m.start <= part.start and part.start + len(part.text) <= m.end]
        assert set(part.items) == {mark.item for mark in covering}
        assert bool(part.kind) == bool(covering)


def test_a_unit_within_a_task_is_a_unit() -> None:
    content = {
        "spans": [[0, len(TEXT)]],
        "lead_units": [{"spans": [[0, 6]]}],
        "deadlines": [{"spans": [[10, 14]]}],
        "quantities": [{"spans": [[16, 21]]}],
        "deliverables": [{"spans": [[26, 28]]}],
    }
    found = segments(TEXT, marks_of("task", content, "t"))
    assert [(part.text, part.kind) for part in found] == [
        ("县农业农村局", "unit"),
        ("牵头，于", "task"),
        ("6月底前", "deadline"),
        ("完成", "task"),
        ("20个点位", "quantity"),
        ("采样并形成", "task"),
        ("清单", "deliverable"),
        ("。", "task"),
    ]


def test_a_word_of_two_items_names_both() -> None:
    found = segments("ab", [Mark(0, 2, "task", "x"), Mark(1, 2, "target", "y")])
    assert [(part.text, part.kind, part.keys) for part in found] == [
        ("a", "task", "x"),
        ("b", "target", "x y"),
    ]
