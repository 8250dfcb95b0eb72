"""The screening and intervention values of GB 36600, found again from the parameter sets."""

import csv
import importlib.util
from datetime import date
from pathlib import Path

import pytest

from jingtu.knowledge.risk.derive import derive
from jingtu.knowledge.risk.options import SOIL_PATHWAYS, Options
from jingtu.knowledge.risk.parameters import load
from jingtu.knowledge.risk.reproduction import counts, judge, reproduce

ROOT = Path(__file__).resolve().parents[3]
DAY = date(2018, 8, 1)
VALIDATION = ROOT.parent / "shared" / "data" / "hj253" / "validation.csv"


def table_script():
    spec = importlib.util.spec_from_file_location("risk_table", ROOT / "scripts" / "risk_table.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("name", "exponent", "rounding", "near", "ceiling"),
    [
        ("gb36600-consistent", "10/3", 103, 7, 9),
        ("gb36600-consistent", "3.33", 102, 7, 9),
        ("published-peer", "10/3", 85, 5, 9),
        ("published-peer", "3.33", 84, 5, 9),
    ],
)
def test_screening_values_found_again(name, exponent, rounding, near, ceiling):
    rows = reproduce(load(name), DAY, options=Options(exponent=exponent))
    print(table_script().table() if name == "gb36600-consistent" else table_script().summary())
    found = counts(rows)
    assert len(rows) == 170
    assert (found["rounding"], found["1.5 %"], found["ceiling"]) == (rounding, near, ceiling)
    assert found["no model"] == 4


def test_intervention_values_found_again():
    found = counts(reproduce(load("gb36600-consistent"), DAY, "intervention"))
    assert (found["rounding"], found["1.5 %"], found["ceiling"]) == (93, 5, 11)


def test_every_value_not_found_says_why():
    rows = reproduce(load("gb36600-consistent"), DAY)
    assert all(row.why for row in rows if row.verdict in ("not reproduced", "no model"))
    assert {row.substance for row in rows if row.verdict == "no model"} == {
        "lead",
        "petroleum_hydrocarbons_c10_c40",
    }


def test_ceiling_is_that_of_six_liquids():
    rows = reproduce(load("gb36600-consistent"), DAY)
    assert {(row.substance, row.land_class) for row in rows if row.driver == "ceiling"} == {
        ("trichloroethane_1_1_1", 2),
        ("dichlorobenzene_1_2", 1),
        ("dichlorobenzene_1_2", 2),
        ("styrene", 1),
        ("styrene", 2),
        ("toluene", 1),
        ("toluene", 2),
        ("xylene_m_p", 2),
        ("xylene_o", 2),
    }


@pytest.mark.parametrize(
    ("printed", "computed", "verdict"),
    [
        ("2000", 2002.0, "rounding"),
        ("600", 607.1, "1.5 %"),
        ("5.6", 5.374, "10 %"),
        ("1", 0.9481, "10 %"),
        ("1×10⁻⁵", 5.444e-6, "not reproduced"),
        ("570", 600.0, "10 %"),
        ("400", None, "no model"),
    ],
)
def test_how_near_is_near(printed, computed, verdict):
    assert judge(printed, computed, "hcvs") == verdict


def test_the_page_shows_what_the_engine_computes():
    script = table_script()
    page = script.PAGE.read_text(encoding="utf-8")
    assert script.render(page) == page, "run python scripts/risk_table.py"
    assert "| 2-21 |" in page


@pytest.mark.skipif(
    not VALIDATION.exists(), reason="the recomputation of another hand is not beside the checkout"
)
@pytest.mark.parametrize(
    ("kind", "column", "options"),
    [
        ("GB36600_screening_value", "model_value_exp_10_3", Options()),
        ("GB36600_screening_value", "model_value_exp_3_33", Options(exponent="3.33")),
        ("GB36600_intervention_value", "model_value_exp_10_3", Options(target="intervention")),
    ],
)
def test_every_model_value_is_that_of_an_independent_recomputation(kind, column, options):
    options = Options.from_json({**options.to_json(), "pathways": SOIL_PATHWAYS, "ceiling": "none"})
    results = {each: derive(load("gb36600-consistent"), each, options=options) for each in (1, 2)}
    compared = 0
    for row in csv.DictReader(VALIDATION.open(encoding="utf-8")):
        if row["type"] != kind or not row[column] or row["contaminant_en"] == "Lead":
            continue
        result = results[2 if row["land_class"] == "II" else 1]
        item = "-".join(row["case_id"].split("-")[1:3])
        index = next(i for i, each in enumerate(result.substances) if each.gb36600 == item)
        # The file prints four digits.
        assert float(result.control.lowest[index]) == pytest.approx(float(row[column]), rel=5.1e-4), row[
            "case_id"
        ]
        compared += 1
    assert compared == 166
