"""Monte Carlo: the same seed gives the same bits, and percentiles are those of the distribution."""

from __future__ import annotations

import contextlib
import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingtu.errors import InputError
from jingtu.knowledge.risk.assess import assess
from jingtu.knowledge.risk.distribution_files import load
from jingtu.knowledge.risk.distributions import Distribution, check, normal_quantile
from jingtu.knowledge.risk.montecarlo import LEVELS, simulate
from jingtu.knowledge.risk.parameters import load as parameters

SET = parameters("gb36600-consistent")
WEIGHT = Distribution("BWa", "normal", {"mean": 61.8, "sd": 9.0, "low": 35.0, "high": 110.0}, source="示例")
EATEN = Distribution("OSIRa", "lognormal", {"gm": 80.0, "gsd": 1.8}, source="示例")
CARBON = Distribution("fom", "triangular", {"low": 5.0, "mode": 12.0, "high": 40.0}, source="示例")
SORBED = Distribution("Koc", "uniform", {"low": 100.0, "high": 200.0}, source="示例", substance="71-43-2")
ALL = [WEIGHT, EATEN, CARBON, SORBED]


def assessed(land_class=1):
    return assess(
        SET,
        land_class,
        ["benzene", "copper", "arsenic"],
        surface=[[1.0, 500.0, 20.0], [2.0, np.nan, 30.0], [4.0, 2000.0, np.nan]],
        subsurface=[[1.0, np.nan, np.nan], [np.nan, np.nan, 5.0], [4.0, np.nan, np.nan]],
        groundwater=[[np.nan, 0.1, np.nan], [0.2, np.nan, np.nan], [np.nan, np.nan, np.nan]],
    )


def bits(found):
    spreads = (found.cr_total, found.hi, found.cr_sample, found.hi_sample)
    return [array.tobytes() for item in spreads for array in (item.percentiles, item.mean, item.above)]


@pytest.mark.parametrize(("block", "room"), [(1, 10_000_000), (7, 4_000), (64, 2_001), (5_000, 40_000)])
def test_how_the_work_is_cut_changes_no_bit(block, room) -> None:
    whole = simulate(assessed(), ALL, 1_003, 5)
    assert bits(simulate(assessed(), ALL, 1_003, 5, block=block, room=room)) == bits(whole)


def test_the_seed_decides_and_another_parameter_shifts_nothing() -> None:
    first = WEIGHT.draw(500, 9)
    assert first.tobytes() == WEIGHT.draw(500, 9).tobytes()
    assert first[:200].tobytes() == WEIGHT.draw(200, 9).tobytes(), "more draws go on where fewer ended"
    assert not np.array_equal(first, WEIGHT.draw(500, 10))
    # A distribution of a substance that does not matter to copper leaves copper as it is.
    with_other = simulate(assessed(), [EATEN, SORBED], 800, 3).hi
    alone = simulate(assessed(), [EATEN], 800, 3).hi
    assert with_other.percentiles[:, :, 1].tobytes() == alone.percentiles[:, :, 1].tobytes()
    order = simulate(assessed(), ALL[::-1], 800, 3)
    assert bits(order) == bits(simulate(assessed(), ALL, 800, 3))


def test_points_give_back_the_assessment() -> None:
    base = assessed()
    fixed = [Distribution("BWa", "point", {"mean": 61.8}, source="示例")]
    found = simulate(base, fixed, 50, 1)
    for spread, value in ((found.cr_total, base.cr_total), (found.hi, base.hi)):
        for percentile in spread.percentiles:
            np.testing.assert_allclose(percentile, value, rtol=1e-12)
        np.testing.assert_allclose(spread.mean, value, rtol=1e-12)
    np.testing.assert_allclose(found.cr_sample.percentiles[2], base.cr_sample, rtol=1e-12)
    np.testing.assert_allclose(found.hi_sample.mean, base.hi_sample, rtol=1e-12)
    assert np.isnan(found.cr_total.percentiles[:, :, 1]).all(), "copper has no slope factor"


def test_a_lognormal_concentration_gives_a_lognormal_risk() -> None:
    base = assess(SET, 2, ["benzene"], surface=[[10.0]], subsurface=[[np.nan]])
    unit = float(base.cr_total[0, 0]) / 10
    spread = simulate(
        base,
        [Distribution("Csur", "lognormal", {"gm": 6.0, "gsd": 2.5}, source="示例", substance="苯")],
        200_000,
        11,
    ).cr_total
    for level, found in zip(LEVELS, spread.percentiles[:, 0, 0], strict=True):
        exact = unit * 6 * 2.5 ** NormalDist().inv_cdf(level / 100)
        assert found == pytest.approx(exact, rel=0.02), level
    assert spread.mean[0, 0] == pytest.approx(unit * 6 * math.exp(math.log(2.5) ** 2 / 2), rel=0.02)
    limit = float(base.model.quantities["ACR"])
    above = 1 - NormalDist(math.log(6), math.log(2.5)).cdf(math.log(limit / unit))
    assert spread.above[0, 0] == pytest.approx(above, abs=0.005)


def test_a_factor_on_concentrations_reaches_every_layer() -> None:
    base = assessed()
    doubled = [Distribution("fC", "point", {"mean": 2.0}, source="示例")]
    found = simulate(base, doubled, 10, 1)
    np.testing.assert_allclose(found.cr_total.mean, 2 * base.cr_total, rtol=1e-12)


@pytest.mark.parametrize(
    ("item", "words"),
    [
        (Distribution("BWx", "point", {"mean": 1.0}, source="示例"), "没有这样的参数"),
        (Distribution("ACR", "point", {"mean": 1e-5}, source="示例"), "不能抽样"),
        (Distribution("Koc", "point", {"mean": 1.0}, source="示例"), "须写明污染物"),
        (Distribution("Csur", "point", {"mean": 1.0}, source="示例"), "须写明污染物"),
        (Distribution("BWa", "point", {"mean": 60.0}, source="示例", substance="苯"), "与污染物无关"),
        (Distribution("Koc", "point", {"mean": 1.0}, source="示例", substance="某物"), "没有这种物质"),
        (Distribution("BWa", "normal", {"mean": 10.0, "sd": 10.0}, source="示例"), "超出参数可取的范围"),
        (Distribution("Pws", "uniform", {"low": 0.5, "high": 1.5}, source="示例"), "超出参数可取的范围"),
    ],
)
def test_what_cannot_be_drawn_is_said(item, words) -> None:
    with pytest.raises(InputError) as caught:
        simulate(assessed(), [item, WEIGHT], 1_000, 1)
    assert words in caught.value.errors[0].message


def test_without_a_distribution_there_is_nothing_to_draw() -> None:
    with pytest.raises(InputError, match="没有给出参数的分布"):
        simulate(assessed(), [], 1_000, 1)


def test_distributions_of_other_places_are_idle() -> None:
    child = Distribution("EDa", "uniform", {"low": 10.0, "high": 25.0}, source="示例", land_class="2")
    lead = Distribution("Koc", "point", {"mean": 5.0}, source="示例", substance="甲苯")
    found = simulate(assessed(1), [WEIGHT, child, lead], 20, 1)
    assert (found.distributions, found.idle) == ((WEIGHT,), (child, lead))


def test_normal_quantiles_are_those_of_the_library() -> None:
    shares = np.concatenate([10.0 ** -np.arange(1, 300, 7), np.linspace(0.001, 0.999, 999), [1 - 1e-12]])
    expected = [NormalDist().inv_cdf(share) for share in shares]
    np.testing.assert_allclose(normal_quantile(shares), expected, rtol=1e-13, atol=1e-15)


finite = st.floats(-1e6, 1e6)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(["normal", "lognormal", "uniform", "triangular", "discrete", "empirical"]),
    st.dictionaries(st.sampled_from(["mean", "sd", "gm", "gsd", "low", "mode", "high"]), finite),
    st.lists(finite, max_size=5),
    st.lists(finite, max_size=5),
)
def test_what_passes_the_check_draws_within_its_limits(kind, arguments, values, weights) -> None:
    item = Distribution("x", kind, arguments, tuple(sorted(values)), tuple(weights), "示例")
    if check(item):
        return
    drawn = item.draw(200, 1)
    assert np.isfinite(drawn).all()
    assert (drawn >= arguments.get("low", -math.inf)).all()
    assert (drawn <= arguments.get("high", math.inf)).all()
    if values and kind in {"discrete", "empirical"}:
        assert min(values) <= drawn.min() <= drawn.max() <= max(values)


def test_truncation_keeps_the_shape_inside() -> None:
    cut = Distribution("x", "normal", {"mean": 0.0, "sd": 1.0, "low": 4.0}, source="示例")
    drawn = cut.draw(100_000, 2)
    # Of the upper tail beyond 4, half lies beyond this.
    middle = NormalDist().inv_cdf(1 - (1 - NormalDist().cdf(4.0)) / 2)
    assert np.median(drawn) == pytest.approx(middle, rel=2e-3)
    assert drawn.min() >= 4.0


GOOD = """参数,污染物,用地,分布,均值,标准差,几何均值,几何标准差,下限,众数,上限,取值,权重,来源
BWa,,,正态,61.8,9,,,35,,110,,,示例调查
OSIRa,,1,lognormal,,,80,1.8,,,,,,示例文献
# 注释
EFa,,2,离散,,,,,,,,200 250;260,1 2 1,示例
EFa,,1,定值,350,,,,,,,,,示例
Csur,苯,,经验,,,,,,,,3 1 2,,示例
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_table_is_read_in_the_encodings_of_offices(tmp_path, encoding) -> None:
    path = tmp_path / "分布.csv"
    path.write_bytes(GOOD.encode(encoding))
    found = load(path)
    assert [item.name for item in found] == ["BWa", "OSIRa", "EFa", "EFa", "Csur[苯]"]
    assert found[0].arguments == {"mean": 61.8, "sd": 9.0, "low": 35.0, "high": 110.0}
    assert (found[2].values, found[2].weights, found[2].land_class) == ((200, 250, 260), (1, 2, 1), "2")
    assert found[4].values == (1, 2, 3), "observations are sorted"
    assert [Distribution.from_json(item.to_json()) for item in found] == found


def test_a_bad_table_tells_all_its_errors_at_once(tmp_path) -> None:
    path = tmp_path / "分布.csv"
    lines = [
        "参数,分布,均值,标准差,下限,上限,来源",
        "BWa,正态,六十,9,,,甲",
        "EFa,均匀,,,300,200,甲",
        "ER,贝塔,,,,,甲",
        "fom,正态,15,2,,,",
        "Pws,正态,0.2,-1,,,甲",
        "Pws,正态,0.2,0.1,,,甲",
        "tau,均匀,,,10,30,甲",
        "tau,均匀,,,10,30,甲",
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load(path)
    found = {(item.row, item.column) for item in caught.value.errors}
    assert found == {(2, "均值"), (3, "上限"), (4, "分布"), (5, "来源"), (6, "标准差"), (9, "参数")}


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=300)
    | st.text(max_size=300).map(lambda text: (GOOD[:60] + text).encode("utf-8", "ignore"))
)
def test_no_table_ever_traces(tmp_path_factory, content) -> None:
    path = tmp_path_factory.mktemp("x") / "x.csv"
    path.write_bytes(content)
    with contextlib.suppress(InputError):
        assert all(item.source for item in load(path))
