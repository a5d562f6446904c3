"""Standard errors on series whose truth is known, and against other implementations."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from statsmodels.tsa.ar_model import AutoReg

from regspec.calibrate.processes import (
    detrend,
    fit_ar1,
    mean_of,
    refit,
    skip_ar1,
    total_change,
    trend_slope,
)


def ar1(rho: float, periods: int, seed: int = 0) -> pd.Series:
    rng = np.random.default_rng(seed)
    x = np.zeros(periods)
    for t in range(1, periods):
        x[t] = rho * x[t - 1] + rng.standard_normal()
    return pd.Series(x)


def test_the_mean_of_a_persistent_series_has_its_long_run_error():
    x = ar1(0.7, 20_000)
    truth = 1 / (1 - 0.7) / np.sqrt(20_000)
    estimate = mean_of(x, lags=40)
    assert estimate.se == pytest.approx(truth, rel=0.1)
    assert abs(estimate.value) < 4 * estimate.se
    assert estimate.t == estimate.value / estimate.se
    assert x.std() / np.sqrt(20_000) < 0.5 * estimate.se  # the naive error is far too small


def test_newey_west_by_hand():
    x = ar1(0.5, 60)
    e = (x - x.mean()).to_numpy()
    omega = e @ e + 2 * (2 / 3 * (e[1:] @ e[:-1]) + 1 / 3 * (e[2:] @ e[:-2]))
    assert mean_of(x, lags=2).se == pytest.approx(np.sqrt(omega * 60 / 59) / 60)


def test_slope_and_change_recover_a_trend():
    x = ar1(0.5, 4000) + 0.01 * np.arange(4000)
    slope = trend_slope(x, lags=20)
    assert slope.value == pytest.approx(0.01, abs=4 * slope.se)
    walk = ar1(0.0, 400).cumsum() + 0.5 * np.arange(400)
    change = total_change(walk)
    assert change.value == pytest.approx(walk.iloc[-1] - walk.iloc[0])
    assert change.se == pytest.approx(np.sqrt(399), rel=0.15)
    # If shocks last, a line understates what is not known.
    assert trend_slope(walk).se * 399 < change.se


def test_persistence_over_a_decade_measured_directly():
    x = ar1(0.9, 60_000)
    direct, implied = skip_ar1(x, 10), fit_ar1(x).over(10)
    assert direct.rho == pytest.approx(0.9**10, abs=4 * direct.rho_se)
    assert direct.sigma == pytest.approx(implied.sigma, rel=0.05)
    assert direct.period_years == 10
    today = sm.add_constant(x.to_numpy()[:-10])
    plain = sm.OLS(x.to_numpy()[10:], today).fit()
    assert plain.bse[1] < direct.rho_se  # overlapping errors are not independent


@pytest.mark.parametrize("function", [mean_of, trend_slope, lambda x: skip_ar1(x, 5)])
def test_short_or_broken_series_are_refused(function):
    for bad in ([1.0, 2.0], [1.0, np.nan] + [1.0] * 30):
        with pytest.raises(ValueError, match="observations without gaps"):
            function(pd.Series(bad))
    with pytest.raises(ValueError, match="fit_ar1"):
        skip_ar1(ar1(0.5, 40), 1)


def test_indirect_inference_undoes_the_bias_of_detrending():
    sample = [fit_ar1(detrend(ar1(0.9, 61, seed))).rho for seed in range(1, 60)]
    found = refit([float(np.median(sample)), 0.0, 0.99], 61, detrend, draws=150)
    assert np.median(sample) < 0.85  # far below the truth
    assert found[0].rho == pytest.approx(0.9, abs=0.05)
    assert found[0].low < found[0].rho < found[0].high
    assert found[1].rho < 0.2
    assert found[2].rho == 0.98  # the end of the range considered


def test_more_trends_remove_what_they_should():
    years = np.arange(61.0)
    parabola = pd.Series(1 + 0.2 * years - 0.01 * years**2)
    assert detrend(parabola, "quadratic").abs().max() < 1e-9
    assert detrend(parabola).abs().max() > 1
    line = pd.Series(3 + 0.2 * years)
    assert detrend(line, "difference").abs().max() < 1e-12
    assert len(detrend(line, "difference")) == 60
    x = ar1(0.9, 61)
    cycle = detrend(x, "hamilton")
    assert len(cycle) == 58
    assert cycle.index[0] == 3
    # The forecast error of a regression on two lags, two years ahead: statsmodels' own.
    fit = AutoReg(x, lags=[2, 3], trend="c").fit()
    assert cycle.to_numpy() == pytest.approx(fit.resid.to_numpy(), abs=1e-10)
