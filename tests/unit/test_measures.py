"""Closed forms, limits, cross-checks and bad input of the measures."""

import numpy as np
import pytest
from statsmodels.nonparametric.smoothers_lowess import lowess as statsmodels_lowess

from regspec.measures import (
    gini,
    herfindahl,
    industry_growth,
    lowess,
    lowess_band,
    max_share,
    rank_regions,
    rca,
    shift_share,
)

CONCENTRATION = [gini, herfindahl, max_share]


def pairwise_gini(x):
    """Gini as half the relative mean absolute difference: a formula of another kind."""
    x = np.asarray(x, dtype=float)
    return np.abs(x[:, None] - x[None, :]).mean() / (2 * x.mean())


@pytest.mark.parametrize("industries", [2, 5, 12, 400])
def test_one_industry_and_equal_industries_are_the_bounds(industries):
    one, equal = np.eye(industries)[0], np.ones(industries)
    assert gini(one) == pytest.approx(1 - 1 / industries)
    assert gini(equal) == pytest.approx(0, abs=1e-12)
    assert herfindahl(one) == max_share(one) == 1
    assert herfindahl(equal) == pytest.approx(1 / industries)
    assert max_share(equal) == pytest.approx(1 / industries)
    for measure in CONCENTRATION:
        assert measure(one, normalized=True) == pytest.approx(1)
        assert measure(equal, normalized=True) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.83, 1.0])
def test_two_industries_give_the_distance_between_shares(share):
    assert gini([share, 1 - share]) == pytest.approx(abs(2 * share - 1) / 2)
    assert gini([share, 1 - share], normalized=True) == pytest.approx(abs(2 * share - 1))


def test_gini_equals_the_pairwise_formula():
    x = np.random.default_rng(1).lognormal(size=37)
    assert gini(x) == pytest.approx(pairwise_gini(x))


def test_linear_shares_have_the_known_gini():
    industries = np.arange(1, 101)
    assert gini(industries) == pytest.approx((100 - 1) / (3 * 100))


@pytest.mark.parametrize("measure", CONCENTRATION)
def test_any_axis_and_any_number_of_regions(measure):
    x = np.random.default_rng(2).random((3, 7, 4))
    got = measure(x, axis=1)
    assert got.shape == (3, 4)
    assert got[2, 1] == pytest.approx(float(measure(x[2, :, 1])))


@pytest.mark.parametrize("measure", CONCENTRATION)
@pytest.mark.parametrize("normalized", [False, True])
def test_weights_count_identical_industries(measure, normalized):
    x, w = np.array([0.0, 1.0, 5.0, 2.0]), np.array([2, 1, 3, 0])
    expected = measure(np.repeat(x, w), normalized=normalized)
    assert measure(x, weights=w, normalized=normalized) == pytest.approx(float(expected))
    stacked = measure(np.stack([x, x]), weights=w, normalized=normalized)
    assert stacked == pytest.approx([float(expected)] * 2)


@pytest.mark.parametrize("measure", CONCENTRATION)
def test_missing_values_follow_the_policy(measure):
    x = np.array([[1.0, np.nan, 3.0], [1.0, 2.0, 3.0]])
    omitted = measure(x, nan="omit")
    assert omitted[0] == pytest.approx(float(measure([1.0, 3.0])))
    assert omitted[1] == pytest.approx(float(measure(x[1])))
    propagated = measure(x, nan="propagate")
    assert np.isnan(propagated[0])
    assert propagated[1] == omitted[1]
    with pytest.raises(ValueError, match=r"1 missing entries.*omit"):
        measure(x)


def test_a_zero_is_an_industry_and_a_missing_value_is_not():
    assert gini([0.0, 1.0, 1.0]) > gini([np.nan, 1.0, 1.0], nan="omit") == 0


@pytest.mark.parametrize("measure", CONCENTRATION)
def test_a_region_without_activity_is_undefined(measure):
    assert np.isnan(measure([0.0, 0.0], nan="omit"))
    with pytest.raises(ValueError, match="1 regions that"):
        measure([0.0, 0.0])


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"amounts": [1.0, -1.0]}, "non-negative"),
        ({"amounts": [1.0, np.inf]}, "finite"),
        ({"amounts": []}, "no industries"),
        ({"amounts": [1.0, 2.0], "nan": "drop"}, "'raise', 'omit', 'propagate'"),
        ({"amounts": [1.0, 2.0], "weights": [1.0, 2.0, 3.0]}, "shape"),
        ({"amounts": [1.0, 2.0], "weights": [1.0, -2.0]}, "non-negative counts"),
        ({"amounts": [1.0], "normalized": True}, "more than one industry"),
    ],
)
def test_bad_amounts_are_refused_with_a_remedy(kwargs, message):
    with pytest.raises(ValueError, match=message):
        gini(**kwargs)


def test_rca_by_hand():
    y = np.array([[6.0, 2.0, 2.0], [1.0, 8.0, 1.0]])
    us = np.array([7.0, 10.0, 3.0]) / 20
    assert rca(y) == pytest.approx(np.array([[0.6, 0.2, 0.2], [0.1, 0.8, 0.1]]) / us)


def test_national_shares_average_rca_to_one():
    y = np.random.default_rng(3).random((20, 6))
    region_share = y.sum(1) / y.sum()
    assert region_share @ rca(y) == pytest.approx(np.ones(6))


def test_rca_leaves_missing_cells_missing_and_handles_absent_industries():
    y = np.array([[1.0, np.nan, 0.0], [1.0, 2.0, 0.0]])
    got = rca(y)
    assert np.isnan(got[0, 1])
    assert np.isnan(got[:, 2]).all()
    assert got[0, 0] == pytest.approx(1 / (2 / 4))
    assert rca(y, reference=[1.0, 1.0, 2.0])[1, 0] == pytest.approx((1 / 3) / (1 / 4))


def test_ranks_share_ties_and_keep_missing_cells():
    values = np.array([[3.0, 1.0], [1.0, np.nan], [3.0, 2.0]])
    assert rank_regions(values)[:, 0] == pytest.approx([1.5, 3.0, 1.5])
    second = rank_regions(values, largest_first=False)[:, 1]
    assert np.isnan(second[1])
    assert second[[0, 2]] == pytest.approx([1.0, 2.0])


def test_shift_share_by_hand():
    start = np.array([[1.0, 3.0], [3.0, 1.0]])
    end = np.array([[2.0, 3.0], [6.0, 1.0]])
    growth = industry_growth(start, end)
    assert growth == pytest.approx([np.log(2), 0.0])
    assert shift_share(start, growth) == pytest.approx([0.25 * np.log(2), 0.75 * np.log(2)])


def test_equal_growth_predicts_that_growth_everywhere():
    start = np.random.default_rng(4).random((9, 5))
    for leave in (False, True):
        growth = industry_growth(start, 1.7 * start, leave_one_out=leave)
        assert shift_share(start, growth) == pytest.approx(np.full(9, np.log(1.7)))


def test_leaving_a_region_out_ignores_its_own_growth():
    start = np.ones((3, 2))
    boom = start.copy()
    boom[0] *= 100
    growth = industry_growth(start, boom, leave_one_out=True)
    assert growth.shape == (3, 2)
    assert growth[0] == pytest.approx([0.0, 0.0])
    assert growth[1] == pytest.approx(np.log([101 / 2] * 2))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: rca([1.0, 2.0]), "regions by industries"),
        (lambda: rca([[-1.0, 2.0]]), "non-negative"),
        (lambda: rca(np.ones((2, 3)), reference=[1.0]), "one national amount per industry"),
        (lambda: industry_growth(np.ones((2, 3)), np.ones((2, 2))), "same regions"),
        (lambda: industry_growth([[np.nan, 1.0]], [[1.0, 1.0]]), "1 cells are missing in one"),
        (lambda: shift_share(np.ones((2, 3)), [1.0]), "one per industry"),
        (lambda: shift_share(np.ones((2, 2)), [1.0, np.nan]), "growth is missing for 1 industries"),
    ],
)
def test_bad_panels_are_refused_with_a_remedy(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.fixture(scope="module")
def wave():
    rng = np.random.default_rng(5)
    x = np.sort(rng.normal(size=150))
    return x, np.sin(2 * x) + 0.2 * rng.normal(size=150)


@pytest.mark.parametrize("span", [0.15, 0.4, 2 / 3])
def test_lowess_agrees_with_statsmodels_without_robustness_steps(wave, span):
    x, y = wave
    theirs = statsmodels_lowess(y, x, frac=span, it=0, return_sorted=False)
    # statsmodels sets weights beyond 0.999 of the bandwidth to zero.
    assert lowess(x, y, span=span) == pytest.approx(theirs, abs=1e-6)
    at = np.array([-1.0, 0.3, 1.1])
    theirs_at = statsmodels_lowess(y, x, frac=span, it=0, xvals=at)
    assert lowess(x, y, span=span, at=at) == pytest.approx(theirs_at, abs=1e-6)


def test_lowess_reproduces_a_line_exactly():
    x = np.random.default_rng(6).random(40)
    band = lowess_band(x, 2 - 3 * x, seed=0, draws=20)
    assert band.fit == pytest.approx(2 - 3 * band.at)
    assert band.slope == pytest.approx(np.full(band.at.size, -3.0))
    assert band.upper - band.lower == pytest.approx(np.zeros(band.at.size), abs=1e-9)


def test_lowess_of_tied_points_is_their_mean():
    assert lowess([1.0] * 4, [0.0, 1.0, 2.0, 5.0], at=[1.0], span=1.0) == pytest.approx([2.0])


def test_the_seed_decides_the_band(wave):
    x, y = wave
    one, same, other = (lowess_band(x, y, seed=s, draws=40) for s in (1, 1, 2))
    assert np.array_equal(one.lower, same.lower)
    assert not np.array_equal(one.lower, other.lower)
    assert np.all(one.lower < one.upper)


def test_band_is_that_of_refitting_every_resample(wave):
    x, y = wave
    at = np.array([-0.8, 0.1, 0.9])
    band = lowess_band(x, y, seed=9, draws=25, at=at, span=0.3)
    rng = np.random.default_rng(9)
    refits = []
    for _ in range(25):
        rows = rng.integers(x.size, size=x.size)
        refits.append(lowess(x[rows], y[rows], at=at, span=0.3))
    lower, upper = np.quantile(refits, [0.025, 0.975], axis=0)
    assert band.lower == pytest.approx(lower)
    assert band.upper == pytest.approx(upper)


def test_band_width_falls_with_the_square_root_of_observations():
    widths = []
    for n in (200, 3200):
        rng = np.random.default_rng(7)
        x = rng.random(n)
        band = lowess_band(x, rng.normal(size=n), seed=1, draws=200, at=[0.5])
        widths.append(float((band.upper - band.lower)[0]))
    assert widths[0] / widths[1] == pytest.approx(4, rel=0.3)


def test_clusters_of_copies_widen_the_band(wave):
    x, y = np.repeat(wave[0], 8), np.repeat(wave[1], 8)
    groups = np.repeat(np.arange(150), 8)
    naive = lowess_band(x, y, seed=1, draws=80, at=[0.0])
    grouped = lowess_band(x, y, seed=1, draws=80, at=[0.0], clusters=groups)
    assert grouped.clusters == 150
    assert (grouped.upper - grouped.lower)[0] > 1.8 * (naive.upper - naive.lower)[0]


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"x": [1.0, 2.0], "y": [1.0]}, "same length"),
        ({"x": [1.0, np.nan, 2.0, 3.0], "y": [1.0] * 4}, "1 values that are not finite"),
        ({"x": [1.0, 2.0, 3.0, 4.0], "y": [1.0] * 4, "span": 1.5}, "span in"),
        ({"x": [1.0, 2.0, 3.0, 4.0], "y": [1.0] * 4, "span": 0.5}, "three observations"),
        ({"x": [1.0, 2.0, 3.0, 4.0], "y": [1.0] * 4, "level": 95.0}, "0 < level < 1"),
        ({"x": [1.0, 2.0, 3.0, 4.0], "y": [1.0] * 4, "clusters": [1, 1, 1, 1]}, "single group"),
        ({"x": [1.0, 2.0, 3.0, 4.0], "y": [1.0] * 4, "clusters": [1, 2]}, "one label per"),
    ],
)
def test_bad_lowess_input_is_refused_with_a_remedy(kwargs, message):
    with pytest.raises(ValueError, match=message):
        lowess_band(**{"span": 1.0, "seed": 1, **kwargs})


def test_slope_gap_of_a_bend_and_its_bootstrap_error():
    rng = np.random.default_rng(5)
    x = rng.uniform(-1, 1, 600)
    y = x**2 + 0.2 * rng.normal(size=x.size)
    band = lowess_band(x, y, seed=1, draws=60, span=0.4)
    gap, se = band.slope_gap(0.6, -0.6)
    assert band.slope_draws.shape == (60, band.at.size)
    assert abs(gap - 2.4) < 4 * se
    assert 0.02 < se < 0.3
    assert band.slope_gap(0.2, 0.2) == (0.0, 0.0)
