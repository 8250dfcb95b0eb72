"""The draw as a function: worked by hand, independent of order, and equal chances for everybody."""

from __future__ import annotations

import hashlib
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from jingtu.platform.draws import drawing
from jingtu.platform.draws.drawing import Candidate

UIDS = st.lists(
    st.text(alphabet="0123456789abcdef", min_size=1, max_size=8), min_size=1, max_size=30, unique=True
)
GROUPS = ("甲县", "乙县", "丙县")


def test_golden() -> None:
    """The published recipe done again, here and once with a shell's ``sha256sum``: the smallest win.

    With ``printf 'sha256-smallest\\n1\\nobject\\n2024-06-30 0471\\nparcel-1' | sha256sum``: b40e…, b839…, 76da…,
    98f5…, c56e… for parcels 1 to 5; for the inspectors of x with seed 7: p fac1…, r 4f01…; of y: p b33e…,
    r bda7…, and q has nothing to do yet.
    """
    uids = ["parcel-1", "parcel-2", "parcel-3", "parcel-4", "parcel-5"]
    lines = {uid: f"sha256-smallest\n1\nobject\n2024-06-30 0471\n{uid}".encode() for uid in uids}
    hashes = {uid: hashlib.sha256(line).hexdigest() for uid, line in lines.items()}
    expected = sorted(uids, key=lambda uid: hashes[uid])[:2]
    drawn = drawing.draw("2024-06-30 0471", [Candidate(uid) for uid in uids], {"": 2})
    assert [item.uid for item in drawn] == expected == ["parcel-3", "parcel-4"]
    assert drawing.population_hash([Candidate("b"), Candidate("a", "甲")]) == (
        hashlib.sha256("a\t甲\nb\t".encode()).hexdigest()
    )
    assert drawing.assign("7", [Candidate("x"), Candidate("y")], ["p", "q", "r"], {"x": ["q"]}, 2) == {
        "x": ("r", "p"), "y": ("q", "p"),
    }  # fmt: skip


def test_sizes_by_hand() -> None:
    people = [Candidate(f"{group}{number}", group) for group, count in zip(GROUPS, (1, 7, 12), strict=True)
              for number in range(count)]  # fmt: skip
    # 10 % of 1, 7, 12, rounded up: 1, 1, 2.
    assert drawing.sizes(people, share=Fraction(1, 10)) == {"甲县": 1, "乙县": 1, "丙县": 2}
    # 5 of 20: 0.25, 1.75, 3.00; the one left over goes to the largest remainder.
    assert drawing.sizes(people, number=5) == {"甲县": 0, "乙县": 2, "丙县": 3}
    assert drawing.sizes(people, number=5, at_least_one=True) == {"甲县": 1, "乙县": 2, "丙县": 3}
    assert sum(drawing.sizes(people, number=500).values()) == 20


@given(UIDS, st.text(max_size=20), st.integers(1, 10), st.data())
def test_a_function_of_seed_and_population_alone(
    uids: list[str], seed: str, number: int, data: st.DataObject
) -> None:
    people = [Candidate(uid, GROUPS[len(uid) % 3]) for uid in uids]
    wanted = drawing.sizes(people, number=number)
    pool, barred = ["p1", "p2", "p3"], {uids[0]: ["p2"]}
    shuffled = data.draw(st.permutations(people))
    drawn = drawing.draw(seed, people, wanted)
    assert drawing.draw(seed, shuffled, wanted) == drawn
    assert drawing.population_hash(shuffled) == drawing.population_hash(people)
    pairs = drawing.assign(seed, drawn, pool, barred, 2)
    assert drawing.assign(seed, drawn, pool[::-1], barred, 2) == pairs
    assert len({item.uid for item in drawn}) == len(drawn) == min(number, len(people))
    for uid, pair in pairs.items():
        assert len(set(pair)) == 2
        assert not set(pair) & set(barred.get(uid, ()))
    load = [sum(person in pair for pair in pairs.values()) for person in pool]
    assert max(load) - min(load) <= 2  # an object that one may not see is made up for by the next


@given(UIDS, st.text(max_size=10), st.integers(1, 8))
def test_adding_one_changes_no_order_among_the_others(uids: list[str], seed: str, number: int) -> None:
    people = [Candidate(uid) for uid in uids]
    everybody = [item.uid for item in drawing.draw(seed, people, {"": len(people)})]
    more = [item.uid for item in drawing.draw(seed, [*people, Candidate("new")], {"": len(people) + 1})]
    assert [uid for uid in more if uid != "new"] == everybody


def test_everybody_is_equally_likely() -> None:
    """20 candidates, 5 drawn, 4,000 seeds: chi-squared with 19 degrees of freedom.

    Drawing without replacement, n draws give a statistic of ``(1 - 5/20)`` times chi-squared, times 20/19;
    the limit is the 0.999 quantile of chi-squared, 43.82. The seeds are fixed, so the test never flickers.
    """
    people = [Candidate(f"uid-{number}") for number in range(20)]
    rounds, each = 4_000, 5
    hits = dict.fromkeys((item.uid for item in people), 0)
    for seed in range(rounds):
        for item in drawing.draw(f"{seed:032x}", people, {"": each}):
            hits[item.uid] += 1
    expected = rounds * each / len(people)
    statistic = sum((found - expected) ** 2 / expected for found in hits.values())
    scaled = statistic / (1 - each / len(people)) * (len(people) - 1) / len(people)
    assert scaled < 43.82
