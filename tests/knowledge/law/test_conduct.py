"""从旧兼从轻: the rule of the day of the conduct, unless that of the decision is lighter."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingtu.errors import InputError
from jingtu.knowledge.law import provisions
from jingtu.knowledge.law.conduct import COMPARISONS, _comparisons, judged_by

BEFORE, AFTER = date(2026, 3, 1), date(2026, 9, 30)
CODE = date(2026, 8, 15)


def outcome(
    topic: str, conduct: date, decided: date, until: date | None = None
) -> set[tuple[str, str | None]]:
    found = judged_by(topic, conduct, decided, until)
    return {(item.comparison, item.applies.id if item.applies else None) for item in found.weighings}


@pytest.mark.parametrize(
    ("topic", "wanted"),
    [
        ("toxic_report", {("lighter", "eec-1166-1-p")}),
        ("inspection_refusal", {("heavier", "spl-93-p"), ("beside", None)}),
        ("practitioner", {("heavier", "spl-90-p")}),
        ("topsoil", {("equal", "spl-91-1-p")}),
        ("tank_info", {("new", None)}),
        ("remediation_plan", {("heavier", "spl-95-1-2-p")}),
    ],
)
def test_conduct_before_the_code_decided_after_it(topic: str, wanted: set[tuple[str, str | None]]) -> None:
    assert wanted <= outcome(topic, BEFORE, AFTER)


def test_what_is_lighter_here_and_heavier_there_waits_for_a_person() -> None:
    faked = judged_by("data_fraud", date(2025, 6, 1), AFTER)
    mixed = next(item for item in faked.weighings if item.comparison == "mixed")
    assert mixed.applies is None
    assert mixed.needs_person
    assert mixed.before
    assert mixed.after
    assert mixed.before.id == "spl-86-1-2-p"
    assert mixed.after.id == "eec-1088-p"


def test_what_had_no_fine_before_is_not_fined() -> None:
    found = judged_by("tank_info", BEFORE, AFTER).weighings
    new = next(item for item in found if item.after and item.after.id == "eec-1166-2-p")
    assert new.applies is None
    assert not new.needs_person
    assert "2026-08-15 之前的行为不能据此处罚" in new.reason


def test_whether_the_old_law_fined_it_at_all_is_not_guessed() -> None:
    found = judged_by("survey", BEFORE, AFTER).weighings
    doubtful = next(item for item in found if item.after and item.after.id == "eec-1166-3-p")
    assert (doubtful.comparison, doubtful.applies, doubtful.needs_person) == ("unclear", None, True)


@pytest.mark.parametrize(
    ("until", "comparison", "needs_person"),
    [(date(2026, 8, 14), "lighter", False), (date(2026, 8, 15), "lasting", True)],
)
def test_conduct_that_goes_on_is_judged_by_its_end(until: date, comparison: str, needs_person: bool) -> None:
    (found,) = judged_by("toxic_report", BEFORE, AFTER, until).weighings
    assert (found.comparison, found.needs_person) == (comparison, needs_person)
    assert found.applies
    assert found.applies.id == "eec-1166-1-p"


def test_on_one_side_of_the_code_there_is_nothing_to_weigh() -> None:
    assert outcome("toxic_report", BEFORE, date(2026, 8, 14)) == {("same", "spl-86-1-3a-p")}
    assert outcome("toxic_report", CODE, AFTER) == {("same", "eec-1166-1-p")}


@pytest.mark.parametrize(("decided", "basis"), [(date(2026, 8, 14), "apl-37"), (CODE, "eec-1057")])
def test_the_rule_on_which_law_applies_is_dated_too(decided: date, basis: str) -> None:
    assert [item.id for item in judged_by("toxic_report", BEFORE, decided).basis] == [basis]


def test_what_stands_beside_a_law_is_left_to_a_person() -> None:
    (beside,) = [item for item in judged_by("inspection_refusal", CODE, AFTER).weighings if item.needs_person]
    assert beside.before == beside.after == provisions.provision("pmr-39-p")
    related = [item.id for item in judged_by("inspection_refusal", CODE, AFTER).related]
    assert related == ["eec-1055", "eec-1054"]


def test_days_out_of_order_are_refused_together() -> None:
    with pytest.raises(InputError) as caught:
        judged_by("toxic_report", AFTER, BEFORE, date(2026, 1, 1))
    assert [error.column for error in caught.value.errors] == ["行为终了日期"]
    with pytest.raises(InputError) as caught:
        judged_by("toxic_report", AFTER, BEFORE)
    assert [error.column for error in caught.value.errors] == ["决定日期"]


def test_the_table_of_comparisons_speaks_of_penalties_that_follow_each_other() -> None:
    for (before, after), (comparison, reason) in _comparisons().items():
        assert comparison in COMPARISONS
        assert reason
        assert provisions.provision(after).kind == "penalty"
        if before == after:
            assert comparison == "beside"
        elif before:
            assert after in provisions.provision(before).successors
        else:
            assert comparison in {"new", "unclear"}


def test_every_fine_with_an_heir_is_compared() -> None:
    pairs = {
        (item.id, heir)
        for item in provisions.provisions().values()
        if item.fine and (item.fine.least or item.fine.most)
        for heir in item.successors
    }
    assert pairs <= set(_comparisons())


@given(
    st.sampled_from(sorted(provisions.topics())),
    st.dates(date(2015, 1, 1), date(2030, 1, 1)),
    st.dates(date(2015, 1, 1), date(2030, 1, 1)),
)
def test_whatever_applies_held_on_one_of_the_two_days(topic: str, one: date, other: date) -> None:
    conduct, decided = min(one, other), max(one, other)
    for item in judged_by(topic, conduct, decided).weighings:
        assert item.applies in {item.before, item.after, None}
        if item.applies:
            assert item.applies.in_force(conduct) or item.applies.in_force(decided)
        else:
            assert item.needs_person or item.comparison == "new"
