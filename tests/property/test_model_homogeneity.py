"""Properties that hold for any parameters in range: scale, technology, chains, calibrations."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regspec.model import Grid, ergodic_paths, solve_equilibrium
from regspec.model.economy.shocks import stationary_distribution, tauchen
from regspec.model.economy.technology import adjustment_cost, private_return, static_allocation
from regspec.parameters import Calibration

GRID = Grid(30, 13, 3)
UNIT = Calibration.converted(gamma=2.0)


@pytest.fixture(scope="module")
def unit():
    return solve_equilibrium(UNIT, GRID, tolerance=1e-7, on_failure="return")


@settings(max_examples=4, deadline=None)
@given(scale=st.floats(0.2, 8.0))
def test_scaling_productivity_and_adjustment_costs_scales_everything_but_shares(unit, scale):
    scaled = solve_equilibrium(
        UNIT.replace(
            z_mean=tuple(scale * z for z in UNIT.z_mean),
            phi_adj=tuple(scale * phi for phi in UNIT.phi_adj),
        ),
        GRID,
        tolerance=1e-7,
        on_failure="return",
    )
    for name, factor in (("c", scale), ("b_next", scale), ("q", scale), ("k_next", 1.0)):
        ours, theirs = getattr(scaled.policies, name) / factor, getattr(unit.policies, name)
        assert np.abs(ours - theirs).max() < 5e-5
    # Multipliers are in units of marginal utility.
    paths = ergodic_paths(unit, periods=1, n=40)
    here = unit.at(paths.b[0], paths.k[0], paths.z[0])
    there = scaled.at(scale * paths.b[0], paths.k[0], scale * paths.z[0])
    assert there.eta * scale**UNIT.gamma == pytest.approx(here.eta, abs=2e-4)


@settings(max_examples=30, deadline=None)
@given(
    z=st.tuples(st.floats(0.1, 5.0), st.floats(0.1, 5.0)),
    xi=st.tuples(st.floats(0.0, 0.5), st.floats(0.0, 0.5)),
)
def test_static_allocation_is_interior_and_equalises_returns(z, xi):
    calibration = UNIT.replace(xi=xi)
    k = static_allocation(calibration, z)
    assert k.sum() == pytest.approx(1.0)
    assert (k > 0).all()
    first, second = private_return(k, z, calibration)
    assert first == pytest.approx(second, rel=1e-8)


@settings(max_examples=40, deadline=None)
@given(k=st.floats(0.01, 0.99), k_next=st.floats(0.01, 0.99), phi=st.floats(0.0, 4.0))
def test_adjustment_costs_are_never_negative_and_homogeneous(k, k_next, phi):
    cost = float(adjustment_cost(k, k_next, phi))
    assert cost >= 0
    assert float(adjustment_cost(3 * k, 3 * k_next, phi)) == pytest.approx(3 * cost)


@settings(max_examples=40, deadline=None)
@given(
    n=st.integers(2, 15),
    rho=st.floats(0.0, 0.95),
    sigma=st.floats(1e-3, 0.5),
)
def test_chains_are_symmetric_and_stochastic(n, rho, sigma):
    nodes, transition = tauchen(n, rho, sigma)
    assert transition.sum(axis=1) == pytest.approx(1.0)
    assert (transition >= 0).all()
    assert transition == pytest.approx(transition[::-1, ::-1], abs=1e-12)
    assert stationary_distribution(transition) @ nodes == pytest.approx(0.0, abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(theta=st.floats(0.0, 2.0), gamma=st.floats(0.1, 20.0), years=st.integers(1, 50))
def test_replace_changes_what_it_is_told_and_nothing_else(theta, gamma, years):
    changed = UNIT.replace(theta=theta, gamma=gamma, period_years=years)
    assert (changed.theta, changed.gamma, changed.period_years) == (theta, gamma, years)
    assert changed.replace(theta=UNIT.theta, gamma=UNIT.gamma, period_years=10) == UNIT
    assert changed.beta_period == pytest.approx(UNIT.beta**years)
