"""The planner state by state: tax maps, losing states, risk aversion, regions."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pytest

mpl.use("Agg")

from matplotlib import pyplot as plt

from regspec.figures.planner import draw_aversion, draw_tax_maps, draw_tax_schedules
from regspec.model import (
    Grid,
    grid_function,
    optimal_taxes,
    solve_equilibrium,
    solve_planner,
    tax_summary,
    welfare_gain,
)
from regspec.parameters import Calibration
from regspec.regions.planner import regional_gains, solve_planner_family
from regspec.studies.gains import compare_aversion, largest_theta, mean_gain
from regspec.studies.planning import (
    losing_states,
    map_headlines,
    policy_distance,
    tax_map,
    tax_schedules,
    visited_taxes,
)

GRID = Grid(40, 15, 3)
UNEQUAL = Calibration.converted(gamma=2.0, theta=0.25).replace(xi=(0.25, 0.13))


@pytest.fixture(scope="module")
def solved():
    market = solve_equilibrium(UNEQUAL, GRID)
    planner = solve_planner(UNEQUAL, GRID)
    return market, planner, optimal_taxes(planner)


@pytest.fixture(scope="module")
def family():
    return solve_planner_family(UNEQUAL, [-0.4, 0.0, 0.4], GRID)


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


# Taxes


def test_tax_map_reads_the_taxes_and_where_the_limit_binds(solved):
    _, planner, taxes = solved
    frame = tax_map(planner, taxes, sizes={"mean": 0.0, "adverse": -1.0}, points=15)
    assert list(frame["shock"].unique()) == ["mean", "adverse"]
    part = frame[frame["shock"] == "mean"]
    wide = part.pivot_table(index="bonds", columns="share", values="debt")
    assert wide.shape == (40, 15)
    # At the middle node of both chains and at a node of capital the map is the tax of the grid.
    share = planner.grid.capital[7]
    column = part[np.isclose(part["share"], share)]
    assert column["debt"].to_numpy() == pytest.approx(100 * taxes.tax_bonds[1, 1, :, 7])
    assert column["industry"].to_numpy() == pytest.approx(100 * taxes.tax_capital[1, 1, :, 7, 0])
    assert (column["bound"].to_numpy() == (planner.policies.status[1, 1, :, 7] == 1)).all()
    assert 0 < part["bound"].mean() < 1
    assert not np.allclose(part["industry"], frame.loc[frame["shock"] == "adverse", "industry"])


def test_schedules_and_numbers_of_the_map_are_its_slices(solved):
    _, planner, taxes = solved
    maps = tax_map(planner, taxes, sizes={"mean": 0.0, "adverse": -1.0})
    told = map_headlines(maps, "mean", "adverse")
    assert told["map_debt_most"] == maps["debt"].max()
    assert told["map_bound_mean"] == pytest.approx(
        100 * maps.loc[maps["shock"] == "mean", "bound"].mean()
    )
    at = tax_schedules(planner, taxes, {"even": 0.5})
    middle = maps[(maps["shock"] == "mean") & np.isclose(maps["share"], 0.5)]
    assert at["debt"].to_numpy() == pytest.approx(middle["debt"].to_numpy())
    assert at["industry"].to_numpy() == pytest.approx(middle["industry"].to_numpy())


def test_tax_map_of_the_other_industry_is_its_own(solved):
    _, planner, taxes = solved
    frame = tax_map(planner, taxes, sizes={"mean": 0.0}, industry=1, points=15)
    near = frame[np.isclose(frame["share"], 1 - planner.grid.capital[7])]
    assert near["industry"].to_numpy() == pytest.approx(100 * taxes.tax_capital[1, 1, :, 7, 1])


def test_visited_taxes_average_to_the_summary(solved):
    _, planner, taxes = solved
    groups = visited_taxes(planner, taxes, bins=10)
    summary = tax_summary(planner, taxes)
    for by in ("bonds", "share"):
        mean = groups[groups["by"] == by].mean(numeric_only=True)
        assert mean["industry"] == pytest.approx(100 * summary.loc["tax_capital_1", "mean"])
    assert groups.loc[groups["by"] == "share", "at"].is_monotonic_increasing


def test_tax_figures_mark_the_limit_and_the_visited_states(solved):
    _, planner, taxes = solved
    frame = tax_map(planner, taxes, sizes={"mean": 0.0, "adverse": -1.0})
    fig = draw_tax_maps(frame, note="a note")
    panels = [ax for ax in fig.axes if ax.get_label() != "<colorbar>"]
    assert len(panels) == 4
    assert all(any(c.hatches for c in ax.collections if hasattr(c, "hatches")) for ax in panels)
    assert "a note" in fig.texts[0].get_text()
    line = frame[frame["share"] == frame["share"].iloc[0]].assign(economy="one")
    visited = visited_taxes(planner, taxes).query("by == 'bonds'")
    dots = draw_tax_schedules(line, visited=visited).axes[1].lines[1]
    assert dots.get_ydata() == pytest.approx(visited["industry"].to_numpy())


def test_taxed_market_is_nearer_to_the_planner_than_the_untaxed_one(solved):
    market, planner, taxes = solved
    taxed = solve_equilibrium(UNEQUAL, GRID, wedges=taxes.wedges())
    near, far = policy_distance(taxed, planner), policy_distance(market, planner)
    assert (near < 1e-5).all(axis=None)
    assert (far > 100 * near).all(axis=None)
    assert (far["largest"] >= far["mean"]).all()
    assert (policy_distance(planner, planner) == 0).all(axis=None)
    gap = np.abs(market.policies.q - planner.policies.q).max() / planner.grid.income_scale
    assert far.loc["q", "largest"] == pytest.approx(gap)


# States that lose


def test_losing_states_are_listed_with_their_mass(solved):
    market, planner, _ = solved
    gain = welfare_gain(market, planner)
    assert losing_states(gain, market).empty
    # Turned round, the market loses against the planner wherever it goes.
    back = welfare_gain(planner, market)
    rows = losing_states(back, market)
    worth = mean_gain(back, market)
    assert rows["mass"].sum() == pytest.approx(100)
    assert (rows["mass"] * rows["gain"]).sum() / 100 == pytest.approx(worth["mean"])
    assert rows["least"].iloc[0] == pytest.approx(worth["least"])
    assert rows["least"].is_monotonic_increasing
    assert set(rows["z_1"]) <= set(market.shocks.nodes[0])
    some = losing_states(back, market, tolerance=abs(worth["mean"]) / 100)
    assert 0 < some["mass"].sum() < 100
    assert (some["gain"] < worth["mean"]).all()


# Risk aversion


def test_risk_aversions_stand_side_by_side(solved):
    market, planner, taxes = solved
    summary, slices = compare_aversion([(2.0, 0.25), (5.0, 0.1)], UNEQUAL, GRID)
    assert summary["certified"].tolist() == [True, True]
    first = summary.iloc[0]
    assert first["gain"] == pytest.approx(mean_gain(welfare_gain(market, planner), market)["mean"])
    rate = tax_summary(planner, taxes).loc["tax_capital_1", "mean"]
    assert first["subsidy"] == pytest.approx(100 * rate, rel=1e-6)
    assert list(slices["economy"].unique()) == ["γ = 2, θ = 0.25", "γ = 5, θ = 0.1"]
    assert (slices["moved"] > 0).mean() > 0.9  # towards the industry with stronger spillovers
    axes = draw_aversion(slices).axes
    assert [len([x for x in ax.lines if x.get_label()[0] == "γ"]) for ax in axes] == [2, 2, 2]


def test_largest_limit_is_certified_and_the_next_is_not():
    calibration = UNEQUAL.replace(gamma=5.0)
    assert largest_theta(calibration, GRID, low=0.1, high=0.3, step=0.1) == pytest.approx(0.1)
    assert np.isnan(largest_theta(calibration, GRID, low=0.3, high=0.4, step=0.1))


# Regions


def test_regions_at_a_node_are_read_from_its_solutions(family):
    assert family.converged
    rng = np.random.default_rng(0)
    n = 722
    share, b = rng.uniform(0.1, 0.9, n), rng.uniform(-0.2, 0.1, n)
    result = regional_gains(family, 0.0, b, share)
    market, planner = family.market.equilibria[1], family.planner.equilibria[1]
    k, z = np.stack([share, 1 - share], axis=-1), np.tile(market.calibration.z_mean, (n, 1))
    theirs, ours = market.at(b, k, z).k_next[:, 0], planner.at(b, k, z).k_next[:, 0]
    assert result.share_market == pytest.approx(theirs)
    assert result.share_planner == pytest.approx(ours)
    gini = lambda s: np.abs(2 * s - 1) / 2  # noqa: E731
    assert result.specialization == pytest.approx(gini(ours) - gini(theirs))
    gain = grid_function(welfare_gain(market, planner), market.grid, market.shocks)(b, k, z)
    assert result.gain == pytest.approx(100 * gain)
    assert result.certified.all()
    assert result.to_frame().shape == (n, 6)


def test_regions_between_nodes_lie_between_them(family):
    share = np.linspace(0.2, 0.8, 13)
    at = [regional_gains(family, lam, -0.1, share) for lam in (0.0, 0.2, 0.4)]
    middle = (at[0].gain + at[2].gain) / 2
    assert at[1].gain == pytest.approx(middle)
    low, high = np.sort([at[0].share_planner, at[2].share_planner], axis=0)
    assert ((low <= at[1].share_planner) & (at[1].share_planner <= high)).all()
    mixed = regional_gains(family, [0.0, 0.2, 0.4], -0.1, np.full(3, 0.5))
    one_by_one = [regional_gains(family, lam, -0.1, [0.5]).gain[0] for lam in (0.0, 0.2, 0.4)]
    assert mixed.gain == pytest.approx(one_by_one)


def test_regions_drift_apart_with_time_and_leave_the_range_in_sight(family):
    near = regional_gains(family, 0.0, -0.1, [0.5], periods=1)
    far = regional_gains(family, 0.0, -0.1, [0.5], periods=4)
    assert far.specialization[0] > near.specialization[0] > 0
    assert far.gain == pytest.approx(near.gain)
    outside = regional_gains(family, [0.0, 0.9], [-0.1, -0.1], [0.5, 0.5])
    assert outside.inside.tolist() == [True, False]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0.0, -0.1, [0.0]), "strictly between 0 and 1"),
        ((np.nan, -0.1, [0.5]), "must be finite"),
        ((0.0, [np.inf], [0.5]), "must be finite"),
    ],
)
def test_regions_without_data_are_refused(family, arguments, message):
    with pytest.raises(ValueError, match=message):
        regional_gains(family, *arguments)
    with pytest.raises(ValueError, match="periods is 0"):
        regional_gains(family, 0.0, -0.1, [0.5], periods=0)


def test_maps_need_two_industries(solved):
    _, _, taxes = solved

    class Three:
        calibration = UNEQUAL.replace(
            xi=(0.1,) * 3, phi_adj=(0.3,) * 3, rho=(0.5,) * 3, sigma=(0.1,) * 3,
            z_mean=(1.0,) * 3, industries=("a", "b", "c"),
        )  # fmt: skip

    with pytest.raises(ValueError, match="allowed: 2"):
        tax_map(Three(), taxes, sizes={"mean": 0.0})
