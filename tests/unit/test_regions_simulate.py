"""Inversions, the policy family and the regions' simulation against closed forms."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regspec.calibrate.two_sectors import DEFINITIONS, SectorPaths
from regspec.model import Grid
from regspec.model.economy.technology import static_allocation
from regspec.model.equilibrium.certificate import Certificate, Item
from regspec.parameters import Calibration
from regspec.regions.growth import (
    decompose,
    growth_slope,
    share_explained,
    zone_panel,
)
from regspec.regions.relative_rules import (
    private_allocation,
    productivity_levels,
    relative_productivity_of,
    share_from_income,
    solve_family,
    two_sector_income,
)
from regspec.regions.simulate import (
    DATES,
    costless_growth,
    initial_regions,
    relative_nodes,
    simulate_regions,
)

CALIBRATION = Calibration.converted(gamma=2.0)
GRID = Grid(bonds=30, capital=11, shocks=3)


def paths(first: list[float], composite: list[float] | None = None) -> SectorPaths:
    log_z = pd.DataFrame(
        {"first": first, "composite": composite or [0.0] * len(DATES)}, index=list(DATES)
    )
    return SectorPaths(
        definition=DEFINITIONS["machinery"],
        log_z=log_z,
        weight=pd.Series(0.1, index=list(DATES)),
        base_year=DATES[0],
    )


FLAT = paths([0.0] * 5)


@given(st.floats(-4, 4))
def test_private_allocation_agrees_with_the_model(relative):
    z = (float(np.exp(relative)), 1.0)
    assert private_allocation([relative], CALIBRATION)[0] == pytest.approx(
        static_allocation(CALIBRATION, z)[0], rel=1e-6
    )


@given(st.floats(0.01, 0.99))
def test_the_two_inversions_undo_their_maps(share):
    relative = relative_productivity_of(share, CALIBRATION)
    assert private_allocation([relative], CALIBRATION)[0] == pytest.approx(share, rel=1e-9)
    k = share_from_income([share], 0.3, CALIBRATION)[0]
    power = CALIBRATION.alpha + np.array(CALIBRATION.xi)
    income = np.array([np.exp(0.3) * k ** power[0], (1 - k) ** power[1]])
    assert income[0] / income.sum() == pytest.approx(share, rel=1e-8)


def test_income_share_must_be_interior():
    with pytest.raises(ValueError, match="strictly between 0 and 1"):
        share_from_income([0.0, 0.5], 0.0, CALIBRATION)


@given(st.floats(-3, 3))
def test_levels_keep_the_ratio_and_the_income_at_rest(relative):
    log_z = productivity_levels([relative], CALIBRATION)
    assert log_z[0, 0] - log_z[0, 1] == pytest.approx(relative, abs=1e-12)
    rest = private_allocation([relative], CALIBRATION)
    even = two_sector_income(private_allocation([0.0], CALIBRATION), np.zeros((1, 2)), CALIBRATION)
    assert two_sector_income(rest, log_z, CALIBRATION) == pytest.approx(even, rel=1e-9)


def test_regional_reading_starts_at_rest_and_national_does_not():
    share = np.array([0.1, 0.5, 0.8])
    regional = initial_regions(share, FLAT, CALIBRATION, reading="regional")
    assert regional.share == pytest.approx(share)
    assert private_allocation(regional.relative[0], CALIBRATION) == pytest.approx(share)
    national = initial_regions(share, FLAT, CALIBRATION)
    assert np.ptp(national.relative) == 0
    assert national.share[0] < share[0]  # a small income share needs far less capital
    observed = initial_regions(share, FLAT, CALIBRATION, reading="observed")
    assert observed.share == pytest.approx(share)


def test_shares_outside_the_grid_are_clipped_and_reported():
    start = initial_regions(np.array([0.0, 0.5]), FLAT, CALIBRATION, reading="observed")
    assert start.clipped.tolist() == [True, False]
    assert start.share[0] == pytest.approx(0.02)


def test_initial_regions_refuse_bad_input():
    share = np.array([0.2])
    with pytest.raises(ValueError, match="national, observed, regional"):
        initial_regions(share, FLAT, CALIBRATION, reading="local")
    with pytest.raises(ValueError, match="lack \\[2030\\]"):
        initial_regions(share, FLAT, CALIBRATION, dates=(1980, 2030))
    with pytest.raises(ValueError, match="base_year=1990"):
        initial_regions(share, FLAT, CALIBRATION, dates=(1990, 2000))


def test_nodes_are_the_dates_for_one_path_and_cover_many():
    share = np.array([0.1, 0.6])
    moving = paths([0.0, -0.2, -0.4, -0.5, -0.9])
    national = initial_regions(share, moving, CALIBRATION)
    assert relative_nodes(national) == pytest.approx([-0.5, -0.4, -0.2, 0.0])
    regional = initial_regions(share, moving, CALIBRATION, reading="regional")
    nodes = relative_nodes(national, regional, step=0.5)
    assert np.diff(nodes).max() <= 0.5
    assert nodes[0] <= regional.relative[:-1].min()
    assert nodes[-1] >= regional.relative[:-1].max()
    with pytest.raises(ValueError, match="step"):
        relative_nodes(national, step=0.0)


@pytest.fixture(scope="module")
def family():
    return solve_family(CALIBRATION, [-0.4, 0.0, 0.4], GRID, on_failure="return")


def test_family_at_its_nodes_is_the_equilibrium(family):
    b, share = np.array([-0.2, 0.1]), np.array([0.3, 0.6])
    rules = family.at(np.zeros(2), b, share)
    middle = family.equilibria[1]
    z = np.tile(np.exp(productivity_levels([0.0], CALIBRATION)), (2, 1))
    policy = middle.at(b, np.column_stack([share, 1 - share]), z)
    assert rules.bonds_next == pytest.approx(policy.b_next)
    assert rules.share_next == pytest.approx(policy.k_next[:, 0])
    assert rules.inside.all()
    assert not family.at(np.array([0.9]), b[:1], share[:1]).inside.any()


def test_rules_are_certified_where_every_node_they_use_is(family):
    passed = Certificate(entries=())
    failed = Certificate(entries=(Item(name="error", value=1.0, limit=0.5, description=""),))
    doubtful = replace(
        family,
        equilibria=(
            replace(family.equilibria[0], certificate=passed),
            replace(family.equilibria[1], certificate=passed),
            replace(family.equilibria[2], certificate=failed),
        ),
    )
    at = np.array([-0.2, 0.0, 0.2, 0.4])
    rules = doubtful.at(at, np.full(4, -0.1), np.full(4, 0.4))
    assert rules.certified.tolist() == [True, True, False, False]
    start = initial_regions(np.array([0.2, 0.7]), FLAT, CALIBRATION, reading="observed")
    assert simulate_regions(start, doubtful).sound == 1.0
    up = initial_regions(
        np.array([0.2]), paths([0, 0.1, 0.1, 0.1, 0.1], [0.0] * 5), CALIBRATION, reading="observed"
    )
    assert simulate_regions(up, doubtful).sound == 0.25


def test_family_between_nodes_lies_between_them(family):
    b, share = np.full(3, -0.1), np.full(3, 0.4)
    rules = family.at(np.array([0.0, 0.2, 0.4]), b, share)
    assert np.diff(rules.share_next).min() > 0  # more productive machinery draws capital
    logit = np.log(rules.share_next) - np.log1p(-rules.share_next)
    assert logit[1] == pytest.approx((logit[0] + logit[2]) / 2)
    assert rules.bonds_next[1] == pytest.approx((rules.bonds_next[0] + rules.bonds_next[2]) / 2)


def test_families_need_a_finite_node():
    with pytest.raises(ValueError, match="finite node"):
        solve_family(CALIBRATION, [np.nan], GRID)


def test_a_region_at_rest_stays_at_rest(family):
    rest = private_allocation([0.0], CALIBRATION)
    start = initial_regions(rest, FLAT, CALIBRATION, reading="observed")
    out = simulate_regions(start, family)
    assert out.share[:, 0] == pytest.approx(rest[0], abs=2e-3)  # but for the premium on risk
    assert out.log_income[-1, 0] == pytest.approx(out.log_income[0, 0], abs=1e-5)


def test_misallocated_regions_catch_up_towards_costless_growth(family):
    share = np.array([0.05, 0.3, 0.5])
    start = initial_regions(share, FLAT, CALIBRATION, reading="observed")
    growth, free = simulate_regions(start, family).growth, costless_growth(start, CALIBRATION)
    assert np.argsort(growth).tolist() == np.argsort(free).tolist() == [2, 1, 0]
    assert np.ptp(growth) <= np.ptp(free) + 1e-6


def test_common_productivity_growth_only_scales_income(family):
    share = np.array([0.2, 0.7])
    trend = [0.0, 0.1, 0.2, 0.3, 0.4]
    flat = initial_regions(share, FLAT, CALIBRATION, reading="observed")
    rising = initial_regions(share, paths(trend, trend), CALIBRATION, reading="observed")
    assert rising.log_scale == pytest.approx(np.tile(np.array(trend)[:, None], (1, 2)))
    # Bonds in normalised units shrink as income grows, so the paths agree but for wealth.
    one, two = simulate_regions(flat, family), simulate_regions(rising, family)
    gain = two.log_income - one.log_income
    assert gain == pytest.approx(np.tile(np.array(trend)[:, None], (1, 2)), abs=0.02)


def test_richer_regions_scale_and_grow_alike(family):
    start = initial_regions(np.array([0.2, 0.7]), FLAT, CALIBRATION, reading="observed")
    rich = replace(start, log_scale=start.log_scale + 1.0, income=start.income * np.e)
    one, two = simulate_regions(start, family), simulate_regions(rich, family)
    assert two.log_income == pytest.approx(one.log_income + 1.0)
    assert two.bonds_to_income == pytest.approx(one.bonds_to_income)


def test_initial_bonds_are_what_was_asked_for(family):
    start = initial_regions(np.array([0.2, 0.7]), FLAT, CALIBRATION, reading="observed")
    out = simulate_regions(start, family, bonds_to_income=-0.1)
    assert out.bonds_to_income[0] == pytest.approx([-0.1, -0.1])


def make_panel(n: int = 200, slope: float = -0.5) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    gini = rng.uniform(0, 0.5, n)
    return pd.DataFrame(
        {
            "cz": np.arange(n),
            "gini": gini,
            "share": gini,
            "manufacturing_share": rng.uniform(0.1, 0.4, n),
            "income_pc": rng.uniform(5e3, 2e4, n),
            "growth": slope * gini + 0.01 * rng.standard_normal(n),
        }
    )


def test_slopes_of_data_and_model():
    panel = make_panel()
    gini, weight = panel["gini"], panel["manufacturing_share"]
    controls = pd.DataFrame({"income": np.log(panel["income_pc"]), "manufacturing": weight})
    assert growth_slope("data", gini, panel["growth"]).slope == pytest.approx(-0.5, abs=0.02)
    given = growth_slope("data", gini, panel["growth"], controls)  # controls are unrelated
    assert given.slope == pytest.approx(-0.5, abs=0.02)
    assert growth_slope("model", gini, -0.25 * gini.to_numpy()).slope == pytest.approx(-0.25)


def test_slope_agrees_with_a_hand_computed_hc1_error():
    panel = make_panel(50)
    fit = growth_slope("hand", panel["gini"], panel["growth"])
    x = np.column_stack([np.ones(50), panel["gini"]])
    beta = np.linalg.lstsq(x, panel["growth"].to_numpy(), rcond=None)[0]
    e = panel["growth"].to_numpy() - x @ beta
    bread = np.linalg.inv(x.T @ x)
    cov = bread @ (x.T * e**2 @ x) @ bread * 50 / 48
    assert (fit.slope, fit.se) == pytest.approx((beta[1], np.sqrt(cov[1, 1])))


def test_slope_refuses_missing_growth():
    with pytest.raises(ValueError, match="equally long"):
        growth_slope("bad", np.array([0.1, 0.2]), np.array([0.1, np.nan]))


def test_share_explained_has_the_t_ratio_of_the_data():
    panel = make_panel()
    data = growth_slope("data", panel["gini"], panel["growth"])
    model = growth_slope("model", panel["gini"], -0.25 * panel["gini"])
    share, error = share_explained(model, data)
    assert share == pytest.approx(50, abs=3)
    assert share / error == pytest.approx(abs(data.slope) / data.se)


@settings(max_examples=50)
@given(*[st.floats(0.1, 5) for _ in range(4)])
def test_decomposition_adds_up(full, no_limit, no_cost, neither):
    frame = decompose(full, no_limit, no_cost, neither)
    assert frame["mean"].sum() == pytest.approx(full)
    assert frame["percent"].sum() == pytest.approx(100)


def test_zone_panel_joins_and_demeans():
    shares = pd.DataFrame(
        {"cz": [1, 2, 3], "share": [0.1, 0.5, np.nan], "manufacturing_share": [0.2, 0.3, 0.0]}
    )
    incomes = pd.DataFrame(
        {
            "cz": [1, 1, 2, 2, 3, 3],
            "year": [1980, 2019] * 3,
            "income_pc": [1.0, np.exp(1.0), 2.0, 2 * np.exp(2.0), 1.0, 1.0],
        }
    )
    panel = zone_panel(shares, incomes)
    assert panel["cz"].tolist() == [1, 2]  # a zone without manufacturing has no mix
    assert panel["growth"].tolist() == pytest.approx([-0.5, 0.5])
    assert panel["gini"].tolist() == pytest.approx([0.4, 0.0])
    with pytest.raises(ValueError, match="no year 1981"):
        zone_panel(shares, incomes, first_year=1981)
    with pytest.raises(ValueError, match="duplicate"):
        zone_panel(shares, pd.concat([incomes, incomes.iloc[:1]]))
