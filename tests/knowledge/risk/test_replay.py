"""A saved assessment comes out the same, bit by bit, and tells where it does not."""

from __future__ import annotations

import contextlib
import copy
import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jingtu.errors import InputError, JingtuError
from jingtu.knowledge.risk.concentrations import Rules
from jingtu.knowledge.risk.distributions import Distribution
from jingtu.knowledge.risk.options import Options
from jingtu.knowledge.risk.parameters import load
from jingtu.knowledge.risk.replay import replay
from jingtu.knowledge.risk.runs import Request, compute

TABLE = {
    "sample": ["S1", "S1", "S1", "S2", "S2", "S2", "W1", "S2", "S3"],
    "analyte": ["苯", "铜", "镉", "砷", "苯", "某种物质", "苯", "铅", "铜"],
    "raw": ["1,500", "2100", "<0.05", "23.1", "ND", "3", "0.12", "120", ">9000"],
    "unit": ["μg/kg", "mg/kg", "mg/kg", "mg/kg", "mg/kg", "mg/kg", "mg/L", "mg/kg", "mg/kg"],
    "depth_top": [0.0, 0.0, 0.0, 1.5, 1.5, 1.5, None, 1.5, None],
    "detection_limit": [None, None, None, None, 0.002, None, None, None, None],
}
EATEN = Distribution("OSIRa", "lognormal", {"gm": 80.0, "gsd": 1.8, "high": 400.0}, source="示例")
SORBED = Distribution("Koc", "empirical", {}, values=(120.0, 146.0, 165.0), source="示例", substance="苯")


def saved(**more) -> dict:
    request = Request(TABLE, load("gb36600-consistent"), 1, file="数据.csv", file_sha256="0" * 64, **more)
    return json.loads(json.dumps(compute(request).record(), ensure_ascii=False, allow_nan=False))


SIMULATED = saved(distributions=[EATEN, SORBED], draws=500, seed=7)


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"options": Options(exponent="3.33", crack_porosity="own", pathways=("ois", "iiv1"))},
        {
            "rules": Rules(non_detects="half", unknown_depth="subsurface"),
            "replace": {"fom": 22.2, "Pws": 0.1},
        },
        {"distributions": [EATEN, SORBED], "draws": 300, "seed": 12345678901234567890},
    ],
)
def test_what_was_saved_comes_out_the_same(more) -> None:
    document = saved(**more)
    found = replay(document)
    assert found.same
    assert found.differences == ()
    assert found.software == {}
    assert replay(json.loads(json.dumps(found.run.record()))).same, "a replay can be saved in its turn"


def test_the_document_stands_on_its_own() -> None:
    own = SIMULATED["request"]["parameter_set"]
    assert own["sha256"] == load("gb36600-consistent").sha256
    keys = {row["key"] for row in own["rows"] if row["record"] == "substance"}
    assert keys == {"benzene", "copper", "cadmium", "arsenic", "lead"}
    assert {row["source"] for row in own["rows"] if row["record"] == "receptor"} - {""}
    assert SIMULATED["software"].keys() == {"jingtu", "numpy", "python", "machine"}
    assert "Deffs" in SIMULATED["intermediates"]


def test_the_smallest_change_of_a_number_is_found_and_named() -> None:
    document = copy.deepcopy(SIMULATED)
    row = next(
        item for item in document["results"]["results"] if item["sample"] == "S1" and item["name"] == "铜"
    )
    was = row["percentiles"]["hi"]["p95"]
    row["percentiles"]["hi"]["p95"] = was * (1 + 2**-52)
    found = replay(document)
    assert not found.same
    assert not found.intact
    assert [item.place for item in found.differences] == ["results.results[S1、铜].percentiles.hi.p95"]
    assert found.differences[0].now == was


def test_a_changed_input_changes_the_results() -> None:
    document = copy.deepcopy(SIMULATED)
    document["request"]["columns"]["raw"][1] = "2101"
    places = {item.place for item in replay(document).differences}
    assert "results.results[S1、铜].hi" in places
    assert not any("苯" in place for place in places)


@pytest.mark.parametrize(
    "document",
    [[], {}, {"kind": "other"}, {"kind": SIMULATED["kind"], "version": 99}, {**SIMULATED, "request": {}}],
)
def test_what_is_no_record_is_refused(document) -> None:
    with pytest.raises(InputError):
        replay(document)


def leaves(document, path=()):
    items = document.items() if isinstance(document, dict) else enumerate(document)
    for key, value in items:
        if isinstance(value, (dict, list)) and value:
            yield from leaves(value, (*path, key))
        yield (*path, key)


PLACES = sorted(set(leaves({"request": SIMULATED["request"], "software": SIMULATED["software"]})), key=str)
ODD = st.sampled_from([None, "", "x", -1, 0, 3, 1e308, [], {}, True, [None], "1e999"])


@settings(max_examples=120, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PLACES), ODD), min_size=1, max_size=3))
@example([(("software", "jingtu"), None)])
def test_a_spoiled_record_never_traces(spoils) -> None:
    document = copy.deepcopy(SIMULATED)
    for path, value in spoils:
        part = document
        with contextlib.suppress(KeyError, IndexError, TypeError):
            for key in path[:-1]:
                part = part[key]
            part[path[-1]] = value
    with contextlib.suppress(JingtuError):
        assert not replay(document).intact or document == SIMULATED
