"""Risk of measured concentrations: what is known, what is not, what it says."""

import numpy as np
import pytest

from jingtu.errors import InputError, NotFoundError
from jingtu.knowledge.risk.assess import assess
from jingtu.knowledge.risk.derive import derive
from jingtu.knowledge.risk.options import PATHWAYS, Options
from jingtu.knowledge.risk.parameters import load
from jingtu.knowledge.risk.sensitivity import sensitivity

PEER = load("published-peer")
SET = load("gb36600-consistent")


def codes(result, index: int) -> list[str]:
    return [note.code for note in result.notes[index]]


def test_contributions_add_up_to_a_hundred_per_cent():
    result = assess(
        PEER, 1, ["benzene", "arsenic"], surface=[10, 20], subsurface=[5, 3], groundwater=[0.5, 0.2]
    )
    for shares in (result.contribution_cr, result.contribution_hq):
        np.testing.assert_allclose(np.nansum(list(shares.values()), axis=0), 100.0)


def test_lead_and_oil_have_no_value_and_say_why():
    names = ["lead", "petroleum_hydrocarbons_c10_c40", "benzene"]
    risk = assess(SET, 1, names, surface=[5000.0, 5000.0, 1.0])
    assert np.isnan(risk.cr_total[0, :2]).all()
    assert np.isnan(risk.hi[0, :2]).all()
    assert risk.result(0, 0)["acceptable"] is None
    limits = derive(SET, 1, names).to_json()["results"]
    assert [each["control_value"] for each in limits[:2]] == [None, None]
    assert [each["note_codes"] for each in limits[:2]] == [["no_model"], ["no_model"]]
    assert "血铅" in limits[0]["notes"][0]
    assert risk.judged[0, 2]


def test_what_is_not_measured_is_not_known_and_not_zero():
    result = assess(SET, 2, ["benzene"], surface=[[1.0], [np.nan]], groundwater=[[np.nan], [0.1]])
    assert np.isnan(result.cr["iiv1"]).all()
    assert np.isnan(result.cr["cgw"][0, 0])
    assert result.cr["cgw"][1, 0] > 0
    assert np.isnan(result.cr_soil[1, 0])
    assert np.isnan(result.cr_groundwater[0, 0])
    assert result.cr_total[0, 0] == result.cr_soil[0, 0]


def test_a_metal_has_no_vapour_and_a_substance_without_slope_no_risk():
    result = assess(SET, 1, ["arsenic", "copper"], surface=[1, 1], subsurface=[1, 1], groundwater=[1, 1])
    assert np.isnan([result.cr[each][0, 0] for each in ("iov1", "iov2", "iiv1", "iov3", "iiv2")]).all()
    assert np.isnan(result.cr_total[0, 1])
    assert result.hi[0, 1] > 0


def test_samples_are_judged_substance_by_substance():
    limit = float(derive(SET, 1, ["benzene"]).control.value[0])
    result = assess(
        SET,
        1,
        ["benzene", "copper"],
        surface=[[limit * 0.99, 1.0], [limit * 1.01, 1.0]],
        subsurface=[[limit * 0.99, 1.0], [limit * 1.01, 1.0]],
    )
    assert result.acceptable.tolist() == [[True, True], [False, True]]
    np.testing.assert_allclose(result.cr_sample, result.cr_total[:, 0])
    np.testing.assert_allclose(result.hi_sample, result.hi.sum(axis=1))


def test_hazard_alone_can_be_unacceptable():
    limit = float(derive(SET, 1, ["copper"]).control.value[0])
    assert not assess(SET, 1, ["copper"], surface=[limit * 1.01]).acceptable[0, 0]


@pytest.mark.parametrize(
    "wrong",
    [
        {"surface": [-1.0]},
        {"surface": [np.inf]},
        {"groundwater": [1.1e6]},
        {"surface": [1.0, 2.0]},
        {},
        {"surface": [np.nan]},
        {"surface": [1.0], "replace": {"nonsense": 1.0}},
        {"surface": [1.0], "replace": {"BWa": -1.0}},
        {"surface": [1.0], "replace": {"Pws": 0.5}},
        {"surface": [1.0], "replace": {"BWa": "heavy"}},
        {"surface": [1.0], "replace": {"SFo": [1.0, 2.0]}},
    ],
)
def test_bad_input_is_refused(wrong):
    with pytest.raises(InputError):
        assess(SET, 1, ["benzene"], **wrong)


def test_strangers_and_third_classes_are_refused():
    with pytest.raises(NotFoundError):
        assess(SET, 1, ["unobtainium"], surface=[1.0])
    with pytest.raises(InputError):
        derive(SET, 3, ["benzene"])


def test_every_bad_concentration_is_named():
    with pytest.raises(InputError) as caught:
        assess(SET, 1, ["benzene", "copper"], surface=[[1, -1], [-2, 1]], groundwater=[[0, 0], [0, -3]])
    assert [(error.column, error.value) for error in caught.value.errors] == [
        ("surface", "-1.0"),
        ("surface", "-2.0"),
        ("groundwater", "-3.0"),
    ]


def test_the_share_of_groundwater_is_never_taken_silently():
    water = {"groundwater": [0.1, 0.1]}
    usual = assess(PEER, 1, ["benzene", "arsenic"], **water)
    strict = assess(PEER, 1, ["benzene", "arsenic"], **water, options=Options(groundwater_fraction="waf"))
    assert codes(usual, 0) == ["waf_from_saf"]
    assert codes(usual, 1) == []
    assert codes(strict, 0) == ["waf_missing"]
    assert np.isnan(strict.hi[0, 0])
    assert strict.hi[0, 1] == usual.hi[0, 1]
    soil = Options(pathways=("ois", "dcs"))
    assert codes(assess(PEER, 1, ["benzene"], surface=[1.0], options=soil), 0) == []


def test_adjusted_inputs_are_named():
    assert "SFo" in derive(SET, 1, ["chromium_vi"]).notes[0][0].text
    assert codes(derive(PEER, 1, ["chromium_vi"]), 0) == []


def test_ceiling_and_unknown_partition_are_told():
    assert "ceiling" in codes(derive(SET, 1, ["toluene"]), 0)
    open_end = derive(SET, 1, ["toluene"], Options(ceiling="none"))
    assert "ceiling" not in codes(open_end, 0)
    assert open_end.control.value[0] == open_end.control.lowest[0] > 1700
    arsenic = derive(SET, 1, ["arsenic"], groundwater_target=0.8)
    assert "kd_missing" in codes(arsenic, 0)
    assert float(arsenic.control.cvspgw[0]) == pytest.approx(4.8)


def test_groundwater_decides_where_it_is_the_lowest():
    result = derive(SET, 2, ["benzene"], groundwater_target=0.01)
    assert result.driver(0) == "cvspgw"
    assert result.control.value[0] == result.control.cvspgw[0] < result.control.rcvs[0]


def test_the_document_has_the_shape_of_the_contract():
    document = derive(SET, 1, ["71-43-2"], groundwater_target=0.01).to_json()
    assert document["parameter_set"] == "gb36600-consistent@1"
    (found,) = document["results"]
    assert {"cas", "name", "rcvs", "hcvs", "cvspgw", "control_value", "driver", "pathways", "notes"} <= set(
        found
    )
    assert tuple(found["pathways"]) == PATHWAYS
    assert set(found["pathways"]["cgw"]) == {"rcvg", "hcvg"}


def test_sensitivity_of_proportions_is_a_hundred_per_cent():
    result = sensitivity(SET, 2, ["copper", "benzene"], parameters=["OSIRa", "ABSo", "Kv", "dP", "SAF"])
    assert result.hi[:2, 0] == pytest.approx([100.0, 100.0])
    assert result.hi[2, 0] == 0
    assert np.isnan(result.hi[3]).all()
    assert np.isnan(result.cr[:, 0]).all()
    assert result.hi[4, 0] == pytest.approx(-100 / 1.05)
    # Oral soil is a small part of benzene's risk.
    assert 0 < result.cr[0, 1] < 50


def test_sensitivity_of_all_parameters_finds_the_strong_ones():
    result = sensitivity(SET, 1, ["benzene"])
    ratio = dict(zip(result.parameters, result.cr[:, 0], strict=True))
    known = {name: each for name, each in ratio.items() if not np.isnan(each)}
    # Vapour through the cracks of the floor is nine tenths of benzene's risk.
    assert max(known, key=known.get) == "theta_acrack"
    assert ratio["ER"] < -80 < 80 < ratio["IUR"]
    assert [ratio[name] for name in ("RfDo", "GWCRa", "mu_air")] == [0, 0, 0]
    assert np.isnan(ratio["ABSd"])


@pytest.mark.parametrize("wrong", [{"parameters": ["nonsense"]}, {"change": 0.0}])
def test_sensitivity_of_nothing_is_refused(wrong):
    with pytest.raises(InputError):
        sensitivity(SET, 1, ["benzene"], **wrong)


def test_figures_of_a_place_give_no_value_to_what_has_no_model():
    result = derive(SET, 1, ["lead", "benzene"], replace={"SFo": 0.1, "ABSd": [0.1, 0.2], "LS": 120})
    assert np.isnan(result.control.value[0])
    assert result.control.value[1] > 0
    assert float(result.model.quantities["LS"]) == 120


def test_the_intervention_level_says_where_it_comes_from():
    assert "intervention" in codes(derive(SET, 1, ["benzene"], Options(target="intervention")), 0)
    assert "intervention" not in codes(derive(SET, 1, ["benzene"]), 0)
