"""Technology, shocks, grids and closed forms against derivatives, other libraries and limits."""

from __future__ import annotations

import numpy as np
import pytest
import quantecon

from regspec.model import Grid
from regspec.model.economy.grids import build_state_space
from regspec.model.economy.shocks import build_shocks, stationary_distribution, tauchen
from regspec.model.economy.technology import (
    adjustment_cost,
    adjustment_cost_next,
    adjustment_cost_today,
    binding_path,
    binding_price,
    income,
    natural_limit,
    output,
    private_return,
    slack_path,
    static_allocation,
)
from regspec.parameters import Calibration

CALIBRATION = Calibration.converted(xi=(0.1, 0.2), phi_adj=(0.3, 0.7))
K, K_NEXT = np.array([[0.3, 0.7], [0.05, 0.95]]), np.array([[0.35, 0.65], [0.2, 0.8]])
Z = np.array([[1.1, 0.9], [0.4, 1.5]])
STEP = 1e-6


def test_private_return_is_the_derivative_with_agglomeration_taken_as_given():
    taken = Z * K ** np.array(CALIBRATION.xi)
    high, low = (taken * (K + s) ** CALIBRATION.alpha for s in (STEP, -STEP))
    assert private_return(K, Z, CALIBRATION) == pytest.approx((high - low) / (2 * STEP), rel=1e-7)


def test_private_returns_add_up_to_the_capital_share_of_income():
    paid = (K * private_return(K, Z, CALIBRATION)).sum(axis=-1)
    assert paid == pytest.approx(CALIBRATION.alpha * income(K, Z, CALIBRATION))
    assert output(K, Z, CALIBRATION).sum(axis=-1) == pytest.approx(income(K, Z, CALIBRATION))


def test_adjustment_cost_derivatives():
    phi = CALIBRATION.phi_adj
    today = adjustment_cost(K + STEP, K_NEXT, phi) - adjustment_cost(K - STEP, K_NEXT, phi)
    ahead = adjustment_cost(K, K_NEXT + STEP, phi) - adjustment_cost(K, K_NEXT - STEP, phi)
    assert adjustment_cost_today(K, K_NEXT, phi) == pytest.approx(today / (2 * STEP), rel=1e-6)
    assert adjustment_cost_next(K, K_NEXT, phi) == pytest.approx(ahead / (2 * STEP), rel=1e-6)
    assert adjustment_cost(K, K, phi) == pytest.approx(0.0)


@pytest.mark.parametrize(("n", "rho", "width"), [(3, 0.0, 2.0), (7, 0.8, 3.0), (15, 0.95, 3.0)])
def test_tauchen_agrees_with_quantecon(n, rho, width):
    nodes, transition = tauchen(n, rho, 0.02, width=width)
    other = quantecon.markov.tauchen(n, rho, 0.02, 0.0, width)
    assert nodes == pytest.approx(other.state_values, abs=1e-15)
    assert transition == pytest.approx(other.P, abs=1e-12)


@pytest.mark.parametrize("n", [5, 9, 15])
def test_default_width_keeps_the_variance_and_persistence(n):
    rho, sigma = 0.805, 0.02
    nodes, transition = tauchen(n, rho, sigma)
    weights = stationary_distribution(transition)
    variance = weights @ nodes**2
    assert np.sqrt(variance) == pytest.approx(sigma / np.sqrt(1 - rho**2), rel=0.12)
    assert weights @ (nodes * (transition @ nodes)) / variance == pytest.approx(rho, rel=0.08)


def test_joint_chain_orders_the_last_industry_fastest():
    shocks = build_shocks(CALIBRATION.replace(rho=(0.2, 0.9)), 3)
    first, second = shocks.nodes
    assert shocks.joint_nodes[1] == pytest.approx([first[0], second[1]])
    assert shocks.joint_transition[0, 1] == pytest.approx(
        shocks.transition[0][0, 0] * shocks.transition[1][0, 1]
    )
    assert shocks.joint_transition.sum(axis=1) == pytest.approx(1.0)
    assert np.median(first) == pytest.approx(CALIBRATION.z_mean[0])
    joint = np.kron(*shocks.stationary)
    assert joint @ shocks.joint_transition == pytest.approx(joint)


def test_no_risk_means_one_node():
    shocks = build_shocks(CALIBRATION.replace(sigma=(0.0, 0.02)), 5)
    assert [len(nodes) for nodes in shocks.nodes] == [1, 5]


def test_static_allocation_equalises_returns_and_has_its_closed_form():
    k = static_allocation(CALIBRATION, (0.4, 1.0))
    returns = private_return(k, (0.4, 1.0), CALIBRATION)
    assert returns[0] == pytest.approx(returns[1])
    assert k.sum() == pytest.approx(1.0)
    plain = CALIBRATION.replace(xi=(0.0, 0.0))
    ratio = np.divide(*static_allocation(plain, (0.4, 1.0)))
    assert ratio == pytest.approx((0.4 / 1.0) ** (1 / (1 - plain.alpha)))


def test_binding_path_solves_its_conditions():
    path = binding_path(CALIBRATION)
    beta, R, theta = CALIBRATION.beta_period, CALIBRATION.R_period, CALIBRATION.theta
    dividend = private_return(path["k"], CALIBRATION.z_mean, CALIBRATION)[0]
    multiplier = 1 - beta * R  # eta / u'(c) with constant consumption
    q = path["price"]
    assert q == pytest.approx(beta * (q + dividend + theta * q * multiplier))
    assert -path["bonds"] / R == pytest.approx(theta * q)
    assert binding_price(CALIBRATION.replace(theta=0.0), dividend) == pytest.approx(
        beta * dividend / (1 - beta)
    )
    # The decade reading of Table 2 comes close to its target of -20 percent of income.
    assert path["bonds"] / path["income"] == pytest.approx(-0.2, abs=0.02)


def test_closed_forms_refuse_where_they_do_not_hold():
    with pytest.raises(ValueError, match="lower theta"):
        binding_price(CALIBRATION.replace(theta=5.0), 0.3)
    with pytest.raises(ValueError, match="needs exactly 1"):
        slack_path(CALIBRATION, 0.0)
    with pytest.raises(ValueError, match="R above 1"):
        natural_limit(CALIBRATION.replace(R=0.99), 1.0)


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"bonds": 3}, "bonds is 3; allowed"),
        ({"capital": 31.0}, "capital is 31.0; allowed"),
        ({"shocks": 0}, "shocks is 0; allowed"),
        ({"capital_range": (0.0, 0.5)}, "capital_range is"),
        ({"bond_range": (0.5, -0.5)}, "bond_range is"),
        ({"debt_multiple": 1.0}, "debt_multiple is 1.0"),
        ({"shock_width": 0.0}, "shock_width is 0.0"),
    ],
)
def test_grid_refuses(kwargs, message):
    with pytest.raises(ValueError, match=message):
        Grid(**kwargs)


def test_state_space_reaches_the_right_lower_end():
    shocks = build_shocks(CALIBRATION, 3)
    limited = build_state_space(CALIBRATION, Grid(), shocks)
    assert limited.bonds[0] == pytest.approx(1.6 * binding_path(CALIBRATION)["bonds"])
    assert not limited.natural
    free = build_state_space(CALIBRATION.replace(constraint=False), Grid(), shocks)
    lowest = np.array([nodes[0] for nodes in shocks.nodes])
    poorest = income(free.allocation, lowest, CALIBRATION).min()
    assert free.natural
    assert poorest + free.bonds[0] * (1 - 1 / CALIBRATION.R_period) == pytest.approx(0.02 * poorest)
    assert (np.diff(free.bonds) > 0).all()
    assert (np.diff(free.capital) > 0).all()
    with pytest.raises(ValueError, match="below the natural"):
        build_state_space(CALIBRATION, Grid(bond_range=(-50.0, 0.5)), shocks)
