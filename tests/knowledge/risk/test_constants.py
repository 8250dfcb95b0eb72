"""Check constants, intermediate values and the cases that GB 36600 confirms to four digits."""

import pytest

from jingtu.knowledge.risk.derive import derive
from jingtu.knowledge.risk.model import run
from jingtu.knowledge.risk.options import Options
from jingtu.knowledge.risk.parameters import load

PEER = load("published-peer")
# Symbol, class 1 carcinogenic and not, class 2 carcinogenic and not.
INTAKES = [
    ("OISER", 1.278559e-6, 9.988584e-6, 3.645735e-7, 1.108303e-6),
    ("DCSER0", 4.089089e-6, 2.844756e-5, 2.204116e-6, 6.700513e-6),
    ("PISER", 6.510714e-9, 2.423714e-8, 3.420577e-9, 1.039855e-8),
    ("IHO", 2.515489e-2, 9.364298e-2, 1.321579e-2, 4.017600e-2),
    ("IHI", 7.546466e-2, 2.809289e-1, 3.964737e-2, 1.205280e-1),
    ("CGWER", 7.659871e-3, 3.496005e-2, 3.645735e-3, 1.108303e-2),
]
BENZENE = {
    "Deffs": 5.9291e-4,
    "Deffcap": 1.5628e-5,
    "Deffcrack": 5.3555e-3,
    "Deffgws": 3.6697e-4,
    "Ksw": 1.50851,
    "VFsuroa": 7.9274e-6,
    "VFsuroa_diffusion": 4.2439e-5,
    "VFsuboa": 1.5855e-5,
    "VFsuboa_diffusion": 1.7844e-4,
    "VFsubia": 3.7436e-4,
    "VFsubia_mass": 5.1889e-3,
    "VFgwoa": 2.7768e-5,
    "VFgwia": 5.3492e-4,
}


def digits(value: float, like: float, count: int) -> bool:
    return f"{value:.{count - 1}e}" == f"{like:.{count - 1}e}"


@pytest.mark.parametrize(("symbol", "ca1", "nc1", "ca2", "nc2"), INTAKES)
def test_intakes_of_default_receptors(symbol, ca1, nc1, ca2, nc2):
    found = [
        float(run(PEER.values(land_class, ["71-43-2"]), land_class, Options()).quantities[symbol + effect])
        for land_class in (1, 2)
        for effect in ("ca", "nc")
    ]
    assert [f"{each:.6e}" for each in found] == [f"{each:.6e}" for each in (ca1, nc1, ca2, nc2)]


def test_skin_areas():
    first = run(PEER.values(1, []), 1, Options()).quantities
    second = run(PEER.values(2, []), 2, Options()).quantities
    assert [round(float(each), 1) for each in (first["SAEc"], first["SAEa"], second["SAEa"])] == [
        2848.0,
        5374.0,
        3022.9,
    ]


@pytest.mark.parametrize(("symbol", "expected"), BENZENE.items())
def test_intermediate_values_of_benzene(symbol, expected):
    q = run(PEER.values(1, ["71-43-2"]), 1, Options(exponent="3.33")).quantities
    assert digits(float(q[symbol].flat[0]), expected, 6 if symbol == "Ksw" else 5)


def test_control_values_of_benzene():
    first, second = (derive(PEER, each, ["benzene"], Options(exponent="3.33")) for each in (1, 2))
    assert digits(float(first.control.rcvs[0]), 0.97124, 5)
    assert digits(float(first.control.hcvs[0]), 18.583, 5)
    assert digits(float(second.model.quantities["VFsubia"][0]), 1.6472e-4, 5)
    assert digits(float(second.control.rcvs[0]), 4.0030, 5)
    assert digits(float(second.control.hcvs[0]), 101.17, 5)


@pytest.mark.parametrize(
    ("substance", "land_class", "printed"),
    [
        ("di_n_octyl_phthalate", 2, "2812"),
        ("endosulfan_alpha_beta", 2, "1687"),
        ("chrysene", 2, "1293"),
        ("chlorophenol_2", 2, "2256"),
        ("di_n_octyl_phthalate", 1, "390"),
        ("endosulfan_alpha_beta", 1, "234"),
        ("dichlorophenol_2_4", 2, "843"),
        ("dinitrophenol_2_4", 2, "562"),
        ("dimethoate", 2, "619"),
        ("dichloroethylene_cis_1_2", 2, "596"),
    ],
)
def test_ten_cases_to_every_printed_digit(substance, land_class, printed):
    result = derive(load("gb36600-consistent"), land_class, [substance])
    assert (
        f"{float(result.control.value[0]):.{len(printed) - 1}e}" == f"{float(printed):.{len(printed) - 1}e}"
    )


@pytest.mark.parametrize(
    ("porosity", "expected"), [("total", (0.971, 4.003, 94.1, 613.5, 220.5)), ("own", (0.762, 3.17))]
)
def test_only_the_total_porosity_leads_to_the_printed_vapour_values(porosity, expected):
    options = Options(exponent="3.33", crack_porosity=porosity, ceiling="none")
    cases = [(1, "benzene"), (2, "benzene"), (1, "dichloromethane"), (2, "dichloromethane"), (1, "xylene_o")]
    found = [
        float(derive(load("gb36600-consistent"), land_class, [name], options).control.value[0])
        for land_class, name in cases[: len(expected)]
    ]
    assert found == pytest.approx(list(expected), rel=2e-3)
