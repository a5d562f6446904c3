"""Convergence on generated incomes with a known speed."""

import numpy as np
import pandas as pd
import pytest

from regspec.facts.convergence import (
    beta_convergence,
    dispersion_change,
    income_dispersion,
    tails,
    turning_year,
)


@pytest.fixture(scope="module")
def regions():
    """Log incomes close two percent of their gap every year, without shocks."""
    rng = np.random.default_rng(51)
    gap = rng.normal(0, 0.4, 60)
    frames = [
        pd.DataFrame(
            {
                "region": np.arange(60),
                "year": 1950 + t,
                "log_income": 8 + 0.03 * t + gap * np.exp(-0.02 * t),
                "population": rng.uniform(1, 9, 60),
            }
        )
        for t in range(41)
    ]
    return pd.concat(frames).assign(income_pc=lambda d: np.exp(d["log_income"]))


def test_dispersion_falls_at_the_rate_of_convergence(regions):
    spread = income_dispersion(regions)
    assert spread["sd_log"].loc[1990] / spread["sd_log"].loc[1950] == pytest.approx(np.exp(-0.8))
    assert spread["cv"].is_monotonic_decreasing
    assert (spread["regions"] == 60).all()


def test_dispersion_by_hand():
    frame = pd.DataFrame(
        {"region": [1, 2], "year": 1, "income_pc": [1.0, 3.0], "population": [3.0, 1.0]}
    )
    row = income_dispersion(frame).loc[1]
    assert row["cv"] == pytest.approx(0.5)
    assert row["cv_weighted"] == pytest.approx(np.sqrt(0.75) / 1.5)
    assert row["p90_p10"] == pytest.approx(2.8 / 1.2)


def test_speed_of_convergence_is_recovered(regions):
    result = beta_convergence(regions, windows=[(1950, 1990), (1960, 1970)])
    assert result.estimates["speed"].to_numpy() == pytest.approx([0.02, 0.02])
    assert result.estimates["coef"].iloc[0] == pytest.approx((np.exp(-0.8) - 1) / 40)


def test_turning_year_smooths_over_single_years():
    years = pd.RangeIndex(1950, 2001, name="year")
    v_shape = pd.Series(np.abs(np.asarray(years) - 1980) / 10.0, index=years)
    v_shape.loc[1955] = 0.0
    assert turning_year(v_shape) == 1980


def test_windows_must_run_forward_within_the_data(regions):
    with pytest.raises(ValueError, match="within 1950 to 1990"):
        beta_convergence(regions, windows=[(1950, 2020)])
    with pytest.raises(ValueError, match="run forward"):
        beta_convergence(regions, windows=[(1970, 1960)])


def test_dispersion_changes_between_two_years_only(regions):
    variation = income_dispersion(regions)["cv"]
    assert dispersion_change(regions, 1950, 1990) == variation[1990] - variation[1950]


def test_tails_are_relative_to_the_median():
    frame = pd.DataFrame({"year": 1950, "income_pc": np.arange(101.0)})
    assert tails(frame).loc[1950].to_dict() == {"poor": 0.2, "rich": 1.98}
