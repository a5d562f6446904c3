"""Fact 1 on generated cross-sections whose coefficients are known."""

import numpy as np
import pandas as pd
import pytest

from regspec.facts.fact1 import (
    by_quantile,
    coefficients,
    design,
    error_table,
    exposure,
    first_negative,
    growth_by_horizon,
    summary,
    summary_table,
    trade_off,
    trade_off_between,
)

YEARS = (1950, 1960, 1970)


@pytest.fixture(scope="module")
def world():
    """Level rises by 2 and growth per decade falls by 0.5 with the Gini, without noise in ghat."""
    rng = np.random.default_rng(21)
    n = 300
    region = [f"r{i:03d}" for i in range(n)]
    gini = rng.uniform(0.3, 0.7, n)
    population, rust = rng.normal(12, 1, n), rng.integers(0, 2, n).astype(bool)
    amounts = rng.dirichlet(np.ones(4), n)
    national = np.array([0.2, 0.5, 0.9, 1.4])
    income = 6 + 2 * gini + 0.05 * population + 0.1 * rust + 0.1 * rng.normal(size=n)
    regions, sectors, concentration = [], [], []
    for year in YEARS:
        regions.append(
            pd.DataFrame(
                {"region": region, "year": year, "log_income": income, "log_population": population}
            ).assign(rust_belt=rust)
        )
        concentration.append(pd.DataFrame({"region": region, "year": year, "gini": gini}))
        tall = pd.DataFrame(amounts, index=region).reset_index(names="region")
        sectors.append(
            tall.melt("region", var_name="industry", value_name="amount").assign(year=year)
        )
        income = income + 1 - 0.5 * gini - 0.3 * income + 0.01 * rng.normal(size=n)
        amounts = amounts * np.exp(national)
    return tuple(pd.concat(frames) for frames in (regions, concentration, sectors))


def test_both_halves_recover_the_truth(world):
    data = design(*world, start=1950, end=1960)
    result = trade_off(data, start=1950, end=1960)
    for fit, truth in ((result.level, 2.0), (result.growth, -0.5)):
        term = fit.term("gini")
        assert abs(term.coef - truth) < 4 * term.se
        assert term.se < 0.1
    assert result.growth.term("log_income").coef == pytest.approx(-0.3, abs=0.05)
    assert len(result.data) == result.level.n == 300


def test_the_growth_half_conditions_on_income_only_with_controls(world):
    data = design(*world, start=1950, end=1960)
    assert "log_income" not in trade_off(data, start=1950, end=1960, controls="none").growth.coef
    exposed = trade_off(data, start=1950, end=1960, controls="exposure")
    assert list(exposed.growth.coef.index) == ["const", "gini", "ghat", "log_income"]
    assert list(exposed.level.coef.index) == ["const", "gini", "ghat"]


def test_scatter_net_of_controls_has_the_slope_of_the_regression(world):
    result = trade_off(design(*world, start=1950, end=1960), start=1950, end=1960)
    slope = np.polyfit(result.growth_net["gini"], result.growth_net["growth"], 1)[0]
    assert slope == pytest.approx(result.growth.coef["gini"])


def test_exposure_is_share_weighted_national_growth(world):
    ghat = exposure(world[2], start=1950, end=1960, leave_one_out=False)
    first = world[2].query("year == 1950").pivot_table(index="region", columns="industry")["amount"]
    expected = first.to_numpy() @ np.array([0.2, 0.5, 0.9, 1.4])
    assert ghat.to_numpy() == pytest.approx(expected)
    # every region grows alike here, so leaving itself out changes nothing
    left_out = exposure(world[2], start=1950, end=1960)
    assert left_out.to_numpy() == pytest.approx(ghat.to_numpy())


def test_a_cell_suppressed_in_one_year_leaves_both_national_sums():
    rows = [
        ("a", 1, "x", 1.0), ("a", 2, "x", 2.0), ("a", 1, "y", 1.0), ("a", 2, "y", 1.0),
        ("b", 1, "x", 1.0), ("b", 2, "x", np.nan), ("b", 1, "y", 1.0), ("b", 2, "y", 1.0),
    ]  # fmt: skip
    sectors = pd.DataFrame(rows, columns=["region", "year", "industry", "amount"])
    ghat = exposure(sectors, start=1, end=2, leave_one_out=False)
    assert ghat.to_numpy() == pytest.approx([0.5 * np.log(2)] * 2)


def test_horizons_pool_start_years(world):
    result = growth_by_horizon(*world, years=YEARS, horizons=(10, 20), controls="exposure")
    ten, twenty = result.estimates.itertuples(index=False)
    assert (ten.n, ten.regions, twenty.n) == (600, 300, 300)
    assert abs(ten.coef + 0.5) < 4 * ten.se
    # two decades compound: -0.5 - 0.5 * (1 - 0.3)
    assert abs(twenty.coef + 0.85) < 4 * twenty.se


def test_the_onset_is_the_shortest_horizon_from_which_all_are_negative():
    estimates = pd.DataFrame({"horizon": [10, 20, 30, 40], "t": [-3.0, -1.0, -2.0, -5.0]})
    assert first_negative(estimates) == 30
    assert first_negative(estimates[:3].assign(t=-9.0)) == 10
    assert first_negative(estimates.assign(t=[-3.0, -3.0, -3.0, -1.6])) is None


def test_slopes_over_quantiles_are_those_of_the_gini(world):
    """Ginis are uniform over 0.4: one of 20 quantiles is 0.02 of it."""
    result = by_quantile(*world, years=YEARS, horizon=10, controls="all")
    level, growth = result.level, result.growth
    assert growth.term().coef == pytest.approx(-0.5 * 0.02, rel=0.1)
    # log income starts at 2 * gini and then keeps 0.7 of it less half the gini
    assert level.term().coef == pytest.approx(0.02 * (2 + 0.9) / 2, rel=0.15)
    assert (level.n, level.groups) == (600, 300)
    with pytest.raises(ValueError, match="are 30 years apart"):
        by_quantile(*world, years=YEARS, horizon=30)


def test_missing_years_and_controls_are_named(world):
    with pytest.raises(ValueError, match=r"regions has no rows for \[1990\]; it covers 1950"):
        design(*world, start=1950, end=1990)
    with pytest.raises(ValueError, match="end > start"):
        design(*world, start=1960, end=1950)
    with pytest.raises(ValueError, match="are 30 years apart with specialization"):
        growth_by_horizon(*world, years=YEARS, horizons=(30,))
    data = design(*world, start=1950, end=1960)
    with pytest.raises(ValueError, match="allowed: 'none', 'exposure', 'all'"):
        trade_off(data, start=1950, end=1960, controls="skill")


def test_headlines_are_those_of_the_summary(world):
    regions, concentration, sectors = world
    result = trade_off_between(
        1950, 1960, regions=regions, concentration=concentration, sectors=sectors, controls="all"
    )
    data = design(*world, start=1950, end=1960)
    assert result.growth.term() == trade_off(data, start=1950, end=1960).growth.term()
    table = summary_table(summary({"main": result})).set_index("group")
    head = result.headlines()
    for half in ("level", "growth"):
        assert head[f"{half}_sd"] == pytest.approx(table.loc[half, "sd"])
        assert head[f"{half}_t"] == pytest.approx(table.loc[half, "raw"] / table.loc[half, "se"])
    assert result.level.relation() == "rises with"
    assert result.growth.relation("log_income") == "falls with"


def test_tables_of_coefficients_and_errors(world):
    data = design(*world, start=1950, end=1960)
    robust = trade_off(data, start=1950, end=1960)
    clustered = trade_off(data, start=1950, end=1960, cluster="rust_belt")
    errors = error_table({"HC1": robust, "two groups": clustered})
    assert list(errors.columns) == ["errors", "level, se", "level, t", "growth, se", "growth, t"]
    assert errors["level, se"].tolist() == [robust.level.term().se, clustered.level.term().se]
    lines = coefficients({"all": robust}, ["gini"], label="list")
    assert lines["outcome"].tolist() == ["growth, 1950-1960", "log income, 1950"]
    assert lines["coef"].tolist() == [robust.growth.term().coef, robust.level.term().coef]
