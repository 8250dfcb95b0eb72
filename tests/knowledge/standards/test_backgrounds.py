"""Background values: one named set at a time, refused and empty ones never used."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from jingtu.errors import NotConfiguredError, NotFoundError
from jingtu.knowledge.standards.backgrounds import (
    background_sets,
    background_values,
    reference,
    sets_with,
)

_PUBLISHED = Path(__file__).parents[4] / "shared" / "data" / "standards" / "guangxi.csv"


def test_every_value_has_a_source_and_every_gap_is_empty():
    for row in background_values():
        assert (row.value is None) == (row.status == "not_covered"), row
        assert row.source, row
        assert row.confidence in {"high", "medium", "low", "not_covered"}
        assert not re.search(r"/work|/tmp|github|index id", row.source + row.source_url + row.second_reading)


def test_the_two_sets_of_guangxi_disagree_and_are_never_mixed():
    first, second = reference("guangxi_1992_set1", ["cadmium"]), reference("guangxi_set2", ["cadmium"])
    assert (first.values[0], second.values[0]) == (0.267, 0.073)
    assert first.name != second.name
    assert {row.set for row in sets_with("zinc")} >= {"guangxi_1992_set1", "guangxi_set2"}


@pytest.mark.parametrize("key", ["southwest_guangxi_farmland", "xijiang_quoted_2018"])
def test_contents_that_were_taken_for_background_are_refused(key):
    with pytest.raises(NotConfiguredError, match="不能作为背景值") as caught:
        reference(key, ["cadmium"])
    assert caught.value.facts["status"] == "do_not_use"
    assert key not in {row.set for row in sets_with("cadmium")}


def test_all_missing_values_are_named_at_once():
    with pytest.raises(NotConfiguredError) as caught:
        reference("china_a_arithmetic", ["arsenic", "cadmium", "lead"])
    assert caught.value.facts["analytes"] == ["cadmium", "lead"]
    assert "镉、铅" in caught.value.message
    with pytest.raises(NotConfiguredError):
        reference("gb36600_appendix_a", ["arsenic"])
    with pytest.raises(NotFoundError):
        reference("guangxi", ["cadmium"])


def test_confidence_of_a_set_is_that_of_its_weakest_value():
    assert reference("guangxi_1992_set1", ["cadmium"]).confidence == "medium"
    assert reference("guangxi_1992_set1", ["cadmium", "zinc"]).confidence == "low"


def test_a_set_is_one_dataset_with_one_statistic():
    for rows in background_sets().values():
        assert len({(row.dataset, row.statistic, row.region, row.unit) for row in rows}) == 1
        assert len({row.id for row in rows}) == len(rows)


@pytest.mark.skipif(not _PUBLISHED.exists(), reason="the transcriptions lie outside the repository")
def test_values_are_those_of_the_transcription():
    symbols = {"As": "arsenic", "Cr": "chromium_total", "Cu": "copper", "Hg": "mercury", "Zn": "zinc"}
    symbols |= {"Cd": "cadmium", "Ni": "nickel", "Pb": "lead", "Mn": "manganese"}
    ours = {(row.dataset, row.statistic, row.id): row.value for row in background_values()}
    compared = 0
    for row in csv.DictReader(_PUBLISHED.read_text(encoding="utf-8").splitlines()):
        key = (row["dataset"], row["statistic"], symbols.get(row["element"], ""))
        if key in ours and row["value"]:
            assert ours[key] == float(row["value"]), row
            compared += 1
    assert compared >= 50
