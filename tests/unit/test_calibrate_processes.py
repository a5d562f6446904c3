"""Estimated processes and two-sector aggregation on series whose truth is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.tsa.ar_model import AutoReg

from regspec.calibrate.processes import (
    AR1,
    detrend,
    fit_ar1,
    industry_processes,
    log_productivity,
    weighted_growth,
)
from regspec.calibrate.two_sectors import (
    DEFINITIONS,
    sector_paths,
    two_sector_gini,
    zone_shares,
)
from regspec.measures import gini


def ar1_path(rho: float, sigma: float, periods: int, seed: int = 0) -> pd.Series:
    rng = np.random.default_rng(seed)
    x = np.zeros(periods)
    for t in range(1, periods):
        x[t] = rho * x[t - 1] + sigma * rng.standard_normal()
    return pd.Series(x)


def tfp_frame(growth: dict[int, float], sizes: dict[int, float], years=range(1970, 1991)):
    rows = [
        {
            "industry_id": i,
            "year": y,
            "tfp_va": np.exp(growth[i] * (y - 1970)),
            "tfp_go": np.exp(0.5 * growth[i] * (y - 1970)),
            "va": sizes[i],
            "manufacturing": True,
        }
        for i in growth
        for y in years
    ]
    services = {**rows[0], "industry_id": 99, "manufacturing": False}
    return pd.DataFrame([*rows, services])


def test_ar1_recovers_the_process_that_made_the_series():
    fit = fit_ar1(ar1_path(0.8, 0.02, 20_000))
    assert fit.rho == pytest.approx(0.8, abs=4 * fit.rho_se)
    assert fit.sigma == pytest.approx(0.02, abs=4 * fit.sigma_se)
    assert fit.rho_se == pytest.approx(np.sqrt((1 - 0.8**2) / 20_000), rel=0.1)


def test_ar1_agrees_with_statsmodels_autoreg():
    x = ar1_path(0.6, 1.0, 80, seed=3)
    ours, theirs = fit_ar1(x), AutoReg(x, lags=1, trend="c").fit()
    assert ours.rho == pytest.approx(theirs.params.iloc[1], rel=1e-10)
    assert ours.observations == 79


@pytest.mark.parametrize("bad", [[1.0, 2.0, 3.0], [1.0, np.nan, 2.0, 3.0, 4.0, 5.0]])
def test_ar1_refuses_short_or_broken_series(bad):
    with pytest.raises(ValueError, match="at least 5 observations"):
        fit_ar1(pd.Series(bad))


@given(st.floats(0.0, 0.98), st.integers(2, 15))
def test_a_longer_period_keeps_the_unconditional_variance(rho, periods):
    year = AR1(rho=rho, rho_se=0.1, sigma=0.02, sigma_se=0.001, mean=0.0, observations=50)
    long = year.over(periods)
    assert long.sigma**2 / (1 - long.rho**2) == pytest.approx(
        year.sigma**2 / (1 - year.rho**2), rel=1e-9
    )
    assert long.period_years == periods


def test_period_conversion_has_the_delta_method_errors_of_finite_differences():
    def at(rho: float, sigma: float) -> AR1:
        return AR1(rho=rho, rho_se=0.05, sigma=sigma, sigma_se=0.002, mean=0.0, observations=60)

    step, decade = 1e-6, at(0.8, 0.03).over(10)
    rho_up, sigma_up = at(0.8 + step, 0.03).over(10), at(0.8, 0.03 + step).over(10)
    by_rho = (rho_up.sigma - decade.sigma) / step
    by_sigma = (sigma_up.sigma - decade.sigma) / step
    assert decade.rho_se == pytest.approx((rho_up.rho - decade.rho) / step * 0.05, rel=1e-4)
    assert decade.sigma_se == pytest.approx(np.hypot(by_rho * 0.05, by_sigma * 0.002), rel=1e-4)


def test_a_unit_root_cannot_be_converted():
    walk = AR1(rho=1.0, rho_se=0.1, sigma=0.02, sigma_se=0.001, mean=0.0, observations=50)
    with pytest.raises(ValueError, match="stationary"):
        walk.over(10)


def test_linear_trend_removes_a_line_and_hp_removes_more():
    line = pd.Series(3.0 + 0.2 * np.arange(60))
    assert detrend(line).abs().max() < 1e-10
    assert detrend(line, "hp").abs().max() < 1e-8
    noisy = line + ar1_path(0.9, 0.05, 60, seed=5)
    assert fit_ar1(detrend(noisy, "hp")).rho < fit_ar1(detrend(noisy)).rho
    with pytest.raises(ValueError, match="'linear', 'quadratic', 'hp'"):
        detrend(line, "cubic")


def test_weighted_growth_is_the_tornqvist_index():
    log_tfp = pd.DataFrame({1: [0.0, 0.1], 2: [0.0, 0.4]})
    weights = pd.DataFrame({1: [3.0, 1.0], 2: [1.0, 1.0]})  # shares 3/4 then 1/2 of the first
    assert weighted_growth(log_tfp, weights).iloc[1] == pytest.approx(0.1 * 0.625 + 0.4 * 0.375)


@pytest.mark.filterwarnings("ignore:The design matrix")  # growth without shocks
def test_industry_processes_pool_groups_and_skip_non_manufacturing():
    growth = {1: 0.02, 2: 0.02, 3: -0.02}
    out = industry_processes(
        tfp_frame(growth, {1: 1.0, 2: 3.0, 3: 4.0}),
        groups={"pair": (1, 2), "single": (3,)},
        years=(1970, 1990),
    ).set_index("industry")
    assert out.loc["pair", "growth"] == pytest.approx(0.02)
    assert out.loc["single", "growth"] == pytest.approx(-0.02)


def test_unknown_concept_is_named():
    with pytest.raises(ValueError, match="'labour'"):
        log_productivity(tfp_frame({1: 0.0, 2: 0.0}, {1: 1.0, 2: 1.0}), "labour")


TWO = {12: 0.03, 13: 0.09, 8: 0.0, 9: 0.01}
SIZES = {12: 1.0, 13: 2.0, 8: 3.0, 9: 2.0}


def test_sector_paths_by_definition():
    tfp = tfp_frame(TWO, SIZES)
    plain = sector_paths(tfp, DEFINITIONS["machinery"])
    rest = (0.09 * 2 + 0.0 * 3 + 0.01 * 2) / 7
    assert plain.relative.loc[1990] == pytest.approx(10 * (0.03 - rest))
    assert plain.relative.loc[1980] == 0
    assert plain.weight.loc[1980] == pytest.approx(1 / 8)
    out = sector_paths(tfp, DEFINITIONS["without_computers"])
    assert out.relative.loc[1990] == pytest.approx(10 * (0.03 - 0.02 / 5))
    both = sector_paths(tfp, DEFINITIONS["with_computers"])
    assert both.relative.loc[1990] == pytest.approx(10 * (0.07 - 0.02 / 5))
    average = plain.log_z["first"] / 8 + plain.log_z["composite"] * 7 / 8
    assert average.abs().max() < 1e-12


def test_sector_paths_name_what_is_missing():
    tfp = tfp_frame(TWO, SIZES)
    with pytest.raises(ValueError, match=r"\[13\]"):
        sector_paths(tfp[tfp["industry_id"] != 13], DEFINITIONS["with_computers"])
    with pytest.raises(ValueError, match="1970-1990"):
        sector_paths(tfp, DEFINITIONS["machinery"], base_year=1950)


def test_zone_shares_by_definition():
    shares = pd.DataFrame(
        {
            "cz": [1, 1, 1, 1, 2, 3],
            "sic4": [3531, 3571, 3674, 2011, 2011, 3531],
            "share": [0.10, 0.05, 0.05, 0.20, 0.30, 0.0],
        }
    )
    out = {name: zone_shares(shares, d).set_index("cz") for name, d in DEFINITIONS.items()}
    assert out["machinery"].loc[1, "share"] == pytest.approx(0.10 / 0.40)
    assert out["with_computers"].loc[1, "share"] == pytest.approx(0.20 / 0.40)
    assert out["without_computers"].loc[1, "share"] == pytest.approx(0.10 / 0.30)
    assert out["machinery"].loc[1, "manufacturing_share"] == pytest.approx(0.40)
    assert out["machinery"].loc[2, "share"] == 0
    assert np.isnan(out["machinery"].loc[3, "share"])  # no manufacturing at all


@given(st.floats(0.0, 1.0))
def test_two_sector_gini_is_the_gini_of_two_shares(share):
    assert two_sector_gini(np.array([share]))[0] == pytest.approx(
        float(gini([share, 1 - share])), abs=1e-12
    )
